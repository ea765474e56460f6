"""Reads of the response: the facts of a place on a day, the packs in force, the history of a place."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from django.db.models import Q, QuerySet, Subquery

from linli.community.access import within
from linli.community.codes import ancestors_of, level_of
from linli.community.models import Division
from linli.policy.decide import decide
from linli.policy.facts import PlaceFacts
from linli.policy.pack import SHIPPED, Norm, load_packs
from linli.policy.problems import PackRefused
from linli.policy.rulebook import Rulebook, open_rulebook
from linli.policy.vocabulary import FactValue, Vocabulary
from linli.response.fact_values import read
from linli.response.models import Area, AreaName, Declaration, PackAdoption

SETTING = "setting"
RESPONSE = "response_active"


class NoPacksAdopted(Exception):
    """No pack has been adopted in this database."""


class AdoptedPacksMissing(Exception):
    """The files of an adopted pack are gone, broken, or not those adopted. Carries the instruments concerned."""

    def __init__(self, instruments: Sequence[str]) -> None:
        super().__init__(", ".join(instruments))
        self.instruments = tuple(instruments)


@dataclass(frozen=True, kw_only=True)
class DeclaredFact:
    """One fact that holds for a place, and where it comes from.

    ``division_code``, ``place_name``, ``area`` (empty, or the area inside the division) and ``is_rest`` say where it
    was declared; ``is_inherited`` that this is not the place asked for but one around it. ``to_day`` is not included;
    None is open. ``declaration_id`` is None for a setting that the table of divisions gives; it has no days then.
    """

    fact: str
    value: FactValue
    division_code: str
    place_name: str
    area: str = ""
    is_rest: bool = False
    is_inherited: bool = False
    from_day: date | None = None
    to_day: date | None = None
    published_at: datetime | None = None
    source_title: str = ""
    source_number: str = ""
    source_url: str = ""
    step: str = ""
    level: str = ""
    plan: str = ""
    declaration_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlaceState:
    """What is known of a place on a day: the facts as the policy core takes them, and the source of each."""

    division_code: str
    day: date
    facts: PlaceFacts
    sources: Mapping[str, DeclaredFact] = field(hash=False)


class Touch(Enum):
    """How a declaration touches a place: made for it, for one around it, or for one inside it."""

    OWN = "OWN"
    AROUND = "AROUND"
    INSIDE = "INSIDE"


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One statement with all that happened to it: as first declared, and the rows that followed, in order."""

    rows: tuple[Declaration, ...]
    touch: Touch = Touch.OWN

    @property
    def first(self) -> Declaration:
        """The statement as declared."""
        return self.rows[0]

    @property
    def last(self) -> Declaration:
        """The row that counts."""
        return self.rows[-1]

    @property
    def earlier(self) -> tuple[Declaration, ...]:
        """What was said before, the latest first."""
        return tuple(reversed(self.rows[:-1]))

    @property
    def is_withdrawn(self) -> bool:
        """Does the statement no longer count?"""
        return self.last.kind == Declaration.Kind.WITHDRAWN


# ---- packs ---------------------------------------------------------------------------------------------------------
def adopted_packs() -> tuple[PackAdoption, ...]:
    """The packs in force; empty before the first adoption."""
    latest = PackAdoption.objects.order_by("-number").values("number")[:1]
    return tuple(PackAdoption.objects.filter(number=Subquery(latest)))


def rulebook() -> Rulebook:
    """The adopted packs, ready to answer. Kept in the process until others are adopted.

    Raises: NoPacksAdopted; AdoptedPacksMissing, when their files are gone or have changed since.
    """
    adopted = adopted_packs()
    if not adopted:
        raise NoPacksAdopted
    # Whoever comes while the packs are being read waits for them instead of reading them again.
    with _opening:
        return _open(tuple((one.instrument, one.sha256, one.folder) for one in adopted))


def vocabulary() -> Vocabulary:
    """The words of the adopted packs; before the first adoption those of the packs that ship."""
    try:
        return rulebook().words
    except NoPacksAdopted:
        return _shipped_words()


_opening = Lock()


