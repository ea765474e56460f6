"""The engine gives the answers that reading the documents gives."""

from __future__ import annotations

import pytest

from spec.gold import Question, asked, questions
from spec.shipped import book


def test_the_gold_table_is_large_enough_and_each_entry_is_named_once():
    names = [q.id for q in questions()]
    assert len(names) == len(set(names))
    assert len([q for q in questions() if "order" not in q.ask]) >= 120


@pytest.mark.parametrize("question", questions(), ids=str)
def test_gold(question: Question):
    answer, clauses = asked(book(), question)
    wrong = []
    for key, wanted in question.answer.items():
        got = answer.get(key)
        if key == "authority":
            agrees = set(wanted) <= set(got)
        elif key == "cadence":
            agrees = wanted in got
        elif isinstance(wanted, dict):
            agrees = isinstance(got, dict) and all(got.get(k) == v for k, v in wanted.items())
        else:
            agrees = got == wanted
        if not agrees:
            wrong.append(f"{key}: {got}, read as {wanted}")
    missing = [clause for clause in question.clauses if clause not in clauses]
    if missing and question.answer.get("mode") != "NONE" and question.answer.get("verdict") != "NO_BASIS":
        wrong.append(f"clauses {missing} are not among {sorted(clauses)}")
    assert not wrong, f"{question.zh} ({question.why}) {'; '.join(wrong)}"
