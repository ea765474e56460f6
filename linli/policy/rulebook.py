"""Packs made ready to answer: which norms bind for which values of the facts.

Facts have few values that matter: the cut points come from the packs. So the places of a nation fall into a small
table of cells, and a norm is a row of yes and no over the cells. Everything else asks this table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.policy.facts import PlaceFacts
from linli.policy.pack import Gap, Norm, Pack, Test, When, load_packs
from linli.policy.problems import InputRefused, nearest
from linli.policy.vocabulary import Derived, FactValue, Vocabulary

Region = frozenset[str]
"""The ids of the instruments whose territory covers a place."""

Mask = NDArray[np.bool_]
Cells = NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """One fact with the values that make a difference.

    lows: for a count, the first number of each bin; else None. values: one representative per bin, in order.
    """

    fact: str
    values: tuple[FactValue, ...]
    lows: tuple[int, ...] | None = None

    def bin(self, value: FactValue) -> int:
        """The index of the bin that holds the value."""
        if self.lows is not None:
            return bisect_right(self.lows, int(value)) - 1
        return self.values.index(value)

    def __len__(self) -> int:
        return len(self.values)


class Regime:
    """The norms that are in force in a region over a span of days, over all cells of the facts they ask for.

    holds: bool[norm, cell]; gap_holds: bool[gap, cell]. A cell is a mixed-radix number over `axes`.
    replaced_by: norm index → index of the norm that takes its place (where that one holds).
    """

    def __init__(self, rulebook: Rulebook, region: Region, day: date) -> None:
        self.rulebook = rulebook
        self.region = region
        self.norms = tuple(n for n in rulebook.norms if n.instrument in region and in_force(n, day))
        ends = {p.instrument.id: p.instrument.end for p in rulebook.packs}
        self.gaps = tuple(
            g
            for g in rulebook.gaps
            if g.instrument in region
            and rulebook.instrument_start(g.instrument) <= day
            and ((end := ends[g.instrument]) is None or day < end.day)
        )
        self.index = {norm.id: i for i, norm in enumerate(self.norms)}
        wanted: set[str] = set()
        items: tuple[Norm | Gap, ...] = (*self.norms, *self.gaps)
        for item in items:
            wanted.update(rulebook.asked_by(item))
        self.axes = tuple(axis for axis in rulebook.axes if axis.fact in wanted)
        self.shape = tuple(len(axis) for axis in self.axes)
        self.size = int(np.prod(self.shape, dtype=np.int64)) if self.shape else 1
        flat = np.arange(self.size)
        self._bins = (
            dict(zip((a.fact for a in self.axes), np.unravel_index(flat, self.shape), strict=True))
            if self.shape
            else {}
        )
        self.raw_holds = np.array([self._mask(n.when) for n in self.norms], dtype=bool).reshape(
            len(self.norms), self.size
        )
        self.gap_holds = np.array([self._mask(g.when) for g in self.gaps], dtype=bool).reshape(
            len(self.gaps), self.size
        )
        self.holds = self.raw_holds.copy()
        self.replaced_by: dict[int, list[int]] = {}
        for i, norm in enumerate(self.norms):
            for name in norm.replaces:
                if (j := self.index.get(name)) is not None:
                    self.holds[j] &= ~self.raw_holds[i]
                    self.replaced_by.setdefault(j, []).append(i)
        self.sure: tuple[tuple[Norm, tuple[str, ...]], ...] = tuple((norm, ()) for norm in self.norms)
        self.memo: dict[object, object] = {}

    def _mask(self, when: When) -> Mask:
        mask = np.ones(self.size, dtype=bool)
        for name, test in when.all_of:
            mask &= self._test(name, test)
        if when.any_of:
            some = np.zeros(self.size, dtype=bool)
            for table in when.any_of:
                one = np.ones(self.size, dtype=bool)
                for name, test in table:
                    one &= self._test(name, test)
                some |= one
            mask &= some
        return mask

    def _test(self, name: str, test: Test) -> Mask:
        derived = self.rulebook.derived.get(name)
        if derived is None:
            axis = next(a for a in self.axes if a.fact == name)
            hits = np.array([test.holds(value) for value in axis.values])
            result: Mask = hits[self._bins[name]]
            return result
        ranks = np.stack([self._bins[source] for source in derived.sources])
        low, high = ranks.min(axis=0), ranks.max(axis=0)
        rank = low if derived.rule == "lower_of" else high
        hits = np.array([test.holds(value) for value in derived.values])
        mask: Mask = hits[rank]
        return mask & (low == high) if derived.rule == "agree_of" else mask

    def bins(self, facts: PlaceFacts) -> tuple[int, ...]:
        """The bin of each axis; -1 where the fact is unknown."""
        values = facts.values
        return tuple(axis.bin(values[axis.fact]) if axis.fact in values else -1 for axis in self.axes)

    def cells(self, bins: tuple[int, ...]) -> Cells:
        """All cells that the known facts leave possible, in order; one if everything is known."""
        found = np.zeros(1, dtype=np.int64)
        for axis, chosen in zip(self.axes, bins, strict=True):
            choices = np.arange(len(axis)) if chosen < 0 else np.array([chosen])
            found = (found[:, None] * len(axis) + choices).reshape(-1)
        return found

    def values_of(self, bins: tuple[int, ...]) -> dict[str, FactValue]:
        """Representative facts of a cell; unknown ones left out."""
        return {axis.fact: axis.values[b] for axis, b in zip(self.axes, bins, strict=True) if b >= 0}

    def deciding_facts(self, bins: tuple[int, ...], norms: Sequence[int] | None = None) -> tuple[str, ...]:
        """The unknown facts whose value would change which norms bind (all, or some by index), or which gap shows."""
        if -1 not in bins:
            return ()
        kinds = self.kinds[0] if norms is None else distinct_columns(self.holds[list(norms)])[0]
        return self.facts_that_change(kinds[self.cells(bins)], bins)

    def facts_that_change(self, what: NDArray[Any], bins: tuple[int, ...]) -> tuple[str, ...]:
        """The unknown facts on whose value something depends that is given for each of `cells(bins)`."""
        open_axes = [axis for axis, chosen in zip(self.axes, bins, strict=True) if chosen < 0]
        grid = what.reshape([len(axis) for axis in open_axes])
        return tuple(axis.fact for k, axis in enumerate(open_axes) if (grid != grid.take([0], axis=k)).any())

    @cached_property
    def kinds(self) -> tuple[Cells, Cells]:
        """The kind of every cell, and one cell of each kind: in cells of one kind the same norms bind and gaps show."""
        return distinct_columns(np.concatenate([self.holds, self.gap_holds]))

    @cached_property
    def by_action(self) -> Mapping[str, tuple[int, ...]]:
        """Indexes of the norms on each action."""
        found: dict[str, list[int]] = {}
        for i, norm in enumerate(self.norms):
            found.setdefault(norm.action, []).append(i)
        return {action: tuple(indexes) for action, indexes in found.items()}


def distinct_columns(rows: Mask) -> tuple[Cells, Cells]:
    """Which columns are alike: the number of each column's kind, and the first column of each kind."""
    if not len(rows):
        return np.zeros(rows.shape[1], dtype=np.int64), np.zeros(1, dtype=np.int64)
    packed = np.ascontiguousarray(np.packbits(rows, axis=0).T)
    _, first, kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return kind.reshape(-1), first


