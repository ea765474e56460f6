"""Columns of raw facts read as codes: NumPy or Arrow in, one small number per place out, bad values refused by row.

What a column may be: `division_code` text of 12 digits; a choice such as `tier` text (Arrow: also dictionary-encoded);
`clustered` and its like booleans; a count whole numbers (floating point too, as tables with gaps have it, if every
number is whole); `day` days or text `YYYY-MM-DD`. Null, None, NaN and masked mean unknown, except for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.policy.cells import CellSpace, Codes
from linli.policy.facts import read_day
from linli.policy.problems import InputRefused, nearest
from linli.policy.rulebook import Axis, Rulebook
from linli.policy.vocabulary import Fact, FactValue

DIVISION = "division_code"
DAY = "day"
EPOCH = date(1970, 1, 1).toordinal()


def fact_columns(names: Iterable[str], rulebook: Rulebook) -> list[str]:
    """Those of the columns that hold facts, checked: at least one, none twice, none misspelt.

    Raises: InputRefused for a table without facts, or a column that is nearly called like a missing fact.
    """
    given = list(names)
    known = [DIVISION, *rulebook.words.facts]
    for name in given:
        if given.count(name) > 1 and name in (*known, DAY):
            raise InputRefused(name, "this column stands twice; keep one")
    found = [name for name in given if name in known]
    for name in given:
        if name not in known and name != DAY:
            for fact in known:
                if fact not in given and _nearly(name, fact):
                    raise InputRefused(name, f"unknown fact — did you mean “{fact}”? Rename the column, or drop it")
    if not found:
        hints = [hint for name in given if (hint := nearest(name, known))]
        raise InputRefused(
            "columns", f"no column of facts; expected some of {', '.join(known)}{hints[0] if hints else ''}"
        )
    return found


def _nearly(name: str, fact: str) -> bool:
    """Whether a name is a slip for a fact: other case or signs, letters turned round, or one letter in seven wrong."""
    plain = "".join(c for c in name.casefold() if c.isalnum())
    wanted = fact.replace("_", "")
    if sorted(plain) == sorted(wanted):
        return True
    return min(len(plain), len(wanted)) > 6 and _edits(plain, wanted) <= max(1, len(wanted) // 7)


def _edits(a: str, b: str) -> int:
    """How many letters must be put in, taken out or exchanged to make one word of the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def encode(
    space: CellSpace, columns: Mapping[str, Any], *, first_row: int = 1
) -> tuple[Codes | None, dict[str, Codes]]:
    """The codes of every column of facts; other columns are left alone.

    columns: NumPy or Arrow arrays of one length. first_row: the number of the first row, for messages.
    Returns: the region of each row (None without a column of divisions), and the codes by fact.
    Raises: InputRefused, naming the column and the first bad row.
    """
    facts = space.rulebook.words.facts
    axes = {axis.fact: axis for axis in space.rulebook.axes}
    regions = None
    codes: dict[str, Codes] = {}
    for name, column in columns.items():
        if name == DIVISION:
            regions = _read(name, column, first_row, lambda column: _Divisions(space).read(column))
        elif name in facts:
            reader = _Reader(facts[name], axes[name])
            codes[name] = _read(name, column, first_row, reader.read)
    return regions, codes


def spans_of(rulebook: Rulebook, column: Any, *, first_row: int = 1) -> NDArray[np.int64]:
    """The index of the span of days that holds each day.

    Raises: InputRefused for a column that holds no days, and for the first row without one.
    """
    days = _read(DAY, column, first_row, _days)
    cuts = np.array([cut.toordinal() - EPOCH for cut in rulebook.cuts], dtype=np.int64)
    spans: NDArray[np.int64] = np.searchsorted(cuts, days, side="right")
    return spans


class _BadRow(Exception):
    """The first bad row, counted from 0, and why."""

    def __init__(self, row: int, why: str) -> None:
        self.row = row
        self.why = why


class _BadType(Exception):
    """The column as a whole is of no use; why."""


def _read(name: str, column: Any, first_row: int, read: Any) -> Any:
    try:
        return read(column.combine_chunks() if hasattr(column, "combine_chunks") else column)
    except _BadRow as bad:
        raise InputRefused(name, f"row {first_row + bad.row}: {bad.why}") from None
    except _BadType as bad:
        raise InputRefused(name, str(bad)) from None


