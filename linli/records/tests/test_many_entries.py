"""Many entries at once: the same becomes of each as if they had come in one by one, with few queries."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.models import Residence
from linli.community.people.operations import Home, Person, register_resident
from linli.records import operations, people
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, Recorded, record_entries, record_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.trail.actor import Actor
from linli.trail.models import Act

BY = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")


@pytest.fixture
def four(places, deployed, at):
    """甲, 乙 who is merged into 甲, 丙, and 丁 who has no place."""

    def one(name):
        return register_resident(
            Person(name=name), home=Home(division=places["溪美社区居委会"]), kind="RESIDENT",
            from_day=date(2020, 5, 1), by=BY, at=at,
        )  # fmt: skip

    found = [one(name) for name in "甲乙丙丁"]
    people.merge(kept=found[0], gone=found[1], reason="同一人", by=BY, at=at)
    Residence.objects.filter(resident=found[3]).delete()
    return found


DRAFTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["arrival", "wrong arrival", "future arrival", "enrolment", "enrolment_end", "nonsense"]),
        st.integers(-3, 1),
        st.integers(0, 7),
    ),
    max_size=10,
)


def draft(resident, what, days, number, at):
    moment = at + timedelta(days=days)
    day = moment.date()
    payload = {
        "arrival": {"arrived_on": day.isoformat(), "origin": "北京市", "origin_tier": "HIGH"},
        "wrong arrival": {"arrived_on": day.isoformat(), "origin": "", "origin_tier": "HIGH"},
        "future arrival": {"arrived_on": "2020-07-01", "origin": "北京市", "origin_tier": "HIGH"},
        "enrolment": {"group": "elderly_alone", "from_day": day.isoformat(), "why": "独居"},
        "enrolment_end": {"group": "elderly_alone", "to_day": "2020-06-11", "why": "女儿回来"},
        "nonsense": {},
    }[what]
    return Draft(kind=what.split()[-1], subject=resident, happened_at=moment, payload=payload, id=UUID(int=number))


def said(outcome):
    if isinstance(outcome, Recorded):
        return outcome.entry.pk, outcome.is_new
    if isinstance(outcome, PayloadRefused):
        return dict(outcome.errors)
    return outcome.code, outcome.field


def one_by_one(drafts, *, by, at):
    for one in drafts:
        try:
            yield record_entry(one, by=by, at=at)
        except (EntryRefused, PayloadRefused) as refused:
            yield refused


def stored():
    enrolments = Enrolment.objects.order_by("resident", "group", "from_day")
    return (
        list(Entry.objects.order_by("pk").values()),
        list(enrolments.values_list("resident", "group", "from_day", "to_day", "begun_by", "ended_by")),
        list(Act.objects.order_by("pk").values_list("action", "object_id", "actor", "division_code", "detail")),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=DRAFTS, batch=st.sampled_from([1, 3, 1000]))
def test_many_at_once_are_the_same_as_one_by_one(four, at, rows, batch):
    drafts = [draft(four[who], what, days, number, at) for who, what, days, number in rows]
    seen = []
    for way in (one_by_one, record_entries):
        with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(operations, "_BATCH", batch)
            seen.append(([said(outcome) for outcome in way(drafts, by=BY, at=at)], stored()))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_two_hundred_entries_take_a_handful_of_queries(four, at, django_assert_max_num_queries):
    drafts = [draft(four[number % 3], "arrival", 0, number, at) for number in range(200)]
    with django_assert_max_num_queries(25):
        outcomes = record_entries(drafts, by=BY, at=at)
    assert all(outcome.is_new for outcome in outcomes)
    assert Entry.objects.count() == Act.objects.filter(action="entry.recorded").count() == 200


def test_one_that_is_refused_is_not_in_the_way_of_the_others(four, at):
    good, bad = draft(four[0], "arrival", 0, 1, at), draft(four[2], "wrong arrival", 0, 2, at)
    first, second = record_entries([bad, good], by=BY, at=at)
    assert isinstance(first, PayloadRefused) and second.is_new
    again, other = record_entries([good, replace(good, payload={**good.payload, "origin": "武汉市"})], by=BY, at=at)
    assert not again.is_new and other.code == "id_taken"
    assert record_entries([], by=BY, at=at) == []
