"""Pages to read: a person with the timeline, one entry. Opening either is written to the trail."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.community.identity import masked_phone
from linli.community.models import Resident
from linli.community.permissions import SEEING_GRID, SEEING_PHONES
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.records.kinds import Kind, all_kinds, own_door
from linli.records.models import Entry
from linli.records.sight import Found, entry_or_404, find_or_404, may_change
from linli.records.timeline import (
    enrolments_about,
    member_said,
    reasons_on_lists,
    timeline_of,
    told,
)
from linli.trail.operations import record_act


def person(request: LinliRequest, pk: UUID) -> HttpResponse:
    """What is known of one person: registers, entries, who looked, and what can be written down next."""
    return render(request, "records/person.html", person_context(request, pk))


def person_context(request: LinliRequest, pk: UUID) -> dict[str, Any]:
    """The context of a person's page, for this app's and for those above that extend its template. Writes the trail.

    Raises: Http404.
    """
    about = find_or_404(request.reach, "person", pk, roles=SEEING_GRID, day=request.day)
    resident = about.subject
    assert isinstance(resident, Resident)
    _note_seen("resident.seen", request, about)
    return {
        "about": about,
        "resident": resident,
        "phone": resident.phone if about.sight.roles & SEEING_PHONES else masked_phone(resident.phone),
        "age": _age(resident.birth_day, request.day),
        "reasons": reasons_on_lists(about.person, sight=about.sight, day=request.day),
        "timeline": timeline_of(resident, sight=about.sight, day=request.day),
        "kinds": open_kinds("person", about.sight.roles),
        "here": request.get_full_path(),
        "day": request.day,
    }


def entry(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One entry: what was said, by whom, its three times, what it puts right or what put it right."""
    found, about = entry_or_404(request.reach, pk, roles=SEEING_GRID, day=request.day)
    enrolments = enrolments_about(found)
    shown = told(_chain(found), sight=about.sight, enrolments=enrolments)
    if found.pk not in {version.entry.pk for one in shown for version in (one, *one.earlier)}:
        raise Http404
    _note_seen("entry.seen", request, about, entry=str(found.pk))
    newest, seen = shown[0], [row for row in enrolments if row.group in about.sight.groups]
    context = {
        "about": about,
        "told": newest,
        "opened": found,
        "is_newest": newest.entry.pk == found.pk,
        "begun": [member_said(row) for row in seen if row.begun_by_id == newest.entry.pk],
        "ended": [member_said(row) for row in seen if row.ended_by_id == newest.entry.pk],
        "may_change": may_change(newest.entry, about, reach=request.reach, day=request.day),
        "may_correct": not own_door(newest.entry.kind),
        "reasons": reasons_on_lists(about.person, sight=about.sight, day=request.day),
    }
    return render(request, "records/entry.html", context)


def open_kinds(subject: str, roles: Iterable[Role]) -> list[Kind]:
    """The kinds of entries that can be begun from the page of a subject: those that need nothing from elsewhere."""
    held = frozenset(roles)
    return [
        kind
        for kind in all_kinds().values()
        if kind.subject == subject
        and not kind.own_door
        and kind.roles & held
        and kind.id != "enrolment_end"
        and not any(one.required and one.type == "reference" for one in kind.fields)
    ]


def _chain(entry: Entry) -> list[Entry]:
    """The entry with those it puts right and those that put it right, the newest first."""
    chain = [entry]
    while (newer := Entry.objects.select_related("corrects").filter(corrects=chain[0]).first()) is not None:
        chain.insert(0, newer)
    while chain[-1].corrects is not None:
        chain.append(chain[-1].corrects)
    return chain


def _age(born: date | None, day: date) -> int | None:
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _note_seen(action: str, request: LinliRequest, about: Found, **detail: Any) -> None:
    kind = "resident" if about.person is not None else "household" if about.household is not None else "place"
    _note_read(
        action,
        request,
        roles=about.sight.roles,
        object_type=kind,
        object_id=about.subject.pk,
        division_code=about.division.code,
        detail=detail,
    )


def _note_read(
    action: str, request: LinliRequest, *, roles: Iterable[Role], division_code: str = "", **what: Any
) -> None:
    by = request.reach.actor(roles=roles, division_code=division_code)
    record_act(action, by=by, at=request.at, division_code=division_code, **what)
