"""To whom a missed visit goes: the backup of the plan, else the head of the unit around, else the community's staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from linli.community.dated_rows import in_force
from linli.community.models import Assignment, Division, GridUnit, Worker
from linli.programs.care.visiting import Cared, plan_on

_WORKER = ("pk", "name", "phone")


@dataclass(frozen=True, kw_only=True)
class Named:
    """A person to turn to. ``worker`` is None where nobody is named: the staff of the community as a body."""

    worker: int | None
    name: str
    phone: str = ""


def named_for(people: Iterable[Cared], *, day: date) -> dict[object, Named]:
    """Who takes over for each of some people on ``day``, by the person's id, in a fixed number of queries."""
    rows = list(people)
    if not rows:
        return {}
    codes = {person.division for person in rows}
    backups = Worker.objects.filter(in_force(day), pk__in=_backups(rows, day=day))
    workers = {id: Named(worker=id, name=name, phone=phone) for id, name, phone in backups.values_list(*_WORKER)}
    units = GridUnit.objects.filter(in_force(day), division__in=codes).order_by("pk")
    paths: dict[int, list[int]] = {}
    roots: dict[str, int] = {}
    for *ids, division in units.values_list("pk", "parent", "parent__parent", "parent__parent__parent", "division"):
        path = [one for one in ids if one is not None]
        paths[path[0]] = path
        roots.setdefault(division, path[-1])
    heads: dict[int, Named] = {}
    held = Assignment.objects.filter(
        in_force(day), in_force(day, path="worker__"), role=Assignment.Role.HEAD, unit__division__in=codes
    )
    for unit, id, name, phone in held.order_by("id").values_list(
        "unit_id", "worker_id", "worker__name", "worker__phone"
    ):
        heads.setdefault(unit, Named(worker=id, name=name, phone=phone))
    bodies = _bodies(codes, day=day)
    return {
        person.id: _backup(person, workers, day=day)
        or _head(person, paths, heads, root=roots.get(person.division))
        or bodies[person.division]
        for person in rows
    }


def _bodies(codes: Iterable[str], *, day: date) -> dict[str, Named]:
    """The first of the staff of each community, else its staff as a body."""
    names = dict(Division.objects.filter(pk__in=codes).values_list("pk", "name"))
    found = {code: Named(worker=None, name=_("%(place)s值班人员") % {"place": names.get(code, code)}) for code in codes}
    staff = Worker.objects.filter(in_force(day), division__in=codes, kind=Worker.Kind.STAFF).order_by("-id")
    for code, *row in staff.values_list("division_id", *_WORKER):
        found[code] = Named(worker=row[0], name=row[1], phone=row[2])
    return found


def _backups(people: Iterable[Cared], *, day: date) -> set[int]:
    plans = (plan_on(day, person.plans) for person in people)
    return {plan.backup for plan in plans if plan is not None and plan.backup is not None}


def _backup(person: Cared, workers: dict[int, Named], *, day: date) -> Named | None:
    plan = plan_on(day, person.plans)
    return workers.get(plan.backup) if plan is not None and plan.backup is not None else None


def _head(person: Cared, paths: dict[int, list[int]], heads: dict[int, Named], *, root: int | None) -> Named | None:
    around = paths.get(person.unit, []) if person.unit is not None else [root] if root is not None else []
    return next((heads[unit] for unit in around if unit in heads), None)
