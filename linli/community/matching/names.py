"""Chinese names side by side: written alike, sounding alike, characters swapped, one wrong, one missing.

Works on arrays: a name is a row of ``WIDTH`` numbers, 0 where it has ended. ``NameTable`` turns names into such rows;
``compare_names`` says for pairs of rows how the names agree.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pypinyin import Style, pinyin

from linli.community.matching.variant_characters import STANDARD_FORMS

WIDTH = 12
"""Characters of a name that count; of longer names the rest is not looked at."""

Array = npt.NDArray[Any]

_CODE_POINTS = 0x110000
_MOST_READINGS = 2

# As a surname these are read otherwise than as a word.
_SURNAME_READINGS = {
    "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "曾": "zeng", "任": "ren", "华": "hua",
    "朴": "piao", "尉": "wei", "缪": "miao", "乐": "yue", "翟": "zhai", "盖": "ge", "葛": "ge", "覃": "qin",
    "种": "chong", "繁": "po", "员": "yun", "折": "she", "黑": "he", "秘": "bi", "冼": "xian", "召": "shao",
    "洗": "xian", "佴": "nai", "隗": "kui",
}  # fmt: skip

# What southern ears and phones do not keep apart, so that a key of these letters finds both spellings.
_INITIALS_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("hu", "f"))


class NameLevel(IntEnum):
    """How two names agree, the best first."""

    EXACT = 0
    VARIANT = 1
    HOMOPHONE = 2
    NEAR_HOMOPHONE = 3
    SWAPPED = 4
    CONTAINED = 5
    ONE_CHARACTER = 6
    GIVEN_NAME = 7
    SURNAME = 8
    DIFFERENT = 9
    MISSING = 10


@dataclass(frozen=True, kw_only=True)
class NameRows:
    """Names as arrays of shape (n, WIDTH): as written, in standard characters, first and second reading, coarse sound.

    0 where the name has ended; ``length`` has shape (n,), 0 for no name.
    """

    written: Array
    standard: Array
    reading: Array
    other_reading: Array
    sound: Array
    length: Array

    def __len__(self) -> int:
        """How many names."""
        return len(self.length)


def plain_name(name: str) -> str:
    """The name without spaces, dots and marks, Latin letters large; the same string for the same name."""
    if name.isalpha() and not name.isascii():
        return name
    kept = (character for character in unicodedata.normalize("NFKC", name) if character.isalpha())
    return "".join(kept).upper()


class NameTable:
    """Reads characters: standard form and sound of each, looked up once and kept."""

    def __init__(self) -> None:
        self._seen = np.zeros(_CODE_POINTS, dtype=bool)
        self._seen[0] = True
        self._standard = np.zeros(_CODE_POINTS, dtype=np.uint32)
        self._readings = np.zeros((4, _CODE_POINTS), dtype=np.uint16)  # first, second, as a surname, coarse
        self._surname_sound = np.zeros(_CODE_POINTS, dtype=np.uint16)
        self._numbers: dict[str, int] = {"": 0}

    def rows(self, names: Sequence[str]) -> NameRows:
        """The names as arrays; none gives arrays of no rows."""
        texts = np.array([plain_name(name)[:WIDTH] for name in names], dtype=f"U{WIDTH}")
        written = texts.view(np.uint32).reshape(len(names), WIDTH)
        for code in np.unique(written[~self._seen[written]]):
            self._read(int(code))
        standard = self._standard[written]
        reading = self._readings[0][written]
        sound = self._readings[3][written]
        reading[:, 0] = self._readings[2][written[:, 0]]
        sound[:, 0] = self._surname_sound[written[:, 0]]
        return NameRows(
            written=written,
            standard=standard,
            reading=reading,
            other_reading=self._readings[1][written],
            sound=sound,
            length=(written != 0).sum(axis=1),
        )

    def _read(self, code: int) -> None:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character)
        folded = folded if len(folded) == 1 else character
        standard = STANDARD_FORMS.get(folded, folded)
        readings = pinyin(standard, style=Style.NORMAL, heteronym=True)[0][:_MOST_READINGS]
        first = _plain(readings[0])
        second = _plain(readings[1]) if len(readings) > 1 else ""
        as_surname = _SURNAME_READINGS.get(standard, first)
        self._standard[code] = ord(standard)
        self._readings[:, code] = [self._number(text) for text in (first, second, as_surname, _coarse(first))]
        self._surname_sound[code] = self._number(_coarse(as_surname))
        self._seen[code] = True

    def _number(self, syllable: str) -> int:
        return self._numbers.setdefault(syllable, len(self._numbers))


def compare_names(first: NameRows, one: Array, second: NameRows, other: Array) -> Array:
    """How ``first[one[i]]`` and ``second[other[i]]`` agree: an array of NameLevel, one per pair."""
    standard_1, standard_2 = first.standard[one], second.standard[other]
    length_1, length_2 = first.length[one], second.length[other]
    same = standard_1 == standard_2
    same_length = length_1 == length_2
    alike = same | _sound_alike(first, one, second, other)
    near = alike | (first.sound[one] == second.sound[other])
    begin_alike = alike[:, 0] & (length_1 > 0) & (length_2 > 0)
    different = np.where(same_length, WIDTH - same.sum(axis=1), WIDTH)
    long_enough = same_length & (length_1 >= 3)
    cases = (
        ((length_1 == 0) | (length_2 == 0), NameLevel.MISSING),
        (same_length & (first.written[one] == second.written[other]).all(axis=1), NameLevel.EXACT),
        (same_length & (different == 0), NameLevel.VARIANT),
        (same_length & alike.all(axis=1), NameLevel.HOMOPHONE),
        (same_length & near.all(axis=1), NameLevel.NEAR_HOMOPHONE),
        (same_length & _same_characters(standard_1, standard_2), NameLevel.SWAPPED),
        (_one_missing(standard_1, standard_2, length_1, length_2), NameLevel.CONTAINED),
        (long_enough & begin_alike & (different == 1), NameLevel.ONE_CHARACTER),
        (long_enough & (different == 1), NameLevel.GIVEN_NAME),
        (begin_alike, NameLevel.SURNAME),
    )
    return np.select(
        [case for case, _ in cases], [level.value for _, level in cases], NameLevel.DIFFERENT.value
    ).astype(np.uint8)


def _sound_alike(first: NameRows, one: Array, second: NameRows, other: Array) -> Array:
    """Of shape (pairs, WIDTH): is there a reading that both characters have?"""
    reading_1, reading_2 = first.reading[one], second.reading[other]
    second_1, second_2 = first.other_reading[one], second.other_reading[other]
    found: Array = (
        (reading_1 == reading_2)
        | (reading_1 == second_2)
        | (second_1 == reading_2)
        | ((second_1 == second_2) & (second_1 != 0))
    )
    return found


def _same_characters(first: Array, second: Array) -> Array:
    found: Array = (np.sort(first, axis=1) == np.sort(second, axis=1)).all(axis=1)
    return found


def _one_missing(first: Array, second: Array, length_1: Array, length_2: Array) -> Array:
    """Is one name the other without one of its characters, at least two being left?"""
    longer = np.where((length_1 > length_2)[:, None], first, second)
    shorter = np.where((length_1 > length_2)[:, None], second, first)
    before = np.cumprod(longer == shorter, axis=1)
    shifted = np.zeros_like(longer)
    shifted[:, :-1] = longer[:, 1:]
    after = np.cumprod((shifted == shorter)[:, ::-1], axis=1)[:, ::-1]
    gap = np.ones((len(first), WIDTH), dtype=bool)
    gap[:, 1:] = before[:, :-1] != 0
    found: Array = (np.abs(length_1 - length_2) == 1) & (np.minimum(length_1, length_2) >= 2)
    found &= (gap & (after != 0)).any(axis=1)
    return found


def _plain(syllable: str) -> str:
    return syllable.lower().replace("ü", "v")


def _coarse(syllable: str) -> str:
    for spelt, heard in _INITIALS_ALIKE:
        if syllable.startswith(spelt) and syllable != spelt:
            syllable = heard + syllable.removeprefix(spelt)
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable
