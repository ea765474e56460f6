"""What binds in a place on a day: windows, territory, unknown facts, conflicts, units inside units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linli.policy.decide import Decision, decision_as_dict
from linli.policy.facts import read_facts
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook, open_rulebook

Answer = Callable[..., Decision]

NANAN = "350583001001"
HANGZHOU = "330106001001"


def steps(decision: Decision, action: str) -> tuple[str, str]:
    measure = decision.measures[action]
    return measure.step(measure.floor), measure.step(measure.cap)


def test_before_the_first_instrument_nothing_binds(answer: Answer):
    decision = answer("2020-01-28", tier="LOW", community_class="NO_CASE")
    assert decision.norms == () and steps(decision, "closure@community") == ("OPEN", "OPEN")


def test_a_county_instrument_stays_in_its_county(answer: Answer):
    facts = {"tier": "MEDIUM", "community_class": "OUTBREAK", "cases_14d": 3, "clustered": False}
    here = answer("2020-07-01", division_code=NANAN, **facts)
    there = answer("2020-07-01", division_code=HANGZHOU, **facts)
    assert steps(here, "closure@household") == ("CLOSED", "UNIT_SEALED")
    assert steps(there, "closure@household") == ("CLOSED", "CLOSED")


@pytest.mark.row("A5")
def test_the_minimal_unit_follows_cases_and_clusters(answer: Answer):
    medium = {"division_code": NANAN, "tier": "MEDIUM", "community_class": "OUTBREAK"}
    sporadic = answer("2020-07-01", **medium, cases_14d=10, clustered=False)
    clustered = answer("2020-07-01", **medium, cases_14d=10, clustered=True)
    many = answer("2020-07-01", **medium, cases_14d=11, clustered=False)
    assert steps(sporadic, "closure@household") == ("CLOSED", "UNIT_SEALED")
    assert steps(sporadic, "closure@compound") == ("CLOSED", "CLOSED")
    assert steps(clustered, "closure@compound") == ("CLOSED", "UNIT_SEALED")
    assert steps(clustered, "closure@community") == ("CLOSED", "CLOSED")
    assert steps(many, "closure@household") == ("CLOSED", "CLOSED")
    assert "n40.gap.sporadic-over-ten" in {o.id for o in many.undecided}


def test_the_true_conflict_over_reading_rooms_is_shown_with_its_winner(answer: Answer):
    decision = answer("2020-05-01", tier="LOW", community_class="NO_CASE")
    gone = {y.norm: y.to for y in decision.yielded}
    assert gone["m9.rooms.suspend"].startswith("m38.")
    assert steps(decision, "venue") == ("LIMITED", "LIMITED")
    assert "m9.rooms.suspend" not in decision.norm_ids()


def test_where_tier_and_class_disagree_restriction_follows_the_lower_and_the_answer_says_so(answer: Answer):
    decision = answer("2020-06-20", tier="LOW", community_class="OUTBREAK")
    assert steps(decision, "closure@community") == ("REGISTER", "SEMI_CLOSED")
    assert "m38.gap.mixed" in {o.id for o in decision.undecided}
    assert "m38.medium.goods-point" in decision.norm_ids("must")


def test_the_other_reading_is_one_option_away(book: Rulebook):
    other = open_rulebook(readings={"m38.mixed-cells": "pure-only"})
    facts = read_facts({"tier": "LOW", "community_class": "OUTBREAK"}, book.words)
    from datetime import date

    from linli.policy.decide import decide

    lawful = decide(other, facts, date(2020, 6, 20)).measures["closure@community"]
    assert lawful.step(lawful.cap) == "REGISTER"
    with pytest.raises(InputRefused, match="has no option"):
        open_rulebook(readings={"m38.mixed-cells": "both"})


def test_an_unknown_fact_takes_the_mildest_power_and_all_duties(answer: Answer):
    open_tier = answer("2020-05-01", community_class="TRANSMISSION")
    known = {t: answer("2020-05-01", community_class="TRANSMISSION", tier=t) for t in ("LOW", "MEDIUM", "HIGH")}
    assert steps(open_tier, "closure@community")[1] == steps(known["LOW"], "closure@community")[1]
    assert "tier" in open_tier.unknown
    for decision in known.values():
        duties = {a.norm.id for a in decision.norms if a.norm.mode == "must" and not a.norm.floor and not a.norm.cap}
        power = {
            a.norm.id for a in decision.norms if open_tier.rulebook.words.actions[a.norm.action].kind == "restrictive"
        }
        assert duties - power <= open_tier.norm_ids()


def test_a_known_fact_that_decides_leaves_the_other_unasked(answer: Answer):
    decision = answer("2020-05-01", tier="LOW")
    low = answer("2020-05-01", tier="LOW", community_class="NO_CASE")
    assert steps(decision, "closure@community") == steps(low, "closure@community")


def test_an_unknown_place_is_asked_for(answer: Answer):
    decision = answer("2020-07-01", tier="MEDIUM", community_class="OUTBREAK", cases_14d=3, clustered=False)
    assert "division_code" in decision.unknown
    assert steps(decision, "closure@household") == ("CLOSED", "CLOSED")


def test_a_measure_on_a_larger_unit_covers_the_smaller_ones(answer: Answer):
    decision = answer("2020-05-01", tier="HIGH", community_class="TRANSMISSION")
    for unit in ("community", "compound", "building", "household"):
        assert steps(decision, f"closure@{unit}") == ("CLOSED", "NO_PASSAGE")
    assert decision.measures["closure@household"].floor_basis == decision.measures["closure@community"].floor_basis


def test_an_answer_names_facts_clauses_and_packs(answer: Answer):
    data = decision_as_dict(answer("2020-05-01", division_code=NANAN, tier="LOW", community_class="NO_CASE"))
    lifted = next(n for n in data["norms"] if n["id"] == "m38.low.lift-closure")
    assert lifted["because"] == {"tier": "LOW", "community_class": "NO_CASE"}
    assert lifted["clause"] == {"instrument": "minfa-2020-38", "number": "民发〔2020〕38号", "cite": "二(一)2"}
    assert {p["id"] for p in data["packs"]} == {"minfa-2020-9", "minfa-2020-38"}
    assert all(len(p["sha256"]) == 64 for p in data["packs"])
    assert data["measures"]["closure@community"]["cap_basis"]


@pytest.mark.parametrize(
    ("facts", "field", "hint"),
    [
        ({"teir": "LOW"}, "teir", "tier"),
        ({"tier": "LOWER"}, "tier", "LOW"),
        ({"tier": ["LOW"]}, "tier", "expected LOW"),
        ({"cases_14d": -1}, "cases_14d", "from 0 up"),
        ({"cases_14d": True}, "cases_14d", "from 0 up"),
        ({"clustered": "yes"}, "clustered", "true or false"),
        ({"division_code": "350583"}, "division_code", "12 digits"),
        ({"division_code": 350583001001}, "division_code", "12 digits"),
        (["tier"], "facts", "one object"),
    ],
)
def test_bad_facts_name_the_field_and_the_remedy(book: Rulebook, facts: object, field: str, hint: str):
    with pytest.raises(InputRefused) as refused:
        read_facts(facts, book.words)
    assert refused.value.field == field and hint in refused.value.why


def test_a_norm_that_yields_under_one_value_of_an_unknown_fact_does_not_vanish(answer: Answer):
    known = {"division_code": NANAN, "tier": "MEDIUM", "clustered": True, "cases_14d": 3}
    yields = answer("2020-07-01", **known, community_class="NO_CASE")
    binds = answer("2020-07-01", **known, community_class="OUTBREAK")
    unknown = answer("2020-07-01", **known)
    norm = "n40.unit.compound-closed"
    assert norm in {y.norm for y in yields.yielded} and norm in binds.norm_ids()
    assert norm in unknown.possible and norm not in {y.norm for y in unknown.yielded}
