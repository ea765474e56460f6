"""The gate that every request passes: what time it is, who asks, and whether the page is open to them.

Closed by default: a page without a line in a ``permissions.py`` opens for nobody.
"""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils import timezone

from linli.community.access import ANYONE, Reach, reach_of
from linli.community.queries import demo_moment, deployment
from linli.community.request import LinliRequest
from linli.web.permission_matrix import permission_matrix

Answer = Callable[[HttpRequest], HttpResponse]


class ReachMiddleware:
    """Reads the clock and the sign-in once, and puts ``at``, ``day`` and ``reach`` on the request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Prepare the request."""
        asked = cast(LinliRequest, request)
        asked.at = demo_moment(deployment(), at=timezone.now())
        asked.day = timezone.localdate(asked.at)
        asked.reach = reach_of(request.user, day=asked.day) if request.user.is_authenticated else Reach()
        return self.get_response(request)


class GateMiddleware:
    """Lets a request through to its page if the permission matrix says so."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and let no browser or proxy keep what a signed-in person saw."""
        response = self.get_response(request)
        if cast(LinliRequest, request).reach.is_signed_in and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the request through. Raises: PermissionDenied."""
        reach = cast(LinliRequest, request).reach
        match = request.resolver_match
        route = permission_matrix().get(match.view_name if match else "")
        if route is None:
            raise PermissionDenied
        audience = route.audience(request.method or "")
        if audience is None:
            return HttpResponseNotAllowed([*route.methods, "HEAD"] if "GET" in route.methods else [*route.methods])
        if reach.is_among(audience):
            return None
        if not reach.is_signed_in and audience is not ANYONE:
            return redirect_to_login(
                request.get_full_path() if request.method == "GET" else resolve_url(settings.LOGIN_REDIRECT_URL)
            )
        raise PermissionDenied


def client_address(request: HttpRequest) -> str:
    """The address a request comes from; behind a proxy the last one the proxy wrote down."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.IS_BEHIND_PROXY and forwarded:
        return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))
