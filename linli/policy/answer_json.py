"""Decisions as JSON text, many of them fast: the same content as `decide.decision_as_dict`, made from kept pieces."""

from __future__ import annotations

import json
from typing import Any

from linli.policy.decide import Decision, frame, interval_as_dict, matched, norm_as_dict
from linli.policy.resolve import Interval
from linli.policy.rulebook import Rulebook

KEPT = 10_000


class AnswerWriter:
    """Writes the decisions of one rulebook. Keeps the text of norms and measures, and of up to `KEPT` sets of facts."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._norms = {
            norm.id: (_dumps(norm_as_dict(rulebook, norm))[:-1], rulebook.asking_of[norm.id]) for norm in rulebook.norms
        }
        self._tails: dict[tuple[Any, ...], bytes] = {}
        self._measures: dict[int, tuple[Interval, bytes]] = {}

    def write(self, decision: Decision) -> bytes:
        """One decision as compact JSON in UTF-8."""
        because = matched(self.rulebook, decision.facts)
        sure = [self._tail(one.because, ()) for one in because]
        pairs = [self._norms[norm.id] for norm, _ in decision.bound]
        parts = [b""] * (2 * len(pairs))
        parts[0::2] = [piece for piece, _ in pairs]
        parts[1::2] = [sure[group] for _, group in pairs]
        if decision.unknown:
            for i, (_, depends_on) in enumerate(decision.bound):
                if depends_on:
                    parts[2 * i + 1] = self._tail(because[pairs[i][1]].because, depends_on)
        outer = frame(decision, [], measures={})
        before, between, after = _split(_dumps(outer), b'"norms":[', b'"measures":{')
        measures = b",".join([self._measure(name, measure) for name, measure in decision.measures.items()])
        if parts:
            parts[-1] = parts[-1][:-1]
        return b"".join((before, *parts, between, measures, after))

    def _tail(self, because: dict[str, Any], depends_on: tuple[str, ...]) -> bytes:
        """The end of a norm: what matched."""
        key = (*because.items(), depends_on)
        found = self._tails.get(key)
        if found is None:
            if len(self._tails) >= KEPT:
                self._tails.clear()
            text = _dumps({"because": because, "depends_on": depends_on})
            found = self._tails[key] = b"," + text[1:] + b","
        return found

    def _measure(self, name: str, measure: Interval) -> bytes:
        found = self._measures.get(id(measure))
        if found is None or found[0] is not measure:
            if len(self._measures) >= KEPT:
                self._measures.clear()
            text = _dumps({name: interval_as_dict(self.rulebook, measure)})[1:-1]
            found = self._measures[id(measure)] = (measure, text)
        return found[1]


def _split(text: bytes, *marks: bytes) -> list[bytes]:
    """The text cut behind each mark."""
    parts = []
    for mark in marks:
        head, mark, text = text.partition(mark)
        parts.append(head + mark)
    return [*parts, text]


def _dumps(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
