"""Changes at central sites: places and rooms, who comes, moves and leaves, and the drives. Every door calls these."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from linli.community.codes import VILLAGE, is_within
from linli.community.models import Division, Resident, Worker
from linli.programs.sites import room_rules
from linli.programs.sites.duties import about_drive, about_room
from linli.programs.sites.models import Booking, Goal, Room, Site, SiteKind, Stay
from linli.programs.sites.queries import (
    RoomState,
    RoomView,
    observed_from,
    open_stay,
    party_of,
    people_in,
    serves,
    view_of,
)
from linli.programs.sites.refusals import SitesRefused
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, record_entry
from linli.records.queries import home_of
from linli.trail.actor import Actor
from linli.trail.operations import record_act

AT_ONCE = 300
_RANGE = re.compile(r"^(?P<before>[^\d]*)(?P<first>\d{1,6})-(?P<same>[^\d]*)(?P<last>\d{1,6})$")
_BROKEN_RULES = {
    room_rules.STRANGERS: "strangers",
    room_rules.NO_BED: "no_bed",
    room_rules.NOT_DISINFECTED: "not_disinfected",
}


# ---- places and rooms ----------------------------------------------------------------------------------------------
@transaction.atomic
def open_site(
    name: str,
    *,
    division: Division,
    serves: Division,
    kind: str,
    address: str,
    head: Worker,
    phone: str,
    doctor: Worker | None = None,
    meals: str = "",
    complaint: str = "",
    notice: str = "",
    from_day: date,
    by: Actor,
    at: datetime,
) -> Site:
    """Open a central site in a community, for the people of ``serves``. M9 二(二).

    Raises: SitesRefused.
    """
    if division.level != VILLAGE:
        raise SitesRefused("site_elsewhere", field="division")
    if not is_within(division.code, serves.code):
        raise SitesRefused("area_not_around", field="serves")
    if Site.objects.filter(Q(to_day__isnull=True) | Q(to_day__gt=from_day), division=division, name=name).exists():
        raise SitesRefused("name_known", field="name", name=name)
    site = Site.objects.create(
        name=name,
        division=division,
        serves=serves,
        kind=SiteKind(kind),
        address=address,
        head=head,
        doctor=doctor,
        phone=phone,
        meals=meals,
        complaint=complaint,
        notice=notice,
        from_day=from_day,
    )
    _record("site.opened", site, by=by, at=at)
    return site


@transaction.atomic
def change_sheet(
    site: Site,
    *,
    head: Worker,
    doctor: Worker | None,
    phone: str,
    meals: str,
    complaint: str,
    notice: str,
    by: Actor,
    at: datetime,
) -> None:
    """Say anew who runs a site and what its sheet says."""
    new = {
        "head": head, "doctor": doctor, "phone": phone, "meals": meals, "complaint": complaint, "notice": notice
    }  # fmt: skip
    changed = [name for name, value in new.items() if getattr(site, name) != value]
    for name in changed:
        setattr(site, name, new[name])
    if changed:
        site.save(update_fields=changed)
        _record("site.changed", site, by=by, at=at, fields=changed)


@transaction.atomic
def add_rooms(labels: str, *, site: Site, beds: int, by: Actor, at: datetime) -> list[Room]:
    """Add rooms: ``301-320, 401、402``, each with ``beds`` beds.

    Raises: SitesRefused.
    """
    wanted = list(dict.fromkeys(read_labels(labels)))
    if len(wanted) > AT_ONCE:
        raise SitesRefused("rooms_too_many", field="labels")
    known = Room.objects.filter(site=site, label__in=wanted).values_list("label", flat=True).first()
    if known is not None:
        raise SitesRefused("room_known", field="labels", room=known)
    rooms = Room.objects.bulk_create(Room(site=site, label=label, beds=beds) for label in wanted)
    _record("site.rooms_added", site, by=by, at=at, rooms=len(rooms), beds=beds)
    return rooms


def read_labels(text: str) -> Iterator[str]:
    """The labels of rooms in a text: single ones and ranges, typed with half- or full-width signs.

    Raises: SitesRefused.
    """
    plain = re.sub(r"[—–~～至到]+", "-", unicodedata.normalize("NFKC", text))
    parts = [part for part in re.split(r"[\s,;、]+", re.sub(r"\s*-\s*", "-", plain)) if part]
    for part in parts or [text]:
        span = _RANGE.match(part)
        if span is None:
            if not re.fullmatch(r"[\w-]{1,20}", part):
                raise SitesRefused("rooms_unreadable", field="labels", text=part[:20])
            yield part
            continue
        first, last = int(span["first"]), int(span["last"])
        if last < first or span["same"] not in ("", span["before"]):
            raise SitesRefused("rooms_unreadable", field="labels", text=part[:20])
        if last - first >= AT_ONCE:
            raise SitesRefused("rooms_too_many", field="labels")
        for number in range(first, last + 1):
            yield f"{span['before']}{number:0{len(span['first'])}d}"


@transaction.atomic
def close_room(room: Room, *, reason: str, from_day: date, to_day: date | None = None, by: Actor, at: datetime) -> None:
    """A room is out of use for a time. Who is in it stays; nobody comes in.

    Raises: SitesRefused.
    """
    if not reason.strip():
        raise SitesRefused("reason_missing", field="reason")
    if to_day is not None and to_day <= from_day:
        raise SitesRefused("ends_before_it_begins", field="to_day")
    room.closed_from, room.closed_to, room.closed_reason = from_day, to_day, reason.strip()[:100]
    room.save(update_fields=["closed_from", "closed_to", "closed_reason"])
    _record("site.room_closed", room.site, by=by, at=at, room=room.pk)


@transaction.atomic
def reopen_room(room: Room, *, by: Actor, at: datetime) -> None:
    """A room may be used again."""
    room.closed_from, room.closed_to, room.closed_reason = None, None, ""
    room.save(update_fields=["closed_from", "closed_to", "closed_reason"])
    _record("site.room_reopened", room.site, by=by, at=at, room=room.pk)


@transaction.atomic
def set_beds(room: Room, *, beds: int, by: Actor, at: datetime) -> None:
    """A room has more beds now, or fewer.

    Raises: SitesRefused, while more people are in it.
    """
    people = Stay.objects.filter(room=room, to_day__isnull=True).count()
    if beds < people:
        raise SitesRefused("beds_in_use", field="beds", room=room.label, people=people)
    room.beds = beds
    room.save(update_fields=["beds"])
    _record("site.room_changed", room.site, by=by, at=at, room=room.pk, beds=beds)


# ---- who comes, moves and leaves -----------------------------------------------------------------------------------
@transaction.atomic
def check_in(
    resident: Resident,
    *,
    room: Room,
    carer_of: Resident | None = None,
    happened_at: datetime | None = None,
    channel: str = Channel.DESK,
    by: Actor,
    at: datetime,
) -> Stay:
    """Somebody comes into a room: one who is to be observed centrally, or the single carer of one who is there.

    The step of the observation comes first and needs nothing from here; the room follows.
    Raises: SitesRefused; EntryRefused.
    """
    when = happened_at or at
    day = timezone.localdate(when)
    room = _locked(room)
    site = room.site
    there = open_stay(resident)
    if there is not None:
        raise SitesRefused("already_in", site=there.room.site.name, room=there.room.label)
    if not (site.from_day <= day and (site.to_day is None or site.to_day > day)):
        raise SitesRefused("site_closed", site=site.name)
    if not serves(site, home_of(resident.pk, day=day)):
        raise SitesRefused("serves_others", site=site.name, area=site.serves.name)
    if carer_of is not None:
        _check_carer(carer_of, site=site)
    elif observed_from(resident, day=day) is None:
        raise SitesRefused("not_observed")
    party = party_of(resident, day=day, carer_of=carer_of)
    _check_room(view_of(room, day=day), party=party)
    entry = _write(
        "CHECK_IN",
        resident,
        room=room,
        happened_at=when,
        channel=channel,
        by=by,
        at=at,
        **({"carer_of": str(carer_of.pk)} if carer_of is not None else {}),
    )
    with _rules_of(room):
        return Stay.objects.create(
            resident=resident, room=room, party=party, carer_of=carer_of, from_day=day, begun_by=entry
        )


@transaction.atomic
def move_room(
    stay: Stay, *, room: Room, note: str = "", happened_at: datetime | None = None, by: Actor, at: datetime
) -> Stay:
    """Somebody moves to another room of the same site; the one they leave is to be disinfected.

    Raises: SitesRefused; EntryRefused.
    """
    when = happened_at or at
    day = timezone.localdate(when)
    room, stay = _locked(room), _open_or_refuse(stay)
    if room.pk == stay.room_id:
        raise SitesRefused("same_room", field="room", room=room.label)
    if room.site_id != stay.room.site_id:
        raise SitesRefused("room_of_other_site", field="room")
    _check_room(view_of(room, day=day), party=stay.party)
    entry = _write("MOVE_ROOM", stay.resident, room=room, note=note, happened_at=when, by=by, at=at)
    with _rules_of(room):
        _end(stay, to_day=day, entry=entry)
        return Stay.objects.create(
            resident=stay.resident,
            room=room,
            party=stay.party,
            carer_of=stay.carer_of,
            from_day=day,
            begun_by=entry,
        )


@transaction.atomic
def check_out(
    stay: Stay, *, leaving: str, note: str = "", happened_at: datetime | None = None, by: Actor, at: datetime
) -> Stay:
    """Somebody leaves. ``leaving`` says why: RELEASED, HOME, HOSPITAL, OTHER_SITE or CARER.

    RELEASED is for those whose observation has ended; whoever is held stays until then, and no day longer.
    Raises: SitesRefused; EntryRefused.
    """
    when = happened_at or at
    day = timezone.localdate(when)
    stay = _open_or_refuse(stay)
    if leaving == "RELEASED" and observed_from(stay.resident, day=day) is not None:
        raise SitesRefused("still_observed", field="leaving")
    entry = _write(
        "CHECK_OUT", stay.resident, room=stay.room, leaving=leaving, note=note, happened_at=when, by=by, at=at
    )
    _end(stay, to_day=day, entry=entry)
    return stay


@transaction.atomic
def disinfect_room(
    room: Room, *, note: str = "", happened_at: datetime | None = None, by: Actor, at: datetime
) -> Entry:
    """A room was disinfected after those who left it, and is free again. Written down with the last who left.

    Raises: SitesRefused; EntryRefused.
    """
    when = happened_at or at
    room = _locked(room)
    view = view_of(room, day=timezone.localdate(when))
    if view.state == RoomState.OCCUPIED:
        raise SitesRefused("somebody_inside", room=room.label)
    if not view.left:
        raise SitesRefused("nothing_to_disinfect", room=room.label)
    last = max(view.left, key=lambda stay: stay.ended_by.happened_at if stay.ended_by else at)
    entry = _write(
        "ROOM_DISINFECTED",
        last.resident,
        room=room,
        note=note,
        about=about_room(room.pk),
        happened_at=when,
        by=by,
        at=at,
    )
    Stay.objects.filter(pk__in=[stay.pk for stay in view.left]).update(disinfected_by=entry)
    return entry


@transaction.atomic
def note_in_site(
    stay: Stay, *, what: str, note: str = "", happened_at: datetime | None = None, by: Actor, at: datetime
) -> Entry:
    """Something about somebody who is there: MEAL brought, INFORMATION given, a matter of ORDER.

    Raises: SitesRefused; EntryRefused.
    """
    stay = _open_or_refuse(stay)
    if what in ("ORDER", "INFORMATION") and not note.strip():
        raise SitesRefused("note_missing", field="note")
    return _write(what, stay.resident, room=stay.room, note=note, happened_at=happened_at or at, by=by, at=at)


@transaction.atomic
def count_site(
    site: Site,
    *,
    present: int,
    missing: Sequence[Stay] = (),
    note: str = "",
    by: Actor,
    at: datetime,
) -> Entry:
    """The daily count of a site. Of each who is missing a matter of order is written down.

    Raises: SitesRefused; EntryRefused.
    """
    expected = people_in([site], day=timezone.localdate(at)).get(site.pk, 0)
    if present > expected:
        raise SitesRefused("count_too_many", field="present", expected=expected)
    if present < expected and not note.strip():
        raise SitesRefused("count_missing", field="note", number=expected - present)
    for stay in missing:
        note_in_site(stay, what="ORDER", note=note, by=by, at=at)
    payload = {
        "place": site.name,
        "expected": expected,
        "present": present,
        "note": note.strip()[:200],
        "about": str(site.pk),
    }
    draft = Draft(kind="site_count", subject=site.division, happened_at=at, payload=_said(payload))
    return record_entry(draft, by=by, at=at).entry


# ---- drives --------------------------------------------------------------------------------------------------------
@transaction.atomic
def book_transport(
    resident: Resident,
    *,
    from_place: str,
    goal: str,
    to_site: Site | None = None,
    to_place: str = "",
    vehicle: str,
    driver: Worker | None = None,
    wanted_at: datetime,
    by: Actor,
    at: datetime,
) -> Booking:
    """Book a drive to a site, to hospital or home, and back. M38 二(一)1, M21.

    Raises: SitesRefused; EntryRefused.
    """
    if Booking.objects.filter(resident=resident, delivered_by__isnull=True, cancelled_by__isnull=True).exists():
        raise SitesRefused("drive_open")
    place = "" if goal == Goal.SITE else to_place.strip()
    if (goal == Goal.SITE and to_site is None) or (goal != Goal.SITE and not place):
        raise SitesRefused("drive_nowhere", field="to_site" if goal == Goal.SITE else "to_place")
    booking = Booking(
        resident=resident,
        from_place=from_place.strip(),
        goal=Goal(goal),
        to_site=to_site if goal == Goal.SITE else None,
        to_place=place,
        vehicle=unicodedata.normalize("NFKC", vehicle).strip().upper(),
        driver=driver,
        wanted_at=wanted_at,
    )
    booking.booked_by = _drive("BOOKED", booking, by=by, at=at)
    booking.save(force_insert=True)
    return booking


@transaction.atomic
def step_transport(
    booking: Booking,
    *,
    what: str,
    vehicle_disinfected: bool = False,
    note: str = "",
    happened_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Entry:
    """A drive goes on: PICKED_UP, DELIVERED, DISINFECTED, or CANCELLED with the reason.

    Raises: SitesRefused; EntryRefused.
    """
    row = Booking.objects.select_for_update(of=("self",)).select_related("to_site", "resident").get(pk=booking.pk)
    after = {"PICKED_UP": "BOOKED", "DELIVERED": "PICKED_UP", "CANCELLED": "BOOKED", "DISINFECTED": "DELIVERED"}
    if not row.is_open and what != "DISINFECTED":
        raise SitesRefused("drive_over")
    if row.state != after[what] or (what == "DISINFECTED" and row.disinfected_by_id is not None):
        raise SitesRefused("drive_not_there")
    if what == "CANCELLED" and not note.strip():
        raise SitesRefused("reason_missing", field="note")
    entry = _drive(
        what,
        row,
        vehicle_disinfected=vehicle_disinfected or what == "DISINFECTED",
        note=note.strip()[:200],
        happened_at=happened_at,
        by=by,
        at=at,
    )
    fields = {
        "PICKED_UP": ["picked_up_by"], "DELIVERED": ["delivered_by"], "CANCELLED": ["cancelled_by"], "DISINFECTED": []
    }[what]  # fmt: skip
    if vehicle_disinfected or what == "DISINFECTED":
        fields = [*fields, "disinfected_by"]
    for name in fields:
        setattr(row, name, entry)
        setattr(booking, name, entry)
    row.save(update_fields=fields)
    return entry


# ---- what they share -----------------------------------------------------------------------------------------------
def _check_carer(cared_for: Resident, *, site: Site) -> None:
    there = open_stay(cared_for)
    if there is None or there.room.site_id != site.pk:
        raise SitesRefused("cared_for_not_in", field="carer_of")
    if Stay.objects.filter(carer_of=cared_for, to_day__isnull=True).exists():
        raise SitesRefused("second_carer", field="carer_of", name=cared_for.name)


def _check_room(view: RoomView, *, party: Any) -> None:
    room = view.room
    if view.is_closed:
        raise SitesRefused("room_closed", field="room", room=room.label, reason=room.closed_reason)
    if view.state == RoomState.DISINFECT:
        raise SitesRefused("not_disinfected", field="room", room=room.label)
    if view.party is not None and view.party != party:
        raise SitesRefused("strangers", field="room", room=room.label)
    if view.free_beds < 1:
        raise SitesRefused("no_bed", field="room", room=room.label)


@contextmanager
def _rules_of(room: Room) -> Iterator[None]:
    """Say in words what the database refuses: somebody else may have been quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        code = next((code for said, code in _BROKEN_RULES.items() if said in str(broken)), None)
        if code is None:
            raise
        raise SitesRefused(code, field="room", room=room.label) from broken


