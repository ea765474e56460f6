"""Measures drawn as scales: the lawful interval, the clauses behind both ends, who may decide, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.explorer.lines import Chip, Line, chip_of, line_of
from linli.policy.decide import Decision, decide
from linli.policy.resolve import Interval
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Action, Say


@dataclass(frozen=True)
class Step:
    """One step of a scale. place: BELOW the floor, INSIDE the lawful interval, or ABOVE the cap."""

    id: str
    label: Say
    place: str
    is_floor: bool
    is_cap: bool
    is_marked: bool = False


@dataclass(frozen=True)
class Decider:
    """Who may decide a step, and on what ground."""

    step: Say
    actors: tuple[Say, ...]
    chip: Chip
    needs_consent: bool


@dataclass(frozen=True)
class Measure:
    """One measure in one situation. until: the first later day on which the interval is another, as packs stand."""

    action: Action
    steps: tuple[Step, ...]
    floor: Say
    cap: Say
    has_floor: bool
    is_granted: bool
    floor_chips: tuple[Chip, ...]
    cap_chips: tuple[Chip, ...]
    until: date | None
    deciders: tuple[Say, ...] = ()
    has_moved: bool = False

    @property
    def is_open(self) -> bool:
        """Is every step lawful?"""
        return self.is_granted and self.steps[-1].place == "INSIDE"


@dataclass(frozen=True)
class Ladder:
    """Measures that share one scale: the labels once, a row for each unit."""

    steps: tuple[Say, ...]
    rows: tuple[Measure, ...]


@dataclass(frozen=True)
class MeasureSheet:
    """Everything behind one scale."""

    measure: Measure
    floor_lines: tuple[Line, ...]
    cap_lines: tuple[Line, ...]
    deciders: tuple[Decider, ...]
    yielded: tuple[tuple[Line, Line, Say], ...]


def ladders_of(decision: Decision, *, before: Decision | None = None) -> list[Ladder]:
    """All measures with steps, those that share a scale together. before: the answer they are compared with."""
    ends = ends_of(decision)
    groups: dict[str, list[Measure]] = {}
    for name, interval in decision.measures.items():
        moved = before is not None and bounds_of(before.measures[name]) != bounds_of(interval)
        measure = measure_of(decision.rulebook, interval, until=ends.get(name), has_moved=moved)
        groups.setdefault(interval.action.scale.id, []).append(measure)
    return [Ladder(tuple(step.label for step in rows[0].steps), tuple(rows)) for rows in groups.values()]


def bounds_of(interval: Interval) -> tuple[int, int]:
    """The floor and the cap."""
    return interval.floor, interval.cap


def ends_of(decision: Decision) -> dict[str, date]:
    """For each measure the first later day on which its interval is another one; absent where none is known."""
    ends: dict[str, date] = {}
    for cut in decision.rulebook.later_cuts(decision.day):
        later = decide(decision.rulebook, decision.facts, cut)
        for name, interval in later.measures.items():
            if bounds_of(interval) != bounds_of(decision.measures[name]):
                ends.setdefault(name, cut)
    return ends


def measure_of(
    book: Rulebook,
    interval: Interval,
    *,
    until: date | None = None,
    has_moved: bool = False,
    marked: int | None = None,
) -> Measure:
    """An interval as a scale. marked: the step of an order that is being judged."""
    action = interval.action
    labels = action.scale.labels
    steps = tuple(
        Step(
            name,
            labels[name],
            "BELOW" if i < interval.floor else "ABOVE" if i > interval.cap else "INSIDE",
            is_floor=i == interval.floor > 0,
            is_cap=i == interval.cap,
            is_marked=i == marked,
        )
        for i, name in enumerate(action.scale.steps)
    )
    return Measure(
        action,
        steps,
        labels[interval.step(interval.floor)],
        labels[interval.step(interval.cap)],
        has_floor=interval.floor > 0,
        is_granted=interval.cap > 0,
        floor_chips=_chips(book, interval.floor_basis),
        cap_chips=_chips(book, interval.cap_basis),
        until=until,
        deciders=_who_decides(book, interval),
        has_moved=has_moved,
    )


def _who_decides(book: Rulebook, interval: Interval) -> tuple[Say, ...]:
    """Who may decide the highest lawful step."""
    named = {name for grant in interval.grants if grant.step >= interval.cap > 0 for name in grant.by}
    return tuple(actor.say for name, actor in book.words.actors.items() if name in named)


def _chips(book: Rulebook, norms: Iterable[str]) -> tuple[Chip, ...]:
    """One chip per clause."""
    found: dict[tuple[str, str], Chip] = {}
    for name in norms:
        chip = chip_of(book, book.norm[name])
        found.setdefault((chip.instrument, chip.cite), chip)
    return tuple(found.values())


def measure_sheet(decision: Decision, interval: Interval) -> MeasureSheet:
    """What stands behind a scale: the norms of both ends, who may decide which step, what yielded."""
    book = decision.rulebook
    return MeasureSheet(
        measure_of(book, interval, until=ends_of(decision).get(interval.action.id)),
        _lines(book, interval.floor_basis),
        _lines(book, interval.cap_basis),
        deciders_of(book, interval),
        tuple((line_of(book, book.norm[y.norm]), line_of(book, book.norm[y.to]), y.why) for y in interval.yielded),
    )


def _lines(book: Rulebook, norms: Iterable[str]) -> tuple[Line, ...]:
    return tuple(line_of(book, book.norm[name]) for name in norms)


def deciders_of(book: Rulebook, interval: Interval) -> tuple[Decider, ...]:
    """Who may decide which step, the strictest first; without grants of steps that restrict nobody."""
    words = book.words
    found: dict[tuple[int, frozenset[str], bool], Decider] = {}
    for grant in sorted(interval.grants, key=lambda g: -g.step):
        step = min(grant.step, interval.cap)
        if step == 0:
            continue
        actors = tuple(actor.say for name, actor in words.actors.items() if name in grant.by)
        decider = Decider(
            interval.action.scale.labels[interval.step(step)],
            actors,
            chip_of(book, book.norm[grant.norm]),
            grant.consent,
        )
        found.setdefault((step, grant.by, grant.consent), decider)
    return tuple(found.values())
