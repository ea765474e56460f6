"""How alike two addresses written by hand are."""

import re
import unicodedata
from functools import lru_cache

from linli.community.matching.weights import HouseholdLevel

_KEPT = re.compile(r"[^0-9A-Z\u3400-\u9fff]+")
_NUMBERS = re.compile(r"\d+")
_UNSAID = re.compile(r"号楼|单元|居委会|村委会|[栋幢座室号户楼组]")
_SIMILAR = 0.5


def compare_households(first: str, second: str) -> int:
    """A HouseholdLevel: SAME when the house numbers agree and most of the words, SIMILAR when the place does.

    MISSING when one of them is empty.
    """
    words_1, numbers_1 = _parts(first)
    words_2, numbers_2 = _parts(second)
    if not (words_1 or numbers_1) or not (words_2 or numbers_2):
        return HouseholdLevel.MISSING
    shared = len(words_1 & words_2)
    fewer = min(len(words_1), len(words_2))
    alike = fewer == 0 or shared >= _SIMILAR * fewer
    if alike and numbers_1 and numbers_2 and _same_door(numbers_1, numbers_2):
        return HouseholdLevel.SAME
    if alike and fewer:
        return HouseholdLevel.SIMILAR
    return HouseholdLevel.DIFFERENT


def _same_door(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """The same last number, and all numbers of the shorter address in the longer one."""
    fewer, more = sorted((first, second), key=len)
    return first[-1] == second[-1] and set(fewer) <= set(more)


@lru_cache(maxsize=200_000)
def _parts(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    plain = _KEPT.sub(" ", unicodedata.normalize("NFKC", text).upper())
    numbers = tuple(number.lstrip("0") for number in _NUMBERS.findall(plain))
    words = _UNSAID.sub("", _NUMBERS.sub("", plain)).replace(" ", "")
    return frozenset(words[place : place + 2] for place in range(len(words) - 1)), numbers
