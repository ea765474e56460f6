"""Who may be the same person as somebody in the register, so that a human can look at both and decide."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from linli.community.access import GridReach, latest_residences
from linli.community.matching.match import match_rows
from linli.community.matching.names import NameLevel
from linli.community.matching.person import Person
from linli.community.models import PersonMerge, Resident

# Somebody's telephone number can be that of a whole street; its owners are then not looked through.
_MOST_LOOKED_AT = 200


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Somebody who may be the same person. ``certainty`` is from 0 to 1; ``agreeing`` are the words of the matcher."""

    resident: Resident
    certainty: float
    agreeing: tuple[tuple[str, str], ...]


def alike(resident: Resident, *, reach: GridReach) -> list[Alike]:
    """Those within reach born the same day or with the same phone, and with a name that is like theirs.

    Whoever is gone by a merge, on either side, is not asked about again.
    """
    shared = Q(birth_day=resident.birth_day) if resident.birth_day else Q(pk__in=[])
    if resident.phone:
        shared |= Q(phone_tail=resident.phone_tail, phone=resident.phone)
    gone = PersonMerge.objects.filter(undone_at__isnull=True).values("gone")
    if gone.filter(gone=resident).exists():
        return []
    some = Resident.objects.filter(shared).exclude(pk=resident.pk).exclude(pk__in=gone).order_by("id")
    ids = list(some.values_list("pk", flat=True)[:_MOST_LOOKED_AT])
    if not ids:
        return []
    here = latest_residences(day=reach.day).select_related("household__unit__division", "division")
    rows = reach.residents(Resident.objects.filter(pk__in=ids)).prefetch_related(
        "documents", Prefetch("residences", queryset=here, to_attr="here")
    )
    near = {str(one.pk): one for one in rows.order_by("id")}
    # Each of them is asked whether it is this one: so nobody stands in another's way.
    answers = match_rows([_as_person(one) for one in near.values()], [_as_person(resident)])
    likely = [(answer.row, one) for answer in answers for one in answer.candidates if not one.in_table]
    found = [
        Alike(
            resident=near[str(key)],
            certainty=one.certainty,
            agreeing=tuple((said.what, said.level) for said in one.evidence if said.bits > 0),
        )
        for key, one in likely
        if any(said.what == "NAME" and NameLevel[said.level] <= NameLevel.GIVEN_NAME for said in one.evidence)
    ]
    return sorted(found, key=lambda one: -one.certainty)


def _as_person(resident: Resident) -> Person:
    numbers = tuple(paper.number for paper in resident.documents.all() if paper.number)
    phones = (resident.phone,) if resident.phone else ()
    return Person(str(resident.pk), resident.name, (), resident.birth_day, resident.sex, numbers, phones)
