"""A proposed measure and the answer to it."""

import pytest

pytestmark = pytest.mark.django_db

LOW = {"place": "350583001001", "day": "2020-06-10", "tier": "LOW", "community_class": "NO_CASE"}
MEDIUM = LOW | {"tier": "MEDIUM", "community_class": "OUTBREAK", "cases_14d": "3", "clustered": "false"}
SEALING = {"action": "closure@compound", "level": "UNIT_SEALED", "by": "community"}


def judge(client, facts, **order):
    answer = client.get("/policy/judge/", facts | order)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_before_anything_is_proposed_there_are_questions_to_begin_with(client, deployed):
    html = client.get("/policy/judge/").content.decode()

    for preset in ("封一个小区", "要一张证明", "不让外来人员进", "停办婚宴"):
        assert preset in html
    assert 'id="verdict"' not in html


def test_every_question_to_begin_with_gets_a_verdict(client, deployed):
    import html as markup
    import re

    page = client.get("/policy/judge/").content.decode()
    links = re.findall(r'class="btn btn-outline-primary" href="(/policy/judge/\?[^"]*)"', page)

    assert len(links) == 4
    for link in links:
        assert 'id="verdict"' in client.get(markup.unescape(link)).content.decode()


def test_sealing_a_low_risk_compound_exceeds_and_a_lawful_way_is_offered(client, places):
    html = judge(client, LOW, **SEALING)

    assert "不能这样办" in html
    assert "38号文 <b>三(三)</b>" in html
    assert "可以这样办" in html
    assert "level=SEMI_CLOSED" in html
    assert "您提出的" in html


@pytest.mark.row("A5")
def test_with_sporadic_cases_the_smallest_unit_is_named_instead_of_the_compound(client, places):
    html = judge(client, MEDIUM, **SEALING)

    assert "不能这样办" in html
    assert "换成更小的范围可以" in html
    assert "action=closure%40household" in html
    assert "南安40号文 <b>(七)</b>" in html


@pytest.mark.row("A7")
def test_any_other_certificate_is_refused_with_the_clause(client, places):
    refused = judge(client, LOW, action="extra_certificate", paper="OTHER", by="community")
    allowed = judge(client, LOW, action="extra_certificate", paper="RELEASE_NOTICE", by="community")

    assert "不能这样办" in refused
    assert "38号文 <b>三(二)</b>" in refused
    assert "verdict-must_not" not in allowed


def test_who_could_lawfully_decide_is_named(client, places):
    high = LOW | {"tier": "HIGH", "community_class": "TRANSMISSION"}
    html = judge(client, high, action="closure@community", level="NO_PASSAGE", by="community")

    assert "要由上级决定" in html
    assert "依法由谁决定" in html
    assert "指挥部" in html.split("依法由谁决定")[1][:200]


def test_a_lawful_measure_says_how_long_the_instruments_carry_it(client, places):
    html = judge(client, LOW, action="closure@compound", level="SEMI_CLOSED", by="community")

    assert "可以办" in html
    assert "至2023年1月5日24时" in html


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"action": "", "by": "community"}, "请选一项措施"),
        ({"action": "close_all", "by": "community"}, "请选一项措施"),
        ({"action": "closure@compound", "by": ""}, "请选由谁决定"),
        (SEALING | {"level": "SUSPENDED"}, "没有这一步，可以选：敞开"),
        (SEALING | {"unit": "township"}, "请换一项措施，或把对象改成小区、自然村、工厂"),
        (SEALING | {"end": "2020-06-01"}, "结束的一天要在开始的一天之后"),
        (SEALING | {"end": "2020-06-31"}, "没有 2020-06-31 这一天"),
        (SEALING | {"days": "0"}, "天数要填 1 到 3650 的整数"),
        (SEALING | {"days": "3", "end": "2020-08-01"}, "天数和结束的一天对不上"),
        (SEALING | {"who": "martians"}, "没有这类人群"),
        (SEALING | {"paper": "LICENCE"}, "没有这种证明"),
    ],
)
def test_a_bad_order_gets_one_sentence_with_the_remedy(client, places, order, said):
    answer = client.get("/policy/judge/", LOW | order)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert 'id="verdict"' not in answer.content.decode()
    assert 'id="order"' in answer.content.decode()


def test_the_verdict_is_said_in_english(client, places):
    client.cookies["django_language"] = "en"
    html = judge(client, LOW, **SEALING)

    assert "Not allowed" in html
    assert "What can be done" in html
