"""A clause as a chip shows it: ``nanweiban-2020-40 (五)`` is the circular of 南安, part five."""

from dataclasses import dataclass
from functools import cache

import yaml

from linli.policy.pack import SHIPPED
from linli.records.kinds import Words


@dataclass(frozen=True, kw_only=True)
class Clause:
    """An instrument with its short name, and the place in it. ``instrument`` is empty where it is not known."""

    instrument: str
    short: Words
    cite: str


def clause_of(text: str) -> Clause:
    """``<instrument> <cite>`` taken apart; what is no such thing is shown as it stands."""
    instrument, _blank, cite = text.partition(" ")
    short = _short_names().get(instrument)
    if short is None:
        return Clause(instrument="", short=Words(zh=text, en=text), cite="")
    return Clause(instrument=instrument, short=short, cite=cite)


@cache
def _short_names() -> dict[str, Words]:
    found = {}
    for file in sorted(SHIPPED.glob("*/pack.yaml")):
        given = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)["instrument"]
        found[given["id"]] = Words(**given["short"])
    return found


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
