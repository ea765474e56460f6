"""A paper line typed in a few keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.records.kinds import kind_of, read_kinds
from linli.records.payloads import checked_payload
from linli.worklist.shorthand import ShorthandRefused, can_be_typed, payload_of, signs_of

VISIT = """
kinds:
  look_in:
    subject: person
    say: {zh: 走访, en: visit}
    fields:
      - id: found
        type: choice
        say: {zh: 情况, en: found}
        choices: [{id: WELL, say: {zh: 好, en: well}}, {id: ILL, say: {zh: 病, en: ill}}]
      - {id: needs_help, type: bool, say: {zh: 要帮助, en: needs help}}
      - {id: remark, type: text, say: {zh: 备注, en: remark}}
"""
LOOK_IN = next(iter(read_kinds(VISIT, program="test", file="test")))


@pytest.fixture
def check():
    return kind_of("health_check")


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("65", {"temperature": 36.5}),
        ("365", {"temperature": 36.5}),
        ("36.5", {"temperature": 36.5}),
        ("３６。５", {"temperature": 36.5}),
        ("372", {"temperature": 37.2}),
        ("401", {"temperature": 40.1}),
        ("81a", {"temperature": 38.1, "symptoms": ["COUGH"]}),
        ("81AC#已送医", {"temperature": 38.1, "symptoms": ["COUGH", "FATIGUE"], "remark": "已送医"}),
        (".", {"temperature": 36.5}),
        ("99", {"temperature": 39.9}),
        ("999", {"temperature": 999.0}),
        ("  ", None),
    ],
)
def test_what_is_typed_for_a_check(check, typed, payload):
    assert payload_of(check, typed) == payload


def test_letters_are_the_answers_in_their_order():
    assert [(sign.letter, sign.value) for sign in signs_of(LOOK_IN)] == [("a", "WELL"), ("b", "ILL"), ("c", True)]
    assert payload_of(LOOK_IN, "bc#独自在家") == {"found": "ILL", "needs_help": True, "remark": "独自在家"}


@pytest.mark.parametrize(
    ("typed", "code"), [("ab", "two_answers"), ("z", "no_letter"), ("3", "no_number"), ("a-b", "not_readable")]
)
def test_what_cannot_be_meant_is_refused(typed, code):
    with pytest.raises(ShorthandRefused) as refused:
        payload_of(LOOK_IN, typed)
    assert refused.value.code == code


def test_only_kinds_that_fit_a_line_are_typed():
    assert can_be_typed(kind_of("health_check")) and can_be_typed(LOOK_IN)
    # A day of arrival and a place of origin are words: they need the form.
    assert not can_be_typed(kind_of("arrival"))


@given(st.integers(340, 430))
def test_any_temperature_is_typed_without_its_point(tenths):
    check = kind_of("health_check")
    assert payload_of(check, str(tenths)) == {"temperature": tenths / 10}
    assert checked_payload(check, payload_of(check, str(tenths)))["temperature"] == tenths / 10


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    check = kind_of("health_check")
    try:
        payload = payload_of(check, text)
    except ShorthandRefused as refused:
        assert refused.code
    else:
        assert payload is None or set(payload) <= {"temperature", "symptoms", "remark"}
