"""Who is who: for every incoming row the person it is, that it is somebody new, or the question for a human."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, islice

import numpy as np

from linli.community.matching.candidates import RowIndex
from linli.community.matching.columns import Columns, columns_of
from linli.community.matching.compare import Levels, compare
from linli.community.matching.household import compare_households
from linli.community.matching.names import Array, NameLevel, NameTable
from linli.community.matching.person import Key, Person
from linli.community.matching.weights import (
    ASK_BITS,
    MATCH_BITS,
    RELATIVE,
    SAME_TABLE_BITS,
    SLIP,
    STRANGER,
    BirthLevel,
    DocumentLevel,
    HouseholdLevel,
    PhoneLevel,
    SexLevel,
    birth_bits,
    document_bits,
    household_bits,
    is_common_phone,
    name_bits,
    phone_bits,
    prior_bits,
    rarity_bits,
    sex_bits,
)

_CHUNK = 20_000
_MOST_CANDIDATES = 5
_MOST_BITS = 60.0
_MOST_CLAIMANTS = 100
_HOUSEHOLD_MOST = 6.0  # what an address can add at most; pairs below that are not worth reading it
_AGAINST = ("STRANGER", "RELATIVE", "SLIP")


class Verdict(StrEnum):
    """What is known of a row."""

    MATCH = "MATCH"
    NEW = "NEW"
    ASK = "ASK"


class Reason(StrEnum):
    """Why a row is a question."""

    UNSURE = "UNSURE"
    """Too little agrees, or something speaks against it."""
    SEVERAL = "SEVERAL"
    """More than one known person fits."""
    CLAIMED_TWICE = "CLAIMED_TWICE"
    """Another row, of somebody else, fits the same known person."""
    IN_TABLE = "IN_TABLE"
    """Perhaps the same person as another row of the table, who is new as well."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was compared: ``what`` (NAME, DOCUMENT …), how it agrees, and the bits it counts for."""

    what: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a row may be. ``certainty``: from 0 to 1, all candidates of the row considered.

    ``against`` says which possibility the bits of the evidence are measured against, the one hardest to rule out:
    STRANGER, RELATIVE or SLIP. ``in_table``: the key is that of another row, not of a known person.
    """

    key: Key
    certainty: float
    against: str
    evidence: tuple[Evidence, ...]
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of the row ``row``.

    MATCH has one candidate, ASK at least one, the likeliest first, and a ``reason``; NEW has none. ``same_as`` is the
    row, new as well, that stands for this person when a table has them twice.
    """

    row: Key
    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()
    reason: Reason | None = None
    same_as: Key | None = None


def match_rows(
    rows: Sequence[Person], known: Iterable[Person], *, progress: Callable[[int], None] | None = None
) -> list[Answer]:
    """One answer per row, in the order of the rows; ``known`` is streamed through once and may be an iterator.

    Keys must be unique on each side. The answers do not depend on the order of either side. ``progress`` is told how
    many known people have passed. No rows give no answers; nobody known makes every row NEW.

    Raises: ValueError when two rows have the same key.
    """
    if len({row.key for row in rows}) != len(rows):
        raise ValueError("Two rows have the same key.")
    table = NameTable()
    columns = columns_of(rows, table=table)
    links = _linked(columns, known, table=table, progress=progress)
    answers = _decided(rows, links)
    _question_claims(answers, columns, links)
    _join_repeats(answers, rows, table=table)
    return answers


@dataclass(frozen=True, kw_only=True)
class _Links:
    """Pairs worth weighing: rows by place, known people by key; sums per pair and what they are made of."""

    rows: Array
    people: list[Person]
    sums: Array
    against: Array
    vetoed: Array  # never a match by itself, whatever the sum
    levels: Levels
    households: Array
    parts: Array  # shape (pairs, 6 fields, 3 possibilities)


