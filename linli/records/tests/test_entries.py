"""Entries come in once, are corrected and never overwritten, and make the registers."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from linli.community.models import Residence
from linli.community.people.operations import Home, Person, register_resident
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, correct_entry, project, record_entry, withdraw_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.trail.actor import Actor
from linli.trail.models import Act

BY = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")


@pytest.fixture
def resident(places, deployed, at):
    return register_resident(
        Person(name="陈小明"),
        home=Home(division=places["溪美社区居委会"]),
        kind=Residence.Kind.RESIDENT,
        from_day=date(2020, 5, 1),
        by=BY,
        at=at,
    )


def arrival(resident, at, **changed):
    payload = {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH"} | changed
    return Draft(kind="arrival", subject=resident, happened_at=at, payload=payload)


@pytest.mark.row("C2")
def test_an_arrival_puts_the_person_on_the_registers_of_the_origin(resident, at):
    record_entry(arrival(resident, at), by=BY, at=at)
    rows = Enrolment.objects.order_by("group").values_list("group", "from_day", "to_day", "reason", "clause")
    until = date(2020, 6, 24)
    assert list(rows) == [
        ("arrival", date(2020, 6, 10), until, "北京市丰台区", "minfa-2020-9 二(二)"),
        ("arrival_high_risk", date(2020, 6, 10), until, "北京市丰台区", "minfa-2020-38 二(一)1"),
    ]


def test_the_same_entry_twice_is_stored_once(resident, at):
    draft = arrival(resident, at)
    assert record_entry(draft, by=BY, at=at).is_new
    assert not record_entry(draft, by=BY, at=at + timedelta(hours=1)).is_new
    assert Entry.objects.count() == 1


def test_the_same_id_with_other_content_is_refused(resident, at):
    draft = arrival(resident, at)
    record_entry(draft, by=BY, at=at)
    other = Draft(
        kind="arrival", subject=resident, happened_at=at, id=draft.id, payload={**draft.payload, "origin": "武汉"}
    )
    with pytest.raises(EntryRefused) as refused:
        record_entry(other, by=BY, at=at)
    assert refused.value.code == "id_taken"


def test_a_correction_counts_and_the_wrong_one_stays_readable(resident, at):
    wrong = record_entry(arrival(resident, at), by=BY, at=at).entry
    right = {**wrong.payload, "origin_tier": "LOW", "origin": "厦门市"}
    correct_entry(wrong, payload=right, reason="听错了来源地", by=BY, at=at + timedelta(hours=1))
    assert set(Enrolment.objects.values_list("group", flat=True)) == {"arrival", "arrival_low_risk"}
    assert Entry.objects.get(pk=wrong.pk).payload["origin"] == "北京市丰台区"
    with pytest.raises(EntryRefused, match="was_corrected"):
        correct_entry(wrong, payload=right, reason="再改", by=BY, at=at + timedelta(hours=2))
    assert list(Act.objects.filter(object_type="entry").values_list("action", flat=True)) == [
        "entry.recorded",
        "entry.corrected",
    ]


def test_what_is_taken_back_no_longer_counts(resident, at):
    wrong = record_entry(arrival(resident, at), by=BY, at=at).entry
    withdraw_entry(wrong, reason="登记错了人", by=BY, at=at)
    assert not Enrolment.objects.exists()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"arrived_on": "2020-13-40", "origin": "北京", "origin_tier": "HIGH"}, "arrived_on"),
        ({"arrived_on": "2020-06-10", "origin": "", "origin_tier": "HIGH"}, "origin"),
        ({"arrived_on": "2020-06-10", "origin": "北京", "origin_tier": "VERY_HIGH"}, "origin_tier"),
        ({"arrived_on": "2020-06-10", "origin": "北京", "origin_tier": "HIGH", "face": "x"}, "face"),
    ],
)
def test_a_payload_with_a_mistake_names_the_field_and_writes_nothing(resident, at, payload, field):
    with pytest.raises(PayloadRefused) as refused:
        record_entry(Draft(kind="arrival", subject=resident, happened_at=at, payload=payload), by=BY, at=at)
    assert list(refused.value.errors) == [field]
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("hours", "changed", "code"),
    [(2, {}, "in_future"), (0, {"arrived_on": "2020-06-11"}, "arrives_later"), (-24 * 365, {}, "too_early")],
)
def test_times_that_cannot_be_are_refused(resident, at, hours, changed, code):
    with pytest.raises(EntryRefused) as refused:
        record_entry(arrival(resident, at + timedelta(hours=hours), **changed), by=BY, at=at)
    assert refused.value.code == code
    assert not Entry.objects.exists()


def test_a_phone_that_is_minutes_ahead_is_taken_as_now(resident, at):
    entry = record_entry(arrival(resident, at + timedelta(minutes=3)), by=BY, at=at).entry
    assert entry.happened_at == at


def test_the_database_itself_refuses_to_change_an_entry(resident, at):
    entry = record_entry(arrival(resident, at), by=BY, at=at).entry
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(payload={})
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        entry.delete()


def test_registers_made_anew_are_the_same_rows(resident, at):
    record_entry(arrival(resident, at), by=BY, at=at)
    before = list(Enrolment.objects.order_by("pk").values())
    project(resident.pk)
    assert list(Enrolment.objects.order_by("pk").values()) == before


@pytest.mark.row("C2")
def test_a_person_is_put_on_a_register_by_hand_and_taken_off(resident, at):
    on = {"group": "elderly_alone", "from_day": "2020-06-01", "why": "老伴住院"}
    record_entry(Draft(kind="enrolment", subject=resident, happened_at=at, payload=on), by=BY, at=at)
    with pytest.raises(EntryRefused, match="already_on"):
        record_entry(Draft(kind="enrolment", subject=resident, happened_at=at, payload=on), by=BY, at=at)
    off = {"group": "elderly_alone", "to_day": "2020-06-10", "why": "老伴出院"}
    later = at + timedelta(hours=1)
    record_entry(Draft(kind="enrolment_end", subject=resident, happened_at=later, payload=off), by=BY, at=later)
    row = Enrolment.objects.get()
    assert (row.group, row.from_day, row.to_day, row.reason, row.end_reason) == (
        "elderly_alone", date(2020, 6, 1), date(2020, 6, 10), "老伴住院", "老伴出院",
    )  # fmt: skip
    assert row.clause == "minfa-2020-9 二(六)"
