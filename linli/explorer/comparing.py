"""Two situations side by side: what begins, what ends, which measures move."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from linli.explorer import wording
from linli.explorer.controls import Control, are_open, controls_of, summary_of
from linli.explorer.lines import Line, line_of
from linli.explorer.scales import Measure, measure_of
from linli.explorer.situation import Known, Situation, known_in
from linli.policy.decide import Decision, decide
from linli.policy.diff import Difference
from linli.policy.diff import compare as compare_decisions
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Vocabulary

FIRST_LINES = 6


@dataclass(frozen=True)
class Side:
    """One side of a comparison."""

    situation: Situation
    query: str
    summary: str
    main_controls: list[Control]
    more_controls: list[Control]
    more_are_open: bool
    norm_count: int


@dataclass(frozen=True)
class Moved:
    """A measure before and after."""

    before: Measure
    after: Measure


@dataclass(frozen=True)
class Group:
    """Norms of one mode that begin or end: the first ones, and how many in all."""

    id: str
    mode: str
    word: str
    total: int
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Compared:
    """The page that puts two situations side by side."""

    before: Side
    after: Side
    starts: list[Group]
    ends: list[Group]
    start_count: int
    end_count: int
    moved: list[Moved]
    query: str
    swapped_query: str


def compare(book: Rulebook, before: Situation, after: Situation, *, whole: frozenset[str] = frozenset()) -> Compared:
    """What begins, ends and changes from one situation to another. whole: groups to show with every line."""
    words = book.words
    known = [known_in(situation, words) for situation in (before, after)]
    decisions = [decide(book, k.facts, s.day) for k, s in zip(known, (before, after), strict=True)]
    difference = compare_decisions(*decisions)
    return Compared(
        before=_side(words, before, known[0], decisions[0], ""),
        after=_side(words, after, known[1], decisions[1], "to_"),
        starts=_groups(book, "starts", difference.starts, whole),
        ends=_groups(book, "ends", difference.ends, whole),
        start_count=len(difference.starts),
        end_count=len(difference.ends),
        moved=_moved(book, difference),
        query=urlencode([*before.pairs(words), *after.pairs(words, prefix="to_")]),
        swapped_query=urlencode([*after.pairs(words), *before.pairs(words, prefix="to_")]),
    )


def _side(words: Vocabulary, situation: Situation, known: Known, decision: Decision, prefix: str) -> Side:
    main, more = controls_of(known, side=prefix)
    return Side(
        situation, situation.query(words), summary_of(situation, known), main, more, are_open(more), len(decision.norms)
    )


def _groups(book: Rulebook, name: str, norms: Iterable[Norm], whole: frozenset[str]) -> list[Group]:
    listed = list(norms)
    found = []
    for mode, word in wording.MODES.items():
        mine = [norm for norm in listed if norm.mode == mode]
        if mine:
            group = f"{name}-{mode}"
            shown = mine if group in whole or len(mine) <= FIRST_LINES + 2 else mine[:FIRST_LINES]
            found.append(Group(group, mode, str(word), len(mine), tuple(line_of(book, norm) for norm in shown)))
    return found


def _moved(book: Rulebook, difference: Difference) -> list[Moved]:
    return [Moved(measure_of(book, c.before), measure_of(book, c.after)) for c in difference.changes]


def usual_comparison(situation: Situation, known: Known) -> Situation:
    """The second side when none was chosen: one step up on every graded fact; from the highest to the lowest."""
    for shown in known.shown:
        if shown.fact.type == "ordinal":
            values = shown.fact.values
            index = values.index(shown.value) + 1 if shown.value is not None else 1
            situation = situation.supposing(shown.fact.id, values[index % len(values)])
    return situation