@lru_cache(maxsize=4)
def _open(adopted: tuple[tuple[str, str, str], ...]) -> Rulebook:
    folders = {instrument: Path(folder) if folder else SHIPPED / instrument for instrument, _, folder in adopted}
    try:
        book = open_rulebook(folders.values())
    except PackRefused as refused:
        files = [problem.file for problem in refused.problems]
        named = [
            instrument
            for instrument, folder in folders.items()
            if any(file.startswith((f"{folder.name}/", f"{folder}/")) for file in files)
        ]
        raise AdoptedPacksMissing(named or list(folders)) from refused
    found = {pack.instrument.id: pack.sha256 for pack in book.packs}
    wrong = [instrument for instrument, sha256, _ in adopted if found.get(instrument) != sha256]
    if wrong:
        raise AdoptedPacksMissing(wrong)
    return book


@cache
def _shipped_words() -> Vocabulary:
    return load_packs()[1]


# ---- facts ---------------------------------------------------------------------------------------------------------
def counting(*, known_at: datetime | None = None) -> QuerySet[Declaration]:
    """The declarations that count: the last row of each chain, unless it withdraws; as was known at a moment."""
    rows = Declaration.objects.exclude(kind=Declaration.Kind.WITHDRAWN)
    if known_at is None:
        return rows.filter(corrected_by__isnull=True)
    later = Declaration.objects.filter(corrects__isnull=False, declared_at__lte=known_at).values("corrects_id")
    return rows.filter(declared_at__lte=known_at).exclude(pk__in=later)


def in_force(rows: QuerySet[Declaration], *, day: date) -> QuerySet[Declaration]:
    """Those whose period holds the day. The end is not included."""
    return rows.filter(from_day__lte=day).filter(Q(to_day__isnull=True) | Q(to_day__gt=day))


def facts_of(
    division_code: str, *, day: date, known_at: datetime | None = None, area: Area | None = None
) -> PlaceState:
    """What holds for a place on a day, each fact with its source.

    The nearest enclosing declaration counts: for a village its own, else its township's, its county's and so on; with
    ``area`` that of the area first. A fact that nobody declared is absent, which means unknown; only the setting falls
    back to the table of divisions. ``known_at`` gives the state as it had been recorded by then. A code that is not in
    the table of divisions has the facts of what lies around it.
    """
    return states_of([division_code], day=day, known_at=known_at, area=area)[division_code]


def states_of(
    division_codes: Iterable[str], *, day: date, known_at: datetime | None = None, area: Area | None = None
) -> dict[str, PlaceState]:
    """`facts_of` for many places in a fixed number of queries."""
    codes = list(dict.fromkeys(division_codes))
    ladders = {code: (code, *ancestors_of(code)) for code in codes}
    wanted = {code for ladder in ladders.values() for code in ladder}
    rows = in_force(counting(known_at=known_at), day=day).filter(division_id__in=wanted)
    rows = rows.filter(area__isnull=True) if area is None else rows.filter(Q(area__isnull=True) | Q(area=area))
    by_place: dict[str, list[Declaration]] = {}
    for row in rows.select_related("division", "area").order_by("declared_at", "id"):
        by_place.setdefault(row.division_id, []).append(row)
    divisions = Division.objects.in_bulk(codes)
    words = vocabulary()
    return {
        code: _state(code, ladder=ladder, by_place=by_place, division=divisions.get(code), day=day, words=words)
        for code, ladder in ladders.items()
    }


