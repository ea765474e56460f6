"""The doctor's inbox and the way of one alert; test lists; homes to disinfect.

Reading any of it is written to the trail: residents can learn who looked.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import GridReach
from linli.community.people.search import search_people
from linli.community.queries import names_of
from linli.community.request import LinliRequest
from linli.programs.medical import grounds, queries
from linli.programs.medical.chain import CLOSED
from linli.programs.medical.duties import DISINFECTED_WITHIN
from linli.programs.medical.forms import StepForm
from linli.programs.medical.grounds import ground_of
from linli.programs.medical.operations import Step, take_step
from linli.programs.medical.permissions import SEEING, TREATING
from linli.programs.medical.queries import AlertRow
from linli.programs.medical.shown import alert_shown, authors, division_of, treats
from linli.programs.medical.wording import remaining
from linli.records.kinds import kind_of
from linli.records.models import Entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.saying import listed, register_said
from linli.records.wording import why_refused
from linli.trail.operations import record_act

_A_PAGE = 50
_FOUND = ("diagnosis", "test")
_CLASSES = ("MUST", "SPOT", "ON_REQUEST")


def reach_in(request: LinliRequest) -> GridReach:
    """The divisions whose alerts, cases and contacts may be seen in this request."""
    return GridReach(day=request.day, areas=request.reach.divisions(SEEING))


# ---- alerts --------------------------------------------------------------------------------------------------------
def inbox(request: LinliRequest) -> HttpResponse:
    """The open alerts, the overdue first, each with its next step; below them those closed of late."""
    open_, closed = queries.alerts_in(reach_in(request), at=request.at)
    names = names_of(authors([*open_, *closed]))
    note_read(request, "residents.listed", detail={"list": "alerts", "found": len(open_) + len(closed)})
    context = {
        "open": [alert_shown(row, reach=request.reach, names=names, at=request.at) for row in open_],
        "closed": [alert_shown(row, reach=request.reach, names=names, at=request.at) for row in closed],
        "norms": _norms(request, grounds.ALERT),
        "treats": bool(request.reach.roles & TREATING),
    }
    return render(request, "medical/inbox.html", context)


def alert(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One alert: about whom, what was found, and its way from step to step with the times."""
    row = _alert_or_404(request, pk)
    if isinstance(row, HttpResponse):
        return row
    return _alert_page(request, row, StepForm(steps=row.chain.later_steps))


