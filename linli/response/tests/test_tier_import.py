"""Lists of tiers come in: what is certain is declared, what is doubtful is asked, twice is once."""

import csv
import json
from datetime import date

import pytest
from click.testing import CliRunner

from linli.command import main
from linli.community.division_import import import_divisions
from linli.community.tables import Row, TableUnreadable, read_table
from linli.response.models import Area, AreaName, Declaration
from linli.response.queries import facts_of, history_of
from linli.response.tests.conftest import moment
from linli.response.tier_import import import_tiers, write_questions
from linli.response.tier_table import KNOWN
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

pytestmark = pytest.mark.django_db

COUNTY, XIMEI = "350583000000", "350583001000"
SNAPSHOT = "province,city,county,community,level,first_seen,last_seen,changed_at,next_level\n"
# Two cities with a district of one name, as the nation has four.
NAMESAKES = [
    ("360000000000", "江东省"),
    ("360100000000", "东宁市"),
    ("360106000000", "鼓楼区"),
    ("360107000000", "秦淮区"),
    ("360300000000", "西宁市"),
    ("360302000000", "鼓楼区"),
]


@pytest.fixture
def namesakes(places, at):
    rows = [Row(number=n, cells={"code": code, "name": name}) for n, (code, name) in enumerate(NAMESAKES, start=2)]
    import_divisions(rows, by=SYSTEM, at=at, commit=True)


@pytest.fixture
def take(tmp_path, places):
    def take(text, *, commit=True, encoding="utf-8", name="list.csv"):
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        rows = read_table(file, required=(), optional=KNOWN)
        return import_tiers(rows, default_source=name, by=SYSTEM, at=moment("2022-12-01T08:00"), commit=commit)

    return take


def counts(report):
    return (report.accepted, report.changed, report.matched, report.asked, report.rejected)


def codes(report):
    return [question.code for question in report.questions]


def snapshot(*lines):
    return SNAPSHOT + "".join(f"{line}\n" for line in lines)


SIMPLE = """区划代码,风险等级,生效日期,失效日期,发布时间,来源
350583000000,低,2020-06-01,2020-06-10,2020-05-31 20:00,第3号通告
350583000000,中风险,2020年6月10日,2020/6/24,2020-06-09 21:30,第4号通告
350583000000,LOW,20200624,,,第5号通告
"""


@pytest.mark.row("A2")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_a_county_becomes_its_history_with_sources(take, encoding):
    report = take(SIMPLE, encoding=encoding)

    assert counts(report) == (3, 0, 0, 0, 0)
    sources = [facts_of(COUNTY, day=date(2020, 6, day)).sources["tier"] for day in (9, 10, 24)]
    assert [(one.value, one.source_title) for one in sources] == [
        ("LOW", "第3号通告"),
        ("MEDIUM", "第4号通告"),
        ("LOW", "第5号通告"),
    ]
    assert sources[1].published_at == moment("2020-06-09T21:30")


def test_a_dry_run_reports_the_same_and_stores_nothing(take):
    assert counts(take(SIMPLE, commit=False)) == (3, 0, 0, 0, 0)
    assert not Declaration.objects.exists()
    assert not Act.objects.filter(action="tiers.imported").exists()


@pytest.mark.row("A2")
def test_twice_imported_is_once(take):
    take(SIMPLE)
    assert counts(take(SIMPLE)) == (0, 0, 3, 0, 0)
    assert Declaration.objects.count() == 3


def test_an_open_tier_ends_where_the_next_begins_and_twice_is_still_once(take):
    text = "区划代码,等级,生效日期\n350583000000,中,2020-06-10\n350583000000,低,2020-05-01\n"
    assert counts(take(text)) == (2, 0, 0, 0, 0)
    assert facts_of(COUNTY, day=date(2020, 6, 9)).facts.values == {"tier": "LOW"}
    assert facts_of(COUNTY, day=date(2020, 6, 10)).facts.values == {"tier": "MEDIUM"}
    assert counts(take(text)) == (0, 0, 2, 0, 0)


def test_a_later_list_that_gives_the_end_ends_what_was_open(take):
    take("区划代码,等级,生效日期\n350583000000,中,2020-06-10\n")
    later = "区划代码,等级,生效日期,失效日期\n350583000000,中,2020-06-10,2020-06-24\n"

    assert counts(take(later)) == (0, 1, 0, 0, 0)
    assert counts(take(later)) == (0, 0, 1, 0, 0)
    assert facts_of(COUNTY, day=date(2020, 6, 24)).facts.values == {}
    [chain] = history_of(COUNTY)
    assert [row.kind for row in chain.rows] == ["DECLARED", "ENDED"]


