"""What is done with key people: arrivals, reports followed, rounds, and handovers that leave nobody without anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.community.codes import VILLAGE, is_within
from linli.community.dated_rows import in_force
from linli.community.models import Division, Household, Residence, Resident, new_id
from linli.community.people.operations import Home, Person, end_residence, move_resident, register_resident
from linli.community.queries import deployment
from linli.programs.keypeople.handovers import ACCEPTED, RECEIVED, RETURNED, Handover, handovers_of
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, Recorded, record_entry, withdraw_entry
from linli.records.program import EntryRefused
from linli.records.queries import counting, home_of, one_person
from linli.trail.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Lodging:
    """Where somebody who comes lives, and as what."""

    home: Home
    kind: str = Residence.Kind.TEMPORARY


# ---- arrivals ------------------------------------------------------------------------------------------------------
@transaction.atomic
def register_arrival(
    resident: Resident,
    *,
    payload: Mapping[str, Any],
    lodging: Lodging | None = None,
    report: UUID | None = None,
    channel: str = Channel.DESK,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Somebody whom we know has come. Who had left moves in again: to ``lodging``, else where they lived last.

    ``report`` is the host's report that this follows up.

    Raises: EntryRefused; PayloadRefused; GridRefused. Then nothing was written.
    """
    draft = Draft(kind="arrival", subject=resident, happened_at=at, payload=payload, channel=channel, id=id or new_id())
    if not counting().filter(pk=draft.id).exists():
        _live_again(resident, lodging=lodging, day=timezone.localdate(at), by=by, at=at)
    done = record_entry(draft, by=by, at=at)
    if report is not None and done.is_new:
        told = Entry.objects.get(pk=report, kind="host_report")
        follow_up_report(told, outcome="REGISTERED", arrival=done.entry.pk, by=by, at=at)
    return done


