"""The explorer as its readers use it: with and without scripts, in both languages, with good and bad questions."""

import re

import pytest

pytestmark = pytest.mark.django_db

XIMEI = "350583001001"
LOW = {"place": XIMEI, "day": "2020-05-01", "tier": "LOW", "community_class": "NO_CASE", "setting": "URBAN"}
HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def page(client, **asked):
    answer = client.get("/policy/", LOW | asked)
    assert answer.status_code == 200, text(answer)
    return text(answer)


def totals(html):
    return {
        mode: int(re.search(rf'id="head-{mode}".*?class="count">(\d+)<', html, re.DOTALL).group(1))
        for mode in ("must", "may", "must_not")
    }


# ---- works -----------------------------------------------------------------------------------------------------------
@pytest.mark.row("A3")
def test_a_low_risk_community_sees_must_may_and_must_not_with_clauses(client, places):
    html = page(client)

    assert "溪美社区居委会" in html
    assert all(totals(html).values())
    assert "低风险、没有病例的社区取消封闭管理" in html
    assert re.search(r'class="chip">38号文 <b>二\(一\)2</b>', html)
    for aspect in ("社区防控", "社区服务", "群众参与", "信息化建设应用"):
        assert aspect in html


def test_measures_show_floor_cap_clauses_who_decides_and_until_when(client, places):
    html = page(client)
    row = html.split("社区（村）封闭管理</span>")[1].split("</details>")[0]

    assert "出入登记测温" in row
    assert "半封闭" in row
    assert "二(一)2" in row
    assert "由社区" in row
    assert "至2023年1月5日24时" in row
    assert "没有授权，不能采取" in html.split("乡镇封闭</span>")[1].split("</details>")[0]


def test_the_first_page_shows_something_to_a_newcomer(client, deployed):
    html = text(client.get("/"))

    assert "溪美社区居委会" in html
    assert totals(html)["must"] > 100


def test_without_a_county_the_answer_is_for_anywhere_and_says_so(client, db):
    html = text(client.get("/policy/", {"day": "2020-05-01"}))

    assert "全国任何地方" in html
    assert totals(html)["must"] > 100


def test_before_the_first_instrument_nothing_binds_and_the_page_says_so(client, places):
    assert "这一天还没有任何文件生效" in page(client, day="2020-01-28")


def test_sentences_are_not_longer_than_the_first_few_until_all_are_asked_for(client, places):
    first = page(client)
    total = int(re.search(r'id="must-control".*?class="count">(\d+)<', first, re.DOTALL).group(1))
    whole = page(client, show="must-control")

    def count(html):
        return html.split('id="must-control"')[1].split('class="section"')[0].count("<li>")

    assert count(first) == 4
    assert count(whole) == total


@pytest.mark.row("A11")
def test_each_of_the_four_parties_finds_what_it_owes(client, places):
    everything = totals(page(client))["must"]
    parts = {
        party: totals(page(client, party=party))["must"] for party in ("territory", "department", "unit", "individual")
    }

    assert all(0 < count < everything for count in parts.values())
    assert totals(page(client, actor="police"))["must"] <= parts["department"]


def test_filters_by_group_aspect_kind_and_words(client, places):
    assert "居家医学观察" in page(client, group="arrival_high_risk", show="must-control")
    only_service = page(client, aspect="service")
    assert 'id="must-service"' in only_service
    assert 'id="must-control"' not in only_service
    assert "不得把外来的人和车挡在门外" in page(client, text="外来的人")
    assert sum(totals(page(client, text="没有这样的话")).values()) == 0
    firm, soft = totals(page(client, soft="firm")), totals(page(client, soft="discretion"))
    assert soft["must"] == 0
    assert soft["may"] > 0
    assert firm["may"] + soft["may"] + totals(page(client, soft="encouraged"))["may"] == totals(page(client))["may"]


def test_a_filter_counts_what_the_other_filters_leave(client, places):
    html = page(client, party="department")
    offered = int(re.search(r'<option value="police">[^<]*\((\d+)\)', html).group(1))

    assert offered == sum(totals(page(client, party="department", actor="police")).values())


def test_discretion_and_encouragement_are_marked_and_never_must(client, places):
    html = page(client, show="may-participation")

    assert "倡导" in html
    must = html.split('id="col-must"')[1].split('id="col-may"')[0]
    assert "mark-soft" not in must


