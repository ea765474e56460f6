"""Reads of the work list: what is due in some communities on a day, in a fixed number of queries for each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.civil_days import start_of
from linli.community.dated_rows import in_force
from linli.community.models import Household, Residence, Worker
from linli.community.people.merging import clusters_of
from linli.policy.rulebook import Rulebook
from linli.records.models import Entry
from linli.records.program import Duty, Scope, item_id, programs
from linli.records.queries import counting, members_in
from linli.response.queries import NoPacksAdopted, facts_on, rulebook
from linli.worklist.asks import asks_in, requiring
from linli.worklist.items import WEEK, Ask, Cited, Done, Home, Item, Member, Person, items_of
from linli.worklist.owners import assigned_in

EXCUSES = ("excuse", "excuse_household")
# Communities looked up together: fewer queries for a county, and still little in memory.
AT_A_TIME = 4


def work_of(division_code: str, *, day: date, at: datetime) -> list[Item]:
    """All that is due in one community on ``day``, as known at ``at``; empty before packs are adopted."""
    return next(iter(work_in([division_code], day=day, at=at)))[1]


def work_in(division_codes: Iterable[str], *, day: date, at: datetime) -> Iterator[tuple[str, list[Item]]]:
    """`work_of` for many communities, some at a time: the number of queries and what is in memory follow from that."""
    codes = list(dict.fromkeys(division_codes))
    try:
        book = rulebook()
    except NoPacksAdopted:
        yield from ((code, []) for code in codes)
        return
    for start in range(0, len(codes), AT_A_TIME):
        yield from _work_in(tuple(codes[start : start + AT_A_TIME]), book, day=day, at=at)


def _work_in(codes: tuple[str, ...], book: Rulebook, *, day: date, at: datetime) -> Iterator[tuple[str, list[Item]]]:
    scope = Scope(divisions=codes, day=day, at=at)
    facts = facts_on((day, code) for code in codes)
    asks = {code: asks_in(book, facts[day, code], day) for code in codes}
    members, people = _members(scope, asks, book=book)
    owed = _owed(scope)
    people |= _people_of(owed, known=people, day=day)
    by_place: dict[str, list[Duty]] = {code: [] for code in codes}
    for duty in owed:
        place = duty.division or (people[duty.resident].division if duty.resident in people else "")
        by_place.setdefault(place, []).append(duty)
    homes = _homes_of(owed)
    done = _by_place(_done(scope, asks, members, people, owed), people, homes)
    assigned = assigned_in(codes, day=day)
    wider = cache(book.words.with_wider)
    for code in codes:
        yield (
            code,
            items_of(
                day=day,
                at=at,
                asks=asks[code],
                members=[one for one in members if people[one.resident].division == code],
                people=people,
                homes=homes,
                wider=wider,
                required=requiring(book, facts[day, code], day),
                duties=by_place[code],
                done=done.get(code, []),
                cited=lambda duty: _cited(duty, book),
                owner=assigned.owner,
            ),
        )


def _by_place(done: Iterable[Done], people: Mapping[UUID, Person], homes: Mapping[UUID, Home]) -> dict[str, list[Done]]:
    """Entries by the community on whose list their subject stands."""
    lived_in = {person.household: person.division for person in people.values()}
    found: dict[str, list[Done]] = {}
    for one in done:
        if isinstance(one.subject, str):
            place = one.subject
        elif one.subject in people:
            place = people[one.subject].division
        else:
            place = homes[one.subject].division if one.subject in homes else lived_in.get(one.subject, "")
        found.setdefault(place, []).append(one)
    return found


def _owed(scope: Scope) -> list[Duty]:
    return [duty for program in programs() if program.duties is not None for duty in program.duties(scope)]


def work_of_worker(worker: Worker, *, day: date, at: datetime) -> list[Item]:
    """What one worker has to do on a day, in all communities where something is assigned to them."""
    codes = {worker.division_id}
    for unit, household in worker.assignments.filter(in_force(day)).values_list(
        "unit__division_id", "household__unit__division_id"
    ):
        codes |= {unit or household}
    found = [item for _, items in work_in(sorted(codes), day=day, at=at) for item in items]
    return [item for item in found if item.owner.worker == worker.pk]


def _members(
    scope: Scope, asks: Mapping[str, Sequence[Ask]], *, book: Rulebook
) -> tuple[list[Member], dict[UUID, Person]]:
    """The people of the communities who are in a group on the day that something is asked for there."""
    asked = {code: frozenset[str]().union(*(ask.who for ask in found)) for code, found in asks.items()}
    wider = cache(book.words.with_wider)
    members: list[Member] = []
    people: dict[UUID, Person] = {}
    for row in members_in(scope):
        if not wider(row.group) & asked[row.division]:
            continue
        members.append(Member(resident=row.resident, group=row.group, from_day=row.from_day, begun_at=row.begun_at))
        if row.resident not in people:
            people[row.resident] = Person(
                id=row.resident,
                name=row.name,
                birth_day=row.birth_day,
                division=row.division,
                household=row.household,
                label=row.label,
                unit=row.unit,
            )
    return _without_lapsed(members, scope), people


def _without_lapsed(members: list[Member], scope: Scope) -> list[Member]:
    """Without those whose ground has gone although no entry says so: a check that is not needed any more disappears."""
    gone = lapsed_in(scope)
    return [one for one in members if (one.resident, one.group) not in gone] if gone else members


def lapsed_in(scope: Scope) -> set[tuple[UUID, str]]:
    """The enrolments, by person and group, that the norms have ended on the day although no entry says so."""
    return {
        (one.resident, one.group)
        for program in programs()
        if program.lapses is not None
        for one in program.lapses(scope)
        if one.to_day <= scope.day
    }


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


def _homes_of(duties: Iterable[Duty]) -> dict[UUID, Home]:
    """The households that duties are about."""
    wanted = {duty.household for duty in duties if duty.household is not None}
    rows = Household.objects.filter(pk__in=wanted) if wanted else Household.objects.none()
    return {
        id: Home(label=label, unit=unit, division=division)
        for id, label, unit, division in rows.values_list("pk", "label", "unit_id", "unit__division_id")
    }


def _done(
    scope: Scope,
    asks: Mapping[str, Sequence[Ask]],
    members: Sequence[Member],
    people: Mapping[UUID, Person],
    duties: Sequence[Duty],
) -> list[Done]:
    """The entries that may have done something on the list: of the week, and since a one-off thing began."""
    day = scope.day
    every = {ask for found in asks.values() for ask in found}
    kinds = {ask.kind for ask in every} | {duty.kind for duty in duties} | set(EXCUSES)
    once = {ask.kind for ask in every if ask.rhythm == "once"} | {duty.kind for duty in duties if not duty.is_bound}
    since = min((member.from_day for member in members), default=day)
    since = min([since, *(duty.due_from.date() for duty in duties)])
    week = day - timedelta(days=WEEK)
    households = {person.household for person in people.values() if person.household is not None}
    households |= {duty.household for duty in duties if duty.household is not None}
    recent = Q(kind__in=kinds, day__gt=week) | Q(kind__in=once | set(EXCUSES), day__gte=since)
    rows = counting().filter(recent, day__lte=day).order_by()
    whose = {one: id for id, same in clusters_of(people).items() for one in same}
    return [
        *_read(rows.filter(resident__in=list(whose)), whose),
        *_read(rows.filter(household__in=households)),
        *_read(rows.filter(division__in=scope.divisions, resident__isnull=True, household__isnull=True)),
        *_excused(scope),
    ]


def _excused(scope: Scope) -> Iterator[Done]:
    """What cannot be done on the day, as the programs say, like the excuses that somebody wrote down."""
    for program in programs():
        for one in program.excuses(scope) if program.excuses is not None else ():
            yield Done(
                id=one.said_by.id,
                kind=EXCUSES[0],
                subject=one.resident,
                day=scope.day,
                happened_at=one.said_by.happened_at,
                received_at=one.said_by.happened_at,
                excuses=item_id(one.kind, one.resident, start_of(scope.day)),
                reason=str(one.reason),
                by=one.said_by.by,
            )


def _read(rows: QuerySet[Entry], whose: Mapping[UUID, UUID] | None = None) -> list[Done]:
    """Entries as a list needs them; ``whose`` leads from each id of a person to the one that is kept."""
    same = whose or {}
    return [
        Done(
            id=id,
            kind=kind,
            subject=same.get(resident, resident) or household or division,
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