def facts_on(pairs: Iterable[tuple[date, str]]) -> dict[tuple[date, str], PlaceFacts]:
    """The facts of places on days, without their sources: four queries, whatever the number of days and places."""
    asked = list(dict.fromkeys(pairs))
    if not asked:
        return {}
    ladders = {code: (code, *ancestors_of(code)) for _, code in asked}
    wanted = {place for ladder in ladders.values() for place in ladder}
    first, last = min(day for day, _ in asked), max(day for day, _ in asked)
    rows = counting().filter(division_id__in=wanted, area__isnull=True, from_day__lte=last)
    rows = rows.filter(Q(to_day__isnull=True) | Q(to_day__gt=first)).order_by("declared_at", "id")
    by_place: dict[str, list[tuple[str, str, date, date | None]]] = {}
    for place, fact, value, begun, ended in rows.values_list("division_id", "fact", "value", "from_day", "to_day"):
        by_place.setdefault(place, []).append((fact, value, begun, ended))
    settings = dict(Division.objects.filter(pk__in=ladders).values_list("pk", "setting"))
    words = vocabulary()
    found = {}
    for day, code in asked:
        values: dict[str, FactValue] = {SETTING: settings[code]} if settings.get(code) else {}
        for place in reversed(ladders[code]):
            for fact, value, begun, ended in by_place.get(place, ()):
                if fact in words.facts and begun <= day and (ended is None or day < ended):
                    values[fact] = read(words.facts[fact], value)
        found[day, code] = PlaceFacts(code, {fact: values[fact] for fact in words.facts if fact in values})
    return found


def _state(
    code: str,
    *,
    ladder: tuple[str, ...],
    by_place: Mapping[str, list[Declaration]],
    division: Division | None,
    day: date,
    words: Vocabulary,
) -> PlaceState:
    sources: dict[str, DeclaredFact] = {}
    # Farthest first, so that what is nearer overwrites; in one division, what was declared for the area comes last.
    for place in reversed(ladder):
        for row in sorted(by_place.get(place, []), key=lambda row: row.area_id is not None):
            if row.fact in words.facts:
                sources[row.fact] = declared_fact(row, words=words, asked_for=code)
    if SETTING not in sources and division is not None and division.setting:
        sources[SETTING] = DeclaredFact(
            fact=SETTING, value=division.setting, division_code=code, place_name=division.full_name
        )
    ordered = {fact: sources[fact] for fact in words.facts if fact in sources}
    facts = PlaceFacts(code, {fact: source.value for fact, source in ordered.items()})
    return PlaceState(division_code=code, day=day, facts=facts, sources=ordered)


def declared_fact(row: Declaration, *, words: Vocabulary, asked_for: str) -> DeclaredFact:
    """A row as the source of a fact of the place ``asked_for``."""
    return DeclaredFact(
        fact=row.fact,
        value=read(words.facts[row.fact], row.value),
        division_code=row.division_id,
        place_name=row.division.full_name,
        area=row.area.name if row.area else "",
        is_rest=row.is_rest,
        is_inherited=row.division_id != asked_for,
        from_day=row.from_day,
        to_day=row.to_day,
        published_at=row.published_at,
        source_title=row.source_title,
        source_number=row.source_number,
        source_url=row.source_url,
        step=row.step,
        level=row.level,
        plan=row.plan,
        declaration_id=row.pk,
    )


def norms_asking(division_codes: Iterable[str], *, entries: Collection[str], day: date) -> dict[str, tuple[Norm, ...]]:
    """The duties in force at some places on a day that an entry of one of some kinds fulfils, by place.

    Every place is there; nothing is asked of it before the first adoption of packs.
    """
    found = norms_asking_on(((day, code) for code in division_codes), entries=entries)
    return {code: norms for (_, code), norms in found.items()}


def norms_asking_on(
    pairs: Iterable[tuple[date, str]], *, entries: Collection[str]
) -> dict[tuple[date, str], tuple[Norm, ...]]:
    """`norms_asking` for many days and places at once."""
    asked = list(dict.fromkeys(pairs))
    try:
        book = rulebook()
    except NoPacksAdopted:
        return dict.fromkeys(asked, ())
    wanted = frozenset(entries)
    return {pair: _asking(book, facts, pair[0], wanted) for pair, facts in facts_on(asked).items()}


def _asking(book: Rulebook, facts: PlaceFacts, day: date, entries: frozenset[str]) -> tuple[Norm, ...]:
    """Kept for places of which the same is known, until another span of the packs begins."""
    known = frozenset(facts.values.items())
    region = book.region(facts.division_code)
    return _asking_like(book, region, known, book.span(day), entries, _Unkeyed((facts, day)))


class _Unkeyed:
    """Something that follows from the other arguments of a kept answer and is no part of its key."""

    def __init__(self, value: tuple[PlaceFacts, date]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unkeyed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=1024)
