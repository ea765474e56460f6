"""Nobody on nobody's list: counted anew for a community on a day, beside the list and not by it.

Everybody with an open enrolment lives somewhere, has somebody who answers for them, and has an item for each thing that
a norm in force asks for daily; every item has exactly one owner. What fails is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.civil_days import start_of
from linli.community.dated_rows import in_force
from linli.community.models import Division, Residence
from linli.policy.rulebook import Rulebook
from linli.records.models import Enrolment, Entry
from linli.records.program import Scope
from linli.records.queries import counting
from linli.response.queries import NoPacksAdopted, facts_of, rulebook
from linli.worklist.asks import asks_in
from linli.worklist.items import Ask, Item, Owner
from linli.worklist.owners import assigned_in
from linli.worklist.queries import lapsed_in, work_of


class Why(StrEnum):
    """What is wrong about somebody, or about an item."""

    NO_PLACE = "NO_PLACE"
    NO_OWNER = "NO_OWNER"
    NOT_ASKED = "NOT_ASKED"
    ASKED_TWICE = "ASKED_TWICE"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Somebody, or an item, for which the proof fails. ``resident`` is None for what is about no person."""

    why: Why
    resident: UUID | None
    name: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """A person with open enrolments, as counted for the proof. ``owner`` is None for one who lives nowhere."""

    resident: UUID
    name: str
    groups: frozenset[str]
    owner: Owner | None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The numbers, and what fails: nothing should."""

    division: Division
    day: date
    people: int
    named: int
    by_body: int
    items: int
    owners: int
    norms: int
    failures: list[Failure]

    @property
    def holds(self) -> bool:
        """Is nobody on nobody's list?"""
        return not self.failures


def proof_of(division: Division, *, day: date, at: datetime) -> Proof:
    """Count for one community on a day."""
    people = enrolled_in(division, day=day, at=at)
    items = work_of(division.code, day=day, at=at)
    asks, book = _asks(division, day=day)
    groups = {group for person in people for group in person.groups}
    wider = {group: book.words.with_wider(group) for group in groups} if book is not None else {}
    failures = list(failures_of(people, items, asks=asks, wider=wider))
    owned = [one.owner for one in people if one.owner is not None]
    return Proof(
        division=division,
        day=day,
        people=len(people),
        named=sum(owner.worker is not None for owner in owned),
        by_body=sum(owner.worker is None for owner in owned),
        items=len(items),
        owners=len({item.owner for item in items}),
        norms=len(asks),
        failures=failures,
    )


def failures_of(
    people: Iterable[Enrolled], items: Sequence[Item], *, asks: Sequence[Ask], wider: Mapping[str, frozenset[str]]
) -> Iterable[Failure]:
    """What fails. Pure: the people as counted, the items as listed, the norms that ask. ``wider`` by group."""
    listed: dict[tuple[str, object, str], int] = {}
    for item in items:
        key = (item.kind, item.subject, item.about)
        listed[key] = listed.get(key, 0) + 1
        if not item.owner.name:
            yield Failure(why=Why.NO_OWNER, resident=_person(item), name=item.label, kind=item.kind)
    for item in items:
        key = (item.kind, item.subject, item.about)
        if listed.get(key, 0) > 1:
            listed[key] = 0
            yield Failure(why=Why.ASKED_TWICE, resident=_person(item), name=item.label, kind=item.kind)
    about = {(kind, subject) for kind, subject, _about in listed}
    daily = [
        ask
        for ask in asks
        if ask.rhythm == "daily" and not (ask.is_household or ask.is_restrictive or ask.min_age or ask.max_age)
    ]
    for person in people:
        if person.owner is None:
            yield Failure(why=Why.NO_PLACE, resident=person.resident, name=person.name)
            continue
        if not person.owner.name:
            yield Failure(why=Why.NO_OWNER, resident=person.resident, name=person.name)
        held = frozenset[str]().union(*(wider.get(group, frozenset({group})) for group in person.groups))
        for kind in sorted({ask.kind for ask in daily if ask.who & held}):
            if (kind, person.resident) not in about:
                yield Failure(why=Why.NOT_ASKED, resident=person.resident, name=person.name, kind=kind)


def enrolled_in(division: Division, *, day: date, at: datetime) -> list[Enrolled]:
    """Everybody with an open enrolment who lives in a community, or lived there last and has no place since.

    An enrolment that the norms have ended is none, whether or not somebody has written that down.
    """
    reach = GridReach(day=day, areas=(division.code,))
    ended = Q(to_day__lte=day, end_reason__in=["DIED", "DUPLICATE"])
    here = (
        reach.residences(latest_residences(day=day))
        .exclude(ended)
        .exclude(Q(to_day__lte=day) & Q(resident__in=_taken_over_elsewhere()))
    )
    rows = Enrolment.objects.filter(in_force(day), resident__in=here.values("resident"))
    gone = _lapsed(division, day=day, at=at)
    groups: dict[UUID, set[str]] = {}
    for resident, group in rows.values_list("resident_id", "group"):
        if (resident, group) not in gone:
            groups.setdefault(resident, set()).add(group)
    living = Residence.objects.filter(in_force(day), resident__in=list(groups))
    homes = {row[0]: row[1:] for row in living.values_list("resident_id", "household_id", "household__unit_id")}
    assigned = assigned_in([division.code], day=day)
    names = here.filter(resident__in=list(groups)).values_list("resident_id", "resident__name")
    return [
        Enrolled(
            resident=id,
            name=name,
            groups=frozenset(groups[id]),
            owner=assigned.owner(_anything(id, division.code, *homes[id], day=day)) if id in homes else None,
        )
        for id, name in names.order_by("resident__name", "resident_id").distinct()
    ]


def _lapsed(division: Division, *, day: date, at: datetime) -> set[tuple[UUID, str]]:
    try:
        return lapsed_in(Scope(divisions=(division.code,), day=day, at=at))
    except NoPacksAdopted:
        return set()


def _taken_over_elsewhere() -> QuerySet[Entry, Any]:
    """Those who left the county and whom the other side has taken over."""
    answers = counting().filter(kind="handover_received", payload__leaves_county=True, payload__answer="ACCEPTED")
    return answers.order_by().values("resident")


def _anything(resident: UUID, code: str, household: UUID | None, unit: int | None, *, day: date) -> Item:
    """An item as the owner is asked for: whatever the community owes this person."""
    return Item(
        id="", kind="", subject_type="person", subject=resident, label="", place="", division=code, actor="community",
        due_from=start_of(day), due_to=start_of(day), clauses=(), is_bound=False, household=household, unit=unit,
    )  # fmt: skip


def _asks(division: Division, *, day: date) -> tuple[Sequence[Ask], Rulebook | None]:
    try:
        book = rulebook()
    except NoPacksAdopted:
        return (), None
    return asks_in(book, facts_of(division.code, day=day).facts, day), book


def _person(item: Item) -> UUID | None:
    return item.subject if item.subject_type == "person" and isinstance(item.subject, UUID) else None