def _linked(
    rows: Columns,
    known: Iterable[Person],
    *,
    table: NameTable,
    progress: Callable[[int], None] | None = None,
    same_table: bool = False,
) -> _Links:
    """Every pair of a row and a known person for whom something speaks."""
    index = RowIndex(rows)
    found: list[tuple[Array, Levels]] = []
    people: list[Person] = []
    seen = 0
    stream = iter(known)
    while chunk := list(islice(stream, _CHUNK)):
        columns = columns_of(chunk, table=table)
        one, other = index.pairs_with(columns)
        if same_table:  # each pair once, and nobody with themselves
            later = other + seen > one
            one, other = one[later], other[later]
        levels = compare(rows, one, columns, other)
        kept = _could_be(levels)
        found.append((one[kept], levels.of(kept)))
        people.extend(chunk[place] for place in other[kept])
        seen += len(chunk)
        if progress:
            progress(seen)
    return _weighed(rows, found, people, index=index, register_size=seen, same_table=same_table)


def _could_be(levels: Levels) -> Array:
    """Pairs that may reach a question once the rarity of the name and the address are known."""
    parts = _parts(levels, rarity=np.full(len(levels.name), 16.0), common=np.zeros(len(levels.name), dtype=bool))
    relative = parts[:, :, RELATIVE].sum(axis=1) + prior_bits(register_size=1)[RELATIVE]
    stranger = parts[:, :, STRANGER].sum(axis=1) - 8.0  # even a register of 256 has that much doubt
    likely = np.minimum(relative, stranger + _HOUSEHOLD_MOST) >= ASK_BITS
    found: Array = np.flatnonzero(likely | (levels.document == DocumentLevel.EXACT))
    return found


def _parts(levels: Levels, *, rarity: Array, common: Array) -> Array:
    phone = np.where((levels.phone == PhoneLevel.EXACT) & common, PhoneLevel.COMMON, levels.phone)
    return np.stack(
        [
            document_bits(levels.document),
            name_bits(levels.name, rarity=rarity),
            birth_bits(levels.birth),
            phone_bits(phone),
            sex_bits(levels.sex),
        ],
        axis=1,
    )


def _weighed(
    rows: Columns,
    found: list[tuple[Array, Levels]],
    people: list[Person],
    *,
    index: RowIndex,
    register_size: int,
    same_table: bool,
) -> _Links:
    one = np.concatenate([part for part, _ in found]) if found else np.zeros(0, dtype=np.int64)
    levels = _concatenated([part for _, part in found])
    bearers, sounding = (_least_of(rows, counts) for counts in index.name_bearers())
    by_sound = (levels.name != NameLevel.EXACT) & (levels.name != NameLevel.VARIANT)
    rarity = rarity_bits(np.where(by_sound, sounding[one], bearers[one]), register_size=register_size)
    owners = index.phone_owners()
    common = (levels.phone_places >= 0) & is_common_phone(
        owners[np.maximum(levels.phone_places, 0)] if len(owners) else np.zeros(len(one), dtype=np.int64)
    )
    parts = _parts(levels, rarity=rarity, common=common)
    households = np.full(len(one), HouseholdLevel.MISSING.value, dtype=np.uint8)
    for place, (row, person) in enumerate(zip(one, people, strict=True)):
        if levels.document[place] != DocumentLevel.EXACT:
            households[place] = compare_households(rows.people[row].household, person.household)
    parts = np.concatenate([parts, household_bits(households)[:, None, :]], axis=1)
    sums = parts.sum(axis=1) + prior_bits(register_size=register_size)
    if same_table:
        sums[by_sound] += SAME_TABLE_BITS
    by_number = (levels.document == DocumentLevel.EXACT) | (levels.document == DocumentLevel.SLIP)
    sums[~by_number, SLIP] = np.inf
    against = np.argmin(sums, axis=1)
    total = np.minimum(sums.min(axis=1), _MOST_BITS) if len(one) else np.zeros(0)
    # Whoever comes under a known person's number is never simply new.
    total = np.where(levels.document == DocumentLevel.EXACT, np.maximum(total, ASK_BITS), total)
    return _Links(
        rows=one,
        people=people,
        sums=total,
        against=against,
        vetoed=(levels.document == DocumentLevel.CONFLICT) | ~_agree_twice(levels, households),
        levels=levels,
        households=households,
        parts=parts,
    )


