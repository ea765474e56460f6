"""How fast a nation is decided, as ratios in one run: `make bench` prints a Markdown table.

All engines get the same norms (those in force on one day, translated from the same match tables) and the same places,
and must agree on a sample before anything is timed. Everything that a peer can be given for free, it is given: derived
facts and the territory are computed beforehand, rules are compiled beforehand, and it need only say which norms hold,
without citing or resolving anything. Contestants take turns in every round, and processor time is counted, so a busy
machine hits them alike; each figure is the median of the rounds, each ratio the median of the rounds' ratios.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linli.policy.answer_json import AnswerWriter
from linli.policy.cells import CellSpace, distinct
from linli.policy.decide import decide
from linli.policy.facts import PlaceFacts, read_facts
from linli.policy.pack import Norm, Test
from linli.policy.rulebook import Regime, Rulebook, open_rulebook
from linli.policy.sweep import answers_for_keys, pack_keys, sweep_file, sweep_table

DAY = date(2021, 2, 1)
PLACES = 660_000
ROUNDS = 3
FAST_ROUNDS = 41
SWEEPS = 20
TERRITORY = "350583"
WORDS = ("tier", "community_class", "setting")


# ---- places ----------------------------------------------------------------------------------------------------------
def places(book: Rulebook, *, realistic: bool, seed: int = 1) -> dict[str, Any]:
    """Columns as Arrow reads them from Parquet: text codes, dictionary-encoded words, booleans as bits, counts int32.

    realistic: most places low and without cases, few in the territory; else all values alike, a tenth in the territory.
    """
    dice = np.random.default_rng(seed)
    local = dice.random(PLACES) < (430 / 620_000 if realistic else 0.1)
    county = np.where(local, int(TERRITORY), dice.integers(110_000, 350_000, PLACES))
    codes = np.char.mod("%012d", county.astype(np.int64) * 10**6 + dice.integers(0, 10**6, PLACES))
    columns: dict[str, Any] = {"division_code": pa.array(codes.astype(object))}
    for fact in book.words.facts.values():
        if fact.type == "count":
            cases = dice.integers(0, 20, PLACES) * (dice.random(PLACES) < (0.02 if realistic else 1))
            columns[fact.id] = pa.array(cases.astype(np.int32))
        elif fact.type == "bool":
            columns[fact.id] = pa.array(dice.random(PLACES) < (0.1 if realistic else 0.5))
        else:
            n = len(fact.values)
            chances = np.array([0.97, 0.02, 0.01]) if realistic and n == 3 else np.full(n, 1 / n)
            picked = dice.choice(n, PLACES, p=chances).astype(np.int8)
            columns[fact.id] = pa.DictionaryArray.from_arrays(pa.array(picked), pa.array(fact.values))
    return columns


def records(book: Rulebook, columns: dict[str, Any], rows: range) -> list[dict[str, Any]]:
    """Rows as a per-record engine wants them, derived facts and territory computed for it."""
    table = pa.table({name: column[rows.start : rows.stop] for name, column in columns.items()})
    found = []
    for row in table.to_pylist():
        row["local"] = row.pop("division_code").startswith(TERRITORY)
        for derived in book.derived.values():
            ranks = tuple(book.words.facts[name].values.index(row[name]) for name in derived.sources)
            rank = derived.rank(ranks)
            row[derived.id] = "" if rank is None else derived.values[rank]
        found.append(row)
    return found


# ---- the norms, translated -------------------------------------------------------------------------------------------
Clause = list[tuple[str, Test]]


def alternatives(book: Rulebook, norm: Norm) -> list[Clause]:
    """The match table of a norm as alternatives, each a list of tests that must all hold."""
    where: Clause = [("local", Test((True,)))] if book.instruments[norm.instrument].territory else []
    base = [*where, *norm.when.all_of]
    return [[*base, *table] for table in norm.when.any_of] or [base]


def in_words(tests: Clause, *, both: str, member: str) -> str:
    """Tests as one expression of CEL."""

    def one(name: str, test: Test) -> str:
        if test.is_range:
            low = f"{name} >= {test.at_least or 0}"
            return low if test.at_most is None else f"{low} {both} {name} <= {test.at_most}"
        if isinstance(test.values[0], bool):
            return name if test.values[0] else f"{name} == false"
        if len(test.values) == 1:
            return f"{name} == {json.dumps(test.values[0])}"
        return f"{name} {member} {json.dumps(list(test.values))}"

    return f" {both} ".join(one(*test) for test in tests) or "true"


@dataclass
class Rules:
    """What peers are given. of: norm id → index of its condition among the different ones."""

    book: Rulebook
    regime: Regime
    conditions: list[list[Clause]]
    of: dict[str, int]


def rules_of(book: Rulebook) -> Rules:
    """The norms in force on the day, in the territory that has most."""
    regime = book.regime(book.region(TERRITORY), DAY)
    texts: dict[str, int] = {}
    conditions: list[list[Clause]] = []
    of = {}
    for norm in regime.norms:
        tables = alternatives(book, norm)
        key = repr(tables)
        if key not in texts:
            texts[key] = len(conditions)
            conditions.append(tables)
        of[norm.id] = texts[key]
    return Rules(book, regime, conditions, of)


# ---- peers, one record at a time -------------------------------------------------------------------------------------
def zen_table(rules: Rules, *, every_norm: bool) -> Callable[[dict[str, Any]], set[str]]:
    """A ZEN decision table that collects: a row a norm, or a row a different condition."""
    import zen

    facts = sorted({name for tables in rules.conditions for table in tables for name, _ in table})
    given = [(norm, rules.conditions[i]) for norm, i in rules.of.items()] if every_norm else list(
        enumerate(rules.conditions)
    )  # fmt: skip

    def cell(test: Test) -> str:
        if test.is_range:
            low = f">= {test.at_least or 0}"
            return low if test.at_most is None else f"{low} and <= {test.at_most}"
        return ", ".join(json.dumps(value) for value in test.values)

    rows = []
    for name, tables in given:
        for table in tables:
            row = {"_id": f"r{len(rows)}", "out": json.dumps(name)} | dict.fromkeys(facts, "")
            for fact, test in table:
                row[fact] = cell(test) if not row[fact] else f"({row[fact]}) and ({cell(test)})"
            rows.append(row)
    content = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {
                "id": "table",
                "name": "table",
                "type": "decisionTableNode",
                "content": {
                    "hitPolicy": "collect",
                    "inputs": [{"id": fact, "name": fact, "field": fact} for fact in facts],
                    "outputs": [{"id": "out", "name": "out", "field": "out"}],
                    "rules": rows,
                },
            },
            {"id": "end", "name": "end", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "end", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(content))

    def evaluate(record: dict[str, Any]) -> set[Any]:
        return {hit["out"] for hit in decision.evaluate(record)["result"]}

    return evaluate


def cel_environment(rules: Rules) -> Any:
    """The facts that CEL programs may name."""
    from cel_expr_python import cel

    types = {"count": cel.Type.INT, "bool": cel.Type.BOOL}
    variables = {fact.id: types.get(fact.type, cel.Type.STRING) for fact in rules.book.words.facts.values()}
    variables |= dict.fromkeys(rules.book.derived, cel.Type.STRING) | {"local": cel.Type.BOOL}
    return cel.NewEnv(variables=variables)


def cel_text(tables: list[Clause]) -> str:
    """A condition as CEL."""
    return " || ".join(f"({in_words(table, both='&&', member='in')})" for table in tables)


def cel_programs(rules: Rules) -> Callable[[dict[str, Any]], set[str]]:
    """One compiled CEL program a norm."""
    environment = cel_environment(rules)
    programs = [(norm, environment.compile(cel_text(rules.conditions[i]))) for norm, i in rules.of.items()]

    def evaluate(record: dict[str, Any]) -> set[str]:
        facts = environment.Activation(record)
        return {norm for norm, program in programs if program.eval(facts).value()}

    return evaluate


def cel_list(rules: Rules) -> Callable[[dict[str, Any]], set[int]]:
    """One compiled CEL program for all different conditions."""
    environment = cel_environment(rules)
    program = environment.compile("[" + ", ".join(map(cel_text, rules.conditions)) + "]")

    def evaluate(record: dict[str, Any]) -> set[int]:
        found = program.eval(environment.Activation(record)).plain_value()
        return {i for i, held in enumerate(found) if held}

    return evaluate


# ---- peers, columns at a time ----------------------------------------------------------------------------------------
def codes_of(book: Rulebook, columns: dict[str, Any]) -> dict[str, np.ndarray]:
    """Columns as small integers, as OpenFisca keeps enumerations; derived ones and territory computed beforehand."""
    found: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        if name == "division_code":
            found["local"] = np.char.startswith(np.array(column.to_pylist()), TERRITORY)
        elif name in WORDS:
            found[name] = column.indices.to_numpy()
        else:
            found[name] = column.to_numpy(zero_copy_only=False)
    for derived in book.derived.values():
        ranks = np.stack([found[name] for name in derived.sources])
        rank = ranks.min(axis=0) if derived.rule == "lower_of" else ranks.max(axis=0)
        agree = ranks.min(axis=0) == ranks.max(axis=0)
        found[derived.id] = np.where(agree, rank, -1) if derived.rule == "agree_of" else rank
    return found


def number_of(book: Rulebook, name: str, value: Any) -> Any:
    """The number that stands for a value in `codes_of`."""
    if name in book.derived:
        return book.derived[name].values.index(value)
    return book.words.facts[name].values.index(value) if name in WORDS else value


def numpy_masks(rules: Rules, codes: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """A mask over all places for every norm, as OpenFisca evaluates a formula."""
    rows = len(codes["local"])
    for norm, i in rules.of.items():
        held = np.zeros(rows, dtype=bool)
        for table in rules.conditions[i]:
            mask = np.ones(rows, dtype=bool)
            for name, test in table:
                column = codes[name]
                if test.is_range:
                    mask &= column >= (test.at_least or 0)
                    if test.at_most is not None:
                        mask &= column <= test.at_most
                else:
                    some = np.zeros(rows, dtype=bool)
                    for value in test.values:
                        some |= column == number_of(rules.book, name, value)
                    mask &= some
            held |= mask
        yield norm, held


def polars_expressions(rules: Rules, codes: dict[str, np.ndarray]) -> Callable[[], Any]:
    """All norms as one Polars query, on all cores, common parts found by its optimiser."""
    import polars as pl

    frame = pl.DataFrame(codes)

    def one(name: str, test: Test) -> Any:
        column = pl.col(name)
        if test.is_range:
            low = column >= (test.at_least or 0)
            return low if test.at_most is None else low & (column <= test.at_most)
        values = [number_of(rules.book, name, value) for value in test.values]
        if isinstance(values[0], bool):
            return column if values[0] else ~column
        return column == values[0] if len(values) == 1 else column.is_in(values)

    def table_of(table: Clause) -> Any:
        return pl.all_horizontal([one(*test) for test in table]) if table else pl.lit(True)

    expressions = [
        pl.any_horizontal([table_of(table) for table in rules.conditions[i]]).alias(norm)
        for norm, i in rules.of.items()
    ]
    return lambda: frame.lazy().select(expressions).collect()


# ---- timing ----------------------------------------------------------------------------------------------------------
def timed(run: Callable[[], Any]) -> float:
    """Seconds it takes."""
    started = process_time()
    run()
    return process_time() - started


def in_turns(contestants: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every contestant in every round, after one round to warm up."""
    for run in contestants.values():
        run()
    gc.collect()
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            times[name].append(timed(run))
    return times


