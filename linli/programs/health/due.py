"""Who is to be reached on a door-knock round, and who has been: those from the age of the norm and those at risk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.civil_days import start_of
from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.community.people.merging import kept_of_all
from linli.policy.pack import Norm
from linli.records.models import Entry
from linli.records.program import Duty, Fact, Scope
from linli.records.queries import as_facts, counting, enrolled
from linli.response.queries import norms_asking

SEVERE = "severe_risk"
ELDERLY = "elderly"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked at a place on a day. ``min_age`` is None where no norm names an age."""

    norms: tuple[Norm, ...]

    @property
    def min_age(self) -> int | None:
        """The age from which everybody is to be reached."""
        ages = [int(norm.params["min_age"]) for norm in self.norms if "min_age" in norm.params and ELDERLY in norm.who]
        return min(ages, default=None)

    @property
    def begun_on(self) -> date | None:
        """The first day on which any of it was asked."""
        return min((norm.start for norm in self.norms), default=None)

    def norms_for(self, groups: Iterable[str]) -> tuple[str, ...]:
        """The norms about people of some groups."""
        wanted = set(groups)
        return tuple(norm.id for norm in self.norms if wanted & set(norm.who))


@dataclass(frozen=True, kw_only=True)
class Round:
    """A door-knock round of a community; half-open. ``group`` is empty where everybody on the list is meant."""

    id: UUID
    division: str
    group: str
    from_day: date
    to_day: date
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Somebody to be reached: because of their age, their risk, or both."""

    id: UUID
    groups: tuple[str, ...]


def asked_at(division_code: str, *, kind: str, day: date) -> Asked:
    """The duties in force at a place that an entry of a kind fulfils."""
    return Asked(norms=norms_asking([division_code], entries=(kind,), day=day)[division_code])


def rounds_of(division_code: str, *, day: date, at: datetime | None = None) -> list[Round]:
    """The door-knock rounds of a community begun by ``day``, the latest first."""
    rows = Entry.objects.filter(kind__in=("round", "round_end"), division=division_code, day__lte=day)
    facts = as_facts(counting(rows if at is None else rows.filter(happened_at__lte=at)).order_by("happened_at", "id"))
    ended = {fact.payload["about"]: fact.day for fact in facts if fact.kind == "round_end"}
    found = [_round(fact, ended.get(str(fact.id))) for fact in facts if _is_knocking(fact)]
    return sorted((one for one in found if one.from_day <= day), key=lambda one: (one.from_day, one.id), reverse=True)


def _is_knocking(fact: Fact) -> bool:
    return fact.kind == "round" and bool(fact.payload["kind"] == "door_knock")


def _round(fact: Fact, ended: date | None) -> Round:
    to_day = date.fromisoformat(fact.payload["to_day"])
    return Round(
        id=fact.id,
        division=fact.division,
        group=fact.payload.get("group", ""),
        from_day=date.fromisoformat(fact.payload["from_day"]),
        to_day=to_day if ended is None else min(to_day, ended),
        purpose=fact.payload.get("purpose", ""),
    )


def born_by(day: date, *, age: int) -> date:
    """The last birthday of those who are of an age on ``day``."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February: of age on the first of March
        return day.replace(year=day.year - age, day=28)


def living_in(division_code: str, *, day: date, residents: QuerySet[Resident] | None = None) -> QuerySet[Residence]:
    """The residences of a community on a day; ``residents`` narrows to some people."""
    here = Q(household__unit__division=division_code) | Q(division=division_code)
    rows = Residence.objects.filter(in_force(day), here).order_by()
    return rows if residents is None else rows.filter(resident__in=residents.order_by().values("pk"))


def to_be_reached(homes: QuerySet[Residence], asked: Asked, *, day: date) -> QuerySet[Residence]:
    """Those of some residences who are of the age of the norm, or on the register of severe risk."""
    at_risk = Q(resident__in=enrolled([SEVERE], day=day).order_by().values("resident"))
    if asked.min_age is None:
        return homes.filter(at_risk) if asked.norms_for([SEVERE]) else homes.none()
    return homes.filter(at_risk | Q(resident__birth_day__lte=born_by(day, age=asked.min_age)))


