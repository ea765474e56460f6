"""Puts the packs in force for a command, and says what is wrong with them when they may not be used."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from linli.command.problems import BadInput

_SHOWN = 10


def keep_packs_in_force(*, at: datetime) -> None:
    """Adopt the packs that ship if none are adopted or their files have changed. Needs Django set up.

    Raises: BadInput, for packs that fail the gate.
    """
    from linli.response.operations import PacksRefused, keep_packs_current
    from linli.trail.actor import SYSTEM

    try:
        keep_packs_current(by=SYSTEM, at=at)
    except PacksRefused as refused:
        raise refused_packs(refused.problems) from refused


def adopt(folders: Iterable[Path], *, at: datetime) -> list[dict[str, Any]]:
    """Adopt a set of packs; none named, those that ship. Answers what is in force then.

    Raises: BadInput, for packs that fail the gate; nothing is adopted then.
    """
    from linli.response.operations import PacksRefused, adopt_packs
    from linli.trail.actor import SYSTEM

    try:
        adopted = adopt_packs(list(folders) or None, by=SYSTEM, at=at)
    except PacksRefused as refused:
        raise refused_packs(refused.problems) from refused
    return [{"id": one.instrument, "version": one.version, "sha256": one.sha256} for one in adopted]


def refused_packs(problems: tuple[Any, ...]) -> BadInput:
    """The problems of a set of packs as one error."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"… and {len(problems) - _SHOWN} more")
    return BadInput(
        "The packs fail the gate; none were adopted:\n  " + "\n  ".join(lines),
        where="the packs",
        remedy="Run: linli policy check",
    )
