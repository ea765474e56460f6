"""To whom a missed visit goes: the backup of the plan, else the head of the unit around, else the community's staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from linli.community.dated_rows import in_force
from linli.community.models import Assignment, Division, GridUnit, Worker
from linli.programs.care.visiting import Cared, plan_on


@dataclass(frozen=True, kw_only=True)
class Named:
    """A person to turn to. ``worker`` is None where nobody is named: the staff of the community as a body."""

    worker: int | None
    name: str
    phone: str = ""


def named_for(people: Iterable[Cared], *, division_code: str, day: date) -> dict[object, Named]:
    """Who takes over for each of some people of a community on ``day``, by the person's id, in four queries."""
    rows = list(people)
    if not rows:
        return {}
    staff = Worker.objects.filter(in_force(day), division=division_code)
    workers = {
        id: Named(worker=id, name=name, phone=phone)
        for id, name, phone in Worker.objects.filter(in_force(day)).filter(pk__in=_backups(rows, day=day)).values_list(
            "pk", "name", "phone"
        )
    }  # fmt: skip
    units = GridUnit.objects.filter(in_force(day), division=division_code)
    paths = {
        ids[0]: [one for one in ids if one is not None]
        for ids in units.values_list("pk", "parent", "parent__parent", "parent__parent__parent")
    }
    heads: dict[int, Named] = {}
    held = Assignment.objects.filter(
        in_force(day), in_force(day, path="worker__"), role=Assignment.Role.HEAD, unit__division=division_code
    )
    for unit, id, name, phone in held.order_by("id").values_list(
        "unit_id", "worker_id", "worker__name", "worker__phone"
    ):
        heads.setdefault(unit, Named(worker=id, name=name, phone=phone))
    first = staff.filter(kind=Worker.Kind.STAFF).order_by("id").values_list("pk", "name", "phone").first()
    if first is not None:
        body = Named(worker=first[0], name=first[1], phone=first[2])
    else:
        place = Division.objects.filter(pk=division_code).values_list("name", flat=True).first()
        body = Named(worker=None, name=_("%(place)s值班人员") % {"place": place or division_code})
    root = next((path[-1] for path in paths.values()), None)
    return {
        person.id: _backup(person, workers, day=day) or _head(person, paths, heads, root=root) or body
        for person in rows
    }


def _backups(people: Iterable[Cared], *, day: date) -> set[int]:
    plans = (plan_on(day, person.plans) for person in people)
    return {plan.backup for plan in plans if plan is not None and plan.backup is not None}


def _backup(person: Cared, workers: dict[int, Named], *, day: date) -> Named | None:
    plan = plan_on(day, person.plans)
    return workers.get(plan.backup) if plan is not None and plan.backup is not None else None


def _head(person: Cared, paths: dict[int, list[int]], heads: dict[int, Named], *, root: int | None) -> Named | None:
    around = paths.get(person.unit, []) if person.unit is not None else [root] if root is not None else []
    return next((heads[unit] for unit in around if unit in heads), None)
