"""At the door, with one hand: an entry in three taps; at the desk: a register, a person, a correction. In a browser."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.trail.actor import Actor
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser
BY = Actor(id="account:0", role="COMMUNITY_STAFF", division_code="350583001001")


@pytest.fixture
def village(people, grid, at):
    """林阿芳 came from a high-risk area and lives alone; 陈志明 has the account of the grid worker."""
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()
    arrival = {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH", "told_by": "HOST"}
    alone = {"group": "elderly_alone", "from_day": date(2020, 6, 1).isoformat(), "why": "老伴住院"}
    for kind, payload in (("arrival", arrival), ("enrolment", alone)):
        record_entry(Draft(kind=kind, subject=grid.lin, happened_at=at, payload=payload), by=BY, at=at)
    return grid


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_check_is_written_down_in_three_taps_from_the_register(phone_page, village):
    page = phone_page
    sign_in(page, "grid_worker")
    page.goto(reverse("records:register", args=["arrival_high_risk"]))

    page.get_by_role("link", name="林阿芳", exact=True).click()
    page.get_by_role("link", name="健康监测").click()
    button = page.get_by_role("button", name="一切正常，记下")
    assert button.bounding_box()["height"] >= 44
    assert_fits(page)
    assert_accessible(page)
    button.click()

    expect(page.get_by_role("status")).to_have_text("已登记：健康监测，林阿芳。")
    entry = Entry.objects.get(kind="health_check")
    assert (entry.payload, entry.channel, entry.role) == ({"temperature": 36.5}, "DOOR", "GRID_WORKER")


def test_what_is_wrong_is_shown_and_kept_and_put_right_without_leaving(phone_page, village):
    page = phone_page
    sign_in(page, "grid_worker")
    page.goto(reverse("records:new", args=["health_check", "person", village.lin.pk]))
    page.get_by_label("体温").fill("385")
    page.get_by_label("咳嗽").check()
    page.get_by_role("button", name="记下", exact=True).click()

    expect(page.get_by_text("不能高于 43，请核对后重填。")).to_be_visible()
    expect(page.get_by_label("体温")).to_have_value("385")
    expect(page.get_by_label("咳嗽")).to_be_checked()
    assert_accessible(page)
    page.get_by_label("体温").fill("38.5")
    page.get_by_text("不是刚才，是更早的事").click()
    page.get_by_label("几点几分").fill("00:00")
    page.get_by_role("button", name="记下", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("有异常")
    expect(page.locator(".entry-card", has_text="健康监测")).to_contain_text("38.5℃")


@pytest.mark.row("C2")
def test_staff_find_a_person_put_them_on_a_register_and_take_them_off(desk_page, village):
    page = desk_page
    sign_in(page, "community_staff")
    choose_entry(page, "台账")
    page.get_by_text("今天没有人的").click()
    page.get_by_role("link", name="慢性病患者").click()
    page.get_by_role("link", name="纳入一个人").click()
    page.get_by_label("姓名、拼音首字母或电话后四位").fill("laf")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="纳入 林阿芳").click()
    page.get_by_label("原因").fill("高血压")
    page.get_by_role("button", name="记下").click()

    row = page.get_by_role("row", name="林阿芳")
    for words in ("1号楼 1-101", "2020-06-10 起", "高血压", "二(三)2"):
        expect(row).to_contain_text(words)
    row.get_by_role("link", name="移出").click()
    page.get_by_label("原因").fill("转到外地治疗")
    page.get_by_label("到哪天止").fill("2020-06-11")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("row", name="林阿芳")).to_contain_text("至 2020-06-10 24时")


def test_large_mode_has_targets_of_sixty_pixels(phone_page, village):
    page = phone_page
    sign_in(page, "grid_worker")
    page.get_by_role("button", name="关怀模式").click()
    page.goto(reverse("records:new", args=["health_check", "person", village.lin.pk]))

    assert_fits(page)
    for box in [one.bounding_box() for one in page.locator("main .tile, main .btn").all()]:
        assert box["height"] >= 60
        assert box["width"] >= 60


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_of_the_records_is_accessible_and_fits(page, live_server, village, theme):
    sign_in(page, "community_staff")
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    entry = Entry.objects.get(kind="arrival")
    for address in (
        reverse("records:registers"),
        reverse("records:register", args=["arrival_high_risk"]) + "?from=2020-06-01&to=2020-06-30",
        reverse("records:register", args=["mental_disorder"]),
        reverse("records:put_on", args=["elderly_alone"]),
        reverse("records:person", args=[village.lin.pk]),
        reverse("records:entry", args=[entry.pk]),
        reverse("records:new", args=["arrival", "person", village.lin.pk]),
        reverse("records:correct", args=[entry.pk]),
        reverse("records:withdraw", args=[entry.pk]),
    ):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
