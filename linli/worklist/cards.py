"""Items as pages show them: who, where, why, what, until when, which clause, and the one tap that does it.

Everything that many cards need is read at once: phones, homes, units, registers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import Reach
from linli.community.dated_rows import in_force
from linli.community.identity import masked_phone
from linli.community.models import Division, GridUnit, Household, Resident, new_id
from linli.community.permissions import SEEING_PHONES
from linli.community.roles import Role
from linli.policy.rulebook import Rulebook
from linli.records.clauses import Clause, clause_of
from linli.records.kinds import Kind, Words
from linli.records.models import Enrolment
from linli.records.registers import visible_groups
from linli.records.saying import listed, payload_said, register_said
from linli.response.queries import NoPacksAdopted, rulebook
from linli.worklist.clock import clock_said, deadline_said, hour_said, until_said
from linli.worklist.doors import declared, door_to
from linli.worklist.items import Cited, Item, State

# So many clauses are shown; the others one tap further.
FEW = 2


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A clause, and the page that opens it."""

    short: Words
    cite: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A register because of which somebody is on the list. ``until`` is empty where it is open."""

    register: str
    until: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One item in words. ``usual`` is what one tap records, empty where one tap cannot do it."""

    item: Item
    say: str
    why: str
    deadline: str
    clock: str
    chips: tuple[Chip, ...]
    more_chips: tuple[Chip, ...] = ()
    usual: str = ""
    entry_id: UUID | None = None
    url: str = ""
    excuse_url: str = ""
    done_at: str = ""
    is_just_done: bool = False

    @property
    def is_late(self) -> bool:
        """Is it past its time?"""
        return self.item.state in (State.LATE, State.MISSED)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One person, household or community with what is to be done there. ``key`` is its anchor on the page."""

    key: str
    kind: str
    name: str
    place: str
    label: str
    unit: int | None
    phone: str = ""
    may_call: bool = False
    url: str = ""
    reasons: tuple[Reason, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def is_pressing(self) -> bool:
        """Is something of it urgent or past its time?"""
        return any(task.item.is_open and (task.item.is_urgent or task.is_late) for task in self.tasks)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The cards of one household."""

    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class Building:
    """The homes in one unit of the grid."""

    name: str
    homes: tuple[Home, ...]


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Who looks at the cards, when, and where they go back to. ``just`` is the entry that was written a moment ago."""

    reach: Reach
    day: date
    at: datetime
    back: str
    just: str = ""
    may_act: bool = True
    # The worker one is, where one is none of those who see the whole community.
    worker: int | None = None


@dataclass(kw_only=True)
class _Known:
    """What is read for all cards together."""

    people: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    homes: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    reasons: dict[UUID, list[tuple[str, date | None]]] = field(default_factory=dict)
    book: Rulebook | None = None


def cards_of(items: Iterable[Item], *, by: Teller) -> list[Card]:
    """A card for each person, household and community that the items are about, in the order of the items."""
    rows = list(items)
    known = _read(rows, by=by)
    shown: dict[tuple[str, UUID | str], list[Item]] = {}
    for item in rows:
        shown.setdefault((item.subject_type, item.subject), []).append(item)
    return [_card(mine, known, by=by) for mine in shown.values()]


def buildings_of(cards: Iterable[Card]) -> list[Building]:
    """Cards by building and household, in the order in which one walks: by name, numbers as numbers."""
    by_place: dict[str, dict[str, list[Card]]] = {}
    for card in cards:
        by_place.setdefault(card.place, {}).setdefault(card.label, []).append(card)
    return [
        Building(
            name=place,
            homes=tuple(Home(label=label, cards=tuple(homes[label])) for label in sorted(homes, key=natural)),
        )
        for place, homes in sorted(by_place.items(), key=lambda pair: (not pair[0], natural(pair[0])))
    ]


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key under which 2-9 stands before 2-10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text) if part)


def chips_of(clauses: Iterable[Cited], *, division: str, day: date) -> list[Chip]:
    """The chips of some clauses, each once; each opens the norm as it holds in that place on that day."""
    found: dict[tuple[str, str], Chip] = {}
    for cited in clauses:
        found.setdefault((cited.instrument, cited.cite), _chip(cited, division=division, day=day))
    return list(found.values())


def kind_said(item: Item) -> str:
    """What is to be done."""
    kind = declared(item)
    return str(kind.say) if kind is not None else item.kind


def usual_payload(item: Item, kind: Kind) -> dict[str, object]:
    """What one tap records for an item; empty where the kind does not say what is usual for all that it asks."""
    if not kind.usual or kind.own_door or kind.is_final or item.is_urgent:
        return {}
    said = dict(kind.usual)
    for one in kind.fields:
        if one.type == "reference" and item.about and one.id in ("about", "alert", "round"):
            said[one.id] = item.about
    return said if all(one.id in said for one in kind.fields if one.required) else {}


def usual_said(kind: Kind, payload: Mapping[str, object]) -> str:
    """What one tap records, in words: a figure with its name, a choice by itself; no symptom is said to be none."""
    named = {str(one.say) for one in kind.fields if one.type in ("number", "int")}
    lines = payload_said(kind.id, payload)
    words = [f"{line.label} {line.words}" if line.label in named else line.words for line in lines]
    is_silent = any(one.abnormal is not None and one.id not in payload for one in kind.fields)
    return listed([*([_("无异常")] if is_silent else []), *words])


# ---- one card ------------------------------------------------------------------------------------------------------
def _card(items: Sequence[Item], known: _Known, *, by: Teller) -> Card:
    first = items[0]
    roles = roles_over(by.reach, first.division)
    label, unit = known.homes.get(first.household, (first.place, first.unit)) if first.household else ("", first.unit)
    name, phone = first.label, ""
    if isinstance(first.subject, UUID) and first.subject_type == "person":
        name, phone = known.people.get(first.subject, (first.label, ""))
    elif first.subject_type == "household":
        name = label
    else:
        name = known.places.get(first.division, first.division)
    may_call = bool(roles & SEEING_PHONES)
    return Card(
        key=f"c-{first.subject}",
        kind=first.subject_type,
        name=name,
        place=known.units.get(unit, "") if unit is not None else "",
        label=label,
        unit=unit,
        phone=phone if may_call else masked_phone(phone),
        may_call=may_call and bool(phone),
        url=_page_of(first),
        reasons=_reasons(items, known, by=by),
        tasks=tuple(_task(item, roles, by=by) for item in items),
    )


def _task(item: Item, roles: frozenset[Role], *, by: Teller) -> Task:
    kind = declared(item)
    chips = chips_of(item.clauses, division=item.division, day=by.day)
    told = Task(
        item=item,
        say=kind_said(item),
        why=str(item.why),
        deadline=deadline_said(item.due_to, day=by.day),
        clock=clock_said(item.due_to, at=by.at),
        chips=tuple(chips[:FEW]),
        more_chips=tuple(chips[FEW:]),
        done_at=hour_said(item.done_by.happened_at, day=by.day) if item.done_by else "",
        is_just_done=item.done_by is not None and str(item.done_by.id) == by.just,
    )
    if kind is None or not by.may_act or not (item.is_open or item.state is State.MISSED):
        return told
    if not may_do(item, roles, worker=by.worker):
        return replace(told, url=door_to(item, roles=roles, back=by.back))
    usual = usual_payload(item, kind) if item.is_open and kind.roles & roles else {}
    return replace(
        told,
        usual=usual_said(kind, usual) if usual else "",
        entry_id=new_id() if usual else None,
        url=door_to(item, roles=roles, back=by.back),
        excuse_url=_excuse_url(item, by=by),
    )


def may_do(item: Item, roles: frozenset[Role], *, worker: int | None) -> bool:
    """Is it theirs to tap: for staff whatever is in the community, for a doctor the clinic's, else the own?"""
    if Role.COMMUNITY_STAFF in roles or (Role.COMMUNITY_DOCTOR in roles and item.actor == "clinic"):
        return True
    return worker is not None and item.owner.worker == worker