# ---- facts -----------------------------------------------------------------------------------------------------------
def test_unknown_facts_are_asked_for_with_answers_to_try(client, places):
    html = text(client.get("/policy/", {"place": XIMEI, "day": "2020-06-10", "tier": "MEDIUM"}))

    assert "补上这些事实，答案会更准" in html
    assert "tier=MEDIUM&amp;community_class=OUTBREAK" in html


def test_what_the_texts_leave_open_is_shown_with_its_clause(client, places):
    html = page(client, day="2020-06-10", tier="MEDIUM", community_class="NO_CASE")

    assert "文件没有说清" in html
    assert "不一致" in html


def test_a_supposition_is_marked_and_touches_no_data(client, places):
    from linli.response.models import Declaration

    html = page(client, tier="HIGH")

    assert "假设" in html
    assert "去掉假设" in html
    assert not Declaration.objects.exists()


def test_the_address_carries_the_whole_question(client, places):
    html = page(client, tier="MEDIUM", party="unit", cases_14d="3", clustered="true")
    links = re.findall(r'href="/policy/handbook/\?([^"]*)"', html)

    assert all(part in links[0] for part in ("place=350583001001", "tier=MEDIUM", "cases_14d=3", "clustered=true"))


@pytest.mark.row("A3")
def test_changing_a_fact_says_how_many_begin_and_end(client, places):
    was = "place=350583001001&day=2020-05-01&tier=LOW&community_class=NO_CASE&setting=URBAN"
    html = page(client, tier="MEDIUM", community_class="OUTBREAK", was=was)

    begun, ended, moved = map(int, re.search(r"(\d+) 条开始，(\d+) 条停止，(\d+) 项措施的限度变了", html).groups())
    assert begun > 0
    assert ended > 0
    assert moved > 0
    assert "is-new" in html
    assert "和刚才一样" not in html


def test_a_filter_is_no_change(client, places):
    was = "place=350583001001&day=2020-05-01&tier=LOW&community_class=NO_CASE&setting=URBAN"

    assert "条开始" not in page(client, was=was, party="unit")


def test_without_scripts_the_control_that_was_moved_counts(client, places):
    was = "place=350583001001&day=2020-05-01&tier=LOW&community_class=NO_CASE&setting=URBAN"

    slid = page(client, was=was, slide="200")
    typed = page(client, was=was, slide="93", day="2021-02-01")

    assert 'value="2020-08-16"' in slid
    assert 'value="2021-02-01"' in typed


# ---- scripts ---------------------------------------------------------------------------------------------------------
def test_htmx_gets_the_answer_alone_and_the_address_to_show(client, places):
    answer = client.get("/policy/", LOW | {"was": "", "slide": ""}, headers=HTMX)

    assert "<html" not in text(answer)
    assert 'id="answer"' in text(answer)
    assert 'id="facts"' in text(answer)
    assert answer["HX-Push-Url"].startswith("/policy/?place=350583001001&day=2020-05-01&tier=LOW")
    assert "was" not in answer["HX-Push-Url"]


