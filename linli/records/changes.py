"""Pages that write: one form for every kind of entry, its correction, and taking it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linli.community.models import GridUnit, Household, Resident
from linli.community.permissions import SEEING_GRID
from linli.community.request import LinliRequest
from linli.records import operations
from linli.records.forms import EntryForm, HowForm, ReasonForm, WhenForm, WithdrawForm, hand_kept, usual_channel
from linli.records.kinds import Kind, UnknownKind, kind_of
from linli.records.models import Entry
from linli.records.operations import Draft, Recorded
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.queries import enrolled, one_person
from linli.records.saying import Line, payload_said
from linli.records.sight import Found, entry_or_404, find_or_404, may_change
from linli.records.timeline import enrolments_about, reasons_on_lists, told
from linli.records.wording import why_refused
from linli.trail.actor import Actor


def new(request: LinliRequest, kind: str, subject: str, id: str) -> HttpResponse:
    """Write down an entry of any kind about a subject within reach. The same form sent twice is stored once."""
    declared = open_kind_or_404(kind)
    if declared.subject != subject:
        raise Http404
    about = find_or_404(request.reach, subject, id, roles=declared.roles, day=request.day)
    groups = _groups(declared, about, request)
    how = HowForm(_posted(request), today=request.day, initial={"channel": usual_channel(about.sight.roles)})
    data = _usual_data(declared, request.POST) if "usual" in request.POST else _posted(request)
    form = EntryForm(declared, data, groups=groups, initial=_asked(declared, request.GET))
    taken = None
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        try:
            return _stored(request, declared, about, _record(request, declared, about, form, how))
        except (EntryRefused, PayloadRefused) as refused:
            taken = _taken(refused, about, how)
            if taken is None:
                _show(refused, form, how)
    context = {
        "about": about,
        "kind": declared,
        "form": form,
        "how": how,
        "reasons": reasons_on_lists(about.person, sight=about.sight, day=request.day),
        "usual": usual_said(declared),
        "taken": taken,
        "back": back_of(request),
    }
    status = 400 if taken or form.errors or how.errors else 200
    return render(request, "records/new.html", context, status=status)


def correct(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Say it right: the form as it was filled, and the reason. What was said before stays readable."""
    wrong, about = changeable_or_404(request, pk)
    declared = kind_of(wrong.kind)
    if declared.own_door:
        # Its program decides what it may say; a wrong one is taken back and made anew through that door.
        raise Http404
    local = timezone.localtime(wrong.happened_at)
    when = {"day": local.date(), "time": local.time().replace(second=0, microsecond=0)}
    how = ReasonForm(_posted(request), today=request.day, initial=when)
    # What was not said then is empty, and not as usual.
    before = {one.id: wrong.payload.get(one.id) for one in declared.fields}
    groups = _groups(declared, about, request, stands=wrong)
    form = EntryForm(declared, _posted(request), groups=groups, initial=before)
    if request.method == "POST" and all([form.is_valid(), how.is_valid()]):
        moved = how.happened_at
        same = moved is None or moved == local.replace(second=0, microsecond=0)
        try:
            done = operations.correct_entry(
                wrong,
                payload=form.payload,
                reason=how.cleaned_data["reason"],
                happened_at=None if same else moved,
                id=how.cleaned_data["id"],
                by=_by(request, declared, about),
                at=request.at,
            )
        except (EntryRefused, PayloadRefused) as refused:
            _show(refused, form, how)
        else:
            messages.success(request, _("已更正。原来那一条仍可查看。") if done.is_new else _("这次更正已经存过了。"))
            return HttpResponseRedirect(back_of(request) or reverse("records:entry", args=[done.entry.pk]))
    context = {"about": about, "kind": declared, "form": form, "how": how, "entry": wrong, "back": back_of(request)}
    return render(request, "records/correct.html", context, status=400 if form.errors or how.errors else 200)


