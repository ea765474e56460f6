"""When somebody is to be visited, and when a missed visit goes to another: pure functions over plain facts.

Windows are half-open days. A norm and a plan may both ask; the stricter counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID

from linli.community.civil_days import SHANGHAI, start_of
from linli.policy.pack import Norm
from linli.records.kinds import kind_of
from linli.records.program import Fact

# m38 二(三)2 asks that nobody be forgotten. That a visit not done by this hour goes to another person is a reading.
ESCALATES_AT = time(18)
BOTTOM_LINE = "minfa-2020-38 二(三)2"
# A weekly visit is missed at most this many days back; what is older has been seen, taken over or asked for again.
LOOKS_BACK = 6
_WEEK = 7
_STRICTNESS = {"daily": 0, "twice_weekly": 1, "weekly": 2}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A care plan that holds on a day. ``worker`` and ``backup`` are ids of workers."""

    id: UUID
    from_day: date
    known_at: datetime
    rhythm: str
    worker: int
    backup: int | None = None
    phone_only: bool = False
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Window:
    """One visit is due from a day up to, not including, another. ``norms`` ask for it, or the plan does."""

    from_day: date
    to_day: date
    rhythm: str
    norms: tuple[str, ...] = ()
    by_plan: bool = False


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A group from a day on, and when that was known."""

    group: str
    from_day: date
    known_at: datetime


@dataclass(frozen=True, kw_only=True)
class Cared:
    """Somebody looked after: who, where, why, and what was done lately, in the order it happened."""

    id: UUID
    name: str
    birth_day: date | None
    division: str
    household: UUID | None
    label: str
    unit: int | None
    unit_name: str = ""
    memberships: tuple[Membership, ...] = ()
    plans: tuple[Fact, ...] = ()
    visits: tuple[Fact, ...] = ()
    escalations: tuple[Fact, ...] = ()

    @property
    def last_visit(self) -> Fact | None:
        """The last time somebody was there or called."""
        return self.visits[-1] if self.visits else None

    @property
    def last_met(self) -> Fact | None:
        """The last time the person was met or spoken to."""
        return next((fact for fact in reversed(self.visits) if is_met(fact)), None)


class Missed(StrEnum):
    """Why a missed visit goes to another person."""

    NOT_DONE = "NOT_DONE"
    NOT_MET_TWICE = "NOT_MET_TWICE"
    STILL_LOOKING = "STILL_LOOKING"


@dataclass(frozen=True, kw_only=True)
class Miss:
    """Somebody was not seen when they should have been. ``taken_over`` is what the named person has done today."""

    why: Missed
    since: datetime
    until: datetime
    norms: tuple[str, ...] = ()
    taken_over: Fact | None = None


NormsOn = Callable[[date], Sequence[Norm]]
Wider = Callable[[str], frozenset[str]]


def is_met(visit: Fact) -> bool:
    """Was the person met or spoken to?"""
    return bool(visit.payload["found"] != "NOT_MET")


def is_found(taken: Fact) -> bool:
    """Has the one who took over reached the person?"""
    return bool(taken.payload["outcome"] != "SEARCHING")


def is_seen(fact: Fact) -> bool:
    """Does a visit, or what came of a missed one, say that the person was reached?"""
    return is_met(fact) if fact.kind == "visit" else is_found(fact)


def plan_on(day: date, facts: Iterable[Fact]) -> Plan | None:
    """The plan that holds on a day: the one begun last, unless it was ended; facts in the order they happened."""
    begun: Fact | None = None
    for fact in facts:
        if fact.kind == "care_plan" and fact.payload["from_day"] <= day.isoformat():
            begun = fact
        elif fact.kind == "care_plan_end" and fact.payload["to_day"] <= day.isoformat():
            begun = None
    if begun is None:
        return None
    said: Mapping[str, str] = begun.payload
    return Plan(
        id=begun.id,
        from_day=date.fromisoformat(said["from_day"]),
        known_at=begun.happened_at,
        rhythm=said["how_often"].lower(),
        worker=int(said["worker"]),
        backup=int(said["backup"]) if said.get("backup") else None,
        phone_only=bool(said.get("phone_only")),
        clause=said.get("clause", ""),
    )


def window(rhythm: str, *, resident: UUID, day: date, since: date) -> tuple[date, date]:
    """The days around ``day`` in which one visit is due. A week begins on a weekday of one's own, as on the list."""
    if rhythm == "daily":
        return day, day + timedelta(days=1)
    into = (day.toordinal() + resident.int) % _WEEK
    first, length = day - timedelta(days=into), _WEEK
    if rhythm == "twice_weekly":
        first, length = (first, 3) if into < 3 else (first + timedelta(days=3), 4)
    return max(first, since), first + timedelta(days=length)


def rhythm_of(norm: Norm) -> str:
    """How often a norm asks for visits by itself: the cadence it prints, else the reading of the kind; else empty."""
    return _rhythm(norm.cadence, norm.action)


@cache
def _rhythm(cadence: str, action: str) -> str:
    rhythm = cadence if cadence in _STRICTNESS else kind_of("visit").rhythm_of(cadence or action)
    return rhythm if rhythm in _STRICTNESS else ""


