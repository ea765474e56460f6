"""Telephone numbers as one number each, and how near two of them are."""

import re
import unicodedata

import numpy as np

from linli.community.matching.names import Array

_NOT_DIGITS = re.compile(r"\D+")
_PLACES = 10 ** np.arange(12, dtype=np.int64)


def phone_number(text: str) -> int:
    """The digits as a number, without the country code 86; 0 when it is none (under 7 digits, or all digits equal).

    >>> phone_number("+86 138-0000-1234")
    13800001234
    """
    digits = text if text.isascii() and text.isdigit() else _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    if len(digits) > 11:
        digits = digits.removeprefix("00").removeprefix("86")
    if not 7 <= len(digits) <= 12 or len(set(digits)) == 1:
        return 0
    return int(digits)


def one_slip_apart(first: Array, second: Array) -> Array:
    """For pairs of numbers: does one digit differ, or are two neighbouring digits swapped? False for equal ones.

    Arrays of shape (pairs,) of int64, 0 for no number; gives booleans of the same shape.
    """
    digits_1 = first[:, None] // _PLACES % 10
    digits_2 = second[:, None] // _PLACES % 10
    wrong = digits_1 != digits_2
    count = wrong.sum(axis=1)
    swapped = wrong[:, 1:] & wrong[:, :-1]
    swapped &= (digits_1[:, 1:] == digits_2[:, :-1]) & (digits_1[:, :-1] == digits_2[:, 1:])
    found: Array = ((count == 1) | ((count == 2) & swapped.any(axis=1))) & (first != 0) & (second != 0)
    return found
