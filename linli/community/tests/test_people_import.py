"""Tables of residents and workers: preview, commit, twice is once, doubts go to a human and come back answered."""

import csv
from datetime import date

import pytest

from linli.community.models import Residence, Resident, Worker
from linli.community.people.importing import COLUMNS, import_residents, import_workers, write_questions
from linli.community.sheets.sheet import read_sheet
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

HEADING = "序号,姓名,身份证号码,联系电话,出生日期,性别,社区,房号"
TABLE = f"""溪美街道居民登记表,,,,,,,
{HEADING}
1,林阿芳,'990583195203080021,154 0000 1234,,女,溪美社区,1-101
2,林阿方,,15400001234,1952年3月8日,女,溪美社区居委会,1-101
3,苏建国,990583198801010019,15400005678,1988.1.1,男,溪美,2-201
4,郑小宝,,15400005678,2015-5-6,男,溪美社区,2-201
5,黄一,990583198801010017,,,,溪美社区,
6,王五,,,,,不存在社区,
合计,6人,,,,,,
"""


@pytest.fixture
def take(grid, tmp_path, day, at):
    def take(text=TABLE, *, commit=True, into=import_residents, division=None):
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="gb18030")
        sheet = read_sheet(file, columns=COLUMNS, year=day.year)
        return into(sheet, division=division, from_day=day, by=SYSTEM, at=at, commit=commit)

    return take


def counted(report):
    return report.accepted, report.matched, len(report.questions), report.rejected


def test_known_people_are_matched_and_new_ones_registered_where_they_live(take, grid):
    report = take()

    assert counted(report) == (2, 2, 0, 2)
    assert [match["row"] for match in report.matches] == [3, 4]
    su = Resident.objects.get(name="苏建国")
    assert (su.birth_day, su.sex, su.phone) == (date(1988, 1, 1), "MALE", "15400005678")
    assert Residence.objects.get(resident=su).household == grid.other
    assert [one.row for one in report.rejections] == [7, 8]
    assert "check digit" in report.rejections[0].reason
    assert "no community" in report.rejections[1].reason


def test_a_dry_run_says_the_same_and_stores_nothing(take):
    people, acts = Resident.objects.count(), Act.objects.count()
    rehearsed = take(commit=False)
    assert (Resident.objects.count(), Act.objects.count()) == (people, acts)
    assert counted(rehearsed) == counted(take())


def test_twice_is_once(take):
    take()
    people, acts = Resident.objects.count(), Act.objects.count()
    again = take()
    assert (again.accepted, again.matched) == (0, 4)
    assert (Resident.objects.count(), Act.objects.count()) == (people, acts)


def test_a_row_with_little_in_it_is_registered_once(take):
    text = "姓名,社区\n郑一,溪美社区\n"
    assert counted(take(text)) == (1, 0, 0, 0)
    assert counted(take(text)) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("decision", "accepted", "matched"), [("NEW", 1, 0), ("新增", 1, 0), ("", 0, 0), ("same", 0, 1)]
)
def test_a_doubtful_row_goes_to_a_file_and_comes_back_answered(take, grid, tmp_path, decision, accepted, matched):
    doubtful = "姓名,出生日期,电话,社区\n林阿香,1952-3-8,15400001234,溪美社区\n"
    report = take(doubtful)
    assert counted(report) == (0, 0, 1, 0)
    assert str(grid.lin.pk) in report.questions[0].candidates[0]
    assert "990583195203080021" not in report.questions[0].candidates[0]

    file = tmp_path / "ask.csv"
    write_questions(file, report.questions)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    rows[1][-1] = str(grid.lin.pk) if decision == "same" else decision
    answered = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)

    assert counted(take(answered))[:2] == (accepted, matched)
    again = take(answered)
    assert again.accepted == 0


def test_an_answer_that_is_no_candidate_is_refused(take):
    report = take("姓名,社区,可能是,认定\n林阿香,溪美社区,a (90%),b\n")
    assert "none of the candidates" in report.rejections[0].reason


def test_a_name_two_communities_have_is_never_guessed(take, places):
    from linli.community.models import Division

    Division.objects.create(
        code="350583100202",
        name="溪美村委会",
        full_name="福建省泉州市南安市省新镇溪美村委会",
        level=5,
        parent=places["省新镇"],
    )
    report = take("姓名,社区,镇街\n郑一,溪美,\n郑二,溪美,溪美街道\n郑三,350583100202,\n")
    assert (report.accepted, [one.row for one in report.rejections]) == (2, [2])
    assert "2 communities" in report.rejections[0].reason


def test_rows_without_a_community_take_the_one_given(take, grid):
    assert take("姓名\n郑一\n").rejected == 1
    assert take("姓名\n郑一\n", division=grid.community).accepted == 1


def test_workers_by_their_work(take, day):
    text = (
        "姓名,职务,电话,社区,上岗日期\n陈大海,网格员,15400007777,溪美社区,2020-6-1\n"
        "黄小二,舞蹈家,,溪美社区,\n苏小梅,志愿者,,溪美社区,\n"
    )
    report = take(text, into=import_workers)

    assert (report.accepted, report.matched, report.rejected) == (1, 1, 1)
    assert Worker.objects.get(name="陈大海").from_day == date(2020, 6, 1)
    assert "舞蹈家" in report.rejections[0].reason
    assert take(text, into=import_workers).accepted == 0