def _excuse_url(item: Item, *, by: Teller) -> str:
    if item.is_urgent or item.subject_type == "community":
        return ""
    query = {"place": item.division, "day": by.day.isoformat(), "next": by.back}
    return f"{reverse('worklist:excuse', args=[item.id])}?{urlencode(query)}"


def _reasons(items: Sequence[Item], known: _Known, *, by: Teller) -> tuple[Reason, ...]:
    subject = items[0].subject
    held = known.reasons.get(subject, []) if isinstance(subject, UUID) else []
    book = known.book
    if not held or book is None:
        return ()
    asked = {
        group
        for item in items
        for cited in item.clauses
        if cited.norm in book.norm
        for group in book.norm[cited.norm].who
    }
    causes = [(group, end) for group, end in held if book.words.with_wider(group) & asked] or held
    narrow = narrowest((group for group, _end in causes), book)
    return tuple(
        Reason(register=register_said(group), until=until_said(end, near=by.day) if end else "")
        for group, end in causes
        if group in narrow
    )


def narrowest(groups: Iterable[str], book: Rulebook) -> frozenset[str]:
    """Some groups without those that are wider than another of them: an inbound traveller is an arrival anyway."""
    held = frozenset(groups)
    wider = frozenset[str]().union(*(book.words.with_wider(group) - {group} for group in held))
    return held - wider


