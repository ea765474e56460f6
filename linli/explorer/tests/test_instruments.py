"""The instruments, clause by clause."""

import pytest

from linli.explorer.situation import current_rulebook

pytestmark = pytest.mark.django_db


@pytest.mark.row("A1")
def test_every_instrument_shows_issuer_level_territory_and_how_its_dates_are_known(client, places):
    html = client.get("/policy/instruments/").content.decode()

    for part in ("民发〔2020〕9号", "民发〔2020〕38号", "南委办发明电〔2020〕40号", "民发〔2023〕5号"):
        assert part in html
    assert html.count('<li class="instrument') == 5
    assert "未印出，留空" in html
    assert "福建省泉州市南安市" in html
    for basis in ("原文印明", "推定", "假定"):
        assert basis in html
    assert "改动了" in html


def test_every_clause_has_norms_or_says_why_not(client, places):
    for pack in current_rulebook().packs:
        html = client.get(f"/policy/instruments/{pack.instrument.id}/").content.decode()
        for clause in pack.clauses:
            assert f'<b class="cite">{clause.cite}</b>' in html
        assert pack.sha256[:12] in html


def test_the_norms_of_a_clause_open_with_and_without_scripts(client, places):
    address = "/policy/instruments/nanweiban-2020-40/"
    plain = client.get(address, {"clause": "(七)"}).content.decode()
    part = client.get(address, {"clause": "(七)"}, headers={"HX-Request": "true"}).content.decode()

    assert "中风险地区不得把整个镇街封控" in plain
    assert "中风险地区不得把整个镇街封控" in part
    assert "<html" not in part


def test_readings_show_their_options_and_the_one_in_force(client, places):
    html = client.get("/policy/instruments/nanweiban-2020-40/").content.decode()

    assert "有不同读法的地方" in html
    assert "现在采用" in html
    assert "原文没有说清的地方" in html


def test_the_instruments_read_in_english(client, places):
    client.cookies["django_language"] = "en"

    assert "not printed, left empty" in client.get("/policy/instruments/").content.decode()
