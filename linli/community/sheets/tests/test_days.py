"""Days in every spelling, and none invented."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.community.sheets.days import DayUnreadable, read_day

SPELLINGS = [
    "2020-2-3", "2020-02-03", "2020/02/03", "2020.2.3", "2020年2月3日", "2020年02月03号", "20200203",
    "2.3", "2月3日",
    "2-3", "2/3", "20.2.3", "43864", "二〇二〇年二月三日", "二○二○年二月三日", "二零二零年二月三日",
    "2020-02-03 00:00:00", "2020年2月3日 9时30分",
    "2020/2/3 18:05", "2020-02-03T08:00:00", "2020 2 3", "'2020-02-03",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_one_day(text):
    assert read_day(text, year=2020) == date(2020, 2, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇一九年十二月三十一日", date(2019, 12, 31)),
        ("二〇二〇年十月二十日", date(2020, 10, 20)),
        ("13/2/2020", date(2020, 2, 13)),
        ("2/13/2020", date(2020, 2, 13)),
        ("68.5.1", date(1968, 5, 1)),
    ],
)
def test_further_spellings(text, day):
    assert read_day(text, year=2020) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2020-02-30", "DAY_IMPOSSIBLE"),
        ("2019-2-29", "DAY_IMPOSSIBLE"),
        ("2/3/2020", "DAY_AMBIGUOUS"),
        ("2.3", "DAY_NO_YEAR"),
        ("20.2.3", "DAY_AMBIGUOUS"),
        ("2020年2月", "DAY_INCOMPLETE"),
        ("202002", "DAY_INCOMPLETE"),
        ("2020", "DAY_FORM"),
        ("昨天", "DAY_FORM"),
        ("123456", "DAY_FORM"),
        ("", "DAY_FORM"),
        ("2020-13-01", "DAY_IMPOSSIBLE"),
    ],
)
def test_what_is_no_day_or_two_is_refused(text, code):
    with pytest.raises(DayUnreadable) as refused:
        read_day(text)
    assert refused.value.code == code


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_survives_being_written(day):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d"):
        assert read_day(day.strftime(form)) == day


@given(st.integers(2200, 60_000))
def test_a_serial_is_the_day_a_spreadsheet_shows(serial):
    assert read_day(str(serial)) == date(1899, 12, 30) + timedelta(days=serial)


@given(st.text(max_size=20))
def test_no_text_breaks_it(text):
    try:
        read_day(text, year=2020)
    except DayUnreadable as refused:
        assert refused.reason and refused.remedy
