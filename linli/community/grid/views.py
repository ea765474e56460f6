"""Pages to read: the grid as a tree, a unit, a household, a person, a worker, a search, and the gaps.

Opening the page of a person or a household is written to the trail: residents can learn who looked.
"""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from linli.community.access import GridReach, get_reachable_or_404, grid_reach
from linli.community.dated_rows import in_force
from linli.community.grid import gaps as gap_queries
from linli.community.grid import queries
from linli.community.grid.gaps import Gap
from linli.community.grid.operations import kinds_inside
from linli.community.identity import masked_number, masked_phone
from linli.community.models import Division, GridUnit, Household, PersonMerge, Resident, Worker
from linli.community.people.alike import alike
from linli.community.people.search import search_people
from linli.community.permissions import (
    KEEPING_GRID,
    SEEING_GRID,
    SEEING_GRID_WIDE,
    SEEING_NUMBERS,
    SEEING_PHONES,
)
from linli.community.request import LinliRequest
from linli.trail.operations import record_act

_A_PAGE = 50


def reach_in(request: LinliRequest) -> GridReach:
    """The part of the grid that may be read in this request."""
    return grid_reach(request.reach, wide=SEEING_GRID_WIDE, day=request.day)


def grid(request: LinliRequest) -> HttpResponse:
    """One's own grid: the tree of the community, a list when there are several, for a grid worker the units."""
    reach = reach_in(request)
    listed = list(queries.communities(reach.areas))
    if len(listed) == 1:
        return redirect("grid:community", code=listed[0].code)
    if not listed:
        heads = queries.with_path(reach.units().filter(in_force(request.day)))
        tops = [unit for unit in heads if unit.parent_id not in reach.unit_ids]
        return render(request, "community/grid_own.html", {"units": tops, "day": request.day})
    page = Paginator(listed, _A_PAGE).get_page(request.GET.get("page"))
    rows = queries.community_counts(page.object_list, day=request.day)
    return render(request, "community/grid_communities.html", {"rows": rows, "page": page, "day": request.day})


def community(request: LinliRequest, code: str) -> HttpResponse:
    """The tree of one community with heads and counts."""
    division = get_reachable_or_404(
        Division.objects.filter(level=5), reach=request.reach, roles=SEEING_GRID_WIDE, path="code", code=code
    )
    context = {
        "division": division,
        "root": queries.grid_tree(division.code, day=request.day),
        "day": request.day,
        "may_keep": request.reach.covers(division.code, roles=KEEPING_GRID),
    }
    return render(request, "community/grid_tree.html", context)


def unit(request: LinliRequest, pk: int) -> HttpResponse:
    """One unit: where it stands, who answers for it, what is inside, and its households."""
    found = queries.with_path(reach_in(request).units()).filter(pk=pk).first()
    if found is None:
        raise Http404
    households = Household.objects.filter(in_force(request.day), unit=found).order_by("label")
    page = Paginator(households, _A_PAGE).get_page(request.GET.get("page"))
    answers = queries.responsible_for(page.object_list, day=request.day)
    held = found.assignments.filter(in_force(request.day)).select_related("worker").order_by("id")
    context = {
        "unit": found,
        "path": queries.path_of(found)[:-1],
        "held": held,
        "inside": found.children.filter(in_force(request.day)).order_by("-net", "id"),
        "page": page,
        "households": [(one, answers[one.pk]) for one in page.object_list],
        "may_keep": request.reach.covers(found.division_id, roles=KEEPING_GRID),
        "sees_wide": request.reach.covers(found.division_id, roles=SEEING_GRID_WIDE),
        "may_hold_units": bool(kinds_inside(found)),
        "is_main": found.net == GridUnit.Net.MAIN,
    }
    return render(request, "community/grid_unit.html", context)


