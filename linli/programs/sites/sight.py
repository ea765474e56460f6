"""What of central sites lies within one's reach, and whose names one sees there.

One reaches the sites in one's divisions, and those elsewhere to which one's people may be brought. Those who run a site
know who is in it; the others see names of their own people alone.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from linli.community.access import GridReach, grid_reach
from linli.community.models import Resident
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.sites.models import Room, Site, Stay
from linli.programs.sites.permissions import RUNNING, SEEING, SEEING_WIDE
from linli.programs.sites.queries import sites_seen_from
from linli.trail.operations import record_act


def own_people(request: LinliRequest, *, roles: Iterable[Role] = SEEING) -> GridReach:
    """The part of the grid whose people are one's own in one of ``roles``."""
    wide = frozenset(roles) & SEEING_WIDE
    if Role.GRID_WORKER in roles:
        return grid_reach(request.reach, wide=wide, day=request.day)
    return GridReach(day=request.day, areas=request.reach.divisions(wide))


def person_or_404(request: LinliRequest, pk: UUID, *, roles: Iterable[Role] = SEEING) -> Resident:
    """One of one's own people.

    Raises: Http404.
    """
    found = own_people(request, roles=roles).residents().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def seen_sites(request: LinliRequest) -> QuerySet[Site]:
    """The sites within reach."""
    return sites_seen_from(request.reach.divisions(SEEING), day=request.day)


def site_or_404(request: LinliRequest, pk: int, *, running: Iterable[Role] = ()) -> Site:
    """A site within reach; with ``running`` one that lies in a division for which such a role is held.

    Raises: Http404.
    """
    found = seen_sites(request).filter(pk=pk).first()
    if found is None or (running and not request.reach.covers(found.division_id, roles=running)):
        raise Http404
    return found


def room_or_404(request: LinliRequest, pk: int, *, running: Iterable[Role] = ()) -> Room:
    """A room of such a site.

    Raises: Http404.
    """
    found = Room.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.site = site_or_404(request, found.site_id, running=running)
    return found


def stay_or_404(request: LinliRequest, pk: int, *, running: bool = False) -> Stay:
    """A stay in a site that one runs, or, unless ``running``, of one of one's own people.

    Raises: Http404.
    """
    found = Stay.objects.select_related("resident", "room__site__division", "carer_of").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not runs(request, found.room.site):
        if running:
            raise Http404
        person_or_404(request, found.resident_id)
    return found


def runs(request: LinliRequest, site: Site) -> bool:
    """Does one run this site?"""
    return request.reach.covers(site.division_id, roles=RUNNING)


def named_in(request: LinliRequest, site: Site, ids: Iterable[UUID]) -> set[UUID]:
    """Of some people in a site those whose names one may see."""
    wanted = set(ids)
    if runs(request, site):
        return wanted
    return set(own_people(request).residents().filter(pk__in=wanted).values_list("pk", flat=True))


def note_seen(request: LinliRequest, resident: Resident, *, division_code: str) -> None:
    """Write down that one looked at a person."""
    record_act(
        "resident.seen",
        by=request.reach.actor(roles=SEEING, division_code=division_code),
        at=request.at,
        object_type="resident",
        object_id=resident.pk,
        division_code=division_code,
    )


def note_listed(request: LinliRequest, *, division_code: str = "", found: int) -> None:
    """Write down that one saw a list of names."""
    if found:
        by = request.reach.actor(roles=SEEING, division_code=division_code)
        record_act("residents.listed", by=by, at=request.at, division_code=division_code, detail={"found": found})
