"""Every stored field is registered, and a register with a hole is refused."""

import pytest

from linli.trail.field_register import read_register
from linli.web.fields_check import field_problems

GOOD = """
trail.Act:
  about: {zh: 留痕, en: Trail}
  basis: CLAUSE
  clause: minfa-2020-38 三(三)
  roles: [AUDITOR]
  days_kept: null
  then: KEPT
  fields:
"""
FIELDS = ["id", "at", "actor", "role", "action", "object_type", "object_id", "division_code", "detail"]


def whys(tmp_path, text):
    file = tmp_path / "fields.yaml"
    file.write_text(text, encoding="utf-8")
    _, problems = read_register([file])
    return [(problem.where, problem.why) for problem in problems if problem.where.startswith("trail.Act")]


def with_fields(names, base=GOOD):
    return base + "".join(f"    {name}: {{zh: 某项, en: Something}}\n" for name in names)


def test_every_field_that_is_stored_is_registered():
    assert [str(problem) for problem in field_problems()] == []


def test_a_complete_entry_has_no_problem(tmp_path):
    assert whys(tmp_path, with_fields(FIELDS)) == []


def test_a_field_that_is_not_registered_is_a_problem(tmp_path):
    assert whys(tmp_path, with_fields(FIELDS[:-1])) == [("trail.Act.detail", "stored, but not registered")]


def test_a_field_that_is_not_stored_is_a_problem(tmp_path):
    assert whys(tmp_path, with_fields([*FIELDS, "face"])) == [("trail.Act.face", "registered, but not stored")]


@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("  clause: minfa-2020-38 三(三)\n", "", "basis CLAUSE needs `clause`"),
        ("  basis: CLAUSE\n", "  basis: HABIT\n", "`basis` is one of CLAUSE, OPERATION, PUBLIC, CONSENT"),
        ("  roles: [AUDITOR]\n", "  roles: []\n", "`roles` names who may read"),
        ("  days_kept: null\n", "", "`days_kept` is a number of days, or null for as long as the deployment"),
        ("  then: KEPT\n", "  then: MAYBE\n", "`then` is one of DESTROYED, KEPT"),
    ],
)
def test_an_entry_that_leaves_a_question_open_is_a_problem(tmp_path, line, instead, why):
    assert ("trail.Act.actor", why) in whys(tmp_path, with_fields(FIELDS, base=GOOD.replace(line, instead)))
