"""What is wrong with a pack, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a pack: the file, the line (1 is the first; 0 is the whole file) and why, with the remedy."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


class PackRefused(Exception):
    """The packs cannot be used: nothing of them was loaded. `problems` says why, each with file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint to add after an unknown word: the nearest known ones, or nothing.

    Returns: a sentence part that starts with a blank, such as ` — did you mean "tier"?`; empty if nothing is near.
    """
    found = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f" — did you mean {' or '.join(f'“{name}”' for name in found)}?" if found else ""


class InputRefused(ValueError):
    """Facts, an order or a day that cannot be read. field: which one; why: what is wrong and what to write instead."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        self.why = why
        super().__init__(f"{field}: {why}")
