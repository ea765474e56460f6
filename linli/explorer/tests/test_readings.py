"""The numbered readings as a page, and another reading tried: marked, kept through links, and without touching data."""

import html as markup
import re

import pytest

from linli.explorer.situation import READINGS_KEPT, current_rulebook, rulebook_under
from linli.explorer.templatetags.policy_words import noted
from linli.policy.readings import numbered_readings
from linli.policy.vocabulary import Say

pytestmark = pytest.mark.django_db

XIMEI = "350583001001"
MIXED = {"place": XIMEI, "day": "2020-06-10", "tier": "LOW", "community_class": "OUTBREAK", "setting": "URBAN"}
PURE = {"reading": "m38.mixed-cells:pure-only"}
BANNER = "按另一种读法试算，不改变任何登记"
HTMX = {"HX-Request": "true"}


def page(client, address="/policy/", **asked):
    answer = client.get(address, MIXED | asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


# ---- the numbered readings -------------------------------------------------------------------------------------------
def test_every_reading_stands_on_the_page_with_what_rests_on_it(client, places):
    html = client.get("/policy/readings/").content.decode()

    assert [int(n) for n in re.findall(r'<section class="numbered" id="r(\d+)"', html)] == list(numbered_readings())
    nineteen = html.split('id="r19"')[1].split("</section>")[0]
    assert "14天" in nineteen
    assert 'href="/policy/norms/m38.' in nineteen
    assert "南安40号文 <b>(五)</b>" in nineteen
    assert "5号文" in html.split('id="r2"')[1].split("</section>")[0]
    assert "reading=m38.mixed-cells%3Apure-only" in html.split('id="r1"')[1].split("</section>")[0]


def test_every_norm_that_cites_a_reading_is_listed_under_it(client, places):
    from linli.policy.readings import cited_numbers

    html = client.get("/policy/readings/").content.decode()
    sections = {n: html.split(f'id="r{n}"')[1].split("</section>")[0] for n in numbered_readings()}

    for norm in current_rulebook().norms:
        for number in cited_numbers(norm.note.zh) if norm.note else ():
            assert f'"/policy/norms/{norm.id}/"' in sections[number]


def test_a_note_links_each_reading_it_cites(client, places):
    norm = next(n for n in current_rulebook().norms if n.note and "（读法19）" in n.note.zh)
    assert '（<a href="/policy/readings/#r19">读法19</a>）' in client.get(f"/policy/norms/{norm.id}/").content.decode()

    both = noted(Say("按两处来定（读法1、22）。", ""))
    assert both == ('按两处来定（<a href="/policy/readings/#r1">读法1</a>、<a href="/policy/readings/#r22">22</a>）。')


def test_a_note_in_english_links_them_too(client, places):
    client.cookies["django_language"] = "en"

    html = client.get("/policy/instruments/minfa-2020-38/").content.decode()

    assert '(<a href="/policy/readings/#r4">readings 4</a> and <a href="/policy/readings/#r5">5</a>)' in html
    assert "How we read what is not printed" in client.get("/policy/readings/").content.decode()


def test_what_a_pack_says_stays_text_and_a_number_that_is_not_there_is_no_link():
    assert noted(Say("<b>不是</b>标记（读法99）", "")) == "&lt;b&gt;不是&lt;/b&gt;标记（读法99）"


# ---- another reading -------------------------------------------------------------------------------------------------
def test_the_explorer_lists_the_open_readings_with_the_one_in_force_and_one_tap_tries_the_other(client, places):
    html = page(client)
    assert BANNER not in html
    shown = html.split('<section id="open-readings"')[1].split("</section>")[0]
    assert "现在采用" in shown
    link = next(link for link in re.findall(r'href="([^"]*)"', shown) if "mixed-cells" in link)

    tried = client.get(markup.unescape(link)).content.decode()

    assert BANNER in tried
    assert "正在试算" in tried
    assert re.search(r"多出 \d+ 条，少了 [1-9]\d* 条，\d+ 项措施的限度不同", tried)


def test_a_trial_is_kept_through_every_link_form_and_page(client, places):
    html = page(client, **PURE)

    for address in ("judge", "compare", "handbook"):
        link = markup.unescape(re.search(rf'href="(/policy/{address}/\?[^"]*)"', html).group(1))
        assert "reading=m38.mixed-cells%3Apure-only" in link
        other = client.get(link).content.decode()
        assert BANNER in other
        if address != "handbook":
            assert 'name="reading" value="m38.mixed-cells:pure-only"' in other
    assert html.count('name="reading" value="m38.mixed-cells:pure-only"') == 2
    assert "/policy/instruments/minfa-2020-38/?reading=m38.mixed-cells%3Apure-only" in html
    found = client.get("/policy/places/", MIXED | PURE | {"q": "xmsq"}, headers=HTMX).content.decode()
    assert "reading=m38.mixed-cells%3Apure-only" in found


def test_a_trial_ends_with_one_tap_and_the_question_stays(client, places):
    html = page(client, **PURE)
    back = markup.unescape(re.search(r'class="trial-back"><a [^>]*href="([^"]*)"', html).group(1))

    assert "tier=LOW" in back
    assert "reading" not in back
    assert BANNER not in client.get(back).content.decode()


def test_scripts_get_the_sign_with_the_answer_and_the_address_keeps_the_trial(client, places):
    answer = client.get("/policy/", MIXED | PURE, headers=HTMX)

    assert 'id="trial" class="trial"' in answer.content.decode()
    assert "reading=m38.mixed-cells%3Apure-only" in answer["HX-Push-Url"]
    assert 'id="trial"' not in client.get("/policy/", MIXED, headers=HTMX).content.decode()


def test_a_trial_decides_and_judges_by_the_other_reading(client, places):
    order = {"action": "closure@compound", "level": "UNIT_SEALED", "by": "township"}
    facts = {
        "day": "2020-07-01",
        "tier": "MEDIUM",
        "community_class": "OUTBREAK",
        "cases_14d": "3",
        "clustered": "true",
    }
    in_force = page(client, "/policy/judge/", **facts, **order)
    tried = page(client, "/policy/judge/", reading="n40.unit-step:closed-only", **facts, **order)

    assert BANNER not in in_force
    assert BANNER in tried
    assert in_force.split('id="verdict"')[1][:400] != tried.split('id="verdict"')[1][:400]


def test_the_printed_handbook_says_that_a_reading_is_tried(client, places):
    from datetime import date

    from linli.explorer import handbooks
    from linli.explorer.situation import Situation

    base = current_rulebook()
    readings = {"m38.mixed-cells": "pure-only"}
    situation = Situation(places["溪美社区居委会"], date(2020, 6, 10), {}, readings)
    made = handbooks.handbook(rulebook_under(base, readings), situation)

    assert "不能作为办事依据" in handbooks._print_words(made)["tried"]
    assert client.get("/policy/handbook/pdf/", MIXED | PURE).status_code == 200


def test_an_instrument_offers_each_trial_on_an_example_where_it_makes_a_difference(client, places):
    for pack in current_rulebook().packs:
        html = client.get(f"/policy/instruments/{pack.instrument.id}/").content.decode()
        links = re.findall(r'class="try-reading" href="([^"]*)"', html)
        assert len(links) == sum(len(reading.options) - 1 for reading in pack.readings)
        for link in links:
            tried = client.get(markup.unescape(link)).content.decode()
            assert BANNER in tried
            assert "两种读法的答案一样" not in tried


def test_a_norm_of_the_other_reading_is_shown_under_it(client, places):
    listed = client.get("/policy/instruments/minfa-2020-9/", {"clause": "二(三)"}).content.decode()
    assert "另一种读法" in listed

    answer = client.get("/policy/norms/m9.gathering.suspend-all/", {"day": "2020-02-01"}, follow=True)

    assert answer.redirect_chain == [
        ("/policy/norms/m9.gathering.suspend-all/?day=2020-02-01&reading=m9.gatherings%3Asuspended", 302)
    ]
    assert BANNER in answer.content.decode()


def test_the_reading_in_force_is_no_trial(client, places):
    assert BANNER not in page(client, reading="m38.mixed-cells:lower-higher")


def test_a_trial_touches_no_data(client, places):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        page(client, **PURE)

    assert not [q for q in queries if not q["sql"].startswith("SELECT")]


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("no.such:thing", "没有“no.such”这种读法，请从页面上列出的读法里选"),
        ("m38.mixed-cells", "读法“m38.mixed-cells”没有“”这一种，可以选：lower-higher、pure-only"),
        ("m38.mixed-cells:both", "没有“both”这一种，可以选：lower-higher、pure-only"),
        (["m38.mixed-cells:pure-only", "m38.mixed-cells:lower-higher"], "写了两次，只能试一种"),
        ("\0:<script>", "没有“”这种读法"),
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        "",
        "norms/m38.low.lift-closure/",
        "measures/closure@compound/",
        "compare/",
        "judge/",
        "instruments/",
        "instruments/minfa-2020-38/",
        "readings/",
        "handbook/",
        "handbook/pdf/",
    ],
)
def test_a_reading_that_there_is_not_is_refused_with_one_sentence(client, places, address, reading, said):
    answer = client.get(f"/policy/{address}", MIXED | {"reading": reading})

    assert answer.status_code == 400
    assert answer.content.decode().count(said) == 1
    assert BANNER not in answer.content.decode()
    assert 'id="col-must"' not in answer.content.decode()


def test_rulebooks_under_other_readings_are_kept_but_not_without_end(places):
    from linli.explorer.situation import _read_otherwise

    book = current_rulebook()
    tried = {"m38.mixed-cells": "pure-only"}

    assert rulebook_under(book, {}) is book
    assert rulebook_under(book, tried) is rulebook_under(book, dict(tried))
    assert _read_otherwise.cache_info().maxsize == READINGS_KEPT
