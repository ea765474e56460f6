"""Reads one table from a CSV or XLSX file, and reports what became of its rows. Every import goes through here."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

_ENCODINGS = ("utf-8-sig", "gb18030")
_MOST_UNPACKED_BYTES = 300_000_000
_MOST_REPORTED = 1000


class TableUnreadable(Exception):
    """The file as a whole cannot be used; nothing of it was taken.

    ``what`` happened, ``where``, and the ``remedy``.
    """

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(f"{what} ({where}). {remedy}")
        self.what = what
        self.where = where
        self.remedy = remedy


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
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file whose first row names the columns; empty rows are skipped.

    Raises: TableUnreadable for a file that is missing, no table, without a required column, or with an unknown one.
    """
    if not file.is_file():
        raise TableUnreadable("There is no such file", where=str(file), remedy="Check the name and the directory.")
    lines = _xlsx_lines(file) if file.suffix.lower() in (".xlsx", ".xlsm") else _csv_lines(file)
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


def _csv_lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding_of(file)
    with file.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            for cells in reader:
                yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise TableUnreadable(
                f"This is not a readable CSV: {error}",
                where=f"{file}, row {reader.line_num}",
                remedy="Save it again as CSV (UTF-8) or XLSX.",
            ) from error


def _encoding_of(file: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with file.open(encoding=encoding) as stream:
                while chunk := stream.read(1 << 20):
                    if "\0" in chunk:
                        break
                else:
                    return encoding
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(
        "This is not a text file in UTF-8 or GB18030", where=str(file), remedy="Save it as CSV (UTF-8) or XLSX."
    )


def _xlsx_lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > _MOST_UNPACKED_BYTES:
            raise TableUnreadable(
                f"The workbook unpacks to {unpacked // 1_000_000} MB, more than is safe",
                where=str(file),
                remedy="Save it as CSV.",
            )
        sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=False)
    except (BadZipFile, CalamineError) as error:
        raise TableUnreadable(
            "This is not a readable XLSX workbook", where=str(file), remedy="Save it again as XLSX or CSV."
        ) from error
    for number, cells in enumerate(lines, start=1):
        yield number, [_cell_text(cell) for cell in cells]


def _cell_text(cell: object) -> str:
    """A cell as it would be typed: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
