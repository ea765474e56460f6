"""The permission matrix: the routes of all apps together, as each declares them in its ``permissions.py``."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from linli.community.access import Route


class RouteDeclaredTwice(Exception):
    """Two apps declare one URL name."""


@cache
def permission_matrix() -> dict[str, Route]:
    """Every declared route by URL name. A route that is not in here is closed to everybody."""
    matrix: dict[str, Route] = {}
    for app in settings.LINLI_APPS:
        if find_spec(f"{app}.permissions") is None:
            continue
        for route in import_module(f"{app}.permissions").ROUTES:
            if route.name in matrix:
                raise RouteDeclaredTwice(f"{route.name}, again in {app}.permissions")
            matrix[route.name] = route
    return matrix
