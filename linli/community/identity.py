"""What the papers of a person say by themselves: numbers in one spelling, check digit, day of birth, sex.

Numbers of identity cards follow GB 11643: six digits of area, eight of birth, three in sequence (odd for men), one
check digit. The area says where the number was given out, also by offices that are no more, so it is not looked up;
only that its first two digits are those of a province.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from linli.community.matching.identity_number import check_digit

# Belongs to no province, so to nobody: the numbers of the demo's people begin with it.
DEMO_AREA = "990583"
# No operator has numbers that begin so: the phones of the demo's people do.
DEMO_PHONES = "154"

_PROVINCES = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    )
)
_PHONE = re.compile(r"\+?\d{5,19}", re.ASCII)
_DROPPED = re.compile(r"[\s\-‐-―'’`.()]+")


class IdentityRefused(Exception):
    """A number that cannot be. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What the number of an identity card says."""

    birth_day: date
    is_male: bool


def normalised_number(text: str) -> str:
    """A document's number as it is stored: half width, upper case, no blanks, dashes or quotes.

    >>> normalised_number(" 35058３-19900101-001x ")
    '35058319900101001X'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def normalised_phone(text: str) -> str:
    """A phone number as it is stored: digits, perhaps a plus in front; empty for none.

    Raises: IdentityRefused.
    """
    phone = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    if phone and not _PHONE.fullmatch(phone):
        raise IdentityRefused("phone")
    return phone


def read_card(number: str, *, is_demo: bool) -> CardFacts:
    """What an 18-digit number says. Numbers of made-up people are taken in a demo only.

    Raises: IdentityRefused, with ``card_form``, ``card_check``, ``card_birth``, ``card_demo`` or ``card_area``.
    """
    if re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) is None:
        raise IdentityRefused("card_form")
    if check_digit(number[:17]) != number[17]:
        raise IdentityRefused("card_check")
    try:
        birth_day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityRefused("card_birth") from None
    if number[:2] == DEMO_AREA[:2]:
        if not is_demo:
            raise IdentityRefused("card_demo")
    elif number[:2] not in _PROVINCES:
        raise IdentityRefused("card_area")
    return CardFacts(birth_day=birth_day, is_male=int(number[16]) % 2 == 1)


def masked_number(number: str) -> str:
    """A document's number for those who may not see it: its ends alone."""
    return f"{number[:1]}{'*' * max(len(number) - 2, 1)}{number[-1:]}" if number else ""


def masked_phone(phone: str) -> str:
    """A phone number for those who may not see it: the last four digits alone."""
    return f"{'*' * max(len(phone) - 4, 1)}{phone[-4:]}" if phone else ""