@transaction.atomic
def register_newcomer(
    person: Person,
    *,
    lodging: Lodging,
    payload: Mapping[str, Any],
    report: UUID | None = None,
    channel: str = Channel.DESK,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Somebody has come whom nobody knew here: the person, where they live and the arrival, all or nothing.

    Raises: EntryRefused; PayloadRefused; GridRefused.
    """
    resident = register_resident(
        person, home=lodging.home, kind=lodging.kind, from_day=timezone.localdate(at), by=by, at=at
    )
    return register_arrival(resident, payload=payload, report=report, channel=channel, by=by, at=at)


@transaction.atomic
def follow_up_report(
    report: Entry, *, outcome: str, arrival: UUID | None = None, note: str = "", by: Actor, at: datetime
) -> Recorded:
    """Say what became of a report that somebody was coming.

    Raises: EntryRefused; PayloadRefused.
    """
    payload = {"about": str(report.pk), "outcome": outcome, "note": note}
    if arrival is not None:
        payload["arrival"] = str(arrival)
    return record_entry(
        Draft(kind="host_report_done", subject=report.division, happened_at=at, payload=payload), by=by, at=at
    )


# ---- rounds --------------------------------------------------------------------------------------------------------
def open_round(
    division: Division,
    *,
    kind: str,
    from_day: date,
    to_day: date,
    purpose: str,
    group: str = "",
    clause: str = "",
    by: Actor,
    at: datetime,
) -> Recorded:
    """Open a round from ``from_day`` up to, not including, ``to_day``: each household concerned is due once in it.

    Raises: EntryRefused; PayloadRefused.
    """
    payload = {
        "kind": kind, "group": group, "from_day": from_day, "to_day": to_day, "purpose": purpose, "clause": clause,
    }  # fmt: skip
    return record_entry(Draft(kind="round", subject=division, happened_at=at, payload=payload), by=by, at=at)


def end_round(opened: Entry, *, why: str, by: Actor, at: datetime) -> Recorded:
    """End a round before its time; what was not reached is due no more from the next day on.

    Raises: EntryRefused; PayloadRefused.
    """
    payload = {"about": str(opened.pk), "why": why}
    draft = Draft(kind="round_end", subject=opened.division, happened_at=at, payload=payload)
    return record_entry(draft, by=by, at=at)


# ---- from one community to another ---------------------------------------------------------------------------------
@transaction.atomic
def hand_over(
    resident: Resident,
    *,
    to: Division | None = None,
    to_place: str = "",
    address: str = "",
    reason: str,
    summary: str = "",
    by: Actor,
    at: datetime,
) -> Recorded:
    """Ask another community to take somebody over. Until it answers nothing changes, and we keep the person.

    Without ``to``, or to a division outside the county, ``to_place`` says where they go.

    Raises: EntryRefused; PayloadRefused.
    """
    _one_at_a_time(resident)
    deployed = deployment()
    inside = to is not None and (deployed is None or is_within(to.code, deployed.county_id))
    if to is not None and inside and to.level != VILLAGE:
        raise EntryRefused("handover_to_nobody", field="to_division")
    payload = {
        "to_division": to.code if to is not None else "",
        "leaves_county": not inside,
        "to_place": to_place or (to.full_name if to is not None else ""),
        "address": address,
        "reason": reason,
        "summary": summary[:500],
    }
    return record_entry(Draft(kind="handover", subject=resident, happened_at=at, payload=payload), by=by, at=at)


@transaction.atomic
def receive(handover: Handover, *, lodging: Lodging, by: Actor, at: datetime) -> Recorded:
    """Take somebody over: from today they live here, and all that is open comes with them.

    ``lodging`` is a household of ours, or our community while none is known.

    Raises: EntryRefused; GridRefused.
    """
    resident = _still_open(handover)
    if lodging.home.division_code != handover.to_division:
        raise EntryRefused("handover_of_others")
    row = _living_in(resident, home=lodging.home, day=timezone.localdate(at))
    if row is None:
        row = move_resident(
            resident, home=lodging.home, kind=lodging.kind, from_day=timezone.localdate(at), by=by, at=at
        )
    return _answer(handover, resident, {"answer": ACCEPTED, "residence": str(row.pk)}, by=by, at=at)


@transaction.atomic
def send_back(handover: Handover, *, why: str, by: Actor, at: datetime) -> Recorded:
    """Say no, with the reason: the sender goes on looking after the person.

    Raises: EntryRefused; PayloadRefused.
    """
    return _answer(handover, _still_open(handover), {"answer": RETURNED, "why": why}, by=by, at=at)


@transaction.atomic
def acknowledge_outside(handover: Handover, *, acknowledged_by: str, by: Actor, at: datetime) -> Recorded:
    """A place outside the county said by phone that it has the person: they live here no more.

    ``acknowledged_by`` names the place, who spoke, and when.

    Raises: EntryRefused; PayloadRefused; GridRefused.
    """
    resident = _still_open(handover)
    if not handover.leaves_county:
        raise EntryRefused("handover_of_others")
    today = timezone.localdate(at)
    row = resident.residences.filter(in_force(today)).first()
    if row is not None:
        row = end_residence(resident, reason=Residence.EndReason.LEFT, to_day=today, by=by, at=at)
    else:
        row = resident.residences.order_by("-from_day", "-id").first()
    said = {
        "answer": ACCEPTED, "residence": str(row.pk) if row is not None else "", "leaves_county": True,
        "acknowledged_by": acknowledged_by,
    }  # fmt: skip
    return _answer(handover, resident, said, by=by, at=at, channel=Channel.PHONE)


@transaction.atomic
def take_back(handover: Handover, *, reason: str, by: Actor, at: datetime) -> Recorded:
    """Withdraw a handover that nobody has answered yet.

    Raises: EntryRefused.
    """
    _still_open(handover)
    return withdraw_entry(Entry.objects.get(pk=handover.id), reason=reason, by=by, at=at)


# ---- what they share -----------------------------------------------------------------------------------------------
def _answer(
    handover: Handover,
    resident: Resident,
    said: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    channel: str = Channel.DESK,
) -> Recorded:
    draft = Draft(
        kind=RECEIVED,
        subject=resident,
        happened_at=at,
        payload={"about": str(handover.id), **said},
        channel=channel,
        division_code=handover.answering_division,
    )
    return record_entry(draft, by=by, at=at)


def _one_at_a_time(resident: Resident) -> Resident:
    """Two hands on one person wait for each other."""
    return Resident.objects.select_for_update().get(pk=resident.pk)


def _still_open(handover: Handover) -> Resident:
    resident = Resident.objects.select_for_update().get(pk=handover.resident)
    if not any(one.id == handover.id and one.is_open for one in handovers_of(one_person(resident.pk))):
        raise EntryRefused("handover_answered")
    return resident


def _living_in(resident: Resident, *, home: Home, day: date) -> Residence | None:
    """The residence in force where somebody lives at this home already."""
    rows = resident.residences.filter(in_force(day))
    if home.household is not None:
        return rows.filter(household=home.household).first()
    return next((row for row in rows if home_of(resident.pk, day=day) == home.division_code), None)


def _live_again(resident: Resident, *, lodging: Lodging | None, day: date, by: Actor, at: datetime) -> None:
    """Give somebody a place who has none today: the lodging, else the household where they lived last."""
    rows = resident.residences.exclude(to_day=F("from_day"))
    if rows.filter(to_day__isnull=True).exists() or rows.filter(to_day__gt=day).exists():
        return
    if lodging is None:
        last = rows.select_related("household__unit", "division").order_by("-from_day", "-id").first()
        if last is None:
            raise EntryRefused("lives_nowhere", field="subject")
        lodging = Lodging(home=_home_again(last, day=day), kind=last.kind)
    move_resident(resident, home=lodging.home, kind=lodging.kind, from_day=day, by=by, at=at)


def _home_again(last: Residence, *, day: date) -> Home:
    household: Household | None = last.household
    if household is None:
        return Home(division=last.division)
    is_there = household.to_day is None or household.to_day > day
    return Home(household=household) if is_there else Home(division=household.unit.division)
