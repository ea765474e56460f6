"""What a national 12-digit division code says by itself: its level, its prefix, its ancestors.

Two digits for the province, two for the prefecture, two for the county, three for the township, three for the village.
A few prefectures have no counties (441900000000 Dongguan): the county digits are zero and townships follow at once.
"""

import re

CODE_LENGTH = 12
PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5
_DIGITS = {PROVINCE: 2, PREFECTURE: 4, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12}
_CODE = re.compile(r"[1-9]\d{11}", re.ASCII)


def is_code(text: str) -> bool:
    """Is this a division code: twelve digits, the first not zero?"""
    return _CODE.fullmatch(text) is not None


def level_of(code: str) -> int:
    """The level of a code, 1 province … 5 village: the last group of digits that is not all zero."""
    for level in (VILLAGE, TOWNSHIP, COUNTY, PREFECTURE):
        if code[_DIGITS[level - 1] : _DIGITS[level]].strip("0"):
            return level
    return PROVINCE


def prefix_of(code: str) -> str:
    """The digits that all codes inside this division begin with (``350583000000`` → ``350583``)."""
    return code[: _DIGITS[level_of(code)]]


def is_within(code: str, area: str) -> bool:
    """Does the division ``code`` lie in ``area``, or is it ``area`` itself?"""
    return code.startswith(prefix_of(area))


def ancestors_of(code: str) -> tuple[str, ...]:
    """The codes above this one, nearest first; empty for a province."""
    found: list[str] = []
    for level in range(level_of(code) - 1, 0, -1):
        ancestor = code[: _DIGITS[level]].ljust(CODE_LENGTH, "0")
        if ancestor not in found:
            found.append(ancestor)
    return tuple(found)


def span_of(area: str) -> tuple[str, str]:
    """The lowest and the highest code inside an area, for a range that an index can answer."""
    prefix = prefix_of(area)
    return prefix.ljust(CODE_LENGTH, "0"), prefix.ljust(CODE_LENGTH, "9")
