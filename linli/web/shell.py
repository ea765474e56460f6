"""What every page of the shell shows: the menu by role, the person signed in, the preferences, the demo's day."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from linli.community.access import Reach
from linli.community.menu import Entry
from linli.community.models import Deployment
from linli.community.queries import deployment
from linli.community.request import LinliRequest
from linli.web.permission_matrix import permission_matrix
from linli.web.preferences import preferences_of


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


def open_entries(reach: Reach) -> list[dict[str, Any]]:
    """The menu entries that one may open, each with its address."""
    matrix = permission_matrix()
    return [
        {"route": entry.route, "url": reverse(entry.route), "label": entry.label, "about": entry.about}
        for entry in all_entries()
        if entry.route in matrix and reach.is_among(matrix[entry.route].audience("GET"))
    ]


def landing_of(reach: Reach) -> str:
    """Where the day of an account begins: the first page of the menu that is meant for one of its roles, else home."""
    routes = [entry.route for entry in all_entries() if entry.lands & reach.roles]
    return reverse(routes[0] if routes else "web:home")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    asked = cast(LinliRequest, request)
    reach = getattr(asked, "reach", Reach())
    match = request.resolver_match
    deployed = deployment()
    return {
        "preferences": preferences_of(request),
        "reach": reach,
        "menu": open_entries(reach),
        "here": match.view_name if match else "",
        "demo": deployed if deployed is not None and deployed.kind == Deployment.Kind.DEMO else None,
    }
