"""Packs to try things on: the shipped ones, and copies of the example pack that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.policy.decide import Decision, decide
from linli.policy.facts import read_facts
from linli.policy.judge import Verdict, judge
from linli.policy.order import read_order
from linli.policy.rulebook import Rulebook, open_rulebook

EXAMPLE = Path(__file__).parents[3] / "docs" / "how-to" / "example-pack"


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The packs that ship."""
    return open_rulebook()


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the example pack with one text exchanged in one file (or added to it)."""

    def copy(file: str, old: str = "", new: str = "") -> Path:
        folder = tmp_path / "example-pack"
        if not folder.exists():
            shutil.copytree(EXAMPLE, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
        return folder

    return copy


@pytest.fixture
def answer(book: Rulebook) -> Callable[..., Decision]:
    """Decide for a day and facts."""

    def ask(day: str, **facts: Any) -> Decision:
        return decide(book, read_facts(facts, book.words), date.fromisoformat(day))

    return ask


@pytest.fixture
def verdict(book: Rulebook) -> Callable[..., Verdict]:
    """Judge an order (its first day is the day) for a day and facts."""

    def ask(day: str, order: dict[str, Any], **facts: Any) -> Verdict:
        proposed = read_order({"from": day, "by": "community"} | order, book.words)
        return judge(book, proposed, read_facts(facts, book.words), date.fromisoformat(day))

    return ask
