"""Finds the few pairs worth comparing, by keys that one slip leaves intact, so that not all are compared with all.

A row and a known person become a pair when they share at least one of:

- a document number, or a number one slip away from an unsound one;
- the sound of the name and the birth year, or the sound and the birthday within the year;
- the sound of the surname and the birth date; the sound of the rest of the name and the birth date;
- a telephone number;
- the sound of the name alone, for a row that has neither birth date nor number.

The rows are indexed and the known people stream past, so a register never has to be held in memory.
"""

from dataclasses import dataclass

import numpy as np

from linli.community.matching.columns import Columns, given_keys, mixed, row_keys, sound_keys
from linli.community.matching.names import Array

_MOST_ROWS_PER_KEY = 100
"""A key that more rows share (one hotel's telephone for all its guests) tells nobody apart."""


@dataclass(frozen=True, kw_only=True)
class _Keys:
    values: Array
    owners: Array


class RowIndex:
    """The rows by their keys, and how often the known people that streamed past bear their names and phones."""

    def __init__(self, rows: Columns) -> None:
        self._rows = rows
        self._kinds = tuple(_sorted(keys) for keys in _keys_of(rows, alone=_has_only_a_name(rows)))
        self._names = np.unique(row_keys(rows.names.standard))
        self._sounds = np.unique(sound_keys(rows.names))
        self._phones = np.unique(rows.phones.values)
        self._name_bearers = np.zeros(len(self._names), dtype=np.int64)
        self._sound_bearers = np.zeros(len(self._sounds), dtype=np.int64)
        self._phone_owners = np.zeros(len(self._phones), dtype=np.int64)

    def pairs_with(self, known: Columns) -> tuple[Array, Array]:
        """Places of rows and of known people that share a key, each pair once, in order; counts names on the way."""
        self._name_bearers += _counted(self._names, row_keys(known.names.standard))
        self._sound_bearers += _counted(self._sounds, sound_keys(known.names))
        self._phone_owners += _counted(self._phones, known.phones.values)
        codes = [
            _shared(index, keys, width=len(known))
            for index, keys in zip(self._kinds, _keys_of(known, alone=None), strict=True)
        ]
        unique = np.unique(np.concatenate(codes)) if codes else np.zeros(0, dtype=np.int64)
        return unique // max(len(known), 1), unique % max(len(known), 1)

    def name_bearers(self) -> tuple[Array, Array]:
        """Per row of ``names``: how many known people bear the name, and how many a name that sounds like it."""
        rows = self._rows.names
        return (
            _looked_up(self._names, self._name_bearers, row_keys(rows.standard)),
            _looked_up(self._sounds, self._sound_bearers, sound_keys(rows)),
        )

    def phone_owners(self) -> Array:
        """Per phone of the rows: how many known people have it."""
        return _looked_up(self._phones, self._phone_owners, self._rows.phones.values)


def _has_only_a_name(rows: Columns) -> Array:
    found: Array = (rows.births == 0).all(axis=1) & (np.diff(rows.documents.start) == 0)
    return found


def _keys_of(people: Columns, *, alone: Array | None) -> tuple[_Keys, ...]:
    """The keys of each kind. ``alone``: whose names count by themselves; None: everybody's."""
    documents = _Keys(
        values=np.concatenate([people.documents.values, people.repairs.values]),
        owners=np.concatenate([people.documents.owners, people.repairs.owners]),
    )
    phones = _Keys(values=people.phones.values, owners=people.phones.owners)
    owners = people.name_owners
    named = people.names.length > 0
    sounds, given = sound_keys(people.names), given_keys(people.names)
    surnames = people.names.sound[:, 0]
    kept = named if alone is None else named & alone[owners]
    kinds = [documents, phones, _Keys(values=sounds[kept], owners=owners[kept])]
    for which in (0, 1):
        births = people.births[owners, which]
        use = named & (births != 0)
        if which == 1:
            use &= births != people.births[owners, 0]
        days, whose = births[use], owners[use]
        long_enough = use & (given != 0)
        kinds += [
            _Keys(values=mixed(sounds[use], days // 10000), owners=whose),
            _Keys(values=mixed(sounds[use], days % 10000), owners=whose),
            _Keys(values=mixed(surnames[use], days), owners=whose),
            _Keys(values=mixed(given[long_enough], births[long_enough]), owners=owners[long_enough]),
        ]
    return (*kinds[:3], *(_joined(kinds[place], kinds[place + 4]) for place in range(3, 7)))


def _joined(first: _Keys, second: _Keys) -> _Keys:
    return _Keys(
        values=np.concatenate([first.values, second.values]), owners=np.concatenate([first.owners, second.owners])
    )


def _sorted(keys: _Keys) -> _Keys:
    """By value, without the values that too many rows share."""
    order = np.argsort(keys.values, kind="stable")
    values, owners = keys.values[order], keys.owners[order]
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    kept = counts[place] <= _MOST_ROWS_PER_KEY
    return _Keys(values=values[kept], owners=owners[kept])


def _shared(index: _Keys, keys: _Keys, *, width: int) -> Array:
    """Row and known person in one number, for every pair that shares a key of this kind."""
    from_place = np.searchsorted(index.values, keys.values, side="left")
    count = np.searchsorted(index.values, keys.values, side="right") - from_place
    hit = np.flatnonzero(count)
    from_place, count, owners = from_place[hit], count[hit], keys.owners[hit]
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    found: Array = index.owners[np.repeat(from_place, count) + step] * width + np.repeat(owners, count)
    return found


def _counted(values: Array, found: Array) -> Array:
    """How often each of the sorted ``values`` is in ``found``."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    place = np.minimum(np.searchsorted(values, found), len(values) - 1)
    return np.bincount(place[values[place] == found], minlength=len(values))


def _looked_up(values: Array, counts: Array, wanted: Array) -> Array:
    found: Array = counts[np.searchsorted(values, wanted)] if len(values) else np.zeros(0, dtype=np.int64)
    return found
