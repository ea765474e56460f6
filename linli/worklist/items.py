"""The work list as a pure function: norms in force × people in their groups × rhythm − entries. Nothing is stored.

Every function here gets plain rows and a moment; the same rows in any order give the same list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from linli.community.civil_days import start_of
from linli.records.program import Duty, item_id

WEEK = 7


class State(StrEnum):
    """How far an item is. LATE: past its time and still to be done. MISSED: its day has passed."""

    DUE = "DUE"
    DONE = "DONE"
    LATE = "LATE"
    MISSED = "MISSED"
    EXCUSED = "EXCUSED"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A norm in force that asks for a kind of entry about the people of a group, in a rhythm."""

    norm: str
    instrument: str
    cite: str
    action: str
    kind: str
    is_household: bool
    actor: str
    who: frozenset[str]
    rhythm: str
    is_on_arrival: bool = False
    within_hours: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    is_restrictive: bool = False


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person with one group that holds on the day. ``begun_at`` is when that was known to begin."""

    resident: UUID
    group: str
    from_day: date
    begun_at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who an item is about, and where they live on the day."""

    id: UUID
    name: str
    birth_day: date | None
    division: str
    household: UUID | None = None
    label: str = ""
    unit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Home:
    """A household that an item is about."""

    label: str
    unit: int
    division: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """An entry that counts, as far as a list needs it. ``excuses`` is the id of an item that it excuses."""

    id: UUID
    kind: str
    subject: UUID | str
    day: date
    happened_at: datetime
    received_at: datetime
    is_abnormal: bool = False
    excuses: str = ""
    reason: str = ""
    by: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who does it. ``worker`` None: the staff of the community as a body."""

    worker: int | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A clause that asks for an item. ``norm`` is empty where no single norm says it."""

    instrument: str
    cite: str
    norm: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do today. Half-open: due from ``due_from``, before ``due_to``.

    ``subject`` is the id of a resident or household, or the code of a community. ``done_by`` is the entry that did it.
    """

    id: str
    kind: str
    subject_type: str
    subject: UUID | str
    label: str
    place: str
    division: str
    actor: str
    due_from: datetime
    due_to: datetime
    clauses: tuple[Cited, ...]
    is_bound: bool
    # The actions of the packs that it fulfils; empty for a duty of a program.
    actions: tuple[str, ...] = ()
    owner: Owner = Owner(worker=None, name="")
    state: State = State.DUE
    why: object = ""
    is_urgent: bool = False
    about: str = ""
    household: UUID | None = None
    unit: int | None = None
    # The worker who owes it by name, where a program says so.
    worker: int | None = None
    done_by: Done | None = None

    @property
    def is_open(self) -> bool:
        """Is it still to be done?"""
        return self.state in (State.DUE, State.LATE)


Required = Callable[[str, str, tuple[str, ...]], bool]
"""(action, actor, groups): does the policy require this restrictive action for somebody of all these groups?"""


def items_of(
    *,
    day: date,
    at: datetime,
    asks: Iterable[Ask],
    members: Iterable[Member],
    people: Mapping[UUID, Person],
    homes: Mapping[UUID, Home],
    wider: Callable[[str], frozenset[str]],
    required: Required,
    duties: Iterable[Duty],
    done: Iterable[Done],
    cited: Callable[[Duty], tuple[Cited, ...]],
    owner: Callable[[Item], Owner],
) -> list[Item]:
    """What is due on ``day``, as known at ``at``, the urgent and overdue first.

    Empty where nothing is asked or nobody is in a group that something is asked for.
    """
    raised = [
        *_asked(asks, members, people, wider=wider, required=required, day=day),
        *_owed(duties, people, homes, cited=cited),
    ]
    entries: dict[tuple[str, UUID | str], list[Done]] = {}
    excuses: dict[str, Done] = {}
    for entry in sorted(done, key=lambda one: (one.happened_at, one.id)):
        if entry.excuses:
            excuses.setdefault(entry.excuses, entry)
        else:
            entries.setdefault((entry.kind, entry.subject), []).append(entry)
    by_key: dict[tuple[str, UUID | str, str], Item] = {}
    for item in raised:
        stated = _stated(item, entries.get((item.kind, item.subject), ()), excuses, day=day, at=at)
        if stated is not None:
            key = (item.kind, item.subject, item.about)
            by_key[key] = _merged(by_key[key], stated) if key in by_key else stated
    return sorted((replace(item, owner=owner(item)) for item in by_key.values()), key=_order)


def _asked(
    asks: Iterable[Ask],
    members: Iterable[Member],
    people: Mapping[UUID, Person],
    *,
    wider: Callable[[str], frozenset[str]],
    required: Required,
    day: date,
) -> Iterable[Item]:
    by_group: dict[str, list[Ask]] = {}
    held: dict[UUID, list[Member]] = {}
    for member in members:
        held.setdefault(member.resident, []).append(member)
    groups = {member.group for rows in held.values() for member in rows}
    for ask in asks:
        for group in groups:
            if wider(group) & ask.who:
                by_group.setdefault(group, []).append(ask)
    for resident, rows in held.items():
        person = people.get(resident)
        if person is None:
            continue
        for member in rows:
            for ask in by_group.get(member.group, ()):
                if not _is_of_age(person, ask, day=day):
                    continue
                if ask.is_restrictive and not required(ask.action, ask.actor, _concerned(rows, ask, wider)):
                    continue
                item = _item(ask, member, person, day=day)
                if item is not None:
                    yield item


def _concerned(rows: Sequence[Member], ask: Ask, wider: Callable[[str], frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted({member.group for member in rows if wider(member.group) & ask.who}))


def _is_of_age(person: Person, ask: Ask, *, day: date) -> bool:
    if ask.min_age is None and ask.max_age is None:
        return True
    if person.birth_day is None:
        return False
    born = person.birth_day
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return (ask.min_age is None or age >= ask.min_age) and (ask.max_age is None or age <= ask.max_age)


def _item(ask: Ask, member: Member, person: Person, *, day: date) -> Item | None:
    period = _period(ask, member, day=day)
    if period is None:
        return None
    due_from, due_to, is_bound = period
    subject = person.household if ask.is_household else person.id
    if subject is None:
        return None
    return Item(
        id=item_id(ask.kind, subject, due_from),
        kind=ask.kind,
        subject_type="household" if ask.is_household else "person",
        subject=subject,
        label=person.label if ask.is_household else person.name,
        place=person.label,
        division=person.division,
        actor=ask.actor,
        due_from=due_from,
        due_to=due_to,
        clauses=(Cited(instrument=ask.instrument, cite=ask.cite, norm=ask.norm),),
        is_bound=is_bound,
        actions=(ask.action,),
        household=person.household,
        unit=person.unit,
    )


def _period(ask: Ask, member: Member, *, day: date) -> tuple[datetime, datetime, bool] | None:
    """From when, until when, and whether it is bound to that time; None where the rhythm asks for nothing by itself."""
    if ask.rhythm == "daily":
        return start_of(day), start_of(day + timedelta(days=1)), True
    if ask.rhythm == "weekly":
        # People enrolled on one day are spread over the week, each always on the same weekday.
        first = day - timedelta(days=(day.toordinal() + member.resident.int) % WEEK)
        first = max(first, member.from_day)
        last = day + timedelta(days=WEEK - (day.toordinal() + member.resident.int) % WEEK)
        return start_of(first), start_of(last), True
    if ask.rhythm == "once":
        begins = start_of(member.from_day)
        if ask.within_hours is not None:
            return begins, max(member.begun_at, begins) + timedelta(hours=ask.within_hours), False
        return begins, start_of(member.from_day + timedelta(days=1)), False
    return None


def _owed(
    duties: Iterable[Duty],
    people: Mapping[UUID, Person],
    homes: Mapping[UUID, Home],
    *,
    cited: Callable[[Duty], tuple[Cited, ...]],
) -> Iterable[Item]:
    for duty in duties:
        person = people.get(duty.resident) if duty.resident else None
        home = homes.get(duty.household) if duty.household else None
        label = person.label if person else home.label if home else ""
        subject: UUID | str = duty.resident or duty.household or duty.division
        yield Item(
            id=item_id(duty.kind, subject, duty.due_from, duty.about),
            kind=duty.kind,
            subject_type="person" if duty.resident else "household" if duty.household else "community",
            subject=subject,
            label=person.name if person else label,
            place=label,
            division=duty.division or (person.division if person else home.division if home else ""),
            actor=duty.actor,
            due_from=duty.due_from,
            due_to=duty.due_to,
            clauses=cited(duty),
            is_bound=duty.is_bound,
            why=duty.why,
            is_urgent=duty.is_urgent,
            about=duty.about,
            household=duty.household or (person.household if person else None),
            unit=duty.unit or (person.unit if person else home.unit if home else None),
            worker=duty.worker,
        )


def _merged(one: Item, other: Item) -> Item:
    """Asked once: what is still to be done before what is done, then the tighter time; all clauses stay."""
    first, second = sorted((one, other), key=_tightness)
    clauses = {(cited.instrument, cited.cite, cited.norm): cited for cited in (*one.clauses, *other.clauses)}
    return replace(
        first,
        clauses=tuple(clauses[key] for key in sorted(clauses)),
        actions=tuple(sorted({*one.actions, *other.actions})),
        is_urgent=one.is_urgent or other.is_urgent,
        why=first.why or second.why,
        worker=first.worker or second.worker,
        # A clinic's duty that is also the community's is done by the nearer of the two.
        actor=first.actor if first.actor == second.actor else min(first.actor, second.actor, key=_nearness),
    )


def _tightness(item: Item) -> tuple[bool, datetime, datetime, bool, str]:
    return (not item.is_open, item.due_to, item.due_from, not item.is_bound, item.state)


def _nearness(actor: str) -> int:
    known = ("grid_worker", "community", "property_company", "clinic")
    return known.index(actor) if actor in known else len(known)


def _stated(
    item: Item, entries: Sequence[Done], excuses: Mapping[str, Done], *, day: date, at: datetime
) -> Item | None:
    """The item with its state; None where it was done before the day, or begins after it."""
    until = start_of(day + timedelta(days=1))
    if item.due_from >= until:
        return None
    within = [
        one
        for one in entries
        if one.happened_at >= item.due_from
        and (one.happened_at < item.due_to or not item.is_bound)
        and (not item.about or not one.about or one.about == item.about)
        and one.day <= day
    ]
    if within:
        first = within[0]
        return replace(item, state=State.DONE, done_by=first) if first.day == day else None
    excused = excuses.get(item.id)
    if excused is not None:
        return replace(item, state=State.EXCUSED, done_by=excused) if excused.day == day or item.is_bound else None
    if at < item.due_to:
        return item
    return replace(item, state=State.MISSED if item.is_bound else State.LATE)


def _order(item: Item) -> tuple[bool, bool, datetime, str, str, str, str]:
    is_over = item.state in (State.DONE, State.EXCUSED)
    return (is_over, not item.is_urgent, item.due_to, item.place, item.label, item.kind, item.id)
