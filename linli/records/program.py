"""What a program brings: how entries become registers, which entries are refused, what is due beside the norms.

A program's ``program.py`` holds one ``PROGRAM``. Its functions are pure: they get facts and a day, and touch nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.apps import apps

from linli.community.civil_days import SHANGHAI


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An entry that counts (neither corrected nor withdrawn), as the pure functions see it."""

    id: UUID
    kind: str
    version: int
    day: date
    happened_at: datetime
    payload: Mapping[str, Any] = field(hash=False)
    is_abnormal: bool = False
    division: str = ""
    resident: UUID | None = None
    household: UUID | None = None
    unit: int | None = None
    channel: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A person belongs to a group from one day up to, not including, another. None is open.

    ``begun_by`` and ``ended_by`` are the entries that say so; ``clause`` is ``<instrument> <cite>``.
    """

    group: str
    from_day: date
    to_day: date | None
    begun_by: UUID
    ended_by: UUID | None = None
    source: str = ""
    reason: str = ""
    clause: str = ""
    end_reason: str = ""


class EntryRefused(Exception):
    """An entry that cannot stand. ``code`` says why, ``field`` where, ``data`` what the sentence needs."""

    def __init__(self, code: str, *, field: str = "", **data: Any) -> None:
        super().__init__(code, field, data)
        self.code, self.field, self.data = code, field, data


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked for: communities by code, the day, and the moment at which it is asked.

    ``known`` holds what one reader has looked up for the others to use (`queries.members_in`).
    """

    divisions: tuple[str, ...]
    day: date
    at: datetime
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something due that does not follow from a group and a rhythm: a release on its day, an alert for the doctor.

    ``norms`` are ids of norms of the packs, or ``clauses`` are ``<instrument> <cite>`` where no single norm says it.
    ``actor`` is the word of the packs for who owes it. It is open until an entry of ``kind`` about the subject happens
    from ``due_from`` on; a duty bound to its day is missed when ``due_to`` has passed, another is late.
    """

    kind: str
    actor: str
    due_from: datetime
    due_to: datetime
    resident: UUID | None = None
    household: UUID | None = None
    unit: int | None = None
    division: str = ""
    norms: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    why: Any = ""
    is_urgent: bool = False
    is_bound: bool = False
    # What the entry will point to (an alert, a round); part of the identity of the item.
    about: str = ""
    # The worker who owes it by name; left out, the owner follows from the actor.
    worker: int | None = None


def item_id(kind: str, subject: UUID | str, due_from: datetime, about: str = "") -> str:
    """The id of a thing to do: the same for the same thing, whenever the list is made. Excuses name it."""
    return uuid5(NAMESPACE_OID, f"{kind}|{subject}|{due_from.astimezone(SHANGHAI).date()}|{about}").hex[:16]


@dataclass(frozen=True, kw_only=True)
class Lapse:
    """An enrolment that no longer holds from a day on although no entry says so: its ground has gone."""

    resident: UUID
    group: str
    to_day: date


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """What a norm asks of somebody daily and what cannot be done on the day, by an entry that says where they are."""

    resident: UUID
    kind: str
    said_by: Fact
    reason: Any


Projection = Callable[[Sequence[Fact]], Iterable[Span]]
Guard = Callable[[Fact, Sequence[Fact]], None]


@dataclass(frozen=True, kw_only=True)
class Program:
    """One capability.

    ``projections`` get all entries that count about one person, by the time they happened, and answer spans.
    ``guards`` by kind get a new entry and the entries before it of the same subject, and raise `EntryRefused`.
    ``duties`` reads the records of some communities and answers what is due there beside the norms, open or done.
    ``lapses`` answers which enrolments in some communities have ended by the norms without an entry.
    ``excuses`` answers what cannot be done on the day in some communities, so that nobody is asked to do it.
    ``refusals`` are the sentences for the codes of its guards, in Chinese, marked for translation.
    """

    id: str
    projections: tuple[Projection, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    duties: Callable[[Scope], Iterable[Duty]] | None = None
    lapses: Callable[[Scope], Iterable[Lapse]] | None = None
    excuses: Callable[[Scope], Iterable[Excuse]] | None = None
    refusals: Mapping[str, Any] = field(default_factory=dict)


@cache
def programs() -> tuple[Program, ...]:
    """The programs of all installed apps, in their order."""
    return tuple(
        import_module(f"{config.name}.program").PROGRAM
        for config in apps.get_app_configs()
        if config.name.startswith("linli.programs.") and find_spec(f"{config.name}.program") is not None
    )


def spans_of(facts: Sequence[Fact]) -> list[Span]:
    """The registers that follow from all entries about one person, in no order of arrival.

    Spans of one group that meet or overlap become one; it ends with the later, for that one's reason.
    """
    ordered = sorted(facts, key=lambda fact: (fact.happened_at, fact.id))
    found = [span for program in programs() for projection in program.projections for span in projection(ordered)]
    found.sort(key=lambda span: (span.group, span.from_day, span.to_day or date.max, span.begun_by))
    joined: list[Span] = []
    for span in found:
        if span.to_day is not None and span.to_day <= span.from_day:
            continue
        last = joined[-1] if joined else None
        if last is None or last.group != span.group or (last.to_day is not None and last.to_day < span.from_day):
            joined.append(span)
        elif last.to_day is not None and (span.to_day is None or span.to_day > last.to_day):
            joined[-1] = Span(
                group=last.group,
                from_day=last.from_day,
                to_day=span.to_day,
                begun_by=last.begun_by,
                ended_by=span.ended_by,
                source=last.source,
                reason=last.reason,
                clause=last.clause,
                end_reason=span.end_reason,
            )
    return joined


def guard(draft: Fact, before: Sequence[Fact]) -> None:
    """Ask every program whether an entry may follow on those before it.

    Raises: EntryRefused.
    """
    ordered = sorted(before, key=lambda fact: (fact.happened_at, fact.id))
    for program in programs():
        check = program.guards.get(draft.kind)
        if check is not None:
            check(draft, ordered)
