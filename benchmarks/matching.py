"""``python -m benchmarks.matching [--people N] [--arrivals N] [--seed S]``: how well and fast rows find their people.

Prints Markdown: quality and cost by size of the register, then by kind of slip for the largest. The matcher runs in a
process of its own that reads the register from a file, so time and memory are its own; reading is part of the time.
"""

# ruff: noqa: T201

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.people_with_errors import Record, World, invent

_SIZES = (10_000, 100_000, 1_000_000)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, action="append", help="size of the register, again for more sizes")
    parser.add_argument("--arrivals", type=int, help="rows; default: a tenth of the register")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    print(
        "| known | rows | time s | CPU s | rows/s | peak MB | MATCH | NEW | ASK | precision | recall | ",
        end="",
    )
    print("recall, ASK lost | right one among asked | false merges | missed | repeats joined | joined wrongly |")
    print("|" + "---:|" * 17)
    last = None
    for people in chosen.people or _SIZES:
        world = invent(people=people, arrivals=chosen.arrivals or people // 10, seed=chosen.seed)
        answers, cost = _measured(world)
        last = (world, answers)
        print(_line(world, answers, cost), flush=True)
    if last:
        print()
        _print_by_slip(*last)


def _measured(world: World) -> tuple[dict[str, Any], dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        register, rows, out = (Path(folder) / name for name in ("register.tsv", "rows.tsv", "answers.pickle"))
        _write(register, world.register)
        _write(rows, world.arrivals)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.matching", "--measure", str(register), str(rows), str(out)],
            check=True,
            capture_output=True,
            text=True,
        )
        return pickle.loads(out.read_bytes()), json.loads(done.stdout)


def _write(file: Path, records: list[Record]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for one in records:
            cells = [one.key, one.name, "|".join(one.other_names), one.born, one.sex]
            cells += ["|".join(one.documents), "|".join(one.phones), one.address]
            stream.write("\t".join(cells) + "\n")


def _measure(register: Path, rows: Path, out: Path) -> None:
    from linli.community.matching.match import match_rows
    from linli.community.matching.person import Person

    def read(file: Path) -> Iterator[Person]:
        with file.open(encoding="utf-8") as stream:
            for line in stream:
                key, name, others, born, sex, documents, phones, address = line.rstrip("\n").split("\t")
                yield Person(
                    key,
                    name,
                    tuple(others.split("|")) if others else (),
                    date.fromisoformat(born) if born else None,
                    sex,
                    tuple(documents.split("|")) if documents else (),
                    tuple(phones.split("|")) if phones else (),
                    address,
                )

    started, cpu_started = time.perf_counter(), time.process_time()
    answers = match_rows(list(read(rows)), read(register))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu_started
    peak_mb = _peak_mb()
    plain = {
        answer.row: (
            answer.verdict.value,
            [(one.key, one.in_table) for one in answer.candidates],
            answer.same_as,
            answer,
        )
        for answer in answers
    }
    out.write_bytes(pickle.dumps(plain))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak_mb}))


def _peak_mb() -> float:
    """The most memory this process had. Not ``ru_maxrss``: that remembers the process it was started from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def _outcome(world: World, record: Record, answer: Any) -> str:
    """right, false merge, missed (said to be new, is known), asked, or wrongly asked (new, but asked about)."""
    verdict, candidates, _, _ = answer
    is_known = record.human in world.registered
    if verdict == "ASK":
        return "asked" if (f"R{record.human}", False) in candidates else "asked, not among them"
    if verdict == "MATCH":
        return "right" if candidates[0][0] == f"R{record.human}" else "false merge"
    return "missed" if is_known else "right"


def _line(world: World, answers: dict[str, Any], cost: dict[str, float]) -> str:
    verdicts: Counter[str] = Counter()
    outcomes: Counter[tuple[bool, str]] = Counter()
    asked_known = 0
    for record in world.arrivals:
        answer = answers[record.key]
        verdicts[answer[0]] += 1
        is_known = record.human in world.registered
        outcomes[is_known, _outcome(world, record, answer)] += 1
        asked_known += is_known and answer[0] == "ASK"
    rows = len(world.arrivals)
    right = outcomes[True, "right"]
    false = outcomes[True, "false merge"] + outcomes[False, "false merge"]
    missed = outcomes[True, "missed"]
    known = sum(count for (is_known, _), count in outcomes.items() if is_known)
    cells = [
        f"{len(world.register):,}",
        f"{rows:,}",
        f"{cost['seconds']:.1f}",
        f"{cost['cpu']:.1f}",
        f"{rows / cost['seconds']:,.0f}",
        f"{cost['peak_mb']:.0f}",
        *(f"{verdicts[verdict] / rows:.2%}" for verdict in ("MATCH", "NEW", "ASK")),
        f"{right / max(right + false, 1):.3%}",
        f"{right / max(known - asked_known, 1):.3%}",
        f"{right / max(known, 1):.3%}",
        f"{outcomes[True, 'asked'] / max(asked_known, 1):.1%}",
        f"{false:,}",
        f"{missed:,}",
        *_repeats(world, answers),
    ]
    return "| " + " | ".join(cells) + " |"


def _repeats(world: World, answers: dict[str, Any]) -> tuple[str, str]:
    """Of those new and twice in the table: how many second lines were joined to the first, and how many wrongly."""
    human_of = {record.key: record.human for record in world.arrivals}
    new = Counter(record.human for record in world.arrivals if record.human not in world.registered)
    joined = [(key, answer[2]) for key, answer in answers.items() if answer[2] is not None]
    right = sum(human_of[key] == human_of[other] for key, other in joined)
    return f"{right:,} of {sum(count - 1 for count in new.values()):,}", f"{len(joined) - right:,}"


def _print_by_slip(world: World, answers: dict[str, Any]) -> None:
    table: dict[str, Counter[str]] = {}
    for record in world.arrivals:
        outcome = _outcome(world, record, answers[record.key])
        for slip in record.slips or ("none",):
            table.setdefault(slip, Counter())[outcome] += 1
        if len(record.slips) > 1:
            table.setdefault("two or more slips", Counter())[outcome] += 1
        if record.human not in world.registered:
            table.setdefault("somebody new", Counter())[outcome] += 1
    names = ("right", "false merge", "missed", "asked", "asked, not among them")
    print("| slip | rows | " + " | ".join(names) + " |")
    print("|---|" + "---:|" * (len(names) + 1))
    for slip, counts in sorted(table.items(), key=lambda item: -item[1].total()):
        print(f"| {slip} | {counts.total():,} | " + " | ".join(f"{counts[name]:,}" for name in names) + " |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(*(Path(argument) for argument in sys.argv[2:5]))
    else:
        main(sys.argv[1:])
