"""What the tests of key people share: two communities of one county, and people who come."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from linli.community.grid.operations import open_unit, register_household
from linli.community.models import Residence
from linli.community.people.operations import Home, Person, register_resident
from linli.policy.pack import load_packs
from linli.programs.keypeople.operations import Lodging, register_newcomer
from linli.response.models import PackAdoption
from linli.trail.actor import SYSTEM, Actor

STAFF = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")
THERE = Actor(id="account:2", role="COMMUNITY_STAFF", division_code="350583001002")


@pytest.fixture(scope="session")
def shipped():
    """The packs that ship, read once."""
    return load_packs()[0]


@pytest.fixture
def packs(db, at, shipped):
    """The packs that ship are in force."""
    stamps = [(pack.instrument.id, pack.instrument.version, pack.sha256) for pack in shipped]
    return PackAdoption.objects.bulk_create(
        PackAdoption(number=1, instrument=id, version=version, sha256=sha256, adopted_by="system", adopted_at=at)
        for id, version, sha256 in stamps
    )


@pytest.fixture
def next_door(grid, places, day, at):
    """中山社区, in the same street office: a station and one household."""
    given = {"from_day": day, "by": SYSTEM, "at": at}
    root = open_unit("中山社区网格工作站", kind="COMMUNITY_STATION", division=places["中山社区居委会"], **given)
    block = open_unit("5号楼", kind="BUILDING_STATION", division=places["中山社区居委会"], parent=root, **given)
    return SimpleNamespace(community=places["中山社区居委会"], flat=register_household("5-302", unit=block, **given))


@pytest.fixture
def resident(grid, at):
    """陈小明, who has lived in 溪美 with no household found yet."""
    return register_resident(
        Person(name="陈小明", phone="15400005678"),
        home=Home(division=grid.community),
        kind=Residence.Kind.RESIDENT,
        from_day=date(2020, 5, 1),
        by=STAFF,
        at=at,
    )


@pytest.fixture
def came(grid, at):
    """Somebody comes to 溪美: ``came("王小海", origin_tier="HIGH")`` is the arrival."""

    def came(name="王小海", *, household=None, at=at, **changed):
        payload = {
            "arrived_on": at.date().isoformat(), "origin": "北京市丰台区", "origin_tier": "HIGH", **changed,
        }  # fmt: skip
        home = Home(household=household) if household else Home(division=grid.community)
        return register_newcomer(
            Person(name=name, phone="15400009999"), lodging=Lodging(home=home), payload=payload, by=STAFF, at=at
        ).entry

    return came


@pytest.fixture
def later(at):
    """``later(hours=3)`` is that long after the morning of the day."""
    return lambda **time: at + timedelta(**time)
