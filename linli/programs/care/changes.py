"""Pages that write: the plan of one person, who takes over a missed visit, and families put on the register."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.models import Resident
from linli.community.request import LinliRequest
from linli.programs.care.board import Row, board_of
from linli.programs.care.cared import GROUPS
from linli.programs.care.families import ISOLATED, MEDICS
from linli.programs.care.families import look_after as put_on_register
from linli.programs.care.forms import WorkersForm
from linli.programs.care.permissions import LOOKING_AFTER, PLANNING, TAKING_OVER
from linli.records.forms import EntryForm
from linli.records.kinds import kind_of
from linli.records.operations import Draft, record_entry
from linli.records.program import EntryRefused
from linli.records.registers import visible_groups
from linli.records.sight import Found, find_or_404
from linli.records.wording import why_refused
from linli.response.queries import norms_asking
from linli.trail.operations import record_act


def plan(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Who visits, how often, from when, and who steps in. A new plan takes the place of the one before."""
    about, row = _opened(request, pk, roles=PLANNING)
    held = row.plan if row is not None else None
    usual = row.window.rhythm.upper() if row is not None and row.window is not None else "WEEKLY"
    first: dict[str, Any] = {"from_day": request.day, "how_often": usual}
    if held is not None:
        first |= {
            "worker": str(held.worker),
            "backup": str(held.backup or ""),
            "how_often": held.rhythm.upper(),
            "phone_only": held.phone_only,
        }
    form = WorkersForm("care_plan", _posted(request), division_code=about.division.code, day=request.day, initial=first)
    clause = _clause(request, about, row)
    del form.fields["clause"]
    if form.is_valid() and _recorded(request, about, "care_plan", form, roles=PLANNING, clause=clause):
        messages.success(request, _("计划已定。比文件要求更密的探视，会列入每天的任务。"))
        return _back(about)
    return render(request, "care/plan.html", {"about": about, "row": row, "form": form, "held": held, "clause": clause})


def end_plan(request: LinliRequest, pk: UUID) -> HttpResponse:
    """The plan is no longer needed."""
    about, row = _opened(request, pk, roles=PLANNING)
    if row is None or row.plan is None:
        raise Http404
    form = EntryForm(kind_of("care_plan_end"), _posted(request), initial={"to_day": request.day})
    if form.is_valid() and _recorded(request, about, "care_plan_end", form, roles=PLANNING):
        messages.success(request, _("计划已结束。文件要求的探视照旧。"))
        return _back(about)
    return render(request, "care/end_plan.html", {"about": about, "row": row, "form": form})


def take_over(request: LinliRequest, pk: UUID) -> HttpResponse:
    """A missed visit is taken over: who went, and how it ended."""
    about, row = _opened(request, pk, roles=TAKING_OVER)
    named = str(row.named.worker or "") if row is not None and row.named is not None else ""
    form = WorkersForm(
        "escalation",
        _posted(request),
        division_code=about.division.code,
        day=request.day,
        initial={"worker": named, "outcome": "SEEN"},
    )
    if form.is_valid() and _recorded(request, about, "escalation", form, roles=TAKING_OVER):
        messages.success(request, _("已记下谁接手、结果怎样。"))
        return _back(about)
    return render(request, "care/take_over.html", {"about": about, "row": row, "form": form})


def look_after(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One tap: somebody is on the register of families from today on."""
    about = find_or_404(request.reach, "person", pk, roles=LOOKING_AFTER, day=request.day)
    group = request.POST.get("group", "")
    if group not in (ISOLATED, MEDICS) or not isinstance(about.subject, Resident):
        raise Http404
    by = request.reach.actor(roles=LOOKING_AFTER, division_code=about.division.code)
    try:
        put_on_register(about.subject, group=group, by=by, at=request.at, day=request.day)
    except EntryRefused as refused:
        messages.error(request, why_refused(refused))
    else:
        messages.success(request, _("%(name)s已纳入，探视从今天起列入任务。") % {"name": about.name})
    return HttpResponseRedirect(f"{reverse('care:families')}?community={about.division.code}")


def _opened(request: LinliRequest, pk: UUID, *, roles: frozenset[Any]) -> tuple[Found, Row | None]:
    """The person within reach, with the line of the board; opening it is written to the trail.

    Raises: Http404.
    """
    about = find_or_404(request.reach, "person", pk, roles=roles, day=request.day)
    code = about.division.code
    by = request.reach.actor(roles=roles, division_code=code)
    record_act(
        "resident.seen", by=by, at=request.at, object_type="resident", object_id=about.subject.pk, division_code=code
    )
    groups = [group for group in GROUPS if group in visible_groups(about.sight.roles)]
    only = Resident.objects.filter(pk=pk)
    board = board_of(code, groups=groups, day=request.day, at=request.at, residents=only)
    return about, board.rows[0] if board.rows else None


@transaction.atomic
def _record(request: LinliRequest, about: Found, kind: str, payload: dict[str, Any], *, roles: frozenset[Any]) -> None:
    by = request.reach.actor(roles=roles, division_code=about.division.code)
    draft = Draft(kind=kind, subject=about.subject, happened_at=request.at, payload=payload)
    record_entry(draft, by=by, at=request.at)


def _recorded(
    request: LinliRequest, about: Found, kind: str, form: EntryForm, *, roles: frozenset[Any], clause: str = ""
) -> bool:
    """Write it down; false where it was refused, with the reason in the form."""
    payload = form.payload | ({"clause": clause} if clause else {})
    try:
        _record(request, about, kind, payload, roles=roles)
    except EntryRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, why_refused(refused))
        return False
    return True


def _clause(request: LinliRequest, about: Found, row: Row | None) -> str:
    """Why there is a plan: the clause that asks for visits to this person, else the one that asks for visits here."""
    if row is not None and row.clauses:
        return row.clauses[0]
    code = about.division.code
    norms = norms_asking([code], entries=("visit",), day=request.day)[code]
    return next((f"{norm.instrument} {norm.cite}" for norm in norms if norm.action == "care_visit"), "")


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _back(about: Found) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('care:people')}?community={about.division.code}")
