"""What must, may and must not be done in one place on one day, each part with its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.policy.facts import PlaceFacts
from linli.policy.pack import Norm
from linli.policy.resolve import WHY_REPLACED, Interval, Open, Yielded, interval, mildest
from linli.policy.rulebook import Regime, Rulebook
from linli.policy.vocabulary import FactValue


@dataclass(frozen=True)
class Applied:
    """A norm that binds, with the facts that matched. depends_on: unknown facts that could still lift it."""

    norm: Norm
    because: Mapping[str, FactValue] = field(hash=False)
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The answer for one place and day.

    norms: those that bind, by aspect, then must, may, must not. measures: the lawful interval of every restrictive
    action with steps. yielded: norms of this place and day that another one goes before. possible: ids of norms on
    power that would bind under some value of an unknown fact: not granted until it is known.
    """

    rulebook: Rulebook
    day: date
    facts: PlaceFacts
    norms: tuple[Applied, ...]
    measures: Mapping[str, Interval] = field(hash=False)
    yielded: tuple[Yielded, ...]
    undecided: tuple[Open, ...]
    unknown: tuple[str, ...]
    possible: tuple[str, ...]

    def norm_ids(self, mode: str | None = None) -> frozenset[str]:
        return frozenset(a.norm.id for a in self.norms if mode is None or a.norm.mode == mode)


def decide(rulebook: Rulebook, facts: PlaceFacts, day: date) -> Decision:
    """What binds in a place on a day.

    An unknown fact is answered for where all its values agree; else restrictive measures take the least restrictive
    cap, duties and bans are united, and the fact stands in `unknown`. Before the first instrument: no norms, every
    measure at its lowest step.
    """
    regimes = rulebook.regimes_for(facts, day)
    situations = [(regime, regime.bins(facts)) for regime in regimes]
    if len(situations) == 1:
        regime, bins = situations[0]
        norms, measures, yielded, undecided, unknown, possible = _cell_answer(regime, bins)
    else:
        norms, measures, yielded, undecided, unknown, possible = _united(
            rulebook, [_cell_answer(r, b) for r, b in situations]
        )
    applied = tuple(
        Applied(norm, _because(rulebook, norm, facts), depends_on) for norm, depends_on in norms
    )
    return Decision(rulebook, day, facts, applied, measures, yielded, undecided, unknown, possible)


CellAnswer = tuple[
    tuple[tuple[Norm, tuple[str, ...]], ...],
    Mapping[str, Interval],
    tuple[Yielded, ...],
    tuple[Open, ...],
    tuple[str, ...],
    tuple[str, ...],
]

MODES = {"must": 0, "may": 1, "must_not": 2}


def _cell_answer(regime: Regime, bins: tuple[int, ...]) -> CellAnswer:
    """The answer of one cell (-1 for an unknown fact), computed once."""
    key = ("answer", bins)
    found = regime.memo.get(key)
    if found is None:
        found = regime.memo[key] = _compute(regime, bins)
    return found  # type: ignore[return-value]


def _compute(regime: Regime, bins: tuple[int, ...]) -> CellAnswer:
    words = regime.rulebook.words
    cells = regime.cells(bins)
    always = regime.holds[:, cells].all(axis=1)
    ever = regime.holds[:, cells].any(axis=1)
    unknown = regime.deciding_facts(bins)

    measures: dict[str, Interval] = {}
    for action in words.actions.values():
        if action.kind == "restrictive" and action.has_steps:
            intervals = [interval(regime, int(cell), action.id) for cell in cells]
            measures[action.id] = mildest(intervals)
    yielded = dict.fromkeys(y for m in measures.values() for y in m.yielded)
    for j, takers in regime.replaced_by.items():
        for i in takers:
            if (regime.raw_holds[i] & regime.raw_holds[j])[cells].all():
                yielded[Yielded(regime.norms[j].id, regime.norms[i].id, WHY_REPLACED)] = None
    gone = {y.norm for y in yielded}

    norms: list[tuple[Norm, tuple[str, ...]]] = []
    possible: list[str] = []
    for i, norm in enumerate(regime.norms):
        if not ever[i] or norm.id in gone:
            continue
        if always[i]:
            norms.append((norm, ()))
        elif norm.mode == "must_not" or words.actions[norm.action].kind != "restrictive":
            asked = regime.rulebook.asked_by(norm)
            norms.append((norm, tuple(name for name in unknown if name in asked)))
        else:
            possible.append(norm.id)
    aspects = list(words.aspects)
    norms.sort(key=lambda pair: (aspects.index(pair[0].aspect), MODES[pair[0].mode]))

    undecided = dict.fromkeys(o for m in measures.values() for o in m.undecided)
    for gap, row in zip(regime.gaps, regime.gap_holds[:, cells], strict=True):
        if row.all():
            about = tuple(n.id for n, _ in norms if n.action in gap.actions)
            undecided[Open(about, gap.say, gap.id)] = None
    return tuple(norms), measures, tuple(yielded), tuple(undecided), unknown, tuple(possible)


