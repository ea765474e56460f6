"""The list as a pure function: what is due, what is done, and that the order of the rows does not matter."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from linli.community.civil_days import start_of
from linli.records.program import Duty
from linli.worklist.items import Ask, Cited, Done, Member, Owner, Person, State, items_of

DAY = date(2020, 6, 10)
NOON = start_of(DAY) + timedelta(hours=12)
LIN = Person(id=UUID(int=7), name="林阿芳", birth_day=date(1950, 1, 1), division="350583001001", household=UUID(int=70))
WIDER = {"home_observed": {"home_observed"}, "inbound_arrival": {"inbound_arrival", "arrival"}, "elderly": {"elderly"}}


def ask(**changed):
    given = {
        "norm": "n.check", "instrument": "minfa-2020-9", "cite": "二(二)", "action": "health_check",
        "kind": "health_check", "is_household": False, "actor": "community",
        "who": frozenset({"home_observed"}), "rhythm": "daily",
    }  # fmt: skip
    return Ask(**given | changed)


def member(group="home_observed", from_day=DAY, person=LIN):
    return Member(resident=person.id, group=group, from_day=from_day, begun_at=start_of(from_day))


def check(at, *, number=1, kind="health_check", **changed):
    return Done(
        id=UUID(int=1000 + number), kind=kind, subject=LIN.id, day=at.date(), happened_at=at, received_at=at, **changed
    )


def made(asks=(), members=(), duties=(), done=(), *, day=DAY, at=NOON, people=(LIN,), required=lambda *_: True):
    return items_of(
        day=day,
        at=at,
        asks=asks,
        members=members,
        people={person.id: person for person in people},
        homes={},
        wider=lambda group: frozenset(WIDER.get(group, {group})),
        required=required,
        duties=duties,
        done=done,
        cited=lambda duty: tuple(Cited(instrument=c, cite="", norm="") for c in duty.clauses),
        owner=lambda item: Owner(worker=1, name="陈志明"),
    )


def test_a_daily_check_is_due_then_done_then_missed():
    asks, members = [ask()], [member()]
    assert [item.state for item in made(asks, members)] == [State.DUE]
    done = made(asks, members, done=[check(NOON)])
    assert [(item.state, item.done_by.id) for item in done] == [(State.DONE, UUID(int=1001))]
    tomorrow = NOON + timedelta(days=1)
    assert [item.state for item in made(asks, members, at=tomorrow)] == [State.MISSED]
    # Yesterday's check does nothing for today.
    assert [item.state for item in made(asks, members, done=[check(NOON - timedelta(days=1))])] == [State.DUE]


def test_norms_that_ask_the_same_make_one_item_with_both_clauses():
    asks = [ask(), ask(norm="n.inbound", instrument="minfa-2020-38", cite="二(一)1", who=frozenset({"arrival"}))]
    members = [member(), member("inbound_arrival")]
    (item,) = made(asks, members)
    assert [cited.norm for cited in item.clauses] == ["n.inbound", "n.check"]


def test_a_one_off_thing_is_late_until_done_and_then_gone():
    asks = [ask(kind="health_notice", rhythm="once", who=frozenset({"arrival"}))]
    members = [member("inbound_arrival")]
    later = DAY + timedelta(days=3)
    (item,) = made(asks, members, day=later, at=start_of(later) + timedelta(hours=8))
    assert (item.state, item.due_to) == (State.LATE, start_of(DAY + timedelta(days=1)))
    entry = check(NOON, kind="health_notice")
    assert [item.state for item in made(asks, members, done=[entry])] == [State.DONE]
    assert made(asks, members, done=[entry], day=later, at=start_of(later)) == []


def test_what_is_due_within_hours_of_an_arrival_counts_from_when_it_became_known():
    asks = [ask(kind="health_notice", rhythm="once", within_hours=2)]
    known = replace(member(), begun_at=NOON)
    (item,) = made(asks, [known], at=NOON + timedelta(hours=3))
    assert (item.due_to, item.state) == (NOON + timedelta(hours=2), State.LATE)


def test_a_weekly_visit_keeps_its_weekday_and_is_asked_once_in_its_week():
    asks = [ask(kind="visit", rhythm="weekly", who=frozenset({"elderly"}))]
    members = [member("elderly", from_day=DAY - timedelta(days=30))]
    windows = {made(asks, members, day=DAY + timedelta(days=n), at=NOON)[0].due_from for n in range(14)}
    assert len(windows) in (2, 3)
    (item,) = made(asks, members)
    visit = check(item.due_from + timedelta(hours=1), kind="visit")
    days = [item.due_from.date() + timedelta(days=n) for n in range(8)]
    lists = [made(asks, members, done=[visit], day=day, at=start_of(day) + timedelta(hours=9)) for day in days]
    assert [[one.state for one in found] for found in lists] == [[State.DONE], [], [], [], [], [], [], [State.DUE]]


def test_age_counts_on_the_day():
    asks = [ask(who=frozenset({"elderly"}), min_age=65)]
    young = replace(LIN, birth_day=DAY.replace(year=DAY.year - 65) + timedelta(days=1))
    assert made(asks, [member("elderly")], people=[young]) == []
    assert len(made(asks, [member("elderly")], people=[replace(young, birth_day=DAY.replace(year=DAY.year - 65))])) == 1


def test_a_restrictive_thing_is_asked_only_where_the_policy_requires_it():
    asks = [ask(kind="observation_step", action="home_observation", is_restrictive=True, who=frozenset({"arrival"}))]
    asked = []

    def required(action, actor, groups):
        asked.append((action, actor, groups))
        return False

    assert made(asks, [member("inbound_arrival"), member("elderly")], required=required) == []
    assert asked == [("home_observation", "community", ("inbound_arrival",))]


def test_an_excuse_names_the_item_and_its_reason():
    asks, members = [ask()], [member()]
    (item,) = made(asks, members)
    excuse = check(NOON, kind="excuse", excuses=item.id, reason="台风停运")
    (excused,) = made(asks, members, done=[excuse])
    assert (excused.state, excused.done_by.reason) == (State.EXCUSED, "台风停运")
    # Another day is not excused by it.
    assert made(asks, members, done=[excuse], day=DAY + timedelta(days=1))[0].state == State.DUE


def test_an_urgent_duty_stands_first_and_is_done_by_an_entry_about_it():
    duty = Duty(
        kind="referral", actor="clinic", resident=LIN.id, due_from=NOON, due_to=NOON + timedelta(minutes=10),
        is_urgent=True, about="alert-1", clauses=("minfa-2020-9 二(二)",),
    )  # fmt: skip
    items = made([ask()], [member()], [duty])
    assert [(item.kind, item.is_urgent) for item in items] == [("referral", True), ("health_check", False)]
    after = NOON + timedelta(minutes=20)
    assert made([], [], [duty], at=after)[0].state == State.LATE
    other = check(NOON + timedelta(minutes=5), kind="referral", about="alert-2")
    assert made([], [], [duty], [other], at=after)[0].state == State.LATE
    own = check(NOON + timedelta(minutes=6), kind="referral", about="alert-1", number=2)
    assert made([], [], [duty], [other, own], at=after)[0].state == State.DONE


PEOPLE = [replace(LIN, id=UUID(int=n + 1), name=f"居民{n}", household=UUID(int=100 + n)) for n in range(4)]
members_ = st.lists(
    st.builds(
        Member,
        resident=st.sampled_from([person.id for person in PEOPLE]),
        group=st.sampled_from(list(WIDER)),
        from_day=st.dates(DAY - timedelta(days=20), DAY),
        begun_at=st.just(NOON),
    ),
    max_size=8,
    unique_by=lambda one: (one.resident, one.group),
)
done_ = st.lists(
    st.builds(
        lambda number, subject, kind, hours: Done(
            id=UUID(int=number),
            kind=kind,
            subject=subject,
            day=(NOON - timedelta(hours=hours)).date(),
            happened_at=NOON - timedelta(hours=hours),
            received_at=NOON,
        ),
        st.integers(1, 10**6),
        st.sampled_from([person.id for person in PEOPLE]),
        st.sampled_from(["health_check", "visit"]),
        st.integers(0, 24 * 20),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
asks_ = st.lists(
    st.builds(
        lambda kind, rhythm, who, number: ask(kind=kind, rhythm=rhythm, who=frozenset({who}), norm=f"n.{number}"),
        st.sampled_from(["health_check", "visit"]),
        st.sampled_from(["daily", "weekly", "once"]),
        st.sampled_from(["home_observed", "arrival", "elderly"]),
        st.integers(0, 50),
    ),
    max_size=6,
)


@given(asks_, members_, done_, st.randoms())
def test_equal_rows_in_any_order_make_equal_lists(asks, members, done, random):
    first = made(asks, members, (), done, people=PEOPLE)
    for rows in (asks, members, done):
        random.shuffle(rows)
    assert made(asks, members, (), done, people=PEOPLE) == first


@given(asks_, members_, done_)
def test_nobody_asked_for_is_lost_and_nothing_is_asked_twice(asks, members, done):
    items = made(asks, members, (), done, people=PEOPLE)
    assert len({item.id for item in items}) == len(items)
    assert len({(item.kind, item.subject) for item in items}) == len(items)
    daily = {
        (one.kind, member.resident)
        for one in asks
        for member in members
        if one.rhythm == "daily" and WIDER[member.group] & one.who
    }
    assert daily <= {(item.kind, item.subject) for item in items}
    assert all(item.clauses and item.owner.name for item in items)


@given(asks_, members_, done_, st.integers(0, 40))
def test_every_item_of_a_past_day_is_done_missed_or_late(asks, members, done, hours):
    at = start_of(DAY + timedelta(days=1)) + timedelta(hours=hours)
    for item in made(asks, members, (), done, at=at, people=PEOPLE):
        weekly_and_open = item.is_bound and at < item.due_to
        assert item.state in (State.DONE, State.MISSED, State.LATE) or weekly_and_open
        assert item.state is not State.DONE or isinstance(item.done_by.happened_at, datetime)
