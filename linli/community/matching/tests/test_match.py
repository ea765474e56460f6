"""Who is who: each trap, and what must hold for any table."""

from datetime import date
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linli.community.matching.identity_number import check_digit
from linli.community.matching.match import Reason, Verdict, match_rows
from linli.community.matching.person import Person


def number(body: str) -> str:
    return body + check_digit(body)


MING = number("99058319900101123")
MING_SHORT = MING[:6] + MING[8:17]
FEN = number("99058319850203004")
TWIN_1, TWIN_2 = number("99058320010505011"), number("99058320010505013")

KNOWN = [
    Person("明", "陈晓明", (), date(1990, 1, 1), "MALE", (MING,), ("13800001234",), "省身村3号楼501室"),
    Person("芬", "黄淑芬", ("黄阿芬",), date(1985, 2, 3), "FEMALE", (FEN,), ("13900001234",), "省身村3号楼502室"),
    Person("双1", "林志强", (), date(2001, 5, 5), "MALE", (TWIN_1,), ("13700001234",), "省身村4号楼101室"),
    Person("双2", "林志刚", (), date(2001, 5, 5), "MALE", (TWIN_2,), ("13700001234",), "省身村4号楼101室"),
    Person("土", "苏阿土", (), date(1950, 6, 7), "MALE", (), (), "溪美社区"),
    Person("外", "SMITH JOHN", (), date(1980, 3, 4), "MALE", ("E12345678",), (), ""),
]


def answer(*rows: Person, known=KNOWN):
    found = match_rows(list(rows), known)
    return found[0] if len(rows) == 1 else found


def row(name: str, key: int = 1, **more) -> Person:
    return Person(key, name, **more)


SLIPPED = MING[:9] + str((int(MING[9]) + 1) % 10) + MING[10:]
SWAPPED = MING[:7] + MING[8] + MING[7] + MING[9:]


@pytest.mark.parametrize(
    ("incoming", "who"),
    [
        (row("陈晓明", documents=(MING,)), "明"),
        (row("陈晓明", documents=(MING_SHORT,)), "明"),
        (row("陈晓明", documents=(SLIPPED,)), "明"),
        (row("陳曉明", documents=(SWAPPED,)), "明"),
        (row("陈小明", documents=(MING,), phones=("13800001234",)), "明"),
        (row("陈晓明", birth_day=date(1990, 1, 1), phones=("13800001234",)), "明"),
        (row("陈小明", birth_day=date(1990, 1, 1), phones=("13800001234",), household="省身村3-501", sex="MALE"), None),
        (row("黄叔芬", birth_day=date(1985, 2, 3), phones=("13900001234",)), "芬"),
        (row("黄阿芬", birth_day=date(1985, 2, 3)), "芬"),
        (row("黄阿芬", phones=("13900001234",)), "芬"),
        (row("黄芬淑", documents=(FEN,)), "芬"),
        (row("林志强", phones=("13700001234",)), "双1"),
        (row("林志刚", birth_day=date(2001, 5, 5), phones=("13700001234",)), "双2"),
        (row("John Smith", documents=("e12345678",)), "外"),
        (row("Smith John", documents=("E 12345678",)), "外"),
        (row("苏阿土", birth_day=date(1950, 6, 7)), "土"),
    ],
)
def test_the_same_person_is_found_or_asked_about(incoming, who):
    found = answer(incoming)
    if who is None:
        assert found.verdict is Verdict.ASK
    else:
        assert found.verdict is Verdict.MATCH and found.candidates[0].key == who
        assert found.candidates[0].certainty >= 0.996 and found.candidates[0].evidence


@pytest.mark.parametrize(
    "incoming",
    [
        row("陈建国", documents=(number("99058319700101001"),)),
        row("林志强", documents=(number("99058319880505011"),), birth_day=date(1988, 5, 5)),
        row("林志明", documents=(number("99058319950505011"),), phones=("13700001234",)),  # a brother
        row("陈晓明"),  # a name alone proves nothing
    ],
)
def test_somebody_else_is_never_merged(incoming):
    assert answer(incoming).verdict is not Verdict.MATCH


def test_somebody_with_nothing_in_common_is_new():
    assert answer(row("郑一", documents=(number("99058319770707007"),))).verdict is Verdict.NEW


def test_a_childs_line_under_the_parents_number_is_a_question():
    found = answer(row("陈小宝", documents=(MING,), birth_day=date(2015, 1, 1), phones=("13800001234",)))
    assert found.verdict is Verdict.ASK and found.candidates[0].key == "明"


def test_a_neighbouring_lines_number_is_a_question():
    assert answer(row("黄淑芬", documents=(MING,), sex="FEMALE", phones=("13900001234",))).verdict is Verdict.ASK


def test_a_third_twin_is_not_merged_with_either():
    found = answer(row("林志勇", birth_day=date(2001, 5, 5), phones=("13700001234",), sex="MALE"))
    assert found.verdict is not Verdict.MATCH


def test_two_sound_numbers_that_differ_are_never_merged():
    other = number("99058319900101125")
    found = answer(row("陈晓明", documents=(other,), birth_day=date(1990, 1, 1), phones=("13800001234",)))
    assert found.verdict is Verdict.ASK


def test_somebody_who_is_twice_in_the_register_is_a_question_with_both():
    twice = [*KNOWN, KNOWN[0]._replace(key="明2")]
    found = answer(row("陈晓明", documents=(MING,)), known=twice)
    assert found.verdict is Verdict.ASK and found.reason is Reason.SEVERAL
    assert [candidate.key for candidate in found.candidates] == ["明", "明2"]


