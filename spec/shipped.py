"""The packs that ship, loaded once for all chapters."""

from functools import cache

from linli.policy.rulebook import Rulebook, open_rulebook


@cache
def book() -> Rulebook:
    """The rulebook of the shipped packs under the readings in force."""
    return open_rulebook()
