"""A round from door to door: every household once, nobody at home is not done, and it ends."""

from datetime import date, timedelta

import pytest

from linli.programs.keypeople.operations import end_round, open_round
from linli.programs.keypeople.program import PROGRAM
from linli.programs.keypeople.rounds import progress_of, rounds_in
from linli.programs.keypeople.tests.conftest import STAFF
from linli.records.operations import Draft, record_entry
from linli.records.program import EntryRefused, Scope

HERE = "350583001001"


@pytest.fixture
def opened(grid, at):
    def opened(**changed):
        given = {"kind": "sweep", "from_day": date(2020, 6, 10), "to_day": date(2020, 6, 13), "purpose": "端午前摸排"}
        return open_round(grid.community, **(given | changed), by=STAFF, at=at).entry

    return opened


def visit(household, at, outcome="MET", **said):
    draft = Draft(kind="sweep", subject=household, happened_at=at, payload={"outcome": outcome, **said}, channel="DOOR")
    return record_entry(draft, by=STAFF, at=at)


def due(day, at):
    duties = list(PROGRAM.duties(Scope(divisions=(HERE,), day=day, at=at)))
    assert all(duty.kind == "sweep" for duty in duties)
    return {duty.household: duty for duty in duties}


@pytest.mark.row("C1")
def test_every_household_is_due_once_in_a_round(grid, opened, day, at, later):
    told = opened()
    found = due(day, at)
    assert set(found) == {grid.flat.pk, grid.other.pk}
    duty = found[grid.flat.pk]
    assert (duty.about, duty.is_bound, duty.clauses) == (str(told.pk), False, ("minfa-2020-9 二(三)",))
    assert duty.due_to.isoformat() == "2020-06-13T00:00:00+08:00"

    visit(grid.flat, later(hours=2), people=3, newcomers=1)
    [open_] = rounds_in([HERE], day=day)
    first, second = progress_of(open_, day=day)
    assert (first.unit, first.done, first.total, first.people, first.newcomers) == ("兰溪苑 1号楼", 1, 1, 3, 1)
    assert (second.unit, second.done, [row.label for row, _ in second.left]) == ("兰溪苑 2号楼", 0, ["2-201"])


def test_nobody_at_home_is_due_again_from_then_on(grid, opened, day, at, later):
    opened()
    visit(grid.flat, later(hours=2), outcome="NOT_HOME")
    again = due(day, later(hours=3))[grid.flat.pk]
    assert again.due_from > later(hours=2)
    assert str(again.why) == "上次没有人在家，再去一次"
    visit(grid.flat, later(hours=9), outcome="PHONED")
    visit(grid.flat, later(hours=10), outcome="NOT_HOME")
    [open_] = rounds_in([HERE], day=day)
    assert [one.done for one in progress_of(open_, day=day)] == [1, 0]


def test_a_round_for_a_register_concerns_the_homes_of_those_on_it(grid, opened, day, at):
    opened(group="elderly_alone")
    assert due(day, at) == {}
    on = {"group": "elderly_alone", "from_day": "2020-06-01", "why": "老伴住院"}
    record_entry(Draft(kind="enrolment", subject=grid.lin, happened_at=at, payload=on), by=STAFF, at=at)
    assert set(due(day, at)) == {grid.flat.pk}


def test_before_and_after_nothing_is_due(opened, day, at, later):
    told = opened(from_day=date(2020, 6, 11))
    assert due(day, at) == {}
    assert len(due(date(2020, 6, 12), later(days=2))) == 2
    assert due(date(2020, 6, 13), later(days=3)) == {}
    end_round(told, why="改为全员检测", by=STAFF, at=later(days=1))
    assert len(due(date(2020, 6, 11), later(days=1))) == 2
    assert due(date(2020, 6, 12), later(days=2)) == {}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "arrival"}, "no_round_of_it"),
        ({"group": "tall_people"}, "no_such_register"),
        ({"to_day": date(2020, 6, 10)}, "round_without_days"),
    ],
)
def test_a_round_that_cannot_be_is_refused(opened, wrong, code):
    with pytest.raises(EntryRefused, match=code):
        opened(**wrong)


def test_a_visit_before_the_round_does_not_count(grid, opened, day, at, later):
    opened(from_day=date(2020, 6, 11), to_day=date(2020, 6, 12))
    visit(grid.flat, later(hours=1))
    [open_] = rounds_in([HERE], day=date(2020, 6, 11))
    assert [one.done for one in progress_of(open_, day=date(2020, 6, 11))] == [0, 0]
    assert open_.to_day - open_.from_day == timedelta(days=1)
