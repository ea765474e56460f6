"""Changes to the grid: units are opened and closed, households registered, workers taken on and assigned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.identity import IdentityRefused, normalised_phone
from linli.community.models import Account, Assignment, Division, GridUnit, Household, Residence, Worker, WorkerKind
from linli.community.pinyin import spellings
from linli.community.refusals import GridRefused
from linli.trail.actor import Actor
from linli.trail.operations import record_act

K = GridUnit.Kind
# What may stand directly in what. N40 (十二): three levels in town, three in the country, buildings below.
INSIDE: dict[str, tuple[str, ...]] = {
    "": (K.COMMUNITY_STATION, K.VILLAGE_STATION),
    K.COMMUNITY_STATION: (K.COMPOUND_STATION, K.BUILDING_STATION),
    K.COMPOUND_STATION: (K.BUILDING_STATION,),
    K.VILLAGE_STATION: (K.NATURAL_VILLAGE_STATION, K.GROUP_STATION),
    K.NATURAL_VILLAGE_STATION: (K.GROUP_STATION,),
    K.GROUP_STATION: (K.BUILDING,),
    K.BUILDING_STATION: (),
    K.BUILDING: (),
}


def kinds_inside(parent: GridUnit | None) -> tuple[str, ...]:
    """The kinds of units that may be opened directly in ``parent``; at the top of a community when there is none."""
    if parent is None:
        return INSIDE[""]
    if parent.net == GridUnit.Net.AUXILIARY:
        return ()
    return (*INSIDE[parent.kind], *GridUnit.AUXILIARY_KINDS)


@transaction.atomic
def open_unit(
    name: str, *, kind: str, division: Division, parent: GridUnit | None = None, from_day: date, by: Actor, at: datetime
) -> GridUnit:
    """Open a unit of the grid of a community from ``from_day`` on.

    Raises: GridRefused.
    """
    if division.level != VILLAGE:
        raise GridRefused("unit_not_in_community", place=division.name)
    if kind not in kinds_inside(parent):
        raise GridRefused("unit_not_in_there", field="kind", kind=K(kind).label)
    if parent is not None and (parent.division_id != division.pk or not _is_open(parent, day=from_day)):
        raise GridRefused("unit_parent_closed", field="from_day", name=parent.name)
    alike = GridUnit.objects.filter(Q(to_day__isnull=True) | Q(to_day__gt=from_day), division=division)
    if parent is None and alike.filter(parent__isnull=True).exists():
        raise GridRefused("unit_has_root", place=division.name)
    if parent is not None and alike.filter(parent=parent, name=name).exists():
        raise GridRefused("unit_name_taken", field="name", name=name)
    unit = GridUnit.objects.create(
        division=division,
        parent=parent,
        net=GridUnit.Net.MAIN if kind in GridUnit.MAIN_KINDS else GridUnit.Net.AUXILIARY,
        kind=kind,
        name=name,
        initials=_initials(name),
        from_day=from_day,
    )
    _record("unit.opened", by=by, at=at, what=unit, place=division.code, kind=kind, from_day=from_day)
    return unit


@transaction.atomic
def close_unit(unit: GridUnit, *, to_day: date, by: Actor, at: datetime) -> None:
    """Close a unit: it is last there on the day before ``to_day``. Its assignments end with it.

    Raises: GridRefused, while units or households are in it.
    """
    _require_end(unit, to_day=to_day)
    still = Q(to_day__isnull=True) | Q(to_day__gt=to_day)
    if unit.children.filter(still).exists():
        raise GridRefused("unit_has_units", name=unit.name)
    if unit.households.filter(still).exists():
        raise GridRefused("unit_has_households", name=unit.name)
    for one in Assignment.objects.filter(still, unit=unit).select_related("worker"):
        end_assignment(one, to_day=max(to_day, one.from_day), by=by, at=at)
    unit.to_day = to_day
    unit.save(update_fields=["to_day"])
    _record("unit.closed", by=by, at=at, what=unit, place=unit.division_id, to_day=to_day)


@transaction.atomic
def register_household(
    label: str, *, unit: GridUnit, address: str = "", from_day: date, by: Actor, at: datetime
) -> Household:
    """Register a household in a unit of the main grid.

    Raises: GridRefused.
    """
    if unit.net != GridUnit.Net.MAIN:
        raise GridRefused("household_in_auxiliary", name=unit.name)
    if not _is_open(unit, day=from_day):
        raise GridRefused("unit_parent_closed", field="from_day", name=unit.name)
    if unit.households.filter(Q(to_day__isnull=True) | Q(to_day__gt=from_day), label=label).exists():
        raise GridRefused("household_label_taken", field="label", label=label)
    household = Household.objects.create(unit=unit, label=label, address=address, from_day=from_day)
    _record("household.registered", by=by, at=at, what=household, place=unit.division_id, from_day=from_day)
    return household


@transaction.atomic
def close_household(household: Household, *, to_day: date, by: Actor, at: datetime) -> None:
    """Close a household, for a house that was pulled down. Its assignments end with it.

    Raises: GridRefused, while somebody lives in it.
    """
    _require_end(household, to_day=to_day)
    still = Q(to_day__isnull=True) | Q(to_day__gt=to_day)
    if Residence.objects.filter(still, household=household).exclude(to_day=F("from_day")).exists():
        raise GridRefused("household_has_members", label=household.label)
    for one in Assignment.objects.filter(still, household=household).select_related("worker"):
        end_assignment(one, to_day=max(to_day, one.from_day), by=by, at=at)
    household.to_day = to_day
    household.save(update_fields=["to_day"])
    _record("household.closed", by=by, at=at, what=household, place=household.unit.division_id, to_day=to_day)


@transaction.atomic
def register_worker(
    name: str,
    *,
    kind: str,
    division: Division,
    phone: str = "",
    account: Account | None = None,
    from_day: date,
    by: Actor,
    at: datetime,
) -> Worker:
    """Take somebody on as a worker of a division.

    Raises: GridRefused.
    """
    try:
        number = normalised_phone(phone)
    except IdentityRefused as refused:
        raise GridRefused(refused.code, field="phone") from refused
    worker = Worker.objects.create(
        name=name,
        initials=_initials(name),
        phone=number,
        kind=WorkerKind(kind),
        division=division,
        account=account,
        from_day=from_day,
    )
    _record("worker.registered", by=by, at=at, what=worker, place=division.code, kind=kind, from_day=from_day)
    return worker


@transaction.atomic
def end_worker(worker: Worker, *, to_day: date, by: Actor, at: datetime) -> None:
    """Somebody works no more from ``to_day`` on; whatever they were assigned to ends that day.

    Raises: GridRefused.
    """
    _require_end(worker, to_day=to_day)
    for one in worker.assignments.filter(Q(to_day__isnull=True) | Q(to_day__gt=to_day)):
        end_assignment(one, to_day=max(to_day, one.from_day), by=by, at=at)
    worker.to_day = to_day
    worker.save(update_fields=["to_day"])
    _record("worker.ended", by=by, at=at, what=worker, place=worker.division_id, to_day=to_day)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a worker is assigned to: a unit or a household, exactly one."""

    unit: GridUnit | None = None
    household: Household | None = None

    @property
    def division_code(self) -> str:
        """The community it is in."""
        unit = self.household.unit if self.household is not None else self.unit
        return unit.division_id if unit is not None else ""


