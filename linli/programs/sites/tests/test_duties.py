"""What stands on the list: a room for who waits, a way out for who is free, clean rooms, the count, the drives."""

from datetime import timedelta

import pytest

from linli.programs.sites.models import Booking
from linli.programs.sites.operations import (
    book_transport,
    check_in,
    check_out,
    count_site,
    disinfect_room,
    step_transport,
)
from linli.programs.sites.refusals import SitesRefused
from linli.programs.sites.tests.conftest import BY, release
from linli.records.program import EntryRefused, Scope
from linli.worklist.items import State
from linli.worklist.queries import work_of

KINDS = ("site_record", "site_count", "transport")
A_DAY = timedelta(days=1)


@pytest.fixture
def listed(adopted, grid, day, at):
    """The items of central sites on 溪美社区's list, hours after the morning: (kind, about) → item."""

    def of(hours=0):
        moment = at + timedelta(hours=hours)
        items = work_of(grid.community.code, day=moment.date(), at=moment)
        return {(item.subject, item.about): item for item in items if item.kind in KINDS}

    return of


def on(at, hours):
    return {"by": BY, "at": at + timedelta(hours=hours)}


@pytest.mark.row("D3")
def test_who_waits_for_a_room_is_urgent_until_there_is_one_and_late_after_the_day(hotel, arrivals, listed, at):
    item = listed()[arrivals.chen.pk, "CHECK_IN"]
    assert (item.is_urgent, item.state, item.clauses[0].instrument) == (True, State.DUE, "nanweiban-2020-40")
    assert listed(24)[arrivals.chen.pk, "CHECK_IN"].state == State.LATE
    check_in(arrivals.chen, room=hotel.r201, **on(at, 1))
    assert listed(2)[arrivals.chen.pk, "CHECK_IN"].state == State.DONE
    assert (arrivals.chen.pk, "CHECK_IN") not in listed(24)


@pytest.mark.row("D3")
def test_nobody_is_kept_there_after_the_observation_has_ended(hotel, arrivals, listed, day, at):
    stay = check_in(arrivals.chen, room=hotel.r201, **on(at, 1))
    assert (arrivals.chen.pk, "CHECK_OUT") not in listed(14 * 24 - 24)
    item = listed(14 * 24)[arrivals.chen.pk, "CHECK_OUT"]
    assert (item.is_urgent, item.clauses[0].norm, item.owner.name) == (True, "m38.guard.rights", "陈志明")
    release(arrivals.chen, day=day + 14 * A_DAY, at=at + timedelta(hours=14 * 24))
    check_out(stay, leaving="RELEASED", **on(at, 14 * 24 + 1))
    assert (arrivals.chen.pk, "CHECK_OUT") not in listed(15 * 24)


def test_a_carer_leaves_when_the_one_cared_for_has_left(hotel, arrivals, listed, at):
    boy = check_in(arrivals.bao, room=hotel.r201, **on(at, 0))
    check_in(arrivals.carer, room=hotel.r201, carer_of=arrivals.bao, **on(at, 0))
    assert (arrivals.carer.pk, "CHECK_OUT") not in listed(1)
    check_out(boy, leaving="HOSPITAL", **on(at, 1))
    assert listed(2)[arrivals.carer.pk, "CHECK_OUT"].is_urgent


@pytest.mark.row("D3")
def test_a_room_that_was_left_stands_on_the_list_of_the_head_until_it_is_clean(hotel, arrivals, listed, at):
    stay = check_in(arrivals.chen, room=hotel.r201, **on(at, 0))
    check_out(stay, leaving="HOSPITAL", **on(at, 1))
    key = (arrivals.chen.pk, f"ROOM:{hotel.r201.pk}")
    item = listed(2)[key]
    assert (item.state, item.owner.name, item.clauses[0].norm) == (State.DUE, "陈志明", "n40.site.supplies")
    assert "201" in item.why
    assert listed(48)[key].state == State.LATE
    disinfect_room(hotel.r201, **on(at, 3))
    assert listed(4)[key].state == State.DONE
    assert key not in listed(24)


