"""`linli policy …` as scripts call it: what it prints, its exit status, and what it says of bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from linli.command import main

LOW = {"division_code": "350583001001", "tier": "LOW", "community_class": "NO_CASE"}
Linli = Callable[..., Result]


@pytest.fixture
def linli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linli:
    """Run `linli policy` in a folder that holds facts.json and order.json."""
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(json.dumps(LOW))
    Path("order.json").write_text(
        json.dumps({"action": "closure@compound", "level": "UNIT_SEALED", "by": "community", "from": "2020-05-01"})
    )
    return lambda *args, stdin=None: CliRunner().invoke(main, ["policy", *args], input=stdin)


def test_check_says_what_ships_and_that_nothing_is_wrong(linli: Linli):
    run = linli("check", "--json")
    report = json.loads(run.stdout)
    assert run.exit_code == 0 and report["problems"] == []
    assert {p["id"] for p in report["packs"]} >= {"minfa-2020-9", "precision-2021"}
    assert all(p["clauses"] and p["norms"] and p["cases"] for p in report["packs"]) and report["cells"] > 1000


def test_check_of_a_bad_folder_names_it(linli: Linli, tmp_path: Path):
    run = linli("check", str(tmp_path))
    assert run.exit_code == 1 and "pack.yaml:0: missing" in run.stderr


@pytest.mark.row("A3")
def test_decide_says_what_must_may_and_must_not_be_done_with_clauses(linli: Linli):
    run = linli("decide", "--facts", "facts.json", "--day", "2020-05-01", "--json")
    answer = json.loads(run.stdout)
    assert run.exit_code == 0 and answer["day"] == "2020-05-01" and answer["facts"] == LOW
    for mode in ("MUST", "MAY", "MUST_NOT"):
        assert any(n["mode"] == mode for n in answer["norms"])
    assert {n["aspect"] for n in answer["norms"]} == {"control", "service", "participation", "information"}
    assert all(n["clause"]["instrument"] and n["clause"]["cite"] for n in answer["norms"])
    assert answer["measures"]["closure@compound"]["cap"] == "SEMI_CLOSED"
    plain = linli("decide", "--facts", "facts.json", "--day", "2020-05-01")
    assert "应当" in plain.stdout and "〔minfa-2020-38 二(一)2〕" in plain.stdout


def test_judge_answers_in_words_and_in_data(linli: Linli):
    run = linli("judge", "--order", "order.json", "--facts", "facts.json", "--day", "2020-05-01", "--json")
    assert json.loads(run.stdout)["verdict"] == "EXCEEDS"
    plain = linli("judge", "--order", "order.json", "--facts", "facts.json", "--day", "2020-05-01")
    assert "不能这样办" in plain.stdout and "可以这样办" in plain.stdout


def test_diff_says_what_starts_ends_and_changes(linli: Linli):
    run = linli("diff", "--facts", "facts.json", "--from", "2023-01-05", "--to", "2023-01-06", "--json")
    answer = json.loads(run.stdout)
    assert any(n["clause"]["instrument"] == "minfa-2023-5" for n in answer["starts"])
    assert any(n["clause"]["instrument"] == "minfa-2020-9" for n in answer["ends"])
    closure = next(c for c in answer["changes"] if c["action"] == "closure@community")
    assert (closure["from"]["cap"], closure["to"]["cap"]) == ("SEMI_CLOSED", "OPEN")


def test_a_batch_answers_line_by_line_in_order(linli: Linli):
    lines = [
        json.dumps({"id": 1, "day": "2020-05-01", "facts": LOW}),
        json.dumps({"id": 2, "day": "2020-05-01", "facts": LOW | {"tier": "LOWW"}}),
        "{",
        json.dumps({"id": 4, "day": "2020-02-30", "facts": LOW}),
    ]
    run = linli("decide", "--batch", "-", stdin="\n".join(lines))
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.exit_code == 1 and [a["id"] for a in answers] == [1, 2, None, 4]
    assert answers[0]["answer"]["norms"] and "did you mean" in answers[1]["error"]
    assert "line 3" in answers[2]["error"] and "no day 2020-02-30" in answers[3]["error"]


def test_a_batch_of_orders_is_judged(linli: Linli):
    order = json.loads(Path("order.json").read_text())
    line = json.dumps({"id": "a", "day": "2020-05-01", "facts": LOW, "order": order})
    run = linli("judge", "--batch", "-", stdin=line)
    assert run.exit_code == 0 and json.loads(run.stdout)["answer"]["verdict"] == "EXCEEDS"


def test_another_reading_is_tried_by_name(linli: Linli):
    Path("facts.json").write_text(json.dumps({"tier": "LOW", "community_class": "OUTBREAK"}))
    args = ("decide", "--facts", "facts.json", "--day", "2020-06-20", "--json")
    usual, other = linli(*args), linli(*args, "--reading", "m38.mixed-cells=pure-only")
    caps = [json.loads(run.stdout)["measures"]["closure@community"]["cap"] for run in (usual, other)]
    assert caps == ["SEMI_CLOSED", "REGISTER"]


@pytest.mark.parametrize(
    ("facts", "args", "status", "said"),
    [
        ('{"tier": "LOWER"}', ("--day", "2020-05-01"), 1, "facts.json: tier: no value 'LOWER'"),
        ('{"teir": "LOW"}', ("--day", "2020-05-01"), 1, "did you mean “tier”"),
        ('{"tier": "LOW"', ("--day", "2020-05-01"), 1, "facts.json:1: not valid JSON"),
        ("[]", ("--day", "2020-05-01"), 1, "expected one object"),
        ("{}", ("--day", "2020-02-30"), 1, "--day: there is no day 2020-02-30"),
        ("{}", ("--day", "1 May"), 1, "--day: expected a day such as 2020-05-01"),
        ("{}", (), 2, "--day is needed"),
        ("{}", ("--day", "2020-05-01", "--reading", "m38.mixed=x"), 1, "unknown reading m38.mixed"),
        ("{}", ("--day", "2020-05-01", "--packs", "nowhere"), 1, "nowhere/pack.yaml:0: missing"),
        ("{}", ("--day", "2020-05-01", "--pakcs", "x"), 2, "No such option"),
    ],
)
def test_bad_input_gets_one_clear_sentence(linli: Linli, facts: str, args: tuple[str, ...], status: int, said: str):
    Path("facts.json").write_text(facts)
    run = linli("decide", "--facts", "facts.json", *args)
    assert run.exit_code == status and said in run.stderr and "Traceback" not in run.stderr


def test_an_order_that_ends_before_it_begins_is_refused(linli: Linli):
    order = {"action": "gathering", "by": "community", "from": "2020-05-01", "to": "2020-04-30"}
    Path("order.json").write_text(json.dumps(order))
    run = linli("judge", "--order", "order.json", "--facts", "facts.json", "--day", "2020-05-01")
    assert run.exit_code == 1 and "order.json: to: the order ends on 2020-04-30" in run.stderr


def test_a_missing_file_is_named(linli: Linli):
    run = linli("decide", "--facts", "absent.json", "--day", "2020-05-01")
    assert run.exit_code == 1 and "absent.json: cannot be read" in run.stderr
