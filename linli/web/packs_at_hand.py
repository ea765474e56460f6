"""When the packs in force cannot be read: one plain page on what happened and what to do, wherever they are needed."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.response.queries import AdoptedPacksMissing, NoPacksAdopted

_log = structlog.get_logger(__name__)

UNAVAILABLE = 503


class PacksMiddleware:
    """Answers 503 instead of a page that cannot say what holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for packs that are missing; None leaves any other failure to others."""
        if not isinstance(exception, (AdoptedPacksMissing, NoPacksAdopted)):
            return None
        missing = exception.instruments if isinstance(exception, AdoptedPacksMissing) else ()
        _log.error("packs_unavailable", why=type(exception).__name__, packs=missing)
        response = render(request, "web/packs_missing.html", {"missing": missing}, status=UNAVAILABLE)
        # A script that asked for a part of a page loads the whole of it, and so shows this one.
        response["HX-Refresh"] = "true"
        return response
