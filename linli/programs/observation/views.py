"""Pages to read: the observation board, one person's observation, the release notice. Opening them is written down."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.community.access import GridReach
from linli.community.codes import is_within
from linli.community.grid.chosen import Chosen, chosen_community
from linli.community.models import Resident
from linli.community.paper import FontsMissing
from linli.community.people.search import search_people
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.observation import notices, queries
from linli.programs.observation.board import LISTS, board_of, rows_of, strip_for
from linli.programs.observation.course import EXEMPT, STARTS, steps_possible
from linli.programs.observation.grounds import ACTION_AT, COMMUNITY
from linli.programs.observation.permissions import DECIDING, SEEING
from linli.programs.observation.program import fits
from linli.programs.observation.queries import Status
from linli.programs.observation.shown import Verdict, norms_shown, verdicts_for
from linli.programs.observation.wording import PLACES
from linli.records.kinds import kind_of
from linli.records.program import Scope
from linli.records.saying import register_said, value_said
from linli.records.sight import Found, find_or_404
from linli.trail.operations import record_act

A_PAGE = 30
UNAVAILABLE = 503


def board(request: LinliRequest) -> HttpResponse:
    """Who is observed in a community, today's gaps first. A name is searched in the body of a POST."""
    chosen = chosen_community(request, wide=SEEING - {Role.GRID_WORKER})
    if chosen.community is None:
        return _choose(request, chosen)
    code = chosen.community.code
    roles = frozenset(grant.role for grant in request.reach.grants if is_within(code, grant.division_code))
    is_wide = bool(roles & SEEING - {Role.GRID_WORKER})
    shown = request.GET.get("show", "now")
    if shown not in LISTS:
        raise Http404
    text = request.POST.get("q", "").strip()[:40]
    found = search_people(text, reach=GridReach(day=request.day, areas=(code,))).residents if text and is_wide else []
    scope = Scope(divisions=(code,), day=request.day, at=request.at)
    board = board_of(scope, reach=None if is_wide else chosen.reach)
    page = Paginator(board.only(shown), A_PAGE).get_page(request.GET.get("page"))
    number = len(page.object_list) + len(board.starts) + len(found)
    _note_read(request, "residents.listed", code, detail={"found": number})
    context: dict[str, Any] = {
        "community": chosen.community,
        "board": board,
        "rows": rows_of(list(page), day=request.day),
        "page": page,
        "shown": shown,
        "tabs": [(name, board.count(name)) for name in LISTS],
        "text": text,
        "found": found,
        "day": request.day,
        "may_decide": bool(roles & DECIDING),
        "may_check": bool(roles & kind_of("health_check").roles),
        "here": request.get_full_path(),
    }
    return render(request, "observation/board.html", context)


def person(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One person's observation: why, by which clause, until when, every day of it, and what can be done now."""
    about, status = opened(request, pk)
    visible = about.sight.groups
    course = status.course
    may_decide = bool(about.sight.roles & DECIDING)
    norms = () if course is None else tuple(str(course.timed_by.payload.get("norms", "")).split())
    verdicts = [] if status.is_under else verdicts_for(status, counts_from=request.day, visible=visible)
    homes = [one for one in status.facts if one.kind == "home_fit"]
    context: dict[str, Any] = {
        "about": about,
        "status": status,
        "course": course,
        "judged": status.judged,
        "place": PLACES[status.place],
        "strip": strip_for(status),
        "phases": [(PLACES[phase.place], phase) for phase in course.phases] if course else [],
        "norms": norms_shown(norms, visible=visible),
        "ended_by": norms_shown(status.judged.ground.norms, visible=visible) if status.judged else (),
        "decided_by": decided_by(status),
        "groups": [register_said(one) for one in status.groups if one in visible],
        "home_fit": (homes[-1], fits(homes[-1].payload)) if homes else None,
        "steps": _steps_offered(status, verdicts) if may_decide else [],
        "may_start": may_decide and any(one.may_be for one in verdicts),
        "may_release": may_decide and course is not None and course.release is None,
        "has_notice": may_decide and notices.may_have(status),
        "may_check": status.place in ACTION_AT and bool(about.sight.roles & kind_of("health_check").roles),
        "verdicts": verdicts,
        "day": request.day,
        "here": request.get_full_path(),
    }
    return render(request, "observation/person.html", context)


def notice(request: LinliRequest, pk: UUID) -> HttpResponse:
    """The release notice on A4, for somebody who has been released or whose observation is over."""
    about, status = opened(request, pk, roles=DECIDING)
    if not notices.may_have(status):
        raise Http404
    _note_read(
        request, "release_notice.printed", about.division.code, object_type="resident", object_id=status.resident
    )
    try:
        content = notices.printed(about, status)
    except FontsMissing:
        return render(request, "observation/no_fonts.html", {"about": about}, status=UNAVAILABLE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="release-notice.pdf"'
    return response


def opened(request: LinliRequest, pk: UUID, *, roles: frozenset[Role] = SEEING) -> tuple[Found, Status]:
    """A person within reach with their observation today; that they were looked at is written down.

    Raises: Http404.
    """
    about = find_or_404(request.reach, "person", pk, roles=roles, day=request.day)
    assert isinstance(about.subject, Resident)
    _note_read(request, "resident.seen", about.division.code, object_type="resident", object_id=about.subject.pk)
    return about, queries.status_of(about.subject.pk, day=request.day)


def steps_now(status: Status) -> list[tuple[str, str]]:
    """The steps that may be taken, beside a start and a release, each with its words."""
    words = dict(next(one for one in kind_of("observation_step").fields if one.id == "step").choices)
    course = None if status.is_over else status.course
    return [(one, str(words[one])) for one in steps_possible(course, day=status.day) if one not in STARTS]


def _steps_offered(status: Status, verdicts: Iterable[Verdict]) -> list[tuple[str, str]]:
    """Those that make sense now: an exemption only for somebody whom a clause exempts."""
    is_exempt = any(one.ground.is_exempt for one in verdicts)
    return [(step, words) for step, words in steps_now(status) if step != EXEMPT or is_exempt]


def decided_by(status: Status) -> str:
    """Who decided how long, where that was not the community itself."""
    said = status.course.timed_by.payload.get("decided_by", COMMUNITY) if status.course else COMMUNITY
    field = next(one for one in kind_of("observation_step").fields if one.id == "decided_by")
    return "" if said == COMMUNITY else value_said(field, said)


def _choose(request: LinliRequest, chosen: Chosen) -> HttpResponse:
    if not chosen.communities and request.GET.get("community"):
        raise Http404
    counts = queries.counts_by_community(chosen.reach) if chosen.communities else {}
    rows = [(one, counts.get(one.code, 0)) for one in chosen.communities]
    return render(request, "observation/communities.html", {"communities": rows, "total": sum(counts.values())})


def _note_read(request: LinliRequest, action: str, code: str, **what: Any) -> None:
    by = request.reach.actor(roles=SEEING, division_code=code)
    record_act(action, by=by, at=request.at, division_code=code, **what)
