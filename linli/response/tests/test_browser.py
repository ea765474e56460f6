"""The pages of declarations in a real browser: accessible, no wider than a phone, usable from the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(page, people, say):
    say("南安市", "tier", "LOW", "2020-06-01")
    say("溪美社区居委会", "community_class", "OUTBREAK", "2020-06-03", "2020-06-08")
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill("county_command")
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("已登录：")).to_be_visible()
    return page


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_is_accessible_and_fits(signed_in, live_server, theme):
    page = signed_in
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    for address in (
        "/declarations/",
        "/declarations/?q=xm",
        "/declarations/350583000000/",
        "/declarations/350583001001/",
        "/declarations/350583000000/?show=inside",
        "/declarations/350583000000/declare/",
        "/declarations/350583000000/declare/?fact=response_active",
        "/declarations/status/",
        "/declarations/status/?township=350583001000",
    ):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)


@pytest.mark.row("A2")
def test_the_county_command_is_refused_an_overlap_then_declares_and_corrects(signed_in):
    page = signed_in
    page.goto("/declarations/?q=nanan")
    page.get_by_role("link", name="南安市 福建省泉州市南安市").click()
    page.get_by_role("link", name="登记", exact=True).click()
    page.get_by_label("风险等级").select_option("MEDIUM")
    page.get_by_label("依据的文件或公告").fill("第9号通告")
    page.get_by_label("从生效日起，结束此前仍在生效的同一事项").uncheck()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_from_day_error")).to_contain_text("第3号通告")
    assert_accessible(page)

    page.get_by_label("从生效日起，结束此前仍在生效的同一事项").check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_have_text("已登记。")
    expect(page.locator(".state-medium strong")).to_have_text("中风险")

    page.get_by_role("link", name="更正").first.click()
    page.get_by_label("风险等级").select_option("HIGH")
    page.get_by_label("原因").fill("等级抄错")
    page.get_by_role("button", name="更正").click()
    expect(page.locator(".state-high strong")).to_have_text("高风险")
    expect(page.get_by_text("此前写的（1）").first).to_be_visible()
