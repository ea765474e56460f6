"""The numbered readings are data like packs: of one shape, and cited only where they exist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linli.policy.gate import check_packs
from linli.policy.problems import PackRefused
from linli.policy.readings import SHIPPED_READINGS, cited_numbers, numbered_readings
from linli.policy.rulebook import Rulebook

NORMS = "norms/ponds.yaml"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("天数来自9号文（读法19）", (19,)),
        ("到转段为止（读法4、5）", (4, 5)),
        ("读法6的另一种可能", (6,)),
        ("we count from the day of issue (reading 2)", (2,)),
        ("a window of their own (readings 4 and 5)", (4, 5)),
        ("(readings 2, 4, 5)", (2, 4, 5)),
        ("(readings 2, 4, and 5)", (2, 4, 5)),
        ("reading 3, 14 days", (3,)),
        ("我们的读法；20日", ()),
        ("", ()),
    ],
)
def test_citations_are_found_in_both_languages(text: str, numbers: tuple[int, ...]):
    assert cited_numbers(text) == numbers


def test_every_passage_is_a_clause_of_its_instrument_and_every_trial_an_open_reading(book: Rulebook):
    clauses = {pack.instrument.id: {clause.cite for clause in pack.clauses} for pack in book.packs}
    for reading in numbered_readings().values():
        for passage in reading.passages:
            assert set(passage.cites) <= clauses[passage.instrument], reading.number
        assert set(reading.open) <= set(book.readings), reading.number


def test_both_languages_of_a_note_cite_the_same_readings(book: Rulebook):
    for norm in (norm for pack in book.packs for norm in pack.norms):
        if norm.note:
            assert set(cited_numbers(norm.note.zh)) == set(cited_numbers(norm.note.en)), norm.id


def test_a_note_that_cites_an_unknown_reading_is_named_with_its_line(spoil: Callable[..., Path]):
    folder = spoil(
        NORMS, "  say:\n    zh: 农村", "  note:\n    zh: 我们这样读（读法1、99）\n    en: as read\n  say:\n    zh: 农村"
    )
    lines = (folder / NORMS).read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "读法1、99" in text)

    found = [str(problem) for problem in check_packs([folder]).problems]

    assert any(p.startswith(f"example-pack/{NORMS}:{line}: cites reading 99, which readings.yaml") for p in found)
    assert not any("cites reading 1," in p for p in found)


def test_an_unknown_reading_in_the_head_of_a_pack_is_named_too(spoil: Callable[..., Path]):
    folder = spoil(
        "pack.yaml",
        "  source:",
        "  amends:\n    - {instrument: x, note: {zh: 见读法77, en: see reading 77}}\n  source:",
    )

    assert any("example-pack/pack.yaml:" in str(p) and "reading 77" in str(p) for p in check_packs([folder]).problems)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("- number: 2\n", "- number: 1\n", None, "reading 1 stands twice"),
        ("- number: 1\n", "- number: one\n", 3, "number: expected integer, found 'one'"),
        ("  open: [m38.mixed-cells]", "  opens: [m38.mixed-cells]", None, "unknown key opens"),
        ("cites: [二, 二(一)", "cites: [二, 二（一）", None, "half-width brackets"),
    ],
)
def test_a_spoilt_file_of_readings_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int | None, expected: str
):
    text = SHIPPED_READINGS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "readings.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackRefused) as caught:
        numbered_readings(path)

    found = [str(problem) for problem in caught.value.problems]
    assert any(expected in p and p.startswith(f"readings.yaml:{line or ''}") for p in found), found
