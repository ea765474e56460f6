"""What the policy pages show: one function per page, from what was asked to what the template prints."""

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.explorer.columns import Column, Filter, Filters, columns_of, filters_shown
from linli.explorer.controls import Control, are_open, controls_of
from linli.explorer.lines import Chip, Line, Sheet, line_of, sheet_of
from linli.explorer.scales import (
    Ladder,
    Measure,
    MeasureSheet,
    ladders_of,
    measure_of,
    measure_sheet,
)
from linli.explorer.situation import Situation, known_in
from linli.explorer.timeline import Bar, Timeline, timeline_of
from linli.explorer.trying import Effect, OpenReading, effect_of, open_readings
from linli.policy.decide import Decision, decide
from linli.policy.diff import compare as compare_decisions
from linli.policy.pack import Gap, Norm, Pack
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import FactValue, Say, Vocabulary
from linli.response.fact_values import choices, read

FIRST_CHANGES = 6
MAIN_FILTERS = 3
EVERYTHING = Filters()


# ---- the explorer ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """A question about an unknown fact, each answer with its address."""

    fact: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Undecided:
    """Something that the texts leave open, with the norms it is about."""

    why: Say
    cite: Chip | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Change:
    """What changed since the page was last shown: how many norms begin and end, which measures move."""

    starts: tuple[Line, ...]
    ends: tuple[Line, ...]
    start_count: int
    end_count: int
    measures: tuple[Measure, ...]
    compare_query: str

    @property
    def is_none(self) -> bool:
        """Is the answer the same as before?"""
        return not (self.start_count or self.end_count or self.measures)


@dataclass(frozen=True)
class Explored:
    """The explorer's page."""

    situation: Situation
    place_above: str
    query: str
    page_query: str
    timeline: Timeline
    main_controls: list[Control]
    more_controls: list[Control]
    more_are_open: bool
    jumps: tuple[tuple[Bar, str], ...]
    kept_query: str
    supposed_count: int
    declared_query: str
    ladders: list[Ladder]
    columns: tuple[Column, ...]
    filters: Filters
    main_filters: tuple[Filter, ...]
    more_filters: tuple[Filter, ...]
    more_filters_are_set: bool
    shown_count: int
    norm_count: int
    asked: list[Asked]
    undecided: list[Undecided]
    possible: list[Line]
    change: Change | None
    effect: Effect | None
    readings: list[OpenReading]
    packs: list[Pack]
    whole: frozenset[str]


def explore(
    book: Rulebook,
    situation: Situation,
    *,
    filters: Filters = EVERYTHING,
    whole: frozenset[str] = frozenset(),
    was: Situation | None = None,
    in_force: Rulebook | None = None,
) -> Explored:
    """What holds in a situation.

    was: the situation shown before, to say what changed. in_force: where other readings are tried, the rulebook under
    those in force, to say what they change.
    """
    words = book.words
    known = known_in(situation, words)
    decision = decide(book, known.facts, situation.day)
    before = decide(book, known_in(was, words).facts, was.day) if was and was != situation else None
    change = _change(book, before, decision, was, situation) if before and was else None
    new = decision.norm_ids() - before.norm_ids() if before else frozenset()
    columns = columns_of(decision, filters, whole=whole, new=new)
    lists = filters_shown(decision, filters)
    main, more = controls_of(known)
    timeline = timeline_of(book, situation.day)
    query = situation.query(words)
    return Explored(
        situation=situation,
        place_above=situation.place.full_name.removesuffix(situation.place.name) if situation.place else "",
        query=query,
        page_query=urlencode([*situation.pairs(words), *filters.pairs(), *(("show", name) for name in sorted(whole))]),
        timeline=timeline,
        main_controls=main,
        more_controls=more,
        more_are_open=are_open(more),
        jumps=tuple((bar, situation.on(bar.start).query(words)) for bar in timeline.bars),
        kept_query=urlencode([pair for pair in situation.pairs(words) if pair[0] != "place"]),
        supposed_count=sum(shown.is_supposed for shown in known.shown),
        declared_query=replace(situation, supposed={}).query(words),
        ladders=ladders_of(decision, before=before),
        columns=columns,
        filters=filters,
        main_filters=lists[:MAIN_FILTERS],
        more_filters=lists[MAIN_FILTERS:],
        more_filters_are_set=bool(filters.aspect or filters.kind or filters.soft),
        shown_count=sum(column.total for column in columns),
        norm_count=len(decision.norms),
        asked=_asked(decision, situation, words),
        undecided=_undecided(decision),
        possible=[line_of(book, book.norm[name]) for name in decision.possible],
        change=change,
        effect=effect_of(decide(in_force, known.facts, situation.day), decision, situation) if in_force else None,
        readings=open_readings(book, situation, packs_in_force(decision)),
        packs=packs_in_force(decision),
        whole=whole,
    )


