"""From one community to another: until the other side says yes, nothing changes."""

from datetime import date, timedelta

import pytest

from linli.community.models import Residence
from linli.community.people.operations import Home, end_residence
from linli.programs.keypeople.handovers import handovers_of, handovers_since, open_handovers
from linli.programs.keypeople.lost import Why, communities_of, lost_in
from linli.programs.keypeople.operations import (
    Lodging,
    acknowledge_outside,
    hand_over,
    receive,
    register_arrival,
    send_back,
    take_back,
)
from linli.programs.keypeople.program import PROGRAM
from linli.programs.keypeople.tests.conftest import STAFF, THERE
from linli.records.models import Enrolment
from linli.records.operations import Draft, record_entry
from linli.records.program import EntryRefused, Scope

HERE, OVER_THERE, COUNTY = "350583001001", "350583001002", "350583000000"
ARRIVAL = {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH"}


@pytest.fixture
def arrived(resident, at):
    register_arrival(resident, payload=ARRIVAL, by=STAFF, at=at)
    return resident


@pytest.fixture
def sent(arrived, next_door, later):
    """陈小明 goes to 中山社区, who have not answered yet."""
    hand_over(arrived, to=next_door.community, reason="MOVED", address="5号楼302", by=STAFF, at=later(hours=1))
    return one_of(arrived)


def one_of(resident):
    return handovers_of([resident.pk])[-1]


def owed(division, day, at):
    duties = PROGRAM.duties(Scope(divisions=(division,), day=day, at=at))
    return [(duty.kind, duty.resident, duty.about) for duty in duties]


def lives(resident, day):
    return communities_of([resident.pk], day=day)[resident.pk]


@pytest.mark.row("C3")
def test_until_the_other_side_answers_nothing_changes_but_their_list(arrived, sent, next_door, day, at, later):
    assert lives(arrived, day) == (HERE,)
    assert owed(HERE, day, at) == []
    assert owed(OVER_THERE, day, at) == [("handover_received", arrived.pk, str(sent.id))]
    assert (sent.is_open, sent.from_division, sent.to_division) == (True, HERE, OVER_THERE)
    assert sent.to_place == next_door.community.full_name


@pytest.mark.row("C3")
def test_with_the_answer_the_person_lives_there_and_stays_on_the_registers(arrived, sent, next_door, day, later):
    before = set(Enrolment.objects.values_list("group", "from_day", "to_day"))
    then = later(hours=3)
    receive(sent, lodging=Lodging(home=Home(household=next_door.flat), kind="RENTER"), by=THERE, at=then)
    assert lives(arrived, day) == (OVER_THERE,)
    assert list(arrived.residences.values_list("household", "division", "from_day", "to_day", "end_reason")) == [
        (None, HERE, date(2020, 5, 1), date(2020, 6, 10), "MOVED"),
        (next_door.flat.pk, None, date(2020, 6, 10), None, ""),
    ]
    assert set(Enrolment.objects.values_list("group", "from_day", "to_day")) == before
    assert one_of(arrived).was_accepted
    assert owed(OVER_THERE, date(2020, 6, 11), later(days=1)) == []
    assert open_handovers() == []


def test_without_a_household_the_community_takes_the_person(arrived, sent, next_door, day, later):
    receive(sent, lodging=Lodging(home=Home(division=next_door.community)), by=THERE, at=later(hours=3))
    assert lives(arrived, day) == (OVER_THERE,)


def test_a_household_of_others_is_refused_and_nothing_is_written(grid, arrived, sent, day, later):
    with pytest.raises(EntryRefused, match="handover_of_others"):
        receive(sent, lodging=Lodging(home=Home(household=grid.flat)), by=THERE, at=later(hours=3))
    assert lives(arrived, day) == (HERE,)
    assert one_of(arrived).is_open


@pytest.mark.row("C3")
def test_sent_back_with_a_reason_the_sender_goes_on(arrived, sent, next_door, day, later):
    with pytest.raises(EntryRefused, match="return_needs_reason"):
        send_back(sent, why="", by=THERE, at=later(hours=2))
    send_back(sent, why="没有这个人来，电话打不通", by=THERE, at=later(hours=2))
    assert lives(arrived, day) == (HERE,)
    assert not one_of(arrived).was_accepted
    with pytest.raises(EntryRefused, match="handover_answered"):
        receive(sent, lodging=Lodging(home=Home(division=next_door.community)), by=THERE, at=later(hours=3))
    hand_over(arrived, to=next_door.community, reason="MOVED", by=STAFF, at=later(hours=4))
    assert one_of(arrived).is_open


def test_one_handover_at_a_time(arrived, sent, places, later):
    with pytest.raises(EntryRefused, match="handover_open"):
        hand_over(arrived, to=places["省身村委会"], reason="MOVED", by=STAFF, at=later(hours=2))


def test_taken_back_it_is_gone_and_one_that_was_answered_stays(arrived, sent, next_door, day, at, later):
    take_back(sent, reason="选错了人", by=STAFF, at=later(hours=2))
    assert owed(OVER_THERE, day, at) == []
    assert handovers_of([arrived.pk]) == []
    hand_over(arrived, to=next_door.community, reason="MOVED", by=STAFF, at=later(hours=3))
    again = one_of(arrived)
    receive(again, lodging=Lodging(home=Home(division=next_door.community)), by=THERE, at=later(hours=4))
    with pytest.raises(EntryRefused, match="handover_answered"):
        take_back(again, reason="后悔了", by=STAFF, at=later(hours=5))


@pytest.mark.parametrize(
    ("place", "code"), [("溪美社区居委会", "handover_to_ourselves"), ("溪美街道", "handover_to_nobody")]
)
def test_who_cannot_receive_is_refused(arrived, places, later, place, code):
    with pytest.raises(EntryRefused, match=code):
        hand_over(arrived, to=places[place], reason="MOVED", by=STAFF, at=later(hours=1))


def test_no_other_door_accepts(arrived, sent, later):
    said = {"about": str(sent.id), "answer": "ACCEPTED"}
    draft = Draft(
        kind="handover_received", subject=arrived, happened_at=later(hours=2), payload=said, division_code=OVER_THERE
    )
    with pytest.raises(EntryRefused, match="accept_on_page"):
        record_entry(draft, by=THERE, at=later(hours=2))


# ---- out of the county ---------------------------------------------------------------------------------------------
@pytest.mark.row("C3")
def test_out_of_the_county_somebody_there_says_so_and_only_then_the_person_has_left(arrived, places, day, at, later):
    hand_over(arrived, to=places["青阳街道"], reason="WORK", by=STAFF, at=later(hours=1))
    sent = one_of(arrived)
    assert (sent.leaves_county, sent.answering_division) == (True, HERE)
    assert owed(HERE, day, at) == [("handover_received", arrived.pk, str(sent.id))]
    tomorrow = later(days=1)
    with pytest.raises(EntryRefused, match="acknowledged_by_whom"):
        acknowledge_outside(sent, acknowledged_by="", by=STAFF, at=tomorrow)
    acknowledge_outside(sent, acknowledged_by="青阳街道 许主任 6月11日8时", by=STAFF, at=tomorrow)
    [row] = arrived.residences.all()
    assert (row.to_day, row.end_reason) == (date(2020, 6, 11), Residence.EndReason.LEFT)
    assert set(Enrolment.objects.values_list("to_day", "end_reason")) == {
        (date(2020, 6, 11), "青阳街道 许主任 6月11日8时")
    }
    assert lost_in([COUNTY], day=date(2020, 6, 11), at=tomorrow) == []


# ---- nobody on nobody's list ---------------------------------------------------------------------------------------
@pytest.mark.row("C3")
def test_left_unanswered_for_a_day_it_is_on_the_page_of_both_sides(arrived, sent, day, later):
    assert lost_in([HERE], day=day, at=later(hours=24)) == []
    after = later(hours=25)
    for area in (HERE, OVER_THERE, "350583001000", COUNTY):
        [lost] = lost_in([area], day=date(2020, 6, 11), at=after)
        assert (lost.resident, lost.why, lost.handover.id) == (arrived, Why.UNANSWERED, sent.id)
    assert lost_in(["350583100000"], day=date(2020, 6, 11), at=after) == []
    assert handovers_since(date(2020, 6, 20), areas=[OVER_THERE])[0].is_late(after)


@pytest.mark.row("C3")
def test_who_left_while_followed_is_on_the_page_until_somebody_has_them(arrived, day, later):
    end_residence(arrived, reason="LEFT", to_day=date(2020, 6, 12), by=STAFF, at=later(days=2))
    on_the_day = date(2020, 6, 12)
    assert lost_in([HERE], day=date(2020, 6, 11), at=later(days=1)) == []
    [lost] = lost_in([HERE], day=on_the_day, at=later(days=2))
    assert (lost.why, lost.division, lost.since, lost.groups) == (
        Why.LEFT, HERE, on_the_day, ("arrival", "arrival_high_risk"),
    )  # fmt: skip
    assert lost_in([OVER_THERE], day=on_the_day, at=later(days=2)) == []
    assert lost_in([HERE], groups=["close_contact"], day=on_the_day, at=later(days=2)) == []

    hand_over(arrived, to_place="上海市浦东新区", reason="WORK", by=STAFF, at=later(days=2, hours=1))
    acknowledge_outside(one_of(arrived), acknowledged_by="花木街道 12日", by=STAFF, at=later(days=2, hours=2))
    assert lost_in([HERE], day=on_the_day, at=later(days=2, hours=3)) == []


def test_who_died_is_not_looked_for(arrived, later):
    end_residence(arrived, reason="DIED", to_day=date(2020, 6, 12), by=STAFF, at=later(days=2))
    assert lost_in([COUNTY], day=date(2020, 6, 13), at=later(days=3)) == []


def test_who_never_had_a_home_is_looked_for_where_they_were_registered(arrived, day, later):
    arrived.residences.all().delete()
    [lost] = lost_in([HERE], day=day, at=later(hours=1))
    assert (lost.why, lost.division) == (Why.NO_HOME, HERE)


def test_what_ended_is_not_looked_for(arrived, day, later):
    end_residence(arrived, reason="LEFT", to_day=date(2020, 6, 12), by=STAFF, at=later(days=2))
    assert lost_in([COUNTY], day=date(2020, 6, 10) + timedelta(days=14), at=later(days=14)) == []


def test_who_came_back_and_left_again_is_looked_for_again(arrived, later):
    hand_over(arrived, to_place="上海市浦东新区", reason="WORK", by=STAFF, at=later(hours=1))
    acknowledge_outside(one_of(arrived), acknowledged_by="花木街道", by=STAFF, at=later(days=1))
    back = {**ARRIVAL, "arrived_on": "2020-06-12"}
    register_arrival(arrived, payload=back, by=STAFF, at=later(days=2))
    end_residence(arrived, reason="LEFT", to_day=date(2020, 6, 14), by=STAFF, at=later(days=4))
    [lost] = lost_in([COUNTY], day=date(2020, 6, 14), at=later(days=4))
    assert lost.why == Why.LEFT
