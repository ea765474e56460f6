"""What a policy page is asked about: a place, a day, and what is supposed of it. And what is known there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from urllib.parse import urlencode

from linli.community.access import Reach, within
from linli.community.codes import VILLAGE
from linli.community.models import Division
from linli.community.queries import deployment
from linli.policy.facts import PlaceFacts
from linli.policy.rulebook import Rulebook, open_rulebook
from linli.policy.vocabulary import Fact, FactValue, Vocabulary
from linli.response import queries as response
from linli.response.fact_values import stored
from linli.response.queries import DeclaredFact

UNKNOWN = "UNKNOWN"
READINGS_KEPT = 16


@dataclass(frozen=True)
class Situation:
    """A place (None: anywhere), a day, and the facts supposed instead of the declared ones (None: suppose unknown).

    readings: options tried instead of those in force, by reading. What is supposed or tried never touches data: it
    lives in the address of the page.
    """

    place: Division | None
    day: date
    supposed: Mapping[str, FactValue | None] = field(default_factory=dict, hash=False)
    readings: Mapping[str, str] = field(default_factory=dict, hash=False)

    def supposing(self, fact: str, value: FactValue | None) -> "Situation":
        """The same with one more supposition."""
        return replace(self, supposed={**self.supposed, fact: value})

    def on(self, day: date) -> "Situation":
        """The same on another day."""
        return replace(self, day=day)

    def trying(self, reading: str, option: str | None) -> "Situation":
        """The same under another option of an open reading; None for the one in force."""
        others = {name: chosen for name, chosen in self.readings.items() if name != reading}
        return replace(self, readings=others if option is None else {**others, reading: option})

    def pairs(self, words: Vocabulary, *, prefix: str = "") -> list[tuple[str, str]]:
        """The address of this situation as names and values."""
        pairs = [("place", self.place.code)] if self.place and not prefix else []
        pairs.append((f"{prefix}day", self.day.isoformat()))
        for name, fact in words.facts.items():
            if name in self.supposed:
                value = self.supposed[name]
                pairs.append((f"{prefix}{name}", UNKNOWN if value is None else stored(fact, value)))
        return pairs if prefix else pairs + reading_pairs(self.readings)

    def query(self, words: Vocabulary) -> str:
        """The address of this situation as a query string."""
        return urlencode(self.pairs(words))


def reading_pairs(readings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Readings that are tried, as names and values of an address."""
    return [("reading", f"{name}:{option}") for name, option in sorted(readings.items())]


@dataclass(frozen=True)
class FactShown:
    """One fact with the value that the answer uses (None: unknown), what was declared, and whether it is supposed."""

    fact: Fact
    value: FactValue | None
    declared: DeclaredFact | None
    is_supposed: bool


@dataclass(frozen=True)
class Known:
    """What the answer is computed from: the facts, and where each comes from."""

    facts: PlaceFacts
    shown: tuple[FactShown, ...]


def known_in(situation: Situation, words: Vocabulary) -> Known:
    """What is known in a situation: what was declared, and over it what is supposed."""
    place = situation.place
    sources = response.facts_of(place.code, day=situation.day).sources if place else {}
    shown = []
    for name, fact in words.facts.items():
        declared = sources.get(name)
        as_declared = declared.value if declared else None
        value = situation.supposed.get(name, as_declared)
        shown.append(FactShown(fact, value, declared, is_supposed=value != as_declared))
    values = {one.fact.id: one.value for one in shown if one.value is not None}
    return Known(PlaceFacts(place.code if place else "", values), tuple(shown))


def current_rulebook() -> Rulebook:
    """The adopted packs; before the first adoption those that ship."""
    try:
        return response.rulebook()
    except response.NoPacksAdopted:
        return _shipped_rulebook()


@cache
def _shipped_rulebook() -> Rulebook:
    return open_rulebook()


def rulebook_under(book: Rulebook, readings: Mapping[str, str]) -> Rulebook:
    """The rulebook with some readings exchanged for others; the same where none is. The last few are kept.

    Raises: InputRefused for a reading or an option that there is not.
    """
    return _read_otherwise(book, tuple(sorted(readings.items()))) if readings else book


@lru_cache(maxsize=READINGS_KEPT)
def _read_otherwise(book: Rulebook, readings: tuple[tuple[str, str], ...]) -> Rulebook:
    return Rulebook.of(book.packs, book.words, readings=dict(readings))


def usual_place(reach: Reach) -> Division | None:
    """The place that a page shows when none was chosen: one's own community, else the first of the county served."""
    deployed = deployment()
    areas = [grant.division_code for grant in reach.grants] or ([deployed.county_id] if deployed else [])
    for area in areas:
        village = within(Division.objects.filter(level=VILLAGE), areas=[area], path="code").order_by("code").first()
        if village is not None:
            return village
    return deployed.county if deployed else None
