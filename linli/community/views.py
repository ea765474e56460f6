"""Pages about places."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.community import queries
from linli.community.models import Division
from linli.community.request import LinliRequest


def places(request: LinliRequest) -> HttpResponse:
    """Search the divisions; htmx asks for the list of finds alone."""
    text = request.GET.get("q", "").strip()[:60]
    deployed = queries.deployment()
    found = queries.search_divisions(text, near_code=deployed.county_id if deployed else "")
    template = "community/places_found.html" if request.headers.get("HX-Request") else "community/places.html"
    return render(request, template, {"text": text, "found": found})


def place(request: LinliRequest, code: str) -> HttpResponse:
    """One division: what is above it and what is in it."""
    division = Division.objects.filter(code=code).first()
    if division is None:
        raise Http404
    context = {
        "division": division,
        "ancestors": queries.ancestors(division),
        "children": queries.children(division),
    }
    return render(request, "community/place.html", context)