def test_two_rows_that_cannot_be_one_person_are_not_both_matched_to_one():
    first = row("林志强", 1, phones=("13700001234",), birth_day=date(2001, 5, 5), household="省身村4-101")
    second = row("林志强", 2, documents=(number("99058320010505015"),), phones=("13700001234",))
    found = answer(first, second)
    assert [one.verdict for one in found].count(Verdict.MATCH) <= 1


def test_one_person_on_two_lines_is_matched_twice():
    found = answer(row("陈晓明", 1, documents=(MING,)), row("陈晓明", 2, phones=("13800001234",)))
    assert [one.candidates[0].key for one in found] == ["明", "明"]


def test_somebody_new_on_two_lines_becomes_one():
    new = number("99058319700101001")
    full = row("郑成功", 1, documents=(new,), phones=("13500001111",))
    short = row("郑成功", 2, documents=(new,))
    first, second = answer(full, short)
    assert (first.verdict, first.same_as) == (Verdict.NEW, None)
    assert (second.verdict, second.same_as) == (Verdict.NEW, 1)


def test_twins_who_are_both_new_stay_two():
    common = {"birth_day": date(2003, 3, 3), "phones": ("13500001111",), "sex": "MALE"}
    found = answer(row("郑晓东", 1, **common), row("郑晓西", 2, **common))
    assert [(one.verdict, one.same_as) for one in found] == [(Verdict.NEW, None), (Verdict.NEW, None)]


def test_nobody_known_and_no_rows():
    assert answer(row("陈晓明"), known=[]).verdict is Verdict.NEW
    assert match_rows([], KNOWN) == []


def test_a_row_without_anything_is_new():
    assert answer(row("")).verdict is Verdict.NEW


def test_two_rows_with_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        match_rows([row("甲"), row("乙")], [])


def test_one_telephone_for_hundreds_of_rows_ends_and_merges_nobody():
    rows = [row(f"{surname}{given}", n, phones=("13700001234",)) for n, (surname, given) in enumerate(
        (a, b + c) for a in "赵钱孙李周" for b in "春夏秋冬东南西北" for c in "金木水火土天地人日月"
    )]  # fmt: skip
    assert {one.verdict for one in match_rows(rows, KNOWN)} == {Verdict.NEW}


def test_progress_is_told():
    told = []
    match_rows([row("陈晓明")], KNOWN, progress=told.append)
    assert told == [len(KNOWN)]


# ---- whatever the table ------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["陈晓明", "陈小明", "陳曉明", "黄淑芬", "黄阿芬", "林志强", "林志刚", "林自强", "苏阿土", "郑一", ""]
)
BIRTHS = st.sampled_from([None, date(1990, 1, 1), date(1985, 2, 3), date(2001, 5, 5), date(1950, 6, 7)])
PAPERS = st.sampled_from(
    [(), (MING,), (MING_SHORT,), (SLIPPED,), (SWAPPED,), (FEN,), (TWIN_1,), (TWIN_2,), ("E12345678",)]
)
PHONES = st.sampled_from([(), ("13800001234",), ("13900001234",), ("13700001234",), ("13700001243",)])
ROWS = st.lists(
    st.builds(
        Person,
        key=st.just(0),
        name=NAMES,
        birth_day=BIRTHS,
        sex=st.sampled_from(["", "MALE", "FEMALE"]),
        documents=PAPERS,
        phones=PHONES,
    ),
    max_size=12,
)


ONE_NUMBER_TWO_NAMES = [
    row("陈晓明", documents=(TWIN_1,), birth_day=date(2001, 5, 5)),
    row("林志强", documents=(TWIN_1,), birth_day=date(1990, 1, 1)),
]


def numbered(rows):
    return [one._replace(key=place) for place, one in enumerate(rows)]


@pytest.mark.parametrize("rows", [ONE_NUMBER_TWO_NAMES, ONE_NUMBER_TWO_NAMES[::-1]], ids=["one way", "the other"])
def test_two_names_and_two_births_under_one_number_are_questions_both(rows):
    found = answer(*numbered(rows))
    assert [(one.verdict, one.reason) for one in found] == [(Verdict.ASK, Reason.CLAIMED_TWICE)] * 2


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms())
@example(ONE_NUMBER_TWO_NAMES, Random(3))
def test_the_order_of_rows_and_of_the_register_does_not_matter(rows, chance):
    rows, known = numbered(rows), list(KNOWN)
    before = {one.row: one for one in match_rows(rows, known)}
    chance.shuffle(rows)
    chance.shuffle(known)
    assert {one.row: one for one in match_rows(rows, known)} == before


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_row_has_one_answer_and_nobody_is_two_people(rows):
    rows = numbered(rows)
    answers = match_rows(rows, KNOWN)
    by_row = {one.row: one for one in answers}
    assert [one.row for one in answers] == [one.key for one in rows]
    for one in answers:
        assert (one.verdict is Verdict.MATCH) == (len(one.candidates) == 1 and one.reason is None)
        assert (one.verdict is Verdict.ASK) == (one.reason is not None and len(one.candidates) > 0)
        assert all(0 <= candidate.certainty <= 1 for candidate in one.candidates)
        if one.same_as is not None:
            assert by_row[one.same_as].verdict is not Verdict.MATCH and by_row[one.same_as].same_as is None


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_twice_is_once(rows):
    """Whoever was new and is registered as written is found again, or asked about; never new a second time."""
    rows = numbered(rows)
    new = [one for one, said in zip(rows, match_rows(rows, KNOWN), strict=True) if said.verdict is Verdict.NEW]
    told_apart = [one for one in new if one.documents or (one.name and (one.birth_day or one.phones))]
    known = [*KNOWN, *(one._replace(key=f"new {one.key}") for one in new)]
    assert all(one.verdict is not Verdict.NEW for one in match_rows(told_apart, known))
