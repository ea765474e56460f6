"""The decision for every place of a nation: columns in, one cell and one answer a row out.

From raw columns: `pack_keys` → `answers_for_keys`, or both by `sweep_table`. From a Parquet file: `sweep_file`, with
bounded memory.

What a row's answer is: the decision of its cell, equal to `decide` for the row's own facts, except that facts are shown
as the cell has them: a count as the first number of its bin, the division as the territory's own code
(`350583000000`, left out where no local document binds), facts that decide nothing in that region and span left out;
and the day, where rows bring their own, as the first day of the span between two changes of the norms.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from linli.policy.answer_json import AnswerWriter
from linli.policy.cells import CellNumbers, CellSpace, Keys, distinct
from linli.policy.columns import DAY, encode, fact_columns, spans_of
from linli.policy.decide import Decision
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook

ADDED = ("cell", "must", "may", "must_not", "answer")
BATCH_ROWS = 1 << 17
GROUP_ROWS = 1 << 20
GROUP_BYTES = 400_000_000
"""A row group of the output is closed at so many rows, or at so many bytes of different answers; memory stays within
some five times that, however long the file."""


@dataclass(frozen=True)
class Answers:
    """The answers of many places. cells: one number a row; equal numbers have equal answers, made when asked for.

    day: the one day they are for; None where every row has its own.
    """

    space: CellSpace
    cells: CellNumbers
    day: date | None = None

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, row: int) -> Decision:
        return self.of_cell(int(self.cells[row]))

    def of_cell(self, cell: int) -> Decision:
        return self.space.answer(cell, day=self.day)

    def by_cell(self) -> dict[int, Decision]:
        """The answer of every cell that occurs."""
        return {cell: self.of_cell(cell) for cell in distinct(self.cells)}


def pack_keys(space: CellSpace, columns: Mapping[str, Any], *, first_row: int = 1) -> Keys:
    """One small unsigned number a row, from raw columns (see `columns`); facts without a column are unknown.

    first_row: the number of the first row, for messages.
    Raises: InputRefused, naming the column and the first bad row.
    """
    rows = {len(column) for column in columns.values()}
    if len(rows) > 1:
        raise InputRefused("columns", f"columns of different lengths: {', '.join(map(str, sorted(rows)))}")
    regions, codes = encode(space, columns, first_row=first_row)
    return space.pack(regions, codes, max(rows, default=0))


def answers_for_keys(space: CellSpace, keys: Keys, *, day: date) -> Answers:
    """The answers of packed keys on one day: a look-up a row."""
    return Answers(space, space.cells(keys, day), day)


def sweep_table(
    space: CellSpace, columns: Mapping[str, Any], *, day: date | None = None, first_row: int = 1
) -> Answers:
    """The answers of a table of raw columns. day: for all rows; else the column `day` says it for each.

    Raises: InputRefused, naming the column and the first bad row.
    """
    fact_columns(columns, space.rulebook)
    keys = pack_keys(space, {name: c for name, c in columns.items() if name != DAY}, first_row=first_row)
    if day is not None:
        return answers_for_keys(space, keys, day=day)
    if DAY not in columns:
        raise InputRefused(DAY, "no day: name one, or bring a column called day")
    spans = spans_of(space.rulebook, columns[DAY], first_row=first_row)
    cells: CellNumbers = np.zeros(len(keys), dtype=space.cell_type)
    for span in np.unique(spans):
        rows = spans == span
        cells[rows] = space.cells_in(keys[rows], int(span))
    return Answers(space, cells)


# ---- Parquet ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Swept:
    """What a sweep did."""

    rows: int
    cells: int
    seconds: float
    out: Path

    def line(self) -> str:
        speed = self.rows / self.seconds if self.seconds else 0
        return f"{self.rows:,} rows, {self.cells:,} cells, {self.seconds:.2f} s, {speed:,.0f} rows/s: {self.out}"


def sweep_file(rulebook: Rulebook, facts_path: Path, out_path: Path, *, day: date | None = None) -> Swept:
    """Decide every row of a Parquet file and write it again with the answers.

    Added columns: `cell`; `must`, `may`, `must_not`, how many norms of each mode bind; `answer`, the decision as JSON,
    dictionary-encoded. Rows keep their order. day: for all rows; else the column `day` says it for each.
    Nothing is written unless all rows can be answered.
    Raises: InputRefused, naming the column and the first bad row (the first row is 1).
    """
    started = perf_counter()
    facts_path, out_path = Path(facts_path), Path(out_path)
    source = _open(facts_path)
    names = source.schema_arrow.names
    fact_columns(names, rulebook)
    for name in ADDED:
        if name in names:
            raise InputRefused(name, "the output has a column of this name; rename the one in the input")
    if day is None and DAY not in names:
        raise InputRefused(DAY, "no day: give --day, or bring a column called day")
    if not out_path.parent.is_dir():
        raise InputRefused(str(out_path), "there is no such folder to write to")
    part = out_path.with_name(f".{out_path.name}.{os.getpid()}.part")
    try:
        rows, cells = _Sweep(rulebook, day).run(source, part)
        os.replace(part, out_path)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise InputRefused(str(out_path), f"cannot be written: {why}") from None
    finally:
        part.unlink(missing_ok=True)
    return Swept(rows, cells, perf_counter() - started, out_path)


def _open(path: Path) -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputRefused("pyarrow", "not installed, and Parquet needs it: pip install 'linli[analytics]'") from None
    try:
        return pq.ParquetFile(path)
    except pa.ArrowInvalid:
        raise InputRefused("file", "not a Parquet file") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise InputRefused("file", f"cannot be read: {why}") from None


def _batches(source: Any) -> Iterator[Any]:
    import pyarrow as pa

    try:
        yield from source.iter_batches(batch_size=BATCH_ROWS)
    except (pa.ArrowException, OSError) as error:
        raise InputRefused("file", f"damaged: {str(error).splitlines()[0]}") from None


@dataclass
class _Group:
    """Rows waiting to be written as one row group. answers: cell → (position, text)."""

    tables: list[Any] = field(default_factory=list)
    rows: int = 0
    answers: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    bytes: int = 0


class _Sweep:
    """One pass over a file."""

    def __init__(self, rulebook: Rulebook, day: date | None) -> None:
        self.space = CellSpace(rulebook)
        self.texts = AnswerWriter(rulebook)
        self.day = day
        self.counts: dict[int, tuple[int, int, int]] = {}
        self.words = {fact.id for fact in rulebook.words.facts.values() if fact.type in ("ordinal", "choice")}

    def run(self, source: Any, part: Path) -> tuple[int, int]:
        """Returns: how many rows and how many cells."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        added = [
            pa.field("cell", pa.from_numpy_dtype(self.space.cell_type)),
            *(pa.field(name, pa.int16()) for name in ADDED[1:4]),
            pa.field("answer", pa.dictionary(pa.int32(), pa.large_string())),
        ]
        given = source.schema_arrow
        about = {b"linli": json.dumps(self._about(), ensure_ascii=False).encode()}
        schema = pa.schema([*given, *added], metadata=(given.metadata or {}) | about)
        words = [f.name for f in given if pa.types.is_dictionary(f.type) or f.name in self.words]
        rows = 0
        with pq.ParquetWriter(
            part,
            schema,
            compression="zstd",
            use_dictionary=[*words, *ADDED],
            dictionary_pagesize_limit=2 * GROUP_BYTES,
            write_statistics=[name for name in schema.names if name != "answer"],
        ) as writer:
            for group in self._groups(source):
                rows += group.rows
                writer.write_table(self._table(group, schema), row_group_size=max(1, group.rows))
        return rows, len(self.counts)

    def _about(self) -> dict[str, Any]:
        book = self.space.rulebook
        return {
            "day": self.day.isoformat() if self.day else None,
            "packs": [pack.stamp for pack in book.packs],
            "readings": dict(book.readings),
        }

    def _groups(self, source: Any) -> Iterator[_Group]:
        group, seen = _Group(), 0
        for batch in _batches(source):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            cells = sweep_table(self.space, columns, day=self.day, first_row=seen + 1).cells
            seen += len(cells)
            start = 0
            while start < len(cells):
                end = self._take(group, cells, start)
                group.tables.append((batch.slice(start, end - start), cells[start:end]))
                group.rows += end - start
                start = end
                if start < len(cells) or group.rows >= GROUP_ROWS:
                    yield group
                    group = _Group()
        if group.rows or not seen:
            yield group

    def _take(self, group: _Group, cells: CellNumbers, start: int) -> int:
        """Put the answers of the coming rows into the group; returns the row before which it is full."""
        found, first = np.unique(cells[start:], return_index=True)
        for i in np.argsort(first, kind="stable"):
            cell = int(found[i])
            if cell in group.answers:
                continue
            row = start + int(first[i])
            if group.bytes >= GROUP_BYTES and (group.rows or row > start):
                return row
            text = self._text(cell)
            group.answers[cell] = (len(group.answers), text)
            group.bytes += len(text)
        return len(cells)

    def _text(self, cell: int) -> bytes:
        decision = self.space.answer(cell, day=self.day)
        if cell not in self.counts:
            modes = [norm.mode for norm, _ in decision.bound]
            self.counts[cell] = (modes.count("must"), modes.count("may"), modes.count("must_not"))
        return self.texts.write(decision)

    def _table(self, group: _Group, schema: Any) -> Any:
        import pyarrow as pa

        given = pa.Table.from_batches(
            [batch for batch, _ in group.tables], schema=pa.schema(list(schema)[: len(schema) - len(ADDED)])
        )
        cells = np.concatenate([np.empty(0, dtype=self.space.cell_type), *(cells for _, cells in group.tables)])
        known = np.array(sorted(group.answers), dtype=cells.dtype)
        order = np.searchsorted(known, cells)
        counts = np.array([self.counts[int(cell)] for cell in known], dtype=np.int16).reshape(-1, 3)
        positions = np.array([group.answers[int(cell)][0] for cell in known], dtype=np.int32)
        answers = pa.DictionaryArray.from_arrays(pa.array(positions[order]), _texts(group))
        arrays = [pa.array(cells), *(pa.array(counts[order, mode]) for mode in range(3)), answers]
        return pa.Table.from_arrays([*given.columns, *arrays], schema=schema)


def _texts(group: _Group) -> Any:
    """The answers of a group as one Arrow array; the group lets go of them."""
    import pyarrow as pa

    texts = [text for _, text in group.answers.values()]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    group.answers.clear()
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))
