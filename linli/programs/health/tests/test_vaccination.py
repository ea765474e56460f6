"""Vaccination: an offer to those who may have it, sessions with places, workers first where the text says so."""

from datetime import date

import pytest

from linli.community.people.merging import merge_people
from linli.programs.health.due import living_in
from linli.programs.health.operations import book
from linli.programs.health.shots import bookings_of, may_be_offered, sessions_in
from linli.programs.health.tests.conftest import STAFF, moment
from linli.records.operations import withdraw_entry
from linli.records.program import EntryRefused
from linli.worklist.queries import work_of

CODE = "350583001001"


def offered(day="2023-01-10"):
    on = date.fromisoformat(day)
    rows = may_be_offered(living_in(CODE, day=on), min_age=3, day=on)
    return [row.resident.name for row in rows.select_related("resident")]


@pytest.fixture
def session(village, write):
    return write(
        "session", village.community, "2023-01-09T08:00", point="MOBILE", place="社区广场", held_on="2023-01-12",
        hours="8:00–11:30", capacity=2, green_lane=True,
    )  # fmt: skip


@pytest.mark.row("C6")
def test_it_is_offered_from_3_years_on_the_oldest_first_and_is_on_nobodys_list(village):
    assert offered() == ["陈老伯", "林阿芳", "王大山", "王小山"]
    at = moment("2023-01-10T09:00")
    assert not [item for item in work_of(CODE, day=at.date(), at=at) if item.kind == "vaccination"]


@pytest.mark.row("C6")
def test_who_has_a_dose_a_reason_against_it_or_does_not_want_it_is_left_in_peace(village, write):
    when = "2023-01-10T09:00"
    write("vaccination", village.lin, when, status="GIVEN", dose=1, where="GREEN_LANE")
    write("vaccination", village.chen, when, status="DEFERRED", reason="感冒", until="2023-01-20")
    write("vaccination", village.wang, when, status="DECLINED")
    write("vaccination", village.child, when, status="CONTRAINDICATED", reason="过敏史", until="2023-03-01")
    assert offered() == []
    assert offered("2023-01-19") == []
    assert offered("2023-01-20") == ["陈老伯"]
    assert offered("2023-03-01") == ["陈老伯", "王小山"]


def test_what_was_taken_back_no_longer_stands_in_the_way(village, write):
    wrong = write("vaccination", village.lin, "2023-01-10T09:00", status="GIVEN", dose=1, where="CLINIC")
    withdraw_entry(wrong, reason="登记错了人", by=STAFF, at=moment("2023-01-10T10:00"))
    assert "林阿芳" in offered()


def test_a_dose_given_to_a_row_that_was_merged_counts_for_the_one_who_is_kept(village, write):
    twice = village.lives("林阿芬", date(1952, 3, 8))
    write("vaccination", twice, "2023-01-05T09:00", status="GIVEN", dose=1, where="CLINIC")
    merge_people(kept=village.lin, gone=twice, reason="同一个人", by=STAFF, at=moment("2023-01-06T10:00"))
    assert offered() == ["陈老伯", "王大山", "王小山"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"status": "GIVEN", "where": "CLINIC"}, "dose_missing"),
        ({"status": "GIVEN", "dose": 1}, "where_missing"),
        ({"status": "DEFERRED", "until": "2023-02-01"}, "reason_needed"),
        ({"status": "DEFERRED", "reason": "感冒"}, "until_needed"),
        ({"status": "CONTRAINDICATED", "reason": "过敏史", "until": "2023-01-10"}, "until_needed"),
    ],
)
def test_what_an_entry_must_say(village, write, said, code):
    with pytest.raises(EntryRefused) as refused:
        write("vaccination", village.lin, "2023-01-10T09:00", **said)
    assert refused.value.code == code


def test_the_same_dose_is_not_given_twice(village, write):
    write("vaccination", village.lin, "2023-01-10T09:00", status="GIVEN", dose=1, where="CLINIC")
    with pytest.raises(EntryRefused, match="dose_given"):
        write("vaccination", village.lin, "2023-01-11T09:00", status="GIVEN", dose=1, where="HOME")
    write("vaccination", village.lin, "2023-01-12T09:00", status="GIVEN", dose=2, where="HOME")


@pytest.mark.row("C6")
def test_a_session_has_as_many_places_as_were_planned(village, session):
    at = moment("2023-01-10T09:00")
    first = book(session, village.chen, green_lane=True, by=STAFF, at=at).entry
    with pytest.raises(EntryRefused, match="booked_already"):
        book(session, village.chen, green_lane=True, by=STAFF, at=at)
    book(session, village.lin, green_lane=True, by=STAFF, at=at)
    with pytest.raises(EntryRefused, match="session_full"):
        book(session, village.wang, green_lane=False, by=STAFF, at=at)

    withdraw_entry(first, reason="不来了", by=STAFF, at=at)
    book(session, village.wang, green_lane=False, by=STAFF, at=at)

    booked = bookings_of([session.pk], division_code=CODE)[str(session.pk)]
    assert {fact.resident for fact in booked} == {village.lin.pk, village.wang.pk}
    (planned,) = sessions_in(CODE, day=date(2023, 1, 10))
    assert (planned.booked, planned.left) == (2, 0)
    assert sessions_in(CODE, day=date(2023, 1, 13)) == []


def test_a_session_is_not_planned_for_a_day_that_is_over(village, write):
    with pytest.raises(EntryRefused, match="session_over"):
        write(
            "session", village.community, "2023-01-10T08:00", point="MOBILE", place="广场", held_on="2023-01-09",
            hours="上午", capacity=10,
        )  # fmt: skip
