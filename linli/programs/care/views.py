"""Pages to read: the people looked after in a community, and the families to look after."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.community.access import within
from linli.community.codes import is_within
from linli.community.grid.chosen import Chosen, chosen_community
from linli.community.models import Division, Residence, Resident
from linli.community.people.search import like
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.care.board import Standing, board_of
from linli.programs.care.cared import GROUPS
from linli.programs.care.families import AWAY, MEDICS, families_left
from linli.programs.care.permissions import LOOKING_AFTER, PLANNING, SEEING, TAKING_OVER
from linli.records.registers import visible_groups
from linli.response.queries import norms_asking
from linli.trail.operations import record_act

A_PAGE = 50
_MISSED = (Standing.MISSED, Standing.TAKEN_OVER)
_SHOWN: dict[str, tuple[Standing, ...]] = {
    "all": tuple(Standing),
    "due": (Standing.MISSED, Standing.DUE),
    "missed": _MISSED,
}


def people(request: LinliRequest) -> HttpResponse:
    """The people looked after: who was missed first, then who is due. A name is searched in the body of a POST."""
    chosen = chosen_community(request, wide=SEEING - {Role.GRID_WORKER})
    if chosen.community is None:
        return _choose(request, chosen)
    code = chosen.community.code
    roles = held_over(request, code)
    text = request.POST.get("q", "").strip()[:40]
    residents = chosen.reach.residents() if not roles - {Role.GRID_WORKER} else None
    if text:
        residents = (Resident.objects.all() if residents is None else residents).filter(like(text))
    groups = [group for group in GROUPS if group in visible_groups(roles)]
    board = board_of(code, groups=groups, day=request.day, at=request.at, residents=residents)
    shown = request.GET.get("show", "all")
    if shown not in _SHOWN:
        raise Http404
    without = "plan" in request.GET
    rows = [row for row in board.only(_SHOWN[shown]) if not without or row.plan is None]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    note_read(request, "residents.listed", code, found=len(page.object_list))
    context: dict[str, Any] = {
        "community": chosen.community,
        "board": board,
        "page": page,
        "shown": shown,
        "without": without,
        "text": text,
        "day": request.day,
        "keep": urlencode({"community": code, "show": shown} | ({"plan": "none"} if without else {})),
        "tabs": [
            ("all", len(board.rows)),
            ("due", board.count(*_SHOWN["due"])),
            ("missed", board.count(*_MISSED)),
        ],
        "missed": board.only(_MISSED),
        "may_plan": bool(roles & PLANNING),
        "may_take_over": bool(roles & TAKING_OVER),
        "may_visit": bool(roles & {Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR}),
        "may_look_after": bool(roles & LOOKING_AFTER),
    }
    return render(request, "care/people.html", context)


def families(request: LinliRequest) -> HttpResponse:
    """Families left at home while one of them is away, and a search for the families of medics."""
    chosen = chosen_community(request, wide=LOOKING_AFTER)
    if chosen.community is None:
        return _choose(request, chosen)
    code = chosen.community.code
    roles = held_over(request, code)
    visible = visible_groups(roles)
    text = request.POST.get("q", "").strip()[:40]
    found: list[Residence] = []
    if text:
        homes = within(chosen.reach.residences(), areas=[code], path="household__unit__division_id")
        homes = homes.filter(resident__in=Resident.objects.filter(like(text)).values("pk"), to_day__isnull=True)
        found = list(homes.select_related("resident", "household__unit").order_by("resident__name", "resident")[:20])
    offered = families_left(code, groups=[group for group in AWAY if group in visible], day=request.day)
    note_read(request, "residents.listed", code, found=len(offered) + len(found))
    norms = norms_asking([code], entries=("visit",), day=request.day)[code]
    cited = [norm for norm in norms if norm.action == "family_care"]
    context = {
        "community": chosen.community,
        "offered": offered,
        "found": found,
        "text": text,
        "medics": MEDICS,
        "clauses": dict.fromkeys(f"{norm.instrument} {norm.cite}" for norm in cited),
        "day": request.day,
    }
    return render(request, "care/families.html", context)


def held_over(request: LinliRequest, code: str) -> frozenset[Role]:
    """The roles held over a community."""
    return frozenset(grant.role for grant in request.reach.grants if is_within(code, grant.division_code))


def note_read(request: LinliRequest, action: str, code: str, **detail: int) -> None:
    """Write down that personal data were read."""
    by = request.reach.actor(roles=SEEING, division_code=code)
    record_act(action, by=by, at=request.at, object_type="place", object_id=code, division_code=code, detail=detail)


def _choose(request: LinliRequest, chosen: Chosen) -> HttpResponse:
    if not chosen.communities and request.GET.get("community"):
        raise Http404
    communities: tuple[Division, ...] = chosen.communities
    return render(request, "care/communities.html", {"communities": communities})
