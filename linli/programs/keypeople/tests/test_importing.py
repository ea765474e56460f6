"""Tables of arrivals from several offices: each person matched or registered, each arrival received once."""

import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.command import import_arrivals as command
from linli.community.models import Residence, Resident, ResidentDocument
from linli.community.people.importing import write_questions
from linli.community.people.operations import Home, Person, end_residence, register_resident
from linli.community.sheets.sheet import SheetRow, read_sheet
from linli.programs.keypeople import arrival_rows
from linli.programs.keypeople.arrival_rows import ASKED, COLUMNS, ArrivalRows
from linli.programs.keypeople.importing import import_arrivals
from linli.records import people
from linli.records.models import Enrolment, Entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

CARD, OTHER = "990583198801010019", "990583195203080021"
HEADING = "姓名,身份证号,联系电话,来源地,来源地风险,到达日期,社区,住址,交通方式,车次"
POLICE = f"""旅客信息推送,,,,,,,,,
{HEADING}
苏建国,'{CARD},154 0000 5678,北京市丰台区,高风险,2020年6月9日,溪美社区,兰溪苑2号楼201,火车,G123
林阿芳,{OTHER},15400001234,厦门市,低,6月10日,溪美,,,
"""
TRANSPORT = f"""name,ID number,phone,from,risk,day of arrival,community
苏建国,{CARD},15400005678,北京市 丰台区,HIGH,2020-06-09,溪美社区居委会
"""


@pytest.fixture
def take(grid, tmp_path, day, at):
    """``take(table)`` imports it as of the tests' morning; other days by ``at``."""

    def take(text, *, at=at, commit=True, **more):
        file = tmp_path / "arrivals.csv"
        file.write_text(text, encoding="gb18030")
        sheet = read_sheet(file, columns=COLUMNS, year=day.year)
        return import_arrivals(sheet, by=SYSTEM, at=at, commit=commit, **more)

    return take


DOUBTFUL = (
    "姓名,出生日期,联系电话,来源地,来源地风险,到达日期,社区\n"
    "林阿香,1952-3-8,15400001234,厦门市,低,2020-06-10,溪美社区\n"
)


def table(*rows):
    return "\n".join([HEADING, *rows]) + "\n"


def counted(report):
    return report.accepted, report.matched, len(report.questions), report.rejected


def stored():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Resident, ResidentDocument, Residence, Entry, Enrolment, Act)
    ]


def test_the_known_are_matched_the_new_registered_and_each_arrival_written_down(take, grid, day):
    report = take(POLICE)

    assert (*counted(report), report.registered) == (2, 0, 0, 0, 1)
    su = Resident.objects.get(name="苏建国")
    assert (su.phone, su.birth_day) == ("15400005678", date(1988, 1, 1))
    home = su.residences.get()
    assert (home.division, home.household, home.kind, home.from_day) == (
        grid.community, None, "TEMPORARY", date(2020, 6, 9),
    )  # fmt: skip
    entry = Entry.objects.get(resident=su)
    assert (entry.kind, entry.channel, entry.day, entry.division_id) == (
        "arrival", "IMPORT", date(2020, 6, 9), grid.community.pk,
    )  # fmt: skip
    assert entry.payload == {
        "arrived_on": "2020-06-09", "origin": "北京市丰台区", "origin_tier": "HIGH", "came_by": "火车 G123",
        "told_by": "PUSHED",
    }  # fmt: skip
    assert set(Enrolment.objects.filter(resident=grid.lin).values_list("group", flat=True)) == {
        "arrival", "arrival_low_risk",
    }  # fmt: skip


@pytest.mark.row("C3")
def test_what_police_and_transport_both_push_is_received_once_and_acknowledged(take):
    take(POLICE)
    report = take(TRANSPORT)

    assert counted(report) == (0, 1, 0, 0)
    assert report.matches[0]["certainty"] > 0.99
    [outcome] = report.outcomes
    assert (outcome.what, "只收一次" in outcome.why[0]) == ("MATCHED", True)
    assert Entry.objects.filter(resident__name="苏建国").count() == 1
    assert Resident.objects.filter(name="苏建国").count() == 1


