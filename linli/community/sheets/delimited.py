"""Text tables: which encoding, which delimiter, and the rows with the numbers a spreadsheet would show."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from linli.community.sheets.unreadable import TableUnreadable

_ENCODINGS = ("utf-8-sig", "gb18030")  # GB18030 holds all of GBK and GB2312
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|，"
_SNIFFED_LINES = 50
_LONGEST_CELL = 131_072
_CHUNK = 1 << 20
_REMEDY = "Save it as CSV (UTF-8) or XLSX."


def delimited_lines(file: Path, *, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Row number, counted as a spreadsheet counts (1 is the first, a cell with a line break is one row), and cells.

    Blank rows come too, so that numbers stay right; the cells are not cleaned.

    Raises: TableUnreadable for another encoding, binary content, broken quotes, or more rows than ``most_rows``.
    """
    encoding = encoding_of(file, most_lines=most_rows * 2)
    delimiter = delimiter_of(file, encoding=encoding)
    with file.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        number = 0
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise TableUnreadable(
                    f"This is not a readable CSV: {error}", where=f"{file}, line {reader.line_num}", remedy=_REMEDY
                ) from error
            if cells is None:
                return
            number += 1
            if number > most_rows:
                raise too_many_rows(file, most_rows=most_rows)
            yield number, cells


def too_many_rows(file: Path, *, most_rows: int) -> TableUnreadable:
    """The refusal of a table that is longer than any register of a county."""
    return TableUnreadable(
        f"The table has more than {most_rows:,} rows", where=str(file), remedy="Split it into several files."
    )


def encoding_of(file: Path, *, most_lines: int) -> str:
    """UTF-16 by its mark, else UTF-8 when all of it is, else GB18030.

    Raises: TableUnreadable when it is none of these, or has more than ``most_lines`` lines.
    """
    with file.open("rb") as stream:
        head = stream.read(2)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head == mark:
            return encoding
    for encoding in _ENCODINGS:
        try:
            lines = 0
            with file.open(encoding=encoding, newline="") as text:
                while chunk := text.read(_CHUNK):
                    if "\0" in chunk:
                        raise TableUnreadable("This is not a text file", where=str(file), remedy=_REMEDY)
                    lines += chunk.count("\n")
                    if lines > most_lines:
                        raise too_many_rows(file, most_rows=most_lines // 2)
                else:
                    return encoding
        except UnicodeDecodeError:
            continue
    raise TableUnreadable("This is not a text file in UTF-8 or GB18030", where=str(file), remedy=_REMEDY)


def delimiter_of(file: Path, *, encoding: str) -> str:
    """The character that parts the cells: the one that cuts most of the first lines into equally many."""
    lines = []
    try:
        with file.open(encoding=encoding, newline="") as stream:
            for _ in range(_SNIFFED_LINES):
                line = stream.readline(_LONGEST_CELL)
                if not line:
                    break
                if line.strip():
                    lines.append(line.rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise TableUnreadable("This is not a text file in UTF-16", where=str(file), remedy=_REMEDY) from error
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        counts = Counter(_outside_quotes(line, delimiter) for line in lines)
        counts.pop(0, None)
        if counts:
            width, agreeing = counts.most_common(1)[0]
            if (agreeing, width) > best_score:
                best, best_score = delimiter, (agreeing, width)
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
