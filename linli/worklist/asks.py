"""From a decision to what it asks of people in groups: which norms make work, of which kind, in which rhythm."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from linli.policy.decide import decide
from linli.policy.facts import PlaceFacts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook
from linli.records.kinds import Kind, all_kinds
from linli.worklist.items import Ask

# Those whose duties stand on a worker's list. What a household, a host or an employer owes stands on the person's page.
ON_A_LIST = frozenset({"community", "grid_worker", "clinic", "property_company"})
# How a printed cadence is read; one that is not here leaves the rhythm to the kind of entry.
_CADENCES = {
    "daily": "daily", "twice_daily": "daily", "weekly": "weekly", "on arrival": "once", "as_needed": "on_demand",
    "on abnormality": "on_demand", "on case": "on_demand", "on emergency": "on_demand", "on outbreak": "on_demand",
    "on tier_change": "on_demand", "on holiday": "round", "on festival": "round", "yearly": "round",
}  # fmt: skip
_BY_THEMSELVES = frozenset({"daily", "weekly", "once"})
_PEOPLE = frozenset({"person", "household"})


def asks_in(rulebook: Rulebook, facts: PlaceFacts, day: date) -> tuple[Ask, ...]:
    """What the norms in force at a place on a day ask of the people in their groups; empty before the first packs.

    Kept for places with equal facts, until another span of the packs begins.
    """
    return _asks(_Key(rulebook, facts, rulebook.span(day), day))


def requiring(rulebook: Rulebook, facts: PlaceFacts, day: date) -> Callable[[str, str, tuple[str, ...]], bool]:
    """Whether a restrictive action is required here of somebody who is in all of some groups."""
    place = _Key(rulebook, facts, rulebook.span(day), day)
    return lambda action, actor, groups: _is_required(place, action, actor, groups)


class _Key:
    """Equal for places of which the same is decided: the same packs, facts and span of days."""

    def __init__(self, rulebook: Rulebook, facts: PlaceFacts, span: int, day: date) -> None:
        self.rulebook, self.facts, self.day = rulebook, facts, day
        # Territories are prefixes down to the county; the code below that decides nothing.
        region = rulebook.region(facts.division_code)
        self._same = (id(rulebook), span, region, frozenset(facts.values.items()))

    def __hash__(self) -> int:
        return hash(self._same)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._same == other._same and self.rulebook is other.rulebook


@lru_cache(maxsize=256)
def _asks(place: _Key) -> tuple[Ask, ...]:
    decision = decide(place.rulebook, place.facts, place.day)
    kinds = all_kinds()
    found = []
    for norm, _ in decision.bound:
        action = place.rulebook.words.actions[norm.action]
        kind = kinds.get(action.entry)
        if kind is None or norm.mode != "must" or norm.soft or action.subject not in _PEOPLE:
            continue
        if not norm.who or norm.place_kind or norm.actor not in ON_A_LIST:
            continue
        rhythm = _rhythm(norm, kind)
        if rhythm in _BY_THEMSELVES:
            found.append(_ask(norm, kind, rhythm, is_restrictive=action.kind == "restrictive"))
    return tuple(found)


def _rhythm(norm: Norm, kind: Kind) -> str:
    return _CADENCES.get(norm.cadence) or kind.rhythm_of(norm.action)


def _ask(norm: Norm, kind: Kind, rhythm: str, *, is_restrictive: bool) -> Ask:
    def whole(name: str) -> int | None:
        return int(norm.params[name]) if name in norm.params else None

    return Ask(
        norm=norm.id,
        instrument=norm.instrument,
        cite=norm.cite,
        action=norm.action,
        kind=kind.id,
        is_household=kind.subject == "household",
        actor=norm.actor,
        who=frozenset(norm.who),
        rhythm=rhythm,
        within_hours=whole("within_hours"),
        min_age=whole("min_age"),
        max_age=whole("max_age"),
        is_restrictive=is_restrictive,
    )


@lru_cache(maxsize=4096)
def _is_required(place: _Key, action: str, actor: str, groups: tuple[str, ...]) -> bool:
    given = {"action": action, "by": actor, "from": place.day.isoformat(), "who": list(groups)}
    order = read_order(given, place.rulebook.words)
    return judge(place.rulebook, order, place.facts, place.day).verdict == "REQUIRED"