def household(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One household: who lives there, who answers for it."""
    rows = Household.objects.select_related("unit__division", "unit__parent__parent__parent")
    found = reach_in(request).households(rows).filter(pk=pk).first()
    if found is None:
        raise Http404
    code = found.unit.division_id
    _note_read("household.read", request, object_type="household", object_id=pk, division_code=code)
    context = {
        "household": found,
        "path": queries.path_of(found.unit),
        "members": queries.members_of(found, day=request.day),
        "responsible": queries.responsible_persons(found, day=request.day),
        "sees_wide": request.reach.covers(code, roles=SEEING_GRID_WIDE),
        "may_keep": request.reach.covers(code, roles=KEEPING_GRID),
    }
    return render(request, "community/household.html", context)


def resident(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One person: who they are as far as the role may see, and where they lived from day to day."""
    found = reach_in(request).residents().filter(pk=pk).first()
    if found is None:
        return redirect("grid:resident", pk=_kept_or_404(request, pk))
    code = home_code(found)
    _note_read("resident.read", request, object_type="resident", object_id=pk, division_code=code)
    residences = found.residences.select_related("household__unit", "household__unit__division", "division")
    current = residences.filter(in_force(request.day)).first()
    sees_phone = request.reach.covers(code, roles=SEEING_PHONES)
    sees_numbers = request.reach.covers(code, roles=SEEING_NUMBERS)
    context = {
        "resident": found,
        "phone": found.phone if sees_phone else masked_phone(found.phone),
        "documents": [
            (one, one.number if sees_numbers else masked_number(one.number)) for one in found.documents.all()
        ],
        "is_masked": not (sees_phone and sees_numbers),
        "residences": residences.order_by("-from_day", "-id"),
        "current": current,
        "responsible": queries.responsible_persons(current.household, day=request.day)
        if current and current.household
        else [],
        "age": _age(found, request),
        "may_keep": request.reach.covers(code, roles=KEEPING_GRID),
        **_same_person(found, request),
    }
    return render(request, "community/resident.html", context)


def worker(request: LinliRequest, pk: int) -> HttpResponse:
    """One worker and what they answer for."""
    found = get_reachable_or_404(
        Worker.objects.select_related("division"), reach=request.reach, roles=KEEPING_GRID, path="division_id", pk=pk
    )
    context = {"worker": found, "held": queries.assignments_of(found, day=request.day), "day": request.day}
    return render(request, "community/worker.html", context)


def find(request: LinliRequest) -> HttpResponse:
    """Search residents and households. The text is sent in the body: a name has no place in an address."""
    text = request.POST.get("q", "").strip()[:40]
    found = search_people(text, reach=reach_in(request))
    if text:
        number = len(found.residents) + len(found.households)
        _note_read("residents.searched", request, detail={"found": number})
    return render(request, "community/find.html", {"text": text, "found": found})


def gaps(request: LinliRequest) -> HttpResponse:
    """What is missing in the grid, one kind at a time, each with the way to close it."""
    areas = request.reach.divisions(KEEPING_GRID)
    counts = gap_queries.gap_counts(areas=areas, day=request.day)
    asked = request.GET.get("kind", "")
    fullest = next((kind for kind, number in counts.items() if number), Gap.HOUSEHOLDS)
    if asked and asked not in Gap.values:
        raise Http404
    kind = Gap(asked) if asked else fullest
    page = Paginator(gap_queries.gaps(kind, areas=areas, day=request.day), _A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"kind": kind, "counts": list(counts.items()), "page": page, "day": request.day}
    if kind is Gap.RESIDENTS:
        _note_read("residents.listed", request, detail={"gap": kind, "found": len(page.object_list)})
    return render(request, "community/gaps.html", context)


def home_code(found: Resident) -> str:
    """The community a resident lives in, or lived in last."""
    last = found.residences.select_related("household__unit").order_by("-from_day", "-id").first()
    if last is None:
        raise Http404
    return last.household.unit.division_id if last.household is not None else str(last.division_id)


def _kept_or_404(request: LinliRequest, pk: UUID) -> UUID:
    """The row into which one was merged that has no place any more."""
    merge = PersonMerge.objects.filter(gone=pk, undone_at__isnull=True).first()
    if merge is None or not reach_in(request).residents().filter(pk=merge.kept_id).exists():
        raise Http404
    return merge.kept_id


def _keeps(request: LinliRequest, row: Resident) -> bool:
    return request.reach.covers(home_code(row), roles=KEEPING_GRID)


def _same_person(found: Resident, request: LinliRequest) -> dict[str, Any]:
    """Into whom somebody was merged, who into them, and who else may be the same: for those who may merge them."""
    inside = GridReach(day=request.day, areas=request.reach.divisions(KEEPING_GRID))
    merges = PersonMerge.objects.filter(undone_at__isnull=True).select_related("kept", "gone")
    into = merges.filter(gone=found).first()
    may_merge = bool(inside.areas) and inside.residents().filter(pk=found.pk).exists()
    return {
        "merged_into": into,
        "kept_is_ours": into is not None and reach_in(request).residents().filter(pk=into.kept_id).exists(),
        "merged": [one for one in merges.filter(kept=found) if _keeps(request, one.gone)],
        "alike": alike(found, reach=inside) if may_merge and into is None else [],
        "may_merge": may_merge,
    }


def _age(found: Resident, request: LinliRequest) -> int | None:
    born, day = found.birth_day, request.day
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _note_read(action: str, request: LinliRequest, *, division_code: str = "", **what: Any) -> None:
    by = request.reach.actor(roles=SEEING_GRID, division_code=division_code)
    record_act(action, by=by, at=request.at, division_code=division_code, **what)
