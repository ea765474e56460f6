"""The rules told a second way: decisions on random places and days against SQL printed from the same match tables."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from linli.policy.decide import decide
from linli.policy.facts import PlaceFacts
from linli.policy.pack import shipped_folders
from linli.policy.rulebook import Rulebook, open_rulebook
from linli.policy.sql import DIVISION, Statement, print_sql
from linli.policy.tests.conftest import EXAMPLE

PLACES = 20_000
PREFIXES = ("350583", "350582", "350500", "990101", "110101", "440305")


@cache
def book() -> Rulebook:
    """The packs that ship, and one of a second county, so that there are two territories."""
    return open_rulebook([*shipped_folders(), EXAMPLE])


def some_places(seed: int, count: int) -> Iterator[tuple[date, PlaceFacts]]:
    """Random facts and days: half of the places fully known, half of the days next to a change of the norms."""
    dice = random.Random(seed)
    facts = book().words.facts.values()
    cuts = book().cuts
    for _ in range(count):
        unknown = dice.choice((0, 0, 0.1, 0.25))
        values = {
            fact.id: dice.choice((0, 1, 2, 5, 9, 10, 11, 12, 40)) if fact.type == "count" else dice.choice(fact.values)
            for fact in facts
            if dice.random() >= unknown
        }
        code = "" if dice.random() < unknown else f"{dice.choice(PREFIXES)}{dice.randrange(10**6):06}"
        near = dice.choice(cuts) + timedelta(days=dice.choice((-1, 0, 1)))
        far = date(2019, 12, 1) + timedelta(days=dice.randrange(1500))
        yield dice.choice((near, far)), PlaceFacts(code, values)


def answers_of_sql(places: list[tuple[date, PlaceFacts]], statement: Statement) -> dict[str, np.ndarray]:
    """Column → one answer a place."""
    names = [DIVISION, *book().words.facts]
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE facts (day TEXT, {', '.join(names)})")
    rows = [(day.isoformat(), place.division_code or None, *map(place.values.get, names[1:])) for day, place in places]
    database.executemany(f"INSERT INTO facts VALUES ({', '.join('?' * (len(names) + 1))})", rows)
    cursor = database.execute(statement.text)
    columns = [column for column, *_ in cursor.description]
    found = np.array(cursor.fetchall(), dtype=np.int64)
    database.close()
    assert (found[:, 0] == np.arange(1, len(places) + 1)).all()
    return {name: found[:, i].astype(bool) for i, name in enumerate(columns)}


def our_answers(places: list[tuple[date, PlaceFacts]]) -> tuple[np.ndarray, np.ndarray]:
    """bool[place, norm]: holds certainly; holds possibly."""
    index = {norm.id: i for i, norm in enumerate(book().norms)}
    certain = np.zeros((len(places), len(index)), dtype=bool)
    possible = np.zeros_like(certain)
    for row, (day, place) in enumerate(places):
        regimes = book().regimes_for(place, day)
        for n, regime in enumerate(regimes):
            held = regime.holds[:, regime.cells(regime.bins(place))]
            norms = [index[norm.id] for norm in regime.norms]
            here = np.zeros(len(index), dtype=bool)
            here[norms] = np.all(held, axis=1)
            certain[row] = here if n == 0 else certain[row] & here
            possible[row, norms] |= np.any(held, axis=1)
    return certain, possible


@pytest.mark.row("A3")
def test_every_norm_holds_at_every_place_exactly_where_the_sql_says_so():
    places = list(some_places(seed=38, count=PLACES))
    statement = print_sql(book())
    told = answers_of_sql(places, statement)
    certain, possible = our_answers(places)
    assert certain.any() and (certain != possible).any()
    for i, norm in enumerate(book().norms):
        for ours, column in ((certain, statement.certain[norm.id]), (possible, statement.possible[norm.id])):
            wrong = np.flatnonzero(ours[:, i] != told[column])
            assert not len(wrong), f"{norm.id} {column} at {places[wrong[0]]}: ours {ours[wrong[0], i]}"


@pytest.mark.row("A3")
def test_a_decision_shows_every_norm_that_holds_or_says_to_which_one_it_yields():
    places = list(some_places(seed=40, count=1_000))
    statement = print_sql(book())
    told = answers_of_sql(places, statement)
    for row, (day, place) in enumerate(places):
        decision = decide(book(), place, day)
        holds = {norm for norm, column in statement.certain.items() if told[column][row]}
        could = {norm for norm, column in statement.possible.items() if told[column][row]}
        gone = {y.norm for y in decision.yielded}
        sure = {a.norm.id for a in decision.norms if not a.depends_on}
        replaced = {y.norm for y in decision.yielded if y.norm not in could}
        assert sure <= holds <= sure | gone, (day, place)
        assert decision.norm_ids() | set(decision.possible) | gone == could | replaced, (day, place)
        assert replaced <= {name for norm in book().norms for name in norm.replaces}


def test_the_statement_can_be_printed_for_one_day():
    places = [(day, place) for day, place in some_places(seed=9, count=300)]
    day = date(2020, 7, 1)
    one_day = answers_of_sql(places, print_sql(book(), day=day))
    same_day = answers_of_sql([(day, place) for _, place in places], print_sql(book()))
    assert all((one_day[column] == same_day[column]).all() for column in same_day)
