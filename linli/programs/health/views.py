"""Pages to read: the register with the round, the kits, vaccination, and one session with its day list."""

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.community.access import get_reachable_or_404
from linli.community.codes import is_within
from linli.community.dated_rows import in_force
from linli.community.grid.chosen import Chosen, chosen_community
from linli.community.models import Division, Residence, Resident, Worker
from linli.community.people.search import like
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.policy.pack import Norm
from linli.programs.health.due import Asked, asked_at, living_in, rounds_of
from linli.programs.health.permissions import KNOCKING, PLANNING, SEEING
from linli.programs.health.register import age_on, facts_of, progress_of, register_of
from linli.programs.health.shots import (
    bookings_of,
    done_at,
    may_be_offered,
    session_of,
    sessions_in,
    shots_of,
)
from linli.records.kinds import kind_of
from linli.records.models import Entry
from linli.records.queries import as_fact, as_facts, counting
from linli.records.saying import value_said
from linli.trail.operations import record_act

A_PAGE = 50
_RISKS = ("HIGH", "MEDIUM", "LOW", "UNSAID")


# ---- the register and the round ------------------------------------------------------------------------------------
def register(request: LinliRequest) -> HttpResponse:
    """Everybody from the age of the norm and everybody at severe risk, with how far the round is."""
    chosen = chosen_community(request, wide=SEEING - {Role.GRID_WORKER})
    if chosen.community is None:
        return _choose(request, chosen)
    code, roles = chosen.community.code, held_over(request, chosen.community.code)
    asked = asked_at(code, kind="door_knock", day=request.day)
    rounds = rounds_of(code, day=request.day, at=request.at)
    around = rounds[0] if rounds else None
    text = request.POST.get("q", "").strip()[:40]
    members = register_of(
        code, asked, around, day=request.day, at=request.at, residents=_residents(chosen, roles, text=text)
    )
    whole, places = progress_of(members, around) if around is not None else (None, [])
    kept = {name: request.GET[name] for name in ("who", "risk", "open") if request.GET.get(name)}
    rows = [
        one
        for one in members
        if {"elderly": one.is_elderly, "severe": one.is_severe}.get(kept.get("who", ""), True)
        and kept.get("risk", one.risk or "UNSAID") == (one.risk or "UNSAID")
        and {"knock": one.is_left, "kit": one.kit is None, "dose": one.shots.is_open}.get(kept.get("open", ""), True)
    ]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    note_read(request, "residents.listed", code, found=len(page.object_list))
    context: dict[str, Any] = {
        "community": chosen.community,
        "asked": bool(asked.norms),
        "clauses": clauses_of(asked.norms),
        "min_age": asked.min_age,
        "around": around,
        "last_day": around.to_day - timedelta(days=1) if around is not None else None,
        "is_over": around is not None and around.to_day <= request.day,
        "whole": whole,
        "places": places,
        "members": members,
        "page": page,
        "kept": kept,
        "keep": urlencode({"community": code, **kept}),
        "risks": _RISKS,
        "text": text,
        "may_knock": bool(roles & KNOCKING),
        "may_plan": bool(roles & PLANNING),
        "day": request.day,
    }
    return render(request, "health/register.html", context)


def kits(request: LinliRequest) -> HttpResponse:
    """The kits given in a community, the last first, and how much of each thing was given in all."""
    chosen = chosen_community(request, wide=SEEING - {Role.GRID_WORKER})
    if chosen.community is None:
        return _choose(request, chosen)
    code, roles = chosen.community.code, held_over(request, chosen.community.code)
    asked = asked_at(code, kind="kit", day=request.day)
    given = counting(Entry.objects.filter(kind="kit", division=code, happened_at__lte=request.at))
    residents = _residents(chosen, roles)
    if residents is not None:
        given = given.filter(resident__in=residents.order_by().values("pk"))
    field = next(one for one in kind_of("kit").fields if one.id == "items")
    number = Counter(item for items in given.values_list("payload__items", flat=True) for item in items or ())
    page = Paginator(given.select_related("resident").order_by("-happened_at", "-id"), A_PAGE).get_page(
        request.GET.get("page")
    )
    note_read(request, "residents.listed", code, found=len(page.object_list))
    context = {
        "community": chosen.community,
        "clauses": clauses_of(tuple(norm for norm in asked.norms if norm.action == "health_kit")),
        "page": page,
        "rows": [(entry, value_said(field, entry.payload["items"])) for entry in page.object_list],
        "number": [(str(words), number[value]) for value, words in field.choices if number[value]],
        "keep": urlencode({"community": code}),
    }
    return render(request, "health/kits.html", context)


