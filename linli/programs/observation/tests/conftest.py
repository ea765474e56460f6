"""A community of 南安 under the packs that ship, low risk without cases, with people who arrived there."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.community.models import Residence
from linli.community.people.operations import Home, Person, register_resident
from linli.community.roles import Role
from linli.programs.observation.operations import start_observation
from linli.records.operations import Draft, record_entry
from linli.response.operations import Place, Source, Statement, adopt_packs, declare
from linli.trail.actor import SYSTEM, Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
STAFF = Actor(id="account:2", role=Role.COMMUNITY_STAFF, division_code="350583001001")
COMMAND = Actor(id="account:1", role=Role.COUNTY_COMMAND, division_code="350583000000")


def on(day, hour=8):
    """A moment of a day of June 2020, or of a date."""
    if isinstance(day, int):
        day = date(2020, 6, day)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def say(places):
    """``say("tier", "MEDIUM", date(2020, 6, 15))`` for the county."""

    def say(fact, value, start, *, place="南安市", end=None):
        return declare(
            Statement(fact=fact, value=value, from_day=start, to_day=end),
            place=Place(division=places[place]),
            source=Source(title="第3号通告"),
            ends_earlier=True,
            by=COMMAND,
            at=on(start),
        )

    return say


@pytest.fixture
def ruled(deployed, say):
    """The packs that ship are in force, and 南安 is low risk without cases."""
    adopt_packs(None, by=SYSTEM, at=on(date(2020, 1, 20)))
    say("tier", "LOW", date(2020, 5, 1))
    say("community_class", "NO_CASE", date(2020, 5, 1))


@pytest.fixture
def newcomer(grid, ruled):
    """``newcomer("王建国", "INBOUND", 10)``: somebody who arrived on a day of June."""

    def newcomer(name="王建国", origin="INBOUND", day=10, *, household=None, **said):
        resident = register_resident(
            Person(name=name),
            home=Home(household=household or grid.flat) if day >= 10 else Home(division=grid.community),
            kind=Residence.Kind.RESIDENT,
            from_day=date(2020, 6, day),
            by=SYSTEM,
            at=on(day),
        )
        arrive(resident, origin, day, **said)
        return resident

    return newcomer


def arrive(resident, origin, day, **said):
    payload = {"arrived_on": f"2020-06-{day:02}", "origin": "外地", "origin_tier": origin} | said
    record_entry(Draft(kind="arrival", subject=resident, happened_at=on(day), payload=payload), by=STAFF, at=on(day))


@pytest.fixture
def observed(newcomer):
    """王建国 came from abroad on 10 June and is observed at home from that day."""
    resident = newcomer()
    start_observation(resident, place="HOME", reason="境外返回", by=STAFF, at=on(10, 9))
    return resident


def check(resident, day, temperature=36.5, **said):
    """A daily check at nine."""
    at = on(day, 9) + timedelta(minutes=30)
    draft = Draft(
        kind="health_check",
        subject=resident,
        happened_at=at,
        payload={"temperature": temperature, **said},
        channel="DOOR",
    )
    return record_entry(draft, by=STAFF, at=at)
