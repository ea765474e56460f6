"""``make rows``: every requirement row of docs/rows.md with the tests that prove it, from the last test runs."""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from tests.rows_plugin import RECORDS

ROOT = Path(__file__).resolve().parent.parent
_ROW = re.compile(r"^\| ([A-L]\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def requirement_rows() -> dict[str, str]:
    """The rows of docs/rows.md: id → what works."""
    return {match[1]: match[2] for match in _ROW.finditer((ROOT / "docs" / "rows.md").read_text(encoding="utf-8"))}


def _is_still_written(test: str) -> bool:
    """Whether the test of an earlier run is still in its file."""
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.exists() and f"def {name.rpartition('::')[2].partition('[')[0]}(" in path.read_text(encoding="utf-8")


def proofs() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Per row the tests that passed on every database they ran on, and those that did not."""
    passed, failed = defaultdict(set), defaultdict(set)
    for record in sorted(RECORDS.glob("*.json")):
        for test, seen in json.loads(record.read_text()).items():
            if _is_still_written(test):
                for row in seen["rows"]:
                    (passed if seen["outcome"] == "passed" else failed)[row].add(test)
    return {row: tests - failed[row] for row, tests in passed.items()}, failed


def main() -> int:
    rows = requirement_rows()
    passed, failed = proofs()
    proven = 0
    for row, say in rows.items():
        tests = sorted(passed.get(row, ()))
        bad = sorted(failed.get(row, ()))
        proven += bool(tests) and not bad
        state = "FAILS " if bad else "proven" if tests else "—     "
        print(f"{row:<4} {state} {say if len(say) <= 90 else say[:89] + '…'}")
        for test in bad:
            print(f"       failed  {test}")
        for test in tests[:5]:
            print(f"       {test}")
        if len(tests) > 5:
            print(f"       … and {len(tests) - 5} more")
    unknown = sorted((set(passed) | {row for row in failed if failed[row]}) - set(rows))
    for row in unknown:
        print(f"{row:<4} is named by a test, but is not a row of docs/rows.md")
    if not any(RECORDS.glob("*.json")):
        print("No test has been run yet: make test")
    print(f"{proven} of {len(rows)} rows proven.")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
