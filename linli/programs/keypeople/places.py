"""Which community a page is about, and what its grid offers to choose from."""

from collections.abc import Iterable

from django.http import Http404

from linli.community.dated_rows import in_force
from linli.community.grid.queries import communities, path_of, with_path
from linli.community.models import Division, GridUnit, Household
from linli.community.people.operations import Home
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.community.roles import Role


def communities_for(request: LinliRequest, roles: Iterable[Role]) -> list[Division]:
    """The communities for which one of the roles is held."""
    return list(communities(request.reach.divisions(roles)))


def community_or_404(request: LinliRequest, roles: Iterable[Role]) -> tuple[Division, list[Division]]:
    """The community that the page is about: the one asked for with ``community``, else the first; and all to choose.

    Raises: Http404, for one that is not there or belongs to others, and where there is none at all.
    """
    found = communities_for(request, roles)
    asked = request.POST.get("community") or request.GET.get("community", "")
    chosen = next((one for one in found if one.code == asked), None) if asked else next(iter(found), None)
    if chosen is None:
        raise Http404
    return chosen, found


def units_of(division: Division, request: LinliRequest, *, only: Iterable[int] | None = None) -> list[tuple[str, str]]:
    """The units of the main grid of a community in which somebody may live, those around them in front."""
    rows = GridUnit.objects.filter(in_force(request.day), division=division, net=GridUnit.Net.MAIN)
    if only is not None:
        rows = rows.filter(pk__in=only)
    return [(str(one.pk), " › ".join(above.name for above in path_of(one)[1:]) or one.name) for one in with_path(rows)]


def home_in(division: Division, *, unit: str, label: str, request: LinliRequest) -> Home:
    """The household of a unit with this label, or the community itself where none was named.

    Raises: GridRefused, for a household that is not there.
    """
    if not unit and not label:
        return Home(division=division)
    rows = Household.objects.filter(in_force(request.day), unit__division=division, label=label)
    found = list((rows.filter(unit=int(unit)) if unit else rows).select_related("unit")[:2])
    if len(found) != 1:
        raise GridRefused("home_missing", field="label")
    return Home(household=found[0])
