"""The register of those from 65 and at severe risk: risk, last knock, kit and dose of each; how far the round is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from linli.community.models import Residence, Resident
from linli.community.people.merging import kept_of_all
from linli.programs.health.due import (
    ELDERLY,
    SEVERE,
    Asked,
    Round,
    is_reached,
    listed,
    living_in,
    to_be_reached,
)
from linli.programs.health.shots import Shots, shots_of
from linli.records.kinds import kind_of
from linli.records.models import Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting
from linli.records.saying import value_said

KINDS = ("door_knock", "risk_level", "kit", "vaccination")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One line of the register. ``is_left``: not reached in the latest round yet."""

    id: UUID
    name: str
    age: int | None
    place: str
    unit: str
    groups: tuple[str, ...]
    risk: str
    knock: Fact | None
    kit: Fact | None
    shots: Shots
    is_left: bool

    @property
    def is_elderly(self) -> bool:
        """Is it the age that brings them here?"""
        return ELDERLY in self.groups

    @property
    def is_severe(self) -> bool:
        """Are they on the register of severe risk?"""
        return SEVERE in self.groups

    @property
    def risk_said(self) -> str:
        """The risk in words; empty while nobody has said it."""
        return _said("risk_level", "risk", self.risk)

    @property
    def knock_said(self) -> str:
        """What came of the last knock."""
        if self.knock is None:
            return ""
        field = "condition" if is_reached(self.knock) else "reached"
        return _said("door_knock", field, self.knock.payload.get(field, ""))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a round is: in one building, or in all."""

    place: str
    reached: int
    total: int

    @property
    def left(self) -> int:
        """How many are still to be reached."""
        return self.total - self.reached


def register_of(
    division_code: str,
    asked: Asked,
    around: Round | None,
    *,
    day: date,
    at: datetime,
    residents: QuerySet[Resident] | None = None,
) -> list[Member]:
    """Everybody to be reached in a community, by building and household; in five queries."""
    homes = to_be_reached(living_in(division_code, day=day, residents=residents), asked, day=day)
    groups = {one.id: one.groups for one in listed(homes, asked, day=day)}
    known = facts_of(homes, kinds=KINDS, at=at)
    rows = homes.order_by("household__unit__name", "household__label", F("resident__birth_day").asc(nulls_last=True))
    return [
        _member(
            id, name, born, unit or "", label or "", groups.get(id, ()), known.get(id, ()), around=around, day=day
        )
        for id, name, born, unit, label in rows.values_list(
            "resident_id", "resident__name", "resident__birth_day", "household__unit__name", "household__label"
        )
    ]  # fmt: skip


def facts_of(homes: QuerySet[Residence], *, kinds: Iterable[str], at: datetime) -> dict[UUID, list[Fact]]:
    """The entries of some kinds about those who live in some residences, by person, in the order they happened."""
    kept_of = kept_of_all()
    about = Q(resident__in=homes.order_by().values("resident")) | Q(resident__in=list(kept_of))
    rows = Entry.objects.filter(about, kind__in=list(kinds), happened_at__lte=at)
    found: dict[UUID, list[Fact]] = {}
    for fact in as_facts(counting(rows).order_by("happened_at", "id")):
        if fact.resident is not None:
            found.setdefault(kept_of.get(fact.resident, fact.resident), []).append(fact)
    return found


def progress_of(members: Iterable[Member], around: Round) -> tuple[Progress, list[Progress]]:
    """How far the round is in all, and in each building."""
    meant = [one for one in members if not around.group or around.group in one.groups]
    places: dict[str, list[Member]] = {}
    for one in meant:
        places.setdefault(one.unit, []).append(one)
    return _progress("", meant), [_progress(place, inside) for place, inside in places.items()]


def _progress(place: str, members: list[Member]) -> Progress:
    return Progress(place=place, reached=sum(not one.is_left for one in members), total=len(members))


def _member(
    id: UUID,
    name: str,
    born: date | None,
    unit: str,
    label: str,
    groups: tuple[str, ...],
    facts: Iterable[Fact],
    *,
    around: Round | None,
    day: date,
) -> Member:
    by_kind: dict[str, list[Fact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    knocks = by_kind.get("door_knock", [])
    risks = [fact for fact in (*by_kind.get("risk_level", []), *knocks) if fact.payload.get("risk")]
    last_risk = max(risks, key=lambda fact: (fact.happened_at, fact.id), default=None)
    is_meant = around is not None and (not around.group or around.group in groups)
    is_done = around is not None and any(is_reached(one) and one.day >= around.from_day for one in knocks)
    return Member(
        id=id,
        name=name,
        age=age_on(born, day),
        place=f"{unit} {label}".strip(),
        unit=unit,
        groups=groups,
        risk=last_risk.payload["risk"] if last_risk is not None else "",
        knock=knocks[-1] if knocks else None,
        kit=by_kind["kit"][-1] if "kit" in by_kind else None,
        shots=shots_of(by_kind.get("vaccination", []), day=day),
        is_left=is_meant and not is_done,
    )


def age_on(born: date | None, day: date) -> int | None:
    """How old somebody is; None where the birthday is not known."""
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _said(kind: str, field: str, value: str) -> str:
    return value_said(next(one for one in kind_of(kind).fields if one.id == field), value) if value else ""
