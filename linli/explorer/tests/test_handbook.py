"""工作指引: the handbook as a page and on paper."""

import pytest

from linli.community import paper
from linli.explorer import handbooks

pytestmark = pytest.mark.django_db

ASKED = {"place": "350583001001", "day": "2020-06-10", "tier": "LOW", "community_class": "NO_CASE"}


@pytest.mark.row("L3")
def test_the_handbook_says_who_does_what_when_with_clauses_limits_and_contacts(client, places):
    html = client.get("/policy/handbook/", ASKED).content.decode()

    for part in ("溪美社区居委会", "2020年6月10日", "措施的限度", "谁来做什么", "联系方式", "每天", "依据的条款"):
        assert part in html
    assert "到在家观察的人门口看一看、问一问，每天一次" in html
    assert "南委办发明电〔2020〕40号" in html
    assert "假设，没有改动任何登记" in html


@pytest.mark.row("L3")
def test_the_printed_handbook_is_a_pdf_of_that_place_and_day(client, places):
    answer = client.get("/policy/handbook/pdf/", ASKED)

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="handbook-350583001001-2020-06-10.pdf"' in answer["Content-Disposition"]


def test_the_handbook_prints_in_english(client, places):
    client.cookies["django_language"] = "en"

    assert client.get("/policy/handbook/pdf/", ASKED).content.startswith(b"%PDF-")


def test_without_fonts_the_page_says_so_and_still_works(client, places, monkeypatch):
    monkeypatch.setattr(paper, "has_fonts", lambda: False)

    answer = client.get("/policy/handbook/pdf/", ASKED)

    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.content.decode()
    assert "谁来做什么" in answer.content.decode()


def test_every_norm_in_force_is_in_the_handbook_once(client, places):
    from datetime import date

    from linli.explorer.situation import Situation, current_rulebook, known_in
    from linli.policy.decide import decide

    book = current_rulebook()
    situation = Situation(places["溪美社区居委会"], date(2021, 2, 1), {"tier": "MEDIUM"})
    page = handbooks.handbook(book, situation)
    printed = [
        line.id
        for party in page.parties
        for actor in party.actors
        for line in (*(x for group in actor.must for x in group.lines), *actor.may, *actor.must_not)
    ]
    decision = decide(book, known_in(situation, book.words).facts, situation.day)

    assert sorted(printed) == sorted(decision.norm_ids())
