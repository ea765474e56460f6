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

MATCHES_KEPT = 1_000


class Matched(NamedTuple):
    """Facts that matched, and the norms shown with them, by id: decisions about like facts share both."""

    because: dict[str, FactValue]
    shown: dict[str, Applied]


@dataclass(frozen=True)
class Decision:
    """The answer for one place and day.

    bound: the norms that bind, by aspect, then must, may, must not, each with the unknown facts that could still lift
    it; `norms` adds what matched. measures: the lawful interval of every restrictive action with steps. yielded: norms
    of this place and day that another one goes before wherever they hold. possible: ids of norms on power that would
    bind under some value of an unknown fact: not granted until it is known.
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
        found, asking_of = matched(self.rulebook, self.facts), self.rulebook.asking_of
        norms: list[Applied] = []
        for norm, depends_on in self.bound:
            because, shown = found[asking_of[norm.id]]
            applied = None if depends_on else shown.get(norm.id)
            if applied is None:
                applied = Applied(norm, because, depends_on)
                if not depends_on:
                    shown[norm.id] = applied
            norms.append(applied)
        return tuple(norms)

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
    first, alike = _first_of_kinds(regime.kinds[0][cells])
    cells_told_apart = cells[first]
    unknown = regime.deciding_facts(bins)
    measures, binds, yielded = _measures(regime, cells_told_apart)
    always: Mask = np.all(binds, axis=1)
    ever: Mask = np.any(binds, axis=1)
    for j, takers in regime.replaced_by.items():
        for i in takers:
            if np.all(regime.raw_holds[i, cells] & regime.raw_holds[j, cells]):
                yielded.append(Yielded(regime.norms[j].id, regime.norms[i].id, WHY_REPLACED))

    norms: list[Bound] = []
    possible: list[str] = []
    order = _shown_order(regime)
    for i, sure in zip((shown := order[ever[order]]).tolist(), always[shown].tolist(), strict=True):
        norm = regime.norms[i]
        if sure:
            norms.append(regime.sure[i])
        elif norm.mode == "must_not" or words.actions[norm.action].kind != "restrictive":
            norms.append((norm, regime.facts_that_change(binds[i][alike], bins)))
        else:
            possible.append(norm.id)

    undecided = dict.fromkeys(o for m in measures.values() for o in m.undecided)
    for gap, row in zip(regime.gaps, regime.gap_holds[:, cells], strict=True):
        if row.all():
            about = tuple(n.id for n, _ in norms if n.action in gap.actions)
            undecided[Open(about, gap.say, gap.id)] = None
    return tuple(norms), measures, tuple(dict.fromkeys(yielded)), tuple(undecided), unknown, tuple(possible)


def _measures(regime: Regime, cells: Cells) -> tuple[dict[str, Interval], Mask, list[Yielded]]:
    """The interval of every measure with steps over some cells, each of its own kind.

    Returns: the intervals; bool[norm, cell], which norms hold and do not yield; and the norms that yield wherever they
    hold, or on a smaller unit than their own.
    """
    binds: Mask = regime.holds[:, cells]
    measures: dict[str, Interval] = {}
    yielded: dict[Yielded, int | None] = {}
    for action in _scaled(regime):
        first, alike = _first_of_kinds(action_kinds(regime, action)[cells])
        intervals = [interval(regime, int(cells[i]), action) for i in first]
        measures[action] = mildest(intervals)
        for k, measure in enumerate(intervals):
            for y in measure.yielded:
                norm = regime.index[y.norm]
                if regime.norms[norm].action == action:
                    yielded[y] = norm
                    binds[norm, alike == k] = False
                else:
                    yielded.setdefault(y, None)
    return measures, binds, [y for y, own in yielded.items() if own is None or not binds[own].any()]


def _first_of_kinds(kinds: Cells) -> tuple[Cells, Cells]:
    """Where each kind first occurs, in order of occurrence; and for every place the index of its kind in that order."""
    if len(kinds) == 1:
        return ONE, ONE
    _, first, alike = np.unique(kinds, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[alike]


ONE: Cells = np.zeros(1, dtype=np.int64)


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
            if norm.id in in_all or norm.mode == "must_not" or words.actions[norm.action].kind != "restrictive":
                where = () if norm.id in in_all else ("division_code",)
                known = norms.get(norm.id, (norm, where))[1]
                norms[norm.id] = (norm, tuple(dict.fromkeys((*known, *depends_on))))
            else:
                possible[norm.id] = None
        possible |= dict.fromkeys(answer[5])
    aspects = list(words.aspects)
    bound = sorted(norms.values(), key=lambda found: (aspects.index(found[0].aspect), MODES[found[0].mode]))
    here = norms.keys() | possible.keys()
    measures = {action: mildest([a[1][action] for a in answers]) for action in first[1]}
    changes = any(a[0] != first[0] for a in answers)
    unknown = dict.fromkeys((*(("division_code",) if changes else ()), *(f for a in answers for f in a[4])))
    return (
        tuple(bound),
        measures,
        tuple(dict.fromkeys(y for a in answers for y in a[2] if y.norm not in here)),
        tuple(dict.fromkeys(o for a in answers for o in a[3])),
        tuple(unknown),
        tuple(name for name in possible if name not in norms),
    )


def matched(rulebook: Rulebook, facts: PlaceFacts) -> list[Matched]:
    """What the given facts come to for each thing that norms ask for, by `Rulebook.asking_of`."""
    kept: dict[tuple[object, ...], Matched] = rulebook.__dict__.setdefault("_matched", {})
    found: list[Matched] = []
    for i, (local, asked) in enumerate(rulebook.asking):
        code = facts.division_code if local else ""
        values = tuple([facts.values.get(name) for name in asked])
        known = kept.get((i, code, values))
        if known is None:
            because: dict[str, FactValue] = {"division_code": code} if code else {}
            because.update((name, facts.values[name]) for name in asked if name in facts.values)
            if len(kept) >= MATCHES_KEPT:
                kept.clear()
            known = kept[i, code, values] = Matched(because, {})
        found.append(known)
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
