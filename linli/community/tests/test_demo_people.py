"""The invented county: the same from the same seed, nobody real in it, and its gaps found to the last one."""

import json
from collections import Counter

import pytest

from linli.community.demo.people import people_of
from linli.community.division_import import import_divisions
from linli.community.divisions import shipped_rows
from linli.community.grid.gaps import Gap, gaps
from linli.community.grid.queries import responsible_for
from linli.community.identity import DEMO_AREA, DEMO_PHONES, read_card
from linli.community.models import GridUnit, Household, Residence, Resident, ResidentDocument, Worker
from linli.trail.actor import SYSTEM

COUNTY = "350583000000"


@pytest.fixture
def county(db, at, deployed, tmp_path):
    """南安 with 2,000 people, and the lines of its truth."""
    import_divisions(shipped_rows(), by=SYSTEM, at=at, commit=True)
    counts = people_of(COUNTY, seed=7, people=2000, truth=tmp_path / "truth.jsonl")
    return counts, [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]


def planned(lines, kind, *keys):
    return sorted(tuple(line[key] for key in keys) for line in lines if line["type"] == "gap" and line["gap"] == kind)


def path_of(unit):
    return "/" + unit.name if unit.parent is None else f"{path_of(unit.parent)}/{unit.name}"


def test_the_gaps_found_are_those_left_on_purpose_and_no_other(county, day):
    _, lines = county
    found = {kind: list(gaps(kind, areas=[COUNTY], day=day)) for kind in Gap}

    assert sorted((str(one.pk),) for one in found[Gap.HOUSEHOLDS]) == planned(lines, "HOUSEHOLDS", "household")
    assert sorted((str(one.resident_id),) for one in found[Gap.RESIDENTS]) == planned(lines, "RESIDENTS", "resident")
    assert sorted((one.division_id, path_of(one)) for one in found[Gap.UNITS]) == planned(
        lines, "UNITS", "community", "unit"
    )
    assert sorted((one.phone,) for one in found[Gap.WORKERS]) == planned(lines, "WORKERS", "phone")
    assert sorted((one.code,) for one in found[Gap.COMMUNITIES]) == planned(lines, "COMMUNITIES", "community")
    assert all(found.values())


def test_who_answers_agrees_with_the_plan_for_every_household(county, day):
    _, lines = county
    answers = responsible_for(Household.objects.all(), day=day)

    assert {str(pk): bool(rows) for pk, rows in answers.items()} == {
        line["id"]: line["has_responsible"] for line in lines if line["type"] == "household"
    }


def test_as_many_people_as_asked_for_each_in_the_household_of_the_plan(county, day):
    counts, lines = county
    plan = {line["id"]: line["household"] for line in lines if line["type"] == "resident"}
    now = Residence.objects.filter(to_day__isnull=True).values_list("resident", "household")

    assert counts["residents"] == Resident.objects.count() == 2000
    assert {str(who): str(where) if where else None for who, where in now} == plan
    moved = {line["id"] for line in lines if line["type"] == "resident" and line["moved_from"]}
    assert {
        str(one) for one in Residence.objects.filter(end_reason="MOVED").values_list("resident", flat=True)
    } == moved
    assert len(moved) > 20


def test_nobody_in_it_can_be_real(county):
    numbers = list(ResidentDocument.objects.values_list("number", "resident__birth_day", "resident__sex"))

    assert len(numbers) == 2000
    for number, birth_day, sex in numbers:
        facts = read_card(number, is_demo=True)
        assert number.startswith(DEMO_AREA)
        assert (facts.birth_day, facts.is_male) == (birth_day, sex == "MALE")
    phones = [*Resident.objects.exclude(phone="").values_list("phone", flat=True)]
    phones += Worker.objects.values_list("phone", flat=True)
    assert all(len(phone) == 11 and phone.startswith(DEMO_PHONES) for phone in phones)
    assert len(phones) == len(set(phones))


def test_ages_and_households_are_plausible(county, day):
    ages = [day.year - born.year for born in Resident.objects.values_list("birth_day", flat=True)]
    sizes = Counter(Residence.objects.filter(to_day__isnull=True, household__isnull=False).values_list("household"))

    assert 0.12 < sum(age < 15 for age in ages) / len(ages) < 0.26
    assert 0.09 < sum(age >= 65 for age in ages) / len(ages) < 0.24
    assert max(ages) < 105
    assert 2.5 < sum(sizes.values()) / len(sizes) < 3.6


def test_town_and_country_have_their_own_three_levels(county):
    by_root = {}
    for unit in GridUnit.objects.filter(net="MAIN", parent__isnull=False).select_related("division"):
        by_root.setdefault("村委会" in unit.division.name, set()).add(unit.kind)

    assert by_root[False] == {"COMPOUND_STATION", "BUILDING_STATION"}
    assert by_root[True] == {"NATURAL_VILLAGE_STATION", "GROUP_STATION"}


def snapshot():
    return [
        list(Household.objects.order_by("id").values_list("id", "label", "unit__name")),
        list(Resident.objects.order_by("id").values_list("id", "name", "birth_day", "phone")),
        list(ResidentDocument.objects.order_by("number").values_list("number", "resident")),
        sorted(Worker.objects.values_list("name", "phone", "kind", "division")),
    ]


@pytest.fixture
def build(places):
    from linli.community import models

    def build(seed):
        for model in (models.Assignment, models.Residence, models.Resident, models.Household, models.Worker):
            model.objects.all().delete()
        while GridUnit.objects.exists():
            GridUnit.objects.exclude(pk__in=GridUnit.objects.exclude(parent=None).values("parent")).delete()
        people_of(COUNTY, seed=seed, people=300)
        return snapshot()

    return build


def test_the_same_seed_makes_the_same_people_and_another_makes_others(build):
    first = build(1)

    assert build(1) == first
    other = build(2)
    assert other != first
    assert len(other[1]) == 300
