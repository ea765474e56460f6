"""Writes small XLSX files by hand, also such as no spreadsheet program would write."""

from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def column_letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_xml(rows, *, merged=(), before: str = "") -> str:
    lines = []
    for number, cells in enumerate(rows, start=1):
        written = []
        for place, cell in enumerate(cells):
            at = f"{column_letters(place)}{number}"
            if cell is None or cell == "":
                continue
            if isinstance(cell, (int, float)):
                written.append(f'<c r="{at}"><v>{cell!r}</v></c>')
            elif isinstance(cell, tuple):  # a formula and its last result
                written.append(f'<c r="{at}" t="str"><f>{escape(cell[0])}</f><v>{escape(cell[1])}</v></c>')
            else:
                written.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(written)}</row>')
    joined = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    merges = f"<mergeCells>{joined}</mergeCells>" if merged else ""
    data = f"<sheetData>{''.join(lines)}</sheetData>{merges}"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}">{data}</worksheet>'


def write_workbook(file: Path, *sheets, names=(), hidden=(), merged=(), more=()) -> Path:
    """Each sheet is a list of rows, or the XML as it shall stand there."""
    names = names or [f"Sheet{place}" for place in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{place}" {"state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""} '
        f'r:id="r{place}"/>'
        for place, name in enumerate(names, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{place}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        packed.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>')
        for place, sheet in enumerate(sheets, start=1):
            xml = sheet if isinstance(sheet, (str, bytes)) else sheet_xml(sheet, merged=merged)
            packed.writestr(f"xl/worksheets/sheet{place}.xml", xml)
        for name, content in more:
            packed.writestr(name, content)
    return file