def test_going_back_in_history_gets_the_whole_page(client, places):
    answer = client.get("/policy/", LOW, headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert "<html" in text(answer)


def test_places_are_found_by_name_pinyin_and_initials_and_keep_the_question(client, places):
    for typed in ("溪美社区", "ximeishequ", "xmsq"):
        part = text(client.get("/policy/places/", {"q": typed, "tier": "HIGH", "day": "2020-06-10"}, headers=HTMX))
        assert "place=350583001001&amp;tier=HIGH&amp;day=2020-06-10" in part
    assert "没有找到“不知道哪里”" in text(client.get("/policy/places/", {"q": "不知道哪里"}, headers=HTMX))
    assert "溪美社区居委会" in text(client.get("/policy/", {"q": "xmsq"}))


# ---- sheets ----------------------------------------------------------------------------------------------------------
def test_a_line_opens_its_clause_its_facts_its_reading_and_its_pack(client, places):
    asked = LOW | {"day": "2020-06-10"}
    for headers in ({}, HTMX):
        sheet = text(client.get("/policy/norms/m38.low.lift-closure/", asked, headers=headers))
        for part in (
            "民发〔2020〕38号",
            "2020年4月14日印发",
            "二(一)2",
            "风险等级",
            "低风险",
            "原文明示",
            "minfa-2020-38",
        ):
            assert part in sheet
        assert "Closed management of a low-risk community without cases is lifted" in sheet


def test_a_sheet_says_what_the_norm_replaced_and_what_it_yields_to(client, places):
    winner = text(client.get("/policy/norms/m38.low.rooms-reopen/", LOW))
    loser = text(client.get("/policy/norms/m9.rooms.suspend/", LOW))

    assert "它取代了" in winner
    assert "它让位于" in loser
    assert "不适用" in loser


def test_the_number_that_is_not_printed_stays_empty(client, places):
    number = next(n for n in _norms() if n.instrument == "precision-2021").id
    assert "文号未印出" in text(client.get(f"/policy/norms/{number}/"))


def test_a_measure_opens_who_may_decide_and_why(client, places):
    sheet = text(client.get("/policy/measures/closure@compound/", LOW, headers=HTMX))

    assert "谁可以决定" in sheet
    assert "为什么至多“半封闭”" in sheet


@pytest.mark.parametrize(
    "address", ["/policy/norms/no.such/", "/policy/measures/no_such/", "/policy/instruments/no-such/"]
)
def test_what_is_not_there_is_not_found(client, places, address):
    assert client.get(address).status_code == 404


# ---- bad questions ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"day": "2020-02-30"}, "没有 2020-02-30 这一天，请核对年月日"),
        ({"day": "yesterday"}, "“yesterday”不是日期，请写成 2020-05-01 这样"),
        ({"day": "1912-01-01"}, "请选 2000 年到 2099 年之间的一天"),
        ({"place": "999999999999"}, "没有代码为 999999999999 的地方"),
        ({"place": "无此地"}, "没有叫“无此地”的地方"),
        ({"tier": "LO"}, "“风险等级”没有“LO”这个值，可以选：低风险 LOW、中风险 MEDIUM、高风险 HIGH"),
        ({"cases_14d": "-1"}, "“乡镇街道近14天病例数”要填 0 或更大的整数"),
        ({"actor": "king"}, "筛选里没有“king”"),
        ({"slide": "x"}, "滑块的位置不对"),
    ],
)
def test_a_bad_question_gets_one_sentence_with_the_remedy(client, places, asked, said):
    for headers in ({}, HTMX):
        answer = client.get("/policy/", LOW | asked, headers=headers)

        assert answer.status_code == 400
        assert said in text(answer)
        assert 'id="col-must"' not in text(answer)


def test_a_bad_question_is_answered_in_english_too(client, places):
    client.cookies["django_language"] = "en"

    answer = client.get("/policy/", LOW | {"day": "2020-02-30"})

    assert "There is no day 2020-02-30" in text(answer)


@pytest.mark.parametrize(
    "address", ["norms/m38.low.lift-closure", "measures/closure@compound", "compare", "handbook", "judge"]
)
def test_every_page_refuses_an_impossible_day(client, places, address):
    answer = client.get(f"/policy/{address}/", {"place": XIMEI, "day": "2021-02-29"})

    assert answer.status_code == 400
    assert "没有 2021-02-29 这一天" in text(answer)


def test_nonsense_about_the_page_before_is_ignored(client, places):
    assert "条开始" not in page(client, was="day=nonsense&tier=%00")


# ---- language --------------------------------------------------------------------------------------------------------
def test_in_english_the_sentences_are_english(client, places):
    client.cookies["django_language"] = "en"

    html = page(client)

    assert "Closed management of a low-risk community without cases is lifted" in html
    assert "At most" in html
    chinese = re.sub(r'<[^>]*lang="zh-Hans-CN"[^>]*>.*?</', "", html)
    assert "应当" not in chinese


def test_chinese_sentences_have_chinese_punctuation(client, places):
    html = page(client, show=["must-control", "must-service"])

    sentences = re.findall(r"<summary>(.*?)<span class=\"line-foot", html, re.DOTALL)
    assert len(sentences) > 60
    assert not [s for s in sentences if re.search(r"[\u4e00-\u9fff][,;:?]", s)]


def test_no_script_and_no_style_stands_in_the_page(client, places):
    html = page(client, show="must-control")

    assert not re.search(r"<script(?![^>]*src=)", html)
    assert " style=" not in html
    assert "<style" not in html


def _norms():
    from linli.explorer.situation import current_rulebook

    return current_rulebook().norms
