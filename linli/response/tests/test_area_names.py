"""Printed names: what varies at will is left out, what makes a difference is kept, what is alike is asked about."""

import pytest

from linli.response.area_names import is_alike, key_of, taken_apart, township_in

AROUND = ["福建省", "泉州市", "南安市"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翠园街道 锦绣花园", "翠园街道锦绣花园"),
        ("锦绣花园（二期）", "锦绣花园(二期)"),
        ("锦绣花园（二期）", "锦绣花园二期"),
        ("锦绣花园１号楼", "锦绣花园1号楼"),
        ("锦绣花园·东区", "锦绣花园东区"),
        ("C座", "c座"),
    ],
)
def test_wordings_that_differ_in_print_alone_are_one(one, other):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-8幢", "18幢"), ("1、8幢", "1-8幢"), ("1、8幢", "18幢"), ("3号楼", "4号楼"), ("(1)2号", "12号")],
)
def test_punctuation_between_figures_makes_a_difference(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("printed", "text", "is_rest"),
    [
        ("除中高风险区以外区域", "", True),
        ("南安市除高、中风险区以外的其他地区", "", True),
        ("福建省泉州市南安市（除中、高风险区外）", "", True),
        ("翠园街道除高风险区外的其他区域", "翠园街道", True),
        ("翠园街道中风险区以外的其他区域", "翠园街道", True),
        ("锦绣花园（高风险区除外）", "锦绣花园", True),
        ("翠园街道锦绣花园其他片区", "翠园街道锦绣花园", True),
        ("南安市翠园街道全域", "翠园街道", False),
        ("泉州市南安市翠园街道锦绣花园", "翠园街道锦绣花园", False),
        ("锦绣花园（除1幢外）", "锦绣花园(除1幢外)", False),
    ],
)
def test_exclusions_and_repeated_names_in_front_are_taken_apart(printed, text, is_rest):
    found = taken_apart(printed, names_in_front=AROUND)

    assert (found.text, found.is_rest) == (text, is_rest)


def test_a_name_cut_off_or_naming_several_places_is_noticed():
    assert taken_apart("长春路社区（北至长春河、西至", names_in_front=()).is_cut_off
    assert taken_apart("翠园街道除高风险区以外的其他区域、江头街道", names_in_front=()).is_several


@pytest.mark.parametrize(
    ("text", "township"),
    [
        ("翠园街道锦绣花园", "翠园街道"),
        ("唐家镇街道中海花园", "唐家镇街道"),
        ("云水镇锦绣村", "云水镇"),
        ("锦绣路1号", ""),
    ],
)
def test_the_township_in_front_is_seen_by_its_form(text, township):
    assert township_in(text) == township


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("锦绣路128号", "翠园街道锦绣路128号", True),
        ("江头街道锦绣小区", "翠园街道锦绣小区", True),
        ("翠园街道海棠锦园二期", "翠园街道中海海棠锦园二期", True),
        ("翠园街道锦绣花园", "翠园街道锦绣花园小区", True),
        ("锦绣花园3号楼", "锦绣花园4号楼", False),
        ("锦绣花园三期", "锦绣花园五期", False),
        ("锦绣花园", "锦绣花园3号楼", False),
        ("翠园街道锦绣花园", "翠园街道江滨新村", False),
    ],
)
def test_alike_is_a_question_and_different_numbers_are_an_answer(one, other, alike):
    assert is_alike(one, other) is alike
    assert is_alike(other, one) is alike
