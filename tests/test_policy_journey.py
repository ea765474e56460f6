"""A newcomer asks the policy: what holds here today, what another tier would change, may a compound be sealed."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.accessibility import assert_accessible, assert_fits
from tests.main_menu import choose_entry

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 800}, {"width": 1366, "height": 768}
SCREENSHOTS = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
ASKED = "place=350583001001&day=2020-06-10&tier=MEDIUM&community_class=OUTBREAK&cases_14d=3"
MIXED = "place=350583001001&day=2020-06-10&tier=LOW&community_class=OUTBREAK"
TRIED = "reading=m38.mixed-cells:pure-only"
PAGES = [
    "/",
    f"/policy/?{ASKED}",
    "/policy/?day=2020-02-30",
    "/policy/norms/m38.low.lift-closure/?day=2020-05-01&tier=LOW",
    "/policy/measures/closure@compound/",
    "/policy/compare/",
    f"/policy/judge/?{ASKED}&action=closure@compound&level=UNIT_SEALED&by=community",
    "/policy/instruments/",
    "/policy/instruments/nanweiban-2020-40/?clause=(七)",
    "/policy/readings/",
    f"/policy/?{MIXED}&{TRIED}",
    "/policy/handbook/",
]


@pytest.fixture
def county(deployed, people, at, day):
    """The demo county with three years of declarations."""
    from linli.community.demo import DemoPlan
    from linli.response.demo import build_demo

    build_demo(DemoPlan(county="350583000000", day=day, at=at, seed=1, people=0))
    return deployed


def choose(page, legend, value):
    """Tap one value of a fact."""
    page.get_by_role("group", name=legend).get_by_text(re.compile(f"^{value}")).click()


@pytest.mark.row("A3")
@pytest.mark.row("A5")
@pytest.mark.row("L3")
def test_a_newcomer_asks_changes_a_tier_opens_a_clause_proposes_a_closure_and_prints(page, county):
    # A newcomer opens the site and picks a real community of 南安市, a day, a tier, a class.
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("今天，这里，应当做什么")
    page.get_by_label("换一个地方").press_sequentially("zhongshan")
    page.get_by_role("link", name=re.compile("^中山社区居委会")).click()
    expect(page.locator(".place-now strong")).to_have_text("中山社区居委会")
    page.get_by_label("日期", exact=False).first.fill("2020-06-11")
    expect(page).to_have_url(re.compile("day=2020-06-11"))
    choose(page, "风险等级", "低风险")
    choose(page, "社区疫情划分", "未发现病例")

    # Must, may, must not, each with its clause.
    for mode, word in (("must", "应当"), ("may", "可以"), ("must_not", "不得")):
        column = page.locator(f"#col-{mode}")
        expect(column.get_by_role("heading", level=2)).to_contain_text(word)
        assert column.locator(".line").count() == column.locator(".line summary .chip").count() > 3

    # Another tier and class: what begins and ends.
    choose(page, "风险等级", "中风险")
    expect(page.locator(".change")).to_contain_text(re.compile(r"\d+ 条开始，\d+ 条停止"))
    choose(page, "社区疫情划分", "出现病例或暴发疫情")
    expect(page.locator(".change")).to_contain_text(re.compile(r"[1-9]\d* 项措施的限度变了"))
    expect(page.locator(".is-new").first).to_be_visible()
    expect(page).to_have_url(re.compile("tier=MEDIUM&community_class=OUTBREAK"))

    # The texts ask for one more fact; one tap tries it.
    page.locator(".ask-more").get_by_role("link", name="1–10").click()
    expect(page.get_by_label("乡镇街道近14天病例数")).to_have_value("1")

    # A line opens its clause, the facts that matched, the reading and the pack.
    line = page.locator("#must-control .line").first
    line.locator("summary").click()
    for part in ("文件", "条款", "对上的事实", "读法", "规则包"):
        expect(line.get_by_text(part, exact=True)).to_be_visible()
    expect(line).to_contain_text("〔2020〕")

    # A scale opens who may decide.
    measure = page.locator(".measure", has_text="小区、自然村、工厂封闭管理")
    measure.locator("summary").first.click()
    expect(measure.get_by_role("heading", name="谁可以决定")).to_be_visible()

    # Sealing a compound: not so; this way.
    page.get_by_role("link", name="问一项措施").click()
    page.get_by_role("link", name="封一个小区").click()
    verdict = page.locator("#verdict")
    expect(verdict.get_by_role("heading", level=2)).to_have_text("不能这样办")
    expect(verdict).to_contain_text("可以这样办")
    expect(verdict.locator(".chip").first).to_be_visible()
    verdict.locator(".instead a").first.click()
    expect(page.locator("#verdict")).to_contain_text(re.compile("可以办|应当办"))

    # Side by side, and the handbook on paper.
    choose_entry(page, "对比")
    expect(page.get_by_role("heading", name="两种情形放在一起看")).to_be_visible()
    choose_entry(page, "工作指引")
    expect(page.get_by_role("heading", name="疫情防控工作指引")).to_be_visible()
    printed = page.request.get(page.get_by_role("link", name="打印版（PDF，A4）").get_attribute("href"))
    assert printed.body().startswith(b"%PDF-")


def test_the_readme_shows_what_a_newcomer_sees(desk_page, county):
    desk_page.set_viewport_size({"width": 1366, "height": 1180})
    desk_page.goto(f"/policy/?{ASKED.partition('&cases')[0]}", wait_until="networkidle")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    desk_page.screenshot(path=SCREENSHOTS / "explorer.png")

    assert (SCREENSHOTS / "explorer.png").stat().st_size > 50_000


def test_the_readme_shows_the_phone(phone_page, county):
    phone_page.goto(f"/policy/?{ASKED}", wait_until="networkidle")
    phone_page.locator("#limits-head").scroll_into_view_if_needed()
    phone_page.evaluate("document.querySelector('#limits-head').scrollIntoView()")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    phone_page.screenshot(path=SCREENSHOTS / "explorer-phone.png")

    assert (SCREENSHOTS / "explorer-phone.png").stat().st_size > 20_000


LOOKS = [
    (DESK, {"linli_theme": "light"}),
    (DESK, {"linli_theme": "dark", "django_language": "en"}),
    (PHONE, {"linli_theme": "dark", "django_language": "en"}),
    (PHONE, {"linli_theme": "contrast", "linli_text": "large"}),
]


@pytest.mark.parametrize("address", PAGES)
def test_every_policy_page_is_accessible_and_fits_in_every_look(desk_page, live_server, county, address):
    for size, look in LOOKS:
        desk_page.set_viewport_size(size)
        desk_page.context.clear_cookies()
        desk_page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in look.items()])
        desk_page.goto(address)

        assert_fits(desk_page)
        assert_accessible(desk_page)


def test_opened_lines_and_scales_are_accessible(page, county):
    page.goto(f"/policy/?{ASKED}")
    page.locator("#must-control .line summary").first.click()
    page.locator(".measure > summary").nth(1).click()
    expect(page.locator(".sheet-body")).to_have_count(2)

    assert_fits(page)
    assert_accessible(page)


def test_another_reading_is_tried_with_one_tap_and_kept_until_one_goes_back(page, county):
    page.goto(f"/policy/?{MIXED}")
    expect(page.locator("#trial")).to_have_count(0)
    page.get_by_role("link", name="不同读法").click()
    page.locator("#open-readings .reading", has_text="类别不一致").get_by_role("link", name="按这种读法试算").click()

    trial = page.locator("#trial")
    expect(trial.get_by_role("heading", level=2)).to_have_text("按另一种读法试算，不改变任何登记")
    expect(trial).to_contain_text(re.compile(r"多出 \d+ 条，少了 [1-9]\d* 条"))
    trial.get_by_text("差在哪里").click()
    expect(trial.get_by_role("heading", name="少了的")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)

    # A changed fact keeps the trial, and the sign says what it changes now.
    choose(page, "社区疫情划分", "未发现病例")
    expect(page).not_to_have_url(re.compile("community_class=OUTBREAK"))
    expect(page).to_have_url(re.compile("reading=m38.mixed-cells"))
    expect(trial).to_contain_text("两种读法的答案一样")

    page.get_by_role("link", name="问一项措施").click()
    expect(page.locator("#trial")).to_be_visible()
    page.get_by_role("link", name="回到现在采用的读法").click()
    expect(page.get_by_role("heading", name="这项措施，能不能办")).to_be_visible()
    expect(page.locator("#trial")).to_have_count(0)


def test_a_cited_reading_opens_where_it_stands(page, county):
    page.goto("/policy/instruments/minfa-2020-38/")
    page.get_by_role("link", name="读法4").first.click()

    expect(page).to_have_url(re.compile("/policy/readings/#r4$"))
    expect(page.locator("#r4")).to_be_in_viewport()
    page.locator("#r4 summary").last.click()
    assert_fits(page)
    assert_accessible(page)


def test_the_day_goes_by_keyboard(desk_page, county):
    page = desk_page
    page.goto(f"/policy/?{ASKED}")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(page).to_have_url(re.compile("day=2020-06-08"))
    expect(page.locator("#day-said")).to_have_text("2020年6月8日")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "2020年6月8日")

    page.get_by_role("radio", name=re.compile("^高风险")).focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("tier=HIGH"))
    expect(page.get_by_role("radio", name=re.compile("^高风险"))).to_be_focused()


def test_a_jump_goes_to_the_first_day_of_an_instrument(page, county):
    page.goto("/")
    page.get_by_role("link", name=re.compile("^5号文")).first.click()

    expect(page).to_have_url(re.compile("day=2023-01-06"))
    expect(page.locator(".change")).to_contain_text(re.compile(r"[1-9]\d* 条停止"))


def test_an_impossible_day_is_answered_where_one_is(desk_page, county):
    page = desk_page
    page.goto("/policy/?day=2020-02-30")

    expect(page.get_by_role("alert")).to_contain_text("没有 2020-02-30 这一天，请核对年月日")


def test_a_bad_number_is_answered_in_the_page_and_the_next_good_one_too(desk_page, county):
    page = desk_page
    page.goto(f"/policy/?{ASKED}")
    page.get_by_label("乡镇街道近14天病例数").fill("-1")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("要填 0 或更大的整数，不能是“-1”")
    page.get_by_label("乡镇街道近14天病例数").fill("12")
    page.keyboard.press("Tab")

    expect(page).to_have_url(re.compile("cases_14d=12"))
    expect(page.locator("#col-must")).to_be_visible()


def test_filters_and_more_lines_stay_where_one_is(page, county):
    page.goto(f"/policy/?{ASKED}")
    page.locator("#must-control").get_by_role("link", name=re.compile("再看")).click()
    expect(page.locator("#must-control .line").nth(50)).to_be_attached()
    page.get_by_label("四方责任").select_option("individual")
    expect(page).to_have_url(re.compile("party=individual.*show=must-control"))
    page.get_by_label("找字").fill("口罩")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("text=%E5%8F%A3%E7%BD%A9"))
    expect(page.locator(".filtered")).to_contain_text("条里的")
    assert_fits(page)


def test_going_back_shows_the_question_before(desk_page, county):
    page = desk_page
    page.goto(f"/policy/?{ASKED}")
    choose(page, "风险等级", "高风险")
    expect(page).to_have_url(re.compile("tier=HIGH"))
    page.go_back()

    expect(page).to_have_url(re.compile("tier=MEDIUM"))
    expect(page.get_by_role("radio", name=re.compile("^中风险"))).to_be_checked()


def test_everything_works_without_scripts(chromium, live_server, county):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("换一个地方").fill("zhongshan")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=re.compile("^中山社区居委会")).click()
    choose(page, "风险等级", "高风险")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".change")).to_contain_text(re.compile(r"\d+ 条开始，\d+ 条停止"))

    page.locator("#must-control .line summary").first.click()
    page.locator("#must-control").get_by_role("link", name="出处、读法和依据的事实").first.click()
    expect(page.get_by_text("规则包", exact=True)).to_be_visible()
    context.close()


def test_the_explorer_is_lighter_than_60_kilobytes(phone_page, county):
    sizes = []
    phone_page.on("response", lambda answer: sizes.append(answer.url))
    phone_page.goto(f"/policy/?{ASKED}", wait_until="networkidle")

    packed = sum(len(gzip.compress(phone_page.request.get(url).body())) for url in sizes if not url.endswith(".svg"))
    assert packed < 60_000
