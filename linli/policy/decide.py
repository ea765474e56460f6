"""What must, may and must not be done in one place on one day, each part with its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from linli.policy.facts import PlaceFacts
from linli.policy.pack import Norm
from linli.policy.resolve import WHY_REPLACED, Interval, Open, Yielded, action_kinds, interval, mildest
from linli.policy.rulebook import Cells, Mask, Regime, Rulebook, distinct_columns
from linli.policy.vocabulary import FactValue


class Applied(NamedTuple):
    """A norm that binds, with the facts that matched. depends_on: unknown facts that could still lift it."""

    norm: Norm
    because: Mapping[str, FactValue]
    depends_on: tuple[str, ...] = ()


Bound = tuple[Norm, tuple[str, ...]]
"""A norm that binds, and the unknown facts that could still lift it."""


@dataclass(frozen=True)
class Decision:
    """The answer for one place and day.

    bound: the norms that bind, by aspect, then must, may, must not, each with the unknown facts that could still lift
    it; `norms` adds what matched. measures: the lawful interval of every restrictive action with steps. yielded: norms
    of this place and day that another one goes before. possible: ids of norms on power that would bind under some
    value of an unknown fact: not granted until it is known.
    """

    rulebook: Rulebook
    day: date
    facts: PlaceFacts
    bound: tuple[Bound, ...]
    measures: Mapping[str, Interval] = field(hash=False)
    yielded: tuple[Yielded, ...]
    undecided: tuple[Open, ...]
    unknown: tuple[str, ...]
    possible: tuple[str, ...]

    @cached_property
    def norms(self) -> tuple[Applied, ...]:
        """The norms that bind, with the facts that matched. Norms that ask for the same facts share one `because`."""
        because, asking_of = matched(self.rulebook, self.facts), self.rulebook.asking_of
        return tuple([Applied(norm, because[asking_of[norm.id]], depends_on) for norm, depends_on in self.bound])

    def norm_ids(self, mode: str | None = None) -> frozenset[str]:
        return frozenset(norm.id for norm, _ in self.bound if mode is None or norm.mode == mode)


def decide(rulebook: Rulebook, facts: PlaceFacts, day: date) -> Decision:
    """What binds in a place on a day.

    An unknown fact is answered for where all its values agree; else restrictive measures take the least restrictive
    cap, duties and bans are united, and the fact stands in `unknown`. Before the first instrument: no norms, every
    measure at its lowest step.
    """
    return decide_under(rulebook, facts, day, rulebook.regimes_for(facts, day))


def decide_under(rulebook: Rulebook, facts: PlaceFacts, day: date, regimes: Sequence[Regime]) -> Decision:
    """As `decide`, for a place of which it is known which of the rulebook's regimes may apply."""
    situations = [(regime, regime.bins(facts)) for regime in regimes]
    if len(situations) == 1:
        regime, bins = situations[0]
        norms, measures, yielded, undecided, unknown, possible = _cell_answer(regime, bins)
    else:
        norms, measures, yielded, undecided, unknown, possible = _united(
            rulebook, [_cell_answer(r, b) for r, b in situations]
        )
    return Decision(rulebook, day, facts, norms, measures, yielded, undecided, unknown, possible)


CellAnswer = tuple[
    tuple[Bound, ...],
    Mapping[str, Interval],
    tuple[Yielded, ...],
    tuple[Open, ...],
    tuple[str, ...],
    tuple[str, ...],
]

MODES = {"must": 0, "may": 1, "must_not": 2}


def _cell_answer(regime: Regime, bins: tuple[int, ...]) -> CellAnswer:
    """The answer of one cell (-1 for an unknown fact), computed once, and once for all known cells of one kind."""
    key = ("answer", bins)
    found = regime.memo.get(key)
    if found is None:
        alike = key if -1 in bins else ("answer of kind", int(_answer_kinds(regime)[regime.cells(bins)[0]]))
        found = regime.memo.get(alike) or _compute(regime, bins)
        regime.memo[key] = regime.memo[alike] = found
    return found  # type: ignore[return-value]


def _answer_kinds(regime: Regime) -> Cells:
    """The kind of every cell: known cells of one kind have the same answer, but for the facts shown in it."""
    found = regime.memo.get("answer kinds")
    if found is None:
        rows = np.concatenate([regime.raw_holds, regime.gap_holds])
        found = regime.memo["answer kinds"] = distinct_columns(rows)[0]
    return found  # type: ignore[return-value]


