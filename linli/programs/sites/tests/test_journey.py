"""Staff give people rooms, are kept from putting strangers together, let somebody go and have the room disinfected."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.programs.sites.models import Booking, Stay
from linli.programs.sites.operations import book_transport, check_in, check_out
from linli.programs.sites.tests.conftest import BY
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def give_a_room(page, name):
    page.get_by_role("link", name=f"安排房间 {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"给{name}安排房间")


@pytest.mark.row("D3")
def test_staff_fill_a_site_room_by_room(page, people, hotel, arrivals, low_risk):
    sign_in(page, "community_staff")
    choose_entry(page, "集中观察点")
    give_a_room(page, "林阿芳")
    page.get_by_label("201 房").check()
    page.get_by_role("button", name="入住").click()
    expect(page.get_by_role("status")).to_have_text("已安排入住。")

    # A stranger in the same room: why not, on which clause, and which rooms are free.
    page.goto(reverse("sites:room", args=[hotel.r201.pk]))
    give_a_room(page, "陈志远")
    page.get_by_role("button", name="入住").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("不能同住")
    expect(refused.locator(".chip")).to_contain_text("(五)")
    expect(page.get_by_label("201 房")).to_have_count(0)
    page.get_by_label("202 房").check()
    page.get_by_role("button", name="入住").click()
    expect(page.get_by_role("status")).to_have_text("已安排入住。")

    # She is taken to hospital; her room waits to be disinfected before anybody else comes.
    stay = Stay.objects.get(resident=arrivals.fang)
    page.goto(reverse("sites:stay", args=[stay.pk]))
    page.get_by_role("link", name="办理离开").click()
    page.get_by_text("送医院").click()
    page.get_by_role("button", name="登记离开").click()
    expect(page.locator(".room-badge")).to_have_text("待消毒")
    page.get_by_role("button", name="已消毒").click()
    expect(page.get_by_role("status")).to_have_text("已登记消毒，房间可以住人了。")
    expect(page.locator(".room-badge")).to_have_text("空")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_of_sites_is_accessible_and_fits(page, live_server, people, hotel, arrivals, low_risk, theme, at):
    mother = check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    gone = check_in(arrivals.chen, room=hotel.r203, by=BY, at=at)
    check_out(gone, leaving="HOSPITAL", by=BY, at=at)
    drive = {"from_place": "溪美车站", "goal": "SITE", "to_site": hotel.site, "vehicle": "闽C12345", "wanted_at": at}
    book_transport(arrivals.bao, **drive, by=BY, at=at)
    sign_in(page, "community_staff")
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    site, room = hotel.site.pk, hotel.r203.pk
    for address in (
        reverse("sites:sites"),
        reverse("sites:site", args=[site]),
        reverse("sites:notice", args=[site]),
        reverse("sites:room", args=[hotel.r201.pk]),
        reverse("sites:room", args=[room]),
        reverse("sites:stay", args=[mother.pk]),
        reverse("sites:check_in", args=[arrivals.bao.pk]),
        reverse("sites:move", args=[mother.pk]),
        reverse("sites:check_out", args=[mother.pk]),
        reverse("sites:count", args=[site]),
        reverse("sites:add_rooms", args=[site]),
        reverse("sites:sheet", args=[site]),
        reverse("sites:close_room", args=[room]),
        reverse("sites:open_site"),
        reverse("sites:transport"),
        reverse("sites:book", args=[arrivals.chen.pk]),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_fits(page)
        assert_accessible(page)
    assert Booking.objects.get().is_open