def _agree_twice(levels: Levels, households: Array) -> Array:
    """Do two things agree that are independent of each other? A name alone, however rare, is nobody's proof."""
    agreeing = (levels.document <= DocumentLevel.SLIP).astype(np.int8) + (levels.name <= NameLevel.GIVEN_NAME)
    agreeing += (levels.birth <= BirthLevel.CLOSE).astype(np.int8) + (levels.phone <= PhoneLevel.SLIP)
    found: Array = agreeing + (households == HouseholdLevel.SAME) >= 2
    return found


def _concatenated(parts: list[Levels]) -> Levels:
    empty = np.zeros(0, dtype=np.int64)
    names = ("name", "document", "birth", "sex", "phone", "phone_places")
    return Levels(**{name: np.concatenate([getattr(part, name) for part in parts] or [empty]) for name in names})


def _least_of(rows: Columns, counts: Array) -> Array:
    """Per row the count of its commonest name: the one that says least."""
    found = np.zeros(len(rows), dtype=np.int64)
    np.maximum.at(found, rows.name_owners, counts)
    return found


def _decided(rows: Sequence[Person], links: _Links) -> list[Answer]:
    answers = [Answer(row.key, Verdict.NEW) for row in rows]
    likely = np.flatnonzero(links.sums >= ASK_BITS)
    order = likely[np.argsort(links.rows[likely], kind="stable")]
    starts = np.flatnonzero(np.diff(links.rows[order], prepend=-1))
    for places in np.split(order, starts[1:]) if len(order) else ():
        row = int(links.rows[places[0]])
        answers[row] = _decide(rows[row].key, [int(place) for place in places], links)
    return answers


def _decide(row: Key, places: list[int], links: _Links) -> Answer:
    odds = {place: 2.0 ** float(links.sums[place]) for place in places}
    whole = 1.0 + sum(sorted(odds.values()))
    best = heapq.nsmallest(
        _MOST_CANDIDATES, places, key=lambda place: (-links.sums[place], str(links.people[place].key), place)
    )
    first = best[0]
    rest = max(whole - odds[first], 1.0)
    sure = odds[first] >= 2.0**MATCH_BITS * rest
    if sure and not links.vetoed[first]:
        return Answer(row, Verdict.MATCH, (_candidate(first, odds[first] / whole, links),))
    reason = Reason.SEVERAL if odds[first] >= 2.0**MATCH_BITS and not links.vetoed[first] else Reason.UNSURE
    return Answer(
        row, Verdict.ASK, tuple(_candidate(place, odds[place] / whole, links) for place in best), reason=reason
    )


def _candidate(place: int, certainty: float, links: _Links, *, key: Key | None = None) -> Candidate:
    against = int(links.against[place])
    levels = links.levels
    compared = (
        ("DOCUMENT", DocumentLevel(levels.document[place])),
        ("NAME", NameLevel(levels.name[place])),
        ("BIRTH_DAY", BirthLevel(levels.birth[place])),
        ("PHONE", PhoneLevel(levels.phone[place])),
        ("SEX", SexLevel(levels.sex[place])),
        ("HOUSEHOLD", HouseholdLevel(links.households[place])),
    )
    bits = links.parts[place, :, against]
    return Candidate(
        links.people[place].key if key is None else key,
        round(certainty, 4),
        _AGAINST[against],
        tuple(
            Evidence(what, level.name, round(float(worth), 1))
            for (what, level), worth in zip(compared, bits, strict=True)
            if level.name != "MISSING"
        ),
        in_table=key is not None,
    )


