"""The list of a community from the database: norms, registers, entries, assignments."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.community.grid.operations import Target, assign, end_assignment, register_worker
from linli.community.people.operations import Home, Person, register_resident
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM
from linli.worklist.items import State
from linli.worklist.queries import work_of, work_of_worker


def arrives(resident, at, **changed):
    payload = {"arrived_on": at.date().isoformat(), "origin": "外地", "origin_tier": "HIGH"} | changed
    record_entry(Draft(kind="arrival", subject=resident, happened_at=at, payload=payload), by=SYSTEM, at=at)


def kinds(items):
    return {item.kind: item for item in items}


def test_before_packs_are_adopted_nothing_is_due(grid, day, at):
    assert work_of(grid.community.pk, day=day, at=at) == []


@pytest.mark.row("C4")
def test_an_arrival_from_a_high_risk_place_makes_work_for_who_answers_for_the_household(grid, low_risk, day, at):
    assert work_of(grid.community.pk, day=day, at=at) == []
    arrives(grid.lin, at)
    found = kinds(work_of(grid.community.pk, day=day, at=at))
    assert found["arrival"].state == State.DONE
    notice = found["health_notice"]
    assert (notice.state, notice.owner.worker, notice.label, notice.place) == (
        State.DUE, grid.worker.pk, "林阿芳", "1-101",
    )  # fmt: skip
    assert ("nanweiban-2020-40", "(五)") in {(one.instrument, one.cite) for one in notice.clauses}
    mine = {item.kind for item in work_of_worker(grid.worker, day=day, at=at)}
    assert "health_notice" in mine
    # To start an observation is for the staff: the grid worker may not write it down.
    assert "observation_step" not in mine and "observation_step" in found
    assert work_of_worker(grid.idle, day=day, at=at) == []


def test_nothing_is_ever_without_an_owner(grid, low_risk, day, at):
    arrives(grid.lin, at)
    end_assignment(grid.answers, to_day=day, by=SYSTEM, at=at)
    items = work_of(grid.community.pk, day=day, at=at)
    assert items and {item.owner.name for item in items} == {"溪美社区居委会值班人员"}
    done = {"division": grid.community, "from_day": day, "by": SYSTEM, "at": at}
    head = register_worker("吴组长", kind="GROUP_LEADER", **done)
    assign(head, target=Target(unit=grid.root), role="HEAD", from_day=day, by=SYSTEM, at=at)
    owners = {item.kind: item.owner.name for item in work_of(grid.community.pk, day=day, at=at)}
    assert owners["health_notice"] == "吴组长"
    assert owners["observation_step"] == "溪美社区居委会值班人员"
    register_worker("王主任", kind="STAFF", **done)
    owners = {item.kind: item.owner.name for item in work_of(grid.community.pk, day=day, at=at)}
    assert (owners["health_notice"], owners["observation_step"]) == ("吴组长", "王主任")


def test_the_list_of_another_day_is_derived_alike(grid, low_risk, day, at):
    arrives(grid.lin, at)
    assert work_of(grid.community.pk, day=day - timedelta(days=1), at=at) == []
    tomorrow = kinds(work_of(grid.community.pk, day=day + timedelta(days=1), at=at + timedelta(days=1)))
    assert tomorrow["health_notice"].state == State.LATE
    after = day + timedelta(days=14)
    assert not [
        i for i in work_of(grid.community.pk, day=after, at=at + timedelta(days=14)) if i.kind == "health_notice"
    ]


def test_the_queries_of_a_list_do_not_grow_with_its_people(grid, low_risk, day, at):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            items = work_of(grid.community.pk, day=day, at=at)
        return len(captured), len({item.subject for item in items})

    arrives(grid.lin, at)
    queries()
    for_one, _ = queries()
    for number in range(5):
        home = Home(household=grid.other)
        done = {"kind": "RESIDENT", "from_day": day, "by": SYSTEM, "at": at}
        arrives(register_resident(Person(name=f"住户{number}"), home=home, **done), at)
    for_six, people = queries()
    assert people == 6
    assert for_six == for_one
