"""The numbered readings: how we read what the documents leave open, so that notes can cite them by number.

They are data, `packs/readings.yaml`. Nothing here decides anything; what decides is the norm whose note cites one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from linli.policy.problems import PackRefused, Problem
from linli.policy.vocabulary import Say
from linli.policy.yamlfile import YamlFile, check_shape, read_yaml

SHIPPED_READINGS = Path(str(files("linli.policy").joinpath("packs", "readings.yaml")))

CITATION = re.compile(r"读法\d+(?:、\d+)*|\b[Rr]eading \d+|\b[Rr]eadings \d+(?:(?:, and |, | and )\d+)*")
"""A text citing readings: （读法4、5）, (reading 4), (readings 4 and 5). Each number in it is one reading."""


@dataclass(frozen=True)
class Passage:
    """Where the question arises: an instrument and its clauses; no clauses, the whole of it."""

    instrument: str
    cites: tuple[str, ...]


@dataclass(frozen=True)
class NumberedReading:
    """One question that the documents leave open, and how we read it.

    passages: empty where it arises everywhere. open: ids of readings in packs, to try the other answer.
    """

    number: int
    passages: tuple[Passage, ...]
    question: Say
    answer: Say
    open: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A reading cited by a pack, with the file and line."""

    number: int
    file: str
    line: int


def cited_numbers(text: str) -> tuple[int, ...]:
    """The numbers of the readings that a text cites, each once, in order; empty if none."""
    numbers = (int(n) for citation in CITATION.findall(text) for n in re.findall(r"\d+", citation))
    return tuple(dict.fromkeys(numbers))


def citations_in(file: YamlFile) -> list[Cited]:
    """Every citation of a reading in the sentences of a file."""
    found: dict[Cited, None] = {}

    def walk(data: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(data, str):
            for number in cited_numbers(data):
                found[Cited(number, file.name, file.line(*path))] = None
        elif isinstance(data, list):
            for i, item in enumerate(data):
                walk(item, (*path, i))
        elif isinstance(data, dict):
            for key, value in data.items():
                walk(value, (*path, key))

    walk(file.data, ())
    return list(found)


@cache
def numbered_readings(path: Path = SHIPPED_READINGS) -> dict[int, NumberedReading]:
    """The readings by number.

    Raises: PackRefused with every problem, each with file and line.
    """
    file, problems = read_yaml(path, name=path.name)
    problems += check_shape(file, part="readings")
    problems = problems or _twice(file)
    if problems:
        raise PackRefused(problems)
    return {
        x["number"]: NumberedReading(
            number=x["number"],
            passages=tuple(Passage(p["instrument"], tuple(p.get("cites", ()))) for p in x["passages"]),
            question=Say.of(x["question"]),
            answer=Say.of(x["answer"]),
            open=tuple(x.get("open", ())),
        )
        for x in file.data
    }


def _twice(file: YamlFile) -> list[Problem]:
    seen: set[int] = set()
    problems = []
    for i, x in enumerate(file.data):
        if x["number"] in seen:
            problems.append(file.problem(f"reading {x['number']} stands twice: give it the next free number", i))
        seen.add(x["number"])
    return problems
