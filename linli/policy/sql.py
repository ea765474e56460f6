"""The match tables of packs as one SQL statement (SQLite's dialect): the same rules told a second way.

Made from the norms themselves, not from the table of cells, so that the two can be held against each other; and a way
to ask the rules where there is only a database. For every place and norm the statement answers two questions: does the
norm hold *certainly*, that is for every value an unknown fact could have, and does it hold *possibly*, for at least
one. That is what can be compared exactly; which of the norms that hold goes before which is not told here.

The table has a row a place, with the fact columns of `facts` (booleans as 0 and 1, NULL for unknown; counts as
integers), `division_code` as text, and `day` as text `YYYY-MM-DD` where no day is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from linli.policy.pack import Norm, Test, When
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Derived, FactValue

DIVISION = "division_code"


@dataclass(frozen=True)
class Statement:
    """One SELECT with a row a place: `place` (its rowid), and columns of 0 and 1 that norms share.

    certain, possible: norm id → the column that answers for it.
    """

    text: str
    certain: Mapping[str, str]
    possible: Mapping[str, str]


def print_sql(rulebook: Rulebook, *, table: str = "facts", day: date | None = None) -> Statement:
    """The statement for all norms of a rulebook.

    table: where the facts are. day: for all places; else the column `day` says it for each.
    """
    facts = _facts(rulebook)
    conditions: dict[str, str] = {}

    def named(condition: str) -> str:
        return conditions.setdefault(condition, f"c{len(conditions) + 1}")

    held: dict[str, str] = {}
    for norm in rulebook.norms:
        takers = [taker for taker in rulebook.norms if norm.id in taker.replaces]
        own = named(_condition(rulebook, norm))
        others = [named(_condition(rulebook, taker)) for taker in takers]
        held[norm.id] = f"{own} AND NOT ({' OR '.join(others)})" if others else own
    columns = {expression: f"h{i}" for i, expression in enumerate(dict.fromkeys(held.values()), start=1)}

    lists = [(DIVISION, _divisions(rulebook)), *((name, _values(rulebook, name)) for name in facts)]
    day_sql = _literal(day.isoformat()) if day else "f.day"
    parts = [
        *(f"every_{name}(position, value) AS (VALUES {_rows(values)})" for name, values in lists),
        "completed AS (\n  SELECT f.rowid AS place, "
        + ", ".join([f"{day_sql} AS day", *(f"coalesce(f.{n}, every_{n}.value) AS {n}" for n, _ in lists)])
        + f"\n  FROM {table} AS f\n  "
        + "\n  ".join(f"JOIN every_{n} ON every_{n}.position = 0 OR f.{n} IS NULL" for n, _ in lists)
        + "\n)",
        "ranked AS (\n  SELECT *"
        + "".join(f",\n    {_derived(rulebook, derived)} AS {derived.id}" for derived in rulebook.derived.values())
        + "\n  FROM completed\n)",
        "tested AS MATERIALIZED (\n  SELECT place,\n    "
        + ",\n    ".join(f"coalesce({condition}, 0) AS {name}" for condition, name in conditions.items())
        + "\n  FROM ranked\n)",
    ]
    answers = [f"min({e}) AS {column}_certain, max({e}) AS {column}_possible" for e, column in columns.items()]
    text = "\n".join(
        [
            *(f"-- {norm.id} [{norm.instrument} {norm.cite}]: {columns[held[norm.id]]}" for norm in rulebook.norms),
            "WITH",
            ",\n".join(parts),
            "SELECT place,\n  " + ",\n  ".join(answers),
            "FROM tested GROUP BY place ORDER BY place",
        ]
    )
    return Statement(
        text,
        {norm: f"{columns[expression]}_certain" for norm, expression in held.items()},
        {norm: f"{columns[expression]}_possible" for norm, expression in held.items()},
    )


def _condition(rulebook: Rulebook, norm: Norm) -> str:
    """When a norm holds for one completed row: its window, its territory, its match table."""
    tests = [f"day >= {_literal(norm.start.isoformat())}"]
    if norm.end is not None:
        tests.append(f"day < {_literal(norm.end.isoformat())}")
    if territory := rulebook.instruments[norm.instrument].territory:
        tests.append(f"substr({DIVISION}, 1, {len(territory)}) = {_literal(territory)}")
    return " AND ".join([*tests, *_when(norm.when)])


def _when(when: When) -> Iterator[str]:
    yield from (_test(name, test) for name, test in when.all_of)
    if when.any_of:
        tables = (" AND ".join(_test(name, test) for name, test in table) or "1" for table in when.any_of)
        yield f"({' OR '.join(f'({table})' for table in tables)})"


def _test(name: str, test: Test) -> str:
    if not test.is_range:
        return f"{name} IN ({', '.join(map(_literal, test.values))})"
    low = f"{name} >= {test.at_least or 0}"
    return low if test.at_most is None else f"{low} AND {name} <= {test.at_most}"


def _derived(rulebook: Rulebook, derived: Derived) -> str:
    """A derived fact from the ranks of its sources; NULL where `agree_of` sources do not agree."""
    steps = range(len(derived.values))
    ranks = [_choose(name, rulebook.words.facts[name].values, steps) for name in derived.sources]
    if derived.rule == "agree_of":
        agree = " AND ".join(f"{rank} = {ranks[0]}" for rank in ranks[1:])
        return f"CASE WHEN {agree} THEN {_choose(ranks[0], steps, derived.values)} END"
    pick = "min" if derived.rule == "lower_of" else "max"
    return _choose(f"{pick}({', '.join(ranks)})", steps, derived.values)


def _choose(what: str, given: Iterable[FactValue], result: Iterable[FactValue]) -> str:
    pairs = zip(given, result, strict=True)
    return f"(CASE {what} {' '.join(f'WHEN {_literal(a)} THEN {_literal(b)}' for a, b in pairs)} END)"


def _facts(rulebook: Rulebook) -> list[str]:
    wanted = {source for norm in rulebook.norms for name in norm.when.facts() for source in rulebook.sources_of(name)}
    return [name for name in rulebook.words.facts if name in wanted]


def _values(rulebook: Rulebook, name: str) -> list[FactValue]:
    """What an unknown fact could be: every value; for a count one number of every stretch that norms tell apart."""
    fact = rulebook.words.facts[name]
    if fact.type != "count":
        return list(fact.values)
    numbers: set[int] = {0}
    for norm in rulebook.norms:
        for tested, test in norm.when.tests():
            if tested == name and test.is_range:
                numbers |= {test.at_least or 0} | ({test.at_most + 1} if test.at_most is not None else set())
            elif tested == name:
                numbers |= {n for value in test.values for n in (int(value), int(value) + 1)}
    return sorted(numbers)


def _divisions(rulebook: Rulebook) -> list[FactValue]:
    """Where an unknown place could be: in every territory, and outside all."""
    territories = sorted({instrument.territory for instrument in rulebook.instruments.values()} | {""})
    found: list[FactValue] = []
    for territory in territories:
        codes = (territory.ljust(12, digit) for digit in "0123456789")
        inner = [t for t in territories if t.startswith(territory) and t != territory]
        found += [code for code in codes if not any(code.startswith(t) for t in inner)][:1]
    return found


def _rows(values: list[FactValue]) -> str:
    return ", ".join(f"({i}, {_literal(value)})" for i, value in enumerate(values))


def _literal(value: FactValue) -> str:
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