# ---- vaccination ---------------------------------------------------------------------------------------------------
def vaccination(request: LinliRequest) -> HttpResponse:
    """To whom vaccination may be offered, the oldest first; the sessions to come; the workers where they go first."""
    chosen = chosen_community(request, wide=SEEING - {Role.GRID_WORKER})
    if chosen.community is None:
        return _choose(request, chosen)
    code, roles = chosen.community.code, held_over(request, chosen.community.code)
    asked = asked_at(code, kind="vaccination", day=request.day)
    easy = _named(asked, "vaccination")
    text = request.POST.get("q", "").strip()[:40]
    offered = _offered(chosen, roles, easy, request, text=text)
    page = Paginator(offered, A_PAGE).get_page(request.GET.get("page"))
    first = _named(asked, "worker_vaccination")
    note_read(request, "residents.listed", code, found=len(page.object_list))
    sessions = sessions_in(code, day=request.day)
    elderly = asked_at(code, kind="door_knock", day=request.day).min_age
    context: dict[str, Any] = {
        "community": chosen.community,
        "easy": clauses_of(easy),
        "lane": clauses_of(_named(asked, "vaccination_green_lane")),
        "first": clauses_of(first),
        "page": page,
        "rows": _offer_rows(page.object_list, request, elderly=elderly),
        "sessions": sessions,
        "workers": _workers(code, request) if first and roles & PLANNING else [],
        "text": text,
        "keep": urlencode({"community": code}),
        "may_plan": bool(roles & PLANNING),
        "may_write": bool(roles & KNOCKING),
        "day": request.day,
    }
    return render(request, "health/vaccination.html", context)


