"""Pages to read: the sites and how much of them is free, a site, a room, a stay, the drives, the sheet at the door."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from linli.community.grid.queries import members_of
from linli.community.models import Household, Resident
from linli.community.request import LinliRequest
from linli.programs.sites.clauses import grounds_at
from linli.programs.sites.clock import until_said
from linli.programs.sites.models import Site, Stay
from linli.programs.sites.permissions import KEEPING, RUNNING, SEEING
from linli.programs.sites.queries import (
    GROUP,
    RoomState,
    capacity_of,
    drives,
    household_of,
    observed_from,
    open_stay,
    people_in,
    rooms_of,
    serves,
    staying_without_reason,
    view_of,
    waiting,
    with_capacity,
)
from linli.programs.sites.sheet import lines_of
from linli.programs.sites.shown import DriveCard, WaitingCard, cell_of, drive_cards, records_of, waiting_cards
from linli.programs.sites.sight import (
    named_in,
    note_listed,
    note_seen,
    own_people,
    person_or_404,
    room_or_404,
    runs,
    seen_sites,
    site_or_404,
    stay_or_404,
)
from linli.records.models import Enrolment
from linli.records.queries import counting, home_of, one_person


def sites(request: LinliRequest) -> HttpResponse:
    """Who waits for a room, the sites within reach, the open drives."""
    waits = _waiting(request)
    rides = _drives(request, only_open=True)
    note_listed(request, found=len(waits) + len(rides))
    context = {
        "waiting": waits,
        "drives": rides,
        "sites": with_capacity(seen_sites(request), day=request.day),
        "may_keep": bool(request.reach.divisions(KEEPING)),
        "may_run": bool(request.reach.divisions(RUNNING)),
        "grounds": grounds_at(request.reach.divisions(SEEING)[0], day=request.day),
    }
    return render(request, "sites/sites.html", context)


def site(request: LinliRequest, pk: int) -> HttpResponse:
    """One site: its rooms as a grid, who waits, what is still to be done today."""
    found = site_or_404(request, pk)
    views = rooms_of([found], day=request.day)[found.pk]
    inside = [stay.resident_id for view in views for stay in view.stays]
    named = named_in(request, found, inside)
    waits = [card for card in _waiting(request) if serves(found, card.row.division)]
    is_run = runs(request, found)
    note_listed(request, division_code=found.division_id, found=len(named) + len(waits))
    context = {
        "site": found,
        "capacity": capacity_of(views),
        "cells": [cell_of(view, named) for view in views],
        "waiting": waits,
        "overdue": staying_without_reason([found.division_id], day=request.day, site=found) if is_run else [],
        "to_disinfect": [view for view in views if view.state == RoomState.DISINFECT],
        "count": _count_of(found, day=request.day),
        "expected": people_in([found], day=request.day).get(found.pk, 0),
        "is_run": is_run,
        "may_keep": request.reach.covers(found.division_id, roles=KEEPING),
        "may_run": bool(request.reach.divisions(RUNNING)),
        "grounds": grounds_at(found.division_id, day=request.day),
    }
    return render(request, "sites/site.html", context)


def room(request: LinliRequest, pk: int) -> HttpResponse:
    """One room: who is in it, and what can be done."""
    found = room_or_404(request, pk)
    view = view_of(found, day=request.day)
    named = named_in(request, found.site, [stay.resident_id for stay in view.stays])
    waits = [card for card in _waiting(request) if serves(found.site, card.row.division)] if view.free_beds else []
    note_listed(request, division_code=found.site.division_id, found=len(named) + len(waits))
    context = {
        "room": found,
        "site": found.site,
        "view": view,
        "cell": cell_of(view, named),
        "waiting": waits,
        "is_run": runs(request, found.site),
        "may_keep": request.reach.covers(found.site.division_id, roles=KEEPING),
        "may_run": bool(request.reach.divisions(RUNNING)),
        "grounds": grounds_at(found.site.division_id, day=request.day),
    }
    return render(request, "sites/room.html", context)


def person(request: LinliRequest, pk: UUID) -> HttpResponse:
    """To where something is to be done about somebody: their stay, the room they left, or a room to be found."""
    stays = Stay.objects.filter(resident__in=one_person(pk)).select_related("room__site").order_by("-from_day", "-id")
    here = next((stay for stay in stays if stay.to_day is None), None)
    if here is not None:
        return redirect("sites:stay", pk=stay_or_404(request, here.pk).pk)
    left = next((stay for stay in stays if stay.disinfected_by_id is None), None)
    if left is not None and runs(request, left.room.site):
        waits = Enrolment.objects.filter(resident=pk, group=GROUP, to_day__isnull=True).exists()
        if not waits:
            return redirect("sites:room", pk=left.room_id)
    found = person_or_404(request, pk)
    if not request.reach.covers(home_of(pk, day=request.day), roles=RUNNING):
        return redirect("sites:sites")
    return redirect("sites:check_in", pk=found.pk)


def stay(request: LinliRequest, pk: int) -> HttpResponse:
    """Somebody in a room: since when, until when, what was noted, what can be done."""
    found = stay_or_404(request, pk)
    site = found.room.site
    note_seen(request, found.resident, division_code=site.division_id)
    ids = one_person(found.resident_id)
    held = Enrolment.objects.filter(resident__in=ids, group=GROUP, from_day__lte=request.day).order_by("-from_day")
    last = held.first()
    is_run = runs(request, site)
    context = {
        "stay": found,
        "site": site,
        "room": found.room,
        "held": last,
        "until": until_said(last.to_day, near=request.day) if last is not None and last.to_day is not None else "",
        "is_over": not held.filter(to_day__isnull=True).exists() and not held.filter(to_day__gt=request.day).exists(),
        "records": records_of(found, day=request.day),
        "family": _family(found, day=request.day) if is_run and found.to_day is None else [],
        "drive": drives(own_people(request).residents().filter(pk=found.resident_id), day=request.day)
        .filter(delivered_by__isnull=True, cancelled_by__isnull=True)
        .first(),
        "is_own": own_people(request).residents().filter(pk=found.resident_id).exists(),
        "is_run": is_run,
        "grounds": grounds_at(site.division_id, day=request.day),
    }
    return render(request, "sites/stay.html", context)


def transport(request: LinliRequest) -> HttpResponse:
    """The drives of one's own people, the next first, with the clock."""
    rides = _drives(request)
    note_listed(request, found=len(rides))
    grounds = grounds_at(request.reach.divisions(SEEING)[0], day=request.day)
    return render(request, "sites/transport.html", {"drives": rides, "grounds": grounds})


