"""A community in January 2023, under the circular of that month: old people, a person at risk, a child, workers."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from linli.community.grid.operations import register_household, register_worker
from linli.community.people.operations import Home, Person, register_resident
from linli.policy.pack import load_packs
from linli.records.operations import Draft, record_entry
from linli.response.models import PackAdoption
from linli.trail.actor import SYSTEM, Actor

BEIJING = ZoneInfo("Asia/Shanghai")
STAFF = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.fixture(scope="session")
def shipped():
    """The packs that ship, read once."""
    return load_packs()[0]


@pytest.fixture
def packs(db, shipped):
    """The packs that ship are in force."""
    rows = [(pack.instrument.id, pack.instrument.version, pack.sha256) for pack in shipped]
    at = moment("2020-06-01T08:00")
    return PackAdoption.objects.bulk_create(
        PackAdoption(number=1, instrument=id, version=version, sha256=sha256, adopted_by="system", adopted_at=at)
        for id, version, sha256 in rows
    )


@pytest.fixture
def now(monkeypatch):
    """``now("2023-01-10T09:00")``: the moment at which pages are asked for; at first that one."""

    def now(text):
        at = moment(text)
        monkeypatch.setattr("linli.web.gate.demo_moment", lambda deployed, *, at, moment=at: moment)

    now("2023-01-10T09:00")
    return now


@pytest.fixture
def write():
    """``write("door_knock", resident, "2023-01-10T09:00", risk="HIGH")``."""

    def write(kind, subject, when, /, **payload):
        said = {"reached": "SEEN", "condition": "WELL"} | payload if kind == "door_knock" else payload
        draft = Draft(kind=kind, subject=subject, happened_at=moment(when), payload=said)
        return record_entry(draft, by=STAFF, at=moment(when)).entry

    return write


@pytest.fixture
def village(packs, grid, day, at):
    """林阿芳 (1952) and 陈老伯 (1948) are over 65, 王大山 (1980) is not, 王小山 (2015) is a child of 7, 周婴 of 1."""
    done = {"from_day": day, "by": SYSTEM, "at": at}
    kin = register_household("1-102", unit=grid.first, **done)

    def lives(name, born, *, home=kin):
        return register_resident(
            Person(name=name, birth_day=born), home=Home(household=home), kind="RESIDENT", from_day=day,
            by=SYSTEM, at=moment("2022-12-01T08:00"),
        )  # fmt: skip

    staff = register_worker("周丽", kind="STAFF", division=grid.community, **done)
    return SimpleNamespace(
        **vars(grid),
        lives=lives,
        staff=staff,
        chen=lives("陈老伯", date(1948, 2, 29), home=grid.other),
        wang=lives("王大山", date(1980, 5, 1)),
        child=lives("王小山", date(2015, 5, 1)),
        baby=lives("周婴", date(2021, 12, 1)),
    )


@pytest.fixture
def begun(village, write):
    """A door-knock round from 9 January up to, not including, the 23rd."""
    return write(
        "round", village.community, "2023-01-09T08:00", kind="door_knock", from_day="2023-01-09",
        to_day="2023-01-23", purpose="春节前敲门",
    )  # fmt: skip
