"""A division code says where a place is."""

import pytest

from linli.community.codes import ancestors_of, is_code, is_within, level_of, prefix_of, span_of


@pytest.mark.parametrize(
    ("code", "level", "prefix"),
    [
        ("350000000000", 1, "35"),
        ("350500000000", 2, "3505"),
        ("350583000000", 3, "350583"),
        ("350583001000", 4, "350583001"),
        ("350583001001", 5, "350583001001"),
        ("441900000000", 2, "4419"),
        ("441900003000", 4, "441900003"),
        ("110101001020", 5, "110101001020"),
    ],
)
def test_level_and_prefix_follow_from_the_code(code, level, prefix):
    assert (level_of(code), prefix_of(code)) == (level, prefix)


def test_ancestors_are_the_nearest_first():
    assert ancestors_of("350583001001") == ("350583001000", "350583000000", "350500000000", "350000000000")


def test_a_prefecture_without_counties_is_the_parent_of_its_townships():
    assert ancestors_of("441900003000") == ("441900000000", "440000000000")


def test_a_place_is_within_itself_and_those_above_but_not_within_a_neighbour():
    assert is_within("350583001001", "350583000000")
    assert is_within("350583000000", "350583000000")
    assert not is_within("350582001000", "350583000000")
    assert not is_within("350583000000", "350583001000")


def test_the_span_of_an_area_holds_all_codes_inside():
    assert span_of("350583000000") == ("350583000000", "350583999999")


@pytest.mark.parametrize(
    "text", ["", "350583", "35058300100x", "050583001001", "3505830010011", "３５０５８３００１００１"]
)
def test_what_is_no_code(text):
    assert not is_code(text)
