"""Finds residents and households as they are asked for at the door: name, initials, room, last digits of the phone."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.dated_rows import in_force
from linli.community.models import Household, Residence, Resident

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
    for matching in (Q(label=wanted), _begins("label", wanted), Q(label__endswith=wanted)):
        if reach.is_wide:
            here = rows.filter(matching, Exists(reach.units().order_by().filter(pk=OuterRef("unit"))))
        else:
            here = reach.households(rows.filter(matching))
        found = list(here[:limit])
        if found:
            return found
    return []


def _residents(wanted: str, *, reach: GridReach, limit: int) -> list[Resident]:
    here = latest_residences(day=reach.day).select_related("household__unit", "household__unit__division", "division")
    rows = Resident.objects.prefetch_related(Prefetch("residences", queryset=here, to_attr="here")).order_by(
        "name", "id"
    )
    for by, matching in _ways(wanted):
        found = list(_living(rows.filter(matching).order_by(by, "id"), reach=reach)[:limit])
        if found:
            return found
    return []


def _living(rows: QuerySet[Resident], *, reach: GridReach) -> QuerySet[Resident]:
    """Of many communities look up each person who matches; of one, begin with those who live there."""
    here = reach.residences(Residence.objects.filter(in_force(reach.day)).order_by())
    if reach.is_wide:
        return rows.filter(Exists(here.filter(resident=OuterRef("pk"))))
    return rows.filter(pk__in=here.values("resident"))


def _ways(wanted: str) -> list[tuple[str, Q]]:
    """The columns and conditions to try, the nearest first."""
    if wanted.isdigit():
        if len(wanted) < _PHONE_TAIL:
            return []
        return [("phone_tail", Q(phone_tail=wanted[-_PHONE_TAIL:], phone__endswith=wanted))]
    if wanted.isascii():
        letters = wanted.lower()
        return [("initials", _begins("initials", letters)), ("initials", Q(initials__contains=f" {letters}"))]
    return [("name", Q(name=wanted)), ("name", _begins("name", wanted)), ("name", Q(name__contains=wanted))]


def _begins(field: str, text: str) -> Q:
    """Begins with ``text``, as a range that an index can answer on every database."""
    return Q(**{f"{field}__gte": text, f"{field}__lt": text[:-1] + chr(ord(text[-1]) + 1)})
