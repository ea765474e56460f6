"""The course of an observation: which step may follow where, and what a person's entries say of where they were.

Pure. A course is read from the entries about one person by the time they happened, so the same entries give the same
course in whatever order they came in. A step that its place in this history does not allow is passed over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from linli.records.program import EntryRefused, Fact

HOME, CENTRAL, HOSPITAL, NOWHERE = "HOME", "CENTRAL", "HOSPITAL", ""
STEP, RELEASE, CHECK, EXCUSE = "observation_step", "release", "health_check", "excuse"
EXEMPT = "EXEMPT"
# The register of those who are observed in a place.
GROUP_AT = {HOME: "home_observed", CENTRAL: "centrally_observed"}

# From where each step leads where. Everything that is not here is refused.
LEGAL: Mapping[str, Mapping[str, str]] = {
    "START_HOME": {NOWHERE: HOME},
    "START_CENTRAL": {NOWHERE: CENTRAL},
    "EXTEND": {HOME: HOME, CENTRAL: CENTRAL},
    "RESTART": {HOME: HOME, CENTRAL: CENTRAL},
    "TO_CENTRAL": {HOME: CENTRAL},
    "TO_HOME": {CENTRAL: HOME},
    "TO_HOSPITAL": {HOME: HOSPITAL, CENTRAL: HOSPITAL},
    "RETURN_HOME": {HOSPITAL: HOME},
    "RETURN_CENTRAL": {HOSPITAL: CENTRAL},
    EXEMPT: {NOWHERE: NOWHERE},
}
STARTS = ("START_HOME", "START_CENTRAL")
# Steps that say anew until when.
TIMED = (*STARTS, "EXTEND", "RESTART")


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Days in a row in one place, half-open."""

    place: str
    from_day: date
    to_day: date
    begun_by: Fact = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Course:
    """One observation from its start to its end, whether or not somebody has written down a release.

    ``steps`` are the steps that counted, the start first. ``counts_from`` is the day from which the days are counted:
    the last exposure or arrival where it was said, else the day of the start. ``stated_end`` is not included.
    """

    steps: tuple[Fact, ...]
    counts_from: date
    stated_end: date
    release: Fact | None = None

    @property
    def start(self) -> date:
        """The first day of it."""
        return self.steps[0].day

    @property
    def begun_by(self) -> Fact:
        """The entry that started it."""
        return self.steps[0]

    @property
    def timed_by(self) -> Fact:
        """The entry that says until when."""
        return next(step for step in reversed(self.steps) if step.payload["step"] in TIMED)

    @property
    def counted_by(self) -> Fact:
        """The entry from which the days are counted: the start, or the last new exposure."""
        counted = (*STARTS, "RESTART")
        return next(step for step in reversed(self.steps) if step.payload["step"] in counted)

    @property
    def released_on(self) -> date | None:
        """The day of the release, if one was written down."""
        return date.fromisoformat(self.release.payload["released_on"]) if self.release else None

    @property
    def end(self) -> date:
        """The first day that no longer belongs to it, by what was written down."""
        return min(self.stated_end, self.released_on or date.max)

    @property
    def is_early(self) -> bool:
        """Did somebody release before the stated end?"""
        return self.released_on is not None and self.released_on < self.stated_end

    @property
    def reason(self) -> str:
        """Why, as the start says."""
        return str(self.begun_by.payload.get("reason", ""))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Where the person was, day by day; a place that was left on the day it was entered is not there."""
        moves: list[tuple[str, Fact]] = []
        for step in self.steps:
            moves.append((_leads_to(step, moves[-1][0] if moves else NOWHERE), step))
        found: list[Phase] = []
        for number, (place, step) in enumerate(moves):
            end = min(moves[number + 1][1].day, self.end) if number + 1 < len(moves) else self.end
            if end <= step.day:
                continue
            if found and found[-1].place == place:
                found[-1] = replace(found[-1], to_day=end)
            else:
                found.append(Phase(place=place, from_day=step.day, to_day=end, begun_by=step))
        return tuple(found)

    def place_on(self, day: date) -> str:
        """Where the person was on a day; empty before the start and from the end on."""
        return next((one.place for one in self.phases if one.from_day <= day < one.to_day), "")

    def covers(self, day: date) -> bool:
        """Is the day one of the observation?"""
        return self.start <= day < self.end


def courses_of(facts: Iterable[Fact]) -> tuple[Course, ...]:
    """All observations of one person, the first one first."""
    found: list[Course] = []
    for fact in in_order(facts):
        last = found[-1] if found else None
        if fact.kind == RELEASE:
            if last is not None and _why_not_released(fact, last) is None:
                found[-1] = replace(last, release=fact)
        elif fact.kind == STEP and _why_not(fact, last) is None:
            if fact.payload["step"] in STARTS:
                found.append(_begun(fact))
            elif fact.payload["step"] != EXEMPT and last is not None:
                found[-1] = _continued(last, fact)
    return tuple(found)


def course_of(facts: Iterable[Fact]) -> Course | None:
    """The last observation of one person; None for somebody who never was under one."""
    courses = courses_of(facts)
    return courses[-1] if courses else None


def exemptions_of(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The entries that say that somebody need not be isolated."""
    return tuple(one for one in in_order(facts) if one.kind == STEP and one.payload["step"] == EXEMPT)


