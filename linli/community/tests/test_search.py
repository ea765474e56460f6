"""Places are found by name, pinyin, initials and code, and never chosen for the user."""

import pytest

from linli.community.division_import import import_divisions
from linli.community.divisions import shipped_rows
from linli.community.pinyin import spellings
from linli.community.queries import divisions_named, search_divisions
from linli.trail.actor import SYSTEM


def names(text, **options):
    return [division.name for division in search_divisions(text, **options)]


@pytest.mark.parametrize("text", ["溪美", "溪美街道", "ximei", "XiMei", "xmjd", "350583001000"])
def test_a_place_is_found_however_it_is_typed(places, text):
    assert names(text)[0] == "溪美街道"


def test_an_exact_name_comes_first_then_larger_places(places):
    assert names("南安市")[0] == "南安市"
    assert names("溪美") == ["溪美街道", "溪美社区居委会"]


def test_another_reading_of_a_character_finds_it_too(places):
    assert "省新镇" in names("xingxin")
    assert spellings("乐峰镇") == ("lefengzhen yuefengzhen", "lfz yfz")


def test_words_before_the_last_narrow_down(places):
    assert names("nanan ximei") == ["溪美街道", "溪美社区居委会"]
    assert names("晋江 ximei") == []


def test_level_and_area_limit_the_search(places):
    assert names("溪美", level=5) == ["溪美社区居委会"]
    assert names("街道", within_code="350582000000") == ["青阳街道"]


def test_the_own_county_comes_before_the_rest_of_the_nation(places):
    assert names("街道", near_code="350582000000") == ["青阳街道", "溪美街道"]
    assert names("街道", near_code="350583000000") == ["溪美街道", "青阳街道"]


def test_nothing_asked_is_nothing_found(places):
    assert names("") == names("   ") == names("nosuchplace") == []


@pytest.mark.django_db
def test_all_of_nanan_ships_and_repeated_names_are_all_given(at):
    report = import_divisions(shipped_rows(), by=SYSTEM, at=at, commit=True)

    assert (report.accepted, report.rejected) == (3348 + 457, 0)
    assert len(search_divisions("", within_code="350583000000")) == 0
    assert len([d for d in search_divisions("350583", limit=1000) if d.level == 4]) == 27
    assert len([d for d in search_divisions("350583", limit=1000) if d.level == 5]) == 430
    assert len(divisions_named("鼓楼区")) == 4
    assert [d.full_name for d in divisions_named("北京市东城区")] == ["北京市东城区"]
