"""Norms that pull apart: which goes first, why, and that nothing gives way unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linli.policy.decide import Decision, decide
from linli.policy.facts import read_facts
from linli.policy.gate import check_packs
from linli.policy.pack import shipped_folders
from linli.policy.resolve import WHY_AUTHORITY, WHY_GUARD, WHY_LATER, WHY_SPECIFIC
from linli.policy.rulebook import open_rulebook

Spoil = Callable[..., Path]

NORM = """
- id: lake.{id}
  cite: (三)
  aspect: control
  mode: {mode}
  actor: community
  action: {action}
  {more}
  say: {{zh: 试一试, en: a trial}}
  reading: explicit
"""


def norm(id: str, mode: str, action: str, more: str) -> str:
    return NORM.format(id=id, mode=mode, action=action, more=more)


@pytest.fixture
def lakeside(spoil: Spoil) -> Callable[..., Decision]:
    """Decide at the lake with norms added to the example pack, alone or together with the packs that ship."""

    def ask(*norms: str, alone: bool = True, **facts: object) -> Decision:
        folder = spoil("norms/ponds.yaml", "", "".join(norms))
        book = open_rulebook([folder] if alone else [*shipped_folders(), folder])
        known = read_facts({"division_code": "990101001001"} | facts, book.words)
        return decide(book, known, date(2022, 7, 1))

    return ask


def steps(decision: Decision, action: str) -> tuple[str, str]:
    measure = decision.measures[action]
    return measure.step(measure.floor), measure.step(measure.cap)


def test_a_lower_authority_does_not_lift_a_higher_ceiling(lakeside: Callable[..., Decision]):
    closing = norm("close", "must", "closure@community", "how: {floor: CLOSED}")
    decision = lakeside(closing, alone=False, tier="LOW", community_class="NO_CASE")
    assert steps(decision, "closure@community") == ("REGISTER", "SEMI_CLOSED")
    given_way = {y.norm: (y.to, y.why) for y in decision.yielded}
    assert given_way["lake.close"] == ("m38.low.lift-closure", WHY_AUTHORITY)


def test_an_entrenched_guard_goes_before_what_is_not(lakeside: Callable[..., Decision]):
    decision = lakeside(
        norm("close", "must", "closure@community", "how: {floor: CLOSED}"),
        norm("guard", "must_not", "closure@community", "how: {cap: REGISTER}\n  entrenched: true"),
    )
    assert steps(decision, "closure@community") == ("OPEN", "REGISTER")
    assert [(y.norm, y.why) for y in decision.yielded] == [("lake.close", WHY_GUARD)]


def test_the_more_specific_goes_before_the_general(lakeside: Callable[..., Decision]):
    decision = lakeside(
        norm("close", "must", "closure@community", "how: {floor: CLOSED}"),
        norm("open", "must", "closure@community", "when: {setting: RURAL}\n  how: {cap: REGISTER}"),
        setting="RURAL",
    )
    assert [(y.norm, y.to, y.why) for y in decision.yielded] == [("lake.close", "lake.open", WHY_SPECIFIC)]
    assert "lake.close" not in decision.norm_ids()


def test_the_later_goes_before_the_earlier(lakeside: Callable[..., Decision]):
    window = 'window: {from: "2022-06-20", to: "2022-10-01", basis: printed, note: {zh: 后补, en: added later}}'
    decision = lakeside(
        norm("open", "must_not", "closure@community", "how: {cap: REGISTER}"),
        norm("close", "must", "closure@community", f"how: {{floor: CLOSED}}\n  {window}"),
    )
    assert steps(decision, "closure@community") == ("CLOSED", "CLOSED")
    assert [(y.norm, y.why) for y in decision.yielded] == [("lake.open", WHY_LATER)]


def test_what_nothing_settles_is_shown_and_takes_the_mild_side(lakeside: Callable[..., Decision], spoil: Spoil):
    norms = (
        norm("close", "must", "closure@community", "how: {floor: CLOSED}"),
        norm("open", "must_not", "closure@community", "how: {cap: REGISTER}"),
    )
    decision = lakeside(*norms)
    assert steps(decision, "closure@community") == ("OPEN", "REGISTER")
    assert {"lake.close", "lake.open"} in [set(o.norms) for o in decision.undecided]
    refused = [str(problem) for problem in check_packs([spoil("pack.yaml")]).problems]
    assert any("lake.close asks for more than lake.open allows" in why for why in refused)


def test_a_floor_from_a_larger_unit_does_not_pass_a_local_ceiling_unseen(lakeside: Callable[..., Decision]):
    decision = lakeside(
        norm("close", "must", "closure@community", "how: {floor: CLOSED}"),
        norm("open", "must_not", "closure@compound", "how: {cap: REGISTER}"),
    )
    assert steps(decision, "closure@community") == ("CLOSED", "CLOSED")
    assert steps(decision, "closure@compound") == ("OPEN", "REGISTER")
    assert {"lake.close", "lake.open"} in [set(o.norms) for o in decision.undecided]


def test_a_norm_that_replaces_another_takes_its_place_where_it_binds(lakeside: Callable[..., Decision]):
    swap = norm("swap", "must", "pond_patrol", "when: {tier: HIGH}\n  replaces: [lake.pond.patrol]")
    usual = lakeside(swap, setting="RURAL", tier="LOW")
    high = lakeside(setting="RURAL", tier="HIGH")
    assert "lake.pond.patrol" in usual.norm_ids() and "lake.pond.patrol" not in high.norm_ids()
    assert ("lake.pond.patrol", "lake.swap") in {(y.norm, y.to) for y in high.yielded}


def test_an_encouragement_grants_nothing(lakeside: Callable[..., Decision]):
    decision = lakeside(norm("wish", "may", "gathering", "soft: encouraged"))
    assert "lake.wish" in decision.norm_ids("may") and steps(decision, "gathering") == ("FREE", "FREE")