def _is_arrow(column: Any) -> bool:
    return type(column).__module__.split(".")[0] == "pyarrow"


def _first(bad: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(bad)) if bad.any() else None


class _Reader:
    """Reads a column of one fact."""

    def __init__(self, fact: Fact, axis: Axis) -> None:
        self.fact = fact
        self.axis = axis
        self.unknown = len(axis)
        self.type = np.uint8 if len(axis) < 255 else np.uint16
        self.bad = np.iinfo(self.type).max

    def read(self, column: Any) -> Codes:
        by_type = {"count": self._counts, "bool": self._bools}
        if _is_arrow(column):
            import pyarrow as pa

            if pa.types.is_null(column.type):
                return np.full(len(column), self.unknown, dtype=self.type)
            if pa.types.is_dictionary(column.type):
                return self._dictionary(column)
            return by_type.get(self.fact.type, self._words)(column)
        column = np.asanyarray(column)
        if isinstance(column, np.ma.MaskedArray):
            codes = self.read(np.asarray(column.compressed()))
            spread = np.full(len(column), self.unknown, dtype=self.type)
            spread[~np.ma.getmaskarray(column)] = codes
            return spread
        if column.dtype == object:
            return self._objects(column)
        return by_type.get(self.fact.type, self._words)(column)

    def _expected(self) -> str:
        if self.fact.type == "count":
            return "whole numbers from 0 up"
        return (
            "true or false (a column of booleans)"
            if self.fact.type == "bool"
            else ", ".join(map(str, self.axis.values))
        )

    def _wrong_type(self, column: Any) -> _BadType:
        return _BadType(f"expected {self._expected()}; found {column.type if _is_arrow(column) else column.dtype}")

    def _wrong_value(self, value: Any) -> str:
        if self.fact.type == "count":
            return f"expected a whole number from 0 up, found {value}"
        if self.fact.type == "bool":
            return f"expected true or false, found {value!r}"
        known = [str(v) for v in self.axis.values]
        return f"no value {value!r}; expected {', '.join(known)}{nearest(str(value), known)}"

    def _code(self, value: FactValue | None) -> int:
        """The code of one value, `bad` if it has none."""
        if value is None or value != value:
            return self.unknown
        if self.fact.type == "count":
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 0
            return self.axis.bin(value) if whole else self.bad
        if self.fact.type == "bool" and not isinstance(value, bool | np.bool_):
            return self.bad
        return self.axis.bin(value) if value in self.axis.values else self.bad

    def _objects(self, column: NDArray[Any]) -> Codes:
        seen: dict[tuple[type, Any], int] = {}
        values = column.tolist()
        codes = np.empty(len(values), dtype=self.type)
        for i, value in enumerate(values):
            key = (type(value), value if value.__hash__ else None)
            code = seen.get(key)
            if code is None:
                code = seen[key] = self._code(value)
            if code == self.bad:
                raise _BadRow(i, self._wrong_value(value))
            codes[i] = code
        return codes

    def _dictionary(self, column: Any) -> Codes:
        import pyarrow.compute as pc

        values = column.dictionary.to_pylist()
        table = np.array([*(self._code(value) for value in values), self.unknown], dtype=self.type)
        indices = column.indices
        if not indices.null_count and (table[:-1] == np.arange(len(values))).all() and len(values) <= self.unknown:
            as_they_are: Codes = indices.to_numpy().astype(self.type)
            return as_they_are
        if indices.null_count:
            indices = pc.fill_null(indices.cast("int32"), len(values))
        codes: Codes = pc.take(_arrow(table), indices, boundscheck=False).to_numpy()
        if self.bad in table and (row := _first(codes == self.bad)) is not None:
            raise _BadRow(row, self._wrong_value(column[row].as_py()))
        return codes

    def _words(self, column: Any) -> Codes:
        if not _is_arrow(column):
            if column.dtype.kind not in "US":
                raise self._wrong_type(column)
            return self._objects(column.astype(str).astype(object))
        import pyarrow as pa
        import pyarrow.compute as pc

        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            if not pa.types.is_string_view(column.type):
                raise self._wrong_type(column)
            column = column.cast(pa.string())
        found = pc.index_in(column, value_set=pa.array(self.axis.values, type=column.type))
        if found.null_count:
            bad = pc.and_(pc.is_null(found), pc.is_valid(column)).to_numpy(zero_copy_only=False)
            if (row := _first(bad)) is not None:
                raise _BadRow(row, self._wrong_value(column[row].as_py()))
            found = pc.fill_null(found, self.unknown)
        codes: Codes = found.to_numpy().astype(self.type)
        return codes

    def _bools(self, column: Any) -> Codes:
        if not _is_arrow(column):
            if column.dtype != bool:
                raise self._wrong_type(column)
            return np.asarray(column).view(np.uint8)
        import pyarrow as pa

        if not pa.types.is_boolean(column.type):
            raise self._wrong_type(column)
        if not len(column):
            return np.zeros(0, dtype=np.uint8)
        known, bits = column.buffers()
        codes = _bits(bits, column)
        return np.where(_bits(known, column), codes, np.uint8(self.unknown)) if column.null_count else codes

    def _counts(self, column: Any) -> Codes:
        unknown: NDArray[np.bool_] | None = None
        if _is_arrow(column):
            import pyarrow as pa
            import pyarrow.compute as pc

            if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
                raise self._wrong_type(column)
            if column.null_count:
                unknown = pc.is_null(column).to_numpy(zero_copy_only=False)
                column = pc.fill_null(column, pa.scalar(0, column.type))
            column = column.to_numpy()
        if column.dtype.kind == "f":
            nan = np.isnan(column)
            unknown = nan if unknown is None else unknown | nan
            column = np.where(nan, 0, column)
            if (row := _first((column != np.trunc(column)) | ~np.isfinite(column))) is not None:
                raise _BadRow(row, self._wrong_value(column[row]))
        elif column.dtype.kind not in "iu":
            raise self._wrong_type(column)
        if column.dtype.kind != "u" and len(column) and column.min() < 0:
            row = _first(column < 0) or 0
            raise _BadRow(row, self._wrong_value(column[row]))
        codes: Codes = np.zeros(len(column), dtype=self.type)
        for low in (self.axis.lows or ())[1:]:
            codes += (column >= low).view(np.uint8)
        if unknown is not None:
            codes[unknown] = self.unknown
        return codes


