"""A proposed measure: the lists to propose it from, the verdict in words and signs, and what is lawful instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.explorer.controls import Control, controls_of, summary_of
from linli.explorer.lines import Line, line_of
from linli.explorer.scales import Decider, Measure, deciders_of, measure_of
from linli.explorer.situation import Situation, known_in
from linli.policy.decide import decide
from linli.policy.judge import Alternative, Verdict, sentence
from linli.policy.judge import judge as judge_order
from linli.policy.order import UNITS, Order
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say, Vocabulary


@dataclass(frozen=True)
class Offer:
    """Something lawful to do instead, with the address that judges it. until: its first day no longer."""

    action: Say
    level: Say | None
    until: date | None
    query: str


@dataclass(frozen=True)
class Ground:
    """A clause that the verdict rests on, with the line."""

    line: Line


@dataclass(frozen=True)
class Judged:
    """A verdict in words and signs."""

    verdict: str
    word: str
    shape: str
    explanation: Say
    order: Order
    level: Say | None
    lines: tuple[Line, ...]
    alternative: Offer | None
    smaller: tuple[Offer, ...]
    authority: tuple[Say, ...]
    deciders: tuple[Decider, ...]
    measure: Measure | None
    lawful_until: date | None
    unknown: tuple[str, ...]


_SHAPES = {
    "REQUIRED": "must",
    "ALLOWED": "may",
    "NEEDS_AUTHORITY": "asks",
    "FALLS_SHORT": "short",
    "NO_BASIS": "must_not",
    "EXCEEDS": "must_not",
}


def judge(book: Rulebook, order: Order, situation: Situation) -> Judged:
    """Whether a proposed measure is lawful in a situation, and what would be."""
    words = book.words
    facts = known_in(situation, words).facts
    verdict = judge_order(book, order, facts, situation.day)
    decision = decide(book, facts, max(situation.day, order.start))
    interval = decision.measures.get(order.action.id)
    labels = order.action.scale.labels
    return Judged(
        verdict=verdict.verdict,
        word=str(wording.VERDICTS[verdict.verdict]),
        shape=_SHAPES[verdict.verdict],
        explanation=sentence(verdict),
        order=order,
        level=labels[order.action.scale.steps[order.level]] if order.action.has_steps else None,
        lines=tuple(line_of(book, book.norm[name]) for name in verdict.norms),
        alternative=_offer(words, verdict, verdict.alternative, situation) if verdict.alternative else None,
        smaller=tuple(_offer(words, verdict, smaller, situation) for smaller in verdict.smaller),
        authority=tuple(words.actors[name].say for name in verdict.authority),
        deciders=deciders_of(book, interval) if interval else (),
        measure=measure_of(book, interval, marked=order.level) if interval else None,
        lawful_until=verdict.lawful_until,
        unknown=tuple(wording.said(words.facts[name].say) for name in verdict.unknown if name in words.facts),
    )


def _offer(words: Vocabulary, verdict: Verdict, offered: Alternative, situation: Situation) -> Offer:
    order = verdict.order
    pairs = [
        *situation.pairs(words),
        ("action", offered.action.id),
        ("by", order.by),
        ("start", order.start.isoformat()),
    ]
    pairs += [("who", group) for group in order.who]
    if offered.level:
        pairs.append(("level", offered.level))
    if offered.until:
        pairs.append(("end", offered.until.isoformat()))
    if order.paper:
        pairs.append(("paper", order.paper))
    label = offered.action.scale.labels[offered.level] if offered.level else None
    return Offer(offered.action.say, label, offered.until, urlencode(pairs))


@dataclass(frozen=True)
class Preset:
    """A measure that people often ask about, with its address."""

    label: str
    query: str


def presets_of(book: Rulebook, situation: Situation) -> list[Preset]:
    """Four questions that a newcomer would ask."""
    asked = (
        (_("封一个小区"), {"action": "closure@compound", "level": "UNIT_SEALED", "by": "community"}),
        (_("要一张证明"), {"action": "extra_certificate", "paper": "OTHER", "by": "community"}),
        (_("不让外来人员进"), {"action": "entry_refusal", "who": "outsider", "by": "community"}),
        (_("停办婚宴"), {"action": "gathering", "level": "SUSPENDED", "by": "township"}),
    )
    start = situation.pairs(book.words)
    return [
        Preset(label, urlencode([*start, *order.items()]))
        for label, order in asked
        if order["action"] in book.words.actions
    ]


@dataclass(frozen=True)
class Picked:
    """A choice of the order form. group: the heading it stands under; hint: what a script needs to narrow lists."""

    value: str
    label: str
    is_chosen: bool
    hint: str = ""


@dataclass(frozen=True)
class OrderChoices:
    """The lists of the order form."""

    actions: tuple[tuple[str, tuple[Picked, ...]], ...]
    levels: tuple[tuple[str, str, tuple[Picked, ...]], ...]
    units: tuple[Picked, ...]
    actors: tuple[Picked, ...]
    groups: tuple[Picked, ...]
    place_kinds: tuple[Picked, ...]
    papers: tuple[Picked, ...]


def order_choices(words: Vocabulary, given: Mapping[str, str], groups: Iterable[str]) -> OrderChoices:
    """What can be chosen, with what was chosen marked."""
    picked_groups = frozenset(groups)

    def picks(name: str, labels: Mapping[str, str]) -> tuple[Picked, ...]:
        return tuple(Picked(value, label, given.get(name) == value) for value, label in labels.items())

    actions = tuple(
        (
            str(kind_word),
            tuple(
                Picked(a.id, wording.said(a.say), given.get("action") == a.id, a.scale.id if a.has_steps else "")
                for a in words.actions.values()
                if a.kind == kind
            ),
        )
        for kind, kind_word in wording.KINDS.items()
    )
    levels = tuple(
        (
            scale.id,
            wording.listed([wording.said(a.say) for a in words.actions.values() if a.scale is scale][:1]),
            picks("level", {step: wording.said(scale.labels[step]) for step in scale.steps})
            if _has_level(words, scale.id, given)
            else picks("", {step: wording.said(scale.labels[step]) for step in scale.steps}),
        )
        for scale in words.scales.values()
    )
    return OrderChoices(
        actions=actions,
        levels=levels,
        units=picks("unit", {unit: str(wording.UNITS[unit]) for unit in UNITS}),
        actors=picks("by", {name: wording.said(actor.say) for name, actor in words.actors.items()}),
        groups=tuple(Picked(name, wording.said(say), name in picked_groups) for name, say in words.groups.items()),
        place_kinds=picks("place_kind", {name: wording.said(say) for name, say in words.place_kinds.items()}),
        papers=picks("paper", {name: wording.said(say) for name, say in words.papers.items()}),
    )


def _has_level(words: Vocabulary, scale: str, given: Mapping[str, str]) -> bool:
    action = words.actions.get(given.get("action", ""))
    return action is None or action.scale.id == scale


@dataclass(frozen=True)
class OrderPage:
    """The order form with its lists, the facts it is judged by, and questions to begin with."""

    situation: Situation
    summary: str
    query: str
    main_controls: list[Control]
    more_controls: list[Control]
    choices: OrderChoices
    given: Mapping[str, str]
    presets: list[Preset]


def order_page(book: Rulebook, situation: Situation, *, given: Mapping[str, str], groups: Iterable[str]) -> OrderPage:
    """The form for a proposed measure, filled in as far as it was given."""
    known = known_in(situation, book.words)
    main, more = controls_of(known)
    return OrderPage(
        situation,
        summary_of(situation, known),
        situation.query(book.words),
        main,
        more,
        order_choices(book.words, given, groups),
        given,
        presets_of(book, situation),
    )
