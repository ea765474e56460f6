"""People as arrays: many at once, so that a register of a million can be streamed through in chunks."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from linli.community.matching.identity_number import birth_day_of, parse_identity_number, repairs_of, written_plainly
from linli.community.matching.names import WIDTH, Array, NameRows, NameTable
from linli.community.matching.person import FEMALE, MALE, Person
from linli.community.matching.phones import phone_number

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECKS = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.int64)  # X is 10
_POWERS = 10 ** np.arange(16, -1, -1, dtype=np.int64)
_SEXES = {MALE: 1, FEMALE: 2}

SOUND, UNSOUND, SHORT, OTHER_PAPER = 0, 1, 2, 3
"""What kind of document: a sound ID number, one with a fault, one converted from 15 digits, another paper."""


@dataclass(frozen=True, kw_only=True)
class Several:
    """Some values for each person: those of person ``i`` are ``values[start[i]:start[i + 1]]``."""

    values: Array
    owners: Array
    start: Array


@dataclass(frozen=True, kw_only=True)
class Columns:
    """``n`` people as arrays.

    ``documents.values``: 18 digits as one number (the first 17 × 11 + the check digit, X being 10), other papers as a
    negative number; ``document_kinds`` beside them; ``repairs`` are the sound numbers one slip away from the unsound
    ones. ``births`` has shape (n, 2): as stated, as in the ID number; a day is ``yyyymmdd``, 0 when unknown.
    ``sexes``: 1 male, 2 female, 0 unknown. ``name_owners`` says whose each row of ``names`` is; own names come first,
    ``names.length[i]`` being that of person ``i`` for ``i < n``.
    """

    people: Sequence[Person]
    names: NameRows
    name_owners: Array
    names_of: Several
    documents: Several
    document_kinds: Array
    repairs: Several
    births: Array
    sexes: Array
    phones: Several

    def __len__(self) -> int:
        """How many people."""
        return len(self.people)


def columns_of(people: Sequence[Person], *, table: NameTable) -> Columns:
    """The arrays for these people; nobody gives arrays of no rows."""
    count = len(people)
    documents, kinds, births, sexes, repairs = _documents_of(people)
    stated = np.array([_day_number(person.birth_day) for person in people], dtype=np.int64)
    said = np.array([_SEXES.get(person.sex, 0) for person in people], dtype=np.int8)
    own = [person.name for person in people]
    others = [(owner, name) for owner, person in enumerate(people) for name in person.other_names if name]
    owners = np.array([*range(count), *(owner for owner, _ in others)], dtype=np.int64)
    return Columns(
        people=people,
        names=table.rows([*own, *(name for _, name in others)]),
        name_owners=owners,
        names_of=_several(np.arange(len(owners)), owners, count=count),
        documents=documents,
        document_kinds=kinds,
        repairs=repairs,
        births=np.stack([stated, births], axis=1) if count else np.zeros((0, 2), dtype=np.int64),
        sexes=np.where(said == 0, sexes, said),
        phones=_phones_of(people),
    )


def mixed(*parts: Array) -> Array:
    """One 64-bit key from several columns; equal parts give equal keys."""
    key = np.zeros(len(parts[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            key = (key ^ part.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
    return key


def row_keys(rows: Array) -> Array:
    """One 64-bit key per row of a table of numbers; shape (n, WIDTH) gives (n,)."""
    return mixed(*(rows[:, place] for place in range(rows.shape[1])))


def sound_keys(names: NameRows) -> Array:
    """The same key for names that sound nearly alike, in whatever order their characters stand."""
    return row_keys(np.sort(names.sound, axis=1))


def given_keys(names: NameRows) -> Array:
    """The same key for names that sound nearly alike but for the first character; 0 for shorter than three."""
    return np.where(names.length >= 3, row_keys(names.sound[:, 1:WIDTH]), np.uint64(0))


def _several(values: Array, owners: Array, *, count: int) -> Several:
    order = np.argsort(owners, kind="stable")
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=count), out=start[1:])
    return Several(values=values[order], owners=owners[order], start=start)


def _day_number(day: date | None) -> int:
    return 0 if day is None else day.year * 10000 + day.month * 100 + day.day


def _phones_of(people: Sequence[Person]) -> Several:
    flat = [(owner, phone_number(text)) for owner, person in enumerate(people) for text in person.phones]
    return _pairs([(owner, number) for owner, number in flat if number], count=len(people))


def _pairs(pairs: Iterable[tuple[int, int]], *, count: int) -> Several:
    table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    return _several(table[:, 1], table[:, 0], count=count)


def _documents_of(people: Sequence[Person]) -> tuple[Several, Array, Array, Array, Several]:
    """Numbers, their kinds, and per person the birth date and the sex that an ID number gives; repairs of bad ones."""
    texts = [text for person in people for text in person.documents]
    owners = np.array(
        [owner for owner, person in enumerate(people) for _ in person.documents],
        dtype=np.int64,
    )
    numbers, kinds, days, sexes = _plain_numbers(texts)
    repairs: list[tuple[int, int]] = []
    for place in np.flatnonzero(kinds < 0):
        text = texts[place]
        found = parse_identity_number(text)
        if found is None:
            plain = written_plainly(text)
            # A short rest of a number says nothing; two checksums make one key of the text, the same on every machine.
            numbers[place] = -1 - (zlib.crc32(plain.encode()) << 30 ^ zlib.adler32(plain.encode())) if plain else 0
            kinds[place] = OTHER_PAPER
            continue
        numbers[place] = packed(found.digits)
        kinds[place] = (SHORT if found.was_short else SOUND) if found.is_valid else UNSOUND
        days[place] = _day_number(birth_day_of(found.digits))
        sexes[place] = 1 if int(found.digits[16]) % 2 else 2
        repairs.extend((int(owners[place]), packed(repair)) for repair in repairs_of(found.digits))
    births = np.zeros(len(people), dtype=np.int64)
    derived = np.zeros(len(people), dtype=np.int8)
    for kind in (UNSOUND, SHORT, SOUND):  # the soundest last, so that it stays
        those = (kinds == kind) & (days > 0)
        births[owners[those]] = days[those]
        if kind != UNSOUND:
            derived[owners[those]] = sexes[those]
    kept = numbers != 0
    documents = _several(numbers[kept], owners[kept], count=len(people))
    return documents, kinds[kept], births, derived, _pairs(repairs, count=len(people))


def _plain_numbers(texts: Sequence[str]) -> tuple[Array, Array, Array, Array]:
    """What plainly written sound 18-digit numbers say; kind −1 for whatever must be looked at one by one."""
    letters = np.array(texts, dtype="U19").view(np.uint32).reshape(len(texts), 19).astype(np.int64)
    digits = letters[:, :17] - 48
    last = np.where(letters[:, 17] == 88, 10, letters[:, 17] - 48)
    written = ((digits >= 0) & (digits <= 9)).all(axis=1) & (last >= 0) & (last <= 10) & (letters[:, 18] == 0)
    digits = np.where(written[:, None], digits, 0)
    body = digits @ _POWERS
    year, month, day = body // 10**7 % 10000, body // 10**5 % 100, body // 1000 % 100
    sound = written & (_CHECKS[digits @ _WEIGHTS % 11] == last)
    sound &= (year >= 1880) & (year <= 2099) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 28)
    numbers = np.where(sound, body * 11 + last, 0)
    days = np.where(sound, year * 10000 + month * 100 + day, 0)
    sexes = np.where(digits[:, 16] % 2 == 1, 1, 2)
    return numbers, np.where(sound, SOUND, -1), days, sexes


def packed(digits: str) -> int:
    """Eighteen digits as one number."""
    return int(digits[:17]) * 11 + (10 if digits[17] == "X" else int(digits[17]))


def unpacked(number: int) -> str:
    """The eighteen digits of a packed number."""
    body, check = divmod(int(number), 11)
    return f"{body:017d}{'X' if check == 10 else check}"
