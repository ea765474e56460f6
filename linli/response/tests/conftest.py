"""A county command, and short ways to declare."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linli.community.roles import Role
from linli.response.operations import Place, Source, Statement, declare
from linli.trail.actor import Actor

BEIJING = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.fixture
def command() -> Actor:
    """李国强 of the county command of 南安市."""
    return Actor(id="account:1", role=Role.COUNTY_COMMAND, division_code="350583000000")


@pytest.fixture
def say(places, command, at):
    """``say("溪美街道", "tier", "MEDIUM", "2020-06-01", "2020-06-15")``."""

    def say(place, fact, value, start, end=None, *, area=None, is_rest=False, when=None, by=None, **more):
        ends_earlier = more.pop("ends_earlier", False)
        source = Source(title=more.pop("title", "第3号通告"), number="南指〔2020〕3号")
        return declare(
            Statement(
                fact=fact,
                value=value,
                from_day=date.fromisoformat(start),
                to_day=date.fromisoformat(end) if end else None,
                **more,
            ),
            place=Place(division=places[place], area=area, is_rest=is_rest),
            source=source,
            ends_earlier=ends_earlier,
            by=by or command,
            at=when or at,
        )

    return say
