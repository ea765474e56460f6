"""Whatever happens in whatever order: one course, one register, one state for each day, never longer than allowed."""

import random
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.civil_days import start_of
from linli.policy.facts import PlaceFacts
from linli.policy.rulebook import open_rulebook
from linli.programs.observation.course import (
    LEGAL,
    RELEASE,
    STEP,
    TIMED,
    check_release,
    check_step,
    courses_of,
    place_of,
    steps_possible,
)
from linli.programs.observation.grounds import HOME_OBSERVATION, View, ground_of, judged_end
from linli.programs.observation.program import observed, released
from linli.programs.observation.strip import DayState, strip_of
from linli.records.program import EntryRefused, Fact, item_id

# A shared machine may be slow; nothing here is about speed.
usual = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2020, 6, 1)
PERSON = UUID(int=7)
KINDS = [*LEGAL, "RELEASE", "EARLY", "CHECK", "FEVER", "EXCUSE"]


@cache
def rulebook():
    return open_rulebook()


def fact(number, name, day, hour, length):
    on = FIRST + timedelta(days=day)
    kind, payload, abnormal = STEP, {"step": name}, name == "FEVER"
    if name in TIMED:
        payload["until"] = str(on + timedelta(days=length))
    if name == "RESTART":
        payload["exposed_on"] = str(on)
    if name in ("RELEASE", "EARLY"):
        kind, payload = RELEASE, {"released_on": str(on)}
        if name == "EARLY":
            payload |= {"early": True, "early_reason": "MEDICAL"}
    if name in ("CHECK", "FEVER"):
        kind, payload = "health_check", {"temperature": 38.0 if abnormal else 36.5}
    if name == "EXCUSE":
        kind, payload = "excuse", {"item": item_id("health_check", PERSON, start_of(on)), "reason": "出差"}
    return Fact(
        id=UUID(int=number),
        kind=kind,
        version=1,
        day=on,
        happened_at=datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI),
        payload=payload,
        is_abnormal=abnormal,
        resident=PERSON,
    )


events = st.tuples(st.sampled_from(KINDS), st.integers(0, 40), st.integers(0, 23), st.integers(1, 14))
wild = st.lists(events, max_size=25).map(lambda rows: [fact(number, *row) for number, row in enumerate(rows, start=1)])


def _likely(rows):
    """A history in which most steps are legal: each is chosen among those possible where the person is."""
    facts, day, hour = [], 0, 0
    for number, (pick, gap, length) in enumerate(rows, start=1):
        day, hour = (day + gap, 0) if gap else (day, min(hour + 1, 23))
        on = FIRST + timedelta(days=day)
        found = courses_of(facts)
        course = found[-1] if found else None
        options = [*steps_possible(course, day=on), "CHECK", "FEVER", "EXCUSE"]
        if course is not None and course.release is None:
            options += ["EARLY"] if on < course.stated_end else ["RELEASE"]
        facts.append(fact(number, options[pick % len(options)], day, hour, length))
    return facts


likely = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 4), st.integers(1, 14)), min_size=3, max_size=18).map(
    _likely
)
histories = st.one_of(likely, wild)


def allowed(draft, before):
    try:
        if draft.kind == STEP:
            check_step(draft, before)
        elif draft.kind == RELEASE:
            check_release(draft, before)
    except EntryRefused:
        return False
    return True


def spans(facts):
    return [*observed(facts), *released(facts)]


@usual
@given(histories, st.integers())
def test_the_same_entries_in_any_order_give_the_same_courses_and_registers(facts, seed):
    shuffled = list(facts)
    random.Random(seed).shuffle(shuffled)
    assert courses_of(shuffled) == courses_of(facts)
    assert spans(shuffled) == spans(facts)


@usual
@given(histories, st.integers())
def test_entries_that_come_in_late_and_are_sent_again_end_where_they_would_have_in_order(facts, seed):
    history = []
    for one in sorted(facts, key=lambda one: (one.happened_at, one.id)):
        if allowed(one, history):
            history.append(one)
    waiting, known = list(history), []
    random.Random(seed).shuffle(waiting)
    while waiting:
        refused = []
        for one in waiting:
            (known if allowed(one, known) else refused).append(one)
        assert len(refused) < len(waiting)
        waiting = refused
    assert courses_of(known) == courses_of(history)
    assert spans(known) == spans(history)


