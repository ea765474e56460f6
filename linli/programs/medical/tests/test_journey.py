"""The doctor in a real browser: what was found abnormal is in the inbox at once, and goes step by step to its end."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.community.models import Account, RoleGrant
from linli.records.models import Entry
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.fixture
def at(day):
    """The first second of the day: at no hour at which the tests run is what they write still to come."""
    return datetime(day.year, day.month, day.day, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.row("D4")
def test_the_doctor_takes_an_abnormal_check_from_the_inbox_to_its_end(page, village, people):
    sign_in(page, "community_doctor")
    choose_entry(page, "就医警示")
    expect(page.get_by_text("现在没有未了结的警示")).to_be_visible()

    page.goto(reverse("records:new", args=["health_check", "person", village.lin.pk]))
    page.get_by_label("体温").fill("38.4")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("有异常，会提示社区医生")

    choose_entry(page, "就医警示")
    row = page.locator(".alert-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("林阿芳")
    expect(row).to_contain_text("体温 38.4")
    for step in ("医生已看到", "已联系并嘱咐", "已叫车", "已出发", "已到医院"):
        row.get_by_role("button", name=step).click()
        expect(page.get_by_role("status")).to_have_text("已登记。")
    row.get_by_role("link", name="写明结果，了结").click()

    page.get_by_label("看过病，已回家").check()
    page.get_by_label("医院 可不填").fill("南安市医院")
    page.get_by_role("button", name="登记这一步").click()
    expect(page.get_by_text("已了结，全程")).to_be_visible()
    expect(page.locator(".way .taken")).to_have_count(7)
    expect(page.locator(".way")).to_contain_text("南安市医院")

    choose_entry(page, "就医警示")
    expect(page.get_by_text("现在没有未了结的警示")).to_be_visible()
    expect(page.locator(".persons li", has_text="林阿芳")).to_contain_text("看过病，已回家")


@pytest.mark.row("D5")
def test_the_doctor_writes_down_a_case_and_its_contact(desk_page, village, people):
    page = desk_page
    sign_in(page, "community_doctor")
    page.goto(reverse("medical:cases"))
    page.get_by_role("link", name="登记诊断").click()
    page.get_by_label("姓名、拼音首字母、室号或电话后四位").fill("laf")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="林阿芳").click()
    page.get_by_label("确诊病例").check()
    page.get_by_label("哪一天").first.fill("2020-06-10")
    page.get_by_role("button", name="记下", exact=True).click()

    page.locator(".persons").get_by_role("link", name="林阿芳").click()
    page.get_by_role("link", name="添加接触者").click()
    page.get_by_label("姓名、拼音首字母、室号或电话后四位").fill("陈大山")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("button", name="选这个人").click()
    page.get_by_label("最后接触日").fill("2020-06-09")
    page.get_by_label("怎样接触的").fill("同桌吃饭")
    page.get_by_role("button", name="列入名单").click()

    expect(page.get_by_role("status")).to_have_text("已列入密接名单：陈大山。")
    expect(page.locator(".persons li", has_text="陈大山")).to_contain_text("至 2020-06-22 24时")
    assert "陈大山" not in page.url
    page.get_by_role("link", name="写明已查完").click()
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.get_by_text("写明已查完", exact=False).first).to_be_visible()
    assert Entry.objects.get(kind="case_tracing").payload["contacts"] == 1


@pytest.mark.row("D9")
def test_a_terminal_disinfection_is_ordered_and_confirmed(phone_page, village, people, write):
    page = phone_page
    write("diagnosis", village.lin, state="SUSPECTED", diagnosed_on="2020-06-10")
    sign_in(page, "community_staff")
    page.goto(reverse("medical:disinfection"))
    page.get_by_role("link", name="登记通知").click()
    page.get_by_label("谁通知的").fill("市疾控")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.get_by_text("2020-06-10 市疾控已通知")).to_be_visible()
    page.get_by_role("link", name="登记做完").click()
    page.get_by_label("谁做的").fill("消杀队")
    page.get_by_label("用什么药剂").fill("含氯消毒液")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.get_by_text("现在没有要做终末消毒的住处")).to_be_visible()
    expect(page.get_by_text("含氯消毒液")).to_be_visible()


@pytest.fixture
def busy(village, positive, write):
    """Something of everything."""
    alert = positive(village.lin)
    positive(village.son)
    ended = positive(village.chen)
    write("referral", village.lin, alert=str(alert.pk), step="SEEN")
    write("referral", village.chen, alert=str(ended.pk), step="CLOSED", outcome="WELL")
    case = write("diagnosis", village.lin, state="CONFIRMED", diagnosed_on="2020-06-10", where="泉州市第一医院")
    named = {"of": str(village.lin.pk), "last_exposure_on": "2020-06-09", "how": "同桌吃饭", "direction": "FORWARD"}
    write("contact_tracing", village.chen, degree="CLOSE", **named)
    lead = write(
        "contact_lead", village.lin, name="黄阿姨", phone="15400007777", place="中山社区", degree="CLOSE", **named
    )
    write("diagnosis", village.newcomer, state="CONFIRMED", diagnosed_on="2020-06-01")
    recovered = {"state": "RECOVERED", "diagnosed_on": "2020-06-09", "followed_to": "2020-06-23"}
    write("diagnosis", village.newcomer, **recovered)
    return [
        reverse("medical:inbox"),
        reverse("medical:alert", args=[alert.pk]),
        reverse("medical:alert", args=[ended.pk]),
        reverse("medical:cases"),
        reverse("medical:case", args=[case.pk]),
        reverse("medical:name_contact", args=[case.pk]),
        reverse("medical:note_lead", args=[case.pk]),
        reverse("medical:lead", args=[lead.pk]),
        reverse("medical:contacts"),
        reverse("medical:tests"),
        reverse("medical:disinfection"),
        reverse("medical:find", args=["diagnosis"]),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(page, live_server, busy, people, places, at, theme):
    # One who treats and hands on: all pages in one sign-in.
    RoleGrant.objects.create(
        account=Account.objects.get(username="community_doctor"),
        role="TOWNSHIP",
        division=places["溪美街道"],
        from_day=at.date(),
    )
    sign_in(page, "community_doctor")
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    for address in busy:
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
