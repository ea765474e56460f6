"""Two rows for one person: read together from then on, and as they were before when it turns out to be wrong."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.models import PersonMerge, Residence, Resident
from linli.community.people.merging import clusters_of
from linli.community.people.operations import Home, Person, end_residence, move_resident, register_resident
from linli.community.refusals import GridRefused
from linli.records import people
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, EntryRefused, record_entry
from linli.records.queries import facts_about, home_of, one_person, timeline
from linli.trail.actor import SYSTEM
from linli.trail.models import Act


@pytest.fixture
def register(places, deployed, day, at):
    """``register("陈小明")`` lives in 溪美社区 from the first of May on."""

    def register(name, place="溪美社区居委会"):
        return register_resident(
            Person(name=name), home=Home(division=places[place]), kind="RESIDENT",
            from_day=date(2020, 5, 1), by=SYSTEM, at=at,
        )  # fmt: skip

    return register


@pytest.fixture
def two(register):
    return register("陈小明"), register("陈晓明", "省身村委会")


def arrive(resident, at, *, on="2020-06-10", tier="HIGH"):
    payload = {"arrived_on": on, "origin": "北京市丰台区", "origin_tier": tier}
    return record_entry(Draft(kind="arrival", subject=resident, happened_at=at, payload=payload), by=SYSTEM, at=at)


def enrolments(*residents):
    """What the registers say, without the numbers of the rows."""
    rows = Enrolment.objects.filter(resident__in=residents).order_by("resident", "group", "from_day")
    return list(rows.values_list("resident", "group", "from_day", "to_day", "begun_by", "ended_by", "reason", "clause"))


def stored():
    """All that a merge could touch."""
    return (
        list(Residence.objects.order_by("pk").values()),
        list(Entry.objects.order_by("pk").values()),
        enrolments(*Resident.objects.all()),
        list(Resident.objects.order_by("pk").values()),
    )


def merged(kept, gone, at):
    return people.merge(kept=kept, gone=gone, reason="同一个身份证", by=SYSTEM, at=at)


def test_entries_of_both_are_read_together_and_make_one_set_of_registers(two, at):
    kept, gone = two
    arrive(gone, at, tier="HIGH")
    merged(kept, gone, at)

    assert one_person(kept.pk) == one_person(gone.pk) == [kept.pk, gone.pk]
    assert [entry.resident_id for entry in timeline(kept.pk)] == [gone.pk]
    assert {row[:2] for row in enrolments(kept, gone)} == {(kept.pk, "arrival"), (kept.pk, "arrival_high_risk")}


def test_who_was_on_the_same_register_twice_is_on_it_once(two, at):
    kept, gone = two
    arrive(kept, at)
    arrive(gone, at)
    merged(kept, gone, at)
    assert [row[1] for row in enrolments(kept, gone)] == ["arrival", "arrival_high_risk"]


def test_one_person_lives_in_one_place_and_the_other_residence_says_why_it_ended(two, day, at):
    kept, gone = two
    merged(kept, gone, at)
    row = gone.residences.get()
    assert (row.to_day, row.end_reason) == (day, "DUPLICATE")
    assert kept.residences.get().to_day is None
    assert home_of(gone.pk, day=day) == home_of(kept.pk, day=day) == "350583001001"


def test_what_is_written_down_afterwards_counts_for_the_one_person(two, at):
    kept, gone = two
    merged(kept, gone, at)
    entry = arrive(gone, at).entry  # a phone that has not heard of it yet
    assert (entry.resident_id, entry.division_id) == (gone.pk, "350583001001")
    assert {row[0] for row in enrolments(kept, gone)} == {kept.pk}


def test_a_guard_sees_the_history_of_both(two, at):
    kept, gone = two
    on = {"group": "elderly_alone", "from_day": "2020-06-01", "why": "老伴住院"}
    record_entry(Draft(kind="enrolment", subject=gone, happened_at=at, payload=on), by=SYSTEM, at=at)
    merged(kept, gone, at)
    with pytest.raises(EntryRefused, match="already_on"):
        record_entry(Draft(kind="enrolment", subject=kept, happened_at=at, payload=on), by=SYSTEM, at=at)


def test_a_merge_that_was_wrong_is_undone_and_both_stand_as_before(two, at):
    kept, gone = two
    arrive(kept, at, tier="LOW")
    arrive(gone, at, tier="HIGH")
    before = stored()
    row = merged(kept, gone, at)
    assert stored() != before
    people.undo(row, reason="是两兄弟", by=SYSTEM, at=at + timedelta(hours=1))

    assert stored() == before
    assert one_person(gone.pk) == [gone.pk]
    row.refresh_from_db()
    assert (row.reason, row.undone_reason) == ("同一个身份证", "是两兄弟")
    for one in two:
        acts = Act.objects.filter(object_id=str(one.pk), action__contains="merge")
        assert list(acts.values_list("action", flat=True)) == ["resident.merged", "resident.merge_undone"]


def test_a_chain_of_merges_is_one_person_whatever_is_asked_for(register, at, django_assert_num_queries):
    first, second, third, other = (register(name) for name in "甲乙丙丁")
    merged(second, third, at)
    merged(first, second, at)
    wanted = [first.pk, *sorted([second.pk, third.pk])]
    with django_assert_num_queries(3):
        found = clusters_of([third.pk, other.pk])
    assert found == {third.pk: wanted, other.pk: [other.pk]}
    assert one_person(second.pk) == wanted


def test_nobody_merged_costs_one_query(two, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert one_person(two[0].pk) == [two[0].pk]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("itself", "merge_itself"),
        ("no reason", "merge_reason_missing"),
        ("gone twice", "merge_gone_already"),
        ("into one who is gone", "merge_gone_already"),
        ("into one who lives nowhere", "merge_kept_lives_nowhere"),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(two, register, day, at, case, code):
    kept, gone = two
    third = register("丙")
    if case == "gone twice":
        merged(third, gone, at)
    elif case == "into one who is gone":
        merged(third, kept, at)
    elif case == "into one who lives nowhere":
        end_residence(kept, reason="LEFT", to_day=day, by=SYSTEM, at=at)
    before = stored()
    with pytest.raises(GridRefused) as refused:
        people.merge(
            kept=kept, gone=kept if case == "itself" else gone, reason=" " if case == "no reason" else "同一人",
            by=SYSTEM, at=at,
        )  # fmt: skip
    assert refused.value.code == code
    assert stored() == before


def test_a_merge_is_undone_once_and_with_a_reason(two, at):
    row = merged(*two, at)
    for reason, code in (("", "merge_reason_missing"), ("错了", None), ("错了", "merge_undone_already")):
        if code is None:
            people.undo(row, reason=reason, by=SYSTEM, at=at)
            continue
        with pytest.raises(GridRefused) as refused:
            people.undo(row, reason=reason, by=SYSTEM, at=at)
        assert refused.value.code == code


def test_who_was_merged_is_moved_through_the_row_that_is_kept(two, grid, day, at):
    kept, gone = two
    merged(kept, gone, at)
    with pytest.raises(GridRefused, match="merge_gone_already"):
        move_resident(gone, home=Home(household=grid.flat), kind="RESIDENT", from_day=day, by=SYSTEM, at=at)
    with pytest.raises(GridRefused, match="merge_gone_already"):
        end_residence(gone, reason="DIED", to_day=day, by=SYSTEM, at=at)


def test_the_database_refuses_two_open_merges_of_one(two, register, at):
    kept, gone = two
    merged(kept, gone, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge.objects.create(kept=register("丙"), gone=gone, reason="同一人", merged_at=at)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 1), st.integers(0, 20)),
        st.tuples(st.just("on"), st.integers(0, 1), st.integers(0, 20)),
        st.tuples(st.just("off"), st.integers(0, 1), st.integers(0, 20)),
        st.tuples(st.just("move"), st.integers(0, 1), st.integers(0, 20)),
        st.tuples(st.just("leave"), st.integers(0, 1), st.integers(0, 20)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=STEPS, keep=st.integers(0, 1))
def test_whatever_happened_before_to_merge_and_undo_leaves_no_trace_in_what_is_stored(two, places, at, history, keep):
    moment = at + timedelta(days=30)
    with transaction.atomic():
        for step, who, number in history:
            _happen(step, two[who], at + timedelta(days=number), places=places)
        before, entries = stored(), {fact.id for fact in facts_about(one.pk for one in two)}
        try:
            row = merged(two[keep], two[1 - keep], moment)
        except GridRefused as refused:
            assert refused.code == "merge_kept_lives_nowhere" and stored() == before
        else:
            assert {fact.id for fact in facts_about(one_person(two[0].pk))} == entries
            assert {row[0] for row in enrolments(*two)} <= {two[keep].pk}
            people.undo(row, reason="不是同一人", by=SYSTEM, at=moment)
            assert stored() == before
        transaction.set_rollback(True)


def _happen(step, who, at, *, places):
    day = at.date()
    try:
        if step == "arrive":
            arrive(who, at, on=day.isoformat())
        elif step == "on":
            payload = {"group": "elderly_alone", "from_day": day.isoformat(), "why": "独居"}
            record_entry(Draft(kind="enrolment", subject=who, happened_at=at, payload=payload), by=SYSTEM, at=at)
        elif step == "off":
            payload = {"group": "elderly_alone", "to_day": day.isoformat(), "why": "女儿回来"}
            record_entry(Draft(kind="enrolment_end", subject=who, happened_at=at, payload=payload), by=SYSTEM, at=at)
        elif step == "move":
            # Known ahead: a merge may come before the day on which they move.
            home = Home(division=places["中山社区居委会"])
            move_resident(who, home=home, kind="RENTER", from_day=day + timedelta(days=25), by=SYSTEM, at=at)
        else:
            end_residence(who, reason="LEFT", to_day=day + timedelta(days=20), by=SYSTEM, at=at)
    except (GridRefused, EntryRefused):
        pass
