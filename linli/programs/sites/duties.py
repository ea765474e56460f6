"""What is due around central sites: a room for who waits, an end for who is free, clean rooms, the count, the drives.

None of the texts prints an hour. That somebody who is to be observed centrally has a room on the same day, that a room
is disinfected by the end of the day after, and that people are counted daily are readings, and the items say so.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.utils.translation import gettext as _

from linli.community.civil_days import SHANGHAI, start_of
from linli.programs.sites.clauses import Ground, Grounds, grounds_at
from linli.programs.sites.models import Booking
from linli.programs.sites.queries import (
    Waiting,
    counted_sites,
    drives_in,
    rooms_left,
    sites_for,
    staying_without_reason,
    waiting_in,
)
from linli.records.program import Duty, Scope

ONE_DAY = timedelta(days=1)
GroundsOf = Callable[[str], Grounds]


def about_room(room_id: int) -> str:
    """How the disinfection of a room is known on the list."""
    return f"ROOM:{room_id}"


def about_drive(booking_id: UUID, what: str = "DELIVERED") -> str:
    """How a step of a drive is known on the list."""
    return f"DRIVE:{booking_id}:{what}"


def duties(scope: Scope) -> Iterator[Duty]:
    """All that is due in some communities on a day, open or done on it."""

    @cache
    def grounds(division_code: str) -> Grounds:
        return grounds_at(division_code, day=scope.day)

    yield from _rooms_to_find(scope, grounds)
    yield from _people_to_let_go(scope, grounds)
    yield from _rooms_to_disinfect(scope, grounds)
    yield from _sites_to_count(scope, grounds)
    yield from _drives(scope, grounds)


def _rooms_to_find(scope: Scope, grounds: GroundsOf) -> Iterator[Duty]:
    @cache
    def head_of(division_code: str) -> int | None:
        nearest = sites_for(division_code, day=scope.day).first() if division_code else None
        return nearest.head_id if nearest is not None else None

    for one in waiting_in(scope.divisions, day=scope.day, with_done=True):
        begins = _waits_since(one)
        yield Duty(
            kind="site_record",
            about="CHECK_IN",
            actor="community",
            resident=one.resident.pk,
            division=one.division,
            due_from=begins,
            due_to=_end_of(begins.astimezone(SHANGHAI).date()),
            norms=grounds(one.division).registration.norms,
            why=_("要集中观察，还没有房间：当天安排（读法，原文没有写时限）"),
            is_urgent=True,
            worker=head_of(one.division),
        )


def _waits_since(one: Waiting) -> datetime:
    begins = start_of(one.from_day)
    return max(begins, one.left_at) if one.left_at is not None else begins


def _people_to_let_go(scope: Scope, grounds: GroundsOf) -> Iterator[Duty]:
    for stay, ended_on in staying_without_reason(scope.divisions, day=scope.day):
        yield Duty(
            kind="site_record",
            about="CHECK_OUT",
            actor="community",
            resident=stay.resident_id,
            division=stay.room.site.division_id,
            due_from=start_of(ended_on),
            due_to=_end_of(ended_on),
            norms=grounds(stay.room.site.division_id).rights.norms,
            why=_("观察已经结束，人还在%(site)s：当天办理离开") % {"site": stay.room.site.name},
            is_urgent=True,
            worker=stay.room.site.head_id,
        )


def _rooms_to_disinfect(scope: Scope, grounds: GroundsOf) -> Iterator[Duty]:
    for stay in rooms_left(scope.divisions, day=scope.day):
        assert stay.ended_by is not None
        left_at = stay.ended_by.happened_at
        yield Duty(
            kind="site_record",
            about=about_room(stay.room_id),
            actor="community",
            resident=stay.resident_id,
            division=stay.room.site.division_id,
            due_from=left_at,
            due_to=_end_of(left_at.astimezone(SHANGHAI).date() + ONE_DAY),
            norms=grounds(stay.room.site.division_id).disinfection.norms,
            why=_("%(site)s %(room)s 房空出，先消毒再住人（第二天以内，读法）")
            % {"site": stay.room.site.name, "room": stay.room.label},
            worker=stay.room.site.head_id,
        )


def _sites_to_count(scope: Scope, grounds: GroundsOf) -> Iterator[Duty]:
    for site in counted_sites(scope.divisions, day=scope.day):
        yield Duty(
            kind="site_count",
            about=str(site.pk),
            actor="community",
            division=site.division_id,
            due_from=start_of(scope.day),
            due_to=_end_of(scope.day),
            norms=(*grounds(site.division_id).site.norms, *grounds(site.division_id).registration.norms),
            why=_("%(site)s：每天点名登记") % {"site": site.name},
            is_bound=True,
            worker=site.head_id,
        )


def _drives(scope: Scope, grounds: GroundsOf) -> Iterator[Duty]:
    for drive, division in drives_in(scope.divisions, day=scope.day):
        yield Duty(
            kind="transport",
            about=about_drive(drive.pk),
            actor="community",
            resident=drive.resident_id,
            division=division,
            due_from=drive.booked_by.happened_at,
            due_to=max(drive.wanted_at, drive.booked_by.happened_at),
            norms=_ground_of(drive, grounds(division)).norms,
            why=_("%(vehicle)s 送到%(place)s") % {"vehicle": drive.vehicle, "place": drive.destination},
            is_urgent=True,
            worker=drive.driver_id,
        )


def _ground_of(drive: Booking, grounds: Grounds) -> Ground:
    return grounds.hospital if drive.goal == drive.Goal.HOSPITAL else grounds.drive


def _end_of(day: date) -> datetime:
    return start_of(day + ONE_DAY)