def _united(rulebook: Rulebook, answers: Sequence[CellAnswer]) -> CellAnswer:
    """One answer where the place itself is unknown: power as in the mildest region, duties of all."""
    words = rulebook.words
    first = answers[0]
    in_all = set.intersection(*({n.id for n, _ in a[0]} for a in answers))
    norms: dict[str, tuple[Norm, tuple[str, ...]]] = {}
    possible: dict[str, None] = {}
    for answer in answers:
        for norm, depends_on in answer[0]:
            if norm.id in in_all:
                norms.setdefault(norm.id, (norm, depends_on))
            elif norm.mode == "must_not" or words.actions[norm.action].kind != "restrictive":
                norms.setdefault(norm.id, (norm, tuple(dict.fromkeys(("division_code", *depends_on)))))
            else:
                possible[norm.id] = None
        possible |= dict.fromkeys(answer[5])
    measures = {action: mildest([a[1][action] for a in answers]) for action in first[1]}
    changes = any(a[0] != first[0] for a in answers)
    unknown = dict.fromkeys((*(("division_code",) if changes else ()), *(f for a in answers for f in a[4])))
    return (
        tuple(norms.values()),
        measures,
        tuple(dict.fromkeys(y for a in answers for y in a[2])),
        tuple(dict.fromkeys(o for a in answers for o in a[3])),
        tuple(unknown),
        tuple(possible),
    )


def _because(rulebook: Rulebook, norm: Norm, facts: PlaceFacts) -> dict[str, FactValue]:
    """The given facts that the norm asks for."""
    because: dict[str, FactValue] = {}
    if facts.division_code and rulebook.instruments[norm.instrument].territory:
        because["division_code"] = facts.division_code
    for name in rulebook.asked_by(norm):
        if name in facts.values:
            because[name] = facts.values[name]
    return because


def clause_of(rulebook: Rulebook, norm: Norm) -> dict[str, str]:
    """Where a norm stands, as answers cite it. number is empty where the document prints none."""
    instrument = rulebook.instruments[norm.instrument]
    return {"instrument": instrument.id, "number": instrument.number, "cite": norm.cite}


def norm_as_dict(rulebook: Rulebook, norm: Norm) -> dict[str, Any]:
    """A norm as answers show it, without what it owes to one place."""
    memo = rulebook.__dict__.setdefault("_norm_dicts", {})
    found: dict[str, Any] | None = memo.get(norm.id)
    if found is None:
        words = rulebook.words
        found = memo[norm.id] = {
            "id": norm.id,
            "mode": norm.mode.upper(),
            "actor": norm.actor,
            "with": list(norm.partners),
            "action": norm.action,
            "kind": words.actions[norm.action].kind.upper(),
            "aspect": norm.aspect,
            "who": list(norm.who),
            "place_kind": list(norm.place_kind),
            "paper": list(norm.paper),
            "params": dict(norm.params),
            "cadence": norm.cadence,
            "soft": norm.soft.upper(),
            "say": norm.say.as_dict(),
            "clause": clause_of(rulebook, norm),
            "reading": norm.reading,
            "note": norm.note.as_dict() if norm.note else None,
        }
    return found


def decision_as_dict(decision: Decision) -> dict[str, Any]:
    """A decision as plain data, in the shape that commands and interfaces promise."""
    rulebook = decision.rulebook
    in_force = {a.norm.instrument for a in decision.norms}
    return {
        "day": decision.day.isoformat(),
        "facts": decision.facts.as_dict(),
        "packs": [pack.stamp for pack in rulebook.packs if pack.instrument.id in in_force],
        "readings": dict(rulebook.readings),
        "norms": [
            norm_as_dict(rulebook, a.norm) | {"because": dict(a.because), "depends_on": list(a.depends_on)}
            for a in decision.norms
        ],
        "measures": {name: interval_as_dict(rulebook, measure) for name, measure in decision.measures.items()},
        "yielded": [{"norm": y.norm, "to": y.to, "why": y.why.as_dict()} for y in decision.yielded],
        "undecided": [{"id": o.id, "norms": list(o.norms), "why": o.why.as_dict()} for o in decision.undecided],
        "unknown": list(decision.unknown),
        "possible": list(decision.possible),
    }


def interval_as_dict(rulebook: Rulebook, measure: Interval) -> dict[str, Any]:
    """A measure as plain data: scale, floor and cap by name, the basis of both, and who may decide which step."""
    steps = measure.action.scale.steps
    return {
        "scale": list(steps),
        "floor": steps[measure.floor],
        "cap": steps[measure.cap],
        "floor_basis": list(measure.floor_basis),
        "cap_basis": list(measure.cap_basis),
        "deciders": [
            {"level": steps[min(g.step, measure.cap)], "by": sorted(g.by), "norm": g.norm, "consent": g.consent}
            for g in measure.grants
        ],
    }
