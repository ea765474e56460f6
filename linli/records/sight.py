"""Who sees what of the records: whom one reaches in some roles, and what one may learn there.

A role reaches the divisions it is held for; a grid worker reaches the own part of the grid alone. What is foreign is a
404. Which registers one may see, and so which entries, follows from the roles held over that very person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from linli.community.access import GridReach, Reach, grid_reach, latest_residences
from linli.community.codes import VILLAGE, is_within
from linli.community.models import Division, GridUnit, Household, Residence, Resident
from linli.community.roles import Role
from linli.records.kinds import Kind, UnknownKind, kind_of
from linli.records.models import Entry
from linli.records.queries import one_person
from linli.records.registers import visible_groups

Subject = Resident | Household | GridUnit | Division
PUTTING_RIGHT = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one may learn of a subject, by the roles held over it."""

    roles: frozenset[Role]

    @property
    def groups(self) -> frozenset[str]:
        """The groups whose membership one may see."""
        return frozenset(visible_groups(self.roles))

    def learns_of(self, kind: Kind, payload: Mapping[str, Any], *, groups: Iterable[str] = ()) -> bool:
        """May one know that there is such an entry? ``groups`` are those that it puts somebody on or takes off."""
        if kind.readers is not None and not kind.readers & self.roles:
            return False
        named = {str(payload[one.id]) for one in kind.fields if one.type == "register" and one.id in payload}
        return named | set(groups) <= self.groups


@dataclass(frozen=True, kw_only=True)
class Found:
    """A subject within reach: itself, where it is, and what one may learn of it."""

    subject: Subject
    division: Division
    sight: Sight
    residence: Residence | None = None

    @property
    def name(self) -> str:
        """How the subject is called."""
        return str(self.subject.label if isinstance(self.subject, Household) else self.subject.name)

    @property
    def household(self) -> Household | None:
        """The household that it is, or in which the person lives."""
        return self.subject if isinstance(self.subject, Household) else getattr(self.residence, "household", None)

    def is_of(self, entry: Entry) -> bool:
        """Is the entry about this subject?"""
        match self.subject:
            case Resident():
                return entry.resident_id in one_person(self.subject.pk)
            case Household():
                return entry.household_id == self.subject.pk
            case GridUnit():
                return entry.unit_id == self.subject.pk
        return entry.division_id == self.division.pk and not (entry.resident_id or entry.household_id or entry.unit_id)

    @property
    def person(self) -> Resident | None:
        """The person that it is."""
        return self.subject if isinstance(self.subject, Resident) else None


def reach_for(reach: Reach, roles: Iterable[Role], *, day: date) -> GridReach:
    """The part of the grid that is reached in one of ``roles``; for a grid worker among them the own part."""
    wanted = frozenset(roles)
    if Role.GRID_WORKER in wanted:
        return grid_reach(reach, wide=wanted - {Role.GRID_WORKER}, day=day)
    return GridReach(day=day, areas=reach.divisions(wanted))


def find_or_404(reach: Reach, subject: str, id: object, *, roles: Iterable[Role], day: date) -> Found:
    """The person, household, unit or community with this id, if one of ``roles`` reaches it.

    Raises: Http404, for one that is not there or belongs to others.
    """
    grid = reach_for(reach, roles, day=day)
    try:
        found = _FINDERS[subject](grid, str(id))
    except (KeyError, ValueError):
        found = None
    if found is None:
        raise Http404
    row, division, residence = found
    held = _held(reach, division.code, roles) - {Role.GRID_WORKER}
    if Role.GRID_WORKER in roles:
        own = reach_for(reach, {Role.GRID_WORKER}, day=day)
        if _FINDERS[subject](own, str(id)) is not None:
            held |= {Role.GRID_WORKER}
    return Found(subject=row, division=division, residence=residence, sight=Sight(roles=frozenset(held)))


def entry_or_404(reach: Reach, pk: UUID, *, roles: Iterable[Role], day: date) -> tuple[Entry, Found]:
    """An entry with its subject, if one of ``roles`` reaches it; whether one may learn of it is for `timeline.told`.

    Raises: Http404.
    """
    row = Entry.objects.select_related("corrects", "division").filter(pk=pk).first()
    if row is None:
        raise Http404
    for subject, id in (("person", row.resident_id), ("household", row.household_id), ("unit", row.unit_id)):
        if id is not None:
            return row, find_or_404(reach, subject, id, roles=roles, day=day)
    return row, find_or_404(reach, "community", row.division_id, roles=roles, day=day)


def may_change(entry: Entry, about: Found, *, reach: Reach, day: date) -> bool:
    """May this entry be put right? It has to be the last of its chain, and still count.

    The staff and the doctor of the community may; whoever wrote it may on the same day.
    """
    try:
        kind = kind_of(entry.kind)
    except UnknownKind:
        return False
    if kind.is_final or entry.is_withdrawn or Entry.objects.filter(corrects=entry).exists():
        return False
    held = about.sight.roles & kind.roles
    is_own = reach.account is not None and entry.by == reach.account.as_actor().id
    return bool(held & PUTTING_RIGHT) or (bool(held) and is_own and timezone.localdate(entry.received_at) == day)


def _held(reach: Reach, code: str, roles: Iterable[Role]) -> set[Role]:
    wanted = frozenset(roles)
    return {one.role for one in reach.grants if one.role in wanted and is_within(code, one.division_code)}


_Row = tuple[Subject, Division, Residence | None] | None


def _person(grid: GridReach, id: str) -> _Row:
    rows = latest_residences(day=grid.day).filter(resident=one_person(UUID(id))[0])
    joined = rows.select_related("resident", "household__unit__division", "division")
    here = joined.order_by("-from_day").first()
    if here is None:
        return None
    if here.household is not None:
        found = _household_within(grid, here.household)
        return (here.resident, here.household.unit.division, here) if found else None
    inside = here.division is not None and _is_inside(grid, here.division.code)
    return (here.resident, here.division, here) if here.division is not None and inside else None


def _household(grid: GridReach, id: str) -> _Row:
    row = Household.objects.select_related("unit__division").filter(pk=UUID(id)).first()
    return (row, row.unit.division, None) if row is not None and _household_within(grid, row) else None


def _unit(grid: GridReach, id: str) -> _Row:
    row = GridUnit.objects.select_related("division").filter(pk=int(id)).first() if len(id) < 19 else None
    inside = row is not None and (row.pk in grid.unit_ids or _is_inside(grid, row.division_id))
    return (row, row.division, None) if row is not None and inside else None


def _community(grid: GridReach, id: str) -> _Row:
    row = Division.objects.filter(level=VILLAGE, pk=id).first()
    return (row, row, None) if row is not None and _is_inside(grid, row.code) else None


def _household_within(grid: GridReach, row: Household) -> bool:
    # Of one household this is asked here and not by `GridReach.households`, which lists all of a county to find it.
    own = row.pk in grid.household_ids or row.unit_id in grid.unit_ids
    return own or _is_inside(grid, row.unit.division_id)


def _is_inside(grid: GridReach, code: str) -> bool:
    return any(is_within(code, area) for area in grid.areas)


_FINDERS = {"person": _person, "household": _household, "unit": _unit, "community": _community}