def _locked(room: Room) -> Room:
    rows = Room.objects.select_for_update(of=("self",)).select_related("site__division", "site__serves")
    return rows.get(pk=room.pk)


def _open_or_refuse(stay: Stay) -> Stay:
    rows = Stay.objects.select_for_update(of=("self",)).select_related("resident", "room__site", "carer_of")
    row = rows.get(pk=stay.pk)
    if row.to_day is not None:
        raise SitesRefused("stay_ended")
    return row


def _end(stay: Stay, *, to_day: date, entry: Entry) -> None:
    if to_day < stay.from_day:
        raise SitesRefused("ends_before_it_begins", field="happened_at")
    stay.to_day, stay.ended_by = to_day, entry
    stay.save(update_fields=["to_day", "ended_by"])


def _write(
    what: str,
    resident: Resident,
    *,
    room: Room,
    happened_at: datetime,
    note: str = "",
    about: str = "",
    channel: str = Channel.DESK,
    by: Actor,
    at: datetime,
    **more: str,
) -> Entry:
    payload = {
        "what": what,
        "place": f"{room.site.name} {room.label}",
        "site": str(room.site_id),
        "room": str(room.pk),
        "note": note.strip()[:200],
        "about": about or what,
        **more,
    }
    draft = Draft(
        kind="site_record", subject=resident, happened_at=happened_at, payload=_said(payload), channel=channel
    )
    return record_entry(draft, by=by, at=at).entry


def _drive(
    what: str,
    booking: Booking,
    *,
    vehicle_disinfected: bool = False,
    note: str = "",
    happened_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Entry:
    payload = {
        "what": what,
        "place": booking.destination,
        "vehicle": booking.vehicle,
        "wanted": timezone.localtime(booking.wanted_at).strftime("%Y-%m-%d %H:%M"),
        "vehicle_disinfected": vehicle_disinfected,
        "note": note,
        "booking": str(booking.pk),
        "about": about_drive(booking.pk, what),
    }
    draft = Draft(kind="transport", subject=booking.resident, happened_at=happened_at or at, payload=_said(payload))
    return record_entry(draft, by=by, at=at).entry


def _said(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value is not False and value != ""}


def _record(action: str, site: Site, *, by: Actor, at: datetime, **detail: Any) -> None:
    record_act(
        action, by=by, at=at, object_type="site", object_id=site.pk, division_code=site.division_id, detail=detail
    )
