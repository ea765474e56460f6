"""In a real browser: a clerk takes in a table that was pushed, answers a doubt, and merges two rows of one person."""

import pytest
from playwright.sync_api import expect

from linli.community.people.operations import Home, Person, register_resident
from linli.records.models import Entry
from linli.trail.actor import SYSTEM
from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser

TABLE = """旅客信息推送,,,,,,,
姓名,身份证号,出生日期,联系电话,来源地,来源地风险,到达日期,社区
苏建国,990583198801010019,,15400005678,北京市丰台区,高风险,2020-06-09,溪美社区
林阿香,,1952-3-8,15400001234,厦门市,低,2020-06-10,溪美社区
王二,,,15400001112,北京市,高,2020-07-10,溪美社区
"""


def sign_in(page):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill("community_staff")
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_table_is_looked_at_answered_and_taken_in(page, people, grid, tmp_path):
    file = tmp_path / "名单.csv"
    file.write_text(TABLE, encoding="gb18030")
    sign_in(page)
    page.goto("/people/import")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("名单（XLSX、XLS或CSV）").set_input_files(file)
    page.get_by_role("button", name="先看结果").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("先看结果")
    expect(page.get_by_text("2020-07-10还没有到")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("group", name="第4行 林阿香").get_by_text("是 林阿芳").click()
    page.get_by_role("button", name="收下 1 条").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已收下")
    expect(page.get_by_text("新登记到达 2 条")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    assert set(Entry.objects.values_list("resident__name", flat=True)) == {"苏建国", "林阿芳"}


def test_two_rows_of_one_person_are_merged_and_told_apart_again(page, people, grid, day, at):
    register_resident(
        Person(name="林亚芳", birth_day=grid.lin.birth_day, phone="15400001234"),
        home=Home(division=grid.community), kind="RESIDENT", from_day=day, by=SYSTEM, at=at,
    )  # fmt: skip
    sign_in(page)
    page.goto(f"/grid/residents/{grid.lin.pk}/")
    page.get_by_role("link", name="对照 林亚芳").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("是同一个人吗")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("凭什么认定").fill("看过身份证")
    page.get_by_role("button", name="是同一个人，并档").click()

    expect(page.get_by_role("heading", name="并入的登记")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="撤销并档 林亚芳").click()
    page.get_by_label("为什么撤销").fill("是姑嫂两人")
    page.get_by_role("button", name="是两个人，撤销并档").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("林亚芳")
    expect(page.get_by_role("link", name="对照 林阿芳")).to_be_visible()
