"""Two rows that are one person: read together from then on, and told apart again should it have been wrong.

Nothing is deleted and nothing is copied. What the person who is gone had stays under their own id; where they live
ends, for one person lives in one place. The registers follow from the entries and are made anew by
``linli.records.people``, through which the pages go.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from linli.community.models import PersonMerge, Residence, Resident
from linli.community.refusals import GridRefused
from linli.trail.actor import Actor
from linli.trail.operations import record_act


@transaction.atomic
def merge_people(*, kept: Resident, gone: Resident, reason: str, by: Actor, at: datetime) -> PersonMerge:
    """From ``at`` on ``gone`` is read as ``kept``; where ``gone`` lives, now or later, ends for that reason.

    Raises: GridRefused.
    """
    why = reason.strip()[:200]
    if kept.pk == gone.pk:
        raise GridRefused("merge_itself")
    if not why:
        raise GridRefused("merge_reason_missing", field="reason")
    # Two who merge the same people, one each way round, wait for each other.
    list(Resident.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
    for one in (kept, gone):
        if PersonMerge.objects.filter(gone=one, undone_at__isnull=True).exists():
            raise GridRefused("merge_gone_already", name=one.name)
    day = timezone.localdate(at)
    rows = list(_lasting(gone, day=day))
    if rows and not _lasting(kept, day=day).exists():
        raise GridRefused("merge_kept_lives_nowhere", name=kept.name)
    ended = [
        {"id": row.pk, "to_day": row.to_day.isoformat() if row.to_day else None, "end_reason": row.end_reason}
        for row in rows
    ]
    for row in rows:
        row.to_day, row.end_reason = max(day, row.from_day), Residence.EndReason.DUPLICATE
        row.save(update_fields=["to_day", "end_reason"])
    merge = PersonMerge.objects.create(kept=kept, gone=gone, reason=why, merged_at=at, ended=ended)
    _record("resident.merged", merge, by=by, at=at)
    return merge


@transaction.atomic
def undo_merge(merge: PersonMerge, *, reason: str, by: Actor, at: datetime) -> PersonMerge:
    """They are two after all: what the merge ended stands again as it stood.

    Raises: GridRefused.
    """
    why = reason.strip()[:200]
    if not why:
        raise GridRefused("merge_reason_missing", field="reason")
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise GridRefused("merge_undone_already")
    rows = Residence.objects.in_bulk([one["id"] for one in merge.ended])
    for one in merge.ended:
        row = rows[one["id"]]
        row.to_day = date.fromisoformat(one["to_day"]) if one["to_day"] else None
        row.end_reason = one["end_reason"]
        row.save(update_fields=["to_day", "end_reason"])
    merge.undone_at, merge.undone_reason = at, why
    merge.save(update_fields=["undone_at", "undone_reason"])
    _record("resident.merge_undone", merge, by=by, at=at)
    return merge


# ---- who is one with whom ------------------------------------------------------------------------------------------
def clusters_of(resident_ids: Iterable[UUID]) -> Mapping[UUID, list[UUID]]:
    """For each of some ids all ids of the same person, the kept one first; mostly just the one.

    One query where nobody was merged, one more for each link of the longest chain.
    """
    wanted = list(dict.fromkeys(resident_ids))
    kept_of: dict[UUID, UUID] = {}
    seen: set[UUID] = set()
    ahead = set(wanted)
    while ahead:
        pairs = _merges().filter(Q(kept__in=ahead) | Q(gone__in=ahead)).values_list("gone", "kept")
        found = dict(pairs)
        kept_of |= found
        seen |= ahead
        ahead = {id for pair in found.items() for id in pair} - seen
    members: dict[UUID, list[UUID]] = {}
    for id in sorted(seen):
        members.setdefault(_root(id, kept_of), []).append(id)
    together = {root: [root, *(id for id in ids if id != root)] for root, ids in members.items()}
    return {id: together[_root(id, kept_of)] for id in wanted}


def kept_of_all() -> dict[UUID, UUID]:
    """Everybody who is gone, with the one they are read as; for those who stream through all residents."""
    kept_of = dict(_merges().values_list("gone", "kept"))
    return {gone: _root(gone, kept_of) for gone in kept_of}


def _merges() -> QuerySet[PersonMerge]:
    return PersonMerge.objects.filter(undone_at__isnull=True)


def _root(id: UUID, kept_of: Mapping[UUID, UUID]) -> UUID:
    while id in kept_of:
        id = kept_of[id]
    return id


def _lasting(resident: Resident, *, day: date) -> QuerySet[Residence]:
    """The residences that hold on ``day`` or later."""
    rows = resident.residences.exclude(to_day=F("from_day"))
    return rows.filter(Q(to_day__isnull=True) | Q(to_day__gt=day)).order_by("from_day")


def _record(action: str, merge: PersonMerge, *, by: Actor, at: datetime) -> None:
    """On the trail of both, so that each can see what was done to them."""
    for one, other in ((merge.kept_id, merge.gone_id), (merge.gone_id, merge.kept_id)):
        record_act(action, by=by, at=at, object_type="resident", object_id=one, detail={"with": str(other)})
