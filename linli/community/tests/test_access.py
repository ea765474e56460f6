"""Who may reach what: by role, by division, by day, and nothing without a grant."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from linli.community.access import ANY_LOGIN, ANYONE, Reach, get_reachable_or_404, reach_of, reachable
from linli.community.models import Division, RoleGrant
from linli.community.operations import end_role
from linli.community.roles import Role
from linli.trail.actor import SYSTEM


def test_the_township_reaches_what_is_below_it_and_nothing_beside(people, places, day):
    reach = reach_of(people.TOWNSHIP, day=day)

    assert reach.covers(places["中山社区居委会"].code, roles={Role.TOWNSHIP})
    assert not reach.covers(places["省新镇"].code, roles={Role.TOWNSHIP})
    assert not reach.covers(places["南安市"].code, roles={Role.TOWNSHIP})


def test_a_role_gives_nothing_to_pages_of_another_role(people, places, day):
    reach = reach_of(people.TOWNSHIP, day=day)

    assert not reach.covers(places["溪美街道"].code, roles={Role.COUNTY_COMMAND})
    assert not reach.is_among(frozenset({Role.COUNTY_COMMAND}))


def test_foreign_objects_are_not_there(people, places, day):
    reach = reach_of(people.TOWNSHIP, day=day)
    rows = Division.objects.all()

    found = reachable(rows, reach=reach, roles={Role.TOWNSHIP}, path="code")
    assert {division.name for division in found} == {"溪美街道", "溪美社区居委会", "中山社区居委会"}
    assert get_reachable_or_404(rows, reach=reach, roles={Role.TOWNSHIP}, path="code", name="溪美街道")
    with pytest.raises(Http404):
        get_reachable_or_404(rows, reach=reach, roles={Role.TOWNSHIP}, path="code", name="省新镇")


def test_nobody_reaches_nothing(places):
    assert list(reachable(Division.objects.all(), reach=Reach(), roles=set(Role), path="code")) == []
    assert Reach().is_among(ANYONE)
    assert not Reach().is_among(ANY_LOGIN)
    assert not Reach().is_among(None)


def test_a_grant_holds_from_its_first_day_up_to_not_including_its_last(people, day, at):
    grant = RoleGrant.objects.get(account=people.TOWNSHIP)
    end_role(grant, to_day=day, by=SYSTEM, at=at)

    assert reach_of(people.TOWNSHIP, day=day - timedelta(days=1)).roles == {Role.TOWNSHIP}
    assert reach_of(people.TOWNSHIP, day=day).roles == frozenset()
    assert reach_of(people.TOWNSHIP, day=date(2019, 12, 31)).roles == frozenset()


def test_a_closed_account_reaches_nothing(people, day):
    people.TOWNSHIP.is_active = False
    assert reach_of(people.TOWNSHIP, day=day) == Reach()


def test_the_database_refuses_a_grant_that_ends_before_it_begins(people, places, day):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            account=people.TOWNSHIP, role="TOWNSHIP", division=places["南安市"], from_day=day, to_day=day
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "35", "name": "短", "level": 1},
        {"code": "360000000000", "name": "", "level": 1},
        {"code": "360000000000", "name": "江西省", "level": 6},
        {"code": "360100000000", "name": "南昌市", "level": 2},
        {"code": "360000000000", "name": "江西省", "level": 1, "setting": "TOWN"},
    ],
    ids=["code", "name", "level", "parent", "setting"],
)
def test_the_database_refuses_a_division_that_cannot_be(db, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Division.objects.create(full_name="x", **wrong)


def test_an_act_is_signed_in_the_role_that_covers_the_place(people, places, day):
    reach = reach_of(people.TOWNSHIP, day=day)

    actor = reach.actor(roles={Role.TOWNSHIP}, division_code=places["溪美社区居委会"].code)
    assert (actor.role, actor.division_code) == ("TOWNSHIP", "350583001000")
    assert reach.actor(roles={Role.AUDITOR}).role == ""
