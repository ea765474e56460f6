"""A filled paper line, typed in a few keys: a number, letters for the choices, a remark after ``#``.

``65`` is 36.5 ℃, ``372a`` is 37.2 ℃ with the first choice, ``.`` is as usual, nothing at all is not filled in. What a
letter means follows from the fields of the kind in their order, and is printed on the sheet.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from linli.records.kinds import Field, Kind, Words

AS_USUAL = "."
_LINE = re.compile(r"^(?P<number>\d+(?:\.\d+)?)?(?P<letters>[a-z]*)(?:#(?P<remark>.*))?$")
_NUMBERS = ("number", "int")


class ShorthandRefused(Exception):
    """A line that says nothing that the kind knows. ``code`` says why, ``data`` what the sentence needs."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What a letter stands for."""

    letter: str
    field: Field
    value: Any
    say: Words


def signs_of(kind: Kind) -> tuple[Sign, ...]:
    """The letters of a kind in their order; those beyond the alphabet are left to the full form."""
    return tuple(
        Sign(letter=letter, field=field, value=value, say=say)
        for letter, (field, value, say) in zip(ascii_lowercase, _answers(kind), strict=False)
    )


def can_be_typed(kind: Kind) -> bool:
    """Can all that a kind needs be said in a line? Days and words that must be there need the full form."""
    needed = [field for field in kind.fields if field.required]
    numbers = [field for field in needed if field.type in _NUMBERS]
    first = next((field for field in kind.fields if field.type in _NUMBERS), None)
    return all(field.type in (*_NUMBERS, "choice", "choices", "bool") for field in needed) and numbers in ([], [first])


def _answers(kind: Kind) -> Iterator[tuple[Field, Any, Words]]:
    for field in kind.fields:
        if field.type == "bool":
            yield field, True, field.say
        for value, say in field.choices:
            yield field, value, say


def payload_of(kind: Kind, text: str) -> Mapping[str, Any] | None:
    """What a line says, not yet checked against the limits of the kind; None when it was left empty.

    Raises: ShorthandRefused.
    """
    line = unicodedata.normalize("NFKC", text).strip().lower().replace("。", ".")
    if not line:
        return None
    if line == AS_USUAL:
        return dict(kind.usual)
    found = _LINE.match(line)
    if found is None:
        raise ShorthandRefused("not_readable", text=text)
    payload: dict[str, Any] = {}
    if found["number"]:
        field = next((one for one in kind.fields if one.type in _NUMBERS), None)
        if field is None:
            raise ShorthandRefused("no_number", text=found["number"])
        payload[field.id] = _number(field, found["number"])
    signs = {sign.letter: sign for sign in signs_of(kind)}
    for letter in found["letters"]:
        if letter not in signs:
            raise ShorthandRefused("no_letter", text=letter)
        _say(payload, signs[letter])
    if found["remark"]:
        field = next((one for one in kind.fields if one.type == "text"), None)
        if field is None:
            raise ShorthandRefused("no_remark", text=found["remark"])
        payload[field.id] = found["remark"].strip()
    return payload


def _say(payload: dict[str, Any], sign: Sign) -> None:
    if sign.field.type == "choices":
        payload.setdefault(sign.field.id, []).append(sign.value)
    elif sign.field.id in payload:
        raise ShorthandRefused("two_answers", text=sign.letter)
    else:
        payload[sign.field.id] = sign.value


def _number(field: Field, digits: str) -> float | int:
    """The number meant: as typed, else with the point left out, else without the leading tens as well (65 → 36.5)."""
    if field.type == "int":
        return int(float(digits))
    low = float("-inf") if field.at_least is None else field.at_least
    high = float("inf") if field.at_most is None else field.at_most
    value = float(digits)
    tens = low // 10 * 10 if field.at_least is not None else 0.0
    for meant in (value, value / 10, tens + value / 10):
        if low <= meant <= high:
            return round(meant, 1)
    return value
