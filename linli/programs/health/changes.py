"""Pages that write: a knock with its kit, a round, a session, who comes to it, and the doses of workers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import get_reachable_or_404
from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.models import Division, Resident, Worker
from linli.community.request import LinliRequest
from linli.programs.health import operations
from linli.programs.health.due import asked_at, rounds_of
from linli.programs.health.permissions import KNOCKING, PLANNING
from linli.programs.health.register import register_of
from linli.programs.health.views import clauses_of, session_or_404
from linli.records.forms import EntryForm, WhenForm
from linli.records.kinds import kind_of
from linli.records.models import Entry
from linli.records.operations import Draft, PayloadRefused, record_entry, withdraw_entry
from linli.records.program import EntryRefused
from linli.records.queries import counting
from linli.records.saying import payload_said
from linli.records.sight import find_or_404
from linli.records.wording import why_refused
from linli.trail.operations import record_act

ROUND_DAYS = 14


class KnockForm(EntryForm):
    """The fields of a knock, and whether a kit was left there."""

    def __init__(self, data: Any, *, kit: bool, **options: Any) -> None:
        super().__init__(kind_of("door_knock"), data, **options)
        self.fields["kit"] = forms.BooleanField(label=_("同时送了健康包"), required=False, initial=kit)


def knock(request: LinliRequest, pk: UUID) -> HttpResponse:
    """At the door: how they were reached, how they are, and the kit. As usual it is one tap."""
    about = find_or_404(request.reach, "person", pk, roles=KNOCKING, day=request.day)
    code = about.division.code
    by = request.reach.actor(roles=about.sight.roles & KNOCKING, division_code=code)
    record_act("resident.seen", by=by, at=request.at, object_type="resident", object_id=pk, division_code=code)
    asked = asked_at(code, kind="door_knock", day=request.day)
    rounds = rounds_of(code, day=request.day, at=request.at)
    around = rounds[0] if rounds else None
    found = register_of(code, asked, around, day=request.day, at=request.at, residents=Resident.objects.filter(pk=pk))
    member = found[0] if found else None
    posted = request.POST if request.method == "POST" else None
    form = KnockForm(_as_usual(request), kit=member is not None and member.kit is None)
    how = WhenForm(posted, today=request.day)
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        try:
            operations.knock(
                _person(about.subject),
                payload=form.payload,
                kit=kind_of("kit").usual["items"] if form.cleaned_data["kit"] else (),
                happened_at=how.happened_at,
                id=how.cleaned_data["id"],
                by=by,
                at=request.at,
            )
        except EntryRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, why_refused(refused))
        else:
            messages.success(request, _("已登记：敲门，%(name)s。") % {"name": about.name})
            return HttpResponseRedirect(f"{reverse('health:register')}?community={code}&open=knock")
    context = {
        "about": about,
        "member": member,
        "form": form,
        "how": how,
        "usual": payload_said("door_knock", kind_of("door_knock").usual),
        "clauses": clauses_of(asked.norms),
    }
    return render(request, "health/knock.html", context, status=400 if form.errors or how.errors else 200)


def _as_usual(request: LinliRequest) -> Any:
    """What was posted; by the one button for all as usual what is usual, and the tick for the kit."""
    if request.method != "POST" or "usual" not in request.POST:
        return request.POST if request.method == "POST" else None
    return {**kind_of("door_knock").usual, **({"kit": "on"} if "kit" in request.POST else {})}


def open_round(request: LinliRequest, code: str) -> HttpResponse:
    """Open a round: from then on everybody on the list is due once."""
    division = _community_or_404(request, code)
    asked = asked_at(code, kind="door_knock", day=request.day)
    if not asked.norms:
        raise Http404
    clauses = clauses_of(asked.norms)
    first = {
        "from_day": request.day,
        "to_day": request.day + timedelta(days=ROUND_DAYS),
        "purpose": _("%(age)s岁以上老人和重症高风险人员敲门") % {"age": asked.min_age},
    }
    form = EntryForm(kind_of("round"), request.POST if request.method == "POST" else None, initial=first)
    for name in ("kind", "group", "clause"):
        del form.fields[name]
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.open_round(
                division,
                from_day=said["from_day"],
                to_day=said["to_day"],
                purpose=said["purpose"],
                clause=clauses[0],
                by=request.reach.actor(roles=PLANNING, division_code=code),
                at=request.at,
            )
        except EntryRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, why_refused(refused))
        else:
            messages.success(request, _("这一轮已开，名单上每人列入任务一次。"))
            return HttpResponseRedirect(f"{reverse('health:register')}?community={code}")
    context = {
        "heading": _("开一轮敲门"),
        "about": _("名单上的人在这几天里每人联系一次；没联系上的，第二天再列入任务。"),
        "clauses": clauses,
        "form": form,
        "button": _("开始这一轮"),
        "back": f"{reverse('health:register')}?community={code}",
    }
    return render(request, "health/form.html", context)


# ---- vaccination ---------------------------------------------------------------------------------------------------
def open_session(request: LinliRequest, code: str) -> HttpResponse:
    """Plan a session: where, when, how many, with a green lane or without."""
    division = _community_or_404(request, code)
    form = EntryForm(kind_of("session"), request.POST if request.method == "POST" else None)
    if form.is_valid():
        by = request.reach.actor(roles=PLANNING, division_code=code)
        draft = Draft(kind="session", subject=division, happened_at=request.at, payload=form.payload)
        try:
            done = record_entry(draft, by=by, at=request.at)
        except EntryRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, why_refused(refused))
        else:
            messages.success(request, _("场次已定，可以约人了。"))
            return HttpResponseRedirect(reverse("health:session", args=[done.entry.pk]))
    asked = asked_at(code, kind="vaccination", day=request.day)
    context = {
        "heading": _("开一场接种"),
        "about": _("打不打由本人决定；场次是让想打的人方便。"),
        "clauses": clauses_of(tuple(norm for norm in asked.norms if norm.actor == "clinic")),
        "form": form,
        "button": _("定下场次"),
        "back": f"{reverse('health:vaccination')}?community={code}",
    }
    return render(request, "health/form.html", context)


def book(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One tap: somebody has a place at the session."""
    session = session_or_404(request, pk)
    about = find_or_404(request.reach, "person", request.POST.get("person", ""), roles=PLANNING, day=request.day)
    if about.division.pk != session.division_id:
        raise Http404
    by = request.reach.actor(roles=PLANNING, division_code=session.division_id)
    try:
        lane = request.POST.get("green_lane") == "1"
        operations.book(session, _person(about.subject), green_lane=lane, by=by, at=request.at)
    except EntryRefused as refused:
        messages.error(request, why_refused(refused))
    else:
        messages.success(request, _("已约上：%(name)s。") % {"name": about.name})
    return HttpResponseRedirect(reverse("health:session", args=[pk]))


