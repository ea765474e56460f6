"""Trying another reading: the open readings with their options, the sign that one is tried, and what it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

from linli.community.models import Division
from linli.explorer.lines import Line, line_of
from linli.explorer.scales import Measure, measure_of
from linli.explorer.situation import Situation, reading_pairs, rulebook_under
from linli.policy.decide import Decision, decide
from linli.policy.diff import compare
from linli.policy.facts import read_facts
from linli.policy.pack import Case, Pack, Reading
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say

FIRST_LINES = 6
# What belongs to one step of a page, not to its address.
PASSING = ("reading", "was", "slide")


@dataclass(frozen=True)
class Option:
    """One way to read it. is_used: in the answer shown; query: the address that tries it, or goes back."""

    say: Say
    is_in_force: bool
    is_used: bool
    query: str


@dataclass(frozen=True)
class OpenReading:
    """An open question of reading with its options."""

    reading: Reading
    short: Say
    options: tuple[Option, ...]

    @property
    def is_tried(self) -> bool:
        """Is another option tried than the one in force?"""
        return any(option.is_used and not option.is_in_force for option in self.options)


def open_readings(book: Rulebook, situation: Situation, packs: Iterable[Pack]) -> list[OpenReading]:
    """The open readings of some packs, each with the address that tries the option on this place and day."""
    return [_shown(book, reading, situation) for pack in packs for reading in pack.readings]


def open_readings_with_examples(book: Rulebook, situation: Situation, pack: Pack) -> list[OpenReading]:
    """The open readings of a pack, each tried where it makes a difference: in an example case of the pack.

    book: the rulebook under the readings in force.
    """
    return [_shown(book, reading, situation, example_of=pack) for reading in pack.readings]


def _shown(book: Rulebook, reading: Reading, situation: Situation, *, example_of: Pack | None = None) -> OpenReading:
    options = []
    for name, say in reading.options:
        asked = situation
        if example_of is not None and name != reading.in_force:
            asked = _in_an_example(book, example_of, reading.id, name, situation)
        tried = asked.trying(reading.id, None if name == reading.in_force else name)
        options.append(
            Option(
                say,
                is_in_force=name == reading.in_force,
                is_used=name == situation.readings.get(reading.id, reading.in_force),
                query=tried.query(book.words),
            )
        )
    return OpenReading(reading, book.instruments[reading.instrument].short, tuple(options))


def _in_an_example(book: Rulebook, pack: Pack, reading: str, option: str, situation: Situation) -> Situation:
    """The facts and the day of the example; its place only where the instrument does not reach the one at hand."""
    case = _example(book, pack.instrument.id, reading, option)
    if case is None:
        return situation
    facts = read_facts(case.facts, book.words)
    place = situation.place
    if place is None or not place.code.startswith(pack.instrument.territory):
        place = Division.objects.filter(code=facts.division_code).first() or place
    return replace(situation, place=place, day=case.day, supposed=dict(facts.values))


@lru_cache(maxsize=64)
def _example(book: Rulebook, instrument: str, reading: str, option: str) -> Case | None:
    """Of the pack's cases that come out otherwise under the option the one with most facts; None if there is none."""
    other = rulebook_under(book, {reading: option})
    found = [case for case in book.pack_of[instrument].cases if _differs(book, other, case)]
    return max(found, key=lambda case: len(case.facts), default=None)


def _differs(book: Rulebook, other: Rulebook, case: Case) -> bool:
    try:
        facts = read_facts(case.facts, book.words)
    except InputRefused:
        return False
    difference = compare(decide(book, facts, case.day), decide(other, facts, case.day))
    return bool(difference.starts or difference.ends or difference.changes)


@dataclass(frozen=True)
class Effect:
    """What a tried reading changes: the first norms that begin and end with it, how many, which measures move."""

    starts: tuple[Line, ...]
    ends: tuple[Line, ...]
    start_count: int
    end_count: int
    measures: tuple[Measure, ...]
    declared_query: str

    @property
    def is_none(self) -> bool:
        """Is the answer the same?"""
        return not (self.start_count or self.end_count or self.measures)


def effect_of(in_force: Decision, tried: Decision, situation: Situation) -> Effect:
    """The difference between the answers under the readings in force and under those tried."""
    difference = compare(in_force, tried)
    book = tried.rulebook
    return Effect(
        starts=tuple(line_of(book, norm) for norm in difference.starts[:FIRST_LINES]),
        ends=tuple(line_of(in_force.rulebook, norm) for norm in difference.ends[:FIRST_LINES]),
        start_count=len(difference.starts),
        end_count=len(difference.ends),
        measures=tuple(measure_of(book, change.after) for change in difference.changes),
        declared_query=replace(situation, readings={}).query(book.words),
    )


@dataclass(frozen=True)
class Trial:
    """The sign on every page that another reading is tried.

    choices: question, option tried, option in force. values, query: the readings, to be carried along. back: the query
    of the same page without them.
    """

    choices: tuple[tuple[Reading, Say, Say], ...]
    values: tuple[str, ...]
    query: str
    back: str


def trial_of(book: Rulebook, readings: Mapping[str, str], asked: QueryDict) -> Trial | None:
    """The sign for a page asked under some readings; None where those in force are used."""
    if not readings:
        return None
    known = {reading.id: reading for pack in book.packs for reading in pack.readings}
    pairs = reading_pairs(readings)
    kept = [(name, value) for name, values in asked.lists() if name not in PASSING for value in values]
    return Trial(
        choices=tuple(
            (known[name], dict(known[name].options)[option], dict(known[name].options)[known[name].in_force])
            for name, option in sorted(readings.items())
        ),
        values=tuple(value for _name, value in pairs),
        query=urlencode(pairs),
        back=urlencode(kept),
    )