def notice(request: LinliRequest, pk: int) -> HttpResponse:
    """The sheet at the door, for everybody: what applies here, meals, phone, where to complain. No names."""
    found = get_object_or_404(Site.objects.select_related("division"), pk=pk)
    if found.to_day is not None and found.to_day <= request.day:
        raise Http404
    grounds = grounds_at(found.division_id, day=request.day)
    context = {"site": found, "grounds": grounds, "lines": lines_of(found, day=request.day), "day": request.day}
    return render(request, "sites/notice.html", context)


def _waiting(request: LinliRequest) -> list[WaitingCard]:
    return waiting_cards(waiting(own_people(request).residents(), day=request.day), at=request.at)


def _drives(request: LinliRequest, *, only_open: bool = False) -> list[DriveCard]:
    rows = drives(own_people(request).residents(), day=request.day)
    if only_open:
        rows = rows.filter(delivered_by__isnull=True, cancelled_by__isnull=True)
    return drive_cards(rows, at=request.at)


def _count_of(site: Site, *, day: date) -> dict[str, object] | None:
    rows = counting().filter(kind="site_count", division=site.division_id, day=day, payload__about=str(site.pk))
    last = rows.order_by("-happened_at", "-id").first()
    return None if last is None else {**last.payload, "at": last.happened_at}


def _family(found: Stay, *, day: date) -> list[Resident]:
    """Who of the household might come as the carer: nobody where there is one, and none who is to be observed."""
    if found.carer_of_id or Stay.objects.filter(carer_of=found.resident_id, to_day__isnull=True).exists():
        return []
    household = household_of(found.resident, day=day)
    if household is None:
        return []
    home = Household.objects.get(pk=household)
    people = [row.resident for row in members_of(home, day=day) if row.resident_id != found.resident_id]
    return [one for one in people if open_stay(one) is None and observed_from(one, day=day) is None]
