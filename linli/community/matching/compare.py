"""Compares pairs of people field by field; each comparison ends in a level, not in a number."""

from dataclasses import dataclass, fields

import numpy as np

from linli.community.matching.columns import OTHER_PAPER, SHORT, SOUND, Columns, Several, unpacked
from linli.community.matching.identity_number import repairs_of, slips_between
from linli.community.matching.names import Array, NameLevel, compare_names
from linli.community.matching.phones import one_slip_apart
from linli.community.matching.weights import BirthLevel, DocumentLevel, PhoneLevel, SexLevel

_MOST_SLIPS_SIMILAR = 3
_LUNAR_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Levels:
    """How pairs agree: arrays of shape (pairs,). ``phone_places`` is the agreeing phone of the first side, −1: none."""

    name: Array
    document: Array
    birth: Array
    sex: Array
    phone: Array
    phone_places: Array

    def of(self, which: Array) -> "Levels":
        """The levels of some of the pairs."""
        return Levels(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


def compare(first: Columns, one: Array, second: Columns, other: Array) -> Levels:
    """How person ``one[i]`` of ``first`` and person ``other[i]`` of ``second`` agree; no pairs give empty arrays.

    ``first`` is who is in question: what they state is held against what the other states and what the number says,
    not the other way round. So the two sides are no mirror of each other.
    """
    document = _documents(first, one, second, other)
    phone, places = _phones(first.phones, one, second.phones, other)
    return Levels(
        name=_names(first, one, second, other),
        document=document,
        birth=_births(first.births[one], second.births[other], by_number=_is_said_by_number(document)),
        sex=_sexes(first.sexes[one], second.sexes[other]),
        phone=phone,
        phone_places=places,
    )


def every_combination(first: Several, one: Array, second: Several, other: Array) -> tuple[Array, Array, Array]:
    """For pairs of people, all pairs of their values: which pair, place in ``first.values``, in ``second.values``."""
    count_1 = first.start[one + 1] - first.start[one]
    count_2 = second.start[other + 1] - second.start[other]
    count = count_1 * count_2
    pair = np.repeat(np.arange(len(one)), count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    width = count_2[pair]
    return pair, first.start[one][pair] + step // width, second.start[other][pair] + step % width


def _best(levels: Array, pair: Array, *, pairs: int, missing: int) -> Array:
    """The lowest level of each pair; ``missing`` where there is none."""
    found = np.full(pairs, missing, dtype=np.uint8)
    np.minimum.at(found, pair, levels.astype(np.uint8))
    return found


def _names(first: Columns, one: Array, second: Columns, other: Array) -> Array:
    pair, left, right = every_combination(first.names_of, one, second.names_of, other)
    levels = compare_names(first.names, first.names_of.values[left], second.names, second.names_of.values[right])
    return _best(levels, pair, pairs=len(one), missing=NameLevel.MISSING)


def _documents(first: Columns, one: Array, second: Columns, other: Array) -> Array:
    pair, left, right = every_combination(first.documents, one, second.documents, other)
    number_1, number_2 = first.documents.values[left], second.documents.values[right]
    kind_1, kind_2 = first.document_kinds[left], second.document_kinds[right]
    levels = np.full(len(pair), DocumentLevel.CONFLICT.value, dtype=np.uint8)
    paper_1, paper_2 = kind_1 == OTHER_PAPER, kind_2 == OTHER_PAPER
    levels[paper_1 != paper_2] = DocumentLevel.MISSING  # a passport and an ID number do not contradict each other
    levels[paper_1 & paper_2] = DocumentLevel.DIFFERENT  # permits and passports are renewed under new numbers
    equal = number_1 == number_2
    levels[equal] = DocumentLevel.EXACT
    shaky = ~equal & ~paper_1 & ~paper_2 & ((kind_1 != SOUND) | (kind_2 != SOUND))
    for place in np.flatnonzero(shaky):
        levels[place] = _shaky(
            unpacked(number_1[place]), unpacked(number_2[place]), short=SHORT in (kind_1[place], kind_2[place])
        )
    return _best(levels, pair, pairs=len(one), missing=DocumentLevel.MISSING)


def _shaky(first: str, second: str, *, short: bool) -> int:
    """Two numbers that differ, at least one of them without a check digit that proves it."""
    if second in repairs_of(first) or first in repairs_of(second):
        return DocumentLevel.SLIP
    if short:  # the check digit was made by the conversion
        slips = slips_between(first[:17], second[:17])
        if slips <= 1:
            return DocumentLevel.SLIP
    else:
        slips = slips_between(first, second)
    return DocumentLevel.SIMILAR if slips <= _MOST_SLIPS_SIMILAR else DocumentLevel.DIFFERENT


def _births(first: Array, second: Array, *, by_number: Array) -> Array:
    """Shape (pairs, 2) each: as stated, as in the number. A date in a sound number says no more than the number."""
    levels = []
    for left in (0, 1):
        for right in (0, 1):
            level = _birth(first[:, left], second[:, right])
            levels.append(np.where(by_number, BirthLevel.MISSING, level) if left == 1 else level)
    found: Array = np.min(np.stack(levels), axis=0).astype(np.uint8)
    return found


def _is_said_by_number(document: Array) -> Array:
    """Has the comparison of the numbers said all that the dates in them could say?"""
    found: Array = (document == DocumentLevel.EXACT) | (document == DocumentLevel.CONFLICT)
    return found


def _birth(first: Array, second: Array) -> Array:
    year_1, month_1, day_1 = first // 10000, first // 100 % 100, first % 100
    year_2, month_2, day_2 = second // 10000, second // 100 % 100, second % 100
    turned = (year_1 == year_2) & (month_1 == day_2) & (day_1 == month_2)
    apart = np.abs((year_1 - year_2) * 365 + (month_1 - month_2) * 30 + (day_1 - day_2))
    cases = (
        ((first == 0) | (second == 0), BirthLevel.MISSING),
        ((first == second) & (first % 10000 == 101), BirthLevel.PLACEHOLDER),
        (first == second, BirthLevel.EXACT),
        (turned | one_slip_apart(first, second), BirthLevel.CLOSE),
        (apart <= _LUNAR_DAYS, BirthLevel.CALENDARS),
    )
    return np.select([case for case, _ in cases], [level.value for _, level in cases], BirthLevel.DIFFERENT.value)


def _sexes(first: Array, second: Array) -> Array:
    known = (first != 0) & (second != 0)
    return np.where(known, np.where(first == second, SexLevel.EXACT, SexLevel.DIFFERENT), SexLevel.MISSING).astype(
        np.uint8
    )


def _phones(first: Several, one: Array, second: Several, other: Array) -> tuple[Array, Array]:
    pair, left, right = every_combination(first, one, second, other)
    number_1, number_2 = first.values[left], second.values[right]
    equal = number_1 == number_2
    levels = np.where(equal, PhoneLevel.EXACT, PhoneLevel.DIFFERENT)
    levels = np.where(one_slip_apart(number_1, number_2), PhoneLevel.SLIP, levels)
    places = np.full(len(one), -1, dtype=np.int64)
    np.maximum.at(places, pair[equal], left[equal])
    return _best(levels, pair, pairs=len(one), missing=PhoneLevel.MISSING), places