def listed(rows: QuerySet[Residence], asked: Asked, *, day: date) -> list[Listed]:
    """The people of some residences with the groups for which they are to be reached, in two queries."""
    severe = enrolled([SEVERE], day=day).filter(resident__in=rows.values("resident"))
    at_risk = set(severe.values_list("resident", flat=True))
    oldest = born_by(day, age=asked.min_age) if asked.min_age is not None else None
    return [
        Listed(
            id=id,
            groups=tuple(
                group
                for group, is_in in (
                    (ELDERLY, oldest is not None and birth_day is not None and birth_day <= oldest),
                    (SEVERE, id in at_risk),
                )
                if is_in
            ),
        )
        for id, birth_day in rows.values_list("resident_id", "resident__birth_day")
    ]


def is_reached(knock: Fact) -> bool:
    """Did somebody answer?"""
    return bool(knock.payload["reached"] != "NOBODY")


def duties(scope: Scope) -> Iterator[Duty]:
    """The door knocks of the latest round in each community, and the kits brought with them; done ones too."""
    knocks = norms_asking(scope.divisions, entries=("door_knock",), day=scope.day)
    for code, norms in knocks.items():
        asked = Asked(norms=norms)
        if not asked.norms:
            continue
        rounds = rounds_of(code, day=scope.day, at=scope.at)
        if rounds:
            kits = asked_at(code, kind="kit", day=scope.day)
            yield from _of_round(rounds[0], asked, kits, scope)


def _of_round(around: Round, asked: Asked, kits: Asked, scope: Scope) -> Iterator[Duty]:
    rows = to_be_reached(living_in(around.division, day=scope.day), asked, day=scope.day)
    kept_of = kept_of_all()
    facts = as_facts(
        counting(
            Entry.objects.filter(
                Q(resident__in=rows.values("resident")) | Q(resident__in=list(kept_of)),
                kind__in=("door_knock", "kit"),
                day__gte=min(asked.begun_on or around.from_day, around.from_day),
                happened_at__lte=scope.at,
            )
        )
    )
    reached: dict[UUID, date] = {}
    in_vain: dict[UUID, date] = {}
    had_kit: dict[UUID, date] = {}
    for fact in facts:
        if fact.resident is None:
            continue
        person = kept_of.get(fact.resident, fact.resident)
        if fact.kind == "kit":
            had_kit[person] = min(fact.day, had_kit.get(person, fact.day))
        elif fact.day >= around.from_day and is_reached(fact):
            reached[person] = min(fact.day, reached.get(person, fact.day))
        elif around.from_day <= fact.day < scope.day:
            in_vain[person] = max(fact.day, in_vain.get(person, fact.day))
    for one in listed(rows, asked, day=scope.day):
        if around.group and around.group not in one.groups:
            continue
        tried = in_vain.get(one.id)
        # After a try in vain it is due again from the next day, unless somebody had been reached before.
        again = tried is not None and reached.get(one.id, date.max) > tried
        since = tried + timedelta(days=1) if tried is not None and again else around.from_day
        yield _duty("door_knock", one, around, since=since, norms=asked.norms_for(one.groups))
        if kits.norms and had_kit.get(one.id, scope.day) >= around.from_day:
            yield _duty("kit", one, around, since=around.from_day, norms=kits.norms_for(one.groups))


def _duty(kind: str, one: Listed, around: Round, *, since: date, norms: tuple[str, ...]) -> Duty:
    return Duty(
        kind=kind,
        actor="community",
        due_from=start_of(since),
        due_to=start_of(around.to_day),
        resident=one.id,
        division=around.division,
        norms=norms,
        about=str(around.id) if kind == "door_knock" else "",
        why=around.purpose,
    )
