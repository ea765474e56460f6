"""An entry of the main menu. Every app lists its own in ``navigation.py``; the shell shows those one may open."""

from dataclasses import dataclass

from django.utils.functional import Promise

from linli.community.roles import Role


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link of the main menu. ``order`` sorts the menu; ``about`` is the sentence shown on the home page.

    ``lands``: who comes here first after signing in.
    """

    route: str
    label: str | Promise
    about: str | Promise
    order: int
    lands: frozenset[Role] = frozenset()
