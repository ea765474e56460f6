"""A visit that is missed goes to a named person before the day ends."""

from datetime import timedelta

import pytest

from linli.community.people.merging import merge_people
from linli.programs.care.duties import duties
from linli.programs.care.tests.conftest import moment
from linli.records.program import EntryRefused, Scope
from linli.trail.actor import SYSTEM
from linli.worklist.queries import work_of

CODE = "350583001001"


def owed(when, kind=None):
    at = moment(when)
    found = duties(Scope(divisions=(CODE,), day=at.date(), at=at))
    return [duty for duty in found if kind is None or duty.kind == kind]


@pytest.mark.row("F3")
def test_a_visit_not_done_by_18_goes_to_the_head_of_the_building_before_the_day_ends(high, alone, village):
    alone()
    assert owed("2020-06-10T17:59") == []

    (duty,) = owed("2020-06-10T18:00")

    assert (duty.kind, duty.resident, duty.worker) == ("escalation", village.lin.pk, village.head.pk)
    assert duty.is_urgent
    assert (duty.due_from, duty.due_to) == (moment("2020-06-10T18:00"), moment("2020-06-11T00:00"))
    assert "黄建国" in str(duty.why)
    assert duty.clauses == ("minfa-2020-38 二(三)2",)
    assert "m38.high.care-first" in duty.norms


@pytest.mark.row("F3")
def test_the_missed_visit_stands_on_the_list_of_the_day_as_urgent(high, alone, village):
    alone()
    at = moment("2020-06-10T18:30")
    first = work_of(CODE, day=at.date(), at=at)[0]
    assert (first.kind, first.subject, first.is_urgent, first.state) == ("escalation", village.lin.pk, True, "DUE")


def test_a_visit_before_18_escalates_nothing_and_one_after_18_ends_the_matter(high, alone, village, write):
    alone()
    write("visit", village.lin, "2020-06-10T10:00")
    assert owed("2020-06-10T20:00") == []
    assert [duty.kind for duty in owed("2020-06-11T18:30")] == ["escalation"]
    write("visit", village.lin, "2020-06-11T19:00")
    assert owed("2020-06-11T19:01") == []


def test_somebody_registered_in_the_evening_is_not_missed_that_evening(high, alone):
    alone("2020-06-10T19:00")
    assert owed("2020-06-10T20:00") == []
    assert len(owed("2020-06-11T18:00")) == 1


def test_what_nobody_took_over_stays_until_somebody_does(high, alone, village, write):
    alone()
    (duty,) = owed("2020-06-12T09:00", "escalation")
    assert duty.due_from == moment("2020-06-10T18:00")

    worker = str(village.head.pk)
    write("escalation", village.lin, "2020-06-12T10:00", worker=worker, outcome="SEEN")

    assert len(owed("2020-06-12T11:00", "escalation")) == 1, "taken over today stays on today's list, as done"
    assert owed("2020-06-13T09:00", "escalation") == []


def test_nobody_found_is_looked_for_again_the_next_day(high, alone, village, write):
    alone()
    worker = str(village.head.pk)
    write("escalation", village.lin, "2020-06-10T19:00", worker=worker, outcome="SEARCHING", note="邻居说中午还在")
    (duty,) = owed("2020-06-11T08:00", "escalation")
    assert duty.due_from == moment("2020-06-11T00:00")


def test_not_met_twice_in_a_row_escalates_at_once(low, alone, village, write):
    alone()
    write("visit", village.lin, "2020-06-10T09:00", found="NOT_MET")
    assert owed("2020-06-10T10:00", "escalation") == []
    write("visit", village.lin, "2020-06-10T11:00", found="NOT_MET")
    (duty,) = owed("2020-06-10T11:01", "escalation")
    assert duty.due_from == moment("2020-06-10T11:00")
    assert duty.due_to == moment("2020-06-11T00:00")


def test_after_a_visit_in_vain_another_is_due_the_next_day(low, alone, village, write):
    alone()
    write("visit", village.lin, "2020-06-10T09:00", found="NOT_MET")
    (again,) = owed("2020-06-11T08:00", "visit")
    assert (again.due_from, again.due_to) == (moment("2020-06-11T00:00"), moment("2020-06-12T00:00"))
    write("visit", village.lin, "2020-06-11T09:00")
    assert owed("2020-06-12T08:00", "visit") == []


