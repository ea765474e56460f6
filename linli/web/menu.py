"""The main menu of somebody on a page: what stays in sight, and the rest in its groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise

from linli.community.access import Reach
from linli.community.menu import Entry, Group
from linli.web.permission_matrix import permission_matrix

FEW = 6
"""So many entries and no more stand side by side, without groups."""


@cache
def all_entries() -> tuple[Entry, ...]:
    """The menu entries of all apps, in order."""
    entries = [
        entry
        for app in settings.LINLI_APPS
        if find_spec(f"{app}.navigation")
        for entry in import_module(f"{app}.navigation").ENTRIES
    ]
    return tuple(sorted(entries, key=lambda entry: entry.order))


def open_entries(reach: Reach) -> list[Entry]:
    """The menu entries that one may open."""
    matrix = permission_matrix()
    return [
        entry
        for entry in all_entries()
        if entry.route in matrix and reach.is_among(matrix[entry.route].audience("GET"))
    ]


def landing_of(reach: Reach) -> str:
    """Where the day of an account begins: the first page of the menu that is meant for one of its roles, else home."""
    routes = [entry.route for entry in all_entries() if entry.lands & reach.roles]
    return reverse(routes[0] if routes else "web:home")


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry on a page."""

    url: str
    label: str | Promise
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """A group and what one may open of it."""

    label: str | Promise
    links: tuple[Link, ...]

    @property
    def here(self) -> Link | None:
        """The link to this very page, if it is in this group."""
        return _here(self.links)


@dataclass(frozen=True, kw_only=True)
class Menu:
    """``first`` stays in sight on every screen; ``sections`` open."""

    first: tuple[Link, ...]
    sections: tuple[Section, ...]

    @property
    def here(self) -> Link | None:
        """The link to this very page, if it is in a group."""
        return _here(link for section in self.sections for link in section.links)


def _here(links: Iterator[Link] | tuple[Link, ...]) -> Link | None:
    return next((link for link in links if link.is_here), None)


def menu_of(reach: Reach, *, here: str) -> Menu:
    """The menu of ``reach`` on the page of the route ``here``.

    In sight stays where one lands; for somebody with no page of their own that is the first entry.
    """
    entries = open_entries(reach)
    first = entries if len(entries) <= FEW else [entry for entry in entries if entry.lands & reach.roles] or entries[:1]
    rest = [entry for entry in entries if entry not in first]

    def links(shown: list[Entry]) -> tuple[Link, ...]:
        return tuple(Link(url=reverse(one.route), label=one.label, is_here=one.route == here) for one in shown)

    sections = (
        Section(label=group.label, links=links([entry for entry in rest if entry.group is group])) for group in Group
    )
    return Menu(first=links(first), sections=tuple(section for section in sections if section.links))
