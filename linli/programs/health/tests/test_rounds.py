"""Door-knock rounds: whom they reach, and the register of severe risk."""

from datetime import date

import pytest

from linli.community.people.merging import merge_people
from linli.programs.health.due import born_by, duties
from linli.programs.health.operations import knock
from linli.programs.health.tests.conftest import STAFF, moment
from linli.records.models import Enrolment, Entry
from linli.records.program import EntryRefused, Scope
from linli.trail.actor import SYSTEM
from linli.worklist.queries import work_of

CODE = "350583001001"


def owed(when, kind="door_knock"):
    at = moment(when)
    return {duty.resident: duty for duty in duties(Scope(divisions=(CODE,), day=at.date(), at=at)) if duty.kind == kind}


def listed(when, kind="door_knock"):
    at = moment(when)
    return {item.subject: item.state for item in work_of(CODE, day=at.date(), at=at) if item.kind == kind}


@pytest.mark.row("C5")
def test_in_a_round_everybody_from_65_and_at_severe_risk_is_due_once(village, write, begun):
    write("risk_level", village.wang, "2023-01-09T10:00", risk="HIGH", why="长期吸氧")

    found = owed("2023-01-10T09:00")

    assert set(found) == {village.lin.pk, village.chen.pk, village.wang.pk}
    old, at_risk = found[village.lin.pk], found[village.wang.pk]
    assert (old.due_from, old.due_to) == (moment("2023-01-09T00:00"), moment("2023-01-23T00:00"))
    assert "m5.health.door-knock" in old.norms and "m5.health.door-knock-risk" not in old.norms
    assert "m5.health.door-knock-risk" in at_risk.norms and "m5.health.door-knock" not in at_risk.norms
    assert listed("2023-01-10T09:00") == {village.lin.pk: "DUE", village.chen.pk: "DUE", village.wang.pk: "DUE"}


@pytest.mark.row("C5")
def test_who_was_reached_is_done_and_who_was_not_is_due_again_the_next_day(village, write, begun):
    write("door_knock", village.lin, "2023-01-10T09:00")
    write("door_knock", village.chen, "2023-01-10T09:30", reached="NOBODY", condition="")
    assert listed("2023-01-10T10:00") == {village.lin.pk: "DONE", village.chen.pk: "DONE"}
    assert listed("2023-01-11T10:00") == {village.chen.pk: "DUE"}
    write("door_knock", village.chen, "2023-01-11T11:00", reached="PHONE")
    assert listed("2023-01-12T10:00") == {}


def test_a_later_knock_in_vain_does_not_undo_that_somebody_was_reached(village, write, begun):
    write("door_knock", village.lin, "2023-01-10T09:00")
    write("door_knock", village.lin, "2023-01-11T09:00", reached="NOBODY", condition="")
    assert village.lin.pk not in listed("2023-01-12T10:00")


def test_without_a_round_and_before_2023_nothing_is_due(village, write):
    assert owed("2023-01-10T09:00") == {}
    write(
        "round", village.community, "2022-12-01T08:00", kind="door_knock", from_day="2022-12-01",
        to_day="2023-01-31", purpose="演练",
    )  # fmt: skip
    assert owed("2022-12-31T09:00") == {}
    assert owed("2023-01-05T09:00") == {}
    assert set(owed("2023-01-06T09:00")) == {village.lin.pk, village.chen.pk}


def test_the_next_round_asks_again(village, write, begun):
    write("door_knock", village.lin, "2023-01-10T09:00")
    write(
        "round", village.community, "2023-02-01T08:00", kind="door_knock", from_day="2023-02-01",
        to_day="2023-02-15", purpose="元宵前敲门",
    )  # fmt: skip
    assert listed("2023-02-02T09:00")[village.lin.pk] == "DUE"


def test_a_round_for_those_at_risk_alone(village, write):
    write("risk_level", village.chen, "2023-01-09T08:00", risk="HIGH", why="术后")
    write(
        "round", village.community, "2023-01-09T09:00", kind="door_knock", group="severe_risk",
        from_day="2023-01-09", to_day="2023-01-23", purpose="先走高风险",
    )  # fmt: skip
    assert set(owed("2023-01-10T09:00")) == {village.chen.pk}


def test_who_is_of_age_during_the_round_is_due_from_the_birthday(village, begun):
    soon = village.lives("李新", date(1958, 1, 15))
    assert soon.pk not in owed("2023-01-14T09:00")
    assert soon.pk in owed("2023-01-15T09:00")


def test_of_age_on_29_february():
    assert born_by(date(2024, 2, 29), age=65) == date(1959, 2, 28)
    assert born_by(date(2023, 1, 10), age=65) == date(1958, 1, 10)


@pytest.mark.row("C5")
def test_a_kit_is_due_with_the_round_until_it_was_given_once(village, begun):
    assert set(owed("2023-01-10T09:00", "kit")) == {village.lin.pk, village.chen.pk}
    at = moment("2023-01-10T09:00")
    knock(village.lin, payload={"reached": "SEEN", "condition": "WELL"}, kit=["MASKS", "ANTIGEN"], by=STAFF, at=at)
    assert Entry.objects.get(kind="kit").payload == {"items": ["MASKS", "ANTIGEN"]}
    assert listed("2023-01-10T10:00", "kit") == {village.lin.pk: "DONE", village.chen.pk: "DUE"}
    assert listed("2023-01-11T10:00", "kit") == {village.chen.pk: "DUE"}


def test_a_knock_that_is_refused_brings_no_kit(village):
    at = moment("2023-01-10T09:00")
    with pytest.raises(EntryRefused, match="not_reached"):
        knock(village.lin, payload={"reached": "NOBODY", "risk": "HIGH"}, kit=["MASKS"], by=STAFF, at=at)
    assert not Entry.objects.exists()


@pytest.mark.row("C5")
def test_the_register_of_severe_risk_follows_from_what_was_found(village, write):
    write("door_knock", village.wang, "2023-01-10T09:00", risk="HIGH")
    write("risk_level", village.wang, "2023-01-12T09:00", risk="HIGH", why="仍需吸氧")
    write("risk_level", village.wang, "2023-01-15T09:00", risk="MEDIUM", why="好转")
    row = Enrolment.objects.get(group="severe_risk")
    assert (row.resident_id, row.from_day, row.to_day) == (village.wang.pk, date(2023, 1, 10), date(2023, 1, 15))
    assert (row.clause, row.end_reason) == ("minfa-2023-5 三", "好转")


def test_somebody_in_urgent_need_is_the_doctors_business(village, write):
    assert write("door_knock", village.lin, "2023-01-10T09:00", condition="URGENT").is_abnormal
    assert not write("door_knock", village.chen, "2023-01-10T09:00").is_abnormal


def test_a_knock_at_a_row_that_was_merged_counts_for_the_one_who_is_kept(village, write, begun):
    twice = village.lives("林阿芬", date(1952, 3, 8))
    write("door_knock", twice, "2023-01-09T09:00", reached="NOBODY", condition="")
    merge_people(kept=village.lin, gone=twice, reason="同一个人", by=SYSTEM, at=moment("2023-01-09T10:00"))
    assert owed("2023-01-10T09:00")[village.lin.pk].due_from == moment("2023-01-10T00:00")
