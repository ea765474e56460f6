"""The made-up weeks of the demo county are such as could have been written down, and agree with what was planned."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from linli.community.demo import DemoPlan
from linli.community.demo.people import people_of
from linli.community.division_import import import_divisions
from linli.community.divisions import shipped_rows
from linli.records.kinds import kind_of
from linli.records.models import Enrolment, Entry
from linli.records.operations import project
from linli.records.payloads import checked_payload
from linli.records.queries import counting
from linli.trail.actor import SYSTEM
from linli.worklist.demo import build_demo

COUNTY = "350583000000"


@pytest.fixture
def lived(low_risk, at, day, tmp_path):
    """300 people of 南安 with their last weeks, and the lines of the truth about them."""
    import_divisions(shipped_rows(), by=SYSTEM, at=at, commit=True)
    truth = tmp_path / "truth.jsonl"
    people_of(COUNTY, seed=5, people=300, truth=truth)
    morning = datetime(day.year, day.month, day.day, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
    build_demo(DemoPlan(county=COUNTY, day=day, at=morning, seed=5, people=300, truth=truth))
    lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["type"] == "life"]


def rows_of(resident):
    rows = Enrolment.objects.filter(resident=resident).order_by("group", "from_day")
    return list(rows.values_list("group", "from_day", "to_day", "clause", "begun_by", "ended_by"))


def test_every_made_up_entry_would_have_been_taken(lived):
    entries = list(Entry.objects.all())
    assert {"arrival", "enrolment", "health_check", "observation_step", "visit"} <= {one.kind for one in entries}
    for one in entries:
        kind = kind_of(one.kind)
        assert checked_payload(kind, one.payload) == one.payload, one.kind
        assert one.is_abnormal == kind.is_abnormal(one.payload)


def test_the_registers_are_those_that_follow_from_the_entries(lived):
    for line in lived:
        before = rows_of(line["resident"])
        project(Entry.objects.filter(resident=line["resident"]).first().resident_id)
        assert rows_of(line["resident"]) == before


def test_the_truth_and_the_tables_agree_person_by_person(lived):
    assert any(line["observed_from"] for line in lived)
    for line in lived:
        mine = counting(Entry.objects.filter(resident=line["resident"])).order_by("happened_at", "id")
        checked = [one.day.isoformat() for one in mine if one.kind == "health_check"]
        assert sorted(checked) == sorted(line["checked"])
        groups = set(Enrolment.objects.filter(resident=line["resident"]).values_list("group", flat=True))
        assert set(line["registers"]) <= groups
        assert ("arrival" in groups) == (line["arrived"] is not None)
