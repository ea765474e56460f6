"""The people looked after as the page shows them: last visit, next due, plan, who is responsible, what was missed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.community.grid.queries import responsible_for
from linli.community.models import Household, Resident, Worker
from linli.policy.rulebook import Rulebook
from linli.programs.care.cared import asked_in, cared_in
from linli.programs.care.duties import ground_of, why_missed
from linli.programs.care.named import Named, named_for
from linli.programs.care.visiting import (
    Cared,
    Miss,
    Plan,
    Window,
    due_window,
    missed,
    plan_on,
    rhythm_of,
)
from linli.records.kinds import kind_of
from linli.records.program import Scope
from linli.records.registers import registers
from linli.records.saying import value_said
from linli.response.queries import NoPacksAdopted, rulebook

RHYTHMS = {"daily": _("每天"), "twice_weekly": _("每周两次"), "weekly": _("每周一次")}


class Standing(StrEnum):
    """How it stands with one person today."""

    MISSED = "MISSED"
    TAKEN_OVER = "TAKEN_OVER"
    DUE = "DUE"
    SEEN = "SEEN"
    LATER = "LATER"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the page. ``clauses`` say why there are visits, as ``<instrument> <cite>``."""

    person: Cared
    standing: Standing
    groups: tuple[str, ...]
    clauses: tuple[str, ...]
    window: Window | None
    plan: Plan | None
    visitor: str
    miss: Miss | None
    named: Named | None
    why_missed: str
    ground: str
    found: str

    @property
    def rhythm(self) -> str:
        """How often, in words; empty where nothing is due by itself."""
        return str(RHYTHMS[self.window.rhythm]) if self.window is not None else ""

    @property
    def due_by(self) -> date | None:
        """The last day for the next visit."""
        return self.window.to_day - timedelta(days=1) if self.window is not None else None


@dataclass(frozen=True, kw_only=True)
class Board:
    """The rows of a community, those who need somebody first, and the clauses that ask for visits there."""

    rows: tuple[Row, ...]
    clauses: tuple[str, ...] = ()

    def count(self, *standings: Standing) -> int:
        """How many stand so."""
        return sum(row.standing in standings for row in self.rows)

    def only(self, standings: Collection[Standing]) -> list[Row]:
        """The rows that stand in one of some ways."""
        return [row for row in self.rows if row.standing in standings]


def board_of(
    division_code: str,
    *,
    groups: Iterable[str],
    day: date,
    at: datetime,
    residents: QuerySet[Resident] | None = None,
) -> Board:
    """The people looked after in a community, as far as ``groups`` may be seen; ``residents`` narrows to some."""
    asked = asked_in([division_code], day=day)[division_code]
    scope = Scope(divisions=(division_code,), day=day, at=at)
    people = cared_in(scope, residents=residents, groups=groups)
    misses = {
        person.id: missed(person, day=day, at=at, norms_on=asked.norms_on, wider=asked.wider) for person in people
    }
    named = named_for((one for one in people if misses[one.id]), day=day)
    visitors = _visitors(people, day=day)
    book = _book()
    rows = []
    for person in people:
        window = due_window(person, asked.norms_on(day), day=day, wider=asked.wider)
        miss, plan = misses[person.id], plan_on(day, person.plans)
        rows.append(
            Row(
                person=person,
                standing=_standing(person, window, miss, day=day),
                groups=tuple(str(registers()[one.group].say) for one in person.memberships),
                clauses=_clauses(window, plan, book),
                window=window,
                plan=plan,
                visitor=visitors.get(person.id, ""),
                miss=miss,
                named=named.get(person.id),
                why_missed=why_missed(miss, name=named[person.id].name) if miss is not None else "",
                ground=ground_of(miss, plan) if miss is not None else "",
                found=_found(person),
            )
        )
    order = list(Standing)
    regular = [norm for norm in asked.norms_on(day) if norm.who and rhythm_of(norm)]
    return Board(
        rows=tuple(sorted(rows, key=lambda row: order.index(row.standing))),
        clauses=tuple(dict.fromkeys(f"{norm.instrument} {norm.cite}" for norm in regular)),
    )


def _standing(person: Cared, window: Window | None, miss: Miss | None, *, day: date) -> Standing:
    if miss is not None:
        return Standing.TAKEN_OVER if miss.taken_over is not None else Standing.MISSED
    last = person.last_met
    if last is not None and last.day == day:
        return Standing.SEEN
    if window is None or (last is not None and last.day >= window.from_day):
        return Standing.LATER
    return Standing.DUE


def _found(person: Cared) -> str:
    last = person.last_visit
    if last is None:
        return ""
    field = next(one for one in kind_of("visit").fields if one.id == "found")
    return value_said(field, last.payload["found"])


def _clauses(window: Window | None, plan: Plan | None, book: Rulebook | None) -> tuple[str, ...]:
    if window is None:
        return ()
    if window.by_plan:
        return (plan.clause,) if plan is not None and plan.clause else ()
    if book is None:
        return ()
    return tuple(dict.fromkeys(f"{book.norm[id].instrument} {book.norm[id].cite}" for id in window.norms))


def _visitors(people: Sequence[Cared], *, day: date) -> dict[UUID, str]:
    """Who visits: the worker of the plan, else who is responsible for the household."""
    plans = {person.id: plan_on(day, person.plans) for person in people}
    names = dict(
        Worker.objects.filter(pk__in={plan.worker for plan in plans.values() if plan is not None}).values_list(
            "pk", "name"
        )
    )
    homes = Household.objects.filter(pk__in={person.household for person in people if person.household is not None})
    responsible = responsible_for(homes, day=day)
    found = {}
    for person in people:
        plan = plans[person.id]
        held = responsible.get(person.household, ()) if person.household is not None else ()
        if plan is not None:
            found[person.id] = names.get(plan.worker, "")
        elif held:
            found[person.id] = held[0].worker.name
    return found


def _book() -> Rulebook | None:
    try:
        return rulebook()
    except NoPacksAdopted:
        return None