def _asking_like(
    book: Rulebook,
    region: frozenset[str],
    known: frozenset[tuple[str, FactValue]],
    span: int,
    entries: frozenset[str],
    place: _Unkeyed,
) -> tuple[Norm, ...]:
    facts, day = place.value
    return tuple(
        norm
        for norm, _ in decide(book, facts, day).bound
        if norm.mode == "must" and not norm.soft and book.words.actions[norm.action].entry in entries
    )


# ---- history -------------------------------------------------------------------------------------------------------
def history_of(division_code: str, *, known_at: datetime | None = None) -> list[Chain]:
    """All declarations that touch a place: its own, those around it and those inside it, by the day they begin.

    Each with its corrections; withdrawn ones are there too. Empty for a place that nobody declared anything about.
    """
    ladder = (division_code, *ancestors_of(division_code))
    inside = within(Declaration.objects.all(), areas=[division_code], path="division_id")
    rows = Declaration.objects.filter(Q(division_id__in=ladder[1:], area__isnull=True) | Q(pk__in=inside.values("pk")))
    if known_at is not None:
        rows = rows.filter(declared_at__lte=known_at)
    return [
        Chain(rows=chain, touch=_touch(chain[-1], division_code=division_code))
        for chain in _chains(rows.select_related("division", "area").order_by("id"))
    ]


def _chains(rows: Iterable[Declaration]) -> list[tuple[Declaration, ...]]:
    """Rows in order of their ids, joined to chains; the chains by first day, then by id."""
    chains: dict[int, list[Declaration]] = {}
    for row in rows:
        chain = chains.pop(row.corrects_id, []) if row.corrects_id is not None else []
        chains[row.pk] = [*chain, row]
    return sorted((tuple(chain) for chain in chains.values()), key=lambda chain: (chain[-1].from_day, chain[0].pk))


def _touch(row: Declaration, *, division_code: str) -> Touch:
    if row.division_id == division_code:
        return Touch.INSIDE if row.area_id is not None else Touch.OWN
    return Touch.AROUND if level_of(row.division_id) < level_of(division_code) else Touch.INSIDE


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Days in a row with one value of a fact. ``value`` None: nobody declared it. ``to_day`` None: open."""

    from_day: date
    to_day: date | None
    value: str | None
    source: Declaration | None


def segments_of(division_code: str, *, fact: str, chains: Iterable[Chain]) -> list[Segment]:
    """What a fact of a place was, day by day, from the first declaration on; by the nearest enclosing declaration.

    ``chains`` is the history of the place. Empty when nothing was declared of the fact.
    """
    rows = [
        chain.last
        for chain in chains
        if chain.touch is not Touch.INSIDE and not chain.is_withdrawn and chain.last.fact == fact
    ]
    cuts = sorted({row.from_day for row in rows} | {row.to_day for row in rows if row.to_day})
    segments: list[Segment] = []
    for place, start in enumerate(cuts):
        until = cuts[place + 1] if place + 1 < len(cuts) else None
        holding = [row for row in rows if row.from_day <= start and (row.to_day is None or start < row.to_day)]
        source = max(holding, key=lambda row: (level_of(row.division_id), row.declared_at, row.pk), default=None)
        value = source.value if source else None
        if segments and segments[-1].value == value and segments[-1].source == source:
            segments[-1] = replace(segments[-1], to_day=until)
        elif source is not None or until is not None:
            segments.append(Segment(from_day=start, to_day=until, value=value, source=source))
    return segments


def latest_declarations(area: str, *, day: date, limit: int) -> list[Declaration]:
    """What came into force last, up to a day, in a division and what lies inside it; the newest first."""
    rows = within(counting(), areas=[area], path="division_id").filter(from_day__lte=day)
    return list(rows.select_related("division", "area").order_by("-from_day", "-id")[:limit])


def area_names_in(division: Division) -> list[AreaName]:
    """The names of all areas inside a division."""
    rows = within(AreaName.objects.all(), areas=[division.code], path="division_id")
    return list(rows.select_related("area", "division").order_by("id"))
