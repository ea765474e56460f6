"""Whatever comes, moves and leaves in any order: no strangers in a room, no more people than beds, nobody twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.dated_rows import in_force
from linli.programs.sites.models import Room, Stay
from linli.programs.sites.operations import check_in, check_out, disinfect_room, move_room
from linli.programs.sites.queries import household_of, open_stay, rooms_of
from linli.programs.sites.refusals import SitesRefused
from linli.programs.sites.tests.conftest import BY
from linli.records.program import EntryRefused

PEOPLE = ("fang", "bao", "carer", "chen")
ROOMS = ("r201", "r202", "r203")
STEPS = st.one_of(
    st.tuples(st.just("in"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
    st.tuples(st.just("care"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
    st.tuples(st.just("move"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
    st.tuples(st.just("out"), st.sampled_from(PEOPLE), st.just("")),
    st.tuples(st.just("clean"), st.just(""), st.sampled_from(ROOMS)),
)


def do(step, hotel, arrivals, *, by, at):
    what, who, where = step
    person, room = getattr(arrivals, who, None), getattr(hotel, where, None)
    if what == "in":
        return check_in(person, room=room, by=by, at=at)
    if what == "care":
        return check_in(person, room=room, carer_of=arrivals.bao, by=by, at=at)
    if what == "clean":
        return disinfect_room(room, by=by, at=at)
    stay = open_stay(person)
    if stay is None:
        return None
    return move_room(stay, room=room, by=by, at=at) if what == "move" else check_out(stay, leaving="HOME", by=by, at=at)


def assert_sound(days):
    """Judged from the rows and the residences, not from what the operations believe."""
    for one in days:
        for room in Room.objects.all():
            inside = list(Stay.objects.filter(in_force(one), room=room).select_related("resident", "carer_of"))
            assert len(inside) <= room.beds
            # A carer counts as one of those of the person cared for.
            homes = {household_of(stay.carer_of or stay.resident, day=stay.from_day) for stay in inside}
            assert len(homes) <= 1
    open_ = list(Stay.objects.filter(to_day__isnull=True).values_list("resident", flat=True))
    assert len(open_) == len(set(open_))


@pytest.mark.row("D3")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 30)), min_size=1, max_size=14))
def test_whatever_happens_no_strangers_share_a_room_and_no_bed_is_given_twice(hotel, arrivals, day, at, steps):
    days = [day + timedelta(days=number) for number in range(13)]
    moment = at
    with transaction.atomic():
        for step, hours in steps:
            moment = min(moment + timedelta(hours=hours), at + timedelta(days=12))
            before = list(Stay.objects.order_by("pk").values())
            try:
                with transaction.atomic():
                    do(step, hotel, arrivals, by=BY, at=moment)
            except (SitesRefused, EntryRefused):
                assert list(Stay.objects.order_by("pk").values()) == before
            assert_sound(days)
        for view in rooms_of([hotel.site], day=moment.date())[hotel.site.pk]:
            assert len(view.stays) <= view.room.beds
        transaction.set_rollback(True)