@usual
@given(histories, st.integers(0, 60))
def test_every_day_of_an_observation_is_in_exactly_one_state(facts, today):
    day = FIRST + timedelta(days=today)
    for course in courses_of(facts):
        strip = strip_of(course, facts, resident=PERSON, end=course.end, day=day)
        assert [square.day for square in strip] == [
            course.start + timedelta(days=number) for number in range((course.end - course.start).days)
        ]
        made = {one.day for one in facts if one.kind == "health_check"}
        for square in strip:
            assert (square.state in (DayState.DONE, DayState.ABNORMAL)) == (square.day in made)
            assert (square.state is DayState.TO_COME) <= (square.day > day)
            assert (square.state is DayState.TODAY) <= (square.day == day)
            assert (square.state is DayState.MISSED) <= (square.day < day)


@usual
@given(histories)
def test_places_follow_one_another_without_a_gap_and_a_person_is_in_one_only(facts):
    courses = courses_of(facts)
    for course in courses:
        phases = course.phases
        if phases:
            assert phases[0].from_day == course.start and phases[-1].to_day == course.end
        for one, after in pairwise(phases):
            assert one.to_day == after.from_day and one.place != after.place
        assert course.end <= course.stated_end
    for one, after in pairwise(courses):
        assert one.end <= after.start or one.released_on is not None
    for span in observed(facts):
        assert span.to_day is not None and span.from_day < span.to_day


@usual
@given(histories, st.integers(0, 60))
def test_what_is_offered_is_what_is_allowed(facts, today):
    day = FIRST + timedelta(days=today)
    before = [one for one in facts if one.day < day]
    course = courses_of(before)[-1] if courses_of(before) else None
    offered = set(steps_possible(course, day=day))
    assert offered == {step for step, ways in LEGAL.items() if place_of(course, day=day) in ways}
    for step in offered - {"EXTEND", "RESTART"}:
        assert allowed(fact(999, step, today, 23, 14), before)


PLACES = st.sampled_from([("LOW", "NO_CASE"), ("MEDIUM", "OUTBREAK"), ("HIGH", "TRANSMISSION"), ("LOW", "OUTBREAK")])
GROUPS = st.lists(
    st.sampled_from(
        ["arrival", "arrival_low_risk", "arrival_low_risk_proven", "arrival_high_risk", "inbound_arrival",
         "close_contact", "secondary_contact", "isolated_family", "recovered", "holiday_returnee", "elderly_alone"]
    ),
    max_size=4,
)  # fmt: skip


@usual
@given(
    st.integers(0, 1100),
    st.lists(st.tuples(st.integers(0, 20), PLACES), min_size=1, max_size=6),
    GROUPS,
    st.integers(1, 40),
)
def test_an_observation_never_lasts_longer_than_the_norms_of_any_of_its_days_allow(first, places, groups, stated):
    book, start = rulebook(), date(2020, 1, 20) + timedelta(days=first)
    views = []
    for after, (tier, kind) in sorted({0: places[0][1], **dict(places)}.items()):
        day = start + timedelta(days=after)
        facts = PlaceFacts("350583001001", {"tier": tier, "community_class": kind})
        ground = ground_of(book, facts, groups, day, HOME_OBSERVATION)
        views.append(View(day=day, here=ground, at_home=ground))
    judged = judged_end(counts_from=start, stated_end=start + timedelta(days=stated), views=views)
    assert start <= judged.end <= start + timedelta(days=stated)
    for view in views:
        if view.day < judged.end:
            assert view.here.is_lawful
            assert judged.end <= max(view.day, start + timedelta(days=view.here.most_days))
    mixed = groups[:]
    random.Random(first).shuffle(mixed)
    assert ground_of(book, facts, mixed, day, HOME_OBSERVATION) == ground


@usual
@given(GROUPS, PLACES, st.integers(0, 1100))
def test_a_ground_always_cites_and_an_exemption_is_never_a_ground(groups, place, after):
    day = date(2020, 1, 20) + timedelta(days=after)
    facts = PlaceFacts("350583001001", {"tier": place[0], "community_class": place[1]})
    ground = ground_of(rulebook(), facts, groups, day, HOME_OBSERVATION)
    if ground.is_lawful:
        assert ground.norms and ground.clauses and ground.packs and ground.most_days is not None
        assert not ground.is_exempt
        assert all(rulebook().norm[one].mode != "must_not" for one in ground.norms)
    else:
        assert ground.say.zh and ground.say.en