def _compute(regime: Regime, bins: tuple[int, ...]) -> CellAnswer:
    words = regime.rulebook.words
    cells = regime.cells(bins)
    kinds, examples = regime.kinds
    held = regime.holds[:, examples[np.unique(kinds[cells])]]
    always: Mask = np.all(held, axis=1)
    ever: Mask = np.any(held, axis=1)
    unknown = regime.deciding_facts(bins)

    measures: dict[str, Interval] = {}
    for action in _scaled(regime):
        firsts = np.unique(action_kinds(regime, action)[cells], return_index=True)[1]
        measures[action] = mildest([interval(regime, int(cells[first]), action) for first in np.sort(firsts)])
    yielded = dict.fromkeys(y for m in measures.values() for y in m.yielded)
    for j, takers in regime.replaced_by.items():
        for i in takers:
            if np.all(regime.raw_holds[i, cells] & regime.raw_holds[j, cells]):
                yielded[Yielded(regime.norms[j].id, regime.norms[i].id, WHY_REPLACED)] = None

    gone = [regime.index[y.norm] for y in yielded if y.norm in regime.index]
    always[gone] = ever[gone] = False
    norms: list[Bound] = []
    possible: list[str] = []
    order = _shown_order(regime)
    for i, sure in zip((shown := order[ever[order]]).tolist(), always[shown].tolist(), strict=True):
        norm = regime.norms[i]
        if sure:
            norms.append(regime.sure[i])
        elif norm.mode == "must_not" or words.actions[norm.action].kind != "restrictive":
            concerned = [norm, *(regime.norms[taker] for taker in regime.replaced_by.get(i, ()))]
            asked = {name for n in concerned for name in regime.rulebook.asked_by(n)}
            norms.append((norm, tuple(name for name in unknown if name in asked)))
        else:
            possible.append(norm.id)

    undecided = dict.fromkeys(o for m in measures.values() for o in m.undecided)
    for gap, row in zip(regime.gaps, regime.gap_holds[:, cells], strict=True):
        if row.all():
            about = tuple(n.id for n, _ in norms if n.action in gap.actions)
            undecided[Open(about, gap.say, gap.id)] = None
    return tuple(norms), measures, tuple(yielded), tuple(undecided), unknown, tuple(possible)


def _scaled(regime: Regime) -> tuple[str, ...]:
    """The restrictive actions that have steps of their own."""
    found = regime.memo.get("scaled")
    if found is None:
        actions = regime.rulebook.words.actions.values()
        found = regime.memo["scaled"] = tuple(a.id for a in actions if a.kind == "restrictive" and a.has_steps)
    return found  # type: ignore[return-value]


def _shown_order(regime: Regime) -> Cells:
    """The indexes of the norms in the order answers show them: by aspect, then must, may, must not."""
    found = regime.memo.get("order")
    if found is None:
        aspects = {name: i for i, name in enumerate(regime.rulebook.words.aspects)}
        ranks = [(aspects[norm.aspect], MODES[norm.mode], i) for i, norm in enumerate(regime.norms)]
        found = regime.memo["order"] = np.array([i for _, _, i in sorted(ranks)], dtype=np.int64)
    return found  # type: ignore[return-value]


def _united(rulebook: Rulebook, answers: Sequence[CellAnswer]) -> CellAnswer:
    """One answer where the place itself is unknown: power as in the mildest region, duties of all."""
    words = rulebook.words
    first = answers[0]
    in_all = set.intersection(*({n.id for n, _ in a[0]} for a in answers))
    norms: dict[str, Bound] = {}
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


def matched(rulebook: Rulebook, facts: PlaceFacts) -> list[dict[str, FactValue]]:
    """The given facts that norms ask for, by `Rulebook.asking_of`. Norms that ask for the same share one answer."""
    found: list[dict[str, FactValue]] = []
    for local, asked in rulebook.asking:
        because: dict[str, FactValue] = {}
        if local and facts.division_code:
            because["division_code"] = facts.division_code
        because.update((name, facts.values[name]) for name in asked if name in facts.values)
        found.append(because)
    return found


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
    norms = [
        norm_as_dict(rulebook, a.norm) | {"because": dict(a.because), "depends_on": list(a.depends_on)}
        for a in decision.norms
    ]
    measures = {name: interval_as_dict(rulebook, measure) for name, measure in decision.measures.items()}
    return frame(decision, norms, measures)


def frame(decision: Decision, norms: list[dict[str, Any]], measures: dict[str, Any]) -> dict[str, Any]:
    """A decision as plain data around its norms and measures."""
    rulebook = decision.rulebook
    in_force = {norm.instrument for norm, _ in decision.bound}
    return {
        "day": decision.day.isoformat(),
        "facts": decision.facts.as_dict(),
        "packs": [pack.stamp for pack in rulebook.packs if pack.instrument.id in in_force],
        "readings": dict(rulebook.readings),
        "norms": norms,
        "measures": measures,
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