def roles_over(reach: Reach, division: str) -> frozenset[Role]:
    """The roles held for a community."""
    return frozenset(role for role in reach.roles if reach.covers(division, roles={role}))


def _page_of(item: Item) -> str:
    if item.subject_type == "person":
        return reverse("worklist:person", args=[item.subject])
    if item.subject_type == "household":
        return reverse("grid:household", args=[item.subject])
    return ""


def _chip(cited: Cited, *, division: str, day: date) -> Chip:
    clause: Clause = clause_of(f"{cited.instrument} {cited.cite}")
    if cited.norm:
        query = urlencode({"place": division, "day": day.isoformat()})
        url = f"{reverse('explorer:norm', args=[cited.norm])}?{query}"
    elif clause.instrument:
        address = reverse("explorer:instrument", args=[clause.instrument])
        url = f"{address}?{urlencode({'clause': clause.cite})}#clauses"
    else:
        url = ""
    return Chip(short=clause.short, cite=clause.cite, url=url)


# ---- read for all together -----------------------------------------------------------------------------------------
def _read(items: Sequence[Item], *, by: Teller) -> _Known:
    known = _Known()
    people = {item.subject for item in items if item.subject_type == "person" and isinstance(item.subject, UUID)}
    homes = {item.household for item in items if item.household is not None}
    homes |= {item.subject for item in items if item.subject_type == "household" and isinstance(item.subject, UUID)}
    for id, name, phone in Resident.objects.filter(pk__in=people).values_list("pk", "name", "phone"):
        known.people[id] = (name, phone)
    for id, label, unit in Household.objects.filter(pk__in=homes).values_list("pk", "label", "unit_id"):
        known.homes[id] = (label, unit)
    units = {unit for _label, unit in known.homes.values()} | {item.unit for item in items if item.unit is not None}
    known.units = dict(unit_names(units))
    known.places = dict(Division.objects.filter(pk__in={item.division for item in items}).values_list("pk", "name"))
    groups = {code: frozenset(visible_groups(roles_over(by.reach, code))) for code in {item.division for item in items}}
    division = {item.subject: item.division for item in items}
    rows = Enrolment.objects.filter(in_force(by.day), resident__in=people).order_by("from_day", "group")
    for resident, group, to_day in rows.values_list("resident_id", "group", "to_day"):
        if group in groups[division[resident]]:
            known.reasons.setdefault(resident, []).append((group, to_day))
    try:
        known.book = rulebook()
    except NoPacksAdopted:
        known.book = None
    return known


def unit_names(ids: Iterable[int]) -> Mapping[int, str]:
    """Units by what they are called on the way: compound and building, without the station of the community."""
    rows = GridUnit.objects.filter(pk__in=set(ids)).values_list("pk", "name", "parent__name", "parent__parent")
    return {id: f"{above} {name}" if above and over else name for id, name, above, over in rows}
