"""Where enrolled people live, and the entries about them: a query each, whatever their number."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.models import Residence
from linli.community.people.merging import clusters_of
from linli.programs.medical.chain import KIND as REFERRAL
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting


def homes_of(rows: QuerySet[Enrolment], *, reach: GridReach) -> dict[UUID, Residence]:
    """The people of some enrolments who live within reach, with their home; in the order of the homes."""
    return _homes(latest_residences(day=reach.day).filter(resident__in=rows.order_by().values("resident")), reach)


def homes_among(resident_ids: Iterable[UUID], *, reach: GridReach) -> dict[UUID, Residence]:
    """Those of some people who live within reach, with their home."""
    return _homes(latest_residences(day=reach.day).filter(resident__in=list(resident_ids)), reach)


def _homes(rows: QuerySet[Residence], reach: GridReach) -> dict[UUID, Residence]:
    joined = reach.residences(rows).select_related("resident", "household__unit__division", "division")
    return {row.resident_id: row for row in joined.order_by("household__unit_id", "household__label", "id")}


def alert_facts(resident_ids: Collection[UUID]) -> dict[UUID, list[Fact]]:
    """The alerts about some people and all steps taken on them."""
    return _facts(resident_ids, Q(is_abnormal=True) | Q(kind=REFERRAL))


def facts_of_people(resident_ids: Collection[UUID], *, kinds: Iterable[str]) -> dict[UUID, list[Fact]]:
    """The entries of some kinds about some people, each with a list, by the time they happened."""
    return _facts(resident_ids, Q(kind__in=list(kinds)))


def _facts(resident_ids: Collection[UUID], wanted: Q) -> dict[UUID, list[Fact]]:
    found: dict[UUID, list[Fact]] = {id: [] for id in resident_ids}
    if not found:
        return found
    # Two rows that are one person are read together, under the one that was asked for.
    asked = {known: id for id, ids in clusters_of(found).items() for known in ids}
    rows = counting(Entry.objects.filter(wanted, resident__in=list(asked)))
    for fact in as_facts(rows.order_by("happened_at", "id")):
        if fact.resident is not None:
            found[asked[fact.resident]].append(fact)
    return found