def test_the_id_follows_from_who_when_and_whence_whatever_else_the_table_says(take):
    take(POLICE)
    entry = Entry.objects.get(resident__name="苏建国")
    cells = {
        "name": "苏建国", "division": "溪美社区", "origin": "北京市 丰台区", "origin_tier": "HIGH",
        "arrival_day": "2020-06-09",
    }  # fmt: skip
    row = SheetRow(number=1, cells=cells)
    other = ArrivalRows(otherwise=None, today=date(2020, 6, 10)).read(row)
    assert other.payload != entry.payload
    assert other.entry_id(entry.resident_id) == entry.pk


def test_a_dry_run_says_the_same_and_stores_nothing(take):
    before = stored()
    rehearsed = take(POLICE, commit=False)
    assert stored() == before
    done = take(POLICE)
    assert counted(rehearsed) == counted(done)
    assert [(one.row, one.what, one.why) for one in rehearsed.outcomes] == [
        (one.row, one.what, one.why) for one in done.outcomes
    ]


def test_twice_is_once(take, at):
    take(POLICE)
    before = stored()
    again = take(POLICE, at=at + timedelta(hours=1))
    assert counted(again) == (0, 2, 0, 0)
    assert stored() == before


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("王一,,,北京,高,2020-06-11,溪美社区,,,", "2020-06-11还没有到"),
        ("王一,,,北京,高,2020-02-31,溪美社区,,,", "没有“2020-02-31”这一天"),
        ("王一,,,北京,高,2019-12-31,溪美社区,,,", "太早"),
        ("王一,,,北京,高,,溪美社区,,,", "没有到达日期"),
        ("王一,,,北京,高,2020-06-10,不存在社区,,,", "没有“不存在社区”这个村（社区）"),
        ("王一,,,北京,高,2020-06-10,,,,", "没有写到哪个村（社区）"),
        ("王一,,,,高,2020-06-10,溪美社区,,,", "没有写从哪里来"),
        ("王一,,,北京,很高,2020-06-10,溪美社区,,,", "不是风险等级"),
        ("王一,,,北京,,2020-06-10,溪美社区,,,", "没有写来源地风险"),
        (",,15400001111,北京,高,2020-06-10,溪美社区,,,", "没有姓名"),
        ("王一,990583198801010018,,北京,高,2020-06-10,溪美社区,,,", "末位校验不对"),
        ("王一,9.90583E+17,,北京,高,2020-06-10,溪美社区,,,", "末几位"),
    ],
)
def test_a_row_that_cannot_be_says_why_and_nothing_of_it_is_stored(take, row, why):
    before = stored()
    report = take(table(row))
    assert counted(report) == (0, 0, 0, 1)
    assert why in report.rejections[0].reason
    assert stored() == before


def test_a_bad_row_is_not_in_the_way_of_the_good_ones(take):
    bad, good = (
        "王一,990583198801010018,,北京,高,2020-06-10,溪美社区,,,",
        "王二,,15400001111,北京,高,2020-06-10,溪美社区,,,",
    )
    report = take(table(bad, good))
    assert counted(report) == (1, 0, 0, 1)
    assert Entry.objects.get().resident.name == "王二"


def test_the_tier_that_is_declared_for_the_place_of_origin_stands_in_for_one_that_is_not_said(
    take, places, at, monkeypatch
):

    asked = []

    def facts_of(code, *, day):
        asked.append((code, day))
        return SimpleNamespace(facts=SimpleNamespace(values={"tier": "MEDIUM"}))

    monkeypatch.setattr(arrival_rows, "facts_of", facts_of)
    report = take(table("王一,,,晋江市,,2020-06-09,溪美社区,,,", "王二,,,晋江市,,2020-06-09,溪美社区,,,"))
    assert counted(report) == (2, 0, 0, 0)
    assert {entry.payload["origin_tier"] for entry in Entry.objects.all()} == {"MEDIUM"}
    assert asked == [("350582000000", date(2020, 6, 9))]


