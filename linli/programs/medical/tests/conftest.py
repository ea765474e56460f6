"""People of 溪美社区 and of its neighbours, the packs in force, and short ways to write things down."""

from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace

import pytest

from linli.community.grid.operations import open_unit, register_household
from linli.community.people.operations import Home, Person, register_resident
from linli.policy.pack import load_packs
from linli.records.operations import Draft, record_entry
from linli.response.models import PackAdoption
from linli.trail.actor import SYSTEM, Actor

DOCTOR = Actor(id="account:1", role="COMMUNITY_DOCTOR", division_code="350583001001")


@cache
def shipped():
    """The packs that ship, read and checked once for all tests."""
    return load_packs()[0]


@pytest.fixture
def packs(db, at):
    """The packs that ship, adopted."""
    return [
        PackAdoption.objects.create(
            number=1,
            instrument=pack.instrument.id,
            version=pack.instrument.version,
            sha256=pack.sha256,
            adopted_by="system",
            adopted_at=at,
        )
        for pack in shipped()
    ]


@pytest.fixture
def village(grid, places, packs, at):
    """林阿芳 and 林小军 live in 1-101, 陈大山 in 2-201 of 溪美; 黄秀英 in 中山, 吴建国 in 省身 of another township."""
    done = {"by": SYSTEM, "at": at}
    since = date(2020, 6, 10)

    def person(name, home, phone=""):
        return register_resident(Person(name=name, phone=phone), home=home, kind="RESIDENT", from_day=since, **done)

    def elsewhere(place, label):
        root = open_unit(
            f"{place}工作站",
            kind="VILLAGE_STATION" if "村" in place else "COMMUNITY_STATION",
            division=places[place],
            from_day=since,
            **done,
        )
        inside = "NATURAL_VILLAGE_STATION" if "村" in place else "COMPOUND_STATION"
        unit = open_unit(f"{place}一片", kind=inside, division=places[place], parent=root, from_day=since, **done)
        return register_household(label, unit=unit, from_day=since, **done)

    return SimpleNamespace(
        lin=grid.lin,
        son=person("林小军", Home(household=grid.flat), "15400005678"),
        chen=person("陈大山", Home(household=grid.other)),
        newcomer=person("许小梅", Home(division=places["溪美社区居委会"])),
        huang=person("黄秀英", Home(household=elsewhere("中山社区居委会", "5号"))),
        wu=person("吴建国", Home(household=elsewhere("省身村委会", "8号"))),
        flat=grid.flat,
        other=grid.other,
    )


@pytest.fixture
def write(at):
    """``write("test", person, minutes=-5, result="POSITIVE")``: an entry that came in at its moment."""

    def write(kind, subject, *, minutes=0, by=DOCTOR, **payload):
        moment = at + timedelta(minutes=minutes)
        return record_entry(
            Draft(kind=kind, subject=subject, happened_at=moment, payload=payload), by=by, at=moment
        ).entry

    return write


@pytest.fixture
def positive(write):
    """``positive(person)``: a test that calls for the doctor."""

    def positive(person, *, minutes=0, **changed):
        payload = {"class": "MUST", "sampled_on": "2020-06-10", "method": "PCR", "result": "POSITIVE"} | changed
        return write("test", person, minutes=minutes, **payload)

    return positive
