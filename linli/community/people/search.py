"""Finds residents and households as they are asked for at the door: name, initials, room, last digits of the phone."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.dated_rows import in_force
from linli.community.identity import normalised_number
from linli.community.models import Household, PersonMerge, Residence, Resident, ResidentDocument
from linli.community.people.merging import clusters_of

_PHONE_TAIL = 4
_DOCUMENT_DIGITS = 6
_MOST_MERGED = 100


@dataclass(frozen=True, kw_only=True)
class Found:
    """Households and residents that match, each at most as many as asked for."""

    households: list[Household]
    residents: list[Resident]


def search_people(text: str, *, reach: GridReach, limit: int = 20) -> Found:
    """Households and residents within ``reach`` that match ``text``, those who live there on its day.

    Digits are a room or the end of a phone number, Latin letters the initials of a name, Chinese a name or a part of
    one; a whole number is also that of a document. Residents come with ``here``: the residence that counts. Whoever
    matches in a row that was merged is found under the row that is kept. Empty text: nothing.
    """
    wanted = "".join(text.split())
    if not wanted:
        return Found(households=[], residents=[])
    return Found(
        households=_households(wanted, reach=reach, limit=limit), residents=_residents(wanted, reach=reach, limit=limit)
    )


def like(text: str) -> Q:
    """The residents that match ``text`` in any of the ways in which they are searched. Empty text: nobody."""
    condition = Q(pk__in=[])
    for _by, matching in ways("".join(text.split())) if text.strip() else ():
        condition |= matching
    return condition


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
    for by, matching in [*_by_document(wanted), *ways(wanted)]:
        found = list(_living(rows.filter(matching).order_by(by, "id"), reach=reach)[:limit])
        found += _living(rows.filter(pk__in=_kept_of(matching, but=found)), reach=reach)[: limit - len(found)]
        if found:
            return found
    return []


def _by_document(wanted: str) -> list[tuple[str, Q]]:
    """A whole number as it stands on a paper; only the whole one finds anybody."""
    if not (wanted.isascii() and wanted.isalnum() and sum(map(str.isdigit, wanted)) >= _DOCUMENT_DIGITS):
        return []
    kinds = [kind for kind in ResidentDocument.Kind if kind != ResidentDocument.Kind.NONE]
    papers = ResidentDocument.objects.filter(kind__in=kinds, number=normalised_number(wanted))
    return [("name", Q(pk__in=papers.values("resident")))]


def _kept_of(matching: Q, *, but: list[Resident]) -> set[UUID]:
    """Those who go by another name, phone or number in a row that was merged into theirs."""
    gone = PersonMerge.objects.filter(_of_gone(matching), undone_at__isnull=True).values_list("gone_id", flat=True)
    kept = {ids[0] for ids in clusters_of(gone[:_MOST_MERGED]).values()}
    return kept - {one.pk for one in but}


def _of_gone(matching: Q) -> Q:
    """A condition on residents as one on those who are gone by a merge."""
    condition = Q(_connector=matching.connector, _negated=matching.negated)
    for one in matching.children:
        if isinstance(one, Q):
            condition.add(_of_gone(one), matching.connector)
        elif isinstance(one, tuple):
            name, value = one
            condition.add(Q(**{f"gone__{name}": value}), matching.connector)
    return condition


def _living(rows: QuerySet[Resident], *, reach: GridReach) -> QuerySet[Resident]:
    """Of many communities look up each person who matches; of one, begin with those who live there."""
    here = reach.residences(Residence.objects.filter(in_force(reach.day)).order_by())
    if reach.is_wide:
        return rows.filter(Exists(here.filter(resident=OuterRef("pk"))))
    return rows.filter(pk__in=here.values("resident"))


def ways(wanted: str) -> list[tuple[str, Q]]:
    """The columns of a resident and the conditions to try for a text without blanks, the nearest first."""
    if wanted.isdigit():
        if len(wanted) < _PHONE_TAIL:
            return []
        return [("phone_tail", Q(phone_tail=wanted[-_PHONE_TAIL:], phone__endswith=wanted))]
    if wanted.isascii():
        letters = wanted.lower()
        return [("initials", _begins("initials", letters)), ("initials", Q(initials__contains=f" {letters}"))]
    return [("name", Q(name=wanted)), ("name", _begins("name", wanted)), ("name", Q(name__contains=wanted))]


def how_near(wanted: str, *, name: str, initials: str, phone: str) -> int | None:
    """How near a text without blanks is to one person, 0 the nearest, None for no match: what `ways` asks of all."""
    if wanted.isdigit():
        return 0 if len(wanted) >= _PHONE_TAIL and phone.endswith(wanted) else None
    if wanted.isascii():
        letters = wanted.lower()
        tests: tuple[bool, ...] = (initials.startswith(letters), f" {letters}" in initials)
    else:
        tests = (name == wanted, name.startswith(wanted), wanted in name)
    return next((rank for rank, holds in enumerate(tests) if holds), None)


def _begins(field: str, text: str) -> Q:
    """Begins with ``text``, as a range that an index can answer on every database."""
    return Q(**{f"{field}__gte": text, f"{field}__lt": text[:-1] + chr(ord(text[-1]) + 1)})
