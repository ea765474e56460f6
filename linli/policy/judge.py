"""Whether a proposed order is lawful here: required, allowed, for somebody else to decide, too much, or too little.

For power, what is not granted is forbidden. For service, what is not forbidden is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from linli.policy.decide import clause_of
from linli.policy.facts import PlaceFacts
from linli.policy.order import Order
from linli.policy.pack import Norm
from linli.policy.resolve import About, Interval, goes_before, interval, mildest, speaks_of
from linli.policy.rulebook import Mask, Regime, Rulebook
from linli.policy.vocabulary import Action, Say
from linli.policy.wording import explain

SEVERITY = ("REQUIRED", "ALLOWED", "FALLS_SHORT", "NEEDS_AUTHORITY", "NO_BASIS", "EXCEEDS")
OWN_CHOICE = frozenset({"resident", "household"})


@dataclass(frozen=True)
class Alternative:
    """What would be lawful instead. level: a step's name, empty for actions without steps; until: its end, if any."""

    action: Action
    level: str
    until: date | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "action": self.action.id,
            "level": self.level or None,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True)
class Verdict:
    """The judgement on one order. norms: those it rests on. authority: who could decide it, nearest first.

    lawful_until: the first day on which the packs known today no longer allow it; None if they set no such day.
    """

    rulebook: Rulebook
    order: Order
    verdict: str
    norms: tuple[str, ...]
    authority: tuple[str, ...]
    alternative: Alternative | None
    smaller: tuple[Alternative, ...]
    lawful_until: date | None
    why: str
    unknown: tuple[str, ...]
    period_days: int | None = None


def judge(rulebook: Rulebook, order: Order, facts: PlaceFacts, day: date) -> Verdict:
    """Judge an order by the norms in force on `day`, or on its first day if that is later.

    An order about several groups gets the gravest verdict among them.
    """
    at = max(day, order.start)
    verdicts = [_judge_one(rulebook, order, facts, at, about) for about in order.about(rulebook.words)]
    gravest = max(verdicts, key=lambda v: SEVERITY.index(v.verdict))
    if order.action.kind == "restrictive" and gravest.verdict in ("REQUIRED", "ALLOWED"):
        return replace(gravest, lawful_until=_lawful_until(rulebook, order, facts, at))
    return gravest


@dataclass(frozen=True)
class Period:
    """The days that a measure lasts, the norms that say so, and whether the whole of it is owed."""

    days: int
    norms: tuple[str, ...]
    owed: bool


class _Scene:
    """The cells that the facts leave possible, with what the order asks in them."""

    def __init__(self, rulebook: Rulebook, facts: PlaceFacts, at: date, about: About) -> None:
        self.rulebook = rulebook
        self.about = about
        self.situations = [(regime, regime.bins(facts)) for regime in rulebook.regimes_for(facts, at)]

    def interval(self, action: Action) -> Interval:
        return mildest(
            [
                interval(regime, int(cell), action.id, self.about)
                for regime, bins in self.situations
                for cell in regime.cells(bins)
            ]
        )

    def binding(self, action: Action) -> list[Norm]:
        """Norms on a duty or service that bind under every possible value."""
        kept: list[set[str]] = []
        for regime, bins in self.situations:
            rows: Mask = np.all(regime.holds[:, regime.cells(bins)], axis=1)
            kept.append(
                {
                    regime.norms[i].id
                    for i in regime.by_action.get(action.id, ())
                    if rows[i] and speaks_of(regime.norms[i], self.about, action, self.rulebook.words)
                }
            )
        common = set.intersection(*kept)
        return [norm for norm in self.rulebook.norms if norm.id in common]

    def deciding_facts(self, action: Action) -> tuple[str, ...]:
        """The unknown facts whose value could change the verdict on this action."""
        words = self.rulebook.words
        chain = {action.id, action.milder, *(a.id for a in words.wider_units(action.id))}
        found: dict[str, None] = {}
        for regime, bins in self.situations:
            rows = [i for i, n in enumerate(regime.norms) if n.action in chain or n.guards]
            found |= dict.fromkeys(regime.deciding_facts(bins, rows))
        if len(self.situations) > 1 and any(
            self.rulebook.instruments[n.instrument].territory and n.action in chain
            for regime, _ in self.situations
            for n in regime.norms
        ):
            found["division_code"] = None
        return tuple(found)

    @property
    def regime(self) -> Regime:
        return self.situations[0][0]


def _judge_one(rulebook: Rulebook, order: Order, facts: PlaceFacts, at: date, about: About) -> Verdict:
    scene = _Scene(rulebook, facts, at, about)
    unknown = scene.deciding_facts(order.action)
    judged = _judge_power if order.action.kind == "restrictive" else _judge_work
    return replace(judged(scene, order), unknown=unknown)


