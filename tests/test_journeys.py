"""Somebody opens Linli for the first time: on phone and desk, in Chinese and English, by touch and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser

PAGES = ["/", "/sign-in/", "/places/?q=xm", "/places/350583000000/", "/about/fields", "/nothing/here"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_of_the_shell_is_accessible_and_fits(page, live_server, people, address, theme):
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    page.goto(address)

    assert_fits(page)
    assert_accessible(page)


def test_a_county_officer_signs_in_and_out(page, people):
    page.goto("/")
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_label("登录名").fill("county_command")
    page.get_by_label("口令").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("登录名或口令不对")

    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("已登录：县（市、区）指挥部")).to_be_visible()

    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()


def test_english_is_one_tap_away_and_stays(page, people):
    page.goto("/places/?q=ximei")
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", name="Find a place")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^溪美街道"))).to_be_visible()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今天，这里，应当做什么")


def test_large_type_is_one_tap_away_with_targets_of_60_pixels(page, people):
    page.goto("/sign-in/")
    page.get_by_role("button", name="关怀模式").click()

    expect(page.get_by_role("button", name="关怀模式")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    assert min(heights_of_targets(page)) >= 60
    assert_fits(page)
    page.get_by_role("button", name="关怀模式").click()
    expect(page.locator("html")).to_have_attribute("data-text", "normal")


def heights_of_targets(page):
    boxes = [
        target.bounding_box() for target in page.locator("a.tool, button, input.form-control, nav a, nav summary").all()
    ]
    return [box["height"] for box in boxes if box and box["height"]]


def test_targets_are_44_pixels_and_text_16(page, people):
    page.goto("/sign-in/")

    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    assert min(heights_of_targets(page)) >= 44


def test_large_type_works_without_scripts(chromium, live_server, people):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="关怀模式").click()

    expect(page.locator("html")).to_have_attribute("data-text", "large")
    context.close()


def test_the_way_to_a_place_goes_by_keyboard_alone(desk_page, people):
    page = desk_page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.goto("/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/places/":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="查找地方")).to_be_visible()

    page.get_by_label("名称、拼音、首字母或代码").focus()
    page.keyboard.type("ximei", delay=20)
    found = page.get_by_role("link", name=re.compile("^溪美街道"))
    expect(found).to_be_visible()
    found.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("溪美街道")


def test_the_view_menu_closes_on_escape_and_goes_back_to_its_button(desk_page, people):
    page = desk_page
    page.goto("/")
    summary = page.locator("summary", has_text="显示")
    summary.click()
    page.get_by_role("button", name="深色").focus()
    page.keyboard.press("Escape")

    expect(summary).to_be_focused()
    expect(page.get_by_role("button", name="深色")).to_be_hidden()


def test_a_first_page_is_lighter_than_60_kilobytes(phone_page, people):
    sizes = []
    phone_page.on("response", lambda answer: sizes.append((answer.url, len(answer.body()))))
    phone_page.goto("/", wait_until="networkidle")

    import gzip

    packed = sum(len(gzip.compress(phone_page.request.get(url).body())) for url, _ in sizes if not url.endswith(".svg"))
    assert len(sizes) >= 3
    assert packed < 60_000
