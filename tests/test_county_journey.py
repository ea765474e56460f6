"""One person through many hands: clerk, grid worker, doctor, township, and the clerk again on the last day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.community.grid.operations import Target, assign, open_unit, register_worker
from linli.community.models import Resident
from linli.records.models import Entry
from linli.trail.actor import SYSTEM
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser

NAME = "王小海"
LAST_DAY = date(2020, 6, 24)


@pytest.fixture
def at(day):
    """The first second of the day: at no hour at which the tests run is what they write still to come."""
    return datetime(day.year, day.month, day.day, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def county(grid, people, low_risk, places, day, at):
    """溪美 with its grid worker and its doctor at their accounts, and 中山 beside it."""
    grid.worker.account = people.GRID_WORKER
    grid.worker.save(update_fields=["account"])
    done = {"from_day": day, "by": SYSTEM, "at": at}
    doctor = register_worker("吴医生", kind="DOCTOR", division=grid.community, account=people.COMMUNITY_DOCTOR, **done)
    assign(doctor, target=Target(unit=grid.root), role="MEDICAL", **done)
    open_unit("中山社区网格工作站", kind="COMMUNITY_STATION", division=places["中山社区居委会"], **done)
    return grid


def sign_in(page, name):
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def tap(page, name):
    """A tile: a radio button or a tick, by its words."""
    page.locator(".tile", has_text=name).get_by_text(name, exact=True).first.click()


def is_good(page):
    assert_fits(page)
    assert_accessible(page)


@pytest.fixture
def registered(desk_page, county):
    """The clerk has registered somebody who comes from a place of high risk, at the desk."""
    page = desk_page
    sign_in(page, "community_staff")
    choose_entry(page, "来返登记")
    page.get_by_role("link", name="登记到达").click()
    page.get_by_label("姓名、拼音首字母或电话后四位").fill(NAME)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="都不是：登记新来的人").click()
    is_good(page)
    page.get_by_label("姓名", exact=True).fill(NAME)
    page.get_by_label("电话").fill("15400009999")
    page.get_by_label("楼栋或小组").select_option(label="兰溪苑 › 1号楼")
    page.get_by_label("室号").fill("1-101")
    page.get_by_label("从哪里来").fill("北京市丰台区")
    tap(page, "高风险")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.locator(".members")).to_contain_text("高风险地区来（返）人员")
    is_good(page)
    return Resident.objects.get(name=NAME)


@pytest.fixture
def observed(desk_page, registered):
    """The clerk has started the observation at home: required, by the clause that says so."""
    page = desk_page
    choose_entry(page, "医学观察")
    is_good(page)
    page.get_by_role("link", name=f"开始观察 {NAME}").click()
    expect(page.get_by_text("应当观察").first).to_be_visible()
    expect(page.get_by_role("link", name="南安40号文 (五)").first).to_be_visible()
    is_good(page)
    page.get_by_role("button", name="开始观察").click()
    expect(page.locator(".board-row")).to_contain_text(NAME)
    expect(page.locator(".board-row")).to_contain_text("至2020年6月23日24时")
    is_good(page)
    return registered


def finds_fever(page):
    """The grid worker on a phone: the list of today is the first page, then three taps."""
    sign_in(page, "grid_worker")
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")
    is_good(page)
    page.get_by_role("link", name=f"其他 健康监测 {NAME}").click()
    is_good(page)
    page.get_by_label("体温").fill("38.4")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("有异常，会提示社区医生")
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天")


@pytest.mark.row("D4")
def test_a_fever_found_at_the_door_is_before_the_doctor_at_once_and_followed_to_its_end(
    desk_page, phone_page, observed
):
    page = desk_page
    sign_in(page, "community_doctor")
    choose_entry(page, "就医警示")
    expect(page.get_by_text("现在没有未了结的警示")).to_be_visible()

    finds_fever(phone_page)

    page.reload()
    row = page.locator(".alert-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(NAME)
    expect(row).to_contain_text("体温 38.4")
    is_good(page)
    for step in ("医生已看到", "已联系并嘱咐", "已叫车", "已出发", "已到医院"):
        row.get_by_role("button", name=step).click()
        expect(page.get_by_role("status")).to_have_text("已登记。")
    row.get_by_role("link", name="写明结果，了结").click()
    page.get_by_label("看过病，已回家").check()
    page.get_by_role("button", name="登记这一步").click()
    expect(page.get_by_text("已了结，全程")).to_be_visible()
    is_good(page)
    choose_entry(page, "就医警示")
    expect(page.get_by_text("现在没有未了结的警示")).to_be_visible()


def test_the_township_sees_what_is_open_and_that_one_list_alone_has_the_person(desk_page, phone_page, county, observed):
    finds_fever(phone_page)
    page = desk_page
    sign_in(page, "township")
    page.goto(reverse("worklist:desk"))
    page.get_by_role("link", name="溪美社区居委会").click()
    for open_ in ("健康监测", "健康问询", "发放健康告知书", "居家条件评估"):
        expect(page.locator(".required").get_by_role("link", name=open_, exact=True)).to_be_visible()
    is_good(page)

    page.get_by_role("link", name="有没有漏人").click()
    is_good(page)
    expect(page.get_by_text("没有漏：人人有人管，件件有人办。")).to_be_visible()
    page.goto(f"{reverse('worklist:list')}?place={county.community.pk}&kind=health_check")
    expect(page.locator(".card-work")).to_have_count(1)
    expect(page.locator(".card-work")).to_contain_text(NAME)
    expect(page.locator(".task-owner")).to_have_text(["陈志明"])
    page.goto(f"{reverse('worklist:list')}?place=350583001002")
    expect(page.get_by_role("main")).not_to_contain_text(NAME)
    is_good(page)

    # That an alert goes on is for the township to see; what the check said is not.
    choose_entry(page, "就医警示")
    expect(page.locator(".alert-row")).to_contain_text(NAME)
    expect(page.get_by_role("main")).not_to_contain_text("38.4")
    is_good(page)


@pytest.mark.row("D1")
@pytest.mark.row("D7")
def test_on_the_last_day_the_clerk_releases_the_person_and_gets_the_notice(desk_page, phone_page, deployed, observed):
    worker = phone_page
    sign_in(worker, "grid_worker")
    worker.get_by_role("button", name=f"健康监测 {NAME}").click()
    expect(worker.get_by_role("status")).to_contain_text("刚才记好了")

    deployed.demo_day = date(2020, 6, 23)
    deployed.save()
    worker.goto(reverse("worklist:today"))
    expect(worker.get_by_role("button", name=f"健康监测 {NAME}")).to_be_visible()
    page = desk_page
    page.goto(reverse("observation:person", args=[observed.pk]))
    expect(page.locator(".day-done")).to_have_count(1)
    expect(page.locator(".day-missed")).to_have_count(12)
    expect(page.locator(".day-today")).to_have_count(1)
    is_good(page)

    deployed.demo_day = LAST_DAY
    deployed.save()
    page.goto(reverse("worklist:desk"))
    is_good(page)
    page.get_by_role("link", name=f"去办 解除观察 {NAME}").click()
    is_good(page)
    page.get_by_role("button", name="解除", exact=True).click()
    page.goto(reverse("observation:person", args=[observed.pk]))
    is_good(page)
    address = page.get_by_role("link", name="解除通知书（PDF）").get_attribute("href")
    notice = page.request.get(address)
    assert notice.ok and notice.body().startswith(b"%PDF")
    released = Entry.objects.get(kind="release", resident=observed)
    assert (released.payload["released_on"], released.payload["clause"]) == (
        LAST_DAY.isoformat(),
        "minfa-2020-38 二(一)1",
    )
    worker.goto(reverse("worklist:today"))
    expect(worker.get_by_role("button", name=f"健康监测 {NAME}")).to_have_count(0)
