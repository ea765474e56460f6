"""A proposed order: what somebody wants to impose or do, where, on whom, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from linli.policy.facts import read_day
from linli.policy.problems import InputRefused, nearest
from linli.policy.resolve import About
from linli.policy.vocabulary import Action, Vocabulary

FIELDS = ("action", "level", "unit", "place", "who", "by", "from", "to", "days", "paper", "consent", "reason")

UNITS = (
    "person", "household", "building", "compound", "natural_village", "factory", "community", "township", "place_kind",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An order as proposed. level: a step of the action's scale. to: the first day it no longer holds; None is open.

    who: population groups; empty: everybody the action can be about. consent: the people concerned agreed freely.
    """

    action: Action
    level: int
    by: str
    start: date
    to: date | None = None
    unit: str = ""
    place: str = ""
    who: tuple[str, ...] = ()
    paper: str = ""
    consent: bool = False
    reason: str = ""

    @property
    def days(self) -> int | None:
        return (self.to - self.start).days if self.to else None

    def about(self, words: Vocabulary) -> tuple[About, ...]:
        """One question per group the order is about."""
        kind = self.place if self.place in words.place_kinds else ""
        paper = self.paper or ("OTHER" if self.action.id == "extra_certificate" else "")
        groups = self.who or (("resident",) if self.action.subject == "person" else ("",))
        return tuple(About(group, kind, paper) for group in groups)


def read_order(data: Any, words: Vocabulary) -> Order:
    """An order from plain data; only `action`, `by` and `from` are needed.

    Raises: InputRefused, naming the field, with the nearest known word.
    """
    if not isinstance(data, Mapping):
        raise InputRefused("order", "expected one object with action, by and from")
    for name in data:
        if name not in FIELDS:
            raise InputRefused(
                str(name), f"unknown field of an order{nearest(str(name), FIELDS)}; known: {', '.join(FIELDS)}"
            )
    given = {name: value for name, value in data.items() if value is not None}
    for name in ("action", "by", "from"):
        if name not in given:
            raise InputRefused(name, "missing: an order needs action, by and from")
    action = words.actions.get(_word(given, "action"))
    if action is None:
        raise InputRefused("action", f"unknown action {given['action']}{nearest(str(given['action']), words.actions)}")
    by = _known(given, "by", words.actors, "actor")
    level = given.get("level", action.scale.default)
    if level not in action.scale.steps:
        known = ", ".join(action.scale.steps)
        raise InputRefused(
            "level", f"{action.id} has no level {level}{nearest(str(level), action.scale.steps)}; it has {known}"
        )
    unit = _word(given, "unit")
    if unit and unit not in UNITS:
        raise InputRefused("unit", f"unknown unit {unit}{nearest(unit, UNITS)}")
    if unit and action.units and unit not in action.units:
        right = [a.id for a in words.actions.values() if unit in a.units and a.scale is action.scale]
        hint = f"; for a {unit} use {' or '.join(right)}" if right else ""
        raise InputRefused("unit", f"{action.id} is about a {' or '.join(action.units)}, not a {unit}{hint}")
    place = _word(given, "place")
    if unit == "place_kind" and place and place not in words.place_kinds:
        raise InputRefused("place", f"unknown kind of place {place}{nearest(place, words.place_kinds)}")
    who = given.get("who", [])
    if isinstance(who, str) or not isinstance(who, list | tuple):
        raise InputRefused("who", 'expected a list of groups, such as ["arrival"]')
    for group in who:
        if group not in words.groups:
            raise InputRefused("who", f"unknown group {group}{nearest(str(group), words.groups)}")
    paper = _known(given, "paper", words.papers, "paper") if "paper" in given else ""
    consent = given.get("consent", False)
    if not isinstance(consent, bool):
        raise InputRefused("consent", f"expected true or false, found {consent!r}")
    start, to = _span(given)
    return Order(
        action,
        action.scale.index(level),
        by,
        start,
        to,
        unit,
        place,
        tuple(who),
        paper,
        consent,
        _word(given, "reason"),
    )


def _span(given: Mapping[str, Any]) -> tuple[date, date | None]:
    start = read_day(given["from"], name="from")
    to = read_day(given["to"], name="to") if "to" in given else None
    if to is not None and to <= start:
        raise InputRefused("to", f"the order ends on {to}, which is not after its first day {start}: give a later day")
    if "days" in given:
        days = given["days"]
        if not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= 3650:
            raise InputRefused("days", f"expected a whole number of days from 1 to 3650, found {days!r}")
        end = start + timedelta(days=days)
        if to is not None and to != end:
            raise InputRefused("days", f"{days} days from {start} end on {end}, but to says {to}: give one of the two")
        to = end
    return start, to


def _word(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise InputRefused(name, f"expected text, found {value!r}")
    return value


def _known(given: Mapping[str, Any], name: str, known: Mapping[str, Any], what: str) -> str:
    value = _word(given, name)
    if value not in known:
        raise InputRefused(name, f"unknown {what} {value}{nearest(value, known)}; known: {', '.join(known)}")
    return value
