"""A grid worker on a phone and the clerk at the desk, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM
from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture
def morning(staffed, arrives, at, monkeypatch):
    """林阿芳 and 吴大明 have arrived; 林阿芳 has a fever since."""
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda *_, **__: at)
    arrives(staffed.lin)
    arrives(staffed.neighbour)
    return staffed


def fever(resident, at):
    draft = Draft(kind="health_check", subject=resident, happened_at=at, payload={"temperature": 38.4})
    record_entry(draft, by=SYSTEM, at=at)


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_worker_signs_in_taps_once_and_a_check_is_recorded_and_taken_back(phone_page, morning):
    page = phone_page
    sign_in(page, "grid_worker")
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")
    page.get_by_role("button", name="健康监测 林阿芳").click()

    expect(page.get_by_role("status")).to_contain_text("刚才记好了")
    entry = Entry.objects.get(kind="health_check")
    assert (entry.resident_id, entry.payload["temperature"]) == (morning.lin.pk, 36.5)
    card = page.locator(f"#c-{morning.lin.pk}").first
    expect(card).to_be_in_viewport()

    page.get_by_role("button", name="点错了，撤回").click()
    expect(page.get_by_role("button", name="健康监测 林阿芳")).to_be_visible()
    assert Entry.objects.filter(corrects=entry, is_withdrawn=True).exists()


def test_a_double_tap_in_the_browser_stores_once(phone_page, morning):
    page = phone_page
    sign_in(page, "grid_worker")
    page.get_by_role("button", name="健康监测 林阿芳").dblclick()
    expect(page.get_by_role("status")).to_contain_text("刚才记好了")
    assert Entry.objects.filter(kind="health_check").count() == 1


def test_a_clause_opens_with_one_tap(phone_page, morning):
    page = phone_page
    sign_in(page, "grid_worker")
    page.get_by_role("link", name="南安40号文 (五)").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("应当")


def test_the_clerk_goes_from_a_number_to_the_person_and_back_to_the_desk(desk_page, morning, at):
    fever(morning.lin, at)
    page = desk_page
    sign_in(page, "community_staff")
    expect(page.get_by_role("heading", level=1)).to_contain_text("溪美社区居委会")
    expect(page.get_by_role("heading", name="要马上处理")).to_be_visible()
    page.get_by_role("link", name="健康监测").click()
    expect(page.get_by_text("共 2 件")).to_be_visible()
    page.get_by_role("link", name="吴大明", exact=True).click()
    expect(page.get_by_role("heading", name="今天要为本人做的，由谁来做")).to_be_visible()
    expect(page.get_by_text("村（社区）工作人员").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_of_the_work_list_is_accessible_and_fits(page, live_server, morning, at, theme):
    fever(morning.lin, at)
    place = morning.community.pk
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    sign_in(page, "community_staff")
    addresses = [
        "/tasks/today",
        "/tasks/desk",
        "/tasks/desk?day=2020-06-09",
        "/tasks/list",
        "/tasks/list?state=MISSED",
        "/tasks/load",
        f"{reverse('worklist:move', args=[morning.worker.pk])}?place={place}",
        "/tasks/check",
        reverse("worklist:person", args=[morning.lin.pk]),
    ]
    for address in addresses:
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
    page.goto("/tasks/list")
    page.get_by_role("link", name="做不了").first.click()
    page.get_by_role("button", name="写明原因").click()
    expect(page.get_by_role("alert")).to_contain_text("请选一个原因")
    assert_accessible(page)


def test_the_pages_of_the_worker_and_the_township_are_accessible_and_fit(page, morning):
    sign_in(page, "grid_worker")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="退出").click()
    sign_in(page, "township")
    expect(page.get_by_role("heading", level=1)).to_have_text("选一个村（社区）")
    assert_fits(page)
    assert_accessible(page)
