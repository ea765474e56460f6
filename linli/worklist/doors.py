"""Doors: from a thing to do to the page where it is written down. A page that is not there makes no link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlencode

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from linli.community.access import Audience, Everyone
from linli.community.roles import Role
from linli.records.kinds import Kind, UnknownKind, kind_of
from linli.worklist.items import Item


@dataclass(frozen=True, kw_only=True)
class Door:
    """A page of a program. ``by`` names what of the item stands in its address: subject, about, division or nothing."""

    route: str
    by: str = ""


# Kinds that have a page of their own, the best first. All others are written on the common form.
DOORS: Mapping[str, tuple[Door, ...]] = {
    "arrival": (Door(route="keypeople:arrive", by="subject"),),
    "host_report_done": (Door(route="keypeople:report", by="about"),),
    "handover_received": (Door(route="keypeople:handover", by="about"),),
    "observation_step": (Door(route="observation:person", by="subject"),),
    "release": (Door(route="observation:release", by="subject"), Door(route="observation:person", by="subject")),
    "referral": (Door(route="medical:alert", by="about"),),
    "case_tracing": (Door(route="medical:case", by="about"),),
    "site_record": (Door(route="sites:person", by="subject"), Door(route="sites:sites")),
    "site_count": (Door(route="sites:site", by="about"), Door(route="sites:sites")),
    "transport": (Door(route="sites:transport"),),
    "door_knock": (Door(route="health:knock", by="subject"),),
    "escalation": (Door(route="care:take_over", by="subject"),),
}


def door_to(item: Item, *, roles: Iterable[Role], back: str) -> str:
    """The address where this item is done by somebody who holds ``roles``; empty where there is none.

    ``back`` is where one goes afterwards.
    """
    held = frozenset(roles)
    for door in DOORS.get(item.kind, ()):
        address = _address(door, item) if _opens(door.route, held) else ""
        if address:
            return _with(address, next=back)
    kind = declared(item)
    if kind is None or kind.own_door or not kind.roles & held:
        return ""
    address = address_of("records:new", kind.id, kind.subject, str(item.subject))
    named = reference_of(kind)
    return _with(address, **({named: item.about} if named and item.about else {}), next=back) if address else ""


def address_of(route: str, *given: object) -> str:
    """The address of a page; empty where there is no such page."""
    try:
        return reverse(route, args=given)
    except NoReverseMatch:
        return ""


def declared(item: Item) -> Kind | None:
    """The kind of entry that does an item; None where no program declares it."""
    try:
        return kind_of(item.kind)
    except UnknownKind:
        return None


def reference_of(kind: Kind) -> str:
    """The field in which an entry of the kind says what it answers (an alert, a round); empty for none."""
    named = [one.id for one in kind.fields if one.type == "reference"]
    return next((id for id in ("about", "alert", "round") if id in named), "")


def _opens(route: str, roles: frozenset[Role]) -> bool:
    audience = _audiences().get(route)
    return audience is not None and (isinstance(audience, Everyone) or bool(audience & roles))


@cache
def _audiences() -> Mapping[str, Audience | None]:
    """Who may open the pages of the programs, as each declares it."""
    apps_below = [one.name for one in apps.get_app_configs() if one.name.startswith("linli.programs.")]
    modules = [import_module(f"{name}.permissions") for name in apps_below if find_spec(f"{name}.permissions")]
    return {route.name: route.audience("GET") for module in modules for route in module.ROUTES}


def _address(door: Door, item: Item) -> str:
    given = {"subject": item.subject, "about": item.about, "division": item.division}
    if not door.by:
        return address_of(door.route)
    return address_of(door.route, given[door.by]) if given[door.by] else ""


def _with(address: str, **query: str) -> str:
    return f"{address}?{urlencode(query)}"