def test_a_last_day_counts_itself_and_an_end_does_not(take):
    take("区划代码,等级,生效日期,截止日期\n350583000000,中,2020-06-10,2020-06-24\n")
    assert facts_of(COUNTY, day=date(2020, 6, 24)).facts.values == {"tier": "MEDIUM"}
    assert facts_of(COUNTY, day=date(2020, 6, 25)).facts.values == {}


def test_24_hours_is_the_next_day(take):
    take("区划代码,等级,生效日期,失效日期\n350583000000,中,2020年6月10日0时,2020年6月23日24时\n")
    assert Declaration.objects.get().to_day == date(2020, 6, 24)


# ---- which place ----------------------------------------------------------------------------------------------------
def test_a_name_that_repeats_is_asked_about_with_its_candidates(take, namesakes):
    report = take(
        "区划,等级,生效日期\n鼓楼区,中,2022-07-01\n江东省鼓楼区,中,2022-07-01\n江东省西宁市鼓楼区,中,2022-07-01\n"
    )

    assert codes(report) == ["DIVISION_AMBIGUOUS", "DIVISION_AMBIGUOUS"]
    assert report.questions[0].candidates == ("360106000000 江东省东宁市鼓楼区", "360302000000 江东省西宁市鼓楼区")
    assert [row.division_id for row in Declaration.objects.all()] == ["360302000000"]


def test_province_city_and_county_together_name_one_place(take, namesakes):
    report = take(snapshot("江东省,西宁市,鼓楼区,,middle,2022-07-01 09:00:00,,2022-07-09 09:00:00,"))

    assert counts(report) == (1, 0, 0, 0, 0)
    row = Declaration.objects.get()
    assert (row.division_id, row.from_day, row.to_day) == ("360302000000", date(2022, 7, 1), date(2022, 7, 9))
    assert row.published_at == moment("2022-07-01T09:00")


@pytest.mark.parametrize("county", ["高新区", "鼓楼新区", "鼓楼"])
def test_a_county_that_is_not_in_the_table_is_asked_about(take, namesakes, county):
    report = take(snapshot(f"江东省,东宁市,{county},锦绣花园,middle,2022-07-01 09:00:00,,2022-07-09 09:00:00,"))
    assert codes(report) == ["DIVISION_UNKNOWN"]


def test_an_area_that_names_another_county_is_asked_about(take, namesakes):
    report = take(
        snapshot("江东省,东宁市,鼓楼区,秦淮区除中风险区以外的其他区域,low,2022-07-01 09:00:00,,2022-07-09 09:00:00,")
    )
    assert codes(report) == ["OTHER_COUNTY"]
    assert report.questions[0].candidates == ("360106000000 江东省东宁市鼓楼区", "360107000000 江东省东宁市秦淮区")


@pytest.mark.row("A2")
def test_townships_and_villages_that_are_known_are_places_and_what_is_in_them_is_an_area(take):
    line = "福建省,泉州市,南安市,{},{},2022-07-01 09:00:00,,2022-07-09 09:00:00,"
    report = take(
        snapshot(
            line.format("溪美街道除高风险区以外的其他区域", "low"),
            line.format("省新镇省身村", "middle"),
            line.format("溪美街道中山社区", "middle"),
            line.format("溪美街道锦绣花园3号楼", "high"),
            line.format("泉州市南安市除中高风险区以外区域", "low"),
        )
    )

    assert counts(report) == (5, 0, 0, 0, 0)
    placed = [
        (row.division.name, row.area.name if row.area else "", row.is_rest, row.value)
        for row in Declaration.objects.order_by("division_id", "area_id")
    ]
    assert sorted(placed) == sorted(
        [
            ("溪美街道", "", True, "LOW"),
            ("省身村委会", "", False, "MEDIUM"),
            ("中山社区居委会", "", False, "MEDIUM"),
            ("溪美街道", "溪美街道锦绣花园3号楼", False, "HIGH"),
            ("南安市", "", True, "LOW"),
        ]
    )
    assert facts_of("350583001002", day=date(2022, 7, 2)).facts.values == {"tier": "MEDIUM"}
    assert facts_of("350583001001", day=date(2022, 7, 2)).facts.values == {"tier": "LOW"}


# ---- reworded names -------------------------------------------------------------------------------------------------
def area_line(area, level, first, changed):
    return f"江东省,东宁市,鼓楼区,{area},{level},{first} 09:00:00,,{changed} 09:00:00,"