def ratio(a: list[float], b: list[float]) -> float:
    """How many times longer `a` takes."""
    return statistics.median(x / y for x, y in zip(a, b, strict=True))


def copying(count: int) -> Callable[[], None]:
    """Copy so many bytes within memory."""
    source = np.random.default_rng(0).integers(0, 255, count, dtype=np.uint8)
    target = np.ones_like(source)
    return lambda: np.copyto(target, source)


def shown(seconds: float) -> str:
    """A duration for people."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.0f} µs"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def verdict(reached: bool) -> str:
    """Whether a goal is reached."""
    return "reached" if reached else "**missed**"


# ---- the run ---------------------------------------------------------------------------------------------------------
def check_agreement(rules: Rules, columns: dict[str, Any], space: CellSpace) -> int:
    """All engines say the same of a sample. Returns: how many places."""
    rows = range(400)
    sample = records(rules.book, columns, rows)
    regime = rules.regime
    by_condition: dict[int, set[str]] = {}
    for norm, i in rules.of.items():
        by_condition.setdefault(i, set()).add(norm)
    zen_all, zen_few = zen_table(rules, every_norm=True), zen_table(rules, every_norm=False)
    cel_all, cel_few = cel_programs(rules), cel_list(rules)
    part = {name: column[rows.start : rows.stop] for name, column in columns.items()}
    codes = codes_of(rules.book, part)
    masks = dict(numpy_masks(rules, codes))
    frame = polars_expressions(rules, codes)()
    answers = sweep_table(space, part, day=DAY)
    for row, record in enumerate(sample):
        facts = PlaceFacts("", {name: record[name] for name in rules.book.words.facts})
        held = regime.raw_holds[:, regime.cells(regime.bins(facts))[0]]
        local = record["local"]
        ours = {
            norm.id
            for norm, holds in zip(regime.norms, held, strict=True)
            if holds and (local or not rules.book.instruments[norm.instrument].territory)
        }
        assert zen_all(record) == ours
        assert {n for i in zen_few(record) for n in by_condition[i]} == ours
        assert cel_all(record) == ours
        assert {n for i in cel_few(record) for n in by_condition[i]} == ours
        assert {norm for norm, mask in masks.items() if mask[row]} == ours
        assert {norm for norm in masks if frame[norm][row]} == ours
        place = read_facts({name: column[row].as_py() for name, column in columns.items()}, rules.book.words)
        alone = decide(rules.book, place, DAY)
        assert answers[row].norm_ids() == alone.norm_ids() <= ours
        assert answers[row].measures == alone.measures
    return len(sample)


def against_peers(rules: Rules, columns: dict[str, Any], space: CellSpace) -> tuple[str, float]:
    """The table of peers, and how many times faster than the best per-record engine the sweep is."""
    book = rules.book
    samples = {"few": 60, "some": 400, "many": 4_000}
    rows = {size: records(book, columns, range(1_000, 1_000 + n)) for size, n in samples.items()}
    facts = [
        read_facts({name: columns[name][1_000 + i].as_py() for name in columns}, book.words)
        for i in range(samples["many"])
    ]
    codes = codes_of(book, columns)
    query = polars_expressions(rules, codes)
    zen_all, zen_few = zen_table(rules, every_norm=True), zen_table(rules, every_norm=False)
    cel_all, cel_few = cel_programs(rules), cel_list(rules)
    norms = len(rules.of)

    def each(evaluate: Callable[[Any], Any], given: list[Any]) -> Callable[[], None]:
        def run() -> None:
            for record in given:
                evaluate(record)

        return run

    def all_masks() -> None:
        for _ in numpy_masks(rules, codes):
            pass

    def cold() -> None:
        fresh = CellSpace(book)
        answers = sweep_table(fresh, columns, day=DAY)
        for regime in fresh_regimes:
            regime.memo.clear()
        answers.by_cell()

    fresh_regimes = [book.regime(region, DAY) for region in book.regions]
    few, some, many = samples.values()
    different = f"the {len(rules.conditions)} different conditions"
    contestants: dict[str, tuple[str, int, Callable[[], Any]]] = {
        "ours": (
            f"**linli, raw columns → cell of every place** ({norms} norms)",
            SWEEPS * PLACES,
            lambda: [sweep_table(space, columns, day=DAY) for _ in range(SWEEPS)],
        ),
        "cold": ("linli, the same with table and all answers that occur made anew", PLACES, cold),
        "zen_all": (f"ZEN, decision table of {norms} norms", few, each(zen_all, rows["few"])),
        "zen_few": (f"ZEN, decision table of {different}", some, each(zen_few, rows["some"])),
        "cel_all": (f"CEL, {norms} compiled programs", some, each(cel_all, rows["some"])),
        "cel_few": (f"CEL, one compiled program of {different}", many, each(cel_few, rows["many"])),
        "python": (
            "our own `decide` with its trace, place by place, cells known",
            many,
            each(lambda place: decide(book, place, DAY).norms, facts),
        ),
        "numpy": (f"NumPy, a mask for each of {norms} norms (as OpenFisca)", PLACES, all_masks),
        "polars": (f"Polars, {norms} expressions in one query, all cores", PLACES, query),
    }
    times = in_turns({name: run for name, (_, _, run) in contestants.items()}, ROUNDS)
    scaled = {name: [t * PLACES / n for t in times[name]] for name, (_, n, _) in contestants.items()}
    lines = []
    for name, (label, n, _) in contestants.items():
        how = {PLACES: "all places", SWEEPS * PLACES: f"all places, {SWEEPS} times"}.get(n, f"{n} places, scaled")
        against = "1" if name == "ours" else f"{ratio(scaled[name], scaled['ours']):,.0f}"
        lines.append([label, how, shown(statistics.median(scaled[name])), against])
    per_record = ("zen_all", "zen_few", "cel_all", "cel_few")
    best = min(ratio(scaled[name], scaled["ours"]) for name in per_record)
    return table(["engine", "measured on", f"{PLACES:,} places", "× ours"], lines), best


def against_memory(space: CellSpace, columns: dict[str, Any], name: str) -> list[list[str]]:
    """Packed keys and raw columns against the machine's memory copy."""
    keys = pack_keys(space, columns)
    cell_bytes = space.cell_type.itemsize * PLACES
    raw_bytes = sum(column.nbytes for column in columns.values())
    packed: dict[str, Callable[[], Any]] = {
        "packed floor": copying((keys.nbytes + cell_bytes) // 2),
        "packed": lambda: answers_for_keys(space, keys, day=DAY),
    }
    raw: dict[str, Callable[[], Any]] = {
        "raw floor": copying((raw_bytes + cell_bytes) // 2),
        "raw": lambda: sweep_table(space, columns, day=DAY),
    }
    times = in_turns(packed, FAST_ROUNDS) | in_turns(raw, FAST_ROUNDS)
    rows = []
    for what, goal, touched in (("packed", 2, keys.nbytes + cell_bytes), ("raw", 25, raw_bytes + cell_bytes)):
        reached = ratio(times[what], times[f"{what} floor"])
        rows.append(
            [
                f"{what} {'keys' if what == 'packed' else 'columns'} → cells, {name} places, against memory copy",
                f"≤ {goal} ×",
                f"{reached:.2f} × ({shown(statistics.median(times[what]))} / "
                f"{shown(statistics.median(times[f'{what} floor']))}, {touched / 1e6:.1f} MB)",
                verdict(reached <= goal),
            ]
        )
    return rows


def all_answers(book: Rulebook) -> list[list[str]]:
    """Full answers for every cell of known facts of a nation-day, as objects and as JSON, each from nothing."""
    objects, texts, ready = [], [], []
    cells = size = 0
    for turn in range(4 * ROUNDS):
        fresh = Rulebook.of(book.packs, book.words)
        ready.append(timed(lambda fresh=fresh: [fresh.regime(region, DAY) for region in fresh.regions]))
        space, writer = CellSpace(fresh), AnswerWriter(fresh)
        known = [range(len(fresh.regions)), *(range(len(axis)) for axis in space.axes)]
        grid = np.stack(np.meshgrid(*known, indexing="ij")).reshape(len(known), -1)
        codes = {axis.fact: grid[i + 1] for i, axis in enumerate(space.axes)}
        wanted = distinct(space.cells(space.pack(grid[0], codes, grid.shape[1]), DAY))
        gc.collect()
        started = process_time()
        if turn % 2:
            shown_norms = [space.answer(cell, day=DAY).norms for cell in wanted]
            objects.append(process_time() - started)
            cells = len(shown_norms)
        else:
            written = [writer.write(space.answer(cell, day=DAY)) for cell in wanted]
            texts.append(process_time() - started)
            size = sum(map(len, written))
            del written
    made, told = statistics.median(objects), statistics.median(texts)
    return [
        [
            f"full answers with citations, all {cells} known cells of {DAY}",
            "≤ 0.5 s",
            shown(made),
            verdict(made <= 0.5),
        ],
        [f"the same as JSON text ({size / 1e6:.0f} MB)", "≤ 0.5 s", shown(told), verdict(told <= 0.5)],
        ["before that, once per span of days: its tables of cells", "", shown(statistics.median(ready)), ""],
    ]


def one_decision(book: Rulebook) -> list[list[str]]:
    """One decision with its trace, in cells seen for the first time and again."""
    dice = np.random.default_rng(2)
    fresh = Rulebook.of(book.packs, book.words)
    for region in fresh.regions:
        fresh.regime(region, DAY)
    facts = []
    for _ in range(300):
        values: dict[str, Any] = {}
        for fact in book.words.facts.values():
            values[fact.id] = (
                int(dice.integers(20)) if fact.type == "count" else fact.values[dice.integers(len(fact.values))]
            )
        facts.append(PlaceFacts(TERRITORY + "001001", values))
    decide(fresh, facts[0], DAY)
    seen: set[int] = set()
    regime = fresh.regime(fresh.region(TERRITORY), DAY)
    cold = []
    for place in facts[1:]:
        cell = int(regime.cells(regime.bins(place))[0])
        spent = timed(lambda place=place: decide(fresh, place, DAY).norms)
        if cell not in seen:
            cold.append(spent)
        seen.add(cell)
    warm = [timed(lambda place=place: decide(fresh, place, DAY).norms) for place in facts]
    norms = len(decide(fresh, facts[0], DAY).norms)
    rows = []
    for label, times in (("a cell seen for the first time", cold), ("a cell seen before", warm)):
        middle, late = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
        rows.append(
            [
                f"one decision with trace ({norms} norms), {label}",
                "≤ 1 ms",
                f"{shown(middle)} (95 %: {shown(late)})",
                verdict(middle <= 1e-3),
            ]
        )
    return rows


def whole_file(book: Rulebook, columns: dict[str, Any]) -> list[str]:
    """A sweep from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "facts.parquet", Path(folder) / "out.parquet"
        pq.write_table(pa.table(columns), source)
        done = [sweep_file(book, source, out, day=DAY) for _ in range(ROUNDS)]
        speed = statistics.median(d.rows / d.seconds for d in done)
        return [
            f"Parquet in, Parquet out with answers, realistic places ({done[0].cells} cells)",
            "",
            f"{speed:,.0f} rows/s",
            "",
        ]


def main() -> None:
    """Print the report."""
    book = open_rulebook()
    rules = rules_of(book)
    space = CellSpace(book)
    uniform, realistic = places(book, realistic=False), places(book, realistic=True)
    agreed = check_agreement(rules, uniform, space)
    peers, best = against_peers(rules, uniform, space)
    goals = [
        ["sweep against the best per-record engine", "≥ 1,000 ×", f"{best:,.0f} ×", verdict(best >= 1_000)],
        *against_memory(space, realistic, "realistic"),
        *against_memory(space, uniform, "uniformly random"),
        *all_answers(book),
        *one_decision(book),
        whole_file(book, realistic),
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    sys.stdout.write(f"""## Deciding a nation: {PLACES:,} places on {DAY}

{len(rules.of)} norms in force, {len(rules.conditions)} different conditions. {machine}.
All engines agreed on {agreed} places, norm by norm, before timing.

{peers}
Engines that take one record at a time (ZEN, CEL, `decide`) run on a sample and are scaled to all places. Times are
processor time (of Polars, which uses all cores, their sum; rows/s of files by the clock). Peers get records or integer
columns ready made, with derived facts and territory already in them, and only say which norms hold; the rows
“different conditions” even spare them norms that share a match table.
linli starts from raw columns, and its cell stands for the whole answer. Places: uniformly random facts.

{table(["goal", "wanted", "measured", ""], goals)}
Best per-record engine: ZEN or CEL, in the quicker of their two forms. Memory copy: `np.copyto` of random data, half as
many bytes as the step reads and writes together (a copy itself reads and writes each byte), in turns with the step.
This is the harder floor: against a copy of all those bytes the ratios are about half.
Packed keys are {space.key_type} a place, cells {space.cell_type}. Raw columns are Arrow arrays as read from Parquet:
codes as text, words dictionary-encoded, booleans as bits, counts int32. Realistic places: 97 % low and without
cases, one in 1,400 in the territory that has its own document; a tenth for the random ones.
""")


if __name__ == "__main__":
    main()
