"""What holds for the whole tree, whoever adds to it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rows_table import requirement_rows

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (ROOT / "linli").rglob("*.py") if "migrations" not in path.parts)


def test_imports_go_down_the_flow_only():
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_no_folder_is_a_catch_all():
    names = {path.name for path in (ROOT / "linli").rglob("*") if path.is_dir()}
    assert not names & {"utils", "common", "helpers", "core", "misc", "lib"}
    assert not {path.stem for path in SOURCES} & {"utils", "common", "helpers", "misc"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_views_commands_and_the_gate_read_the_clock(path):
    inside = path.relative_to(ROOT / "linli").parts
    if "tests" in inside or inside[0] == "command" or path.name in ("views.py", "gate.py"):
        return
    assert not re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|localdate\(\)", path.read_text())


def test_every_migration_is_written_down():
    found = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings", "linli.web.settings"],
        cwd=ROOT,
        env=os.environ | {"LINLI_DATABASE_URL": ":memory:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_all_requirement_rows_are_there():
    rows = requirement_rows()
    per_chapter = {letter: sum(row[0] == letter for row in rows) for letter in "ABCDEFGHIJKL"}

    assert per_chapter == {
        "A": 11, "B": 9, "C": 7, "D": 10, "E": 8, "F": 13, "G": 8, "H": 6, "I": 4, "J": 6, "K": 5, "L": 3,
    }  # fmt: skip


def test_lock_files_name_no_host():
    for lock in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        assert not re.search(
            r"https?://(?!(opencollective|github|www\.patreon|tidelift|feross)\b)[^\"\s]*\.(whl|tgz)", lock.read_text()
        )
        assert "--index-url" not in lock.read_text()
