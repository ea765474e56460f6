"""The grid of a community: three levels, dated, and somebody who answers for every household."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.community.access import grid_reach, reach_of
from linli.community.grid.gaps import Gap, gap_counts, gaps
from linli.community.grid.operations import (
    Target,
    assign,
    close_household,
    close_unit,
    end_assignment,
    end_worker,
    open_unit,
    reassign,
    register_household,
    register_worker,
)
from linli.community.grid.queries import grid_tree, responsible_for, responsible_persons
from linli.community.models import Assignment, GridUnit, Household
from linli.community.refusals import GridRefused
from linli.community.roles import Role
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

DATED = {"by": SYSTEM}


def names(rows):
    return [one.worker.name for one in rows]


def test_the_tree_has_three_levels_with_heads_and_counts(grid, day):
    root = grid_tree(grid.community.code, day=day)

    assert [child.unit.name for child in root.children] == ["兰溪苑", "榕树里"]
    assert [child.unit.name for child in root.children[0].children] == ["1号楼", "2号楼"]
    assert (root.households, root.residents) == (2, 1)
    assert names(root.children[0].children[0].responsible) == ["陈志明"]
    assert root.needs_head
    assert grid_tree(grid.community.code, day=day - timedelta(days=1)) is None


def test_an_auxiliary_unit_hangs_on_a_unit_of_the_main_grid(grid, day, at):
    open_unit(
        "兰溪物业", kind="PROPERTY_COMPANY", division=grid.community, parent=grid.compound, from_day=day, at=at, **DATED
    )
    root = grid_tree(grid.community.code, day=day)

    assert [one.unit.name for one in root.children[0].auxiliary] == ["兰溪物业"]
    assert not root.children[0].auxiliary[0].needs_head


def test_a_rural_grid_has_natural_villages_groups_and_buildings(places, day, at):
    village, given_ = places["省身村委会"], {"from_day": day, "by": SYSTEM, "at": at}
    root = open_unit("省身村网格工作站", kind="VILLAGE_STATION", division=village, **given_)
    natural = open_unit("后埔", kind="NATURAL_VILLAGE_STATION", division=village, parent=root, **given_)
    group = open_unit("第一组", kind="GROUP_STATION", division=village, parent=natural, **given_)
    house = open_unit("老宅", kind="BUILDING", division=village, parent=group, **given_)

    register_household("1号", unit=house, **given_)

    assert grid_tree(village.code, day=day).children[0].children[0].children[0].households == 1


@pytest.mark.parametrize(
    ("parent", "kind", "why"),
    [
        ("first", "COMPOUND_STATION", "unit_not_in_there"),
        ("root", "GROUP_STATION", "unit_not_in_there"),
        ("root", "VILLAGE_STATION", "unit_not_in_there"),
    ],
)
def test_levels_of_town_and_country_are_not_mixed(grid, day, at, parent, kind, why):
    with pytest.raises(GridRefused) as refused:
        open_unit("x", kind=kind, division=grid.community, parent=getattr(grid, parent), from_day=day, by=SYSTEM, at=at)
    assert refused.value.code == why


def test_a_community_has_one_station_and_a_unit_its_own_name(grid, places, day, at):
    given_ = {"from_day": day, "by": SYSTEM, "at": at}
    for arguments, why in [
        ({"name": "又一站", "kind": "COMMUNITY_STATION", "division": grid.community}, "unit_has_root"),
        ({"name": "街道站", "kind": "COMMUNITY_STATION", "division": places["溪美街道"]}, "unit_not_in_community"),
        (
            {"name": "1号楼", "kind": "BUILDING_STATION", "division": grid.community, "parent": grid.compound},
            "unit_name_taken",
        ),
        (
            {
                "name": "3号楼",
                "kind": "BUILDING_STATION",
                "division": places["中山社区居委会"],
                "parent": grid.compound,
            },
            "unit_parent_closed",
        ),
    ]:
        with pytest.raises(GridRefused) as refused:
            open_unit(**arguments, **given_)
        assert refused.value.code == why


def test_the_nearest_unit_answers_unless_somebody_answers_for_the_household_itself(grid, day, at):
    given_ = {"from_day": day, "by": SYSTEM, "at": at}
    assert names(responsible_persons(grid.flat, day=day)) == ["陈志明"]
    assert responsible_persons(grid.other, day=day) == []

    far = register_worker("黄大勇", kind="STAFF", division=grid.community, **given_)
    assign(far, target=Target(unit=grid.root), role="RESPONSIBLE", **given_)
    assert names(responsible_persons(grid.flat, day=day)) == ["陈志明"]
    assert names(responsible_persons(grid.other, day=day)) == ["黄大勇"]

    own = assign(grid.idle, target=Target(household=grid.flat), role="RESPONSIBLE", **given_)
    assert names(responsible_persons(grid.flat, day=day)) == ["苏小梅"]
    end_assignment(own, to_day=day + timedelta(days=2), by=SYSTEM, at=at)
    assert names(responsible_persons(grid.flat, day=day + timedelta(days=2))) == ["陈志明"]


def test_a_head_or_a_doctor_does_not_answer_for_the_households(grid, day, at):
    for role in ("HEAD", "MEDICAL", "LIAISON", "SUPPORT"):
        assign(grid.idle, target=Target(unit=grid.second), role=role, from_day=day, by=SYSTEM, at=at)

    assert responsible_persons(grid.other, day=day) == []
    assert gap_counts(areas=[grid.community.code], day=day)[Gap.HOUSEHOLDS] == 1


def test_who_answers_for_many_households_takes_two_queries(grid, day, django_assert_num_queries):
    households = list(Household.objects.all())
    with django_assert_num_queries(2):
        responsible_for(households, day=day)


def test_gaps_are_named_and_close_when_they_are_filled(grid, places, day, at):
    given_ = {"from_day": day, "by": SYSTEM, "at": at}
    areas = ["350583000000"]
    assert gap_counts(areas=areas, day=day) == {
        Gap.HOUSEHOLDS: 1, Gap.RESIDENTS: 0, Gap.UNITS: 5, Gap.WORKERS: 1, Gap.COMMUNITIES: 2,
    }  # fmt: skip
    assert list(gaps(Gap.HOUSEHOLDS, areas=areas, day=day)) == [grid.other]
    assert list(gaps(Gap.WORKERS, areas=areas, day=day)) == [grid.idle]

    assign(grid.idle, target=Target(household=grid.other), role="RESPONSIBLE", **given_)
    assign(grid.worker, target=Target(unit=grid.first), role="HEAD", **given_)
    assert gap_counts(areas=areas, day=day) == {
        Gap.HOUSEHOLDS: 0, Gap.RESIDENTS: 0, Gap.UNITS: 4, Gap.WORKERS: 0, Gap.COMMUNITIES: 2,
    }  # fmt: skip


def test_gaps_of_others_are_not_counted(grid, day):
    assert gap_counts(areas=["350583100000"], day=day) == {
        Gap.HOUSEHOLDS: 0, Gap.RESIDENTS: 0, Gap.UNITS: 0, Gap.WORKERS: 0, Gap.COMMUNITIES: 1,
    }  # fmt: skip
    assert sum(gap_counts(areas=[], day=day).values()) == 0


def test_a_worker_who_leaves_opens_the_gaps_again(grid, day, at):
    end_worker(grid.worker, to_day=day + timedelta(days=1), by=SYSTEM, at=at)

    tomorrow = gap_counts(areas=[grid.community.code], day=day + timedelta(days=1))
    assert gap_counts(areas=[grid.community.code], day=day)[Gap.HOUSEHOLDS] == 1
    assert tomorrow[Gap.HOUSEHOLDS] == 2


def test_reassignment_leaves_no_day_between(grid, day, at):
    later = day + timedelta(days=3)
    reassign([grid.answers], to=grid.idle, from_day=later, by=SYSTEM, at=at)

    who = [names(responsible_persons(grid.flat, day=day + timedelta(days=number))) for number in range(6)]
    assert who == [["陈志明"]] * 3 + [["苏小梅"]] * 3
    assert Assignment.objects.count() == 2


def test_reassignment_is_all_or_nothing(grid, day, at):
    own = assign(grid.idle, target=Target(unit=grid.second), role="RESPONSIBLE", from_day=day, by=SYSTEM, at=at)
    with pytest.raises(GridRefused), transaction.atomic():
        reassign([grid.answers, own], to=grid.idle, from_day=day, by=SYSTEM, at=at)

    grid.answers.refresh_from_db()
    assert grid.answers.to_day is None


def test_a_unit_closes_only_when_it_is_empty(grid, day, at):
    later = day + timedelta(days=1)
    for unit, why in [(grid.compound, "unit_has_units"), (grid.first, "unit_has_households")]:
        with pytest.raises(GridRefused) as refused:
            close_unit(unit, to_day=later, by=SYSTEM, at=at)
        assert refused.value.code == why

    close_household(grid.other, to_day=later, by=SYSTEM, at=at)
    close_unit(grid.second, to_day=later, by=SYSTEM, at=at)
    assert len(grid_tree(grid.community.code, day=day).children[0].children) == 2
    assert len(grid_tree(grid.community.code, day=later).children[0].children) == 1
    with pytest.raises(GridRefused) as refused:
        close_household(grid.flat, to_day=later, by=SYSTEM, at=at)
    assert refused.value.code == "household_has_members"


def test_closing_ends_the_assignments_and_what_was_is_kept(grid, day, at):
    later = day + timedelta(days=1)
    held = assign(grid.idle, target=Target(unit=grid.empty), role="HEAD", from_day=day, by=SYSTEM, at=at)
    close_unit(grid.empty, to_day=later, by=SYSTEM, at=at)

    held.refresh_from_db()
    assert held.to_day == later
    assert GridUnit.objects.filter(pk=grid.empty.pk).exists()
    with pytest.raises(ProtectedError):
        grid.empty.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"net": "AUXILIARY"},
        {"kind": "COMMUNITY_STATION"},
        {"parent": None},
        {"name": "1号楼"},
        {"to_day": date(2020, 6, 10)},
    ],
    ids=["name", "net", "root with parent", "no parent", "name taken", "period"],
)
def test_the_database_refuses_a_unit_that_cannot_be(grid, day, wrong):
    right = {
        "division": grid.community, "parent": grid.compound, "net": "MAIN", "kind": "BUILDING_STATION",
        "name": "9号楼", "from_day": day,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        GridUnit.objects.create(**(right | wrong))


def test_the_database_refuses_the_same_assignment_twice_on_a_day(grid, day):
    row = {"worker": grid.worker, "unit": grid.first, "role": "RESPONSIBLE"}
    for start, end in [
        (day, None),
        (day + timedelta(days=9), None),
        (day - timedelta(days=5), day + timedelta(days=1)),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(**row, from_day=start, to_day=end)
    Assignment.objects.create(**row, from_day=day - timedelta(days=5), to_day=day)
    Assignment.objects.create(**(row | {"role": "HEAD"}), from_day=day)


@pytest.mark.parametrize("wrong", [{"role": "KING"}, {"unit": None}, {"household": "flat"}])
def test_the_database_refuses_an_assignment_that_cannot_be(grid, day, wrong):
    right = {"worker": grid.idle, "unit": grid.first, "role": "RESPONSIBLE", "from_day": day}
    if "household" in wrong:
        wrong = {"household": grid.flat}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**(right | wrong))


def test_a_grid_worker_reaches_the_own_grid_and_nothing_beside(grid, people, day):
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()
    reach = grid_reach(reach_of(people.GRID_WORKER, day=day), wide={Role.COMMUNITY_STAFF}, day=day)

    assert list(reach.units()) == [grid.first]
    assert list(reach.households()) == [grid.flat]
    assert list(reach.residents()) == [grid.lin]


def test_a_grid_worker_reaches_what_is_inside_the_own_unit_and_the_own_household(grid, people, day, at):
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()
    end_assignment(grid.answers, to_day=day, by=SYSTEM, at=at)
    assign(grid.worker, target=Target(household=grid.other), role="RESPONSIBLE", from_day=day, by=SYSTEM, at=at)
    reach = grid_reach(reach_of(people.GRID_WORKER, day=day), wide=set(), day=day)
    assert (list(reach.units()), list(reach.households())) == ([], [grid.other])

    assign(grid.worker, target=Target(unit=grid.compound), role="RESPONSIBLE", from_day=day, by=SYSTEM, at=at)
    reach = grid_reach(reach_of(people.GRID_WORKER, day=day), wide=set(), day=day)
    assert set(reach.units()) == {grid.compound, grid.first, grid.second}
    assert set(reach.households()) == {grid.flat, grid.other}


def test_a_grid_worker_without_the_role_for_that_community_reaches_nothing(grid, people, places, day):
    grid.worker.account = people.COUNTY_COMMAND
    grid.worker.save()

    assert list(grid_reach(reach_of(people.COUNTY_COMMAND, day=day), wide=set(), day=day).units()) == []


def test_every_change_is_on_the_trail_without_a_name(grid, day, at):
    reassign([grid.answers], to=grid.idle, from_day=day + timedelta(days=1), by=SYSTEM, at=at)
    acts = Act.objects.all()

    assert {"unit.opened", "household.registered", "worker.registered", "assignment.made", "assignment.ended"} <= set(
        acts.values_list("action", flat=True)
    )
    assert not any(name in str(act.detail) for act in acts for name in ("林阿芳", "陈志明", "15400001234"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 12), st.integers(1, 6) | st.none()), min_size=1, max_size=8
    )
)
def test_whatever_is_assigned_no_two_alike_hold_on_one_day(grid, day, at, steps):
    with transaction.atomic():
        for who, start, length in steps:
            begin = day + timedelta(days=start)
            end = begin + timedelta(days=length) if length else None
            worker = (grid.worker, grid.idle)[who]
            try:
                assign(
                    worker, target=Target(unit=grid.second), role="RESPONSIBLE",
                    from_day=begin, to_day=end, by=SYSTEM, at=at,
                )  # fmt: skip
            except GridRefused as refused:
                assert refused.code == "assigned_already"
        for number in range(25):
            held = names(responsible_persons(grid.other, day=day + timedelta(days=number)))
            assert len(held) == len(set(held))
        transaction.set_rollback(True)
