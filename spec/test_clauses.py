"""Every clause of every instrument means something here, and its examples come out."""

from __future__ import annotations

import re
from functools import cache

import pytest

from linli.policy.gate import check_packs, run_case
from linli.policy.pack import Case, Clause, Pack, shipped_folders
from linli.policy.rulebook import Rulebook
from spec.chapters import FOLDER, pages
from spec.shipped import book

FIVE = {"minfa-2020-9", "minfa-2020-38", "nanweiban-2020-40", "precision-2021", "minfa-2023-5"}


def clauses() -> list[tuple[Pack, Clause]]:
    return [(pack, clause) for pack in book().packs for clause in pack.clauses]


def cases() -> list[Case]:
    return [case for pack in book().packs for case in pack.cases]


def test_the_release_gate_is_open():
    report = check_packs()
    assert [str(p) for p in report.problems] == []
    assert {p["id"] for p in report.packs} == FIVE
    assert sum(p["norms"] for p in report.packs) >= 400
    assert len(shipped_folders()) == 5


@pytest.mark.parametrize(("pack", "clause"), clauses(), ids=lambda x: getattr(x, "cite", None) or x.instrument.id)
def test_a_clause_has_norms_or_says_why_not(pack: Pack, clause: Clause):
    inside = [n for n in pack.norms if n.cite == clause.cite or n.cite.startswith(clause.cite)]
    assert bool(clause.none) != bool(inside) or clause.none == "heading"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_an_example_comes_out(case: Case):
    chosen = Rulebook.of(book().packs, book().words, readings=case.readings) if case.readings else book()
    wrong, _ = run_case(chosen, case)
    assert wrong == []


def test_a_document_that_prints_no_number_has_none():
    news = book().instruments["precision-2021"]
    assert news.number == "" and news.issued is None and news.start.basis == "assumed"


def test_every_reading_that_is_not_printed_says_why():
    assert [n.id for n in book().norms if n.reading == "inferred" and n.note is None] == []


@cache
def current_pages() -> dict[str, str]:
    return pages(book())


@pytest.mark.parametrize("name", ["README.md", *(f"{name}.md" for name in sorted(FIVE))])
def test_the_pages_of_the_specification_are_current(name: str):
    written = (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).exists() else ""
    assert written == current_pages()[name], "run `python -m spec.chapters`"


def test_chinese_sentences_use_chinese_punctuation():
    slip = re.compile(r"[\u3400-\u9fff][,;?!][\u3400-\u9fff]")
    says = [(n.id, n.say.zh) for n in book().norms] + [(n.id, n.note.zh) for n in book().norms if n.note]
    says += [(f"{c.file}:{c.line}", c.name) for pack in book().packs for c in pack.cases]
    assert [where for where, text in says if slip.search(text)] == []
