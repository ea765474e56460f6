"""What an ID number says by itself, and which number a mistyped one was meant to be.

Eighteen digits: six for the area, eight for the birth date, three for the sequence (odd: male), one check digit
(GB 11643, ISO 7064 MOD 11-2). Numbers of fifteen digits, issued until 1999, have a two-digit year and no check digit.
The check digit finds every single wrong digit and every swap of two neighbours, so such a number can be repaired to a
handful of candidates.
"""

import unicodedata
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DROPPED = str.maketrans("", "", "'`’‘′ -‐–—_.,·\"“”\t\r\n\u00a0\u200b\u3000\ufeff")
_READ_AS = str.maketrans({"Ⅹ": "X", "×": "X", "Х": "X", "х": "X", "O": "0", "I": "1", "L": "1"})


class IdentityNumber(NamedTuple):
    """An ID number in eighteen digits.

    ``is_valid``: the check digit and the birth date are right. ``was_short``: converted from fifteen digits, so that
    the check digit proves nothing.
    """

    digits: str
    is_valid: bool
    was_short: bool = False


def written_plainly(text: str) -> str:
    """The number without spaces, apostrophes and dashes, digits and letters in half width, letters large."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return unicodedata.normalize("NFKC", text).upper().translate(_DROPPED)


def parse_identity_number(text: str) -> IdentityNumber | None:
    """The ID number in ``text``, or None when it has another shape (a passport, a permit, a part of a number).

    >>> parse_identity_number("990583550203001")
    IdentityNumber(digits='990583195502030016', is_valid=True, was_short=True)
    """
    plain = written_plainly(text)
    if len(plain) not in (15, 18):
        return None
    plain = plain[:1] + plain[1:].translate(_READ_AS)
    if len(plain) == 15:
        if not (plain.isascii() and plain.isdigit()):
            return None
        body = plain[:6] + "19" + plain[6:]
        return IdentityNumber(body + check_digit(body), birth_day_of(body) is not None, was_short=True)
    if plain[17] == "*":
        plain = plain[:17] + "X"
    if not (plain.isascii() and plain[:17].isdigit() and plain[17] in "0123456789X"):
        return None
    return IdentityNumber(plain, is_sound(plain))


def check_digit(body: str) -> str:
    """The check digit for seventeen digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def is_sound(digits: str) -> bool:
    """Are these eighteen digits a number that could have been issued: right check digit, a real birth date?"""
    return digits[17] == check_digit(digits[:17]) and birth_day_of(digits) is not None


def birth_day_of(digits: str) -> date | None:
    """The birth date in an eighteen-digit number; None when it is no date or before 1880."""
    year = int(digits[6:10])
    if not 1880 <= year <= 2099:
        return None
    try:
        return date(year, int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None


def is_male(digits: str) -> bool:
    """Does the number belong to a man? The seventeenth digit is odd."""
    return int(digits[16]) % 2 == 1


@lru_cache(maxsize=100_000)
def repairs_of(digits: str) -> tuple[str, ...]:
    """The sound numbers one slip away from an unsound one: one digit mistyped, or two neighbours swapped.

    About ten of them, sorted; empty for a sound number.
    """
    if is_sound(digits):
        return ()
    found = {digits[:17] + check_digit(digits[:17])}
    for place in range(17):
        for digit in "0123456789":
            if digit != digits[place]:
                found.add(digits[:place] + digit + digits[place + 1 :])
    for place in range(16):
        found.add(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
    if digits[17] != "X":
        found.add(digits[:16] + digits[17] + digits[16])
    return tuple(sorted(number for number in found if is_sound(number)))


def slips_between(first: str, second: str) -> int:
    """How many slips make one number of the other: wrong digits, a swap of two neighbours counting once.

    0 for equal numbers; both must have the same length.
    """
    wrong = [place for place in range(len(first)) if first[place] != second[place]]
    swaps = sum(
        1
        for left, right in pairwise(wrong)
        if right == left + 1 and first[left] == second[right] and first[right] == second[left]
    )
    return len(wrong) - swaps