def packs_in_force(decision: Decision) -> list[Pack]:
    """The packs that the answer rests on."""
    in_force = {a.norm.instrument for a in decision.norms}
    return [pack for pack in decision.rulebook.packs if pack.instrument.id in in_force]


def _change(book: Rulebook, before: Decision, after: Decision, was: Situation, now: Situation) -> Change:
    difference = compare_decisions(before, after)
    return Change(
        starts=tuple(line_of(book, norm) for norm in difference.starts[:FIRST_CHANGES]),
        ends=tuple(line_of(book, norm) for norm in difference.ends[:FIRST_CHANGES]),
        start_count=len(difference.starts),
        end_count=len(difference.ends),
        measures=tuple(measure_of(book, change.after) for change in difference.changes),
        compare_query=urlencode([*was.pairs(book.words), *now.pairs(book.words, prefix="to_")]),
    )


def _asked(decision: Decision, situation: Situation, words: Vocabulary) -> list[Asked]:
    """The unknown facts that would change the answer, each with the answers one may try."""
    found = []
    for name in decision.unknown:
        fact = words.facts.get(name)
        if fact is None:
            continue
        values = [(value, wording.value_said(fact, value)) for value in map(partial(read, fact), choices(fact))]
        answers = tuple(
            (label, situation.supposing(name, value).query(words)) for value, label in values or _ranges(decision, name)
        )
        found.append(Asked(wording.said(fact.say), answers))
    return found


def _ranges(decision: Decision, name: str) -> list[tuple[FactValue, str]]:
    """For a count: the first number of each range that makes a difference, and the range in words."""
    lows = [low for axis in decision.rulebook.axes if axis.fact == name for low in axis.lows or ()]
    found: list[tuple[FactValue, str]] = []
    for low, after in zip(lows, [*lows[1:], None], strict=True):
        if after is None:
            found.append((low, _("%(count)s 或更多") % {"count": low}))
        else:
            found.append((low, str(low) if after == low + 1 else f"{low}–{after - 1}"))
    return found


def _undecided(decision: Decision) -> list[Undecided]:
    book = decision.rulebook
    gaps = {gap.id: gap for gap in book.gaps}
    return [
        Undecided(
            open_.why,
            _gap_chip(book, gaps[open_.id]) if open_.id in gaps else None,
            tuple(line_of(book, book.norm[name]) for name in open_.norms[:FIRST_CHANGES]),
        )
        for open_ in decision.undecided
    ]


def _gap_chip(book: Rulebook, gap: Gap) -> Chip:
    return Chip("", gap.instrument, book.instruments[gap.instrument].short, gap.cite)


# ---- sheets ------------------------------------------------------------------------------------------------------
def norm_sheet(book: Rulebook, norm: Norm, situation: Situation | None) -> Sheet:
    """The sheet of one norm, in a situation or in none."""
    decision = decide(book, known_in(situation, book.words).facts, situation.day) if situation else None
    return sheet_of(book, norm, decision)


def measure_shown(book: Rulebook, action: str, situation: Situation) -> MeasureSheet | None:
    """What stands behind the scale of a measure; None for an action that has no scale."""
    decision = decide(book, known_in(situation, book.words).facts, situation.day)
    interval = decision.measures.get(action)
    return measure_sheet(decision, interval) if interval else None
