"""Reads a table of people as an office sent it: finds the heading, cleans the cells, says what was left out and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from linli.community.sheets.cells import CellProblem, clean_text, read_cell
from linli.community.sheets.grid import MOST_ROWS, Grid, cell_text, grids_of
from linli.community.sheets.headings import (
    PEOPLE,
    SEARCHED_ROWS,
    SERIAL,
    Column,
    Heading,
    find_heading,
    is_heading_again,
)
from linli.community.sheets.unreadable import TableUnreadable
from linli.community.sheets.workbook import Cell

_FOOTERS = (
    "合计", "总计", "小计", "共计", "填表人", "填表", "填报人", "填报单位", "填报日期", "填报时间", "制表",
    "制表人", "审核", "审核人", "负责人", "经办人", "单位负责人", "注:", "备注:", "说明:", "填表说明",
    "单位(盖章)", "盖章", "联系人", "报送", "上报", "统计人", "统计时间", "以下空白", "此表",
)  # fmt: skip
_EXAMPLES = ("例", "示例", "样例", "范例", "例如", "如")
_MOST_FOOTER_CELLS = 4


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One line of data: its number as in the sheet, clean cells by field, what nobody knows by its heading."""

    number: int
    cells: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[CellProblem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A line that is not data: its number, ``code`` (FOOTER, HEADING, EXAMPLE, REPEATED) and why."""

    number: int
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table as read.

    ``name``: of the sheet, empty for a text file. ``heading``: field → heading as written. ``unknown``: headings that
    mean nothing here; their cells are in ``SheetRow.others``. ``other_sheets``: sheets that were not read.
    """

    name: str
    heading_rows: tuple[int, ...]
    heading: Mapping[str, str]
    unknown: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    left_out: tuple[LeftOut, ...]
    other_sheets: tuple[str, ...] = ()


def read_sheet(
    file: Path,
    *,
    columns: Sequence[Column] = PEOPLE,
    required: Sequence[str] = ("name",),
    year: int | None = None,
    most_rows: int = MOST_ROWS,
) -> Sheet:
    """The first sheet of ``file`` that has the ``required`` columns, cleaned.

    ``year`` completes days that are written without one. Blank rows are skipped; a table without rows of data has
    no rows. A merged cell counts for every row it spans.

    Raises: TableUnreadable for a file that cannot be used as a whole, or has no such heading.
    """
    chosen: tuple[Grid, Heading, Iterator[tuple[int, Sequence[Cell]]]] | None = None
    others: list[str] = []
    seen: list[str] = []
    for grid in grids_of(file, most_rows=most_rows):
        if chosen is not None:
            others.append(grid.name)
            continue
        lines = iter(grid.lines)
        head = list(islice(lines, SEARCHED_ROWS + 1))
        texts = [(number, [clean_heading(cell) for cell in cells]) for number, cells in head]
        heading = find_heading(texts, columns=columns, required=required)
        if heading is None:
            others.append(grid.name)
            seen.extend(text for _, cells in texts for text in cells if text)
            continue
        chosen = grid, heading, chain(head, lines)
    if chosen is None:
        raise _no_heading(file, columns=columns, required=required, seen=seen)
    grid, heading, lines = chosen
    rows, left_out = _rows_of(lines, grid=grid, heading=heading, year=year)
    return Sheet(
        name=grid.name,
        heading_rows=heading.rows,
        heading={column.field: heading.words[place] for place, column in heading.fields.items()},
        unknown=tuple(heading.others.values()),
        rows=tuple(rows),
        left_out=tuple(left_out),
        other_sheets=tuple(others),
    )


def clean_heading(cell: Cell) -> str:
    """A cell of the heading as text on one line."""
    return clean_text(cell_text(cell))


def _no_heading(
    file: Path, *, columns: Sequence[Column], required: Sequence[str], seen: Sequence[str]
) -> TableUnreadable:
    wanted = ", ".join(
        f"{column.headings[1] if len(column.headings) > 1 else column.field} ({column.field})"
        for column in columns
        if column.field in required
    )
    found = f"; found: {', '.join(seen[:12])}" if seen else ""
    return TableUnreadable(
        f"No row among the first {SEARCHED_ROWS} names the columns{found}",
        where=str(file),
        remedy=f"Put a row above the data that names at least: {wanted}.",
    )


def _rows_of(
    lines: Iterator[tuple[int, Sequence[Cell]]], *, grid: Grid, heading: Heading, year: int | None
) -> tuple[list[SheetRow], list[LeftOut]]:
    rows: list[SheetRow] = []
    left_out: list[LeftOut] = []
    merged = _MergedCells(grid, heading)
    earlier: dict[tuple[object, ...], int] = {}
    for number, cells in lines:
        if number <= heading.rows[-1]:
            continue
        filled = merged.filled(number, cells)
        texts = [cell_text(cell) for cell in filled]
        if not any(map(clean_text, texts)):
            continue
        reason = _no_data(texts, heading)
        if reason:
            left_out.append(LeftOut(number=number, code=reason[0], reason=reason[1]))
            continue
        row = _row(number, filled, texts, heading=heading, year=year)
        content = tuple((name, value) for name, value in row.cells.items() if name != SERIAL)
        same = earlier.setdefault((content, tuple(row.others.items()), _said(row)), number)
        if same != number:
            left_out.append(LeftOut(number=number, code="REPEATED", reason=f"The same as row {same}."))
            continue
        rows.append(row)
    return rows, left_out


def _said(row: SheetRow) -> tuple[str, ...]:
    return tuple(problem.said for problem in row.problems)


def _no_data(texts: Sequence[str], heading: Heading) -> tuple[str, str] | None:
    """Why this row is not data: its code and reason; None when it is."""
    clean = [clean_text(text) for text in texts]
    if is_heading_again(clean, heading):
        return "HEADING", "The heading once more."
    filled = [text for text in clean if text]
    first = filled[0]
    joined = first.replace(" ", "")
    names = [clean[place] for place, column in heading.fields.items() if column.field == "name" and place < len(clean)]
    is_sparse = len(filled) <= max(_MOST_FOOTER_CELLS, len(heading.words) // 3)
    if joined.startswith(_FOOTERS) and (is_sparse or not any(names)):
        return "FOOTER", f"“{first[:20]}” ends the table."
    if joined.rstrip(":：") in _EXAMPLES or joined.startswith(("例:", "示例:", "样例:")):
        return "EXAMPLE", "An example, not a person."
    if len(filled) == 1 and names and names[0] == "" and len(first) > 1 and not first.isdigit():
        return "FOOTER", f"“{first[:20]}” stands alone in its row."
    return None


def _row(number: int, cells: Sequence[Cell], texts: Sequence[str], *, heading: Heading, year: int | None) -> SheetRow:
    clean: dict[str, str] = {}
    problems: list[CellProblem] = []
    for place, column in heading.fields.items():
        text = texts[place] if place < len(texts) else ""
        is_number = place < len(cells) and isinstance(cells[place], (int, float))
        reading = read_cell(text, kind=column.kind, year=year, is_number=is_number)
        clean[column.field] = reading.value
        if reading.code:
            problems.append(
                CellProblem(
                    code=reading.code,
                    field=column.field,
                    heading=heading.words[place],
                    said=text[:100],
                    reason=reading.reason,
                    remedy=reading.remedy,
                    is_lost=not reading.value,
                )
            )
    others = {
        words: clean_text(texts[place])
        for place, words in heading.others.items()
        if place < len(texts) and texts[place]
    }
    return SheetRow(number=number, cells=clean, others=others, problems=tuple(problems))


class _MergedCells:
    """Gives a cell that spans several rows of data to each of them."""

    def __init__(self, grid: Grid, heading: Heading) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        self._running: dict[int, tuple[int, Cell]] = {}
        for first_row, last_row, first_column, last_column in grid.merged:
            spans_data = last_row > first_row > heading.rows[-1]
            if spans_data and first_column == last_column:
                self._starts.setdefault(first_row, []).append((first_column - 1, last_row))

    def filled(self, number: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The cells of row ``number``, in ascending order of rows, with what is merged into it from above."""
        for place, last_row in self._starts.get(number, ()):
            if place < len(cells):
                self._running[place] = last_row, cells[place]
        if not self._running:
            return cells
        filled = list(cells)
        for place, (last_row, cell) in list(self._running.items()):
            if number > last_row:
                del self._running[place]
            elif place < len(filled) and filled[place] == "":
                filled[place] = cell
        return filled