def test_another_tier_for_the_same_arrival_is_a_correction_for_a_human(take):
    take(POLICE)
    report = take(TRANSPORT.replace("HIGH", "LOW"))
    assert "更正" in report.rejections[0].reason
    assert Entry.objects.get(resident__name="苏建国").payload["origin_tier"] == "HIGH"


def test_a_newer_phone_replaces_the_old_one_and_an_older_table_does_not_take_it_back(take, at):
    take(POLICE)
    later = at + timedelta(days=5)
    newer = TRANSPORT.replace("2020-06-09", "2020-06-15").replace("15400005678", "15400009999")
    report = take(newer, at=later)
    su = Resident.objects.get(name="苏建国")
    assert (report.contacts, su.phone, su.phone_tail) == (1, "15400009999", "9999")
    act = Act.objects.get(action="resident.contact_updated")
    assert (act.object_id, act.detail) == (str(su.pk), {})

    assert take(POLICE, at=later).contacts == 0
    su.refresh_from_db()
    assert su.phone == "15400009999"


def test_somebody_who_had_left_lives_here_again(take, grid, day, at):
    end_residence(grid.lin, reason="LEFT", to_day=day, by=SYSTEM, at=at)
    report = take(POLICE)
    assert "曾离开" in report.outcomes[1].why[0]
    last = grid.lin.residences.order_by("id").last()
    assert (last.division, last.from_day, last.to_day) == (grid.community, day, None)


def test_somebody_who_has_died_does_not_arrive(take, grid, day, at):
    end_residence(grid.lin, reason="DIED", to_day=day, by=SYSTEM, at=at)
    assert "去世" in take(POLICE).rejections[0].reason


def test_one_who_was_merged_is_found_under_the_row_that_is_kept(take, grid, day, at):
    """The number belongs to the row that is gone, the arrival to the person."""
    kept = register_resident(
        Person(name="林亚芳"), home=Home(household=grid.other), kind="RESIDENT", from_day=day, by=SYSTEM, at=at
    )
    people.merge(kept=kept, gone=grid.lin, reason="同一个身份证", by=SYSTEM, at=at)
    report = take(POLICE)
    assert counted(report) == (2, 0, 0, 0)
    assert [match["id"] for match in report.matches] == [str(kept.pk)]
    assert Entry.objects.filter(resident=kept).count() == 1


def test_one_who_stands_twice_in_the_table_arrives_once(take):
    report = take(table(
        f"苏建国,{CARD},15400005678,北京,高,2020-06-09,溪美社区,,火车,",
        f"苏建国,{CARD},,北京,高,2020-06-09,溪美社区,,,",
    ))  # fmt: skip
    assert (*counted(report), report.registered) == (1, 1, 0, 0, 1)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(("decision", "expected"), [("same", 1), ("新", 2)])
def test_a_doubtful_row_goes_to_a_file_and_comes_back_answered(take, grid, tmp_path, decision, expected):
    report = take(DOUBTFUL)
    assert counted(report) == (0, 0, 1, 0)
    file = tmp_path / "ask.csv"
    write_questions(file, report.questions, columns=COLUMNS, fields=ASKED)
    text = file.read_text(encoding="utf-8-sig").rstrip()
    answered = f"{text[:-1] if text.endswith(',') else text},{grid.lin.pk if decision == 'same' else decision}\n"

    assert counted(take(answered)) == (1, 0, 0, 0)
    assert Resident.objects.count() == expected
    before = stored()
    assert counted(take(answered)) == (0, 1, 0, 0)
    assert stored() == before


def test_on_a_page_the_answer_is_given_by_row(take, grid):
    assert counted(take(DOUBTFUL, decisions={2: str(grid.lin.pk)})) == (1, 0, 0, 0)
    assert Entry.objects.get().resident == grid.lin
    nobody = "00000000-0000-0000-0000-000000000001"
    assert "不在可能的人里" in take(DOUBTFUL, decisions={2: nobody}).rejections[0].reason