@pytest.mark.row("D3")
def test_a_site_with_people_is_counted_every_day(hotel, arrivals, listed, at):
    key = ("350583001001", str(hotel.site.pk))
    assert key not in listed()
    check_in(arrivals.chen, room=hotel.r201, **on(at, 0))
    assert listed(1)[key].state == State.DUE
    count_site(hotel.site, present=1, **on(at, 2))
    assert listed(3)[key].state == State.DONE
    assert listed(24)[key].state == State.DUE


# ---- drives --------------------------------------------------------------------------------------------------------
@pytest.fixture
def drive(hotel, arrivals, at):
    return book_transport(
        arrivals.chen,
        from_place="溪美车站",
        goal="SITE",
        to_site=hotel.site,
        vehicle="闽ｃ１２３４５",
        wanted_at=at + timedelta(hours=3),
        **on(at, 0),
    )


@pytest.mark.row("D3")
def test_a_drive_is_on_the_list_with_its_time_until_the_person_is_there(drive, arrivals, listed, at):
    key = (arrivals.chen.pk, f"DRIVE:{drive.pk}:DELIVERED")
    item = listed(1)[key]
    assert (item.due_to, item.state, item.is_urgent) == (drive.wanted_at, State.DUE, True)
    assert "闽C12345" in item.why
    step_transport(drive, what="PICKED_UP", **on(at, 1))
    assert listed(4)[key].state == State.LATE
    step_transport(drive, what="DELIVERED", **on(at, 4))
    assert listed(5)[key].state == State.DONE
    assert drive.disinfected_by_id is None
    step_transport(drive, what="DISINFECTED", **on(at, 5))
    assert Booking.objects.get().disinfected_by.payload["vehicle_disinfected"] is True
    assert key not in listed(24)


def test_a_drive_that_was_cancelled_is_off_the_list_with_its_reason(drive, arrivals, listed, at):
    with pytest.raises(SitesRefused, match="reason_missing"):
        step_transport(drive, what="CANCELLED", **on(at, 1))
    entry = step_transport(drive, what="CANCELLED", note="家人自己送", **on(at, 1))
    assert entry.payload["note"] == "家人自己送"
    assert not [key for key in listed(2) if key[1].startswith("DRIVE")]
    with pytest.raises(SitesRefused, match="drive_over"):
        step_transport(drive, what="PICKED_UP", **on(at, 2))


def test_steps_of_a_drive_come_in_their_order(drive, arrivals, at):
    with pytest.raises(SitesRefused, match="drive_not_there"):
        step_transport(drive, what="DELIVERED", **on(at, 1))
    with pytest.raises(SitesRefused, match="drive_open"):
        book_transport(
            arrivals.chen, from_place="家", goal="HOME", to_place="2-201", vehicle="闽C1", wanted_at=at, **on(at, 1)
        )
    step_transport(drive, what="PICKED_UP", **on(at, 1))
    step_transport(drive, what="DELIVERED", vehicle_disinfected=True, **on(at, 2))
    assert drive.disinfected_by_id == drive.delivered_by_id
    with pytest.raises(SitesRefused, match="drive_not_there"):
        step_transport(drive, what="DISINFECTED", **on(at, 3))


def test_a_drive_goes_somewhere(hotel, arrivals, at):
    for goal, more in (("SITE", {}), ("HOSPITAL", {"to_place": " "})):
        with pytest.raises(SitesRefused, match="drive_nowhere"):
            book_transport(arrivals.chen, from_place="家", goal=goal, vehicle="闽C1", wanted_at=at, **more, **on(at, 0))


def test_duties_are_the_same_however_often_they_are_asked(hotel, arrivals, drive, day, at):
    from linli.programs.sites.program import PROGRAM

    scope = Scope(divisions=("350583001001",), day=day, at=at)
    assert list(PROGRAM.duties(scope)) == list(PROGRAM.duties(scope))
    assert not list(PROGRAM.duties(Scope(divisions=("350583001002",), day=day, at=at)))


def test_an_arrival_that_nobody_booked_is_refused_at_every_door(arrivals, at):
    from linli.records.operations import Draft, record_entry

    payload = {"what": "DELIVERED", "booking": "none"}
    with pytest.raises(EntryRefused, match="drive_not_there"):
        record_entry(Draft(kind="transport", subject=arrivals.chen, happened_at=at, payload=payload), by=BY, at=at)
