"""The clerk's morning in a real browser: somebody comes from a high-risk place, and goes on to the next community."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.community.models import Resident
from linli.community.operations import grant_role, open_account
from linli.community.roles import Role
from linli.programs.keypeople.operations import hand_over, open_round
from linli.programs.keypeople.tests.conftest import STAFF
from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.response.operations import Place, Source, Statement, declare
from linli.trail.actor import SYSTEM
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser


@pytest.fixture
def two_clerks(people, grid, next_door, packs, places, at):
    """The clerk of 溪美, the clerk of 中山, and a tier declared for 晋江."""
    from linli.community.demo import FIRST_DAY

    there = open_account("zhongshan", display_name="中山文书", password="linli-demo", by=SYSTEM, at=at, is_demo=True)
    grant_role(there, role=Role.COMMUNITY_STAFF, division=next_door.community, from_day=FIRST_DAY, by=SYSTEM, at=at)
    declare(
        Statement(fact="tier", value="HIGH", from_day=date(2020, 6, 1), to_day=None),
        place=Place(division=places["晋江市"]),
        source=Source(title="风险等级名单"),
        by=SYSTEM,
        at=at,
    )


def sign_in(page, name):
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def tap(page, name, exact=True):
    """A tile: a radio button or a tick, by its words."""
    page.locator(".tile", has_text=name).get_by_text(name, exact=exact).first.click()


@pytest.mark.row("C1")
@pytest.mark.row("C3")
@pytest.mark.row("C4")
def test_an_arrival_from_a_high_risk_place_is_registered_informed_asked_and_handed_over(page, two_clerks):
    sign_in(page, "community_staff")
    choose_entry(page, "来返登记")
    page.get_by_role("link", name="登记到达").click()
    page.get_by_label("姓名、拼音首字母或电话后四位").fill("王小海")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="都不是：登记新来的人").click()

    page.get_by_label("姓名", exact=True).fill("王小海")
    page.get_by_label("电话").fill("15400009999")
    page.get_by_label("楼栋或小组").select_option(label="兰溪苑 › 1号楼")
    page.get_by_label("室号").fill("1-101")
    page.get_by_label("从哪里来").press_sequentially("晋江市")
    expect(page.locator("input[name=origin_tier][value=HIGH]")).to_be_checked()
    tap(page, "本人")
    page.get_by_role("button", name="登记", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("王小海")
    expect(page.locator(".members")).to_contain_text("高风险地区来（返）人员")
    expect(page.locator(".members")).to_contain_text("2020-06-23 24时")
    assert_fits(page)
    assert_accessible(page)

    page.get_by_role("link", name="现在办 发放健康告知书").click()
    page.get_by_role("button", name="一切正常，记下").click()
    page.get_by_role("link", name="现在办 健康问询").click()
    page.get_by_role("button", name="一切正常，记下").click()
    expect(page.locator(".follows .step-done")).to_have_count(2)

    page.get_by_role("link", name="移交给别的村（社区）").click()
    page.get_by_label("交给哪个村（社区）").select_option(label="溪美街道 中山社区居委会")
    page.get_by_label("新住址").fill("5号楼302")
    page.get_by_role("button", name="移交", exact=True).click()
    expect(page.locator(".notice-care")).to_contain_text("答复以前由溪美街道 溪美社区居委会负责")

    sign_in(page, "zhongshan")
    choose_entry(page, "人员交接")
    page.get_by_role("link", name="答复 王小海").click()
    expect(page.get_by_text("15400009999")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("link", name="接收", exact=True).click()
    page.get_by_label("楼栋或小组").select_option(label="5号楼")
    page.get_by_label("室号").fill("5-302")
    page.get_by_role("button", name="接收，由我们负责").click()
    expect(page.locator(".notice-go")).to_contain_text("已接收")

    choose_entry(page, "来返登记")
    page.get_by_role("link", name="14天内").click()
    row = page.locator(".comers li")
    expect(row).to_contain_text("王小海")
    expect(row).to_contain_text("5号楼 5-302")
    expect(row).to_contain_text("✓ 告知书")


@pytest.fixture
def everything(two_clerks, grid, next_door, places, came, at):
    """One of each: an arrival, a report, a round, a handover that is late, somebody lost."""
    came("李阿土", household=grid.flat)
    came("王小海", origin_tier="LOW", origin="厦门市")
    said = {
        "name": "许文", "origin": "菲律宾", "origin_tier": "INBOUND", "arrives_on": "2020-06-11", "at_whose": "林家",
        "told_by": "HOTEL", "teller": "林阿芳", "phone": "15400008888",
    }  # fmt: skip
    report = record_entry(
        Draft(kind="host_report", subject=grid.community, happened_at=at, payload=said), by=STAFF, at=at
    ).entry
    opened = open_round(
        grid.community, kind="sweep", from_day=date(2020, 6, 10), to_day=date(2020, 6, 13), purpose="端午前摸排",
        by=STAFF, at=at,
    ).entry  # fmt: skip
    visit = Draft(kind="sweep", subject=grid.other, happened_at=at, payload={"outcome": "NOT_HOME"})
    record_entry(visit, by=STAFF, at=at)
    person = Resident.objects.get(name="王小海")
    sent = hand_over(person, to=next_door.community, reason="MOVED", address="5号楼302", by=STAFF, at=at).entry
    arrival = Entry.objects.filter(kind="arrival", resident__name="李阿土").get()
    return {
        "arrivals": reverse("keypeople:arrivals") + "?kind=all",
        "arrival": reverse("keypeople:arrival", args=[arrival.pk]),
        "find": reverse("keypeople:find"),
        "arrive": reverse("keypeople:arrive", args=[arrival.resident_id]),
        "newcomer": reverse("keypeople:newcomer") + f"?report={report.pk}",
        "tell": reverse("keypeople:tell"),
        "reports": reverse("keypeople:reports"),
        "report": reverse("keypeople:report", args=[report.pk]),
        "rounds": reverse("keypeople:rounds"),
        "open_round": reverse("keypeople:open_round"),
        "round": reverse("keypeople:round", args=[opened.pk]),
        "end_round": reverse("keypeople:end_round", args=[opened.pk]),
        "handovers": reverse("keypeople:handovers"),
        "whom": reverse("keypeople:whom"),
        "hand_over": reverse("keypeople:hand_over", args=[arrival.resident_id]),
        "handover": reverse("keypeople:handover", args=[sent.pk]),
        "take_back": reverse("keypeople:take_back", args=[sent.pk]),
        "lost": reverse("keypeople:lost"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_key_people_is_accessible_and_fits(page, live_server, everything, theme):
    sign_in(page, "community_staff")
    page.context.add_cookies([{"name": "linli_theme", "value": theme, "url": live_server.url}])
    for address in everything.values():
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