def step(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Take a step of an alert, and go back to where it was taken."""
    row = _alert_or_404(request, pk)
    if isinstance(row, HttpResponse):
        return row
    if not treats(row.home, request.reach):
        raise Http404
    form = StepForm(request.POST, steps=row.chain.later_steps)
    if not form.is_valid():
        if "step" in form.errors and request.POST.get("step") in {one.payload["step"] for one in row.chain.steps}:
            messages.info(request, _("这一步已经登记过，不用再登记。"))
            return _to_alert(row)
        return _alert_page(request, row, form, status=400)
    said = form.cleaned_data
    told = Step(**{name: said[name] for name in ("step", "outcome", "hospital", "vehicle", "remark")})
    entry = Entry.objects.get(pk=row.chain.alert.id)
    by = request.reach.actor(roles=TREATING, division_code=division_of(row.home).code)
    try:
        take_step(entry, told, happened_at=form.happened_at(request.day), by=by, at=request.at)
    except (EntryRefused, PayloadRefused) as refused:
        if isinstance(refused, EntryRefused) and refused.code == "step_taken":
            messages.info(request, why_refused(refused))
            return _to_alert(row)
        form.refuse(refused)
        return _alert_page(request, row, form, status=400)
    name = row.home.resident.name
    messages.success(request, _("%(name)s：已了结。") % {"name": name} if told.step == CLOSED else _("已登记。"))
    return redirect("medical:inbox") if request.POST.get("from") == "inbox" else _to_alert(row)


def _alert_page(request: LinliRequest, row: AlertRow, form: StepForm, *, status: int = 200) -> HttpResponse:
    note_read(request, "resident.seen", row.home.resident_id, division_code=division_of(row.home).code)
    names = names_of(authors([row]))
    shown = alert_shown(row, reach=request.reach, names=names, at=request.at)
    norms = (*grounds.ALERT, "m38.high.emergency-fever")
    context = {"alert": shown, "form": form, "norms": _norms(request, norms, division_of(row.home).code)}
    return render(request, "medical/alert.html", context, status=status)


def _alert_or_404(request: LinliRequest, pk: UUID) -> AlertRow | HttpResponse:
    """The alert; a way out for one that was put right and is none any more."""
    entry = Entry.objects.filter(pk=pk, is_abnormal=True).first()
    if entry is None or entry.resident_id is None:
        raise Http404
    reach = reach_in(request)
    row = queries.alert_of(entry, reach=reach)
    if row is not None:
        return row
    if not reach.residents().filter(pk=entry.resident_id).exists():
        raise Http404
    messages.info(request, _("这条登记已经更正或撤回，不再是警示。"))
    return redirect("medical:inbox")


def _to_alert(row: AlertRow) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("medical:alert", args=[row.chain.alert.id]))


# ---- tests ---------------------------------------------------------------------------------------------------------
def tests(request: LinliRequest) -> HttpResponse:
    """Who is to be tested, one class at a time: why, under which clause, and when they were tested last."""
    asked = request.GET.get("class", _CLASSES[0])
    if asked not in _CLASSES:
        raise Http404
    reach = reach_in(request)
    found = ground_of(_somewhere(reach), day=request.day).test_class(asked)
    page = Paginator(queries.test_list(found, reach=reach), _A_PAGE).get_page(request.GET.get("page"))
    rows = queries.test_rows(page.object_list, found, day=request.day)
    note_read(request, "residents.listed", detail={"list": "tests", "found": len(rows)})
    context = {
        "classes": [(one, dict(kind_of("test").fields[0].choices)[one]) for one in _CLASSES],
        "class": asked,
        "found": found,
        "names": listed(register_said(group) for group in found.groups),
        "page": page,
        "rows": [(row, treats(row.home, request.reach)) for row in rows],
        "treats": bool(request.reach.roles & TREATING),
        "here": request.get_full_path(),
    }
    return render(request, "medical/tests.html", context)


def find(request: LinliRequest, kind: str) -> HttpResponse:
    """Find the person about whom a diagnosis or a test is to be written down; the common form does the rest."""
    if kind not in _FOUND:
        raise Http404
    text = request.POST.get("q", "").strip()[:40]
    people = search_people(text, reach=GridReach(day=request.day, areas=request.reach.divisions(TREATING))).residents
    if text:
        note_read(request, "residents.searched", detail={"found": len(people)})
    back = "medical:cases" if kind == "diagnosis" else "medical:tests"
    context = {"kind": kind_of(kind), "text": text, "people": people, "back": reverse(back)}
    return render(request, "medical/find.html", context)


# ---- disinfection --------------------------------------------------------------------------------------------------
def disinfection(request: LinliRequest) -> HttpResponse:
    """The homes that need a terminal disinfection: since when, ordered by whom, done or not."""
    rows = queries.homes_to_disinfect(reach_in(request))
    note_read(request, "households.listed", detail={"list": "disinfection", "found": len(rows)})
    context = {
        "open": [
            (
                row,
                remaining(row.since + DISINFECTED_WITHIN, at=request.at),
                request.at >= row.since + DISINFECTED_WITHIN,
            )
            for row in rows
            if row.done is None
        ],
        "done": [row for row in rows if row.done is not None],
        "norms": _norms(request, grounds.DISINFECTION),
        "day": request.day,
        "here": request.get_full_path(),
    }
    return render(request, "medical/disinfection.html", context)


# ---- what they share -----------------------------------------------------------------------------------------------
def note_read(
    request: LinliRequest,
    action: str,
    resident: UUID | None = None,
    *,
    division_code: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down who looked at whom, or at which list."""
    by = request.reach.actor(roles=SEEING, division_code=division_code)
    record_act(
        action,
        by=by,
        at=request.at,
        object_type="resident" if resident else "",
        object_id=resident or "",
        division_code=division_code,
        detail=detail,
    )


def _norms(request: LinliRequest, ids: tuple[str, ...], division_code: str = "") -> Any:
    code = division_code or _somewhere(reach_in(request))
    return ground_of(code, day=request.day).chips(ids)


def _somewhere(reach: GridReach) -> str:
    """The first division one reaches: which instruments are in force is the same in all of a county."""
    return reach.areas[0]
