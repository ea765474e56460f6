"""Pages that start, change and end an observation: the policy's answer first, then one form and one operation."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.models import Resident
from linli.community.request import LinliRequest
from linli.programs.observation import operations, queries
from linli.programs.observation.course import CENTRAL, EXEMPT, HOME, STARTS
from linli.programs.observation.forms import ASKED, ReleaseForm, StartForm, StepForm
from linli.programs.observation.grounds import COMMUNITY
from linli.programs.observation.operations import NoGround
from linli.programs.observation.permissions import DECIDING
from linli.programs.observation.queries import Status
from linli.programs.observation.shown import Verdict, norms_shown, verdict_of, verdicts_for
from linli.programs.observation.views import opened, steps_now
from linli.records.changes import back_of
from linli.records.forms import WhenForm
from linli.records.kinds import kind_of
from linli.records.program import EntryRefused
from linli.records.sight import Found
from linli.trail.actor import Actor


def start(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Begin an observation. What the policy says of it stands above the form, before anything is decided."""
    about, status = opened(request, pk, roles=DECIDING)
    counted = queries.counted_from(status)
    verdicts = verdicts_for(status, counts_from=counted, visible=about.sight.groups)
    if any(one.end is not None and one.end <= request.day for one in verdicts):
        # What made them observable lies too far back to count from.
        counted = request.day
        verdicts = verdicts_for(status, counts_from=counted, visible=about.sight.groups)
    lawful = [one for one in verdicts if one.ground.is_lawful]
    needs_until = any(one.ground.is_lawful and one.ground.period_days is None for one in verdicts)
    initial = {
        "place": (lawful or verdicts)[0].place,
        "exposed_on": counted if counted != request.day else None,
        "reason": queries.reason_of(status),
        "decided_by": COMMUNITY,
    }
    form = StartForm(_posted(request), needs_until=needs_until, initial=initial)
    how = WhenForm(_posted(request), today=request.day)
    refused: Verdict | None = None
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        data = form.cleaned_data
        try:
            operations.start_observation(
                _resident(about),
                place=data["place"],
                reason=data["reason"],
                exposed_on=data["exposed_on"],
                until=data.get("until"),
                consent=data["consent"],
                decided_by=data["decided_by"],
                happened_at=how.happened_at,
                id=how.cleaned_data["id"],
                by=_by(request, about),
                at=request.at,
            )
        except EntryRefused as problem:
            form.refuse(problem)
            refused = _refused(problem, about, place=data["place"], day=request.day)
        else:
            messages.success(request, _("医学观察已开始。每天的监测已经列入任务。"))
            return _back(request, about)
    context = {
        "about": about,
        "status": status,
        "form": form,
        "how": how,
        "verdicts": [refused] if refused else verdicts,
        "is_exempt": any(one.ground.is_exempt for one in verdicts),
        "may_start": any(one.may_be for one in verdicts),
        "day": request.day,
        "back": back_of(request),
    }
    return render(request, "observation/start.html", context, status=400 if form.errors or how.errors else 200)


def step(request: LinliRequest, pk: UUID, step: str) -> HttpResponse:
    """Take one step: a move, an extension, a new count, to hospital and back, an exemption."""
    about, status = opened(request, pk, roles=DECIDING)
    if step not in ASKED or step in STARTS:
        raise Http404
    words = dict(next(one for one in kind_of("observation_step").fields if one.id == "step").choices)
    form = StepForm(_posted(request), step=step, initial={"decided_by": COMMUNITY})
    how = WhenForm(_posted(request), today=request.day)
    refused: Verdict | None = None
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        data = form.cleaned_data
        try:
            operations.take_step(
                _resident(about),
                step=step,
                reason=data["reason"],
                exposed_on=data.get("exposed_on"),
                until=data.get("until"),
                consent=bool(data.get("consent")),
                decided_by=data.get("decided_by") or COMMUNITY,
                happened_at=how.happened_at,
                id=how.cleaned_data["id"],
                by=_by(request, about),
                at=request.at,
            )
        except EntryRefused as problem:
            form.refuse(problem)
            refused = _refused(problem, about, place=_place(step, status), day=request.day)
        else:
            messages.success(request, _("已记下：%(step)s。") % {"step": words[step]})
            return _back(request, about)
    context = {
        "about": about,
        "status": status,
        "title": words[step],
        "form": form,
        "how": how,
        "verdicts": [refused or one for one in [_asked(status, step, about)] if refused or one],
        "is_possible": step in {name for name, _words in steps_now(status)},
        "day": request.day,
        "back": back_of(request),
    }
    return render(request, "observation/step.html", context, status=400 if form.errors or how.errors else 200)


def release(request: LinliRequest, pk: UUID) -> HttpResponse:
    """End an observation: on its day, later, or earlier with a ground."""
    about, status = opened(request, pk, roles=DECIDING)
    course = status.course
    if course is None or status.end is None:
        raise Http404
    is_early = request.day < course.stated_end
    initial = {
        "released_on": min(status.end, request.day),
        "early_reason": "BASIS_ENDED" if status.ended_early and status.is_over else None,
    }
    form = ReleaseForm(_posted(request), is_early=is_early, initial=initial)
    how = WhenForm(_posted(request), today=request.day)
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        data = form.cleaned_data
        try:
            operations.release(
                _resident(about),
                released_on=data["released_on"],
                early_reason=data.get("early_reason") or "",
                reason=data["reason"],
                notice_number=data["notice_number"],
                happened_at=how.happened_at,
                id=how.cleaned_data["id"],
                by=_by(request, about),
                at=request.at,
            )
        except EntryRefused as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("已解除。请打印通知书送到本人手里，并回访。"))
            return _back(request, about)
    norms = (*queries.notice_norms_for(status), *str(course.timed_by.payload.get("norms", "")).split())
    context = {
        "about": about,
        "status": status,
        "course": course,
        "is_early": is_early,
        "form": form,
        "how": how,
        "norms": norms_shown(dict.fromkeys(norms), visible=about.sight.groups),
        "day": request.day,
        "back": back_of(request),
    }
    return render(request, "observation/release.html", context, status=400 if form.errors or how.errors else 200)


def _asked(status: Status, step: str, about: Found) -> Verdict | None:
    """What the policy says of a step, where it is asked at all."""
    if step == "TO_HOSPITAL" or (not status.is_under and step != EXEMPT):
        return None
    ground = operations.ground_of_step(status, step=step)
    counts_from = status.course.counts_from if status.course and status.is_under else status.day
    return verdict_of(ground, place=_place(step, status), counts_from=counts_from, visible=about.sight.groups)


def _place(step: str, status: Status) -> str:
    return (
        CENTRAL if step in ("TO_CENTRAL", "RETURN_CENTRAL") else HOME if step.endswith("HOME") else status.place or HOME
    )


def _refused(problem: EntryRefused, about: Found, *, place: str, day: date) -> Verdict | None:
    if not isinstance(problem, NoGround):
        return None
    return verdict_of(problem.ground, place=place, counts_from=day, visible=about.sight.groups)


def _resident(about: Found) -> Resident:
    assert isinstance(about.subject, Resident)
    return about.subject


def _by(request: LinliRequest, about: Found) -> Actor:
    return request.reach.actor(roles=DECIDING, division_code=about.division.code)


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _back(request: LinliRequest, about: Found) -> HttpResponse:
    return HttpResponseRedirect(back_of(request) or reverse("observation:person", args=[about.subject.pk]))
