"""Beds are not exceeded, strangers are never in one room, and a room is disinfected before others come."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.programs.sites.clauses import grounds_at
from linli.programs.sites.models import Room, Stay
from linli.programs.sites.operations import (
    add_rooms,
    check_in,
    check_out,
    close_room,
    count_site,
    disinfect_room,
    move_room,
    note_in_site,
    read_labels,
    reopen_room,
    set_beds,
)
from linli.programs.sites.queries import RoomState, capacity_of, proposals, rooms_of, view_of, waiting_in
from linli.programs.sites.refusals import SitesRefused
from linli.programs.sites.tests.conftest import BY, release
from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.records.program import EntryRefused
from linli.trail.models import Act


def refused(code, operation, *args, **kwargs):
    entries = Entry.objects.count()
    with pytest.raises(SitesRefused) as caught:
        operation(*args, **kwargs)
    assert caught.value.code == code
    assert caught.value.sentence
    assert Entry.objects.count() == entries
    return caught.value


def states(hotel, day):
    return {view.room.label: str(view.state) for view in rooms_of([hotel.site], day=day)[hotel.site.pk]}


@pytest.fixture
def later(at):
    """Hours after the morning, one after the other."""
    return lambda hours: {"by": BY, "at": at + timedelta(hours=hours)}


# ---- rooms ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("301-303", ["301", "302", "303"]),
        ("３０１－３０２、A5", ["301", "302", "A5"]),
        ("A08 - A10,12", ["A08", "A09", "A10", "12"]),
        ("东101至东102", ["东101", "东102"]),
    ],
)
def test_rooms_are_read_as_people_write_them(text, labels):
    assert list(read_labels(text)) == labels


@pytest.mark.parametrize("text", ["", "320-301", "3*1", "A1-B3"])
def test_what_is_no_room_is_refused_with_an_example(text, hotel, later):
    assert "301-320" in refused("rooms_unreadable", add_rooms, text, site=hotel.site, beds=1, **later(0)).sentence


def test_a_room_that_is_there_is_not_added_twice(hotel, later):
    assert "202" in refused("room_known", add_rooms, "202-204", site=hotel.site, beds=1, **later(0)).sentence
    assert Room.objects.count() == 3
    refused("rooms_too_many", add_rooms, "1-9999", site=hotel.site, beds=1, **later(0))


# ---- who comes, moves and leaves -----------------------------------------------------------------------------------
@pytest.mark.row("D3")
def test_a_person_is_given_a_room_and_it_is_on_record(hotel, arrivals, day, later):
    assert [one.resident for one in waiting_in([hotel.site.division_id], day=day)] == [
        arrivals.fang, arrivals.bao, arrivals.chen,
    ]  # fmt: skip
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    assert stay.begun_by.payload == {
        "what": "CHECK_IN", "place": "南山宾馆 201", "site": str(hotel.site.pk), "room": str(hotel.r201.pk),
        "about": "CHECK_IN",
    }  # fmt: skip
    assert arrivals.fang not in [one.resident for one in waiting_in([hotel.site.division_id], day=day)]
    assert states(hotel, day) == {"201": "OCCUPIED", "202": "FREE", "203": "FREE"}
    assert Act.objects.filter(action="entry.recorded", object_id=stay.begun_by_id).exists()


@pytest.mark.row("D3")
def test_strangers_do_not_share_a_room_and_one_household_may(hotel, arrivals, adopted, day, later):
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    why = refused("strangers", check_in, arrivals.chen, room=hotel.r201, **later(0))
    assert "201" in why.sentence
    assert why.ground(grounds_at(hotel.site.division_id, day=day)).clause == "nanweiban-2020-40 (五)"
    assert why.ground(grounds_at(hotel.site.division_id, day=date(2021, 2, 1))).norm == "m21.key.site-no-infection"
    assert why.ground(grounds_at(hotel.site.division_id, day=date(2023, 2, 1))).norm == ""
    check_in(arrivals.bao, room=hotel.r201, **later(0))
    assert Stay.objects.filter(room=hotel.r201).count() == 2


def test_own_people_are_proposed_the_same_room_first_and_others_the_smallest(hotel, arrivals, day, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    views = rooms_of([hotel.site], day=day)[hotel.site.pk]
    assert [view.room.label for view in proposals(views, party=stay.party)] == ["201", "203", "202"]
    assert [view.room.label for view in proposals(views, party=arrivals.chen.pk)] == ["203", "202"]


def test_a_full_room_takes_nobody_more(hotel, arrivals, later):
    check_in(arrivals.fang, room=hotel.r203, **later(0))
    refused("no_bed", check_in, arrivals.bao, room=hotel.r203, **later(0))


def test_nobody_is_in_two_rooms(hotel, arrivals, later):
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    assert "201" in refused("already_in", check_in, arrivals.fang, room=hotel.r202, **later(1)).sentence


@pytest.mark.row("D3")
def test_who_is_not_to_be_observed_is_not_kept_there_but_may_come_as_the_single_carer(hotel, arrivals, grid, later):
    refused("not_observed", check_in, arrivals.carer, room=hotel.r201, **later(0))
    refused("cared_for_not_in", check_in, arrivals.carer, room=hotel.r201, carer_of=arrivals.bao, **later(0))
    boy = check_in(arrivals.bao, room=hotel.r201, **later(0))
    stay = check_in(arrivals.carer, room=hotel.r201, carer_of=arrivals.bao, **later(0))
    assert stay.party == boy.party
    assert stay.begun_by.payload["carer_of"] == str(arrivals.bao.pk)
    refused("second_carer", check_in, arrivals.chen, room=hotel.r202, carer_of=arrivals.bao, **later(0))


def test_a_carer_from_another_household_shares_the_room_of_the_one_cared_for(hotel, arrivals, day, at, later):
    check_in(arrivals.bao, room=hotel.r201, **later(0))
    release(arrivals.chen, day=day, at=at)
    check_in(arrivals.chen, room=hotel.r201, carer_of=arrivals.bao, **later(0))
    assert view_of(hotel.r201, day=day).free_beds == 0


def test_a_site_takes_the_people_of_its_area_alone(hotel, grid, places, arrivals, day, at, later):
    from linli.community.people.operations import Home, move_resident

    move_resident(arrivals.chen, home=Home(division=places["省身村委会"]), kind="RESIDENT", from_day=day, by=BY, at=at)
    assert "溪美街道" in refused("serves_others", check_in, arrivals.chen, room=hotel.r202, **later(0)).sentence


@pytest.mark.row("D3")
def test_a_room_that_was_left_is_disinfected_before_others_come(hotel, arrivals, day, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    release(arrivals.fang, day=day, at=later(1)["at"])
    check_out(stay, leaving="RELEASED", **later(1))
    assert states(hotel, day)["201"] == "DISINFECT"
    refused("not_disinfected", check_in, arrivals.chen, room=hotel.r201, **later(2))
    entry = disinfect_room(hotel.r201, **later(2))
    assert (entry.resident_id, entry.payload["about"]) == (arrivals.fang.pk, f"ROOM:{hotel.r201.pk}")
    check_in(arrivals.chen, room=hotel.r201, **later(3))
    refused("somebody_inside", disinfect_room, hotel.r201, **later(3))


def test_a_room_is_disinfected_after_the_last_of_a_household_has_left(hotel, arrivals, day, later):
    mother = check_in(arrivals.fang, room=hotel.r201, **later(0))
    boy = check_in(arrivals.bao, room=hotel.r201, **later(0))
    check_out(mother, leaving="HOSPITAL", **later(1))
    assert states(hotel, day)["201"] == "OCCUPIED"
    check_out(boy, leaving="HOME", **later(2))
    disinfect_room(hotel.r201, **later(3))
    assert not Stay.objects.filter(disinfected_by__isnull=True).exists()
    assert states(hotel, day)["201"] == "FREE"
    refused("nothing_to_disinfect", disinfect_room, hotel.r201, **later(4))


def test_a_move_leaves_one_room_to_disinfect_and_keeps_the_person_on_record(hotel, arrivals, day, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    other = check_in(arrivals.chen, room=hotel.r202, **later(0))
    refused("strangers", move_room, stay, room=hotel.r202, **later(1))
    refused("same_room", move_room, stay, room=hotel.r201, **later(1))
    moved = move_room(stay, room=hotel.r203, note="空调坏了", **later(1))
    assert states(hotel, day) == {"201": "DISINFECT", "202": "OCCUPIED", "203": "OCCUPIED"}
    assert (moved.begun_by.payload["what"], moved.party) == ("MOVE_ROOM", stay.party)
    refused("stay_ended", move_room, stay, room=hotel.r202, **later(2))
    check_out(other, leaving="HOSPITAL", **later(2))


def test_who_is_still_held_is_not_written_down_as_released(hotel, arrivals, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    refused("still_observed", check_out, stay, leaving="RELEASED", **later(1))
    check_out(stay, leaving="HOSPITAL", **later(1))
    refused("stay_ended", check_out, stay, leaving="HOSPITAL", **later(2))


def test_a_room_out_of_use_takes_nobody_until_it_is_opened_again(hotel, arrivals, day, later):
    close_room(hotel.r201, reason="修水管", from_day=day, **later(0))
    assert states(hotel, day)["201"] == "CLOSED"
    assert "修水管" in refused("room_closed", check_in, arrivals.fang, room=hotel.r201, **later(0)).sentence
    reopen_room(hotel.r201, **later(0))
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    refused("reason_missing", close_room, hotel.r202, reason=" ", from_day=day, **later(0))


def test_beds_are_not_taken_from_under_people(hotel, arrivals, later):
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    check_in(arrivals.bao, room=hotel.r201, **later(0))
    refused("beds_in_use", set_beds, hotel.r201, beds=1, **later(0))
    set_beds(hotel.r201, beds=3, **later(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.filter(pk=hotel.r201.pk).update(beds=1)


@pytest.mark.row("D3")
def test_everybody_is_counted_and_who_is_missing_is_a_matter_of_order(hotel, arrivals, day, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    check_in(arrivals.chen, room=hotel.r202, **later(0))
    refused("count_missing", count_site, hotel.site, present=1, **later(1))
    refused("count_too_many", count_site, hotel.site, present=3, **later(1))
    entry = count_site(hotel.site, present=1, missing=[stay], note="下楼取东西，已劝回", **later(1))
    assert (entry.payload["expected"], entry.payload["present"]) == (2, 1)
    assert Entry.objects.filter(resident=arrivals.fang, payload__what="ORDER").count() == 1


def test_meals_information_and_order_are_noted_of_those_inside(hotel, arrivals, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    note_in_site(stay, what="MEAL", **later(1))
    refused("note_missing", note_in_site, stay, what="ORDER", **later(1))
    note_in_site(stay, what="INFORMATION", note="什么时候结束、怎么投诉", **later(1))
    check_out(stay, leaving="HOSPITAL", **later(2))
    refused("stay_ended", note_in_site, stay, what="MEAL", **later(3))


def test_capacity_counts_rooms_people_and_beds(hotel, arrivals, day, later):
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    close_room(hotel.r203, reason="值班室", from_day=day, **later(0))
    capacity = capacity_of(rooms_of([hotel.site], day=day)[hotel.site.pk])
    assert (capacity.free, capacity.occupied, capacity.disinfect, capacity.closed) == (1, 1, 0, 1)
    assert (capacity.people, capacity.beds, capacity.rooms) == (1, 5, 3)
    assert capacity.parts == [("FREE", 0, 1), ("OCCUPIED", 1, 1), ("DISINFECT", 2, 0), ("CLOSED", 2, 1)]


# ---- the guards of the records: the same whoever brings the entry --------------------------------------------------
@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"what": "CHECK_OUT", "leaving": "RELEASED"}, "site_not_in"),
        ({"what": "MOVE_ROOM", "room": "1"}, "site_not_in"),
        ({"what": "MEAL"}, "site_not_in"),
        ({"what": "CHECK_IN"}, "site_room_missing"),
        ({"what": "ROOM_DISINFECTED", "room": "1"}, "site_room_not_left"),
    ],
)
def test_an_entry_that_does_not_follow_is_refused_at_every_door(arrivals, at, payload, code):
    with pytest.raises(EntryRefused) as caught:
        record_entry(Draft(kind="site_record", subject=arrivals.chen, happened_at=at, payload=payload), by=BY, at=at)
    assert caught.value.code == code


def test_a_step_is_not_put_before_a_later_one(hotel, arrivals, at, later):
    check_in(arrivals.fang, room=hotel.r201, **later(2))
    stay = Stay.objects.get()
    with pytest.raises(EntryRefused) as caught:
        check_out(stay, leaving="HOSPITAL", happened_at=at + timedelta(hours=1), **later(3))
    assert caught.value.code == "site_step_later"


# ---- the database itself -------------------------------------------------------------------------------------------
def row(stay, **changed):
    """Another stay beside one, past the operations."""
    values = {
        "resident": stay.resident, "room": stay.room, "party": stay.party, "from_day": stay.from_day,
        "begun_by": stay.begun_by,
    }  # fmt: skip
    return Stay.objects.create(**values | changed)


@pytest.fixture
def entry_of(at):
    """An entry that stands for a check-in that nobody judged."""

    def make(resident):
        draft = Draft(kind="transport", subject=resident, happened_at=at, payload={"what": "BOOKED", "booking": "x"})
        return record_entry(draft, by=BY, at=at).entry

    return make


@pytest.mark.row("D3")
def test_the_database_refuses_strangers_in_one_room(hotel, arrivals, entry_of, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    with pytest.raises(IntegrityError, match="strangers"), transaction.atomic():
        row(stay, resident=arrivals.chen, party=arrivals.chen.pk, begun_by=entry_of(arrivals.chen))


def test_the_database_refuses_strangers_brought_together_by_a_change(hotel, arrivals, later):
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    other = check_in(arrivals.chen, room=hotel.r202, **later(0))
    with pytest.raises(IntegrityError, match="strangers"), transaction.atomic():
        Stay.objects.filter(pk=other.pk).update(room=hotel.r201)


def test_the_database_refuses_one_bed_too_many(hotel, arrivals, entry_of, later):
    stay = check_in(arrivals.fang, room=hotel.r203, **later(0))
    with pytest.raises(IntegrityError, match="no bed"), transaction.atomic():
        row(stay, resident=arrivals.bao, begun_by=entry_of(arrivals.bao))


def test_the_database_counts_those_who_come_later_too(hotel, arrivals, entry_of, day, later):
    stay = check_in(arrivals.fang, room=hotel.r203, **later(24))
    with pytest.raises(IntegrityError, match="no bed"), transaction.atomic():
        row(stay, resident=arrivals.bao, begun_by=entry_of(arrivals.bao), from_day=day)
    entry = entry_of(arrivals.bao)
    row(
        stay, resident=arrivals.bao, begun_by=entry, from_day=day, to_day=day + timedelta(days=1), ended_by=entry
    )  # leaves on the day on which the other comes


def test_the_database_refuses_others_before_the_room_was_disinfected(hotel, arrivals, entry_of, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    check_out(stay, leaving="HOSPITAL", **later(1))
    with pytest.raises(IntegrityError, match="not disinfected"), transaction.atomic():
        row(stay, resident=arrivals.chen, party=arrivals.chen.pk, begun_by=entry_of(arrivals.chen))


def test_the_database_refuses_one_person_in_two_rooms(hotel, arrivals, entry_of, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    entry = entry_of(arrivals.fang)
    until = stay.from_day + timedelta(days=3)
    with pytest.raises(IntegrityError, match="overlaps"), transaction.atomic():
        row(stay, room=hotel.r202, begun_by=entry, to_day=until, ended_by=entry)


def test_an_operation_that_comes_second_says_it_in_words(hotel, arrivals, later, monkeypatch):
    """Two desks at once: what the first has done is seen by the database when the second writes."""
    check_in(arrivals.fang, room=hotel.r201, **later(0))
    monkeypatch.setattr("linli.programs.sites.operations._check_room", lambda view, party: None)
    refused("strangers", check_in, arrivals.chen, room=hotel.r201, **later(0))


def test_an_end_needs_no_leave_even_where_the_rooms_are_in_disorder(hotel, arrivals, later):
    stay = check_in(arrivals.fang, room=hotel.r201, **later(0))
    check_in(arrivals.bao, room=hotel.r201, **later(0))
    check_out(stay, leaving="HOSPITAL", **later(1))
    stay.refresh_from_db()
    assert stay.to_day == stay.from_day
    assert view_of(hotel.r201, day=stay.from_day).state == RoomState.OCCUPIED