def test_the_plan_counts_where_it_asks_for_more_and_its_backup_takes_over(low, alone, village, write):
    alone()
    assert owed("2020-06-10T09:00") == []
    write(
        "care_plan", village.lin, "2020-06-10T09:00", worker=str(village.worker.pk), backup=str(village.idle.pk),
        how_often="DAILY", from_day="2020-06-10",
    )  # fmt: skip

    (visit,) = owed("2020-06-10T10:00")
    assert (visit.kind, visit.worker, visit.is_bound) == ("visit", village.worker.pk, True)
    assert visit.due_to - visit.due_from == timedelta(days=1)
    (escalation,) = owed("2020-06-10T18:00", "escalation")
    assert escalation.worker == village.idle.pk


def test_a_plan_looser_than_the_norm_changes_nothing(high, alone, village, write):
    alone()
    write(
        "care_plan", village.lin, "2020-06-10T09:00", worker=str(village.worker.pk), how_often="WEEKLY",
        from_day="2020-06-10",
    )  # fmt: skip
    assert owed("2020-06-10T10:00") == []
    assert len(owed("2020-06-10T18:00", "escalation")) == 1


def test_a_plan_for_somebody_on_no_register_is_visited_too_until_it_ends(low, village, write):
    write(
        "care_plan", village.lin, "2020-06-10T09:00", worker=str(village.worker.pk), how_often="TWICE_WEEKLY",
        from_day="2020-06-10", clause="minfa-2020-9 二(六)",
    )  # fmt: skip
    days = {owed(f"2020-06-{day}T10:00", "visit")[0].due_to for day in range(15, 22)}
    assert len(days) in (2, 3)
    write("care_plan_end", village.lin, "2020-06-22T09:00", to_day="2020-06-22", why="儿子回来了")
    assert owed("2020-06-22T20:00") == []


def test_a_weekly_visit_escalates_on_the_last_day_of_its_week_and_only_then(low, alone, village, write):
    alone()
    kept = [day for day in range(10, 17) if owed(f"2020-06-{day}T18:00")]
    first = kept[0]
    assert kept == list(range(first, 17)), "once missed it stays"
    assert owed(f"2020-06-{first}T17:59") == []
    write("visit", village.lin, f"2020-06-{first}T12:00")
    assert [day for day in range(first, 17) if owed(f"2020-06-{day}T18:00")] == []
    assert owed(f"2020-06-{first + 7}T18:00"), "the next week is missed on the same weekday"


def test_a_change_of_tier_asks_nothing_of_the_days_before_it(alone, village, declared, write):
    declared("tier", "LOW", "2020-06-01", "2020-06-12")
    declared("community_class", "NO_CASE", "2020-06-01", "2020-06-12")
    alone()
    write("visit", village.lin, "2020-06-10T09:00")
    declared("tier", "HIGH", "2020-06-12")
    declared("community_class", "TRANSMISSION", "2020-06-12")
    write("visit", village.lin, "2020-06-12T09:00")
    assert owed("2020-06-12T18:00") == []
    (duty,) = owed("2020-06-13T18:00")
    assert duty.due_from == moment("2020-06-13T18:00")


def test_a_visit_to_a_row_that_was_merged_counts_for_the_one_who_is_kept(high, alone, village, write):
    alone()
    twice = village.moves_in("林阿芬")
    write("visit", twice, "2020-06-10T09:00")
    merge_people(kept=village.lin, gone=twice, reason="同一个人", by=SYSTEM, at=moment("2020-06-10T10:00"))
    assert owed("2020-06-10T20:00") == []


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        ("visit", {"found": "NEEDS_HELP"}, "which_help"),
        ("care_plan", {"worker": "7", "backup": "7", "how_often": "DAILY", "from_day": "2020-06-10"}, "own_backup"),
        ("care_plan", {"worker": "谁", "how_often": "DAILY", "from_day": "2020-06-10"}, "no_such_worker"),
        ("care_plan_end", {"to_day": "2020-06-12", "why": "好了"}, "no_plan"),
        ("escalation", {"worker": "7", "outcome": "HOSPITAL"}, "say_what_happened"),
    ],
)
def test_what_cannot_stand_is_refused(village, write, kind, payload, code):
    with pytest.raises(EntryRefused) as refused:
        write(kind, village.lin, "2020-06-10T09:00", **payload)
    assert refused.value.code == code


def test_somebody_found_ill_is_the_doctors_business(village, write):
    assert write("visit", village.lin, "2020-06-10T09:00", found="ILL").is_abnormal
    assert not write("visit", village.lin, "2020-06-10T10:00").is_abnormal