class _Divisions:
    """Reads a column of division codes as regions."""

    def __init__(self, space: CellSpace) -> None:
        self.rulebook = space.rulebook
        self.unknown = space.unknown_region
        self.type = np.min_scalar_type(self.unknown)

    def read(self, column: Any) -> Codes:
        if _is_arrow(column):
            return self._arrow(column)
        column = np.asanyarray(column)
        if column.dtype.kind == "U" and column.dtype.itemsize == 48 and not isinstance(column, np.ma.MaskedArray):
            return self._letters(np.ascontiguousarray(column).view(np.uint32).reshape(len(column), 12))
        if column.dtype.kind not in "UO":
            raise self._wrong_type(column.dtype)
        values = column.tolist()
        known = [value is not None and value == value for value in values]
        for i, value in enumerate(values):
            if known[i] and not (isinstance(value, str) and len(value) == 12):
                raise _BadRow(i, _bad_code(value))
        codes = np.full(len(values), self.unknown, dtype=self.type)
        if any(known):
            try:
                text = np.array([v for v, k in zip(values, known, strict=True) if k], dtype="U12")
                codes[known] = self._letters(text.view(np.uint32).reshape(-1, 12))
            except _BadRow as bad:
                row = int(np.flatnonzero(known)[bad.row])
                raise _BadRow(row, _bad_code(values[row])) from None
        return codes

    def _arrow(self, column: Any) -> Codes:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = column.type
        if pa.types.is_null(kind):
            return np.full(len(column), self.unknown, dtype=self.type)
        if pa.types.is_dictionary(kind):
            return self._arrow(column.cast(kind.value_type))
        if pa.types.is_string_view(kind):
            column, kind = column.cast(pa.string()), pa.string()
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise self._wrong_type(kind)
        given = column.drop_null() if column.null_count else column
        if not len(given):
            return np.full(len(column), self.unknown, dtype=self.type)
        _, ends, data = given.buffers()
        width = np.int32 if pa.types.is_string(kind) else np.int64
        offsets = np.frombuffer(ends, dtype=width)[given.offset : given.offset + len(given) + 1]
        start = int(offsets[0])
        if not np.array_equal(offsets, np.arange(start, start + 12 * len(given) + 1, 12, dtype=width)):
            lengths = pc.fill_null(pc.binary_length(column), 12).to_numpy(zero_copy_only=False)
            row = int(np.argmax(lengths != 12))
            raise _BadRow(row, _bad_code(column[row].as_py()))
        letters = np.frombuffer(data, dtype=np.uint8, count=12 * len(given), offset=start).reshape(-1, 12)
        valid = pc.is_valid(column).to_numpy(zero_copy_only=False) if column.null_count else None
        try:
            codes = self._letters(letters)
        except _BadRow as bad:
            row = bad.row if valid is None else int(np.flatnonzero(valid)[bad.row])
            raise _BadRow(row, _bad_code(column[row].as_py())) from None
        if valid is None:
            return codes
        spread = np.full(len(column), self.unknown, dtype=self.type)
        spread[valid] = codes
        return spread

    def _letters(self, letters: NDArray[Any]) -> Codes:
        """The region of each code, given as rows of 12 letters."""
        if len(letters) and not (letters.min() >= ord("0") and letters.max() <= ord("9")):
            row = int(np.argmax(((letters < ord("0")) | (letters > ord("9"))).any(axis=1)))
            raise _BadRow(row, _bad_code("".join(map(chr, letters[row]))))
        letters = letters.astype(np.uint8, copy=False)
        regions = self.rulebook.regions
        codes = np.full(len(letters), regions.index(self.rulebook.region("")), dtype=self.type)
        for territory in sorted({i.territory for i in self.rulebook.instruments.values()} - {""}, key=len):
            if len(territory) < 4:
                done, inside = 1, letters[:, 0] == ord(territory[0])
            else:
                word = np.frombuffer(territory[:4].encode(), dtype=np.uint32)
                done, inside = 4, letters[:, :4].view(np.uint32)[:, 0] == word
            found = np.flatnonzero(inside)
            for i, digit in enumerate(territory[done:], start=done):
                found = found[letters[found, i] == ord(digit)]
            codes[found] = regions.index(self.rulebook.region(territory))
        return codes

    def _wrong_type(self, found: Any) -> _BadType:
        return _BadType(f"expected text of 12 digits such as 350583001001; found {found}: write the codes as text")


