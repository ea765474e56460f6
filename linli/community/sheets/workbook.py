"""XLSX and XLS files, after a look at whether opening them is safe.

A ZIP says how large its parts will be, but it may lie, so they are unpacked once, counting, without being kept. A sheet
with one cell in its last corner would be a table of seventeen thousand million cells, so the corners are looked for
before the reader builds the table.
"""

import os
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from linli.community.sheets.delimited import too_many_rows
from linli.community.sheets.unreadable import TableUnreadable

Cell = str | int | float | bool | date | datetime | time | timedelta

MERGED_DOWN_MOST = 100_000
_MOST_UNPACKED_BYTES = 600_000_000
_MOST_ENTRIES = 2_000
_MOST_CELLS = 40_000_000
_MOST_OLE_BYTES = 100_000_000
_CHUNK = 1 << 20
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,4})([0-9]{1,9})["']""")
_LONGEST_REFERENCE = 24
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_REMEDY = "Save it again as XLSX or CSV."

Merged = tuple[tuple[int, int, int, int], ...]


def workbook_sheets(file: Path, *, is_zip: bool, most_rows: int) -> Iterator[tuple[str, Iterator[list[Cell]], Merged]]:
    """Name, lines and merged ranges of each sheet that can be seen; a hidden one holds choices, not people.

    Raises: TableUnreadable for a damaged, encrypted or dangerous file.
    """
    if is_zip:
        _check_zip(file, most_rows=most_rows)
    else:
        _check_ole(file)
    try:
        with CalamineWorkbook.from_path(file) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
                    continue
                content = workbook.get_sheet_by_name(sheet.name)
                if content.total_height > most_rows:
                    raise too_many_rows(file, most_rows=most_rows)
                yield sheet.name, iter(content.to_python(skip_empty_area=False)), _merged(content.merged_cell_ranges)
    except (CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise _encrypted(file) from error
        raise TableUnreadable("This is not a readable workbook", where=str(file), remedy=_REMEDY) from error


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None) -> Merged:
    return tuple((first[0] + 1, last[0] + 1, first[1] + 1, last[1] + 1) for first, last in ranges or ())


def _encrypted(file: Path) -> TableUnreadable:
    return TableUnreadable(
        "The workbook is protected by a password", where=str(file), remedy="Save it without a password."
    )


def _check_ole(file: Path) -> None:
    if file.stat().st_size > _MOST_OLE_BYTES:
        raise TableUnreadable("The XLS file is too large", where=str(file), remedy="Save it as XLSX.")
    if _ENCRYPTED in file.read_bytes():
        raise _encrypted(file)


def _check_zip(file: Path, *, most_rows: int) -> None:
    try:
        with ZipFile(file) as packed, file.open("rb") as raw:
            entries = packed.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise _unsafe(file, f"The workbook has {len(entries):,} parts")
            if sum(entry.file_size for entry in entries) > _MOST_UNPACKED_BYTES:
                raise _unsafe(file, f"The workbook unpacks to more than {_MOST_UNPACKED_BYTES // 1_000_000} MB")
            if not any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise TableUnreadable("This ZIP file is not an XLSX workbook", where=str(file), remedy=_REMEDY)
            left = _MOST_UNPACKED_BYTES
            for entry in entries:
                left = _check_entry(file, entry, raw=raw.fileno(), left=left, most_rows=most_rows)
    except (BadZipFile, zlib.error, struct.error, OSError, NotImplementedError) as error:
        raise TableUnreadable("This is not a readable XLSX workbook", where=str(file), remedy=_REMEDY) from error


def _unsafe(file: Path, what: str) -> TableUnreadable:
    return TableUnreadable(f"{what}, more than is safe", where=str(file), remedy="Save it as CSV.")


def _check_entry(file: Path, entry: ZipInfo, *, raw: int, left: int, most_rows: int) -> int:
    """Unpacks one part without keeping it; gives how many bytes may still come."""
    if entry.flag_bits & 1:
        raise _encrypted(file)
    is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    unpacked, rows, columns, tail = 0, 1, 1, b""
    for chunk in _unpacked(entry, raw):
        unpacked += len(chunk)
        if unpacked > entry.file_size or unpacked > left:
            raise _unsafe(file, "The workbook unpacks to more than it says")
        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
            raise _unsafe(file, "The workbook declares entities")
        if is_sheet:
            for letters, digits in _REFERENCE.findall(tail + chunk):
                rows = max(rows, int(digits))
                columns = max(columns, _column_number(letters))
            tail = chunk[-_LONGEST_REFERENCE:]
            if rows > most_rows:
                raise too_many_rows(file, most_rows=most_rows)
            if rows * columns > _MOST_CELLS:
                raise _unsafe(file, f"A sheet spans {rows:,} rows and {columns:,} columns")
    return left - unpacked


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpacked(entry: ZipInfo, raw: int) -> Iterator[bytes]:
    """The bytes that are really in the entry, whatever its header says of their number."""

    header = os.pread(raw, 30, entry.header_offset)
    if header[:4] != b"PK\x03\x04":
        raise BadZipFile("no local header")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    place = entry.header_offset + 30 + name_length + extra_length
    end = place + entry.compress_size
    inflate = zlib.decompressobj(-15)
    while place < end:
        packed = os.pread(raw, min(_CHUNK, end - place), place)
        if not packed:
            raise BadZipFile("cut off")
        place += len(packed)
        if entry.compress_type == ZIP_STORED:
            yield packed
        elif entry.compress_type == ZIP_DEFLATED:
            while packed:
                yield inflate.decompress(packed, _CHUNK)
                packed = inflate.unconsumed_tail
        else:
            raise BadZipFile("an unusual compression")
    if entry.compress_type == ZIP_DEFLATED:
        while rest := inflate.decompress(inflate.unconsumed_tail, _CHUNK):
            yield rest