def withdraw(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Take back an entry that should not have been made."""
    wrong, about = changeable_or_404(request, pk)
    declared = kind_of(wrong.kind)
    form = WithdrawForm(_posted(request), prefix="how")
    if request.method == "POST" and form.is_valid():
        try:
            done = operations.withdraw_entry(
                wrong,
                reason=form.cleaned_data["reason"],
                id=form.cleaned_data["id"],
                by=_by(request, declared, about),
                at=request.at,
            )
        except EntryRefused as refused:
            form.add_error(None, why_refused(refused))
        else:
            messages.success(request, _("已撤回，不再算数。原来那一条仍可查看。"))
            return HttpResponseRedirect(back_of(request) or reverse("records:entry", args=[done.entry.pk]))
    context = {
        "about": about,
        "kind": declared,
        "form": form,
        "entry": wrong,
        "lines": payload_said(wrong.kind, wrong.payload),
        "back": back_of(request),
    }
    return render(request, "records/withdraw.html", context, status=400 if form.errors else 200)


# ---- who may -------------------------------------------------------------------------------------------------------
def open_kind_or_404(kind: str) -> Kind:
    """The kind, if it is written on the common form.

    Raises: Http404.
    """
    try:
        declared = kind_of(kind)
    except UnknownKind:
        raise Http404 from None
    if declared.own_door:
        raise Http404
    return declared


def changeable_or_404(request: LinliRequest, pk: UUID) -> tuple[Entry, Found]:
    """An entry that may be put right by the one who asks.

    Raises: Http404.
    """
    entry, about = entry_or_404(request.reach, pk, roles=SEEING_GRID, day=request.day)
    is_seen = told([entry], sight=about.sight, enrolments=enrolments_about(entry))
    if not is_seen or not may_change(entry, about, reach=request.reach, day=request.day):
        raise Http404
    return entry, about


def back_of(request: LinliRequest) -> str:
    """The address within this site from which one came; empty for none."""
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours and address.startswith("/") else ""


# ---- what is said --------------------------------------------------------------------------------------------------
def usual_said(kind: Kind) -> list[Line]:
    """What one tap says when all is as usual; empty where a field that must be filled has no usual value."""
    usual = kind.usual
    needed = [one.id for one in kind.fields if one.required and one.type != "reference"]
    return payload_said(kind.id, usual) if usual and all(id in usual for id in needed) else []


def _usual_data(kind: Kind, posted: QueryDict) -> Mapping[str, Any]:
    given = {one.id: posted[one.id] for one in kind.fields if one.type == "reference" and one.id in posted}
    return {**given, **kind.usual} if usual_said(kind) else posted


def _asked(kind: Kind, query: QueryDict) -> dict[str, Any]:
    """First values from the address: of fields of the kind, and nothing else."""
    found: dict[str, Any] = {}
    for one in kind.fields:
        if one.id in query:
            found[one.id] = query.getlist(one.id) if one.type == "choices" else query[one.id]
    return found


def _groups(kind: Kind, about: Found, request: LinliRequest, *, stands: Entry | None = None) -> list[str]:
    """The registers that may be chosen: kept by hand, and seen by the one who asks. To end: those the person is on."""
    if not any(one.type == "register" for one in kind.fields) or about.person is None:
        return []
    groups = hand_kept(about.sight.groups)
    if kind.id == "enrolment_end" and stands is None:
        rows = enrolled(groups, day=request.day).filter(resident__in=one_person(about.person.pk))
        standing = set(rows.values_list("group", flat=True))
        return [group for group in groups if group in standing]
    return groups


def _record(request: LinliRequest, kind: Kind, about: Found, form: EntryForm, how: HowForm) -> Recorded:
    """Raises: EntryRefused; PayloadRefused."""
    by = _by(request, kind, about)
    draft = Draft(
        kind=kind.id,
        subject=about.subject,
        happened_at=how.happened_at or request.at,
        payload=form.payload,
        channel=how.cleaned_data["channel"],
        id=how.cleaned_data["id"],
    )
    known = _already(draft, about, by=by.id, said_when=how.happened_at is not None)
    if known is not None:
        return Recorded(entry=known, is_new=False)
    try:
        return operations.record_entry(draft, by=by, at=request.at)
    except IntegrityError:
        # The same form, sent twice at the same moment: the other one was stored in between.
        known = _already(draft, about, by=by.id, said_when=how.happened_at is not None)
        if known is None:
            raise
        return Recorded(entry=known, is_new=False)


def _already(draft: Draft, about: Found, *, by: str, said_when: bool) -> Entry | None:
    """The entry that this form has made before, if it has; "now" was a moment earlier then."""
    known = Entry.objects.filter(pk=draft.id, kind=draft.kind, by=by).first()
    if known is None or not about.is_of(known) or known.payload != draft.payload:
        return None
    return known if not said_when or known.happened_at == draft.happened_at else None


def _taken(refused: EntryRefused | PayloadRefused, about: Found, how: WhenForm) -> Entry | None:
    """The entry that this form has made before with other content; the form gets a new number for one more."""
    if not isinstance(refused, EntryRefused) or refused.code != "id_taken":
        return None
    known = Entry.objects.filter(pk=how.cleaned_data["id"]).first()
    how.renew()
    return known if known is not None and about.is_of(known) else None


def _show(refused: EntryRefused | PayloadRefused, form: EntryForm, how: WhenForm) -> None:
    """Put what is wrong beside the field it is about, or above the form."""
    if isinstance(refused, PayloadRefused):
        for id, errors in refused.errors.items():
            for error in errors:
                form.add_error(id if id in form.fields else None, error)
    elif refused.field == "happened_at":
        how.add_error("time", why_refused(refused))
    elif refused.field == "reason":
        how.add_error("reason", why_refused(refused))
    else:
        form.add_error(refused.field if refused.field in form.fields else None, why_refused(refused))


def _stored(request: LinliRequest, kind: Kind, about: Found, done: Recorded) -> HttpResponse:
    said = {"kind": kind.say, "name": about.name}
    if not done.is_new:
        messages.info(request, _("这一条刚才已经登记过，没有重复存：%(kind)s，%(name)s。") % said)
    elif done.entry.is_abnormal:
        messages.warning(request, _("已登记，有异常，会提示社区医生：%(kind)s，%(name)s。") % said)
    else:
        messages.success(request, _("已登记：%(kind)s，%(name)s。") % said)
    return HttpResponseRedirect(back_of(request) or page_of(about))


def page_of(about: Found) -> str:
    """The page of a subject."""
    match about.subject:
        case Resident():
            return reverse("records:person", args=[about.subject.pk])
        case Household():
            return reverse("grid:household", args=[about.subject.pk])
        case GridUnit():
            return reverse("grid:unit", args=[about.subject.pk])
    return reverse("grid:community", args=[about.division.code])


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _by(request: LinliRequest, kind: Kind, about: Found) -> Actor:
    return request.reach.actor(roles=about.sight.roles & kind.roles, division_code=about.division.code)