def test_wordings_that_differ_in_print_alone_are_one_area(take, namesakes):
    report = take(
        snapshot(
            area_line("翠园街道锦绣花园（二期）", "high", "2022-07-01", "2022-07-08"),
            area_line("东宁市鼓楼区翠园街道 锦绣花园(二期)", "middle", "2022-07-08", "2022-07-11"),
            area_line("翠园街道锦绣花园二期（高风险区除外）", "low", "2022-07-11", "2022-07-14"),
        )
    )
    assert counts(report) == (3, 0, 0, 0, 0)
    assert Area.objects.count() == 1


def test_a_name_that_is_merely_alike_is_asked_about_all_its_lines_and_their_candidates(take, namesakes):
    text = snapshot(
        area_line("锦绣路128号", "high", "2022-07-01", "2022-07-08"),
        area_line("翠园街道锦绣路128号", "middle", "2022-07-08", "2022-07-11"),
        area_line("翠园街道锦绣路128号", "low", "2022-07-11", "2022-07-14"),
        area_line("翠园街道锦绣路130号", "low", "2022-07-11", "2022-07-14"),
    )
    report = take(text)

    assert counts(report) == (2, 0, 0, 2, 0)
    assert codes(report) == ["ALIKE", "ALIKE"]
    assert report.questions[0].candidates == ("锦绣路128号",)
    assert counts(take(text)) == (0, 0, 2, 2, 0)


def test_two_lines_of_one_list_at_one_time_are_two_places(take, namesakes):
    report = take(
        snapshot(
            area_line("翠园街道锦绣社区（北至一路）", "high", "2022-07-01", "2022-07-08"),
            area_line("翠园街道锦绣社区（北至二路）", "high", "2022-07-01", "2022-07-08"),
        )
    )
    assert counts(report) == (2, 0, 0, 0, 0)
    assert Area.objects.count() == 2


@pytest.mark.row("A2")
def test_questions_are_answered_in_a_file_that_is_imported_in_turn(take, namesakes, tmp_path):
    text = snapshot(
        area_line("锦绣路128号", "high", "2022-07-01", "2022-07-08"),
        area_line("翠园街道锦绣路128号", "middle", "2022-07-08", "2022-07-11"),
        area_line("海棠大酒店", "high", "2022-07-01", "2022-07-08"),
        area_line("翠园街道海棠大酒店", "middle", "2022-07-08", "2022-07-11"),
        area_line("长春路社区（北至长春河、西至", "middle", "2022-07-08", "2022-07-11"),
        "江东省,东宁市,高新区,青山小区,middle,2022-07-01 09:00:00,,2022-07-08 09:00:00,",
    )
    report = take(text)
    questions = tmp_path / "ask.csv"
    write_questions(questions, report.questions)
    with questions.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows] == ["3", "5", "6", "7"]
    assert all(row["reason"] for row in rows)
    for row, answer in zip(rows, ["锦绣路128号", "新", "不导入", "360106000000"], strict=True):
        row["answer"] = answer
    with questions.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    answered = take(questions.read_text(encoding="utf-8-sig"), name="ask.csv")

    assert counts(answered) == (3, 0, 0, 0, 0)
    assert answered.skipped == 1
    first = Area.objects.get(name="锦绣路128号")
    assert [row.value for row in Declaration.objects.filter(area=first).order_by("from_day")] == ["HIGH", "MEDIUM"]
    assert Area.objects.filter(name__contains="海棠大酒店").count() == 2
    assert AreaName.objects.filter(area=first).count() == 2
    # The list itself, imported again, now needs only the answers that were not about names.
    again = take(text)
    assert counts(again) == (0, 0, 4, 2, 0)
    assert codes(again) == ["CUT_OFF", "DIVISION_UNKNOWN"]


def test_an_answer_that_names_nothing_is_asked_again(take, namesakes):
    take(snapshot(area_line("锦绣路128号", "high", "2022-07-01", "2022-07-08")))
    report = take(
        "province,city,county,area,tier,effective_from,effective_to,answer\n"
        "江东省,东宁市,鼓楼区,翠园街道锦绣路128号,MEDIUM,2022-07-08,2022-07-11,锦绣路一二八\n"
    )
    assert codes(report) == ["ANSWER_UNKNOWN"]


def test_a_spell_within_one_day_is_asked_about(take, namesakes):
    report = take(
        snapshot("江东省,东宁市,鼓楼区,锦绣花园,middle,2022-07-07 15:00:00,2022-07-07 20:00:00,2022-07-07 22:00:00,")
    )
    assert codes(report) == ["WITHIN_ONE_DAY"]
    assert not Area.objects.exists()


