"""Reads one table with known column names from a file, and reports what became of its rows.

Tables of people, as offices send them, are read by ``linli.community.sheets``, which opens the files for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from linli.community.sheets.grid import cell_text, grids_of
from linli.community.sheets.unreadable import TableUnreadable as TableUnreadable  # raised here, caught by callers

_MOST_REPORTED = 1000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of data: its number in the file, the heading being 1, and its cells by column, stripped."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Why a row was not taken."""

    row: int
    reason: str


@dataclass(kw_only=True)
class ImportReport:
    """What became of every row: taken as new, taken as a change, there already, or rejected with a reason."""

    committed: bool
    accepted: int = 0
    changed: int = 0
    matched: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """How many rows were not taken."""
        return len(self.rejections)

    def reject(self, row: int, *, reason: str) -> None:
        """Note that a row was not taken."""
        self.rejections.append(Rejection(row=row, reason=reason))

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON; of very many rejections the first thousand."""
        return {
            "committed": self.committed,
            "accepted": self.accepted,
            "changed": self.changed,
            "matched": self.matched,
            "rejected": self.rejected,
            "rejections": [{"row": one.row, "reason": one.reason} for one in self.rejections[:_MOST_REPORTED]],
        }


def read_table(file: Path, *, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row]:
    """The rows of a CSV (UTF-8 or GB18030), XLSX or XLS file whose first row names the columns; empty rows are skipped.

    Raises: TableUnreadable for a file that is missing, no table, without a required column, or with an unknown one.
    """
    lines = _lines_of(file)
    number, heading = next(lines, (1, []))
    columns = _columns(heading, required=required, optional=optional, file=file, row=number)
    return _rows(lines, columns=columns, file=file)


def _rows(lines: Iterator[tuple[int, list[str]]], *, columns: list[str], file: Path) -> Iterator[Row]:
    for number, cells in lines:
        if not any(cells):
            continue
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            raise TableUnreadable(
                f"Row {number} has {len(cells)} cells, the heading has {len(columns)}",
                where=f"{file}, row {number}",
                remedy="Put cells that contain a comma in quotation marks.",
            )
        padded = cells + [""] * (len(columns) - len(cells))
        yield Row(number=number, cells=dict(zip(columns, padded, strict=False)))


def _columns(
    heading: list[str], *, required: Sequence[str], optional: Sequence[str], file: Path, row: int
) -> list[str]:
    known = [*required, *optional]
    columns = [name.strip().lower() for name in heading]
    where = f"{file}, row {row}"
    expected = f"The first row names the columns: {', '.join(required)}"
    expected += f"; it may also have {', '.join(optional)}." if optional else "."
    if not any(columns):
        raise TableUnreadable("The file has no heading row", where=where, remedy=expected)
    for name in columns:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            raise TableUnreadable(f"Unknown column “{name}”", where=where, remedy=hint + expected)
        if columns.count(name) > 1:
            raise TableUnreadable(f"The column “{name}” is there twice", where=where, remedy="Keep one of them.")
    missing = [name for name in required if name not in columns]
    if missing:
        raise TableUnreadable(f"The column “{missing[0]}” is missing", where=where, remedy=expected)
    return columns


def _lines_of(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The cells of the first sheet as stripped text; none for a workbook without a sheet that can be seen."""
    for grid in grids_of(file):
        for number, cells in grid.lines:
            yield number, [cell_text(cell) for cell in cells]
        return
