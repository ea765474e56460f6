"""Numbers of papers and phones: one spelling, the check digit, and nobody made up in a real deployment."""

from datetime import date

import pytest

from linli.community.identity import (
    IdentityRefused,
    masked_number,
    masked_phone,
    normalised_number,
    normalised_phone,
    read_card,
)
from linli.community.matching.identity_number import check_digit


def test_a_number_has_one_spelling():
    assert normalised_number(" ３５０５８３-19900101-001x’") == "35058319900101001X"
    assert normalised_phone("0595-8638 2000") == "059586382000"
    assert normalised_phone("＋86 154 0000 1234") == "+8615400001234"


def test_the_example_of_the_standard_is_read():
    facts = read_card("11010519491231002X", is_demo=False)

    assert (facts.birth_day, facts.is_male) == (date(1949, 12, 31), False)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1101051949123100", "card_form"),
        ("110105194912310021", "card_check"),
        ("11010519491331002" + check_digit("11010519491331002"), "card_birth"),
        ("00010519491231002" + check_digit("00010519491231002"), "card_area"),
        ("99058319520308002" + check_digit("99058319520308002"), "card_demo"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_the_reason(number, why):
    with pytest.raises(IdentityRefused) as refused:
        read_card(number, is_demo=False)
    assert refused.value.code == why


def test_a_made_up_number_is_read_in_a_demo():
    assert read_card("99058319520308002" + check_digit("99058319520308002"), is_demo=True).birth_day.year == 1952


@pytest.mark.parametrize("phone", ["12", "abcdef", "1" * 25])
def test_a_phone_that_cannot_be_is_refused(phone):
    with pytest.raises(IdentityRefused):
        normalised_phone(phone)


def test_masks_leave_what_one_asks_by():
    assert masked_number("11010519491231002X") == "1****************X"
    assert masked_phone("15400001234") == "*******1234"
    assert masked_number("") == masked_phone("") == ""
