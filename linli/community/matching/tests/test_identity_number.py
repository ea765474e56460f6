"""ID numbers: check digit, fifteen digits, slips."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.community.matching.identity_number import (
    birth_day_of,
    check_digit,
    is_sound,
    parse_identity_number,
    repairs_of,
    slips_between,
)


@st.composite
def numbers(draw):
    day = draw(st.dates(date(1920, 1, 1), date(2019, 12, 31)))
    body = f"990583{day:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return body + check_digit(body)


def test_the_published_example_has_its_check_digit():
    assert check_digit("11010519491231002") == "X"


@pytest.mark.parametrize(
    "written",
    [
        "'990583199001011231",
        "９９０５８３199001011231",
        "990583 19900101 1231",
        "990583-19900101-1231",
        "9905831990O1011231",
    ],
)
def test_spellings_of_one_number(written):
    assert parse_identity_number(written).digits == "990583199001011231"


@pytest.mark.parametrize("last", ["x", "X", "ｘ", "Ⅹ", "×", "*"])
def test_the_letter_x_in_every_form(last):
    body = next(body for body in (f"99058319900101{n:03d}" for n in range(999)) if check_digit(body) == "X")
    found = parse_identity_number(body + last)
    assert found.digits == body + "X" and found.is_valid


def test_fifteen_digits_become_eighteen():
    found = parse_identity_number("990583550203001")
    assert found.digits[:17] == "99058319550203001"
    assert found.is_valid and found.was_short and birth_day_of(found.digits) == date(1955, 2, 3)


@pytest.mark.parametrize("text", ["", "E12345678", "12345", "990583", "H1234567800", "9905831990010112345"])
def test_other_papers_are_no_id_number(text):
    assert parse_identity_number(text) is None


@given(numbers(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found_and_can_be_repaired(number, place, digit):
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        assert not is_sound(wrong)
        assert number in repairs_of(wrong)
        assert slips_between(wrong, number) == 1


@given(numbers(), st.integers(0, 15))
def test_two_swapped_digits_are_found_and_can_be_repaired(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert not is_sound(wrong)
        assert number in repairs_of(wrong)
        assert slips_between(wrong, number) == 1


@given(numbers())
def test_a_sound_number_needs_no_repair(number):
    assert is_sound(number) and repairs_of(number) == ()


@given(st.text(max_size=20))
def test_no_text_breaks_it(text):
    parse_identity_number(text)
