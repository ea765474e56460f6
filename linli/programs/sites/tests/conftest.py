"""A site with rooms, and people who are to be observed there: 林阿芳 and 林小宝 of one household, 陈志远 of another."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from linli.community.models import Residence
from linli.community.people.operations import Home, Person, register_resident
from linli.programs.sites.operations import add_rooms, open_site
from linli.records.operations import Draft, record_entry
from linli.trail.actor import Actor

BY = Actor(id="account:1", role="COMMUNITY_STAFF", division_code="350583001001")


def observe(resident, *, day, at):
    """Write down that somebody is observed centrally for 14 days from now on."""
    until = (day + timedelta(days=14)).isoformat()
    payload = {"step": "START_CENTRAL", "until": until, "decided_by": "community"}
    draft = Draft(kind="observation_step", subject=resident, happened_at=at, payload=payload)
    return record_entry(draft, by=BY, at=at).entry


def release(resident, *, day, at):
    """Write down that the observation has ended."""
    payload = {"released_on": day.isoformat(), "early": True, "early_reason": "BASIS_ENDED"}
    draft = Draft(kind="release", subject=resident, happened_at=at, payload=payload)
    return record_entry(draft, by=BY, at=at).entry


@pytest.fixture
def hotel(grid, places, day, at):
    """南山宾馆 in 溪美社区, for the people of 溪美街道: 201 and 202 with two beds, 203 with one."""
    site = open_site(
        "南山宾馆",
        division=places["溪美社区居委会"],
        serves=places["溪美街道"],
        kind="HOTEL",
        address="溪美街道中山路8号",
        head=grid.worker,
        phone="15400005678",
        meals="每天三餐送到房门口，免费。",
        complaint="镇街值班室 15400009999",
        notice="家里可以送东西，交到一楼。",
        from_day=day,
        by=BY,
        at=at,
    )
    rooms = add_rooms("201-202", site=site, beds=2, by=BY, at=at) + add_rooms("203", site=site, beds=1, by=BY, at=at)
    return SimpleNamespace(site=site, **{f"r{room.label}": room for room in rooms})


@pytest.fixture
def arrivals(grid, day, at):
    """Three people who are to be observed centrally from today on, and 林建国, who lives with 林阿芳 and is not."""

    def person(name, household):
        done = {"kind": Residence.Kind.RESIDENT, "from_day": day, "by": BY, "at": at}
        return register_resident(Person(name=name), home=Home(household=household), **done)

    found = SimpleNamespace(
        fang=grid.lin,
        bao=person("林小宝", grid.flat),
        carer=person("林建国", grid.flat),
        chen=person("陈志远", grid.other),
    )
    for one in (found.fang, found.bao, found.chen):
        observe(one, day=day, at=at - timedelta(hours=1))
    return found
