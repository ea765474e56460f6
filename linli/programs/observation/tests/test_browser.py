"""Staff of a community start an observation, see its days, and release the person with the notice."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.community.models import Resident
from linli.programs.observation.operations import start_observation, take_step
from linli.programs.observation.tests.conftest import STAFF, check, on
from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.mark.row("D1")
@pytest.mark.row("D7")
def test_staff_start_check_and_release(page, people, newcomer, deployed):
    resident = newcomer("王建国", "HIGH")
    sign_in(page, "community_staff")
    page.goto("/observation/")
    page.get_by_role("link", name="开始观察 王建国").click()
    expect(page.get_by_text("应当观察").first).to_be_visible()
    page.get_by_role("button", name="开始观察").click()

    expect(page.get_by_text("1 人应当观察")).to_have_count(0)
    expect(page.locator(".board-row")).to_contain_text("至2020年6月23日24时")
    page.get_by_role("link", name="记监测").click()
    page.get_by_role("button", name="一切正常，记下").click()
    expect(page.locator(".board-row")).to_contain_text("今天已测")

    deployed.demo_day = date(2020, 6, 24)
    deployed.save()
    page.goto("/observation/")
    page.get_by_role("link", name="办解除").click()
    page.get_by_role("button", name="解除", exact=True).click()
    page.goto(reverse("observation:person", args=[resident.pk]))
    expect(page.get_by_role("link", name="解除通知书（PDF）")).to_be_visible()
    expect(page.locator(".day-missed")).to_have_count(13)


def test_every_page_is_accessible_and_fits(page, people, newcomer, deployed):
    observed, away, exempt = (
        newcomer("林国强"),
        newcomer("陈美华", "MEDIUM"),
        newcomer("李秀英", "LOW", has_proof=True, point_to_point=True),
    )
    for one in (observed, away):
        start_observation(one, place="HOME", reason="外地返回", by=STAFF, at=on(10, 9))
    check(observed, 10)
    check(observed, 12, 38.1)
    take_step(away, step="TO_HOSPITAL", reason="咳嗽", by=STAFF, at=on(13))
    nobody = Resident.objects.get(name="林阿芳")
    deployed.demo_day = date(2020, 6, 14)
    deployed.save()
    sign_in(page, "community_staff")
    for address in (
        reverse("observation:board"),
        reverse("observation:board") + "?show=released",
        *(reverse("observation:person", args=[one.pk]) for one in (observed, away, exempt)),
        *(reverse("observation:start", args=[one.pk]) for one in (exempt, nobody)),
        reverse("observation:step", args=[observed.pk, "RESTART"]),
        reverse("observation:release", args=[observed.pk]),
    ):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
