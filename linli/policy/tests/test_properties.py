"""What holds of every decision, whatever the facts: laws of unknown facts, intervals, units, bins and verdicts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from linli.policy.cells import CellSpace
from linli.policy.decide import Decision, decide
from linli.policy.facts import PlaceFacts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.rulebook import Rulebook, open_rulebook
from linli.policy.sweep import sweep_table

FIRST = date(2020, 1, 1)
CODES = ("350583001001", "350582001001", "330106001001")

laws = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@cache
def book() -> Rulebook:
    return open_rulebook()


def value_of(name: str) -> st.SearchStrategy:
    fact = book().words.facts[name]
    return st.integers(0, 20) if fact.type == "count" else st.sampled_from(fact.values)


@st.composite
def days(draw: st.DrawFn) -> date:
    """Any day of the years in question, as often as not next to a change of the norms."""
    near = draw(st.sampled_from(book().cuts)) + timedelta(days=draw(st.integers(-1, 1)))
    return draw(st.sampled_from([near, FIRST + timedelta(days=draw(st.integers(0, 1300)))]))


@st.composite
def places(draw: st.DrawFn, *, known: bool = False) -> PlaceFacts:
    names = list(book().words.facts)
    given_ = names if known else draw(st.lists(st.sampled_from(names), unique=True, min_size=3))
    code = draw(st.sampled_from(CODES if known else (*CODES, *CODES, "")))
    return PlaceFacts(code, {name: draw(value_of(name)) for name in given_})


@st.composite
def completed(draw: st.DrawFn, place: PlaceFacts) -> PlaceFacts:
    """The same place with a value for everything unknown."""
    rest = {name: draw(value_of(name)) for name in book().words.facts if name not in place.values}
    return PlaceFacts(place.division_code or draw(st.sampled_from(CODES)), dict(place.values) | rest)


def intervals(decision: Decision) -> dict[str, tuple[int, int]]:
    return {name: (measure.floor, measure.cap) for name, measure in decision.measures.items()}


def is_power(decision: Decision, norm: str) -> bool:
    """Whether a norm obliges or lets somebody restrict others."""
    found = book().norm[norm]
    return found.mode != "must_not" and book().words.actions[found.action].kind == "restrictive"


@given(st.data(), days())
@laws
def test_with_facts_unknown_no_more_may_be_imposed_than_under_any_of_their_values(data: st.DataObject, day: date):
    place = data.draw(places())
    vague = decide(book(), place, day)
    for _ in range(4):
        clear = decide(book(), data.draw(completed(place)), day)
        for name, measure in vague.measures.items():
            assert measure.cap <= clear.measures[name].cap
            assert measure.floor <= clear.measures[name].floor
        granted = {norm for norm in vague.norm_ids() if is_power(vague, norm)}
        assert granted <= clear.norm_ids() | {y.norm for y in clear.yielded}


@given(st.data(), days())
@laws
def test_with_facts_unknown_every_duty_and_ban_of_any_of_their_values_is_shown(data: st.DataObject, day: date):
    place = data.draw(places())
    vague = decide(book(), place, day)
    for _ in range(4):
        clear = decide(book(), data.draw(completed(place)), day)
        for norm in clear.norm_ids():
            assert norm in vague.norm_ids() or (is_power(clear, norm) and norm in vague.possible), norm


@given(st.data(), days())
@laws
def test_a_fact_that_is_not_asked_for_would_change_nothing(data: st.DataObject, day: date):
    place = data.draw(places())
    vague = decide(book(), place, day)
    rest = {n: data.draw(value_of(n)) for n in book().words.facts if n not in place.values and n not in vague.unknown}
    assume(rest)
    clear = decide(book(), PlaceFacts(place.division_code, dict(place.values) | rest), day)
    assert clear.norm_ids() == vague.norm_ids() and intervals(clear) == intervals(vague)
    assert clear.unknown == vague.unknown and clear.possible == vague.possible


@given(places(), days())
@laws
def test_no_floor_stands_above_its_cap(place: PlaceFacts, day: date):
    for measure in decide(book(), place, day).measures.values():
        assert 0 <= measure.floor <= measure.cap < len(measure.action.scale.steps)
        assert measure.floor == 0 or measure.floor_basis
        assert measure.cap == 0 or measure.cap_basis


@given(places(), days())
@laws
def test_what_is_owed_on_a_larger_unit_is_owed_on_the_smaller_ones_or_the_reason_is_shown(place: PlaceFacts, day: date):
    decision = decide(book(), place, day)
    for name, measure in decision.measures.items():
        for larger in book().words.wider_units(name):
            owed = decision.measures[larger.id].floor
            assert measure.floor >= owed or measure.yielded or measure.undecided


@given(st.data(), places(known=True), days())
@laws
def test_counts_in_one_bin_have_one_answer(data: st.DataObject, place: PlaceFacts, day: date):
    axis = next(axis for axis in book().axes if axis.lows is not None)
    other = data.draw(value_of(axis.fact))
    moved = PlaceFacts(place.division_code, dict(place.values) | {axis.fact: other})
    a, b = decide(book(), place, day), decide(book(), moved, day)
    if axis.bin(place.values[axis.fact]) == axis.bin(other):
        assert a.norm_ids() == b.norm_ids() and intervals(a) == intervals(b)
        assert a.undecided == b.undecided and a.yielded == b.yielded


@given(st.data(), places(), days())
@laws
def test_no_verdict_allows_a_step_above_the_cap(data: st.DataObject, place: PlaceFacts, day: date):
    actions = [a for a in book().words.actions.values() if a.kind == "restrictive" and a.has_steps]
    action = data.draw(st.sampled_from(actions))
    level = data.draw(st.sampled_from(action.scale.steps))
    by = data.draw(st.sampled_from(["property_company", "community", "township", "county_command", "government"]))
    order = {"action": action.id, "level": level, "by": by, "from": day.isoformat()}
    verdict = judge(book(), read_order(order, book().words), place, day)
    step = action.scale.index(level)
    for facts in (place, data.draw(completed(place))):
        measure = decide(book(), facts, day).measures[action.id]
        if verdict.verdict in ("REQUIRED", "ALLOWED", "NEEDS_AUTHORITY"):
            assert step <= measure.cap
        if verdict.alternative and verdict.alternative.action is action and verdict.verdict != "FALLS_SHORT":
            assert action.scale.index(verdict.alternative.level) <= measure.cap
    if step < decide(book(), place, day).measures[action.id].floor:
        assert verdict.verdict == "FALLS_SHORT"


@given(st.lists(st.tuples(places(), days()), min_size=1, max_size=30))
@settings(laws, max_examples=25)
def test_a_sweep_gives_every_row_the_answer_that_deciding_it_alone_gives(rows: list[tuple[PlaceFacts, date]]):
    names = ["division_code", *book().words.facts]
    columns = {name: np.array([place.as_dict().get(name) for place, _ in rows], dtype=object) for name in names}
    columns["day"] = np.array([day.isoformat() for _, day in rows])
    answers = sweep_table(CellSpace(book()), columns)
    for row, (place, day) in enumerate(rows):
        alone, swept = decide(book(), place, day), answers[row]
        assert swept.norm_ids() == alone.norm_ids() and swept.measures == alone.measures
        assert swept.yielded == alone.yielded and swept.undecided == alone.undecided
        assert swept.unknown == alone.unknown and swept.possible == alone.possible
        assert [a.depends_on for a in swept.norms] == [a.depends_on for a in alone.norms]
        assert all(set(a.because) == set(b.because) for a, b in zip(swept.norms, alone.norms, strict=True))
