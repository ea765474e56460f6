"""Whatever happens in whatever order, who is followed is on the list of exactly one community."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.models import Resident
from linli.community.people.operations import Home, Person, move_resident
from linli.community.refusals import GridRefused
from linli.programs.keypeople.handovers import handovers_of, open_handovers
from linli.programs.keypeople.lost import FOLLOWED, Why, communities_of, lost_in
from linli.programs.keypeople.operations import (
    Lodging,
    acknowledge_outside,
    hand_over,
    receive,
    register_arrival,
    register_newcomer,
    send_back,
    take_back,
)
from linli.programs.keypeople.tests.conftest import STAFF, THERE
from linli.records.models import Entry
from linli.records.operations import correct_entry, withdraw_entry
from linli.records.program import EntryRefused
from linli.records.queries import counting, enrolled

COUNTY = "350583000000"
ACTS = (
    "arrive",
    "move",
    "send",
    "send",
    "accept",
    "accept",
    "return",
    "take_back",
    "correct",
    "withdraw",
    "undo",
    "out",
)
STAYING = ("send", "return", "take_back", "correct", "withdraw", "undo")
PEOPLE = 3


class County:
    """Three people, three communities, and everything that may be done to them."""

    def __init__(self, communities, homes, at):
        self.communities, self.homes, self.at, self.arrived = communities, homes, at, 0
        self.people = []

    def do(self, act, who, where, hours):
        """One act; what is refused changes nothing. Time goes on."""
        self.at += timedelta(hours=hours, seconds=1)
        before = self.lists()
        try:
            with transaction.atomic():
                getattr(self, act)(who, where)
        except (EntryRefused, GridRefused):
            assert self.lists() == before
        # Who lives where changes with an arrival, a move, and what the other side says; with nothing else.
        assert act not in STAYING or self.lists() == before

    def lists(self):
        return communities_of([one.pk for one in self.people], day=self.day)

    @property
    def day(self):
        return self.at.date()

    def arrive(self, who, where):
        said = {
            "arrived_on": self.day.isoformat(),
            "origin": "北京市丰台区",
            "origin_tier": ("HIGH", "LOW", "INBOUND")[where],
        }
        if who < len(self.people):
            register_arrival(self.people[who], payload=said, by=STAFF, at=self.at)
        else:
            home = Lodging(home=Home(division=self.communities[where]))
            entry = register_newcomer(Person(name="来人"), lodging=home, payload=said, by=STAFF, at=self.at).entry
            self.people.append(Resident.objects.get(pk=entry.resident_id))

    def move(self, who, where):
        home = self.homes[where % len(self.homes)]
        move_resident(
            self.person(who), home=Home(household=home), kind="RENTER", from_day=self.day, by=STAFF, at=self.at
        )

    def send(self, who, where):
        hand_over(self.person(who), to=self.communities[where], reason="MOVED", by=STAFF, at=self.at)

    def out(self, who, where):
        one = self.handover(who)
        if one is None:
            hand_over(self.person(who), to_place="上海市浦东新区", reason="WORK", by=STAFF, at=self.at)
        else:
            acknowledge_outside(one, acknowledged_by="花木街道", by=STAFF, at=self.at)

    def accept(self, who, where):
        one = self.handover(who)
        mine = [home for home in self.homes if one and home.unit.division_id == one.to_division]
        division = next((each for each in self.communities if one and each.pk == one.to_division), None)
        if one is None or division is None:
            return
        home = Home(household=mine[0]) if mine and where else Home(division=division)
        receive(one, lodging=Lodging(home=home), by=THERE, at=self.at)

    def send_home(self, who):
        one = self.handover(who)
        if one is not None:
            send_back(one, why="没有来", by=THERE, at=self.at)

    def take_back(self, who, where):
        one = self.handover(who)
        if one is not None:
            take_back(one, reason="选错了人", by=STAFF, at=self.at)

    def correct(self, who, where):
        entry = self.last(who, "arrival")
        if entry is not None:
            said = {**entry.payload, "origin_tier": ("HIGH", "MEDIUM", "LOW")[where]}
            correct_entry(entry, payload=said, reason="听错了", by=STAFF, at=self.at)

    def withdraw(self, who, where):
        entry = self.last(who, "arrival")
        if entry is not None:
            withdraw_entry(entry, reason="登记错了人", by=STAFF, at=self.at)

    def undo(self, who, where):
        """An answer that is taken back on whatever page: the handover waits again."""
        entry = self.last(who, "handover_received")
        if entry is not None:
            withdraw_entry(entry, reason="按错了", by=THERE, at=self.at)

    def person(self, who):
        return self.people[who % len(self.people)]

    def handover(self, who):
        return next((one for one in handovers_of([self.person(who).pk]) if one.is_open), None)

    def last(self, who, kind):
        rows = counting(Entry.objects.filter(resident=self.person(who), kind=kind))
        return rows.order_by("-happened_at", "-id").first()


setattr(County, "return", lambda self, who, where: self.send_home(who))


def followed(day) -> set[UUID]:
    return set(enrolled(FOLLOWED, day=day).values_list("resident_id", flat=True))


@pytest.mark.row("C3")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, PEOPLE - 1), st.integers(0, 2), st.integers(0, 30)),
        min_size=3,
        max_size=18,
    )
)
def test_who_is_followed_is_on_exactly_one_list_at_every_moment(grid, next_door, places, at, acts):
    point = transaction.savepoint()
    try:
        county = County(
            [grid.community, next_door.community, places["省身村委会"]], [grid.flat, grid.other, next_door.flat], at
        )
        county.do("arrive", 0, 0, 0)
        for act, who, where, hours in acts:
            county.do(act, who, where, hours)
            day = county.day
            lost = {one.resident.pk: one for one in lost_in([COUNTY], day=day, at=county.at)}
            waiting = {one.resident: one for one in open_handovers()}
            concerned = followed(day) | set(waiting)
            for id, lists in communities_of(concerned, day=day).items():
                if lists:
                    assert len(lists) == 1
                else:
                    # Nobody has them, and it is known which one community has to look for them.
                    assert lost[id].why in (Why.LEFT, Why.MOVED, Why.NO_HOME)
                    assert [one.pk for one in county.communities].count(lost[id].division) == 1
            for id, one in waiting.items():
                assert not one.is_late(county.at) or id in lost
    finally:
        transaction.savepoint_rollback(point)