def in_force(norm: Norm, day: date) -> bool:
    """Whether the norm's window holds the day."""
    return norm.start <= day and (norm.end is None or day < norm.end)


@dataclass(eq=False)
class Rulebook:
    """Packs and vocabulary, with one option chosen for each open reading. Ready for `decide` and `judge`.

    Equal only to itself, so that answers can be kept by rulebook.
    """

    packs: tuple[Pack, ...]
    words: Vocabulary
    readings: Mapping[str, str]
    norms: tuple[Norm, ...]
    gaps: tuple[Gap, ...]
    derived: Mapping[str, Derived]
    axes: tuple[Axis, ...] = field(init=False)
    cuts: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.axes = tuple(self._axes())
        cuts = {p.instrument.start.day for p in self.packs} | {
            p.instrument.end.day for p in self.packs if p.instrument.end
        }
        cuts |= {norm.start for norm in self.norms} | {norm.end for norm in self.norms if norm.end}
        self.cuts = tuple(sorted(cuts))
        self.instruments = {pack.instrument.id: pack.instrument for pack in self.packs}
        self.norm = {norm.id: norm for norm in self.norms}
        self.pack_of = {pack.instrument.id: pack for pack in self.packs}
        self._regimes: dict[tuple[int, Region], Regime] = {}
        self._asked: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, packs: tuple[Pack, ...], words: Vocabulary, *, readings: Mapping[str, str] | None = None) -> Rulebook:
        """A rulebook under the readings in force, some of them exchanged.

        Raises: InputRefused for an unknown reading or option.
        """
        known = {reading.id: reading for pack in packs for reading in pack.readings}
        chosen = {name: reading.in_force for name, reading in known.items()}
        for name, option in (readings or {}).items():
            if name not in known:
                raise InputRefused("reading", f"unknown reading {name}{nearest(name, known)}")
            options = [o for o, _ in known[name].options]
            if option not in options:
                raise InputRefused("reading", f"{name} has no option {option}; it has {', '.join(options)}")
            chosen[name] = option

        def active(under: Iterable[tuple[str, str]]) -> bool:
            return all(chosen.get(name) == option for name, option in under)

        norms = tuple(norm for pack in packs for norm in pack.norms if active(norm.under))
        gaps = tuple(gap for pack in packs for gap in pack.gaps if active(gap.under))
        derived = {d.id: d for d in words.derived if active(d.under)}
        return cls(packs, words, chosen, norms, gaps, derived)

    def _axes(self) -> Iterable[Axis]:
        edges: dict[str, set[int]] = {}
        items: tuple[Norm | Gap, ...] = (*self.norms, *self.gaps)
        for item in items:
            for name, test in item.when.tests():
                edge = edges.setdefault(name, {0})
                if test.at_least is not None:
                    edge.add(test.at_least)
                if test.at_most is not None:
                    edge.add(test.at_most + 1)
                if not test.is_range:
                    edge.update(n for v in test.values if type(v) is int for n in (v, v + 1))
        for fact in self.words.facts.values():
            if fact.type == "count":
                lows = tuple(sorted(edges.get(fact.id, {0})))
                yield Axis(fact.id, lows, lows)
            else:
                yield Axis(fact.id, fact.values)

    def sources_of(self, fact: str) -> tuple[str, ...]:
        """The place facts that a fact of a match table is made from: itself, unless it is derived."""
        derived = self.derived.get(fact)
        return derived.sources if derived else (fact,)

    def asked_by(self, item: Norm | Gap) -> tuple[str, ...]:
        """The place facts that a norm or gap asks for, in the order of the vocabulary."""
        found = self._asked.get(item.id)
        if found is None:
            wanted = {source for name in item.when.facts() for source in self.sources_of(name)}
            found = self._asked[item.id] = tuple(name for name in self.words.facts if name in wanted)
        return found

    @cached_property
    def asking(self) -> tuple[tuple[bool, tuple[str, ...]], ...]:
        """What norms ask for, each once: whether the division counts, and which facts."""
        return tuple(dict.fromkeys(self._asking(norm) for norm in self.norms))

    @cached_property
    def asking_of(self) -> Mapping[str, int]:
        """Norm id → index in `asking`."""
        index = {asking: i for i, asking in enumerate(self.asking)}
        return {norm.id: index[self._asking(norm)] for norm in self.norms}

    def _asking(self, norm: Norm) -> tuple[bool, tuple[str, ...]]:
        return bool(self.instruments[norm.instrument].territory), self.asked_by(norm)

    def instrument_start(self, instrument: str) -> date:
        return self.instruments[instrument].start.day

    def region(self, division_code: str) -> Region:
        """The instruments whose territory covers the place."""
        return frozenset(i.id for i in self.instruments.values() if division_code.startswith(i.territory))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """All regions that a place can be in: everywhere, and inside each territory."""
        territories = {""} | {i.territory for i in self.instruments.values()}
        return tuple(dict.fromkeys(self.region(territory) for territory in sorted(territories)))

    def span(self, day: date) -> int:
        """The index of the span of days, between two changes of the norms in force, that holds the day."""
        return bisect_right(self.cuts, day)

    @cached_property
    def span_days(self) -> tuple[date, ...]:
        """One day of each span in which anything can be in force, in order."""
        return self.cuts

    def later_cuts(self, day: date) -> tuple[date, ...]:
        return self.cuts[bisect_right(self.cuts, day) :]

    def regime(self, region: Region, day: date) -> Regime:
        """What is in force in the region on the day; computed once per span."""
        key = (self.span(day), region)
        found = self._regimes.get(key)
        if found is None:
            found = self._regimes[key] = Regime(self, region, day)
        return found

    def regimes_for(self, facts: PlaceFacts, day: date) -> tuple[Regime, ...]:
        """The regimes that may apply: one where the place is known, else one for each region."""
        regions = (self.region(facts.division_code),) if facts.division_code else self.regions
        return tuple(self.regime(region, day) for region in regions)

    def all_regimes(self) -> Iterable[tuple[date, Regime]]:
        """Every span of days with every region."""
        for day in self.span_days:
            for region in self.regions:
                yield day, self.regime(region, day)


def open_rulebook(folders: Iterable[Path] | None = None, *, readings: Mapping[str, str] | None = None) -> Rulebook:
    """Load packs and make them ready.

    folders: None for the packs that ship.
    Raises: PackRefused with every problem; InputRefused for an unknown reading.
    """
    packs, words = load_packs(folders)
    return Rulebook.of(packs, words, readings=readings)
