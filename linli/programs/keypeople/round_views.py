"""Pages of rounds: opening one, seeing how far it is building by building, ending it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.models import Division
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.keypeople import operations
from linli.programs.keypeople.forms import RoundForm, WhyForm, show_refusal
from linli.programs.keypeople.permissions import OPENING_ROUNDS, REGISTERING, SEEING_ROUNDS
from linli.programs.keypeople.places import communities_for, community_or_404
from linli.programs.keypeople.rounds import CLAUSE, SWEEP, Round, progress_of, rounds_in
from linli.records.kinds import kind_of
from linli.records.models import Entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.queries import counting
from linli.records.registers import visible_groups

_A_WEEK = timedelta(days=6)


def rounds(request: LinliRequest) -> HttpResponse:
    """The rounds of our communities: those that are open, those to come, those that are over."""
    names = {one.code: one.name for one in communities_for(request, SEEING_ROUNDS)}
    groups = visible_groups(request.reach.roles)
    found = [one for one in rounds_in(list(names), day=request.day) if not one.group or one.group in groups]
    context = {
        "open": [(one, names[one.division], _sum(one, request)) for one in found if one.holds(request.day)],
        "coming": [(one, names[one.division]) for one in found if one.from_day > request.day],
        "over": [(one, names[one.division]) for one in found if one.to_day <= request.day],
        "may_open": bool(request.reach.roles & OPENING_ROUNDS),
        "several": len(names) > 1,
        "clause": CLAUSE,
    }
    return render(request, "keypeople/rounds.html", context)


def open_round(request: LinliRequest) -> HttpResponse:
    """Open a round in one community."""
    division, choices = community_or_404(request, OPENING_ROUNDS)
    form = RoundForm(
        _posted(request),
        groups=visible_groups(request.reach.roles),
        initial={"from_day": request.day, "last_day": request.day + _A_WEEK},
    )
    if request.method == "POST" and form.is_valid():
        by = request.reach.actor(roles=OPENING_ROUNDS, division_code=division.code)
        try:
            done = operations.open_round(division, kind=SWEEP, clause=CLAUSE, by=by, at=request.at, **form.said)
        except (EntryRefused, PayloadRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("这一轮已经开始，每户列在责任人的清单上。"))
            return HttpResponseRedirect(reverse("keypeople:round", args=[done.entry.pk]))
    context = {"form": form, "division": division, "choices": choices, "clause": CLAUSE, "kind": kind_of(SWEEP)}
    return render(request, "keypeople/round_form.html", context, status=400 if form.errors else 200)


def round(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One round: how far it is in each building, and which doors are left."""
    found, division = _round_or_404(request, pk, SEEING_ROUNDS)
    progress = progress_of(found, day=request.day)
    context = {
        "round": found,
        "division": division,
        "progress": progress,
        "total": sum(one.total for one in progress),
        "done": sum(one.done for one in progress),
        "newcomers": sum(one.newcomers for one in progress),
        "is_open": found.holds(request.day),
        "may_end": found.to_day > request.day and request.reach.covers(found.division, roles=OPENING_ROUNDS),
        "may_write": request.reach.covers(found.division, roles=REGISTERING),
        "kind": kind_of(found.kind),
        "back": reverse("keypeople:round", args=[pk]),
    }
    return render(request, "keypeople/round.html", context)


def end_round(request: LinliRequest, pk: UUID) -> HttpResponse:
    """End a round before its time."""
    found, division = _round_or_404(request, pk, OPENING_ROUNDS)
    if found.to_day <= request.day:
        raise Http404
    form = WhyForm(_posted(request), help_text=_("明天起不再列在清单上；已经摸到的仍留在记录里。"))
    if request.method == "POST" and form.is_valid():
        by = request.reach.actor(roles=OPENING_ROUNDS, division_code=division.code)
        try:
            operations.end_round(Entry.objects.get(pk=pk), why=form.cleaned_data["why"], by=by, at=request.at)
        except (EntryRefused, PayloadRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("这一轮到今天为止。"))
            return HttpResponseRedirect(reverse("keypeople:round", args=[pk]))
    context = {
        "form": form,
        "heading": _("提前结束这一轮"),
        "about": f"{division.name} · {found.purpose}",
        "button": _("结束"),
        "back": reverse("keypeople:round", args=[pk]),
    }
    return render(request, "keypeople/why.html", context, status=400 if form.errors else 200)


def _sum(one: Round, request: LinliRequest) -> tuple[int, int]:
    progress = progress_of(one, day=request.day)
    return sum(each.done for each in progress), sum(each.total for each in progress)


def _round_or_404(request: LinliRequest, pk: UUID, roles: frozenset[Role]) -> tuple[Round, Division]:
    entry = counting(Entry.objects.filter(kind="round")).filter(pk=pk).select_related("division").first()
    if entry is None or not request.reach.covers(entry.division_id, roles=roles):
        raise Http404
    found = next((one for one in rounds_in([entry.division_id], day=max(entry.day, request.day)) if one.id == pk), None)
    if found is None or (found.group and found.group not in visible_groups(request.reach.roles)):
        raise Http404
    return found, entry.division


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None
