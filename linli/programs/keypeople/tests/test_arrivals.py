"""Somebody comes: known or not, reported or found, they are registered once and on the registers of their origin."""

from datetime import date, timedelta

import pytest

from linli.community.models import Residence, Resident
from linli.community.people.operations import Home, Person, end_residence
from linli.programs.keypeople.operations import (
    Lodging,
    follow_up_report,
    register_arrival,
    register_newcomer,
)
from linli.programs.keypeople.program import PROGRAM
from linli.programs.keypeople.reports import reports_in
from linli.programs.keypeople.tests.conftest import STAFF
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, record_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused, Scope

HERE = "350583001001"


def payload(**changed):
    return {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH", **changed}


def on(resident_id):
    return set(Enrolment.objects.filter(resident=resident_id).values_list("group", flat=True))


@pytest.mark.row("C1")
@pytest.mark.parametrize(
    ("said", "groups"),
    [
        ({"origin_tier": "HIGH"}, {"arrival", "arrival_high_risk"}),
        ({"origin_tier": "MEDIUM", "for_holiday": True}, {"arrival", "arrival_medium_risk", "holiday_returnee"}),
        ({"origin_tier": "INBOUND", "origin": "菲律宾"}, {"arrival", "inbound_arrival"}),
        ({"origin_tier": "LOW", "has_proof": True}, {"arrival", "arrival_low_risk"}),
        (
            {"origin_tier": "LOW", "has_proof": True, "point_to_point": True},
            {"arrival", "arrival_low_risk", "arrival_low_risk_proven"},
        ),
    ],
)
def test_a_newcomer_is_registered_with_home_and_groups_in_one_go(grid, at, said, groups):
    entry = register_newcomer(
        Person(name="王小海"), lodging=Lodging(home=Home(household=grid.flat)), payload=payload(**said), by=STAFF, at=at
    ).entry
    assert on(entry.resident_id) == groups
    home = Residence.objects.get(resident=entry.resident_id)
    assert (home.household, home.kind, home.from_day) == (grid.flat, "TEMPORARY", date(2020, 6, 10))
    assert entry.division_id == HERE


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"origin_tier": ""}, PayloadRefused), ({"arrived_on": "2020-06-11"}, EntryRefused)],
)
def test_with_a_mistake_neither_the_person_nor_the_arrival_is_there(grid, at, wrong, why):
    before = Resident.objects.count()
    with pytest.raises(why):
        register_newcomer(
            Person(name="王小海"), lodging=Lodging(home=Home(household=grid.flat)), payload=payload(**wrong), by=STAFF,
            at=at,
        )  # fmt: skip
    assert (Resident.objects.count(), Entry.objects.count()) == (before, 0)


def test_who_had_left_moves_in_again_where_they_lived_last(grid, at, later):
    end_residence(grid.lin, reason="LEFT", to_day=date(2020, 6, 15), by=STAFF, at=at)
    back = later(days=20)
    register_arrival(grid.lin, payload=payload(arrived_on="2020-06-30"), by=STAFF, at=back)
    rows = list(grid.lin.residences.values_list("household", "from_day", "to_day"))
    assert rows == [
        (grid.flat.pk, date(2020, 6, 10), date(2020, 6, 15)),
        (grid.flat.pk, date(2020, 6, 30), None),
    ]


def test_who_still_lives_here_keeps_the_home(grid, at):
    register_arrival(grid.lin, payload=payload(), by=STAFF, at=at)
    assert grid.lin.residences.count() == 1
    assert on(grid.lin.pk) == {"arrival", "arrival_high_risk"}


# ---- told by others ------------------------------------------------------------------------------------------------
@pytest.fixture
def report(grid, at):
    """A landlord says that somebody comes tomorrow."""

    def report(**changed):
        said = {
            "name": "王小海", "origin": "北京市丰台区", "origin_tier": "HIGH", "arrives_on": "2020-06-11",
            "at_whose": "兰溪苑1-101林阿芳家", "told_by": "HOST", **changed,
        }  # fmt: skip
        draft = Draft(kind="host_report", subject=grid.community, happened_at=at, payload=said)
        return record_entry(draft, by=STAFF, at=at).entry

    return report


def owed(day, at):
    return list(PROGRAM.duties(Scope(divisions=(HERE,), day=day, at=at)))


@pytest.mark.row("C1")
def test_a_report_is_due_until_the_arrival_is_registered(grid, report, day, at, later):
    told = report()
    [duty] = owed(day, at)
    assert (duty.kind, duty.division, duty.about, duty.is_urgent) == ("host_report_done", HERE, str(told.pk), True)
    assert duty.norms == ("n40.arrivals.host-report",)
    assert duty.due_to.isoformat() == "2020-06-12T00:00:00+08:00"

    tomorrow = later(days=1)
    come = register_newcomer(
        Person(name="王小海"),
        lodging=Lodging(home=Home(household=grid.flat)),
        payload=payload(arrived_on="2020-06-11", told_by="HOST"),
        report=told.pk,
        by=STAFF,
        at=tomorrow,
    ).entry
    [followed] = reports_in([HERE], day=date(2020, 6, 11))
    assert followed.done.payload == {"about": str(told.pk), "outcome": "REGISTERED", "arrival": str(come.pk)}
    assert owed(date(2020, 6, 12), later(days=2)) == []


def test_who_is_there_already_is_looked_up_within_two_hours(report, day, at):
    report(arrives_on="2020-06-10", told_by="NEIGHBOUR", origin_tier="LOW")
    [duty] = owed(day, at)
    assert duty.due_to == at + timedelta(hours=2)
    assert (duty.norms, duty.clauses) == ((), ("nanweiban-2020-40 (三)",))


@pytest.mark.parametrize(
    ("outcome", "note", "code"), [("NOT_COMING", "", "note_missing"), ("REGISTERED", "来了", "arrival_missing")]
)
def test_a_report_is_not_closed_without_saying_how(report, at, outcome, note, code):
    with pytest.raises(EntryRefused, match=code):
        follow_up_report(report(), outcome=outcome, note=note, by=STAFF, at=at)


def test_two_reports_are_followed_one_by_one(report, day, at, later):
    first, second = report(), report(name="李阿土")
    follow_up_report(first, outcome="NOT_COMING", note="电话问过，改到下月", by=STAFF, at=at)
    open_ = [duty.about for duty in owed(day + timedelta(days=1), later(days=1))]
    assert open_ == [str(second.pk)]
