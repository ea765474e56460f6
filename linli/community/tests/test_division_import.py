"""Divisions come in from a table: tried first, twice the same as once, every refusal with row and reason."""

import pytest

from linli.community.division_import import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, import_divisions
from linli.community.models import Division
from linli.community.tables import TableUnreadable, read_table
from linli.trail.actor import SYSTEM

pytestmark = pytest.mark.django_db

NANAN = """code,name
350000000000,福建省
350500000000,泉州市
350583000000,南安市
350583001000,溪美街道
"""


@pytest.fixture
def take(tmp_path, at):
    def take(text, *, commit=True, encoding="utf-8"):
        file = tmp_path / "divisions.csv"
        file.write_bytes(text.encode(encoding))
        rows = read_table(file, required=REQUIRED_COLUMNS, optional=OPTIONAL_COLUMNS)
        return import_divisions(rows, by=SYSTEM, at=at, commit=commit)

    return take


def test_a_dry_run_reports_and_stores_nothing(take):
    report = take(NANAN, commit=False)

    assert (report.accepted, report.committed) == (4, False)
    assert not Division.objects.exists()


def test_the_same_file_twice_is_the_same_as_once(take):
    take(NANAN)
    again = take(NANAN)

    assert (again.accepted, again.changed, again.matched, again.rejected) == (0, 0, 4, 0)
    assert Division.objects.get(code="350583001000").full_name == "福建省泉州市南安市溪美街道"


def test_a_file_from_a_chinese_spreadsheet_is_read(take):
    assert take(NANAN, encoding="gb18030").accepted == 4
    assert Division.objects.filter(name="南安市").exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3.50583E+11,美林街道", "“3.50583E+11” is a code that a spreadsheet has rounded."),
        ("350583003,美林街道", "“350583003” has 9 digits, a code has 12. Fill up with zeros: 350583003000."),
        ("35058300300X,美林街道", "“35058300300X” is not a division code"),
        ("350583003000,", "The name is empty."),
        ("350582001000,青阳街道", "The division above, 350582000000, is not known."),
        ("350583001000,美林街道", "Row 5 gives the same code to 溪美街道."),
    ],
)
def test_a_row_that_cannot_be_right_is_rejected_with_its_number_and_the_reason(take, line, reason):
    report = take(NANAN + line + "\n")

    [rejection] = report.rejections
    assert rejection.row == 6
    assert rejection.reason.startswith(reason)
    assert report.accepted == 4


def test_a_setting_is_taken_where_the_file_has_one_and_refused_where_it_is_none(take):
    take(NANAN)
    report = take("code,name,setting\n350583001000,溪美街道,URBAN\n350583003000,美林街道,CITY\n")

    assert Division.objects.get(code="350583001000").setting == "URBAN"
    assert (report.changed, [one.row for one in report.rejections]) == (1, [3])


def test_a_new_name_goes_on_into_the_full_names_below(take):
    take(NANAN)
    report = take("code,name\n350583000000,南安区\n")

    assert report.changed == 1
    assert Division.objects.get(code="350583001000").full_name == "福建省泉州市南安区溪美街道"


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("cod,name\n", "Unknown column “cod”", "Did you mean “code”?"),
        ("code\n", "The column “name” is missing", "The first row names the columns: code, name"),
        ("", "The file has no heading row", "The first row names the columns"),
        ("code,name\n350000000000,福建省,x\n", "Row 2 has 3 cells, the heading has 2", "quotation marks"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(take, text, what, remedy):
    with pytest.raises(TableUnreadable) as refused:
        take(text)

    assert refused.value.what == what
    assert remedy in refused.value.remedy
    assert not Division.objects.exists()
