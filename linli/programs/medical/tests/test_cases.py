"""Who is a case follows from what was found; homes are disinfected, contacts traced, the recovered followed."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from linli.community.access import GridReach
from linli.community.roles import Role
from linli.programs.medical.operations import Step, take_step
from linli.programs.medical.program import PROGRAM
from linli.programs.medical.queries import cases_in, homes_to_disinfect
from linli.programs.medical.tests.conftest import DOCTOR
from linli.records.models import Enrolment
from linli.records.program import EntryRefused, Fact, Scope
from linli.records.program import spans_of as spans
from linli.records.queries import as_fact
from linli.records.registers import registers

HERE = "350583001001"
CARE = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})


def duties(kind, day, at):
    return [duty for duty in PROGRAM.duties(Scope(divisions=(HERE,), day=day, at=at)) if duty.kind == kind]


def on_registers(resident):
    rows = Enrolment.objects.filter(resident=resident).order_by("from_day", "id")
    return [(row.group, row.from_day.isoformat(), row.to_day.isoformat() if row.to_day else None) for row in rows]


@pytest.fixture
def find(write):
    """``find(person, "SUSPECTED", "2020-06-08")``: a diagnosis, written down in the order of the calls."""
    calls = iter(range(1, 100))

    def find(person, state, on, **more):
        return write("diagnosis", person, minutes=next(calls), state=state, diagnosed_on=on, **more)

    return find


@pytest.mark.row("C2")
def test_suspected_confirmed_recovered_each_until_the_next(village, find):
    find(village.lin, "SUSPECTED", "2020-06-01", where="南安市医院")
    find(village.lin, "CONFIRMED", "2020-06-03", where="泉州市第一医院")
    find(village.lin, "RECOVERED", "2020-06-09", followed_to="2020-06-23")
    assert on_registers(village.lin) == [
        ("suspected", "2020-06-01", "2020-06-03"),
        ("confirmed", "2020-06-03", "2020-06-09"),
        ("recovered", "2020-06-09", "2020-06-24"),
    ]


def test_registers_of_a_diagnosis_are_seen_by_those_who_treat_alone():
    assert {registers()[group].roles for group in ("suspected", "confirmed", "asymptomatic", "recovered")} == {CARE}


def test_who_was_suspected_and_excluded_is_on_no_register_of_cases(village, find, day, at):
    find(village.lin, "SUSPECTED", "2020-06-08")
    assert duties("case_tracing", day, at + timedelta(hours=1))
    find(village.lin, "EXCLUDED", "2020-06-09")
    assert on_registers(village.lin) == [("suspected", "2020-06-08", "2020-06-09")]
    assert duties("case_tracing", day, at + timedelta(hours=1)) == []
    assert duties("disinfection", day, at + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("before", "state", "on", "code"),
    [
        ([], "RECOVERED", "2020-06-09", "was_no_case"),
        ([], "EXCLUDED", "2020-06-09", "was_no_case"),
        ([("SUSPECTED", "2020-06-08")], "RECOVERED", "2020-06-09", "does_not_follow"),
        ([("CONFIRMED", "2020-06-08")], "SUSPECTED", "2020-06-09", "does_not_follow"),
        ([("CONFIRMED", "2020-06-08")], "CONFIRMED", "2020-06-09", "does_not_follow"),
        ([("CONFIRMED", "2020-06-08")], "EXCLUDED", "2020-06-09", "does_not_follow"),
        ([], "CONFIRMED", "2020-06-11", "diagnosed_later"),
    ],
)
def test_what_does_not_follow_is_refused(village, find, before, state, on, code):
    for earlier, day in before:
        find(village.lin, earlier, day)
    more = {"followed_to": "2020-06-30"} if state == "RECOVERED" else {}
    with pytest.raises(EntryRefused) as refused:
        find(village.lin, state, on, **more)
    assert refused.value.code == code


def test_a_discharge_says_until_when_the_person_is_followed(village, find):
    find(village.lin, "CONFIRMED", "2020-06-01")
    with pytest.raises(EntryRefused, match="follow_up_open"):
        find(village.lin, "RECOVERED", "2020-06-09")


def test_a_diagnosis_written_down_late_takes_its_place_by_its_day(village, find):
    find(village.lin, "CONFIRMED", "2020-06-05")
    find(village.lin, "SUSPECTED", "2020-06-03")
    assert on_registers(village.lin) == [
        ("suspected", "2020-06-03", "2020-06-05"),
        ("confirmed", "2020-06-05", None),
    ]


def test_what_the_hospital_says_at_the_end_of_an_alert_is_a_diagnosis(village, positive, find, day, at):
    alert = positive(village.lin)
    moment = at + timedelta(minutes=90)
    take_step(alert, Step(step="CLOSED", outcome="SUSPECTED", hospital="南安市医院"), by=DOCTOR, at=moment)
    assert ("suspected", "2020-06-10", None) in on_registers(village.lin)
    [home] = homes_to_disinfect(GridReach(day=day, areas=(HERE,)))
    assert (home.home.household, home.done) == (village.flat, None)


@pytest.mark.row("D9")
def test_the_home_of_a_case_is_to_be_disinfected_until_somebody_confirms_it(village, find, write, day, at):
    find(village.lin, "CONFIRMED", "2020-06-10")
    later = at + timedelta(hours=2)
    [duty] = duties("disinfection", day, later)
    assert (duty.household, duty.norms) == (village.flat.pk, ("n40.cases.disinfection", "n40.cdc.guide-disinfection"))
    reach = GridReach(day=day, areas=(HERE,))

    order = {"ordered_on": "2020-06-10", "ordered_by": "市疾控", "done_by": "消杀队"}
    write("disinfection_order", village.flat, minutes=30, **order)
    [row] = homes_to_disinfect(reach)
    assert (row.ordered.payload["ordered_by"], row.done) == ("市疾控", None)

    done = {"terminal": True, "done_on": "2020-06-10", "done_by": "消杀队", "agent": "含氯消毒液"}
    write("disinfection", village.flat, minutes=60, **done)
    [row] = homes_to_disinfect(reach)
    assert row.done.payload["agent"] == "含氯消毒液"
    assert row.done.happened_at > duty.due_from


def test_disinfection_is_not_of_a_day_to_come(village, write):
    with pytest.raises(EntryRefused, match="disinfected_later"):
        write("disinfection", village.flat, terminal=True, done_on="2020-06-11", done_by="消杀队", agent="酒精")


@pytest.mark.row("D5")
def test_each_new_case_is_to_be_traced_until_it_is_written_down_as_traced(village, find, write, day, at):
    first = find(village.lin, "SUSPECTED", "2020-06-09")
    find(village.lin, "CONFIRMED", "2020-06-10")
    [duty] = duties("case_tracing", day, at + timedelta(hours=1))
    assert (duty.resident, duty.about, duty.due_from) == (village.lin.pk, str(first.pk), first.happened_at)
    assert "m9.org.case-tracing" in duty.norms
    write("case_tracing", village.lin, minutes=90, about=str(first.pk), contacts=0)
    [row] = cases_in(GridReach(day=day, areas=(HERE,)))
    assert row.traced.happened_at >= duty.due_from


@pytest.mark.row("D8")
def test_the_recovered_are_followed_until_the_day_the_hospital_said(village, find, write, day, at):
    find(village.lin, "CONFIRMED", "2020-06-01")
    found = find(village.lin, "RECOVERED", "2020-06-09", followed_to="2020-06-23")
    [row] = cases_in(GridReach(day=day, areas=(HERE,)))
    assert (row.episode.followed_to, row.last_seen) == (date(2020, 6, 23), None)
    assert duties("follow_up", day, at + timedelta(hours=1)) == []

    last = date(2020, 6, 23)
    [duty] = duties("follow_up", last, at + (last - day))
    assert (duty.resident, duty.about, duty.due_from.date()) == (village.lin.pk, str(found.pk), last)
    assert "m9.recovered.follow-up" in duty.norms


def test_the_same_entries_make_the_same_registers_in_any_order(village, find, positive):
    entries = [
        positive(village.lin),
        find(village.lin, "SUSPECTED", "2020-06-01"),
        find(village.lin, "CONFIRMED", "2020-06-03"),
        find(village.lin, "RECOVERED", "2020-06-09", followed_to="2020-06-23"),
    ]
    facts: list[Fact] = [as_fact(entry) for entry in entries]
    assert len({str(spans(list(order))) for order in permutations(facts)}) == 1