def asked_of(person: Cared, norms: Iterable[Norm], *, day: date, wider: Wider) -> list[tuple[Norm, str, Membership]]:
    """The norms that ask for visits to this person on a day by themselves, each with its rhythm and ground."""
    found = []
    for norm in norms:
        rhythm = rhythm_of(norm)
        if not rhythm:
            continue
        ground = next(
            (one for one in person.memberships if one.from_day <= day and not wider(one.group).isdisjoint(norm.who)),
            None,
        )
        if ground is not None:
            found.append((norm, rhythm, ground))
    return found


def due_window(person: Cared, norms: Iterable[Norm], *, day: date, wider: Wider) -> Window | None:
    """When the next visit is due as seen on ``day``: the strictest of what norms and plan ask; None if nothing does."""
    asked = asked_of(person, norms, day=day, wider=wider)
    plan = plan_on(day, person.plans)
    rhythms = {rhythm for _, rhythm, _ in asked} | ({plan.rhythm} if plan is not None else set())
    if not rhythms:
        return None
    strictest = min(rhythms, key=_STRICTNESS.__getitem__)
    asking = [(norm.id, ground.from_day) for norm, rhythm, ground in asked if rhythm == strictest]
    begun = [from_day for _, from_day in asking]
    if plan is not None and plan.rhythm == strictest:
        begun.append(plan.from_day)
    first, last = window(strictest, resident=person.id, day=day, since=min(begun))
    return Window(
        from_day=first,
        to_day=last,
        rhythm=strictest,
        norms=tuple(sorted(id for id, _ in asking)),
        by_plan=not asking,
    )


def missed(person: Cared, *, day: date, at: datetime, norms_on: NormsOn, wider: Wider) -> Miss | None:
    """The oldest miss that nobody has made good by ``at``, or that was taken over on ``day``; None if there is none."""
    visits = [fact for fact in person.visits if fact.happened_at <= at]
    taken = [fact for fact in person.escalations if fact.happened_at <= at]
    # What was taken over today stays on today's list, as done.
    answers = [fact.happened_at for fact in visits if is_met(fact)]
    answers += [fact.happened_at for fact in taken if fact.day < day and is_found(fact)]
    answered = max(answers, default=datetime.min.replace(tzinfo=SHANGHAI))
    found = [
        *_still_looking(taken, answered=answered, day=day),
        *_not_met_twice(visits, answered=answered),
        *_not_done(
            person,
            seen=[fact.happened_at for fact in (*visits, *taken) if is_seen(fact)],
            answered=answered,
            day=day,
            at=at,
            norms_on=norms_on,
            wider=wider,
        ),
    ]
    if not found:
        return None
    oldest = found[0]
    for miss in found[1:]:
        oldest = miss if oldest.why is not Missed.STILL_LOOKING and miss.since < oldest.since else oldest
    done = next((fact for fact in reversed(taken) if fact.happened_at >= oldest.since), None)
    return Miss(why=oldest.why, since=oldest.since, until=oldest.until, norms=oldest.norms, taken_over=done)


def _still_looking(taken: Sequence[Fact], *, answered: datetime, day: date) -> Iterable[Miss]:
    looking = [fact for fact in taken if fact.day < day]
    if looking and not is_found(looking[-1]) and looking[-1].happened_at > answered:
        begins = looking[-1].day + timedelta(days=1)
        yield Miss(why=Missed.STILL_LOOKING, since=start_of(begins), until=start_of(begins + timedelta(days=1)))


def _not_met_twice(visits: Sequence[Fact], *, answered: datetime) -> Iterable[Miss]:
    vain = [fact for fact in visits if fact.happened_at > answered and not is_met(fact)]
    if len(vain) > 1:
        second = vain[1]
        yield Miss(why=Missed.NOT_MET_TWICE, since=second.happened_at, until=start_of(second.day + timedelta(days=1)))


def _not_done(
    person: Cared,
    *,
    seen: Sequence[datetime],
    answered: datetime,
    day: date,
    at: datetime,
    norms_on: NormsOn,
    wider: Wider,
) -> Iterable[Miss]:
    known = _known_from(person)
    if due_window(person, norms_on(day), day=day, wider=wider) is None:
        # Nobody asks for visits any more: what was missed before has lost its ground.
        return
    for back in range(LOOKS_BACK, -1, -1):
        on = day - timedelta(days=back)
        hour = datetime.combine(on, ESCALATES_AT, SHANGHAI)
        if at < hour or answered >= hour or known is None or on < known:
            continue
        due = due_window(person, norms_on(on), day=on, wider=wider)
        if due is None or due.to_day != on + timedelta(days=1):
            continue
        if not any(start_of(due.from_day) <= moment < hour for moment in seen):
            yield Miss(why=Missed.NOT_DONE, since=hour, until=start_of(on + timedelta(days=1)), norms=due.norms)
            return


def _known_from(person: Cared) -> date | None:
    """The first day on which a visit could be missed: not before somebody could know that one was due."""
    known = [(one.from_day, one.known_at) for one in person.memberships]
    known += [
        (date.fromisoformat(fact.payload["from_day"]), fact.happened_at)
        for fact in person.plans
        if fact.kind == "care_plan"
    ]
    first = []
    for from_day, known_at in known:
        local = known_at.astimezone(SHANGHAI)
        late = timedelta(days=1) if local.time() >= ESCALATES_AT else timedelta(0)
        first.append(max(from_day, local.date() + late))
    return min(first, default=None)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked at one place: the norms on any day, looked up once."""

    norms_on: NormsOn = field(hash=False)
    wider: Wider = field(hash=False)
