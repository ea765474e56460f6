"""Writes of health that are more than one entry, or that a count decides."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.community.models import Division, Resident, new_id
from linli.programs.health.shots import bookings_of, session_of
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, EntryRefused, Recorded, record_entry
from linli.records.queries import as_fact
from linli.trail.actor import Actor


@transaction.atomic
def knock(
    resident: Resident,
    *,
    payload: Mapping[str, Any],
    kit: Sequence[str] = (),
    happened_at: datetime | None = None,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Write down a door knock and, where one was left there, the kit with what was in it. All or nothing.

    Raises: EntryRefused; PayloadRefused.
    """
    channel = Channel.PHONE if payload.get("reached") == "PHONE" else Channel.DOOR
    when = happened_at or at
    draft = Draft(
        kind="door_knock", subject=resident, happened_at=when, payload=payload, channel=channel, id=id or new_id()
    )
    done = record_entry(draft, by=by, at=at)
    if kit and done.is_new:
        brought = Draft(
            kind="kit", subject=resident, happened_at=when, payload={"items": list(kit)}, channel=Channel.DOOR
        )
        record_entry(brought, by=by, at=at)
    return done


@transaction.atomic
def open_round(
    division: Division, *, from_day: date, to_day: date, purpose: str, clause: str, by: Actor, at: datetime
) -> Recorded:
    """Open a door-knock round: everybody on the list is due once from ``from_day`` up to, not including, ``to_day``.

    Raises: EntryRefused; PayloadRefused.
    """
    payload = {
        "kind": "door_knock",
        "from_day": from_day.isoformat(),
        "to_day": to_day.isoformat(),
        "purpose": purpose,
        "clause": clause,
    }
    return record_entry(Draft(kind="round", subject=division, happened_at=at, payload=payload), by=by, at=at)


@transaction.atomic
def book(session: Entry, resident: Resident, *, green_lane: bool, by: Actor, at: datetime) -> Recorded:
    """Give somebody a place at a session, as long as there is one.

    Raises: EntryRefused.
    """
    # Two who ask for the last place wait for each other.
    held = Entry.objects.select_for_update().get(pk=session.pk)
    planned = session_of(as_fact(held))
    taken = bookings_of([held.pk], division_code=held.division_id).get(str(held.pk), [])
    if len(taken) >= planned.capacity:
        raise EntryRefused("session_full", field="session", capacity=planned.capacity)
    payload = {"session": str(held.pk), "green_lane": green_lane}
    draft = Draft(kind="booking", subject=resident, happened_at=at, payload=payload, division_code=held.division_id)
    return record_entry(draft, by=by, at=at)
