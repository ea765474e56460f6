"""Staff of a community find a gap in the grid and close it; every page of the grid is readable on phone and desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.community.demo.people import people_of
from linli.community.models import Account, Household, Residence
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser


@pytest.fixture
def county(people):
    """600 people in 溪美, the accounts of the roles beside them."""
    Account.objects.filter(username="grid_worker").update(username="grid")
    people_of("350583000000", seed=3, people=600)


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.mark.row("B2")
def test_staff_find_a_gap_assign_a_worker_and_the_gap_is_gone(page, county):
    sign_in(page, "community_staff")
    choose_entry(page, "缺口")
    tab = page.get_by_role("link", name="没有责任人的户")
    before = int(tab.locator("strong").inner_text())
    tab.click()
    row = page.locator(".persons li").first
    label = row.locator("strong").inner_text()
    row.get_by_role("link", name="安排责任人").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("安排责任人")
    page.get_by_label("谁来负责").select_option(index=1)
    page.get_by_role("button", name="安排", exact=True).click()

    expect(page.get_by_role("status")).to_have_text("已安排。")
    expect(page.get_by_role("link", name="没有责任人的户").locator("strong")).to_have_text(str(before - 1))
    assert label not in page.locator(".persons strong").all_inner_texts()


@pytest.mark.row("B1")
def test_staff_read_the_three_levels_and_who_heads_them(desk_page, county):
    page = desk_page
    sign_in(page, "community_staff")
    choose_entry(page, "网格")

    expect(page.get_by_role("heading", level=1)).to_have_text("溪美社区居委会的网格")
    for kind in ("社区网格工作站", "小区网格服务站", "楼栋志愿服务站"):
        expect(page.get_by_text(kind, exact=True).first).to_be_visible()
    expect(page.get_by_text("没有负责人", exact=True).first).to_be_visible()
    expect(page.get_by_text("辅网：物业管理公司").first).to_be_visible()


def test_a_grid_worker_finds_a_household_of_the_own_grid(phone_page, county):
    page = phone_page
    sign_in(page, "grid")
    choose_entry(page, "网格")
    page.locator(".persons a").first.click()
    page.locator(".persons a").first.click()
    label = page.locator(".persons strong").last.inner_text()

    choose_entry(page, "查找")
    page.get_by_label("姓名、拼音首字母、室号或电话后四位").fill(label)
    page.get_by_role("button", name="查找").click()

    assert label not in page.url
    expect(page.locator(".persons strong", has_text=label).first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_of_the_grid_is_accessible_and_fits(page, live_server, county, theme):
    sign_in(page, "community_staff")
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    lives = Residence.objects.filter(household__isnull=False, to_day__isnull=True).select_related("household").first()
    home = Household.objects.get(pk=lives.household_id)
    worker = home.unit.division.workers.first()
    for address in (
        reverse("grid:community", args=[home.unit.division_id]),
        reverse("grid:unit", args=[home.unit_id]),
        reverse("grid:household", args=[home.pk]),
        reverse("grid:resident", args=[lives.resident_id]),
        reverse("grid:worker", args=[worker.pk]),
        reverse("grid:find"),
        *(f"{reverse('grid:gaps')}?kind={kind}" for kind in ("HOUSEHOLDS", "RESIDENTS", "UNITS", "COMMUNITIES")),
        f"{reverse('grid:assign')}?household={home.pk}",
        reverse("grid:register_resident", args=[home.pk]),
        reverse("grid:move", args=[lives.resident_id]),
    ):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)


def test_the_list_of_communities_is_accessible_and_fits(page, county):
    sign_in(page, "county_command")
    page.goto("/grid/")

    expect(page.get_by_role("link", name="溪美社区居委会")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