def _bad_code(value: Any) -> str:
    return f"expected 12 digits such as 350583001001, found {value!r}"


def _days(column: Any) -> NDArray[np.int64]:
    """Days since 1970-01-01."""
    wrong = "expected days, or text such as 2020-05-01; found"
    if _is_arrow(column):
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        kind = column.type
        if column.null_count and (row := _first(pc.is_null(column).to_numpy(zero_copy_only=False))) is not None:
            raise _BadRow(row, "no day; every row needs one")
        if pa.types.is_timestamp(kind) and kind.tz is None:
            days = column.cast(pa.date32())
            if (row := _first(pc.not_equal(days.cast(kind), column).to_numpy(zero_copy_only=False))) is not None:
                raise _BadRow(row, f"expected a day without a time, found {column[row].as_py()}")
            column, kind = days, days.type
        if pa.types.is_date(kind):
            return column.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)  # type: ignore[no-any-return]
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise _BadType(f"{wrong} {kind}")
        column = np.array(column.to_pylist(), dtype=object)
    column = np.asanyarray(column)
    if column.dtype.kind == "M":
        if (row := _first(np.isnat(column))) is not None:
            raise _BadRow(row, "no day; every row needs one")
        since: NDArray[np.int64] = column.astype("datetime64[D]").astype(np.int64)
        return since
    if column.dtype.kind not in "UO":
        raise _BadType(f"{wrong} {column.dtype}")
    seen: dict[Any, int] = {}
    for i, value in enumerate(column.tolist()):
        if value not in seen:
            try:
                seen[value] = read_day(value).toordinal() - EPOCH
            except InputRefused as refused:
                raise _BadRow(i, refused.why) from None
    return np.array([seen[value] for value in column.tolist()], dtype=np.int64)


def _bits(buffer: Any, column: Any) -> Codes:
    """The bits of one buffer of an Arrow array as bytes of 0 and 1."""
    skipped, first = divmod(column.offset, 8)
    packed = np.frombuffer(buffer, dtype=np.uint8, offset=skipped)
    return np.unpackbits(packed, count=first + len(column), bitorder="little")[first:]


def _arrow(array: NDArray[Any]) -> Any:
    import pyarrow as pa

    return pa.array(array)
