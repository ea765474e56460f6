"""The bare cells of a file, whatever it is: the content decides, not the name. Hostile files are refused unopened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from linli.community.sheets.delimited import delimited_lines
from linli.community.sheets.unreadable import TableUnreadable
from linli.community.sheets.workbook import MERGED_DOWN_MOST, Cell, workbook_sheets

MOST_ROWS = 1_100_000
"""A county has a million residents; a table with more rows is not what it says it is."""

MOST_BYTES = 300_000_000
"""Of the file as it lies on the disk."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One sheet: its name (empty for a text file), its lines with their numbers, and its merged ranges.

    ``lines`` can be run through once. ``merged``: first and last row, first and last column, all counted from 1.
    """

    name: str
    lines: Iterator[tuple[int, Sequence[Cell]]]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def grids_of(file: Path, *, most_rows: int = MOST_ROWS) -> Iterator[Grid]:
    """The sheets of a workbook that can be seen, or the one table of a text file.

    Cells are text, numbers, dates or truth values as the file has them; formulas are their last result, never run.

    An empty file is one table without lines.

    Raises: TableUnreadable for a missing file, one too large, encrypted, or of no kind known here.
    """
    if not file.is_file():
        raise TableUnreadable("There is no such file", where=str(file), remedy="Check the name and the directory.")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise TableUnreadable(
            f"The file has {size // 1_000_000} MB, more than {MOST_BYTES // 1_000_000}",
            where=str(file),
            remedy="Split it into several files.",
        )
    with file.open("rb") as stream:
        head = stream.read(512)
    if head.startswith((_ZIP, _OLE)):
        for name, lines, merged in workbook_sheets(file, is_zip=head.startswith(_ZIP), most_rows=most_rows):
            yield Grid(name=name, lines=enumerate(lines, start=1), merged=merged[:MERGED_DOWN_MOST])
        return
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise TableUnreadable(
            "This is a web page under the name of a table",
            where=str(file),
            remedy="Open it in the spreadsheet program and save it as XLSX.",
        )
    yield Grid(name="", lines=delimited_lines(file, most_rows=most_rows))


def cell_text(cell: Cell) -> str:
    """A cell as it would be typed: whole numbers without a decimal point, days as ``2020-02-03``; not stripped inside.

    >>> cell_text(13800001234.0)
    '13800001234'
    """
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e22 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell)