def _question_claims(answers: list[Answer], rows: Columns, links: _Links) -> None:
    """Two rows that cannot be one person, matched to one known person: ask about those without that person's number."""
    claims: dict[Key, list[int]] = {}
    for place, answer in enumerate(answers):
        if answer.verdict is Verdict.MATCH:
            claims.setdefault(answer.candidates[0].key, []).append(place)
    pairs: list[tuple[int, int]] = []
    for claimants in claims.values():
        if len(claimants) > _MOST_CLAIMANTS:
            for place in claimants:
                answers[place] = replace(answers[place], verdict=Verdict.ASK, reason=Reason.CLAIMED_TWICE)
        else:
            pairs.extend(combinations(claimants, 2))
    if not pairs:
        return
    one, other = np.array(pairs, dtype=np.int64).T
    # What a row states is weighed against what the other's number says, so each way round has its own answer.
    unlike = _cannot_be_one(rows, one, other) | _cannot_be_one(rows, other, one)
    for left, right in zip(one[unlike], other[unlike], strict=True):
        both = [int(left), int(right)]
        weaker = [place for place in both if not _has_number(answers[place])]
        for place in weaker or both:
            answers[place] = replace(answers[place], verdict=Verdict.ASK, reason=Reason.CLAIMED_TWICE)


def _cannot_be_one(rows: Columns, one: Array, other: Array) -> Array:
    """Does too much speak against the rows ``one[i]`` and ``other[i]`` being one person?"""
    levels = compare(rows, one, rows, other)
    parts = _parts(levels, rarity=np.full(len(one), 10.0), common=np.zeros(len(one), dtype=bool))
    unlike = parts[:, :, RELATIVE].sum(axis=1) + prior_bits(register_size=1)[RELATIVE] < ASK_BITS
    found: Array = unlike | (levels.document == DocumentLevel.CONFLICT)
    return found


def _has_number(answer: Answer) -> bool:
    return any(
        evidence.what == "DOCUMENT" and evidence.level == DocumentLevel.EXACT.name
        for evidence in answer.candidates[0].evidence
    )


def _join_repeats(answers: list[Answer], rows: Sequence[Person], *, table: NameTable) -> None:
    """Among the new: the same person twice in the table becomes one, the fullest row standing for the others."""
    places = [place for place, answer in enumerate(answers) if answer.verdict is Verdict.NEW]
    places.sort(key=lambda place: _fullness(rows[place]))
    new = [rows[place] for place in places]
    links = _linked(columns_of(new, table=table), new, table=table, same_table=True)
    place_of = {row.key: place for place, row in enumerate(new)}
    stands_for = list(range(len(new)))  # the first of each group, by fullness
    doubts: list[tuple[int, int, int]] = []
    for link in np.argsort(-links.sums, kind="stable"):
        pair = sorted((int(links.rows[link]), place_of[links.people[link].key]))
        if links.sums[link] < ASK_BITS:
            break
        if links.sums[link] < MATCH_BITS or links.vetoed[link]:
            doubts.append((pair[0], pair[1], int(link)))
            continue
        first, second = sorted(_root(stands_for, place) for place in pair)
        stands_for[second] = first
    for place in range(len(new)):
        root = _root(stands_for, place)
        if root != place:
            answers[places[place]] = Answer(new[place].key, Verdict.NEW, same_as=new[root].key)
    for first, second, link in sorted(doubts):
        if _root(stands_for, first) == _root(stands_for, second):
            continue
        answer = answers[places[second]]
        candidate = _candidate(link, _certainty(float(links.sums[link])), links, key=new[first].key)
        candidates = (*answer.candidates, candidate)[:_MOST_CANDIDATES]
        answers[places[second]] = Answer(new[second].key, Verdict.ASK, candidates, reason=Reason.IN_TABLE)


def _fullness(row: Person) -> tuple[int, str, str]:
    """Sorts the fuller row first, then by content, so that the order of the table does not matter."""
    filled = sum(bool(value) for value in row[1:])
    return -filled, repr(row[1:]), str(row.key)


def _root(stands_for: list[int], place: int) -> int:
    while stands_for[place] != place:
        stands_for[place] = stands_for[stands_for[place]]
        place = stands_for[place]
    return place


def _certainty(bits: float) -> float:
    return 1.0 - 1.0 / (1.0 + float(2.0**bits))