def test_two_tiers_for_the_same_days_are_asked_about_and_the_first_stays(take):
    report = take(
        "区划代码,等级,生效日期,失效日期\n350583000000,低,2020-06-01,2020-06-20\n350583000000,中,2020-06-10,2020-06-24\n"
    )
    assert counts(report) == (1, 0, 0, 1, 0)
    assert codes(report) == ["STANDS_IN_THE_WAY"]


# ---- bad rows and bad files -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        "350583000000,橙,2020-06-01,",
        "350583000000,低,2020-02-30,",
        "350583000000,低,六月一日,",
        "350583000000,低,,",
        "350583000000,低,2020-06-10,2020-06-01",
        "3.50583E+11,低,2020-06-01,",
        ",低,2020-06-01,",
    ],
)
def test_a_bad_row_is_rejected_with_its_number_and_reason_and_the_others_are_taken(take, line):
    report = take(f"区划代码,等级,生效日期,失效日期\n{line}\n350583000000,低,2021-06-01,2021-06-02\n")

    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.rejections[0].row == 2
    assert report.rejections[0].reason


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("风险等级,生效日期", "division_code"),
        ("区划代码,生效日期", "tier"),
        ("区划代码,等级", "effective_from"),
        ("区划代码,等级,生效日期,颜色", "颜色"),
        ("区划代码,code,等级,生效日期", "Two columns"),
    ],
)
def test_a_table_that_lacks_or_doubles_a_column_is_refused_whole(take, heading, what):
    width = heading.count(",") + 1
    with pytest.raises(TableUnreadable, match=what):
        take(f"{heading}\n{','.join(['1'] * width)}\n")
    assert not Declaration.objects.exists()


def test_nothing_is_stored_when_the_import_breaks_half_way(take, monkeypatch):
    from linli.response import tier_import

    real, calls = tier_import.declare, []

    def breaks(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("power cut")
        return real(*args, **kwargs)

    monkeypatch.setattr(tier_import, "declare", breaks)
    with pytest.raises(RuntimeError):
        take(SIMPLE)
    assert not Declaration.objects.exists()


def test_cells_that_a_spreadsheet_would_calculate_are_guarded_and_read_back(take, namesakes, tmp_path):
    report = take(snapshot("江东省,东宁市,高新区,=1+1小区,middle,2022-07-01 09:00:00,,2022-07-09 09:00:00,"))
    file = tmp_path / "ask.csv"
    write_questions(file, report.questions)
    text = file.read_text(encoding="utf-8-sig")
    assert "'=1+1小区" in text

    answered = take(text.replace("\r\n", "\n").rstrip("\n") + "360106000000\n", name="ask.csv")
    assert counts(answered) == (1, 0, 0, 0, 0)
    assert Area.objects.get().name == "=1+1小区"


# ---- the command ----------------------------------------------------------------------------------------------------
@pytest.mark.row("A2")
def test_the_command_reports_in_json_and_writes_the_questions(namesakes, tmp_path, monkeypatch):
    monkeypatch.setattr("linli.command.import_tiers.migrate_database", lambda: None)
    file, ask = tmp_path / "list.csv", tmp_path / "ask.csv"
    file.write_text(
        snapshot(
            area_line("锦绣路128号", "high", "2022-07-01", "2022-07-08"),
            area_line("翠园街道锦绣路128号", "middle", "2022-07-08", "2022-07-11"),
        ),
        encoding="utf-8",
    )
    arguments = ["import", "tiers", str(file), "--commit", "--json", "--ask", str(ask), "--at", "2022-12-01T08:00:00"]

    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["committed"], report["accepted"], report["asked"], report["rejected"]) == (True, 1, 1, 0)
    assert report["questions"][0]["row"] == 3
    assert ask.exists()


def test_the_command_says_what_is_wrong_and_ends_with_1(namesakes, tmp_path, monkeypatch):
    monkeypatch.setattr("linli.command.import_tiers.migrate_database", lambda: None)
    missing = CliRunner().invoke(main, ["import", "tiers", str(tmp_path / "none.csv")])
    assert missing.exit_code == 1
    assert "There is no such file" in missing.stderr

    file = tmp_path / "list.csv"
    file.write_text("区划代码,等级,生效日期\n350583000000,橙,2020-06-01\n", encoding="utf-8")
    bad = CliRunner().invoke(main, ["import", "tiers", str(file)])
    assert bad.exit_code == 1
    assert "row 2" in bad.stderr