def test_only_rows_of_ones_own_divisions_are_taken(take, grid, places):
    village = places["省身村委会"].code
    own = take(table("王一,,15400001111,北京,高,2020-06-10,省身村,,,"), areas=["350583001000"])
    assert "不在您的辖区" in own.rejections[0].reason
    known = take(table(f"林阿芳,{OTHER},15400001234,厦门市,低,2020-06-10,省身村,,,"), areas=[village])
    assert "以外的村（社区）管理" in known.rejections[0].reason
    assert not Entry.objects.exists()


def test_who_lives_in_another_community_stays_there_and_the_report_says_so(take, grid):
    report = take(table(f"林阿芳,{OTHER},15400001234,厦门市,低,2020-06-10,省身村,,,"))
    assert "办移交" in " ".join(report.outcomes[0].why)
    assert Entry.objects.get().division_id == grid.community.pk
    assert grid.lin.residences.get().to_day is None


def test_hundreds_of_arrivals_take_a_steady_number_of_queries(take, django_assert_max_num_queries):
    rows = [f"王{a}{b},,154{number * 7919:08d},北京,高,2020-06-10,溪美社区,,," for number, (a, b) in enumerate(
        (a, b) for a in "春夏秋冬东南西北金木" for b in "日月星辰山川湖海风雨雷电云雪霜露草木花鸟"
    )]  # fmt: skip
    with django_assert_max_num_queries(110):
        report = take(table(*rows))
    assert (report.accepted, report.registered) == (200, 200)


NAMES = ["苏建国", "苏建华", "林阿芳", "王一"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["", CARD, OTHER]),
        st.sampled_from(["", "15400005678", "15400001234"]),
        st.sampled_from(["北京市丰台区", "厦门市"]),
        st.sampled_from(["高", "低"]),
        st.sampled_from(["2020-06-08", "2020-06-09", "2020-06-11", "6月31日"]),
        st.sampled_from(["溪美社区", "中山社区", "无此村"]),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(police=ROWS, transport=ROWS)
def test_whatever_two_offices_push_twice_is_once(take, grid, police, transport):
    """Every row has one answer; whoever was taken is taken once; the same tables again change nothing."""
    tables = [table(*(",".join([*row, "", "", ""]) for row in rows)) for rows in (police, transport)]
    with transaction.atomic():
        for text in tables:
            report = take(text)
            left = {number for number, _ in report.left_out}
            rows = text.count("\n") - 1
            assert sum(counted(report)) + len(left) == rows
            assert len({one.row for one in report.outcomes}) == len(report.outcomes) == sum(counted(report))
        arrivals = [(entry.resident_id, entry.day) for entry in Entry.objects.filter(kind="arrival")]
        assert len(set(arrivals)) == len(arrivals)
        before = stored()
        for text in tables:
            assert take(text).accepted == 0
        assert stored() == before
        transaction.set_rollback(True)


def test_the_command_line_takes_a_table_and_tells_what_became_of_each_row(grid, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "set_up_django", lambda: None)
    monkeypatch.setattr(command, "migrate_database", lambda: None)
    file = tmp_path / "police.csv"
    file.write_text(POLICE, encoding="gb18030")

    def run(*options):
        return CliRunner().invoke(command.arrivals, [str(file), "--day", "2020-06-10", *options])

    dry = run("--json")
    assert (dry.exit_code, Entry.objects.count()) == (0, 0)
    assert json.loads(dry.stdout)["accepted"] == 2
    done = run("--commit", "--json")
    told = json.loads(done.stdout)
    assert (told["committed"], told["accepted"], told["registered"], Entry.objects.count()) == (True, 2, 1, 2)
    assert [row["outcome"] for row in told["rows"]] == ["ACCEPTED", "ACCEPTED"]
    assert json.loads(run("--commit", "--json").stdout)["matched"] == 2
