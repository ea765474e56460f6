"""The main menu: what stays in sight for whom, what is in which group, how it opens and closes."""

from itertools import product

import pytest
from django.conf import settings
from playwright.sync_api import expect

from linli.community.access import Reach, reach_of
from linli.community.menu import Entry, Group
from linli.web import menu
from linli.web.menu import FEW, all_entries, menu_of, open_entries
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry


def labels(links):
    return [str(link.label) for link in links]


@pytest.mark.parametrize(
    ("role", "in_sight"),
    [
        ("GRID_WORKER", ["今天"]),
        ("COMMUNITY_STAFF", ["社区工作台"]),
        ("COUNTY_COMMAND", ["社区工作台"]),
        ("RESIDENT", ["政策查询"]),
    ],
)
def test_where_one_lands_stays_in_sight_and_the_rest_is_in_groups(people, day, role, in_sight):
    reach = reach_of(getattr(people, role), day=day)
    shown = menu_of(reach, here="")

    assert labels(shown.first) == in_sight
    grouped = [link for section in shown.sections for link in section.links]
    assert sorted(labels(shown.first) + labels(grouped)) == sorted(str(entry.label) for entry in open_entries(reach))


@pytest.mark.parametrize("number", [FEW, FEW + 1])
def test_a_few_entries_stand_without_groups(monkeypatch, number):
    few = tuple(
        Entry(route=entry.route, label=entry.label, about=entry.about, group=Group.POLICY, order=entry.order)
        for entry in all_entries()
    )[:number]
    monkeypatch.setattr(menu, "open_entries", lambda reach: list(few))
    shown = menu_of(Reach(), here="")

    assert len(shown.first) == (FEW if number == FEW else 1)
    assert bool(shown.sections) == (number > FEW)


def test_the_page_one_is_on_is_named_with_its_group(people, day):
    shown = menu_of(reach_of(people.COMMUNITY_STAFF, day=day), here="records:registers")

    assert [str(section.label) for section in shown.sections if section.here] == ["人员"]
    assert str(shown.here.label) == "台账"
    assert menu_of(Reach(), here="records:registers").here is None


# ---- in the browser ------------------------------------------------------------------------------------------------
def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def nav(page):
    return page.locator(".shell-nav")


def prefer(page, live_server, *, language, text):
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("linli_text", text)):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.mark.browser
@pytest.mark.parametrize("name", ["community_staff", "county_command", None])
def test_the_menu_is_one_row_and_opens_large_targets(page, live_server, people, name):
    if name:
        sign_in(page, name)
    for language, text in product(("zh-hans", "en"), ("normal", "large")):
        prefer(page, live_server, language=language, text=text)
        page.goto("/places/")
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-Hans-CN")
        target = {"normal": 44, "large": 60}[text]
        assert nav(page).bounding_box()["height"] < target * 1.5
        for summary in nav(page).locator("summary:visible").all():
            summary.click()
            heights = [one.bounding_box()["height"] for one in nav(page).locator("a:visible, summary:visible").all()]
            assert min(heights) >= target
            assert_fits(page)
        assert_accessible(page)


@pytest.mark.browser
@pytest.mark.parametrize("text", ["normal", "large"])
def test_an_open_group_stays_in_the_window_at_every_width(desk_page, live_server, people, text):
    page = desk_page
    sign_in(page, "county_command")
    prefer(page, live_server, language="en", text=text)
    for width in (320, 895, 896, 1279, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/declarations/status/")
        for summary in nav(page).locator("summary:visible").all():
            summary.click()
            assert_fits(page)


@pytest.mark.browser
def test_the_current_page_is_marked_in_the_row_and_in_its_group(page, people):
    sign_in(page, "community_staff")
    choose_entry(page, "台账")
    expect(page.get_by_role("heading", level=1)).to_contain_text("台账")

    summary = nav(page).locator("summary[aria-current=true]:visible")
    expect(summary).to_contain_text("台账")
    summary.click()
    expect(nav(page).locator("a[aria-current=page]:visible")).to_have_text("台账")


@pytest.mark.browser
def test_one_group_is_open_at_a_time_and_closes_on_escape_and_on_leaving(desk_page, people):
    page = desk_page
    sign_in(page, "community_staff")
    people_group, area = (nav(page).locator("summary:visible", has_text=label) for label in ("人员", "辖区"))
    shown = nav(page).locator("details[open]")
    people_group.focus()
    page.keyboard.press("Enter")
    expect(nav(page).get_by_role("link", name="人员交接")).to_be_visible()
    area.click()
    expect(shown).to_have_count(1)
    expect(nav(page).get_by_role("link", name="人员交接")).to_be_hidden()

    page.keyboard.press("Tab")
    expect(nav(page).get_by_role("link", name="网格", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(area).to_be_focused()

    page.keyboard.press("Enter")
    expect(shown).to_have_count(1)
    page.get_by_role("heading", level=1).click()
    expect(shown).to_have_count(0)

    area.click()
    page.keyboard.press("Shift+Tab")
    expect(shown).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1366])
def test_the_menu_works_without_scripts(chromium, live_server, people, width):
    size = {"width": width, "height": 800}
    context = chromium.new_context(
        base_url=live_server.url, viewport=size, java_script_enabled=False, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto("/")
    choose_entry(page, "措施合规性")

    expect(page).to_have_url(f"{live_server.url}/policy/judge/")
    context.close()