def check_step(draft: Fact, before: Sequence[Fact]) -> None:
    """May this step follow on what happened before it?

    What happened later, but came in first, does not stand in the way: it is read again after this one.

    Raises: EntryRefused.
    """
    refused = _why_not(draft, course_of(_earlier(draft, before)))
    if refused is not None:
        raise refused


def check_release(draft: Fact, before: Sequence[Fact]) -> None:
    """May this release follow on what happened before it?

    Raises: EntryRefused.
    """
    course = course_of(_earlier(draft, before))
    refused = EntryRefused("not_under") if course is None else _why_not_released(draft, course)
    if refused is not None:
        raise refused


def steps_possible(course: Course | None, *, day: date) -> tuple[str, ...]:
    """The steps that may be taken from where somebody is on a day."""
    here = place_of(course, day=day)
    return tuple(step for step, ways in LEGAL.items() if here in ways)


def place_of(course: Course | None, *, day: date) -> str:
    """Where the last step up to a day left somebody; empty for one who is not under observation then."""
    if course is None or course.release is not None or day >= course.stated_end:
        return NOWHERE
    place = NOWHERE
    for step in course.steps:
        place = _leads_to(step, place)
    return place


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By the time they happened; what happened at one moment, by its id."""
    return sorted(facts, key=lambda fact: (fact.happened_at, fact.id))


def _earlier(draft: Fact, before: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in before if (fact.happened_at, fact.id) < (draft.happened_at, draft.id)]


def _leads_to(step: Fact, place: str) -> str:
    return LEGAL[step.payload["step"]].get(place, place)


def _begun(fact: Fact) -> Course:
    return Course(
        steps=(fact,), counts_from=_day(fact, "exposed_on") or fact.day, stated_end=_day(fact, "until") or fact.day
    )


def _continued(course: Course, fact: Fact) -> Course:
    step, steps = fact.payload["step"], (*course.steps, fact)
    until = _day(fact, "until") if step in TIMED else None
    counts_from = _day(fact, "exposed_on") if step == "RESTART" else None
    return replace(
        course,
        steps=steps,
        stated_end=until or course.stated_end,
        counts_from=counts_from or course.counts_from,
    )


def _why_not(fact: Fact, course: Course | None) -> EntryRefused | None:
    """Why a step cannot be taken; None if it can."""
    step, here = fact.payload["step"], place_of(course, day=fact.day)
    ways = LEGAL[step]
    if here not in ways:
        if here == NOWHERE:
            return EntryRefused("not_under", field="step")
        if NOWHERE in ways:
            assert course is not None
            return EntryRefused("already_under", field="step", until=course.stated_end)
        return EntryRefused(f"not_from_{here.lower()}", field="step")
    until, exposed_on = _day(fact, "until"), _day(fact, "exposed_on")
    if step in TIMED and until is None:
        return EntryRefused("end_missing", field="until")
    if step in TIMED and until is not None and until <= fact.day:
        return EntryRefused("end_too_early", field="until")
    if exposed_on is not None and exposed_on > fact.day:
        return EntryRefused("exposed_later", field="exposed_on")
    if step == "RESTART":
        assert course is not None
        if exposed_on is None:
            return EntryRefused("exposed_missing", field="exposed_on")
        if exposed_on < course.counts_from:
            return EntryRefused("exposed_before", field="exposed_on", day=course.counts_from)
    if step == "EXTEND" and course is not None and until is not None and until <= course.stated_end:
        return EntryRefused("not_longer", field="until", until=course.stated_end)
    return None


def _why_not_released(fact: Fact, course: Course) -> EntryRefused | None:
    """Why somebody cannot be released so; None if they can."""
    if course.release is not None:
        return EntryRefused("already_released", day=course.released_on)
    on = date.fromisoformat(fact.payload["released_on"])
    if on > fact.day:
        return EntryRefused("released_later", field="released_on")
    if on < course.start:
        return EntryRefused("released_before", field="released_on", day=course.start)
    if on < course.stated_end and not (fact.payload.get("early") and fact.payload.get("early_reason")):
        return EntryRefused("released_early", field="early", until=course.stated_end)
    return None


def _day(fact: Fact, name: str) -> date | None:
    text = fact.payload.get(name)
    return date.fromisoformat(text) if text else None