def _verdict(scene: _Scene, order: Order, verdict: str, why: str, norms: Iterable[str], **more: Any) -> Verdict:
    fields: dict[str, Any] = {"authority": (), "alternative": None, "smaller": (), "lawful_until": None, "unknown": ()}
    return Verdict(scene.rulebook, order, verdict, tuple(dict.fromkeys(norms)), why=why, **(fields | more))


def _judge_power(scene: _Scene, order: Order) -> Verdict:
    rulebook, action = scene.rulebook, order.action
    measure = scene.interval(action)
    deciders = rulebook.words.may_decide_for(order.by)
    lawful = measure.granted(consent=order.consent)
    own = measure.cap_for(deciders, consent=order.consent)
    if order.consent and order.by in OWN_CHOICE and not measure.ceilings:
        return _verdict(scene, order, "ALLOWED", "own_choice", measure.binding)
    period = _period(scene.regime, [rulebook.norm[name] for name in measure.binding])

    if order.level > lawful:
        smaller = _smaller_units(scene, order, period)
        alternative = _alternative(scene, order, measure, lawful, period)
        if order.level <= measure.cap:
            return _verdict(
                scene,
                order,
                "EXCEEDS",
                "needs_consent",
                (*measure.cap_basis, *measure.guards),
                alternative=alternative,
                smaller=smaller,
            )
        if measure.ceilings or measure.guards:
            norms = (*measure.ceilings, *measure.guards, *measure.cap_basis)
            why = "exceeds" if measure.cap > 0 or action.has_steps else "forbidden"
            return _verdict(scene, order, "EXCEEDS", why, norms, alternative=alternative, smaller=smaller)
        return _verdict(
            scene, order, "NO_BASIS", "no_basis", measure.cap_basis, alternative=alternative, smaller=smaller
        )
    if order.level < measure.floor:
        least = Alternative(action, _level_name(action, measure.floor), _until(order, period))
        return _verdict(scene, order, "FALLS_SHORT", "falls_short", measure.floor_basis, alternative=least)
    if order.level > own:
        authority = _authority(rulebook, measure, order)
        norms = tuple(g.norm for g in measure.grants if g.step >= order.level)
        alternative = _alternative(scene, order, measure, own, period) if own >= measure.floor and own > 0 else None
        return _verdict(
            scene, order, "NEEDS_AUTHORITY", "needs_authority", norms, authority=authority, alternative=alternative
        )
    basis = [g.norm for g in measure.grants if g.step >= order.level]
    if period is not None and order.days is not None:
        shorter = Alternative(action, _level_name(action, order.level), order.start + timedelta(days=period.days))
        if order.days > period.days:
            return _verdict(
                scene,
                order,
                "EXCEEDS",
                "too_long",
                (*period.norms, *measure.guards),
                alternative=shorter,
                period_days=period.days,
            )
        if order.days < period.days and period.owed:
            return _verdict(
                scene, order, "FALLS_SHORT", "too_short", period.norms, alternative=shorter, period_days=period.days
            )
    if order.level == measure.floor > 0:
        return _verdict(scene, order, "REQUIRED", "required", measure.floor_basis)
    return _verdict(scene, order, "ALLOWED", "allowed" if order.level else "mildest", basis or measure.binding)


def _judge_work(scene: _Scene, order: Order) -> Verdict:
    norms = scene.binding(order.action)
    banned = [n.id for n in norms if n.mode == "must_not"]
    if banned:
        return _verdict(scene, order, "EXCEEDS", "forbidden", banned)
    period = _period(scene.regime, norms)
    if period and order.days is not None and order.days < period.days and period.owed:
        enough = Alternative(order.action, "", order.start + timedelta(days=period.days))
        return _verdict(
            scene, order, "FALLS_SHORT", "too_short", period.norms, alternative=enough, period_days=period.days
        )
    owed = [n.id for n in norms if n.mode == "must"]
    if owed:
        return _verdict(scene, order, "REQUIRED", "required", owed)
    if norms or order.action.kind == "service":
        return _verdict(scene, order, "ALLOWED", "allowed" if norms else "service", (n.id for n in norms))
    return _verdict(scene, order, "NO_BASIS", "no_duty", ())


def _period(regime: Regime, norms: Sequence[Norm]) -> Period | None:
    """How long it lasts, by the norm that goes before the others; None if no norm gives days.

    Where none goes before the others, the fewest days.
    """
    timed = [n for n in norms if "period_days" in n.params]
    if not timed:
        return None

    def before(a: Norm, b: Norm) -> bool:
        same = a.params["period_days"] == b.params["period_days"]
        known = a.id in regime.index and b.id in regime.index
        return same or (known and goes_before(a, b, regime) is not None)

    first = [a for a in timed if all(before(a, b) for b in timed if b is not a)]
    chosen = first[0] if first else min(timed, key=lambda n: n.params["period_days"])
    same = [n for n in timed if n.params["period_days"] == chosen.params["period_days"]]
    return Period(int(chosen.params["period_days"]), tuple(n.id for n in same), any(n.mode == "must" for n in same))