def session(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One session: who comes, what came of it, and to whom the places that are left may be given."""
    entry = session_or_404(request, pk)
    code = entry.division_id
    booked = bookings_of([entry.pk], division_code=code).get(str(entry.pk), [])
    planned = session_of(as_fact(entry), booked=len(booked))
    done = done_at(entry.pk, division_code=code, at=request.at)
    people = Resident.objects.in_bulk([fact.resident for fact in booked if fact.resident is not None])
    homes = living_in(code, day=request.day).filter(resident__in=list(people))
    shots = facts_of(homes, kinds=("vaccination",), at=request.at)
    asked = asked_at(code, kind="vaccination", day=request.day)
    text = request.POST.get("q", "").strip()[:40]
    easy = _named(asked, "vaccination")
    chosen = Chosen(community=entry.division, communities=(), reach=_wide_reach(request))
    # Who is looked for by name may have had a dose before.
    offered = _offered(chosen, held_over(request, code), easy, request, text=text, with_doses=bool(text))
    offered = offered.exclude(resident__in=list(people))
    note_read(request, "residents.listed", code, found=len(people))
    elderly = asked_at(code, kind="door_knock", day=request.day).min_age
    context: dict[str, Any] = {
        "session": planned,
        "point": value_said(kind_of("session").fields[0], planned.point),
        "where": {"MOBILE": "MOBILE", "TEMPORARY": "MOBILE", "CLINIC": "CLINIC"}[planned.point],
        "community": entry.division,
        "rows": [
            (
                fact,
                people[fact.resident],
                shots_of(shots.get(fact.resident, ()), day=request.day),
                done.get(fact.resident),
            )
            for fact in booked
            if fact.resident is not None
        ],
        "offered": _offer_rows(list(offered[:20]), request, elderly=elderly),
        "text": text,
        "clauses": clauses_of((*_named(asked, "vaccination_green_lane"), *easy)),
        "is_over": planned.held_on < request.day,
        "is_today": planned.held_on == request.day,
        "day": request.day,
    }
    return render(request, "health/session.html", context)


# ---- what they share -----------------------------------------------------------------------------------------------
def session_or_404(request: LinliRequest, pk: UUID) -> Entry:
    """A session that counts, in a community within reach.

    Raises: Http404.
    """
    rows = counting(Entry.objects.filter(kind="session").select_related("division"))
    return get_reachable_or_404(rows, reach=request.reach, roles=PLANNING, path="division_id", pk=pk)


def held_over(request: LinliRequest, code: str) -> frozenset[Role]:
    """The roles held over a community."""
    return frozenset(grant.role for grant in request.reach.grants if is_within(code, grant.division_code))


def clauses_of(norms: tuple[Norm, ...]) -> list[str]:
    """Where some norms stand, each place once."""
    return list(dict.fromkeys(f"{norm.instrument} {norm.cite}" for norm in norms))


def note_read(request: LinliRequest, action: str, code: str, **detail: int) -> None:
    """Write down that personal data were read."""
    by = request.reach.actor(roles=SEEING, division_code=code)
    record_act(action, by=by, at=request.at, object_type="place", object_id=code, division_code=code, detail=detail)


def _residents(chosen: Chosen, roles: frozenset[Role], *, text: str = "") -> QuerySet[Resident] | None:
    """The people of the own grid for a grid worker, those who match a text; None for all of the community."""
    rows = None if roles - {Role.GRID_WORKER} else chosen.reach.residents()
    if text:
        rows = (Resident.objects.all() if rows is None else rows).filter(like(text))
    return rows


def _named(asked: Asked, action: str) -> tuple[Norm, ...]:
    return tuple(norm for norm in asked.norms if norm.action == action)


def _offered(
    chosen: Chosen,
    roles: frozenset[Role],
    easy: tuple[Norm, ...],
    request: LinliRequest,
    *,
    text: str,
    with_doses: bool = False,
) -> QuerySet[Residence]:
    """To whom it may be offered; nobody where no norm asks to make it easy."""
    ages = [int(norm.params["min_age"]) for norm in easy if "min_age" in norm.params]
    if chosen.community is None or not ages:
        return Residence.objects.none()
    homes = living_in(chosen.community.code, day=request.day, residents=_residents(chosen, roles, text=text))
    rows = may_be_offered(homes, min_age=min(ages), day=request.day, with_doses=with_doses)
    return rows.select_related("resident", "household__unit")


def _offer_rows(homes: Any, request: LinliRequest, *, elderly: int | None) -> list[tuple[Residence, int | None, bool]]:
    found = []
    for home in homes:
        age = age_on(home.resident.birth_day, request.day)
        found.append((home, age, elderly is not None and age is not None and age >= elderly))
    return found


def _workers(code: str, request: LinliRequest) -> list[tuple[Worker, str, bool]]:
    """The workers of a community with what is known of their vaccination; those with none first."""
    facts = as_facts(
        counting(Entry.objects.filter(kind="worker_vaccination", division=code, happened_at__lte=request.at)).order_by(
            "happened_at", "id"
        )
    )
    known: dict[str, list[Any]] = {}
    for fact in facts:
        known.setdefault(fact.payload["worker"], []).append(fact)
    rows = []
    for worker in Worker.objects.filter(in_force(request.day), division=code).order_by("kind", "id"):
        shots = shots_of(known.get(str(worker.pk), ()), day=request.day)
        rows.append((worker, shots.said, shots.is_open))
    return sorted(rows, key=lambda row: not row[2])


def _wide_reach(request: LinliRequest) -> Any:
    return chosen_community(request, wide=PLANNING).reach


def _choose(request: LinliRequest, chosen: Chosen) -> HttpResponse:
    if not chosen.communities and request.GET.get("community"):
        raise Http404
    communities: tuple[Division, ...] = chosen.communities
    return render(request, "health/communities.html", {"communities": communities})
