"""Notes which requirement rows the tests prove. ``@pytest.mark.row("A1")`` on a test; ``make rows`` prints the table.

Each run writes what it saw to ``build/rows/<database>.json``: test → rows and outcome.
"""

import json
import os
from pathlib import Path

import pytest

RECORDS = Path(__file__).resolve().parent.parent / "build" / "rows"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        rows = [row for mark in item.iter_markers("row") for row in mark.args]
        item.user_properties.extend(("row", row) for row in dict.fromkeys(rows))


class Recorder:
    """Collects outcomes on the process that reports."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.seen: dict[str, dict[str, object]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rows = [value for name, value in report.user_properties if name == "row"]
        if not rows or (report.when != "call" and report.passed):
            return
        outcome = self.seen.get(report.nodeid, {}).get("outcome")
        if outcome in (None, "passed"):
            self.seen[report.nodeid] = {"rows": rows, "outcome": report.outcome}

    def pytest_sessionfinish(self) -> None:
        if not self.seen:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.file.write_text(json.dumps(known | self.seen, ensure_ascii=False, indent=1, sort_keys=True))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database = "postgresql" if os.environ.get("LINLI_TEST_DATABASE_URL") else "sqlite"
        config.pluginmanager.register(Recorder(RECORDS / f"{database}.json"), "linli-rows")
