"""``linli import residents`` and ``workers``: the real command, from a messy file to the register."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LINLI = Path(sys.executable).parent / "linli"
PLACES = """code,name
350000000000,福建省
350500000000,泉州市
350583000000,南安市
350583001000,溪美街道
350583001001,溪美社区居委会
"""
PEOPLE = """溪美街道居民登记表,,,,
序号,姓 名,联系电话(手机),出生日期,社区
1,陈晓明,138 0000 1234,1990年1月1日,溪美社区
2,黄 淑芬,'13900001234,1985.2.3,溪美社区
3,林一,1390000,2020-2-30,溪美社区
4,张三,,,不知道
合计,4人,,,
"""


@pytest.fixture
def linli(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}

    def run(*arguments):
        command = [LINLI, *map(str, arguments), "--db", "county.sqlite3"]
        return subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)

    return run


def test_from_a_messy_file_to_the_register_and_back(linli, tmp_path):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="gbk")
    assert linli("import", "divisions", "places.csv", "--commit").returncode == 0

    preview = linli("import", "residents", "people.csv")
    assert "Heading in row 2: serial ← 序号, name ← 姓 名, phone ← 联系电话(手机)" in preview.stdout
    assert "Dry run, nothing stored: 3 accepted, 0 matched, 0 asked, 1 rejected, 1 left out." in preview.stdout
    assert "row 6: There is no community “不知道”." in preview.stderr
    assert "row 5: 出生日期: There is no day" in preview.stderr
    assert preview.returncode == 1

    stored = json.loads(linli("import", "residents", "people.csv", "--commit", "--json").stdout)
    assert (stored["accepted"], stored["rejected"]) == (3, 1)

    doubtful = tmp_path / "more.csv"
    doubtful.write_text("姓名,电话,出生日期,社区\n黄淑英,13900001234,1985-2-3,溪美社区\n", encoding="utf-8")
    asked = linli("import", "residents", doubtful, "--commit", "--ask", "ask.csv")
    assert "1 asked" in asked.stdout and asked.returncode == 0
    assert (tmp_path / "ask.csv").stat().st_mode & 0o077 == 0
    rows = list(csv.reader((tmp_path / "ask.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][-2:] == ["可能是", "认定"]
    rows[1][-1] = "新"
    with (tmp_path / "ask.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert "1 accepted" in linli("import", "residents", "ask.csv", "--commit").stdout

    (tmp_path / "workers.csv").write_text("姓名,职务,手机\n陈志明,网格员,13800001234\n", encoding="utf-8")
    taken = linli("import", "workers", "workers.csv", "--commit", "--division", "350583001001", "--from", "2020-02-01")
    assert "1 accepted" in taken.stdout


def test_a_file_that_is_no_table_stops_before_anything_is_done(linli, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 broken")
    refused = linli("import", "residents", "x.xlsx", "--commit")
    assert refused.returncode == 1 and "not a readable XLSX" in refused.stderr
