"""The demo county: three made-up years, marked as such, the same for the same seed."""

from datetime import date

import pytest

from linli.community.codes import VILLAGE
from linli.community.demo import DemoPlan
from linli.community.demo import build_demo as build_places
from linli.community.models import Division
from linli.response.demo import build_demo
from linli.response.models import Declaration
from linli.response.queries import facts_of, rulebook, states_of

pytestmark = pytest.mark.django_db
COUNTY = "350583000000"


@pytest.fixture
def build(at, day):
    def build(seed=1):
        plan = DemoPlan(county=COUNTY, day=day, at=at, seed=seed, people=10)
        build_places(plan)
        return build_demo(plan)

    return build


def test_the_demo_shows_every_tier_class_and_step_and_marks_its_sources(build):
    counts = build()

    assert counts["packs"] == len(rulebook().packs) >= 5
    assert all("演示" in row.source_title for row in Declaration.objects.all())
    tiers = [facts_of(COUNTY, day=date.fromisoformat(day)).facts.values.get("tier") for day in
             ("2020-06-10", "2021-01-10", "2022-03-20", "2022-04-01", "2022-06-01", "2023-01-08")]  # fmt: skip
    assert tiers == ["LOW", "MEDIUM", "HIGH", "MEDIUM", "LOW", None]
    villages = Division.objects.filter(level=VILLAGE, code__startswith="350583").values_list("code", flat=True)
    classes = {
        day: [
            state.facts.values.get("community_class")
            for state in states_of(villages, day=date.fromisoformat(day)).values()
        ]
        for day in ("2021-01-10", "2022-03-20")
    }
    assert classes["2021-01-10"].count("OUTBREAK") == 3
    assert classes["2022-03-20"].count("TRANSMISSION") == 5
    assert classes["2022-03-20"].count("NO_CASE") == len(villages) - 5
    assert set(Declaration.objects.values_list("kind", flat=True)) == {"DECLARED", "CORRECTED", "ENDED", "WITHDRAWN"}
    assert set(Declaration.objects.values_list("step", flat=True)) == {"", "STARTED", "CHANGED", "STOPPED"}


def test_the_same_seed_gives_the_same_demo(build):
    from django.db import transaction

    def built(seed):
        with transaction.atomic():
            build(seed)
            rows = list(
                Declaration.objects.order_by("id").values_list("fact", "value", "division_id", "from_day", "to_day")
            )
            transaction.set_rollback(True)
        return rows

    first = built(1)
    assert built(1) == first
    assert built(2) != first