def unbook(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Somebody does not come: the place is free again."""
    rows = counting(Entry.objects.filter(kind="booking"))
    booking = get_reachable_or_404(rows, reach=request.reach, roles=PLANNING, path="division_id", pk=pk)
    by = request.reach.actor(roles=PLANNING, division_code=booking.division_id)
    try:
        withdraw_entry(booking, reason=_("不来了"), by=by, at=request.at)
    except EntryRefused as refused:
        messages.error(request, why_refused(refused))
    return HttpResponseRedirect(reverse("health:session", args=[booking.payload["session"]]))


def worker_dose(request: LinliRequest, pk: int) -> HttpResponse:
    """What came of the offer to one worker."""
    rows = Worker.objects.filter(in_force(request.day), division__level=VILLAGE).select_related("division")
    worker = get_reachable_or_404(rows, reach=request.reach, roles=PLANNING, path="division_id", pk=pk)
    form = EntryForm(
        kind_of("worker_vaccination"), request.POST if request.method == "POST" else None, initial={"dose": 1}
    )
    del form.fields["worker"]
    code = worker.division_id
    if form.is_valid():
        by = request.reach.actor(roles=PLANNING, division_code=code)
        payload = form.payload | {"worker": str(worker.pk)}
        draft = Draft(kind="worker_vaccination", subject=worker.division, happened_at=request.at, payload=payload)
        try:
            record_entry(draft, by=by, at=request.at)
        except (EntryRefused, PayloadRefused) as refused:
            form.add_error(None, why_refused(refused) if isinstance(refused, EntryRefused) else str(refused))
        else:
            messages.success(request, _("已登记：%(name)s。") % {"name": worker.name})
            return HttpResponseRedirect(f"{reverse('health:vaccination')}?community={code}")
    asked = asked_at(code, kind="vaccination", day=request.day)
    context = {
        "heading": _("%(name)s的接种") % {"name": worker.name},
        "about": _("工作人员可以先打；打不打由本人决定。"),
        "clauses": clauses_of(tuple(norm for norm in asked.norms if norm.action == "worker_vaccination")),
        "form": form,
        "button": _("记下"),
        "back": f"{reverse('health:vaccination')}?community={code}",
    }
    return render(request, "health/form.html", context)


def _person(subject: object) -> Resident:
    if not isinstance(subject, Resident):
        raise Http404
    return subject


def _community_or_404(request: LinliRequest, code: str) -> Division:
    rows = Division.objects.filter(level=VILLAGE)
    return get_reachable_or_404(rows, reach=request.reach, roles=PLANNING, path="code", code=code)