@transaction.atomic
def assign(
    worker: Worker, *, target: Target, role: str, from_day: date, to_day: date | None = None, by: Actor, at: datetime
) -> Assignment:
    """Let ``worker`` answer for a unit or a household from ``from_day`` up to, not including, ``to_day``.

    Raises: GridRefused.
    """
    what = target.household if target.household is not None else target.unit
    if what is None or not _is_open(what, day=from_day):
        raise GridRefused("target_closed", field="from_day")
    if target.household is not None and role == Assignment.Role.HEAD:
        raise GridRefused("household_has_no_head", field="role")
    if not _is_open(worker, day=from_day):
        raise GridRefused("worker_gone", field="worker", name=worker.name)
    if to_day is not None and to_day <= from_day:
        raise GridRefused("ends_before_it_begins", field="to_day")
    alike = worker.assignments.filter(role=role, unit=target.unit, household=target.household)
    alike = alike.exclude(to_day=F("from_day")).filter(Q(to_day__isnull=True) | Q(to_day__gt=from_day))
    if (alike if to_day is None else alike.filter(from_day__lt=to_day)).exists():
        raise GridRefused("assigned_already", field="worker", name=worker.name)
    row = Assignment.objects.create(
        worker=worker, unit=target.unit, household=target.household, role=role, from_day=from_day, to_day=to_day
    )
    _record("assignment.made", by=by, at=at, what=row, place=target.division_code, role=role, from_day=from_day)
    return row


@transaction.atomic
def end_assignment(row: Assignment, *, to_day: date, by: Actor, at: datetime) -> None:
    """End an assignment: it last holds on the day before ``to_day``. Ended on its first day, it never held.

    Raises: GridRefused.
    """
    if to_day < row.from_day:
        raise GridRefused("ends_before_it_begins", field="to_day")
    if row.to_day is not None and row.to_day <= to_day:
        raise GridRefused("ended_already", field="to_day")
    row.to_day = to_day
    row.save(update_fields=["to_day"])
    place = Target(unit=row.unit, household=row.household).division_code
    _record("assignment.ended", by=by, at=at, what=row, place=place, role=row.role, to_day=to_day)


@transaction.atomic
def reassign(rows: Iterable[Assignment], *, to: Worker, from_day: date, by: Actor, at: datetime) -> list[Assignment]:
    """Hand assignments over to another worker on one day, with no day between: all of them or none.

    What the other holds already in the same role is ended for the first and not held twice.

    Raises: GridRefused.
    """
    made = []
    for row in rows:
        start, end = max(from_day, row.from_day), row.to_day
        target = Target(unit=row.unit, household=row.household)
        if row.worker_id == to.pk:
            raise GridRefused("reassign_to_same", field="to", name=to.name)
        end_assignment(row, to_day=start, by=by, at=at)
        held = to.assignments.filter(in_force(start), role=row.role, unit=row.unit, household=row.household)
        if not held.exists():
            made.append(assign(to, target=target, role=row.role, from_day=start, to_day=end, by=by, at=at))
    return made


def _is_open(row: GridUnit | Household | Worker, *, day: date) -> bool:
    return row.from_day <= day and (row.to_day is None or row.to_day > day)


def _require_end(row: GridUnit | Household | Worker, *, to_day: date) -> None:
    if row.to_day is not None:
        raise GridRefused("ended_already", field="to_day")
    if to_day <= row.from_day:
        raise GridRefused("ends_before_it_begins", field="to_day")


def _initials(name: str) -> str:
    return spellings(name)[1][:200]


def _record(
    action: str,
    *,
    by: Actor,
    at: datetime,
    what: GridUnit | Household | Worker | Assignment,
    place: str,
    **detail: date | str,
) -> None:
    record_act(
        action,
        by=by,
        at=at,
        object_type=action.partition(".")[0],
        object_id=what.pk,
        division_code=place,
        detail={key: value.isoformat() if isinstance(value, date) else str(value) for key, value in detail.items()},
    )
