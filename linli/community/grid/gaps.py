"""What is missing in the grid, so that nobody is overlooked (不留死角). M9 二(一), N40 (十二).

Each kind of gap is one query, whatever the number of people.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

from linli.community.access import within
from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.grid.queries import ANSWERS_FOR_HOUSEHOLDS
from linli.community.models import Assignment, Division, GridUnit, Household, PersonMerge, Residence, Worker


class Gap(TextChoices):
    """The kinds of gaps, the gravest first."""

    HOUSEHOLDS = "HOUSEHOLDS", _("没有责任人的户")
    RESIDENTS = "RESIDENTS", _("没有落到户的人")
    UNITS = "UNITS", _("没有负责人的网格")
    WORKERS = "WORKERS", _("没有任务的工作人员")
    COMMUNITIES = "COMMUNITIES", _("没有建网格的村（社区）")


def gaps(kind: Gap, *, areas: Iterable[str], day: date) -> QuerySet[Any]:
    """The gaps of one kind in ``areas`` on ``day``: households, residences, units, workers or divisions."""
    return _QUERIES[kind](tuple(areas), day)


def gap_counts(*, areas: Iterable[str], day: date) -> dict[Gap, int]:
    """How many gaps of each kind there are, one query each."""
    wanted = tuple(areas)
    return {kind: gaps(kind, areas=wanted, day=day).count() for kind in Gap}


def households_without_responsible(areas: Iterable[str], day: date) -> QuerySet[Household]:
    """Households for which nobody answers: neither by themselves nor through a unit around them."""
    held = Assignment.objects.filter(in_force(day), in_force(day, path="worker__"), role=ANSWERS_FOR_HOUSEHOLDS)
    covered = held.filter(unit__isnull=False).values("unit")
    bare = within(GridUnit.objects.all(), areas=areas, path="division_id").exclude(
        Q(pk__in=covered)
        | Q(parent__in=covered)
        | Q(parent__parent__in=covered)
        | Q(parent__parent__parent__in=covered)
    )
    own = held.filter(household__isnull=False).values("household")
    rows = Household.objects.filter(in_force(day), unit__in=bare.values("pk")).exclude(pk__in=own)
    return rows.select_related("unit__division", "unit__parent__parent__parent").order_by("unit_id", "label")


def residents_without_household(areas: Iterable[str], day: date) -> QuerySet[Residence]:
    """Residents who live in a community, but in no household that is known; or whose move led nowhere."""
    wanted = tuple(areas)
    here = within(
        Residence.objects.filter(in_force(day), household__isnull=True), areas=wanted, path="division_id"
    ).values("pk")
    ended = Residence.objects.filter(to_day__lte=day, end_reason="MOVED").exclude(to_day=F("from_day"))
    later = Residence.objects.filter(resident=OuterRef("resident"), from_day__lte=day, from_day__gte=OuterRef("to_day"))
    merged = PersonMerge.objects.filter(gone=OuterRef("resident"), undone_at__isnull=True)
    nowhere = ended.exclude(Exists(later.exclude(to_day=F("from_day")))).exclude(Exists(merged))
    lost_here = within(nowhere, areas=wanted, path="household__unit__division_id").values("pk")
    lost = within(nowhere, areas=wanted, path="division_id").values("pk")
    rows = Residence.objects.filter(Q(pk__in=here) | Q(pk__in=lost_here) | Q(pk__in=lost))
    return rows.select_related("resident", "division", "household__unit__division").order_by("id")


def units_without_head(areas: Iterable[str], day: date) -> QuerySet[GridUnit]:
    """Units of the main grid that nobody heads."""
    heads = Assignment.objects.filter(
        in_force(day), in_force(day, path="worker__"), role=Assignment.Role.HEAD, unit__isnull=False
    )
    rows = GridUnit.objects.filter(in_force(day), net=GridUnit.Net.MAIN).exclude(kind=GridUnit.Kind.BUILDING)
    rows = within(rows, areas=areas, path="division_id").exclude(pk__in=heads.values("unit"))
    return rows.select_related("division", "parent__parent__parent").order_by("division_id", "id")


def workers_without_assignment(areas: Iterable[str], day: date) -> QuerySet[Worker]:
    """Workers who are assigned to nothing."""
    busy = Assignment.objects.filter(in_force(day)).values("worker")
    rows = within(Worker.objects.filter(in_force(day)), areas=areas, path="division_id").exclude(pk__in=busy)
    return rows.select_related("division").order_by("division_id", "id")


def communities_without_grid(areas: Iterable[str], day: date) -> QuerySet[Division]:
    """Communities and villages where no station of the main grid is open."""
    opened = GridUnit.objects.filter(in_force(day), parent__isnull=True).values("division")
    rows = within(Division.objects.filter(level=VILLAGE), areas=areas, path="code")
    return rows.exclude(pk__in=opened).order_by("code")


_QUERIES = {
    Gap.HOUSEHOLDS: households_without_responsible,
    Gap.RESIDENTS: residents_without_household,
    Gap.UNITS: units_without_head,
    Gap.WORKERS: workers_without_assignment,
    Gap.COMMUNITIES: communities_without_grid,
}
