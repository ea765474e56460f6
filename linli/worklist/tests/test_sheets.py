"""The paper road: a sheet for each worker, and its way back by keyboard."""

from datetime import timedelta

import pytest

from linli.community.grid.operations import Target, assign, register_household
from linli.community.paper import has_fonts
from linli.community.people.operations import Home, Person, register_resident
from linli.records.models import Channel, Entry
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM
from linli.worklist.items import State
from linli.worklist.queries import work_of
from linli.worklist.sheets import printed, sheets_of, take_in
from linli.worklist.tests.test_work import arrives


@pytest.fixture
def sheet(grid, low_risk, day, at):
    arrives(grid.lin, at, origin_tier="INBOUND")

    def sheet(when=at, on=day):
        (found,) = sheets_of(work_of(grid.community.pk, day=on, at=when), place="溪美社区", day=on)
        return found

    return sheet


def line_of(sheet, kind="health_check"):
    return next(line for line in sheet.lines if line.kind.id == kind)


def test_a_sheet_has_the_lines_of_its_worker_house_by_house(sheet, grid):
    made = sheet()
    assert made.owner.name == "陈志明"
    assert [line.number for line in made.lines] == list(range(1, len(made.lines) + 1))
    line = line_of(made)
    assert (line.item.label, line.item.place, len(line.code)) == ("林阿芳", "1-101", 4)
    # What is decided by an operation of its own is not filled in on paper.
    assert not any(line.kind.own_door for line in made.lines)


def test_a_line_typed_in_is_an_entry_from_paper_and_typed_twice_is_one(sheet, grid, day, at):
    line = line_of(sheet())
    assert take_in(sheet(), {line.item.id: "65"}, by=SYSTEM, at=at)[0] == 1
    assert take_in(sheet(), {line.item.id: "65"}, by=SYSTEM, at=at)[0] == 0
    entry = Entry.objects.get(kind="health_check")
    assert (entry.payload, entry.channel, entry.day) == ({"temperature": 36.5}, Channel.PAPER, day)
    assert line_of(sheet()).item.state == State.DONE


def test_a_wrong_line_stops_no_other_and_says_what_to_do(sheet, grid, at):
    made = sheet()
    check, notice = line_of(made), line_of(made, "health_notice")
    new, rest = take_in(made, {check.item.id: "999", notice.item.id: "."}, by=SYSTEM, at=at)
    wrong = next(line for line in rest if line.item.id == check.item.id)
    assert new == 1
    assert wrong.typed == "999" and "43" in wrong.problem
    assert not Entry.objects.filter(kind="health_check").exists()
    _, rest = take_in(made, {check.item.id: "65z"}, by=SYSTEM, at=at)
    assert next(line.problem for line in rest if line.item.id == check.item.id) == "没有“z”这个代号。"


def test_yesterdays_sheet_typed_in_today_counts_for_yesterday_and_as_received_today(sheet, day, at):
    later = at + timedelta(days=1)
    missed = line_of(sheet(later, day))
    assert missed.item.state == State.MISSED
    assert take_in(sheet(later, day), {missed.item.id: "372"}, by=SYSTEM, at=later)[0] == 1
    entry = Entry.objects.get(kind="health_check")
    assert (entry.day, entry.received_at) == (day, later)
    assert line_of(sheet(later, day)).item.state == State.DONE


@pytest.mark.skipif(not has_fonts(), reason="no Chinese fonts")
def test_sheets_print_on_paper(sheet):
    assert printed([sheet()]).startswith(b"%PDF-")


def test_three_hundred_households_are_typed_in_within_half_an_hour(sheet, grid, day, at):
    """At one key a second, slower than anybody who sits at a desk: three keys a line with Enter."""
    done = {"from_day": day, "by": SYSTEM, "at": at}
    assign(grid.worker, target=Target(unit=grid.second), role="RESPONSIBLE", **done)
    for number in range(300):
        home = register_household(f"2-{1000 + number}", unit=grid.second, **done)
        resident = register_resident(Person(name=f"住户{number}"), home=Home(household=home), kind="RESIDENT", **done)
        arrives(resident, at)
    made = sheet()
    checks = [line for line in made.lines if line.kind.id == "health_check" and line.item.label.startswith("住户")]
    assert len(checks) == 300
    typed = {line.item.id: "372ab" if n % 50 == 0 else "65" for n, line in enumerate(checks)}
    new, rest = take_in(made, typed, by=SYSTEM, at=at)
    assert new == 300 and not [line for line in rest if line.problem]
    keys = sum(len(text) + 1 for text in typed.values())
    assert keys <= 30 * 60
    assert Entry.objects.filter(kind="health_check", is_abnormal=True).count() == 6


def test_a_check_written_on_the_desk_meanwhile_is_not_typed_over(sheet, grid, at):
    made = sheet()
    line = line_of(made)
    record_entry(
        Draft(kind="health_check", subject=grid.lin, happened_at=at, payload={"temperature": 36.8}), by=SYSTEM, at=at
    )
    assert take_in(sheet(), {line.item.id: "65"}, by=SYSTEM, at=at)[0] == 0
    assert Entry.objects.filter(kind="health_check").count() == 1
