"""A sixth instrument, of another county, is files only: its own words, parameters, action and form."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from linli.policy.decide import decide
from linli.policy.facts import read_facts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.pack import shipped_folders
from linli.policy.rulebook import open_rulebook
from linli.policy.tests.conftest import EXAMPLE

SUMMER = date(2022, 7, 1)


@pytest.mark.row("A1")
def test_a_second_county_needs_no_code(tmp_path: Path):
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"division_code": "990101001001", "tier": "MEDIUM", "setting": "RURAL"}))
    order = tmp_path / "order.json"
    order.write_text(json.dumps({"action": "pond_closure", "by": "community", "from": "2022-07-01"}))
    packs = [arg for folder in (*shipped_folders(), EXAMPLE) for arg in ("--packs", str(folder))]

    def linli(*args: str) -> dict:
        run = subprocess.run(
            [sys.executable, "-m", "linli", "policy", *args, *packs, "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(run.stdout)

    decision = linli("decide", "--facts", str(facts), "--day", "2022-07-01")
    patrol = next(n for n in decision["norms"] if n["id"] == "lake.pond.patrol")
    assert patrol["params"] == {"max_anglers": 20} and patrol["cadence"] == "twice_daily"
    assert patrol["clause"] == {"instrument": "example-lakeside-2022", "number": "湖畔发〔2022〕3号", "cite": "(二)"}
    assert patrol["because"] == {"division_code": "990101001001", "setting": "RURAL"}
    assert not any(n["clause"]["instrument"] == "nanweiban-2020-40" for n in decision["norms"])

    verdict = linli("judge", "--order", str(order), "--facts", str(facts), "--day", "2022-07-01")
    assert verdict["verdict"] == "NEEDS_AUTHORITY" and verdict["authority"] == ["township"]


def test_the_new_action_brings_the_form_of_its_record():
    book = open_rulebook([*shipped_folders(), EXAMPLE])
    form = book.words.entries[book.words.actions["pond_patrol"].entry]
    assert [(f.id, f.type, f.required) for f in form.fields] == [
        ("anglers", "int", True),
        ("distance_kept", "bool", True),
        ("state", "choice", False),
    ]


def test_its_neighbour_and_nanan_are_untouched_by_it():
    five, six = open_rulebook(), open_rulebook([*shipped_folders(), EXAMPLE])
    for code in ("350583001001", "990102001001"):
        facts = {"division_code": code, "tier": "MEDIUM", "community_class": "OUTBREAK"}
        before = decide(five, read_facts(facts, five.words), SUMMER)
        after = decide(six, read_facts(facts, six.words), SUMMER)
        assert before.norm_ids() == after.norm_ids()


def test_the_same_order_is_without_basis_where_the_instrument_does_not_reach():
    book = open_rulebook([EXAMPLE])
    order = read_order({"action": "pond_closure", "by": "township", "from": "2022-07-01"}, book.words)
    facts = read_facts({"division_code": "350583001001", "tier": "MEDIUM"}, book.words)
    assert judge(book, order, facts, order.start).verdict == "NO_BASIS"
