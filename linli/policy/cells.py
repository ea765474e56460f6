"""Which cell a place falls in, as one number, and what the answer of a cell is.

Facts have few values that matter, so a nation's places on a day fall into some hundred cells. A **key** packs the bins
of one place's facts into one small number; a **cell** is the key with everything that decides nothing there set to
unknown, plus the span of days. Deciding a million places is then a look-up a place, and an answer for each cell that
occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.policy.decide import Decision, decide_under
from linli.policy.facts import PlaceFacts
from linli.policy.pack import Gap, Norm
from linli.policy.rulebook import Axis, Regime, Region, Rulebook

Codes = NDArray[Any]
"""One fact of many places, in small unsigned numbers: the index of its bin, `len(axis)` for unknown."""
Keys = NDArray[Any]
CellNumbers = NDArray[Any]

DENSE_KEYS = 1 << 22
"""Up to so many keys, the table from key to cell is kept whole; above, only the keys that occur are looked at."""


@dataclass(frozen=True)
class CellFacts:
    """A cell in plain terms. region: None where the division is unknown. facts: one value for each bin that decides."""

    span: int
    region: Region | None
    facts: PlaceFacts


class CellSpace:
    """The numbering of the keys and cells of one rulebook. It stays the same as long as packs and readings do.

    A key is a mixed-radix number: region, then the facts in the order of the vocabulary, each with one more code for
    unknown. A cell is `span × size + key`; span 0 lies before the first day that any document is in force.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        items: tuple[Norm | Gap, ...] = (*rulebook.norms, *rulebook.gaps)
        asked = {name for item in items for name in rulebook.asked_by(item)}
        self.rulebook = rulebook
        self.axes: tuple[Axis, ...] = tuple(axis for axis in rulebook.axes if axis.fact in asked)
        self.radix = (len(rulebook.regions) + 1, *(len(axis) + 1 for axis in self.axes))
        self.size = int(np.prod(self.radix, dtype=object))
        self.key_type: np.dtype[Any] = np.min_scalar_type(self.size - 1)
        spans = len(rulebook.cuts) + 1
        self.cell_type = np.dtype(np.int32 if spans * self.size < 2**31 else np.int64)
        self._look_ups: dict[int, Callable[[Keys], CellNumbers]] = {}

    # ---- places → keys -------------------------------------------------------------------------------------------
    @property
    def unknown_region(self) -> int:
        return len(self.rulebook.regions)

    def pack(self, regions: Codes | None, codes: Mapping[str, Codes], rows: int) -> Keys:
        """The key of every place.

        regions: index in `Rulebook.regions`, or `unknown_region`; None where no division is known. codes: by fact; a
        fact that is missing is unknown everywhere. All of length `rows`.
        """
        columns = [(regions, self.unknown_region)] + [(codes.get(axis.fact), len(axis)) for axis in self.axes]
        keys: Keys | None = None
        part: Keys | None = None
        width = 1
        for (column, unknown), radix in zip(columns, self.radix, strict=True):
            if width * radix > 256:  # bytes are packed among themselves as far as they go: they are quicker to work on
                keys, part, width = self._joined(keys, part, width), None, 1
            column = np.full(rows, unknown, dtype=np.min_scalar_type(radix - 1)) if column is None else column
            if part is None:
                part = column.astype(np.min_scalar_type(radix - 1))
            else:
                part *= part.dtype.type(radix)
                part += column.astype(part.dtype, copy=False)
            width *= radix
        return self._joined(keys, part, width)

    def _joined(self, keys: Keys | None, part: Keys | None, width: int) -> Keys:
        """Keys with one more part behind them, a number below `width`."""
        assert part is not None
        if keys is None:
            return part.astype(self.key_type)
        keys *= self.key_type.type(width)
        keys += part
        return keys

    # ---- keys → cells --------------------------------------------------------------------------------------------
    def cells(self, keys: Keys, day: date) -> CellNumbers:
        """The cell of every key on one day."""
        return self.cells_in(keys, self.rulebook.span(day))

    def cells_in(self, keys: Keys, span: int) -> CellNumbers:
        """The cell of every key in one span of days."""
        if self.size <= DENSE_KEYS:
            return self._look_up(span)(keys)
        found, inverse = np.unique(keys, return_inverse=True)
        cells: CellNumbers = self._cells_of(found, span)[inverse]
        return cells

    def _look_up(self, span: int) -> Callable[[Keys], CellNumbers]:
        found = self._look_ups.get(span)
        if found is None:
            table = self._cells_of(np.arange(self.size, dtype=np.int64), span)
            found = self._look_ups[span] = look_up_with_arrow(table) or (lambda keys: np.take(table, keys, mode="clip"))
        return found

    def _cells_of(self, keys: NDArray[Any], span: int) -> CellNumbers:
        """Keys with the facts that decide nothing in their region and span set to unknown, and the span in front."""
        region, *codes = np.unravel_index(keys.astype(np.int64), self.radix)
        kept = np.zeros((len(self.radix) - 1, self.radix[0]), dtype=bool)
        for r in range(self.radix[0]):
            asked = {axis.fact for regime in self._regimes(span, r) for axis in regime.axes}
            kept[:, r] = [axis.fact in asked for axis in self.axes]
        shown = [np.where(row[region], code, len(axis)) for row, code, axis in zip(kept, codes, self.axes, strict=True)]
        cells = np.ravel_multi_index((region, *shown), self.radix) + span * self.size
        result: CellNumbers = cells.astype(self.cell_type)
        return result

    def _regimes(self, span: int, region: int) -> tuple[Regime, ...]:
        regions = self.rulebook.regions
        chosen = regions if region == self.unknown_region else (regions[region],)
        return tuple(self.rulebook.regime(r, self.first_day(span)) for r in chosen)

    # ---- cells → answers -----------------------------------------------------------------------------------------
    def first_day(self, span: int) -> date:
        """The first day of a span; for the span before all documents, the day before the first."""
        cuts = self.rulebook.cuts
        return cuts[span - 1] if span else cuts[0] - timedelta(days=1)

    def facts_of(self, cell: int) -> CellFacts:
        """A cell in plain terms: a count is the first number of its bin, a division the code of the territory's own."""
        span, key = divmod(cell, self.size)
        region, *codes = (int(code) for code in np.unravel_index(key, self.radix))
        values = {axis.fact: axis.values[code] for axis, code in zip(self.axes, codes, strict=True) if code < len(axis)}
        if region == self.unknown_region:
            return CellFacts(span, None, PlaceFacts("", values))
        inside = self.rulebook.regions[region]
        return CellFacts(span, inside, PlaceFacts(self._code_of(inside), values))

    def _code_of(self, region: Region) -> str:
        """The 12-digit code of the territory that makes a region; empty for places outside all territories."""
        territory = max((self.rulebook.instruments[name].territory for name in region), key=len, default="")
        code = territory.ljust(12, "0") if territory else ""
        return code if code and self.rulebook.region(code) == region else ""

    def answer(self, cell: int, *, day: date | None = None) -> Decision:
        """The decision of a cell. day: one of its span, to be shown; else the first of the span."""
        place = self.facts_of(cell)
        regimes = self._regimes(place.span, cell % self.size // (self.size // self.radix[0]))
        return decide_under(self.rulebook, place.facts, day or self.first_day(place.span), regimes)


def distinct(cells: CellNumbers) -> list[int]:
    """The cells that occur, in order."""
    if not len(cells):
        return []
    low = int(cells.min())
    width = int(cells.max()) - low + 1
    if width > DENSE_KEYS:
        return [int(cell) for cell in np.unique(cells)]
    seen = np.zeros(width, dtype=bool)
    seen[cells - low if low else cells] = True
    return [int(cell) + low for cell in np.flatnonzero(seen)]


def look_up_with_arrow(table: CellNumbers) -> Callable[[Keys], CellNumbers] | None:
    """`table[keys]` by Arrow, which reads small keys as they are and so is three times as fast; None without Arrow."""
    try:
        import pyarrow as pa
        import pyarrow.compute as pc
    except ImportError:
        return None

    def as_it_is(array: Keys, kind: Any) -> Any:
        return pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(np.ascontiguousarray(array))])

    kinds = {np.dtype(f"u{size}"): pa.from_numpy_dtype(f"u{size}") for size in (1, 2, 4, 8)}
    whole = as_it_is(table, pa.from_numpy_dtype(table.dtype))
    take, unchecked = pc.get_function("array_take"), pc.TakeOptions(boundscheck=False)

    def look_up(keys: Keys) -> CellNumbers:
        found = take.call([whole, as_it_is(keys, kinds[keys.dtype])], unchecked)
        return np.frombuffer(found.buffers()[1], dtype=table.dtype, count=len(keys))

    return look_up
