"""Staff find who was missed, write how it ended and look after a family, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from linli.programs.care.tests.conftest import moment
from linli.records.models import Enrolment, Entry
from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser


@pytest.fixture
def evening(monkeypatch):
    """Half past six in the evening of 10 June."""
    at = moment("2020-06-10T18:30")
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda deployed, *, at, moment=at: moment)


@pytest.fixture
def street(people, high, alone, village, write, evening):
    """林阿芳 was not seen, 王大山 was; 王小山's father was taken to a central site."""
    alone()
    alone(who=village.moves_in("王大山"), when="2020-06-10T08:10", group="disabled")
    write("visit", village.moves_in("陈远", home=village.other), "2020-06-10T10:00")
    poor = village.moves_in("苏平", home=village.other)
    alone(who=poor, when="2020-06-10T08:20", group="low_income")
    write("visit", poor, "2020-06-10T10:00")
    father, _child = village.moves_in("王海", home=village.other), village.moves_in("王小山", home=village.other)
    write("enrolment", father, "2020-06-10T08:00", group="renter", from_day="2020-06-10", why="样例")
    Enrolment.objects.filter(resident=father).update(group="centrally_observed")
    return village


def sign_in(page, name):
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill("linli-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.mark.row("F3")
def test_who_was_missed_stands_first_and_is_taken_over_before_the_day_ends(page, street):
    sign_in(page, "community_staff")
    choose_entry(page, "关爱照护")
    missed = page.get_by_label("漏访", exact=True)
    expect(missed).to_contain_text("林阿芳")
    expect(missed).to_contain_text("由黄建国接手")
    assert_fits(page)
    assert_accessible(page)

    missed.get_by_role("link", name="记接手结果 林阿芳").click()
    expect(page.get_by_label("谁接手")).to_have_value(str(street.head.pk))
    page.get_by_text("见到了，平安").click()
    assert_accessible(page)
    page.get_by_role("button", name="记下").click()

    expect(page.get_by_role("status")).to_have_text("已记下谁接手、结果怎样。")
    expect(page.get_by_label("漏访", exact=True)).to_contain_text("18:30 已接手")


@pytest.mark.row("F9")
def test_the_family_left_at_home_is_looked_after_with_one_tap(phone_page, street):
    page = phone_page
    sign_in(page, "community_staff")
    page.goto(reverse("care:families"))
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="纳入 王小山").click()

    expect(page.get_by_role("status")).to_contain_text("王小山已纳入")
    expect(page.get_by_role("button", name="纳入 王小山")).to_have_count(0)
    assert Entry.objects.filter(kind="enrolment", payload__group="isolated_family").count() == 1


def test_the_forms_are_accessible_and_fit(page, street):
    sign_in(page, "community_staff")
    lin = street.lin.pk
    for address in (reverse("care:plan", args=[lin]), reverse("care:take_over", args=[lin])):
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)
    page.goto(reverse("care:plan", args=[lin]))
    page.get_by_label("谁去").select_option(index=1)
    page.get_by_text("每天", exact=True).click()
    page.get_by_role("button", name="定下计划").click()
    expect(page.get_by_role("status")).to_contain_text("计划已定")
    page.goto(reverse("care:end_plan", args=[lin]))
    assert_fits(page)
    assert_accessible(page)
