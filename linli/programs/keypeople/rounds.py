"""Rounds from door to door: which are open in a community, whom they concern, and how far they have come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from linli.community.dated_rows import in_force
from linli.community.models import GridUnit, Household
from linli.records.kinds import Kind, all_kinds
from linli.records.program import Fact
from linli.records.queries import as_facts, counting, enrolled

ROUND, ROUND_END, SWEEP = "round", "round_end", "sweep"
CLAUSE = "minfa-2020-9 二(三)"
NOBODY = "NOT_HOME"
# A round that began longer ago than this is not looked for; a reading, long past any round's use.
LONGEST = timedelta(days=62)


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round as opened. ``to_day`` is the first day after it, the day it was ended early where it was."""

    id: UUID
    division: str
    kind: str
    group: str
    from_day: date
    to_day: date
    purpose: str
    clause: str
    opened_at: datetime
    ended_early: str = ""

    @property
    def last_day(self) -> date:
        """The last day on which it is open."""
        return self.to_day - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Is it open on this day?"""
        return self.from_day <= day < self.to_day


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The last word on a household within a round. ``is_done``: somebody was reached, or nobody lives there."""

    at: datetime
    outcome: str
    is_done: bool
    people: int | None = None
    newcomers: int | None = None


def round_kinds() -> tuple[Kind, ...]:
    """What a round may be opened for: the kinds about households that are due when there is one."""
    return tuple(kind for kind in all_kinds().values() if kind.rhythm == "round" and kind.subject == "household")


def has_rounds(kind: str) -> bool:
    """May a round be opened for this kind? Those about people are followed by the programs that declare them."""
    found = all_kinds().get(kind)
    return found is not None and found.rhythm == "round" and found.subject in ("household", "person")


def rounds_in(divisions: Collection[str], *, day: date) -> list[Round]:
    """The rounds of some communities opened up to ``day`` and not long ago, the newest first."""
    rows = counting().filter(
        division__in=list(divisions), kind__in=(ROUND, ROUND_END), day__gt=day - LONGEST, day__lte=day
    )
    return rounds_among(as_facts(rows.order_by()))


def rounds_among(facts: Iterable[Fact]) -> list[Round]:
    """The rounds from door to door among some facts, the newest first."""
    known = sorted(facts, key=lambda fact: (fact.happened_at, fact.id))
    ends = {fact.payload["about"]: fact for fact in reversed(known) if fact.kind == ROUND_END}
    ours = {kind.id for kind in round_kinds()}
    rounds = [fact for fact in known if fact.kind == ROUND and fact.payload["kind"] in ours]
    found = [_round(fact, ends.get(str(fact.id))) for fact in rounds]
    return found[::-1]


def households_of(one: Round, *, day: date) -> list[Household]:
    """Whom a round concerns: all households of the community, or those with somebody on its register."""
    rows = Household.objects.filter(in_force(day), unit__division=one.division).select_related("unit__parent")
    if one.group:
        there = enrolled([one.group], day=day).values("resident")
        rows = rows.filter(
            pk__in=Household.objects.filter(
                in_force(day, path="residences__"), unit__division=one.division, residences__resident__in=there
            ).values("pk")
        )
    return list(rows.order_by("unit_id", "label"))


def visits_of(one: Round, *, day: date) -> Mapping[UUID, Visit]:
    """The last visit to each household within a round, as far as ``day``."""
    last = min(day + timedelta(days=1), one.to_day)
    rows = counting().filter(
        Q(division=one.division), kind=one.kind, household__isnull=False, day__gte=one.from_day, day__lt=last
    )
    found: dict[UUID, Visit] = {}
    for fact in as_facts(rows.order_by("happened_at", "id")):
        visit = _visit(fact)
        assert fact.household is not None
        # Once reached is reached: a later visit to an empty house does not undo it.
        if visit.is_done or fact.household not in found or not found[fact.household].is_done:
            found[fact.household] = visit
    return found


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a round is in one unit of the grid: how many households, how many done, which are left."""

    unit: str
    total: int
    left: tuple[tuple[Household, Visit | None], ...]
    people: int
    newcomers: int

    @property
    def done(self) -> int:
        """The households that were reached."""
        return self.total - len(self.left)


def progress_of(one: Round, *, day: date) -> list[Progress]:
    """The round unit by unit of the grid; empty where it concerns nobody."""
    visits = visits_of(one, day=day)
    by_unit: dict[int, list[Household]] = {}
    for household in households_of(one, day=day):
        by_unit.setdefault(household.unit_id, []).append(household)
    return [
        Progress(
            unit=_name(rows[0].unit),
            total=len(rows),
            left=tuple((row, visits.get(row.pk)) for row in rows if row.pk not in visits or not visits[row.pk].is_done),
            people=sum(visits[row.pk].people or 0 for row in rows if row.pk in visits),
            newcomers=sum(visits[row.pk].newcomers or 0 for row in rows if row.pk in visits),
        )
        for rows in by_unit.values()
    ]


def _name(unit: GridUnit) -> str:
    above = unit.parent
    return f"{above.name} {unit.name}" if above is not None and above.parent_id is not None else unit.name


def _visit(fact: Fact) -> Visit:
    outcome = fact.payload.get("outcome", "")
    return Visit(
        at=fact.happened_at,
        outcome=outcome,
        is_done=outcome != NOBODY,
        people=fact.payload.get("people"),
        newcomers=fact.payload.get("newcomers"),
    )


def _round(fact: Fact, end: Fact | None) -> Round:
    said = fact.payload
    to_day = date.fromisoformat(said["to_day"])
    if end is not None:
        # It lasts to the end of the day on which it was ended.
        to_day = min(to_day, end.day + timedelta(days=1))
    return Round(
        id=fact.id,
        division=fact.division,
        kind=said["kind"],
        group=said.get("group", ""),
        from_day=date.fromisoformat(said["from_day"]),
        to_day=to_day,
        purpose=said["purpose"],
        clause=said.get("clause", CLAUSE),
        opened_at=fact.happened_at,
        ended_early=end.payload["why"] if end is not None else "",
    )
