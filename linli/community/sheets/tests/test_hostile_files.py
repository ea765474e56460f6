"""Files that lie, are broken or want to do harm: a clear answer within seconds, and nothing taken."""

import struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.sheets import workbook
from linli.community.sheets.sheet import read_sheet
from linli.community.sheets.tests.workbooks import sheet_xml, write_workbook
from linli.community.sheets.unreadable import TableUnreadable

PEOPLE = [["姓名", "电话"], ["陈晓明", "13800001234"]]


def refused(file) -> str:
    with pytest.raises(TableUnreadable) as error:
        read_sheet(file)
    assert error.value.what and error.value.where and error.value.remedy
    return error.value.what


def test_one_cell_in_the_last_corner_does_not_build_the_whole_table(tmp_path):
    far = sheet_xml(PEOPLE).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    assert "spans" in refused(write_workbook(tmp_path / "far.xlsx", far))


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_UNPACKED_BYTES", 60_000_000)
    file = tmp_path / "bomb.xlsx"
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(70):
                part.write(b" " * 1_000_000)
    assert "unpacks to more than" in refused(file)


def test_a_zip_that_lies_about_its_size_is_found_out(tmp_path):
    file = write_workbook(tmp_path / "lie.xlsx", PEOPLE, more=[("xl/media/x.bin", b"\0" * 3_000_000)])
    content = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = 0
        while (place := content.find(signature, place)) >= 0:
            if struct.unpack_from("<I", content, place + offset)[0] == 3_000_000:
                struct.pack_into("<I", content, place + offset, 10)
            place += 4
    file.write_bytes(content)
    assert refused(file)


def test_very_many_parts_are_refused(tmp_path):
    file = tmp_path / "parts.xlsx"
    with ZipFile(file, "w", ZIP_STORED) as packed:
        for number in range(3000):
            packed.writestr(f"xl/x{number}", b"")
    assert "parts" in refused(file)


def test_entities_are_refused(tmp_path):
    before = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert "entities" in refused(write_workbook(tmp_path / "laughs.xlsx", sheet_xml(PEOPLE, before=before)))


def test_an_encrypted_workbook_says_so(tmp_path):
    file = tmp_path / "locked.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refused(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off",
        b"<html><table><tr><td>x</td></tr></table>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff",
        b"\0" * 100,
        b"\xff\xfe\xff",
        '姓名,电话\n"陈晓明,138'.encode(),
        b"\x81",
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content):
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    assert refused(file)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    file = tmp_path / "x.xlsx"
    with ZipFile(file, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert "not an XLSX" in refused(file)


def test_ten_million_rows_are_refused_within_seconds(tmp_path):
    file = tmp_path / "long.csv"
    with file.open("wb") as stream:
        stream.write("姓名,电话\n".encode())
        for _ in range(100):
            stream.write(b"x,1\n" * 100_000)
    assert "rows" in refused(file)


def test_rows_beyond_the_limit_are_refused_in_a_workbook(tmp_path):
    xml = sheet_xml([["姓名"]]).replace(
        "</sheetData>", '<row r="3000000"><c r="A3000000"><v>1</v></c></row></sheetData>'
    )
    assert "rows" in refused(write_workbook(tmp_path / "x.xlsx", xml))


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    assert "no such file" in refused(tmp_path / "nothing.xlsx")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "姓名,电话\n".encode()]))
def test_no_bytes_break_it(tmp_path, content, head):
    file = tmp_path / "x"
    file.write_bytes(head + content)
    try:
        read_sheet(file)
    except TableUnreadable as error:
        assert error.what
