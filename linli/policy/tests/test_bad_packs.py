"""A bad pack is refused whole, with the file, the line, and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linli.policy.gate import check_packs
from linli.policy.tests.conftest import EXAMPLE

Spoil = Callable[..., Path]

NORMS = "norms/ponds.yaml"


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check_packs([folder]).problems]


def test_the_example_pack_passes():
    assert problems(EXAMPLE) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "expected"),
    [
        (NORMS, "cadence: twice_daily", "cadence: no", 8, "would be read as true or false"),
        (NORMS, "reading: explicit", "no: explicit", 12, "would be read as true"),
        (
            "pack.yaml",
            'territory: "990101"',
            "territory: 990101",
            11,
            "territory: expected string, found 990101 (quote it)",
        ),
        (
            "pack.yaml",
            'territory: "990101"',
            "territory: 0100101",
            11,
            "would be read as a number and change: quote it",
        ),
        ("cases/ponds.yaml", '"990101001001", tier: LOW, setting', "990101001001, tier: LOW, setting", 3, "quote it"),
        (
            "clauses.yaml",
            "{zh: 鱼塘垂钓点, en: fishing ponds}",
            "{zh: 鱼塘, 垂钓点, en: fishing ponds}",
            6,
            "quote the whole sentence",
        ),
        (NORMS, "mode: must\n", "mode: should\n", 4, "'should' is not one of must, may, must_not"),
        (
            NORMS,
            "action: pond_patrol",
            "action: pond_patroll",
            1,
            "unknown action pond_patroll — did you mean “pond_patrol”",
        ),
        (NORMS, "actor: grid_worker", "actor: gridworker", 1, "unknown actor gridworker — did you mean “grid_worker”"),
        (NORMS, "cite: (二)", "cite: (四)", 1, "cites (四), which is not in clauses.yaml"),
        (NORMS, "cite: (二)", "cite: （二）", 2, "half-width brackets"),
        (NORMS, "setting: RURAL", "setting: VILLAGE", 1, "setting has no value VILLAGE; it has URBAN, RURAL"),
        (NORMS, "setting: RURAL", "seting: RURAL", 1, "unknown fact seting — did you mean “setting”"),
        (NORMS, "setting: RURAL", "cases_14d: {at_least: 9, at_most: 3}", 1, "at_least is above at_most"),
        (NORMS, "max_anglers: 20", "max_angler: 20", 1, "unknown parameter max_angler — did you mean “max_anglers”"),
        (NORMS, "aspect: control", "aspekt: control", 1, "unknown key aspekt"),
        (NORMS, "  reading: explicit\n", "  reading: inferred\n", 1, "note missing"),
        (NORMS, "  say:\n    zh: 农村", "  soft: encouraged\n  say:\n    zh: 农村", 4, "may"),
        ("clauses.yaml", "  none: preamble\n", "", 1, "reason needs none"),
        ("clauses.yaml", "", "- cite: (四)\n  about: {zh: 别的, en: other}\n", 9, "no norm cites (四)"),
        (
            "vocabulary.yaml",
            "entry: pond_check, say: {zh: 巡查",
            "entry: pond_chek, say: {zh: 巡查",
            17,
            "unknown entry kind pond_chek",
        ),
        ("vocabulary.yaml", "id: pond_closure", "id: gathering", 16, "gathering exists already"),
        ("pack.yaml", 'to: {day: "2022-10-01"', 'to: {day: "2022-06-10"', 14, "never be in force"),
        ("pack.yaml", "  level: 4\n", "", 2, "level missing"),
        ("pack.yaml", "  version:", "  id: other\n  version:", 5, "the key id stands twice"),
    ],
)
def test_a_spoilt_file_is_named_with_its_line(spoil: Spoil, file: str, old: str, new: str, line: int, expected: str):
    found = problems(spoil(file, old, new))
    assert any(p.startswith(f"example-pack/{file}:{line}: ") and expected in p for p in found), found


def test_a_must_that_no_entry_kind_can_fulfil_is_refused(spoil: Spoil):
    folder = spoil("vocabulary.yaml", "entry: pond_check, say: {zh: 巡查", "say: {zh: 巡查")
    assert any("no entry kind can fulfil pond_patrol" in p for p in problems(folder))


def test_a_norm_that_can_never_bind_is_refused(spoil: Spoil):
    folder = spoil(NORMS, "when: {setting: RURAL}", "when: {setting: RURAL, any: [{setting: URBAN}]}")
    assert any("lake.pond.patrol can never bind" in p for p in problems(folder))


def test_a_norm_without_an_example_is_refused(spoil: Spoil):
    folder = spoil("cases/ponds.yaml", "must: [lake.pond.patrol, lake.return.check]", "must: [lake.pond.patrol]")
    assert any("lake.return.check is met by no example case" in p for p in problems(folder))


def test_an_example_that_does_not_come_out_is_named(spoil: Spoil):
    folder = spoil("cases/ponds.yaml", "expect: {verdict: NO_BASIS}", "expect: {verdict: ALLOWED}")
    assert any("the verdict is NO_BASIS" in p and "cases/ponds.yaml:12" in p for p in problems(folder))


def test_a_conflict_that_nothing_settles_is_refused(spoil: Spoil):
    norm = """
- id: lake.gather.ask
  cite: (三)
  aspect: control
  mode: must
  actor: organiser
  action: gathering
  how: {floor: SUSPENDED}
  say: {zh: 停办聚会, en: gatherings are off}
  reading: explicit
- id: lake.gather.let
  cite: (三)
  aspect: control
  mode: must_not
  actor: community
  action: gathering
  how: {cap: FILED}
  say: {zh: 不得停办聚会, en: gatherings must not be stopped}
  reading: explicit
"""
    found = problems(spoil(NORMS, "", norm))
    assert any("lake.gather.ask asks for more than lake.gather.let allows" in p for p in found)


def test_a_folder_that_is_no_pack_is_refused(tmp_path: Path):
    assert "missing: a pack is a folder with pack.yaml" in problems(tmp_path)[0]


def test_a_file_that_is_not_text_is_refused(spoil: Spoil):
    folder = spoil(NORMS)
    (folder / NORMS).write_bytes(b"\xff\xfe\x00")
    assert any("not UTF-8" in p for p in problems(folder))


def test_nothing_of_a_bad_set_is_loaded(spoil: Spoil):
    report = check_packs([EXAMPLE, spoil(NORMS, "mode: must\n", "mode: should\n")])
    assert report.packs == () and report.problems
