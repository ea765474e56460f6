"""A grid worker knocks at a door with the phone; the doctor plans a session and works off its list."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.records.models import Entry
from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture
def street(people, village, begun, write, now):
    """A round is open; 王大山 is at risk, 陈老伯 was reached."""
    village.worker.account = people.GRID_WORKER
    village.worker.save()
    write("risk_level", village.wang, "2023-01-09T10:00", risk="HIGH", why="长期吸氧")
    write("door_knock", village.chen, "2023-01-09T15:00", risk="LOW")
    write("kit", village.chen, "2023-01-09T15:00", items=["MASKS", "ANTIGEN"])
    return village


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.mark.row("C5")
def test_a_grid_worker_knocks_and_writes_it_down_with_two_taps(phone_page, street):
    page = phone_page
    sign_in(page, "grid_worker")
    page.goto(reverse("health:register"))
    expect(page.locator(".round-count")).to_have_text("0 / 2")
    page.get_by_role("link", name="敲门 林阿芳").click()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="一切正常，记下").click()

    expect(page.get_by_role("status")).to_have_text("已登记：敲门，林阿芳。")
    expect(page.locator(".round-count")).to_have_text("1 / 2")
    assert Entry.objects.filter(kind="kit", resident=street.lin).exists()


@pytest.mark.row("C6")
def test_the_doctor_plans_a_session_books_and_records_a_dose(desk_page, street):
    page = desk_page
    sign_in(page, "community_doctor")
    page.goto(reverse("health:vaccination"))
    page.get_by_role("link", name="开一场接种").click()
    page.get_by_label("地点").fill("社区广场")
    page.get_by_label("日期").fill("2023-01-10")
    page.get_by_label("时间", exact=True).fill("8:00–11:30")
    page.get_by_label("可接种人数").fill("40")
    page.get_by_role("button", name="定下场次").click()
    page.get_by_role("button", name="约 陈老伯").click()
    expect(page.get_by_text("已约 1 / 40")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="登记接种 陈老伯").click()
    expect(page.get_by_label("老年人绿色通道")).to_be_checked()
    page.get_by_role("button", name="记下", exact=True).click()

    expect(page.locator("ol.persons")).to_contain_text("09:00 已登记")
    assert Entry.objects.get(kind="vaccination").payload["where"] == "GREEN_LANE"


def test_every_page_is_accessible_and_fits(page, street, write):
    session = write(
        "session", street.community, "2023-01-09T08:00", point="MOBILE", place="社区广场", held_on="2023-01-12",
        hours="8:00–11:30", capacity=2, green_lane=True,
    )  # fmt: skip
    sign_in(page, "community_staff")
    for address in (
        reverse("health:register"),
        reverse("health:kits"),
        reverse("health:vaccination"),
        reverse("health:session", args=[session.pk]),
        reverse("health:open_session", args=[street.community.pk]),
        reverse("health:open_round", args=[street.community.pk]),
        reverse("health:knock", args=[street.wang.pk]),
    ):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
