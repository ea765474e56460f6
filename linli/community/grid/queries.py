"""Reads of the grid: the tree of a community with its heads and counts, and who answers for a household."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from linli.community.access import within
from linli.community.codes import VILLAGE, ancestors_of
from linli.community.dated_rows import in_force
from linli.community.models import Assignment, Division, GridUnit, Household, Residence, Worker

ANSWERS_FOR_HOUSEHOLDS = Assignment.Role.RESPONSIBLE


@dataclass(kw_only=True)
class UnitNode:
    """A grid unit in its tree. Counts are of the unit with all those inside it."""

    unit: GridUnit
    children: list["UnitNode"] = field(default_factory=list)
    auxiliary: list["UnitNode"] = field(default_factory=list)
    heads: list[Assignment] = field(default_factory=list)
    responsible: list[Assignment] = field(default_factory=list)
    others: list[Assignment] = field(default_factory=list)
    households: int = 0
    residents: int = 0

    @property
    def needs_head(self) -> bool:
        """Is it a unit of the main grid that nobody heads?"""
        return self.unit.net == GridUnit.Net.MAIN and not self.heads


def grid_tree(division_code: str, *, day: date) -> UnitNode | None:
    """The grid of a community on ``day``, from its station down; None where no grid has been set up."""
    units = GridUnit.objects.filter(in_force(day), division=division_code).order_by("id")
    nodes = {unit.pk: UnitNode(unit=unit) for unit in units}
    for row in assignments_in(division_code, day=day).filter(unit__isnull=False):
        if row.unit_id in nodes:
            _shelf(nodes[row.unit_id], row.role).append(row)
    _count(nodes, division_code, day=day)
    root = None
    for node in nodes.values():
        parent = nodes.get(node.unit.parent_id or 0)
        if parent is None:
            root = root or (node if node.unit.parent_id is None else None)
        elif node.unit.net == GridUnit.Net.MAIN:
            parent.children.append(node)
        else:
            parent.auxiliary.append(node)
    if root is not None:
        _add_up(root)
    return root


def _shelf(node: UnitNode, role: str) -> list[Assignment]:
    if role == Assignment.Role.HEAD:
        return node.heads
    return node.responsible if role == Assignment.Role.RESPONSIBLE else node.others


def _count(nodes: dict[int, UnitNode], division_code: str, *, day: date) -> None:
    households = Household.objects.filter(in_force(day), unit__division=division_code)
    for unit_id, number in households.values_list("unit").annotate(number=Count("pk")).order_by():
        if unit_id in nodes:
            nodes[unit_id].households = number
    residences = Residence.objects.filter(in_force(day), household__unit__division=division_code)
    by_unit = residences.values_list("household__unit").annotate(number=Count("pk")).order_by()
    for unit_id, number in by_unit:
        if unit_id in nodes:
            nodes[unit_id].residents = number


def _add_up(node: UnitNode) -> None:
    for child in node.children:
        _add_up(child)
        node.households += child.households
        node.residents += child.residents


def assignments_in(division_code: str, *, day: date) -> QuerySet[Assignment]:
    """The assignments in force in one community, with their workers."""
    here = Q(unit__division=division_code) | Q(household__unit__division=division_code)
    return Assignment.objects.filter(in_force(day), here).select_related("worker").order_by("id")


def path_of(unit: GridUnit) -> list[GridUnit]:
    """The unit and those around it, the community's station first."""
    found = [unit]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found[::-1]


def with_path(units: QuerySet[GridUnit]) -> QuerySet[GridUnit]:
    """The units with all those around them, in one query."""
    return units.select_related("division", "parent__parent__parent")


def responsible_persons(household: Household, *, day: date) -> list[Assignment]:
    """Who answers for a household on ``day``: its own responsible persons, else those of the nearest unit around it."""
    return responsible_for([household], day=day)[household.pk]


def responsible_for(households: Iterable[Household], *, day: date) -> dict[UUID, list[Assignment]]:
    """Who answers for each of many households on ``day``, in two queries. Nobody: an empty list."""
    rows = list(households)
    paths = _paths({row.unit_id for row in rows})
    around = {unit_id for path in paths.values() for unit_id in path}
    held = Assignment.objects.filter(in_force(day), in_force(day, path="worker__"), role=ANSWERS_FOR_HOUSEHOLDS)
    held = held.filter(Q(unit__in=around) | Q(household__in=[row.pk for row in rows]))
    by_unit: dict[int, list[Assignment]] = {}
    by_household: dict[UUID, list[Assignment]] = {}
    for one in held.select_related("worker", "unit").order_by("id"):
        if one.household_id is not None:
            by_household.setdefault(one.household_id, []).append(one)
        elif one.unit_id is not None:
            by_unit.setdefault(one.unit_id, []).append(one)
    return {
        row.pk: by_household.get(row.pk)
        or next((by_unit[unit_id] for unit_id in paths[row.unit_id] if unit_id in by_unit), [])
        for row in rows
    }


def _paths(unit_ids: set[int]) -> dict[int, list[int]]:
    """For each unit its own id and those of the units around it, the nearest first."""
    units = GridUnit.objects.filter(pk__in=unit_ids)
    around = units.values_list("pk", "parent", "parent__parent", "parent__parent__parent")
    return {ids[0]: [one for one in ids if one is not None] for ids in around}


@dataclass(frozen=True, kw_only=True)
class CommunityCount:
    """One community in a list: how many units and households its grid has."""

    division: Division
    units: int
    households: int


def communities(areas: Iterable[str]) -> QuerySet[Division]:
    """The communities and villages in ``areas``, by code."""
    return within(Division.objects.filter(level=VILLAGE), areas=areas, path="code").order_by("code")


def community_counts(divisions: Iterable[Division], *, day: date) -> list[CommunityCount]:
    """How many units and households each community has, in two queries."""
    rows = list(divisions)
    codes = [one.code for one in rows]
    units = GridUnit.objects.filter(in_force(day), division__in=codes)
    households = Household.objects.filter(in_force(day), unit__division__in=codes)
    number_of_units = dict(units.values_list("division").annotate(number=Count("pk")).order_by())
    number_of_households = dict(households.values_list("unit__division").annotate(number=Count("pk")).order_by())
    return [
        CommunityCount(
            division=one, units=number_of_units.get(one.code, 0), households=number_of_households.get(one.code, 0)
        )
        for one in rows
    ]


def members_of(household: Household, *, day: date) -> QuerySet[Residence]:
    """Who lives in a household on ``day``, the eldest first."""
    rows = Residence.objects.filter(in_force(day), household=household).select_related("resident")
    return rows.order_by(F("resident__birth_day").asc(nulls_last=True), "id")


def workers_for(division_code: str, *, day: date) -> QuerySet[Worker]:
    """Who can be assigned in a division: its own workers and those of the divisions above it."""
    codes = [division_code, *ancestors_of(division_code)]
    rows = Worker.objects.filter(in_force(day)).filter(
        Q(division__in=codes) | Q(pk__in=within(Worker.objects.all(), areas=[division_code], path="division_id"))
    )
    return rows.order_by("-division_id", "kind", "id")


def assignments_of(worker: Worker, *, day: date) -> QuerySet[Assignment]:
    """What a worker is assigned to on ``day`` or will be."""
    rows = Assignment.objects.filter(Q(to_day__isnull=True) | Q(to_day__gt=day), worker=worker)
    rows = rows.exclude(to_day=F("from_day"))
    return rows.select_related("worker", "unit__division", "household__unit__division").order_by("from_day", "id")
