"""A community under rules, a person who lives alone, and the workers around them."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from linli.community.grid.operations import Target, assign, register_household, register_worker
from linli.community.people.operations import Home, Person, register_resident
from linli.policy.pack import load_packs
from linli.records.operations import Draft, record_entry
from linli.response.models import PackAdoption
from linli.response.operations import Place, Source, Statement, declare
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
def packs(db, at, shipped):
    """The packs that ship are in force."""
    rows = [(pack.instrument.id, pack.instrument.version, pack.sha256) for pack in shipped]
    return PackAdoption.objects.bulk_create(
        PackAdoption(number=1, instrument=id, version=version, sha256=sha256, adopted_by="system", adopted_at=at)
        for id, version, sha256 in rows
    )


@pytest.fixture
def declared(places, packs):
    """``declared("tier", "HIGH", "2020-06-01")`` for the whole county."""
    command = Actor(id="account:1", role="COUNTY_COMMAND", division_code="350583000000")

    def declared(fact, value, start, end=None):
        return declare(
            Statement(
                fact=fact,
                value=value,
                from_day=date.fromisoformat(start),
                to_day=date.fromisoformat(end) if end else None,
            ),
            place=Place(division=places["南安市"], area=None, is_rest=False),
            source=Source(title="第3号通告", number="南指〔2020〕3号"),
            by=command,
            at=moment(f"{start}T08:00"),
        )

    return declared


@pytest.fixture
def low(declared):
    """Low risk, no case: what m9 二(六) asks, and nothing of m38 二(二)2 and 二(三)2."""
    declared("tier", "LOW", "2020-06-01")
    declared("community_class", "NO_CASE", "2020-06-01")


@pytest.fixture
def high(declared):
    """High risk with community transmission: daily care under m38 二(三)2."""
    declared("tier", "HIGH", "2020-06-01")
    declared("community_class", "TRANSMISSION", "2020-06-01")


@pytest.fixture
def write():
    """``write("visit", resident, "2020-06-10T09:00", found="WELL")``."""

    def write(kind, resident, when, /, **payload):
        said = {"how": "DOOR", "found": "WELL"} | payload if kind == "visit" else payload
        draft = Draft(kind=kind, subject=resident, happened_at=moment(when), payload=said)
        return record_entry(draft, by=STAFF, at=moment(when)).entry

    return write


@pytest.fixture
def village(grid, day, at, write):
    """林阿芳 lives in 1-101; 陈志明 is responsible, 黄建国 heads building 1, 周丽 is on the staff."""
    done = {"from_day": date(2020, 5, 1), "by": SYSTEM, "at": moment("2020-05-01T08:00")}
    head = register_worker("黄建国", kind="BUILDING_HEAD", division=grid.community, phone="15400005555", **done)
    staff = register_worker("周丽", kind="STAFF", division=grid.community, **done)
    assign(head, target=Target(unit=grid.first), role="HEAD", from_day=day, by=SYSTEM, at=at)
    kin = register_household("1-102", unit=grid.first, from_day=day, by=SYSTEM, at=at)

    def moves_in(name, *, home=kin, birth_day=None):
        return register_resident(
            Person(name=name, birth_day=birth_day), home=Home(household=home), kind="RESIDENT", from_day=day,
            by=SYSTEM, at=at,
        )  # fmt: skip

    return SimpleNamespace(**vars(grid), head=head, staff=staff, kin=kin, moves_in=moves_in)


@pytest.fixture
def alone(village, write):
    """``alone("2020-06-10T08:00")``: 林阿芳 is put on the register of older people who live alone at that moment."""

    def alone(when="2020-06-10T08:00", group="elderly_alone", who=None):
        write("enrolment", who or village.lin, when, group=group, from_day=when[:10], why="子女在外")
        return who or village.lin

    return alone
