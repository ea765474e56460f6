"""Two rows side by side: are they one person? To merge them, and to take it back.

Both are opened for those alone who reach both; what one reads of them is written to the trail of both.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import GridReach, latest_residences
from linli.community.grid.views import home_code
from linli.community.grid.wording import refusal
from linli.community.identity import masked_number, masked_phone
from linli.community.models import PersonMerge, Resident
from linli.community.permissions import KEEPING_GRID, SEEING_NUMBERS, SEEING_PHONES
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.records import people
from linli.records.models import Entry
from linli.records.queries import enrolled
from linli.records.registers import registers, visible_groups
from linli.trail.actor import Actor
from linli.trail.operations import record_act


def merge(request: LinliRequest, one: UUID, other: UUID) -> HttpResponse:
    """Look at two rows, choose which is kept, say why: one person from then on."""
    if one == other:
        raise Http404
    pair = [_resident_or_404(request, one), _resident_or_404(request, other)]
    if PersonMerge.objects.filter(undone_at__isnull=True, gone__in=pair).exists():
        raise Http404
    wrong, chosen = "", _suggested(pair, request)
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        chosen = next((row for row in pair if str(row.pk) == request.POST.get("keep")), chosen)
        [gone] = [row for row in pair if row != chosen]
        try:
            people.merge(kept=chosen, gone=gone, reason=reason, by=_by(request, chosen), at=request.at)
        except GridRefused as refused:
            wrong = refusal(refused)
        else:
            messages.success(request, _("已并档。两条登记从此一起看，随时可以撤销。"))
            return HttpResponseRedirect(reverse("grid:resident", args=[chosen.pk]))
    context = {"sides": _sides(request, pair), "chosen": chosen, "reason": reason, "wrong": wrong}
    return render(request, "records/merge.html", context, status=400 if wrong else 200)


def undo_merge(request: LinliRequest, pk: int) -> HttpResponse:
    """They are two after all: say why, and both stand as they stood before."""
    row = PersonMerge.objects.filter(pk=pk, undone_at__isnull=True).select_related("kept", "gone").first()
    if row is None:
        raise Http404
    pair = [row.kept, row.gone]
    if not all(request.reach.covers(home_code(one), roles=KEEPING_GRID) for one in pair):
        raise Http404
    wrong, reason = "", request.POST.get("reason", "").strip()
    if request.method == "POST":
        try:
            people.undo(row, reason=reason, by=_by(request, row.kept), at=request.at)
        except GridRefused as refused:
            wrong = refusal(refused)
        else:
            messages.success(request, _("已撤销。两条登记各自恢复原样。"))
            return HttpResponseRedirect(reverse("grid:resident", args=[row.gone_id]))
    context = {"row": row, "sides": _sides(request, pair), "reason": reason, "wrong": wrong}
    return render(request, "records/merge_undo.html", context, status=400 if wrong else 200)


def _resident_or_404(request: LinliRequest, pk: UUID) -> Resident:
    reach = GridReach(day=request.day, areas=request.reach.divisions(KEEPING_GRID))
    found = reach.residents().filter(pk=pk).prefetch_related("documents").first()
    if found is None:
        raise Http404
    return found


def _suggested(pair: list[Resident], request: LinliRequest) -> Resident:
    """The row to keep: one that has a place today, before one that knows more, before the older."""
    living = set(
        latest_residences(day=request.day)
        .filter(resident__in=pair, to_day__isnull=True)
        .values_list("resident_id", flat=True)
    )

    def rank(row: Resident) -> tuple[bool, int, UUID]:
        return row.pk not in living, -len([paper for paper in row.documents.all() if paper.number]), row.pk

    return min(pair, key=rank)


def _sides(request: LinliRequest, pair: list[Resident]) -> list[dict[str, Any]]:
    sides = [_side(request, row) for row in pair]
    for name in ("name", "sex", "birth_day", "phone", "numbers"):
        said = [side["said"][name] for side in sides]
        for side in sides:
            side["same"][name] = bool(said[0]) and said[0] == said[1]
    return sides


def _side(request: LinliRequest, row: Resident) -> dict[str, Any]:
    """One row as far as the role may see it; what is compared is the whole, not what is shown."""
    code = home_code(row)
    by = request.reach.actor(roles=KEEPING_GRID, division_code=code)
    record_act("resident.read", by=by, at=request.at, object_type="resident", object_id=row.pk, division_code=code)
    sees_phone = request.reach.covers(code, roles=SEEING_PHONES)
    sees_numbers = request.reach.covers(code, roles=SEEING_NUMBERS)
    numbers = [paper.number for paper in row.documents.all() if paper.number]
    groups = enrolled(visible_groups(request.reach.roles), day=request.day).filter(resident=row)
    residences = row.residences.select_related("household__unit__division", "division").order_by("-from_day", "-id")
    return {
        "resident": row,
        "phone": row.phone if sees_phone else masked_phone(row.phone),
        "numbers": [number if sees_numbers else masked_number(number) for number in numbers],
        "home": residences.first(),
        "groups": [registers()[group].say for group in groups.values_list("group", flat=True)],
        "entries": Entry.objects.filter(resident=row).count(),
        "said": {
            "name": row.name, "sex": row.sex, "birth_day": row.birth_day, "phone": row.phone, "numbers": numbers,
        },
        "same": {},
    }  # fmt: skip


def _by(request: LinliRequest, row: Resident) -> Actor:
    return request.reach.actor(roles=KEEPING_GRID, division_code=home_code(row))
