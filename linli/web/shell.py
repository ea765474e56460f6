"""What every page of the shell shows: the menu by role, the person signed in, the preferences, the demo's day."""

from typing import Any, cast

from django.http import HttpRequest

from linli.community.access import Reach
from linli.community.models import Deployment
from linli.community.queries import deployment
from linli.community.request import LinliRequest
from linli.web.menu import menu_of
from linli.web.preferences import preferences_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    asked = cast(LinliRequest, request)
    reach = getattr(asked, "reach", Reach())
    match = request.resolver_match
    deployed = deployment()
    return {
        "preferences": preferences_of(request),
        "reach": reach,
        "menu": menu_of(reach, here=match.view_name if match else ""),
        "demo": deployed if deployed is not None and deployed.kind == Deployment.Kind.DEMO else None,
    }
