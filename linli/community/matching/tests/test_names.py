"""How two Chinese names agree."""

import numpy as np
import pytest

from linli.community.matching.household import compare_households
from linli.community.matching.names import NameLevel, NameTable, compare_names, plain_name
from linli.community.matching.phones import one_slip_apart, phone_number
from linli.community.matching.variant_characters import STANDARD_FORMS
from linli.community.matching.weights import HouseholdLevel


def level(first: str, second: str) -> str:
    table = NameTable()
    rows = table.rows([first, second])
    forth, back = compare_names(rows, np.array([0, 1]), rows, np.array([1, 0]))
    assert forth == back
    return NameLevel(forth).name


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("陈晓明", "陈晓明", "EXACT"),
        ("陈 晓明", "陈晓明", "EXACT"),
        ("买买提·艾力", "买买提艾力", "EXACT"),
        ("陳曉明", "陈晓明", "VARIANT"),
        ("李喆", "李哲", "VARIANT"),
        ("王峯", "王峰", "VARIANT"),
        ("陈晓明", "陈小明", "HOMOPHONE"),
        ("张伟", "章炜", "HOMOPHONE"),
        ("单春", "山春", "HOMOPHONE"),
        ("黄飞鸿", "黄辉鸿", "ONE_CHARACTER"),
        ("林珍", "林增", "NEAR_HOMOPHONE"),
        ("陈金", "陈京", "NEAR_HOMOPHONE"),
        ("陈志强", "陈自强", "NEAR_HOMOPHONE"),
        ("陈晓明", "陈明晓", "SWAPPED"),
        ("陈晓明", "陈明", "CONTAINED"),
        ("陈黄淑芬", "黄淑芬", "CONTAINED"),
        ("陈晓明", "陈晓红", "ONE_CHARACTER"),
        ("陈淑芬", "黄淑芬", "GIVEN_NAME"),
        ("陈晓明", "陈建国", "SURNAME"),
        ("陈晓明", "黄建国", "DIFFERENT"),
        ("陈晓明", "", "MISSING"),
        ("", "", "MISSING"),
        ("欧阳修", "欧阳秀", "HOMOPHONE"),
    ],
)
def test_names_side_by_side(first, second, expected):
    assert level(first, second) == expected


def test_plain_name_keeps_letters_only():
    assert plain_name(" 陈　晓明 ") == "陈晓明"
    assert plain_name("John Smith") == "JOHNSMITH"


def test_no_standard_form_is_itself_a_variant():
    assert not set(STANDARD_FORMS) & set(STANDARD_FORMS.values())


@pytest.mark.parametrize(
    ("text", "number"),
    [("13800001234", 13800001234), ("+86 138-0000-1234", 13800001234), ("０５９５-86380001", 59586380001),
     ("", 0), ("无", 0), ("11111111111", 0), ("123", 0)],
)  # fmt: skip
def test_phone_numbers(text, number):
    assert phone_number(text) == number


def test_phones_one_slip_apart():
    first = np.array([13800001234, 13800001234, 13800001234, 13800001234, 0])
    second = np.array([13800001235, 13800001243, 13800001234, 13900001235, 5])
    assert list(one_slip_apart(first, second)) == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("省身村3号楼501室", "省身村3-501", HouseholdLevel.SAME),
        ("福建省南安市省新镇省身村3号楼501室", "省身村3幢501", HouseholdLevel.SAME),
        ("省身村3号楼501室", "省身村3号楼502室", HouseholdLevel.SIMILAR),
        ("省身村3号楼501室", "溪美社区3号楼501室", HouseholdLevel.DIFFERENT),
        ("", "省身村", HouseholdLevel.MISSING),
    ],
)
def test_addresses(first, second, expected):
    assert compare_households(first, second) == expected
