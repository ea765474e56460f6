"""Proposed orders: lawful or not, who could decide, what would be lawful instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from linli.policy.judge import Verdict, verdict_as_dict
from linli.policy.order import read_order
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook

Judged = Callable[..., Verdict]

LOW = {"division_code": "350583001001", "tier": "LOW", "community_class": "NO_CASE"}
MEDIUM = {"division_code": "350583001001", "tier": "MEDIUM", "community_class": "OUTBREAK", "clustered": False}
HIGH = {"division_code": "350583001001", "tier": "HIGH", "community_class": "TRANSMISSION"}


def test_sealing_a_compound_in_a_low_risk_community_exceeds(verdict: Judged):
    found = verdict("2020-05-01", {"action": "closure@compound", "level": "UNIT_SEALED"}, **LOW)
    data = verdict_as_dict(found)
    assert data["verdict"] == "EXCEEDS"
    assert {"二(一)2", "三(三)"} <= {c["cite"] for c in data["clauses"]}
    assert data["lawful_alternative"] == {"action": "closure@compound", "level": "SEMI_CLOSED", "until": None}
    assert "不能这样办" in data["explain"]["zh"] and "可以这样办" in data["explain"]["zh"]


def test_what_must_be_done_is_required_and_less_falls_short(verdict: Judged):
    closed = verdict("2020-05-01", {"action": "closure@community", "level": "CLOSED"}, **MEDIUM)
    less = verdict("2020-05-01", {"action": "closure@community", "level": "REGISTER"}, **MEDIUM)
    assert closed.verdict == "REQUIRED"
    assert less.verdict == "FALLS_SHORT" and less.alternative is not None and less.alternative.level == "CLOSED"


def test_a_smaller_unit_is_offered_where_only_it_may_be_sealed(verdict: Judged):
    found = verdict("2020-07-01", {"action": "closure@compound", "level": "UNIT_SEALED"}, **MEDIUM, cases_14d=3)
    assert found.verdict == "EXCEEDS"
    assert [a.action.id for a in found.smaller] == ["closure@household"]


def test_forbidding_passage_is_for_the_command(verdict: Judged):
    order = {"action": "closure@community", "level": "NO_PASSAGE"}
    asked = verdict("2020-07-01", order, **HIGH)
    assert asked.verdict == "NEEDS_AUTHORITY" and "county_command" in asked.authority
    assert asked.alternative is not None and asked.alternative.level == "CLOSED"
    assert verdict("2020-07-01", order | {"by": "county_command"}, **HIGH).verdict == "ALLOWED"


def test_an_actor_above_the_named_one_may_decide(verdict: Judged):
    order = {"action": "closure@community", "level": "CLOSED", "by": "government"}
    assert verdict("2020-05-01", order, **MEDIUM).verdict == "REQUIRED"
    assert verdict("2020-05-01", order | {"by": "volunteer"}, **MEDIUM).verdict == "NEEDS_AUTHORITY"


@pytest.mark.row("A7")
def test_only_two_papers_may_be_asked_for(verdict: Judged):
    for day in ("2020-05-01", "2021-02-01", "2023-02-01"):
        for by in ("employer", "property_company", "community", "government"):
            found = verdict(day, {"action": "extra_certificate", "paper": "OTHER", "by": by}, **LOW)
            assert found.verdict == "EXCEEDS" and "三(二)" in {c["cite"] for c in verdict_as_dict(found)["clauses"]}
    for paper in ("RESIDENCE_CERTIFICATE", "RELEASE_NOTICE"):
        found = verdict("2020-05-01", {"action": "extra_certificate", "paper": paper, "by": "employer"}, **LOW)
        assert found.verdict == "ALLOWED"


def test_observation_is_for_fourteen_days_no_more_no_less(verdict: Judged):
    order: dict[str, Any] = {"action": "home_observation", "who": ["arrival_high_risk"]}
    assert verdict("2020-03-01", order | {"days": 14}, **LOW).verdict == "REQUIRED"
    longer = verdict("2020-03-01", order | {"days": 21}, **LOW)
    assert longer.verdict == "EXCEEDS" and longer.alternative is not None
    assert longer.alternative.until == date(2020, 3, 15)
    assert verdict("2020-03-01", order | {"days": 7}, **LOW).verdict == "FALLS_SHORT"


def test_an_exempt_arrival_is_not_isolated(verdict: Judged):
    order = {"action": "home_observation", "who": ["arrival_low_risk_proven"], "days": 14}
    found = verdict("2020-05-01", order, **LOW)
    assert found.verdict == "EXCEEDS" and "二(一)1" in {c["cite"] for c in verdict_as_dict(found)["clauses"]}
    assert verdict("2020-04-13", order, **LOW).verdict == "REQUIRED"


def test_the_gravest_verdict_of_several_groups_counts(verdict: Judged):
    order = {"action": "home_observation", "who": ["arrival_high_risk", "arrival_low_risk_proven"], "days": 14}
    assert verdict("2020-05-01", order, **LOW).verdict == "EXCEEDS"


def test_central_observation_by_persuasion_needs_consent(verdict: Judged):
    order = {"action": "central_observation", "who": ["arrival_medium_risk"], "days": 14}
    willing = verdict("2020-07-01", order | {"consent": True}, **LOW)
    forced = verdict("2020-07-01", order, **LOW)
    assert willing.verdict == "ALLOWED"
    assert forced.verdict == "EXCEEDS" and forced.alternative is not None
    assert forced.alternative.action.id == "home_observation"


def test_a_service_that_nobody_forbids_is_allowed(verdict: Judged):
    found = verdict("2020-05-01", {"action": "goods_delivery", "who": ["courier"]}, **LOW)
    assert found.verdict == "ALLOWED" and found.norms == ()


def test_before_any_grant_or_guard_there_is_no_basis(verdict: Judged):
    found = verdict("2020-03-01", {"action": "closure@community", "level": "CLOSED"}, **LOW)
    assert found.verdict == "NO_BASIS"
    assert found.alternative is not None and found.alternative.level == "REGISTER"


def test_an_order_that_outlives_its_ground_says_until_when(verdict: Judged):
    found = verdict("2022-12-20", {"action": "closure@community", "level": "CLOSED", "days": 30}, **MEDIUM)
    assert found.verdict == "REQUIRED" and found.lawful_until == date(2023, 1, 6)


def test_after_the_shift_of_2023_power_is_gone_and_the_guards_stay(verdict: Judged):
    found = verdict("2023-01-06", {"action": "closure@compound", "level": "UNIT_SEALED"}, **HIGH)
    assert found.verdict == "EXCEEDS"
    assert found.alternative is not None and found.alternative.level == "OPEN"


def test_an_unknown_tier_gives_the_mild_answer_and_asks(verdict: Judged):
    found = verdict("2020-05-01", {"action": "closure@community", "level": "CLOSED"}, community_class="OUTBREAK")
    assert found.verdict == "EXCEEDS" and "tier" in found.unknown


def test_an_order_without_a_level_means_the_plain_word(verdict: Judged):
    assert verdict("2020-05-01", {"action": "gathering", "by": "township"}, **HIGH).order.level == 2


def test_collecting_twice_is_forbidden_from_2023_and_without_basis_before(verdict: Judged):
    order = {"action": "duplicate_collection", "by": "township"}
    assert verdict("2023-01-06", order, **LOW).verdict == "EXCEEDS"
    assert verdict("2022-06-01", order, **LOW).verdict == "NO_BASIS"


@pytest.mark.parametrize(
    ("order", "field", "hint"),
    [
        ({"action": "closure@compond"}, "action", "closure@compound"),
        ({"action": "closure@compound", "level": "SEALED"}, "level", "UNIT_SEALED"),
        ({"action": "closure@community", "unit": "compound"}, "unit", "closure@compound"),
        ({"action": "closure@compound", "unit": "flat"}, "unit", "unknown unit"),
        ({"action": "home_observation", "who": ["arivals"]}, "who", "arrival"),
        ({"action": "home_observation", "who": "arrival"}, "who", "a list"),
        ({"action": "gathering", "by": "comunity"}, "by", "community"),
        ({"action": "gathering", "to": "2020-05-01"}, "to", "not after its first day"),
        ({"action": "gathering", "to": "2020-04-30"}, "to", "not after its first day"),
        ({"action": "gathering", "from": "2020-02-30"}, "from", "there is no day"),
        ({"action": "gathering", "from": "1 May"}, "from", "expected a day"),
        ({"action": "gathering", "days": 0}, "days", "whole number of days"),
        ({"action": "gathering", "days": 5, "to": "2020-05-20"}, "days", "give one of the two"),
        ({"action": "extra_certificate", "paper": "PASS"}, "paper", "RESIDENCE_CERTIFICATE"),
        ({"action": "gathering", "leval": "FREE"}, "leval", "level"),
        ({"action": "venue", "unit": "place_kind", "place": "libary"}, "place", "library"),
        ({"action": "gathering", "consent": "yes"}, "consent", "true or false"),
    ],
)
def test_a_bad_order_names_the_field_and_the_remedy(book: Rulebook, order: dict[str, Any], field: str, hint: str):
    with pytest.raises(InputRefused) as refused:
        read_order({"by": "community", "from": "2020-05-01"} | order, book.words)
    assert refused.value.field == field and hint in refused.value.why
