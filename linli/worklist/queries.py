"""Reads of the work list: what is due in some communities on a day, in a fixed number of queries for each."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from linli.community.dated_rows import in_force
from linli.community.models import Residence, Worker
from linli.policy.rulebook import Rulebook
from linli.records.models import Enrolment
from linli.records.program import Duty, Scope, programs
from linli.records.queries import counting
from linli.response.queries import NoPacksAdopted, rulebook, states_of
from linli.worklist.asks import asks_in, requiring
from linli.worklist.items import WEEK, Ask, Cited, Done, Item, Member, Person, items_of
from linli.worklist.owners import assigned_in

EXCUSES = ("excuse", "excuse_household")


def work_of(division_code: str, *, day: date, at: datetime) -> list[Item]:
    """All that is due in one community on ``day``, as known at ``at``; empty before packs are adopted."""
    return next(iter(work_in([division_code], day=day, at=at)))[1]


def work_in(division_codes: Iterable[str], *, day: date, at: datetime) -> Iterator[tuple[str, list[Item]]]:
    """`work_of` for many communities, one after the other: what is in memory at a time stays one community's."""
    codes = list(dict.fromkeys(division_codes))
    try:
        book = rulebook()
    except NoPacksAdopted:
        yield from ((code, []) for code in codes)
        return
    states = states_of(codes, day=day)
    for code in codes:
        facts = states[code].facts
        asks = asks_in(book, facts, day)
        members, people = _members(code, asks, day=day, book=book)
        scope = Scope(divisions=(code,), day=day, at=at)
        duties = [duty for program in programs() if program.duties is not None for duty in program.duties(scope)]
        people |= _people_of(duties, known=people, day=day)
        assigned = assigned_in([code], day=day)
        yield (
            code,
            items_of(
                day=day,
                at=at,
                asks=asks,
                members=members,
                people=people,
                wider=book.words.with_wider,
                required=requiring(book, facts, day),
                duties=duties,
                done=_done(code, asks, members, people, duties, day=day),
                cited=lambda duty: _cited(duty, book),
                owner=assigned.owner,
            ),
        )


def work_of_worker(worker: Worker, *, day: date, at: datetime) -> list[Item]:
    """What one worker has to do on a day, in all communities where something is assigned to them."""
    codes = {worker.division_id}
    for unit, household in worker.assignments.filter(in_force(day)).values_list(
        "unit__division_id", "household__unit__division_id"
    ):
        codes |= {unit or household}
    found = [item for _, items in work_in(sorted(codes), day=day, at=at) for item in items]
    return [item for item in found if item.owner.worker == worker.pk]


def _members(code: str, asks: Sequence[Ask], *, day: date, book: Rulebook) -> tuple[list[Member], dict[UUID, Person]]:
    """The people of a community who are in a group on the day that something is asked for."""
    asked = frozenset[str]().union(*(ask.who for ask in asks))
    groups = [group for group in book.words.groups if book.words.with_wider(group) & asked]
    if not groups:
        return [], {}
    members: list[Member] = []
    people: dict[UUID, Person] = {}
    for place in ("household__unit__division", "division"):
        rows = Enrolment.objects.filter(in_force(day), group__in=groups).filter(
            in_force(day, path="resident__residences__"), **{f"resident__residences__{place}": code}
        )
        for id, name, birth_day, household, label, unit, group, from_day, begun_at in rows.values_list(
            "resident_id", "resident__name", "resident__birth_day", "resident__residences__household_id",
            "resident__residences__household__label", "resident__residences__household__unit_id", "group", "from_day",
            "begun_by__happened_at",
        ):  # fmt: skip
            members.append(Member(resident=id, group=group, from_day=from_day, begun_at=begun_at))
            people[id] = Person(
                id=id,
                name=name,
                birth_day=birth_day,
                division=code,
                household=household,
                label=label or "",
                unit=unit,
            )
    return members, people


def _people_of(duties: Iterable[Duty], *, known: dict[UUID, Person], day: date) -> dict[UUID, Person]:
    """The people whom duties are about and who are in no group that something is asked for."""
    wanted = {duty.resident for duty in duties if duty.resident is not None and duty.resident not in known}
    if not wanted:
        return {}
    rows = Residence.objects.filter(in_force(day), resident__in=wanted)
    return {
        id: Person(
            id=id,
            name=name,
            birth_day=birth_day,
            division=in_household or division,
            household=household,
            label=label or "",
            unit=unit,
        )
        for id, name, birth_day, household, label, unit, in_household, division in rows.values_list(
            "resident_id", "resident__name", "resident__birth_day", "household_id", "household__label",
            "household__unit_id", "household__unit__division_id", "division_id",
        )
    }  # fmt: skip


def _done(
    code: str,
    asks: Sequence[Ask],
    members: Sequence[Member],
    people: dict[UUID, Person],
    duties: Sequence[Duty],
    *,
    day: date,
) -> list[Done]:
    """The entries that may have done something on the list: of the week, and since a one-off thing began."""
    kinds = {ask.kind for ask in asks} | {duty.kind for duty in duties} | set(EXCUSES)
    once = {ask.kind for ask in asks if ask.rhythm == "once"} | {duty.kind for duty in duties if not duty.is_bound}
    since = min((member.from_day for member in members), default=day)
    since = min([since, *(duty.due_from.date() for duty in duties)])
    week = day - timedelta(days=WEEK)
    residents = list(people)
    households = {person.household for person in people.values() if person.household is not None}
    households |= {duty.household for duty in duties if duty.household is not None}
    about = Q(resident__in=residents) | Q(household__in=households)
    about |= Q(division=code, resident__isnull=True, household__isnull=True)
    recent = Q(kind__in=kinds, day__gt=week) | Q(kind__in=once | set(EXCUSES), day__gte=since)
    rows = counting().filter(about, recent, day__lte=day).order_by()
    return [
        Done(
            id=id,
            kind=kind,
            subject=resident or household or division,
            day=on,
            happened_at=happened_at,
            received_at=received_at,
            is_abnormal=is_abnormal,
            excuses=payload.get("item", "") if kind in EXCUSES else "",
            reason=payload.get("reason", "") if kind in EXCUSES else "",
            by=by,
            about=str(payload.get("about") or payload.get("alert") or payload.get("round") or ""),
        )
        for id, kind, resident, household, division, on, happened_at, received_at, is_abnormal, payload, by in (
            rows.values_list(
                "id", "kind", "resident_id", "household_id", "division_id", "day", "happened_at", "received_at",
                "is_abnormal", "payload", "by",
            )
        )
    ]  # fmt: skip


def _cited(duty: Duty, book: Rulebook) -> tuple[Cited, ...]:
    found = [
        Cited(instrument=book.norm[id].instrument, cite=book.norm[id].cite, norm=id)
        for id in duty.norms
        if id in book.norm
    ]
    for clause in duty.clauses:
        instrument, _, cite = clause.partition(" ")
        found.append(Cited(instrument=instrument, cite=cite))
    return tuple(found)
