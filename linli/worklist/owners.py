"""Who does an item: from the actor of the norm and the assignments in force. Never nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import itemgetter
from uuid import UUID

from django.utils.translation import gettext as _

from linli.community.dated_rows import in_force
from linli.community.models import Assignment, Division, GridUnit, Worker
from linli.community.roles import Role
from linli.records.kinds import all_kinds
from linli.worklist.items import Item, Owner

_ROLES_FOR = {
    "clinic": (Assignment.Role.MEDICAL, Assignment.Role.RESPONSIBLE, Assignment.Role.HEAD),
    "": (Assignment.Role.RESPONSIBLE, Assignment.Role.HEAD),
}
_KINDS_FOR = {"clinic": (Worker.Kind.DOCTOR, Worker.Kind.VILLAGE_DOCTOR), "": (Worker.Kind.STAFF,)}


@dataclass(kw_only=True)
class Assigned:
    """The assignments of some communities on a day, as a list needs them."""

    by_household: dict[tuple[UUID, str], Owner] = field(default_factory=dict)
    by_unit: dict[tuple[int, str], Owner] = field(default_factory=dict)
    around: dict[int, tuple[int, ...]] = field(default_factory=dict)
    station: dict[str, int] = field(default_factory=dict)
    by_kind: dict[tuple[str, str], Owner] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    by_worker: dict[int, Owner] = field(default_factory=dict)

    def owner(self, item: Item) -> Owner:
        """Who does an item: whoever is named for it, then for the household, the units around it, the community.

        What a grid worker may not read or write goes past those at the doors, to the doctor or the staff.
        """
        if item.worker is not None and item.worker in self.by_worker:
            return self.by_worker[item.worker]
        name = item.actor if item.actor in _ROLES_FOR else ""
        units: Sequence[int] = self.around.get(item.unit, ()) if item.unit is not None else ()
        if not units and item.division in self.station:
            units = (self.station[item.division],)
        for role in _roles_for(name, item.kind):
            if item.household is not None and (item.household, role) in self.by_household:
                return self.by_household[item.household, role]
            for unit in units:
                if (unit, role) in self.by_unit:
                    return self.by_unit[unit, role]
        for kind in (*_KINDS_FOR[name], *_KINDS_FOR[""]):
            if (item.division, kind) in self.by_kind:
                return self.by_kind[item.division, kind]
        return Owner(worker=None, name=_("%(place)s值班人员") % {"place": self.names.get(item.division, item.division)})


def _roles_for(name: str, kind: str) -> Sequence[str]:
    return (
        _ROLES_FOR[name]
        if _is_for_anybody(kind)
        else [one for one in _ROLES_FOR[name] if one == Assignment.Role.MEDICAL]
    )


@cache
def _is_for_anybody(kind: str) -> bool:
    """May those at the doors write this kind down, and read it?"""
    known = all_kinds().get(kind)
    if known is None:
        return True
    return Role.GRID_WORKER in known.roles and (known.readers is None or Role.GRID_WORKER in known.readers)


def assigned_in(codes: Iterable[str], *, day: date) -> Assigned:
    """The assignments of some communities on a day, in six queries. Of several alike the earliest counts."""
    wanted = list(codes)
    found = Assigned(names=dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name")))
    units = GridUnit.objects.filter(in_force(day), division__in=wanted)
    rows = units.values_list("pk", "parent", "parent__parent", "parent__parent__parent", "division").order_by("pk")
    for *ids, division in rows:
        path = tuple(one for one in ids if one is not None)
        found.around[path[0]] = path
        if len(path) == 1:
            found.station.setdefault(division, path[0])
    held = Assignment.objects.filter(in_force(day), in_force(day, path="worker__")).order_by()
    columns = ("id", "household_id", "unit_id", "role", "worker_id", "worker__name")
    of_units = held.filter(unit__division__in=wanted).values_list(*columns)
    of_households = held.filter(household__unit__division__in=wanted).values_list(*columns)
    for _id, household, unit, role, worker, name in sorted([*of_units, *of_households], key=itemgetter(0)):
        owner = found.by_worker.setdefault(worker, Owner(worker=worker, name=name))
        if household is not None:
            found.by_household.setdefault((household, role), owner)
        else:
            found.by_unit.setdefault((unit, role), owner)
    staff = Worker.objects.filter(in_force(day), division__in=wanted).order_by("id")
    for worker, name, kind, division in staff.values_list("pk", "name", "kind", "division_id"):
        owner = found.by_worker.setdefault(worker, Owner(worker=worker, name=name))
        found.by_kind.setdefault((division, kind), owner)
    return found


def spread(items: Iterable[Item]) -> Mapping[Owner, int]:
    """How many open items each owner has; those with none are not in it."""
    load: dict[Owner, int] = {}
    for item in items:
        if item.is_open:
            load[item.owner] = load.get(item.owner, 0) + 1
    return load


OwnerOf = Callable[[Item], Owner]
