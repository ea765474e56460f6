"""Where somebody comes from: the divisions that a text may mean, and the tier declared there for the day of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from linli.community.codes import COUNTY, TOWNSHIP, level_of
from linli.community.models import Division
from linli.community.queries import search_divisions
from linli.response.place_names import PlaceNames
from linli.response.queries import DeclaredFact, states_of

TIER = "tier"
_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A place that may be meant. ``tier`` is None where nobody declared one for that day: unknown is not low."""

    division: Division
    tier: str | None
    source: DeclaredFact | None


def origins_named(text: str, *, day: date, chosen: str = "") -> list[Origin]:
    """The divisions that a text may mean, the likeliest first, each with its tier on ``day``.

    ``chosen`` is the code that somebody has picked: it comes first. Empty for a text that names none, as one abroad.
    """
    divisions: dict[str, Division] = {}
    if chosen:
        divisions |= {one.code: one for one in Division.objects.filter(code=chosen)}
    for one in _meant(text.strip()[:60]):
        divisions.setdefault(one.code, one)
    kept = list(divisions.values())[:_SHOWN]
    states = states_of([one.code for one in kept], day=day)
    return [_origin(one, states[one.code].sources.get(TIER)) for one in kept]


def is_sure(text: str, found: list[Origin]) -> bool:
    """Does the text leave no doubt which place is meant?"""
    named = [one for one in found if text.strip() in (one.division.name, one.division.full_name)]
    return len(found) == 1 or len(named) == 1


def _meant(text: str) -> Iterable[Division]:
    if not text:
        return
    exact = PlaceNames().called(text).division
    if exact is not None:
        yield exact
        return
    found = search_divisions(text, limit=_SHOWN * 3)
    # A tier is declared for counties and for what lies inside them; a village is rarely where somebody came from.
    yield from sorted(found, key=lambda one: level_of(one.code) not in (COUNTY, TOWNSHIP))


def _origin(division: Division, source: DeclaredFact | None) -> Origin:
    return Origin(division=division, tier=str(source.value) if source is not None else None, source=source)