def _until(order: Order, period: Period | None) -> date | None:
    if period is None:
        return order.to
    last = order.start + timedelta(days=period.days)
    return min(last, order.to) if order.to else last


def _level_name(action: Action, level: int) -> str:
    return action.scale.steps[level] if action.has_steps else ""


def _alternative(
    scene: _Scene, order: Order, measure: Interval, level: int, period: Period | None
) -> Alternative | None:
    """The strictest lawful thing near to what was asked: the same measure, milder; else a milder measure."""
    action = order.action
    if action.has_steps or level > 0:
        return Alternative(action, _level_name(action, level), _until(order, period) if level else None)
    if not action.milder:
        return None
    milder = scene.rulebook.words.actions[action.milder]
    if scene.interval(milder).granted(consent=order.consent) == 0:
        return None
    return Alternative(milder, _level_name(milder, 1), _until(order, None))


def _smaller_units(scene: _Scene, order: Order, period: Period | None) -> tuple[Alternative, ...]:
    """Smaller units on which the step that was asked for is lawful, largest first."""
    words = scene.rulebook.words
    inside = [a for a in words.actions.values() if any(w.id == order.action.id for w in words.wider_units(a.id))]
    inside.sort(key=lambda a: len(list(words.wider_units(a.id))))
    return tuple(
        Alternative(a, _level_name(a, order.level), _until(order, period))
        for a in inside
        if scene.interval(a).granted(consent=order.consent) >= order.level
    )


def _authority(rulebook: Rulebook, measure: Interval, order: Order) -> tuple[str, ...]:
    named = {who for g in measure.grants if min(g.step, measure.cap) >= order.level for who in g.by}
    return tuple(actor for actor in rulebook.words.actors if actor in named)


def _lawful_until(rulebook: Rulebook, order: Order, facts: PlaceFacts, at: date) -> date | None:
    """The first later day on which the order would no longer be lawful, as the packs stand."""
    for cut in rulebook.later_cuts(at):
        if order.to is not None and cut >= order.to:
            return None
        for about in order.about(rulebook.words):
            scene = _Scene(rulebook, facts, cut, about)
            if scene.interval(order.action).granted(consent=order.consent) < order.level:
                return cut
    return None


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data, in the shape that commands and interfaces promise."""
    rulebook = verdict.rulebook
    clauses = []
    for name in verdict.norms:
        norm = rulebook.norm[name]
        clauses.append(clause_of(rulebook, norm) | {"norm": norm.id, "say": norm.say.as_dict()})
    cited = {rulebook.norm[name].instrument for name in verdict.norms}
    return {
        "verdict": verdict.verdict,
        "packs": [pack.stamp for pack in rulebook.packs if pack.instrument.id in cited],
        "clauses": clauses,
        "authority": list(verdict.authority),
        "lawful_alternative": verdict.alternative.as_dict() if verdict.alternative else None,
        "smaller_units": [a.as_dict() for a in verdict.smaller],
        "lawful_until": verdict.lawful_until.isoformat() if verdict.lawful_until else None,
        "unknown": list(verdict.unknown),
        "explain": sentence(verdict).as_dict(),
    }


def sentence(verdict: Verdict) -> Say:
    """The verdict in plain words: what, why, and what can be done instead."""
    rulebook, order = verdict.rulebook, verdict.order
    words, scale = rulebook.words, order.action.scale

    def level_of(action: Action, step: str, language: str) -> str:
        return getattr(action.scale.labels[step], language) if step else ""

    def fill(language: str) -> Callable[[str], str]:
        values = {
            "action": getattr(order.action.say, language),
            "level": level_of(order.action, scale.steps[order.level], language),
            "by": getattr(words.actors[order.by].say, language),
            "authority": ("、" if language == "zh" else " or ").join(
                getattr(words.actors[a].say, language) for a in verdict.authority
            ),
            "days": str(verdict.period_days or ""),
            "instead_action": getattr(verdict.alternative.action.say, language) if verdict.alternative else "",
            "instead_level": level_of(verdict.alternative.action, verdict.alternative.level, language)
            if verdict.alternative
            else "",
            "until": _day_in_words(verdict.alternative.until, language) if verdict.alternative else "",
        }
        return lambda template: template.format(**values)

    return explain(
        verdict.why,
        steps=order.action.has_steps,
        instead=verdict.alternative is not None,
        until=verdict.alternative is not None and verdict.alternative.until is not None,
        zh=fill("zh"),
        en=fill("en"),
    )


def _day_in_words(day: date | None, language: str) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
