"""Finds residents and households as they are asked for at the door: name, initials, room, last digits of the phone."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.dated_rows import in_force
from linli.community.models import Household, Residence, Resident

# Above this many rows a text that matches so much is no question yet.
_PHONE_TAIL = 4


@dataclass(frozen=True, kw_only=True)
class Found:
    """Households and residents that match, each at most as many as asked for."""

    households: list[Household]
    residents: list[Resident]


def search_people(text: str, *, reach: GridReach, limit: int = 20) -> Found:
    """Households and residents within ``reach`` that match ``text``, those who live there on its day.

    Digits are a room or the end of a phone number, Latin letters the initials of a name, Chinese a name or a part of
    one. Residents come with ``here``: the residence that counts. Empty text: nothing.
    """
    wanted = "".join(text.split())
    if not wanted:
        return Found(households=[], residents=[])
    return Found(
        households=_households(wanted, reach=reach, limit=limit), residents=_residents(wanted, reach=reach, limit=limit)
    )


def _households(wanted: str, *, reach: GridReach, limit: int) -> list[Household]:
    if not any(character.isdigit() for character in wanted):
        return []
    rows = Household.objects.filter(in_force(reach.day)).select_related("unit__division", "unit__parent")
    rows = rows.order_by("label", "unit_id")
    for matching in (_begins("label", wanted), Q(label__endswith=wanted)):
        found = list(reach.households(rows.filter(matching))[:limit])
        if found:
            return found
    return []


def _residents(wanted: str, *, reach: GridReach, limit: int) -> list[Resident]:
    here = latest_residences(day=reach.day).select_related("household__unit", "household__unit__division", "division")
    rows = Resident.objects.prefetch_related(Prefetch("residences", queryset=here, to_attr="here")).order_by(
        "name", "id"
    )
    for matching in _ways(wanted):
        found = list(_living(rows.filter(matching), reach=reach)[:limit])
        if found:
            return found
    return []


def _living(rows: QuerySet[Resident], *, reach: GridReach) -> QuerySet[Resident]:
    return rows.filter(pk__in=reach.residences(Residence.objects.filter(in_force(reach.day))).values("resident"))


def _ways(wanted: str) -> list[Q]:
    """The conditions to try, the nearest first."""
    if wanted.isdigit():
        if len(wanted) < _PHONE_TAIL:
            return []
        return [Q(phone_tail=wanted[-_PHONE_TAIL:], phone__endswith=wanted)]
    if wanted.isascii():
        letters = wanted.lower()
        return [_begins("initials", letters), Q(initials__contains=f" {letters}")]
    return [Q(name=wanted), _begins("name", wanted), Q(name__contains=wanted)]


def _begins(field: str, text: str) -> Q:
    """Begins with ``text``, as a range that an index can answer on every database."""
    return Q(**{f"{field}__gte": text, f"{field}__lt": text[:-1] + chr(ord(text[-1]) + 1)})
