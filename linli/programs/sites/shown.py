"""What the pages of central sites show: rooms as cells, people who wait and drives as cards with a clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.community.civil_days import SHANGHAI, start_of
from linli.programs.sites.clock import clock_said
from linli.programs.sites.models import Booking, Stay
from linli.programs.sites.queries import RoomState, RoomView, Waiting
from linli.records.queries import counting
from linli.records.saying import Line, payload_said


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A room in words. ``people`` are stays with the name where it may be seen."""

    view: RoomView
    people: tuple[tuple[Stay, str], ...]
    word: str
    note: str = ""

    @property
    def css(self) -> str:
        """The class of its state."""
        return self.view.state.lower()


def state_said(state: RoomState | str) -> str:
    """A state of a room in a word."""
    return {
        RoomState.FREE: _("空"),
        RoomState.OCCUPIED: _("住人"),
        RoomState.DISINFECT: _("待消毒"),
        RoomState.CLOSED: _("停用"),
    }[RoomState(state)]


def cell_of(view: RoomView, named: Iterable[UUID]) -> Cell:
    """A room as its cell in the grid."""
    known = set(named)
    people = tuple((stay, stay.resident.name if stay.resident_id in known else "") for stay in view.stays)
    note = ""
    if view.is_closed:
        note = view.room.closed_reason
    elif view.state == RoomState.OCCUPIED and view.free_beds:
        note = _("还有%(number)s张床，只给同户或陪护") % {"number": view.free_beds}
    elif view.state == RoomState.FREE:
        note = _("%(number)s张床") % {"number": view.room.beds}
    return Cell(view=view, people=people, word=state_said(view.state), note=note)


@dataclass(frozen=True, kw_only=True)
class WaitingCard:
    """Somebody who waits for a room, and how long is left to find one."""

    row: Waiting
    clock: str
    is_late: bool


def waiting_cards(rows: Iterable[Waiting], *, at: datetime) -> list[WaitingCard]:
    """Those who wait. A room is found on the day: a reading."""
    found = []
    for row in rows:
        begins = max(start_of(row.from_day), row.left_at or row.begun_at)
        due_at = start_of(begins.astimezone(SHANGHAI).date() + timedelta(days=1))
        found.append(WaitingCard(row=row, clock=clock_said(due_at, at=at), is_late=at >= due_at))
    return found


@dataclass(frozen=True, kw_only=True)
class DriveCard:
    """A drive and its clock; the steps that may follow, with their words."""

    row: Booking
    clock: str
    is_late: bool
    steps: tuple[tuple[str, str], ...]


def drive_cards(rows: Iterable[Booking], *, at: datetime) -> list[DriveCard]:
    """Drives, those that are open first, by their time."""
    found = []
    for row in sorted(rows, key=lambda row: (not row.is_open, row.wanted_at, row.pk)):
        clock = clock_said(row.wanted_at, at=at) if row.is_open else ""
        found.append(
            DriveCard(row=row, clock=clock, is_late=row.is_open and at >= row.wanted_at, steps=_steps_after(row))
        )
    return found


def _steps_after(row: Booking) -> tuple[tuple[str, str], ...]:
    match row.state:
        case Booking.State.BOOKED:
            return (("PICKED_UP", _("已上车")),)
        case Booking.State.PICKED_UP:
            return (("DELIVERED", _("已送到")),)
        case Booking.State.DELIVERED if row.disinfected_by_id is None:
            return (("DISINFECTED", _("车辆已消毒")),)
    return ()


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Something that was noted of somebody in a site."""

    at: datetime
    lines: Sequence[Line]


def records_of(stay: Stay, *, day: date) -> list[Noted]:
    """What was noted of somebody in the site since they came, the newest first."""
    rows = counting().filter(kind="site_record", resident=stay.resident_id, day__gte=stay.from_day, day__lte=day)
    return [_noted(row) for row in rows.order_by("-happened_at", "-id")[:60]]


def _noted(row: Any) -> Noted:
    return Noted(at=row.happened_at, lines=payload_said(row.kind, row.payload))
