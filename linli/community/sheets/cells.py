"""What a cell means: each kind of column cleans its cells, and says what is wrong with one and what to do."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from linli.community.sheets.days import DayUnreadable, read_day

_BLANK = re.compile(r"[\s\u00a0\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]+")
_APOSTROPHES = "'’‘`´"
_EMPTY = frozenset(
    {"", "-", "--", "—", "/", "\\", "无", "暂无", "没有", "不详", "未知", "N/A", "NA", "NULL", "NONE", "空", "#N/A"}
)
_ERRORS = re.compile(r"#(REF|VALUE|NAME\?|DIV/0|NUM|NULL)!?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_NUMBER_NOISE = re.compile(r"[\s\-‐–—_'’‘`\"“”,,.]+")
_PHONE_PARTS = re.compile(r"[/、,,;;|\\]|\s{1,}(?=1\d{10})")
_NAME = re.compile(r"[A-Za-z\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f·•・.\s〇\-']+")
_NAME_NOTE = re.compile(r"[((【\[].*?[))】\]]")
_SEXES = {
    "男": "MALE", "男性": "MALE", "M": "MALE", "MALE": "MALE", "1": "MALE", "先生": "MALE",
    "女": "FEMALE", "女性": "FEMALE", "F": "FEMALE", "FEMALE": "FEMALE", "2": "FEMALE", "女士": "FEMALE",
}  # fmt: skip
_READ_AS_X = str.maketrans({"Ⅹ": "X", "×": "X", "Х": "X", "х": "X", "*": "X"})
_LONGEST = 500


class CellKind(StrEnum):
    """What a column holds."""

    TEXT = "TEXT"
    NAME = "NAME"
    DOCUMENT = "DOCUMENT"
    PHONE = "PHONE"
    DAY = "DAY"
    SEX = "SEX"


@dataclass(frozen=True, kw_only=True)
class CellProblem:
    """Something wrong with one cell: the field, the heading as written, what stood there, why, and what to do.

    ``is_lost``: the clean cell is empty because of it; otherwise it holds the best reading.
    """

    code: str
    field: str
    heading: str
    said: str
    reason: str
    remedy: str
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A clean cell, and what was wrong with it: ``code``, ``reason``, ``remedy``, empty when nothing was."""

    value: str
    code: str = ""
    reason: str = ""
    remedy: str = ""


def clean_text(text: str) -> str:
    """Half-width digits, letters and blanks; no leading apostrophe, no odd blanks; empty for words that say nothing."""
    plain = _BLANK.sub(" ", unicodedata.normalize("NFKC", text)).strip().lstrip(_APOSTROPHES).strip()
    return "" if plain.upper() in _EMPTY else plain


def read_cell(text: str, *, kind: CellKind, year: int | None = None, is_number: bool = False) -> Reading:
    """What ``text`` means in a column of this kind; an empty cell is no problem.

    ``is_number``: the cell was a number, not text. Days come as ``2020-02-03``, the sex as MALE or FEMALE, several
    phones with a space between them.
    """
    plain = clean_text(text)
    if not plain:
        return Reading(value="")
    if _ERRORS.fullmatch(plain):
        return Reading(
            value="", code="FORMULA_ERROR", reason=f"“{plain}” is an error of a formula.", remedy="Repair it."
        )
    if len(plain) > _LONGEST:
        return Reading(
            value="", code="TOO_LONG", reason=f"The cell has {len(plain):,} characters.", remedy="Shorten it."
        )
    if kind is CellKind.DAY:
        return _day(plain, year=year, is_number=is_number)
    reader = _READERS.get(kind)
    return reader(plain, is_number) if reader else Reading(value=plain)


def _day(plain: str, *, year: int | None, is_number: bool) -> Reading:
    try:
        return Reading(value=read_day(plain, year=year, is_number=is_number).isoformat())
    except DayUnreadable as unreadable:
        return Reading(value="", code=unreadable.code, reason=unreadable.reason, remedy=unreadable.remedy)


def _name(plain: str, is_number: bool) -> Reading:
    name = _NAME_NOTE.sub("", plain).strip()
    if not name or not _NAME.fullmatch(name):
        return Reading(
            value="", code="NAME_FORM", reason=f"“{plain}” is not a name.", remedy="Write the name alone, in letters."
        )
    joined = name if name.isascii() else name.replace(" ", "")
    return Reading(value=re.sub("[•・.]", "·", joined) if not joined.isascii() else joined)


def _document(plain: str, is_number: bool) -> Reading:
    if _SCIENTIFIC.fullmatch(plain) or (is_number and len(plain) > 15):
        return Reading(
            value="",
            code="NUMBER_ROUNDED",
            reason=f"“{plain}” is a number that a spreadsheet has rounded; its last digits are lost.",
            remedy="Make the column text and enter the numbers again.",
        )
    number = _NUMBER_NOISE.sub("", plain).upper()
    if len(number) == 18 and number[:17].isdigit():
        number = number[:17] + number[17].translate(_READ_AS_X)
    if "*" in number:
        return Reading(
            value="", code="NUMBER_MASKED", reason=f"“{plain}” is masked.", remedy="Ask for the list with full numbers."
        )
    if not number.isascii() or not number.isalnum():
        return Reading(
            value="", code="NUMBER_FORM", reason=f"“{plain}” is not a document's number.", remedy="Look at the paper."
        )
    if number.isdigit() and len(number) == 18 and number.endswith("000"):
        return Reading(
            value=number,
            code="NUMBER_ROUNDED",
            reason="The number ends in 000: perhaps a spreadsheet has rounded it.",
            remedy="Compare with the paper.",
        )
    if number.isdigit() and len(number) in (14, 16, 17, 19, 20):
        return Reading(
            value=number,
            code="NUMBER_LENGTH",
            reason=f"“{number}” has {len(number)} digits; an ID number has 18, an old one 15.",
            remedy="Look at the paper.",
        )
    return Reading(value=number)


def _phone(plain: str, is_number: bool) -> Reading:
    numbers, faulty = [], ""
    for part in _PHONE_PARTS.split(plain):
        digits = re.sub(r"\D+", "", part)
        if not digits:
            continue
        if len(digits) > 11:
            digits = digits.removeprefix("00").removeprefix("86")
        is_mobile = len(digits) == 11 and digits.startswith("1")
        is_landline = 7 <= len(digits) <= 8 or (10 <= len(digits) <= 12 and digits.startswith("0"))
        if is_number and len(digits) in (10, 11) and not is_mobile:
            digits, is_landline = "0" + digits, True  # the number has lost its zero
        if not (is_mobile or is_landline) or "*" in part:
            faulty = part.strip()
            continue
        numbers.append(digits)
    value = " ".join(dict.fromkeys(numbers))
    if faulty or not numbers:
        return Reading(
            value=value,
            code="PHONE_FORM",
            reason=f"“{faulty or plain}” is not a telephone number: 11 digits, or a landline with its area code.",
            remedy="Ask for the number again.",
        )
    return Reading(value=value)


def _sex(plain: str, is_number: bool) -> Reading:
    value = _SEXES.get(plain.upper(), "")
    if value:
        return Reading(value=value)
    return Reading(value="", code="SEX_FORM", reason=f"“{plain}” is not a sex.", remedy="Write 男 or 女.")


_READERS: dict[CellKind, Callable[[str, bool], Reading]] = {
    CellKind.NAME: _name,
    CellKind.DOCUMENT: _document,
    CellKind.PHONE: _phone,
    CellKind.SEX: _sex,
}
