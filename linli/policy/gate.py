"""The release gate: everything that must hold of a set of packs before anybody relies on it.

Beyond what loading checks: every norm can bind somewhere, no conflict stays open in any cell, no floor stands above a
cap, every example case comes out, every norm is met by a case, and every reading that a note cites exists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from linli.policy.decide import Decision, decide
from linli.policy.facts import read_facts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.pack import Case, load_packs
from linli.policy.problems import InputRefused, PackRefused, Problem
from linli.policy.readings import numbered_readings
from linli.policy.resolve import ANYTHING, About, goes_before, interval
from linli.policy.rulebook import Regime, Rulebook


@dataclass(frozen=True)
class GateReport:
    """What the gate saw. cells: over all spans of days and regions. problems: empty if the packs may be used."""

    packs: tuple[dict[str, Any], ...]
    cells: int
    problems: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "packs": list(self.packs),
            "cells": self.cells,
            "problems": [{"file": p.file, "line": p.line, "why": p.why} for p in self.problems],
        }


def check_packs(folders: Iterable[Path] | None = None, *, readings: Mapping[str, str] | None = None) -> GateReport:
    """Check pack folders from end to end. Never raises for a bad pack: everything found stands in the report."""
    try:
        packs, words = load_packs(folders)
        known = numbered_readings()
    except PackRefused as refused:
        return GateReport((), 0, tuple(refused.problems))
    book = Rulebook.of(packs, words, readings=readings)
    problems = [*_unreachable(book), *_conflicts(book), *_cases(book), *_unknown_readings(book, known)]
    stamps = tuple(
        pack.stamp | {"clauses": len(pack.clauses), "norms": len(pack.norms), "cases": len(pack.cases)}
        for pack in packs
    )
    cells = sum(regime.size for _, regime in book.all_regimes())
    return GateReport(stamps, cells, tuple(sorted(set(problems))))


def _unreachable(book: Rulebook) -> Iterator[Problem]:
    reached: set[str] = set()
    for _, regime in book.all_regimes():
        reached.update(norm.id for norm, row in zip(regime.norms, regime.raw_holds, strict=True) if row.any())
    for norm in book.norms:
        if norm.id not in reached:
            yield Problem(
                norm.file, norm.line, f"{norm.id} can never bind: no day and no facts match its window and when"
            )


def _conflicts(book: Rulebook) -> Iterator[Problem]:
    """Conflicts that no rule of precedence settles, in any cell, for anybody the norms name."""
    words = book.words
    for day, regime in book.all_regimes():
        signatures = np.unique(regime.holds, axis=1, return_index=True)[1]
        for action_id, rows in regime.by_action.items():
            action = words.actions[action_id]
            if action.kind != "restrictive":
                yield from _duty_conflicts(regime, rows)
                continue
            abouts = {ANYTHING}
            for i in rows:
                norm = regime.norms[i]
                for who in norm.who or ("",):
                    for kind in norm.place_kind or ("",):
                        abouts.update(About(who, kind, paper) for paper in norm.paper or ("",))
            for cell in signatures:
                for about in abouts:
                    measure = interval(regime, int(cell), action_id, about)
                    for conflict in measure.undecided:
                        norm = book.norm[conflict.norms[0]]
                        yield Problem(
                            norm.file, norm.line, f"from {day}: {conflict.why.en}; write replaces, or declare a gap"
                        )
                    if measure.floor > measure.cap:
                        yield Problem("", 0, f"{action_id} from {day}: floor above cap {measure.floor_basis}")


def _duty_conflicts(regime: Regime, rows: tuple[int, ...]) -> Iterator[Problem]:
    for i in rows:
        for j in rows:
            a, b = regime.norms[i], regime.norms[j]
            if a.mode != "must" or b.mode != "must_not" or a.actor != b.actor:
                continue
            if not (regime.holds[i] & regime.holds[j]).any() or not _overlap(a.who, b.who):
                continue
            if not _overlap(a.place_kind, b.place_kind):
                continue
            if goes_before(a, b, regime) is None and goes_before(b, a, regime) is None:
                yield Problem(
                    a.file, a.line, f"{a.id} and {b.id} ask for opposites and none goes first; write replaces"
                )


def _overlap(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or bool(set(a) & set(b))


def _cases(book: Rulebook) -> Iterator[Problem]:
    """Cases that do not come out, and norms that no case meets."""
    met: set[str] = set()
    for pack in book.packs:
        for case in pack.cases:
            chosen = book
            try:
                if case.readings:
                    chosen = Rulebook.of(book.packs, book.words, readings=dict(book.readings) | dict(case.readings))
                wrong, hit = run_case(chosen, case)
            except InputRefused as refused:
                wrong, hit = [str(refused)], set()
            met |= hit
            for why in wrong:
                yield Problem(case.file, case.line, f"case “{case.name}”: {why}")
    for pack in book.packs:
        for norm in pack.norms:
            if norm.id not in met:
                yield Problem(norm.file, norm.line, f"{norm.id} is met by no example case")


def _unknown_readings(book: Rulebook, known: Collection[int]) -> Iterator[Problem]:
    for pack in book.packs:
        for cited in pack.cited:
            if cited.number not in known:
                why = f"cites reading {cited.number}, which readings.yaml does not have; it has 1 to {max(known)}"
                yield Problem(cited.file, cited.line, why)


def run_case(book: Rulebook, case: Case) -> tuple[list[str], set[str]]:
    """Run one example case.

    Returns: what is wrong, in words (empty if it comes out), and the norms that it meets.
    Raises: InputRefused if its facts or its order cannot be read.
    """
    facts = read_facts(case.facts, book.words)
    if case.order is not None:
        return _run_order(book, case), set()
    decision = decide(book, facts, case.day)
    wrong: list[str] = []
    met: set[str] = set()
    for mode in ("must", "may", "must_not"):
        bound = decision.norm_ids(mode)
        for name in case.expect.get(mode, ()):
            if name in bound:
                met.add(name)
            else:
                wrong.append(f"{name} does not bind as {mode}{_why_not(book, decision, name)}")
    for name in case.expect.get("absent", ()):
        if name in decision.norm_ids():
            wrong.append(f"{name} binds, but should not")
    for action, ends in case.expect.get("measures", {}).items():
        measure = decision.measures.get(action)
        if measure is None:
            wrong.append(f"{action} is no measure with steps")
            continue
        for end, got in (("floor", measure.step(measure.floor)), ("cap", measure.step(measure.cap))):
            if end in ends and ends[end] != got:
                wrong.append(f"{action} {end} is {got}, expected {ends[end]}")
    shown = {o.id for o in decision.undecided}
    wrong += [f"gap {name} is not shown" for name in case.expect.get("undecided", ()) if name not in shown]
    return wrong, met


def _why_not(book: Rulebook, decision: Decision, name: str) -> str:
    """A hint why a norm does not bind."""
    for y in decision.yielded:
        if y.norm == name:
            return f" (it yields to {y.to}: {y.why.en})"
    norm = book.norm.get(name)
    if norm is None:
        return " (it is not part of the readings in force)"
    if name in decision.norm_ids():
        return f" (its mode is {norm.mode})"
    if name in decision.possible:
        return f" (it depends on {', '.join(decision.unknown)}, not given)"
    if not norm.start <= decision.day or (norm.end and norm.end <= decision.day):
        return f" (in force from {norm.start} to {norm.end})"
    return ""


def _run_order(book: Rulebook, case: Case) -> list[str]:
    assert case.order is not None
    order = read_order(case.order, book.words)
    verdict = judge(book, order, read_facts(case.facts, book.words), case.day)
    expect = case.expect
    wrong: list[str] = []
    if "verdict" in expect and verdict.verdict != expect["verdict"]:
        wrong.append(f"the verdict is {verdict.verdict} ({', '.join(verdict.norms)}), expected {expect['verdict']}")
    cites = {book.norm[name].cite for name in verdict.norms}
    wrong += [
        f"{cite} is not among the clauses {sorted(cites)}" for cite in expect.get("cites", ()) if cite not in cites
    ]
    if "authority" in expect and sorted(verdict.authority) != sorted(expect["authority"]):
        wrong.append(f"the authority is {list(verdict.authority)}, expected {expect['authority']}")
    if "alternative" in expect:
        got = verdict.alternative.as_dict() if verdict.alternative else None
        wanted = expect["alternative"]
        if (got is None) != (wanted is None) or (got and any(got[k] != v for k, v in wanted.items())):
            wrong.append(f"the lawful alternative is {got}, expected {wanted}")
    return wrong
