"""The gold table: answers worked out by reading the documents, and how a question is put to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from linli.policy.decide import decide
from linli.policy.facts import read_day, read_facts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.pack import Norm
from linli.policy.resolve import About, interval, mildest, speaks_of
from linli.policy.rulebook import Rulebook

FOLDER = Path(__file__).parent / "gold"


@dataclass(frozen=True)
class Question:
    """One entry of the gold table. chapter: the file it stands in, without its ending."""

    id: str
    chapter: str
    zh: str
    en: str
    day: str
    facts: Mapping[str, Any]
    ask: Mapping[str, Any]
    answer: Mapping[str, Any]
    clauses: tuple[tuple[str, str], ...]
    why: str

    def __str__(self) -> str:
        return self.id


def questions() -> list[Question]:
    """All entries, by file and place in it."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for x in yaml.safe_load(path.read_text(encoding="utf-8")):
            clauses = tuple((c["instrument"], c["cite"]) for c in x.get("clause") or ())
            found.append(
                Question(
                    x["id"],
                    path.stem,
                    x["question"]["zh"],
                    x["question"]["en"],
                    x["day"],
                    x["facts"],
                    x["ask"],
                    x["answer"],
                    clauses,
                    x["why"],
                )
            )
    return found


def asked(book: Rulebook, question: Question) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """Put a question to the engine.

    Returns: its answer in the words of the gold table, and the clauses (instrument, cite) it rests on.
    """
    if "measure" in question.ask:
        return _measure(book, question)
    if "order" in question.ask:
        return _order(book, question)
    return _duty(book, question)


def _cites(book: Rulebook, names: Any) -> set[tuple[str, str]]:
    return {(book.norm[name].instrument, book.norm[name].cite) for name in names}


def _measure(book: Rulebook, question: Question) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    decision = decide(book, read_facts(question.facts, book.words), read_day(question.day))
    measure = decision.measures[question.ask["measure"]]
    answer = {"floor": measure.step(measure.floor), "cap": measure.step(measure.cap)}
    return answer, _cites(book, (*measure.floor_basis, *measure.cap_basis, *measure.ceilings, *measure.guards))


def _order(book: Rulebook, question: Question) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    order = read_order(question.ask["order"], book.words)
    verdict = judge(book, order, read_facts(question.facts, book.words), read_day(question.day))
    alternative = verdict.alternative.as_dict() if verdict.alternative else None
    answer = {"verdict": verdict.verdict, "authority": list(verdict.authority), "alternative": alternative}
    return answer, _cites(book, verdict.norms)


def _duty(book: Rulebook, question: Question) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """The strongest thing said of an action: it is owed, barred, allowed, or nothing."""
    facts, day = read_facts(question.facts, book.words), read_day(question.day)
    action = book.words.actions[question.ask["action"]]
    decision = decide(book, facts, day)
    norms: dict[str, Norm] = {}
    modes: list[str] = []
    for group in question.ask.get("who") or ("",):
        about = About(who=group)
        open_question = not group and action.subject == "person"
        for applied in decision.norms:
            norm = applied.norm
            if norm.action == action.id and (open_question or speaks_of(norm, about, action, book.words)):
                norms[norm.id] = norm
                modes.append(norm.mode)
        if action.kind == "restrictive" and not open_question:
            regimes = [(r, r.bins(facts)) for r in book.regimes_for(facts, day)]
            cells = [(r, int(c)) for r, bins in regimes for c in r.cells(bins)]
            measure = mildest([interval(r, c, action.id, about) for r, c in cells])
            modes = ["must" if measure.floor else "must_not" if measure.ceilings and not measure.cap else "may"]
            modes = modes if measure.binding else []
    mode = next((m for m in ("must", "must_not", "may") if m in modes), "none")
    params = {name: value for norm in norms.values() for name, value in norm.params.items()}
    cadence = {norm.cadence for norm in norms.values()}
    return {"mode": mode.upper(), "params": params, "cadence": cadence}, _cites(book, norms)
