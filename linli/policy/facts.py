"""Facts about one place on one day, as they are given: checked, never completed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.policy.problems import InputRefused, nearest
from linli.policy.vocabulary import FactValue, Vocabulary


@dataclass(frozen=True)
class PlaceFacts:
    """What is known of a place. division_code: 12 digits, or empty if unknown. A fact not in `values` is unknown."""

    division_code: str = ""
    values: Mapping[str, FactValue] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, FactValue]:
        return ({"division_code": self.division_code} if self.division_code else {}) | dict(self.values)


def read_facts(data: Any, words: Vocabulary) -> PlaceFacts:
    """Facts from plain data, such as a JSON object. None means unknown.

    Raises: InputRefused, naming the fact, with the nearest known word.
    """
    if not isinstance(data, Mapping):
        raise InputRefused("facts", 'expected one object of facts, such as {"tier": "LOW"}')
    values: dict[str, FactValue] = {}
    code = ""
    for name, value in data.items():
        if value is None:
            continue
        if name == "division_code":
            if not isinstance(value, str) or not re.fullmatch(r"[0-9]{12}", value):
                raise InputRefused(name, f'expected a string of 12 digits such as "350583001001", found {value!r}')
            code = value
            continue
        fact = words.facts.get(name)
        if fact is None:
            raise InputRefused(str(name), f"unknown fact{nearest(str(name), ['division_code', *words.facts])}")
        if fact.type == "count":
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise InputRefused(name, f"expected a whole number from 0 up, found {value!r}")
        elif fact.type == "bool":
            if not isinstance(value, bool):
                raise InputRefused(name, f"expected true or false, found {value!r}")
        elif value not in fact.values:
            known = ", ".join(map(str, fact.values))
            raise InputRefused(
                name, f"no value {value!r}; expected {known}{nearest(str(value), map(str, fact.values))}"
            )
        values[name] = value
    return PlaceFacts(code, values)


def read_day(value: Any, *, name: str = "day") -> date:
    """A civil day from `YYYY-MM-DD`.

    Raises: InputRefused for anything else, and for days that do not exist.
    """
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InputRefused(name, f"there is no day {value}; check month and day") from None
    raise InputRefused(name, f"expected a day such as 2020-05-01, found {value!r}")
