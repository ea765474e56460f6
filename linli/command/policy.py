"""`linli policy …`: check packs, decide, judge, compare, sweep. Pure: needs no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from linli.policy.decide import decide, decision_as_dict
from linli.policy.diff import compare, difference_as_dict
from linli.policy.facts import PlaceFacts, read_day, read_facts
from linli.policy.gate import GateReport, check_packs
from linli.policy.judge import judge, verdict_as_dict
from linli.policy.order import read_order
from linli.policy.problems import InputRefused, PackRefused
from linli.policy.rulebook import Rulebook, open_rulebook

PACKS = click.option(
    "--packs",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Pack folder, instead of the shipped ones; may be repeated.",
)
READINGS = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="ID=OPTION",
    help="Try another option of an open reading; may be repeated.",
)
FACTS = click.option(
    "--facts",
    "facts_file",
    type=click.Path(path_type=Path),
    help="JSON file with one object of facts; - is standard input.",
)
DAY = click.option("--day", metavar="YYYY-MM-DD", help="The day the answer is for.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def refuse(where: str, why: str) -> NoReturn:
    """Say on standard error what is wrong and where, and end with status 1."""
    click.echo(f"{where}: {why}", err=True)
    sys.exit(1)


@click.group()
def policy() -> None:
    """What policy documents mean for a place on a day."""


@policy.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@READINGS
@AS_JSON
def check(folders: tuple[Path, ...], readings: tuple[str, ...], as_json: bool) -> None:
    """Check packs from end to end: shape, words, clauses, conflicts, example cases."""
    try:
        report = check_packs(list(folders) or None, readings=_pairs(readings))
    except InputRefused as error:
        refuse(error.field, error.why)
    click.echo(_json(report.as_dict()) if as_json else _report_text(report))
    for problem in report.problems:
        click.echo(str(problem), err=True)
    sys.exit(1 if report.problems else 0)


def _report_text(report: GateReport) -> str:
    lines = [
        f"{p['id']} {p['version']}: {p['clauses']} clauses, {p['norms']} norms, {p['cases']} cases"
        for p in report.packs
    ]
    norms = sum(p["norms"] for p in report.packs)
    lines.append(f"{len(report.packs)} packs, {norms} norms, {report.cells} cells, {len(report.problems)} problems")
    return "\n".join(lines)


@policy.command("decide")
@FACTS
@DAY
@PACKS
@READINGS
@click.option("--batch", type=click.Path(path_type=Path), help="JSON lines {id, day, facts}; - is standard input.")
@AS_JSON
def decide_command(
    facts_file: Path | None,
    day: str | None,
    folders: tuple[Path, ...],
    readings: tuple[str, ...],
    batch: Path | None,
    as_json: bool,
) -> None:
    """What must, may and must not be done in one place on one day."""
    book = _open(folders, readings)
    if batch is not None:

        def answer(line: Mapping[str, Any]) -> dict[str, Any]:
            return decision_as_dict(
                decide(book, read_facts(_need(line, "facts"), book.words), read_day(_need(line, "day")))
            )

        _run_batch(batch, answer, keys=("id", "day", "facts", "order"))
        return
    facts, at = _place(book, facts_file, day)
    answer_ = decision_as_dict(decide(book, facts, at))
    click.echo(_json(answer_) if as_json else _decision_text(answer_))


def _decision_text(answer: Mapping[str, Any]) -> str:
    lines = [f"{answer['day']}  " + "  ".join(f"{p['id']} {p['version']}" for p in answer["packs"])]
    lines += [f"{name}: {m['floor']} … {m['cap']}" for name, m in answer["measures"].items()]
    marks = {"MUST": "应当", "MAY": "可以", "MUST_NOT": "不得"}
    lines += [
        f"{marks[n['mode']]} {n['say']['zh']} 〔{n['clause']['instrument']} {n['clause']['cite']}〕"
        for n in answer["norms"]
    ]
    lines += [f"未定 {o['why']['zh']}" for o in answer["undecided"]]
    if answer["unknown"]:
        lines.append("待补事实 " + " ".join(answer["unknown"]))
    return "\n".join(lines)


@policy.command("judge")
@click.option(
    "--order", "order_file", type=click.Path(path_type=Path), help="JSON file with one order; - is standard input."
)
@FACTS
@DAY
@PACKS
@READINGS
@click.option(
    "--batch", type=click.Path(path_type=Path), help="JSON lines {id, day, facts, order}; - is standard input."
)
@AS_JSON
def judge_command(
    order_file: Path | None,
    facts_file: Path | None,
    day: str | None,
    folders: tuple[Path, ...],
    readings: tuple[str, ...],
    batch: Path | None,
    as_json: bool,
) -> None:
    """Whether one proposed order is lawful, and what would be."""
    book = _open(folders, readings)
    if batch is not None:

        def answer(line: Mapping[str, Any]) -> dict[str, Any]:
            facts = read_facts(_need(line, "facts"), book.words)
            return verdict_as_dict(
                judge(book, read_order(_need(line, "order"), book.words), facts, read_day(_need(line, "day")))
            )

        _run_batch(batch, answer, keys=("id", "day", "facts", "order"))
        return
    if order_file is None:
        raise click.UsageError("--order is needed (or --batch)")
    facts, at = _place(book, facts_file, day)
    data = _read_json(order_file)
    try:
        verdict = judge(book, read_order(data, book.words), facts, at)
    except InputRefused as error:
        refuse(f"{order_file}: {error.field}", error.why)
    answer_ = verdict_as_dict(verdict)
    click.echo(
        _json(answer_) if as_json else f"{answer_['verdict']}  {answer_['explain']['zh']}\n{answer_['explain']['en']}"
    )


@policy.command("diff")
@FACTS
@click.option("--from", "start", required=True, metavar="YYYY-MM-DD", help="The earlier day.")
@click.option("--to", "end", required=True, metavar="YYYY-MM-DD", help="The later day.")
@click.option(
    "--to-facts", type=click.Path(path_type=Path), help="Other facts for the later day, to compare two tiers."
)
@PACKS
@READINGS
@AS_JSON
def diff_command(
    facts_file: Path | None,
    start: str,
    end: str,
    to_facts: Path | None,
    folders: tuple[Path, ...],
    readings: tuple[str, ...],
    as_json: bool,
) -> None:
    """What starts, ends and changes between two days."""
    book = _open(folders, readings)
    facts, first = _place(book, facts_file, start, name="--from")
    later, last = _place(book, to_facts or facts_file, end, name="--to")
    answer = difference_as_dict(compare(decide(book, facts, first), decide(book, later, last)))
    if as_json:
        click.echo(_json(answer))
        return
    for sign, part in (("+", "starts"), ("-", "ends")):
        for norm in answer[part]:
            click.echo(f"{sign} {norm['say']['zh']} 〔{norm['clause']['instrument']} {norm['clause']['cite']}〕")
    for change in answer["changes"]:
        old, new = change["from"], change["to"]
        click.echo(f"~ {change['action']}: {old['floor']} … {old['cap']} → {new['floor']} … {new['cap']}")


@policy.command("sweep")
@click.option(
    "--facts",
    "facts_file",
    required=True,
    type=click.Path(path_type=Path),
    help="Parquet, one row a place, one column a fact.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Parquet to write.")
@DAY
@PACKS
@READINGS
def sweep_command(
    facts_file: Path, out: Path, day: str | None, folders: tuple[Path, ...], readings: tuple[str, ...]
) -> None:
    """The decision for every row of a Parquet file."""
    book = _open(folders, readings)
    from linli.policy.sweep import sweep_file

    try:
        at = read_day(day, name="--day") if day else None
        done = sweep_file(book, facts_file, out, day=at)
    except InputRefused as error:
        refuse(f"{facts_file}: {error.field}", error.why)
    click.echo(done.line())


def _open(folders: tuple[Path, ...], readings: tuple[str, ...]) -> Rulebook:
    try:
        return open_rulebook(list(folders) or None, readings=_pairs(readings))
    except PackRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    except InputRefused as error:
        refuse(error.field, error.why)


def _pairs(readings: tuple[str, ...]) -> dict[str, str]:
    pairs = [reading.partition("=") for reading in readings]
    for name, sign, option in pairs:
        if not sign or not option:
            raise click.UsageError(f"--reading takes ID=OPTION, found {name}")
    return {name: option for name, _, option in pairs}


def _place(book: Rulebook, facts_file: Path | None, day: str | None, *, name: str = "--day") -> tuple[PlaceFacts, date]:
    if facts_file is None:
        raise click.UsageError("--facts is needed (or --batch)")
    if day is None:
        raise click.UsageError("--day is needed")
    data = _read_json(facts_file)
    try:
        return read_facts(data, book.words), read_day(day, name=name)
    except InputRefused as error:
        where = error.field if error.field == name else f"{facts_file}: {error.field}"
        refuse(where, error.why)


def _need(line: Mapping[str, Any], name: str) -> Any:
    if name not in line:
        raise InputRefused(name, "missing")
    return line[name]


def _read_json(path: Path) -> Any:
    try:
        with _open_text(path) as stream:
            return json.load(stream)
    except json.JSONDecodeError as error:
        refuse(f"{path}:{error.lineno}", f"not valid JSON ({error.msg})")


def _open_text(path: Path) -> IO[str]:
    if str(path) == "-":
        return sys.stdin
    try:
        return path.open(encoding="utf-8-sig")
    except OSError as error:
        refuse(str(path), f"cannot be read: {error.strerror}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with _open_text(path) as stream:
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
        except UnicodeDecodeError:
            refuse(str(path), "not UTF-8: save the file as UTF-8")


def _run_batch(path: Path, answer: Any, *, keys: tuple[str, ...]) -> None:
    """One answer or one error a line, in the order of the input; status 1 if any line had an error."""
    bad = False
    for number, text in _lines(path):
        line: Any = None
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise InputRefused("line", f"expected an object with {', '.join(keys)}")
            for key in line:
                if key not in keys:
                    raise InputRefused(key, f"unknown key; expected {', '.join(keys)}")
            out = {"id": line.get("id"), "answer": answer(line)}
        except json.JSONDecodeError as error:
            out, bad = {"id": None, "error": f"line {number}: not valid JSON ({error.msg})"}, True
        except InputRefused as error:
            name = line.get("id") if isinstance(line, dict) else None
            out, bad = {"id": name, "error": f"line {number}: {error}"}, True
        click.echo(json.dumps(out, ensure_ascii=False))
    sys.exit(1 if bad else 0)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    policy()
