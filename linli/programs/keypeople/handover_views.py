"""Pages of handovers: what we gave away, what comes to us, the answers; and the people whom nobody has.

The receiving side lives elsewhere and sees of a person what it needs to decide, from the handover until the answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.community.codes import VILLAGE
from linli.community.identity import masked_phone
from linli.community.models import Division, Resident
from linli.community.permissions import SEEING_PHONES
from linli.community.queries import deployment
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.keypeople import operations
from linli.programs.keypeople.forms import OUTSIDE, HandoverForm, LodgingForm, WhyForm, show_refusal
from linli.programs.keypeople.handovers import CLAUSE, Handover, handovers_of, handovers_since
from linli.programs.keypeople.lost import FOLLOWED, lost_in
from linli.programs.keypeople.operations import Lodging
from linli.programs.keypeople.permissions import HANDING_OVER, SEEING_HANDOVERS, SEEING_LOST
from linli.programs.keypeople.places import home_in, units_of
from linli.programs.keypeople.queries import Arrived, arrived, find_people, last_homes
from linli.records.changes import back_of
from linli.records.kinds import kind_of
from linli.records.models import Enrolment, Entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.queries import counting, enrolled
from linli.records.registers import visible_groups
from linli.records.saying import register_said
from linli.records.sight import reach_for
from linli.records.timeline import member_said
from linli.trail.operations import record_act

_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A handover as one line: the name only for those who may know it, and what one may do."""

    handover: Handover
    name: str
    from_name: str
    to_name: str
    is_ours_to_answer: bool
    is_late: bool
    opens: bool


# ---- lists ---------------------------------------------------------------------------------------------------------
def handovers(request: LinliRequest) -> HttpResponse:
    """What waits for us, what we wait for, what is late, and what was answered of late."""
    areas = request.reach.divisions(SEEING_HANDOVERS)
    lines = _lines(handovers_since(request.day - _SHOWN_FOR, areas=areas), request)
    waiting = [one for one in lines if one.handover.is_open]
    late = [one for one in waiting if one.is_late]
    context = {
        "late": late,
        "inbox": [one for one in waiting if one.is_ours_to_answer and not one.is_late],
        "outbox": [one for one in waiting if not one.is_ours_to_answer and not one.is_late],
        "answered": [one for one in lines if one.handover.answer is not None][::-1],
        "lost": len(_lost(request)) if request.reach.roles & SEEING_LOST else None,
        "may_hand_over": bool(request.reach.roles & HANDING_OVER),
        "clause": CLAUSE,
        "at": request.at,
    }
    _note(request, "residents.listed", detail={"list": "handovers", "found": len(lines)})
    return render(request, "keypeople/handovers.html", context)


def lost(request: LinliRequest) -> HttpResponse:
    """People whom nobody has: every one with why, since when, and what to do."""
    found = _lost(request)
    names = _names({one.division for one in found})
    context = {
        "lost": [
            (one, names.get(one.division, one.division), [register_said(group) for group in one.groups], self_reach)
            for one in found
            for self_reach in [request.reach.covers(one.division, roles=SEEING_LOST)]
        ],
        "clause": CLAUSE,
        "day": request.day,
    }
    _note(request, "residents.listed", detail={"list": "lost", "found": len(found)})
    return render(request, "keypeople/lost.html", context)


# ---- handing over --------------------------------------------------------------------------------------------------
def whom(request: LinliRequest) -> HttpResponse:
    """Whom to hand over: found by name or phone, which are sent in the body."""
    text = request.POST.get("q", "").strip()[:40]
    people = find_people(text, reach=reach_for(request.reach, HANDING_OVER, day=request.day))
    homes = last_homes([one.pk for one in people], day=request.day)
    if text:
        _note(request, "residents.searched", detail={"found": len(people)})
    context = {"text": text, "people": [(one, homes.get(one.pk)) for one in people]}
    return render(request, "keypeople/whom.html", context)


def hand_over(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Ask another community, or a place outside the county, to take somebody over."""
    resident = reach_for(request.reach, HANDING_OVER, day=request.day).residents().filter(pk=pk).first()
    if resident is None:
        raise Http404
    row = last_homes([resident.pk], day=request.day)[resident.pk]
    code = row.household.unit.division_id if row.household is not None else str(row.division_id)
    form = HandoverForm(_posted(request), communities=_others(code))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = operations.hand_over(
                resident,
                to=None if data["to"] == OUTSIDE else Division.objects.get(code=data["to"]),
                to_place=data["to_place"],
                address=data["address"],
                reason=data["reason"],
                summary=_summary_kept(resident, request),
                by=request.reach.actor(roles=HANDING_OVER, division_code=code),
                at=request.at,
            )
        except (EntryRefused, PayloadRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("已发出。对方确认以前，%(name)s仍由我们负责。") % {"name": resident.name})
            return HttpResponseRedirect(back_of(request) or reverse("keypeople:handover", args=[done.entry.pk]))
    _note(request, "resident.read", resident=resident.pk, division_code=code)
    context = {"form": form, "resident": resident, "home": row, "open": _summary(resident, request), "clause": CLAUSE}
    return render(request, "keypeople/hand_over.html", context, status=400 if form.errors else 200)


def handover(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One handover: of whom, with what is open, and the answer or the ways to answer."""
    found = _handover_or_404(request, pk)
    resident = Resident.objects.get(pk=found.resident)
    names = _names({found.from_division, found.to_division})
    sees = found.is_open or _has_now(resident, request)
    both = (found.from_division, found.to_division)
    sees_phone = any(code and request.reach.covers(code, roles=SEEING_PHONES) for code in both)
    may_see = visible_groups(_roles_over(request, found)) if sees else ()
    _note(request, "resident.read", resident=resident.pk, division_code=_ours(found, request))
    rows = enrolled(may_see, day=request.day).select_related("begun_by")
    context = {
        "handover": found,
        "resident": resident,
        "sees": sees,
        "phone": resident.phone if sees_phone else masked_phone(resident.phone),
        "on": [member_said(row) for row in rows.filter(resident=resident).order_by("group")],
        "arrived": next(iter(arrived([resident.pk], day=request.day)), None) if sees else None,
        "reason": dict(_choices("handover", "reason")).get(found.reason, ""),
        "from_name": names.get(found.from_division, found.from_division),
        "to_name": names.get(found.to_division, found.to_place),
        "may_answer": found.is_open and request.reach.covers(found.answering_division, roles=HANDING_OVER),
        "may_take_back": found.is_open and request.reach.covers(found.from_division, roles=HANDING_OVER),
        "is_late": found.is_late(request.at),
        "is_with_us": _has_now(resident, request),
        "clause": CLAUSE,
        "at": request.at,
    }
    return render(request, "keypeople/handover.html", context)


def accept(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Take somebody over: into a household of ours, or our community while none is known."""
    found = _answerable_or_404(request, pk, leaves_county=False)
    division = Division.objects.get(code=found.to_division)
    form = LodgingForm(_posted(request), units=units_of(division, request))

    def do() -> str:
        data = form.cleaned_data
        home = home_in(division, unit=data["unit"], label=data["label"], request=request)
        by = request.reach.actor(roles=HANDING_OVER, division_code=division.code)
        operations.receive(found, lodging=Lodging(home=home, kind=data["kind"]), by=by, at=request.at)
        return _("已接收：从今天起由我们负责，没有办完的事一并转来。")

    heading, button = _("接收"), _("接收，由我们负责")
    return _answer(request, found, form, do, heading=heading, button=button, more={"division": division})


def send_back(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Say no, with the reason."""
    found = _answerable_or_404(request, pk, leaves_county=None)
    form = WhyForm(_posted(request), label=_("为什么退回"), help_text=_("例如：没有这个人来；地址不在本村（社区）。"))

    def do() -> str:
        by = request.reach.actor(roles=HANDING_OVER, division_code=found.answering_division)
        operations.send_back(found, why=form.cleaned_data["why"], by=by, at=request.at)
        return _("已退回：仍由原来的村（社区）负责。")

    return _answer(request, found, form, do, heading=_("退回"), button=_("退回"))


def acknowledge(request: LinliRequest, pk: UUID) -> HttpResponse:
    """A place outside the county has said by phone that it has the person."""
    found = _answerable_or_404(request, pk, leaves_county=True)
    form = WhyForm(
        _posted(request),
        label=_("对方谁确认的"),
        help_text=_("写明单位、姓名和时间，例如：上海市花木街道 张主任 6月10日9时。"),
    )

    def do() -> str:
        by = request.reach.actor(roles=HANDING_OVER, division_code=found.from_division)
        operations.acknowledge_outside(found, acknowledged_by=form.cleaned_data["why"], by=by, at=request.at)
        return _("已记下对方的确认：从今天起不再由我们负责。")

    heading, button = _("对方已经接到人"), _("记下确认")
    return _answer(request, found, form, do, heading=heading, button=button)


def take_back(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Withdraw a handover that nobody has answered yet."""
    found = _handover_or_404(request, pk)
    if not found.is_open or not request.reach.covers(found.from_division, roles=HANDING_OVER):
        raise Http404
    form = WhyForm(_posted(request), label=_("为什么撤回"))

    def do() -> str:
        by = request.reach.actor(roles=HANDING_OVER, division_code=found.from_division)
        operations.take_back(found, reason=form.cleaned_data["why"], by=by, at=request.at)
        return _("已撤回：仍由我们负责。")

    return _answer(request, found, form, do, heading=_("撤回移交"), button=_("撤回"), gone=True)


# ---- what they share -----------------------------------------------------------------------------------------------
def _answer(
    request: LinliRequest,
    found: Handover,
    form: Form,
    do: Callable[[], str],
    *,
    heading: str,
    button: str,
    more: dict[str, Any] | None = None,
    gone: bool = False,
) -> HttpResponse:
    """Do it if the form was sent and is complete, and go on; else show the form and what is wrong."""
    page = reverse("keypeople:handover", args=[found.id])
    if request.method == "POST" and form.is_valid():
        try:
            said = do()
        except (EntryRefused, PayloadRefused, GridRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(back_of(request) or (reverse("keypeople:handovers") if gone else page))
    resident = Resident.objects.get(pk=found.resident)
    names = _names({found.from_division, found.to_division})
    route = {
        "from": names.get(found.from_division, found.from_division),
        "to": names.get(found.to_division, found.to_place),
    }
    context = {
        "form": form,
        "heading": heading,
        "about": _("%(name)s：%(from)s → %(to)s") % {"name": resident.name, **route},
        "button": button,
        "back": page,
        **(more or {}),
    }
    return render(request, "keypeople/why.html", context, status=400 if form.errors else 200)


def _handover_or_404(request: LinliRequest, pk: UUID) -> Handover:
    """A handover that one may open: the sender's side, the receiving community itself, and who is above both.

    Who has sent somebody back sees no more of them.
    """
    entry = counting(Entry.objects.filter(kind="handover")).filter(pk=pk).first()
    if entry is None or entry.resident_id is None:
        raise Http404
    found = next((one for one in handovers_of([entry.resident_id]) if one.id == pk), None)
    if found is None or not _opens(found, request):
        raise Http404
    return found


def _opens(found: Handover, request: LinliRequest) -> bool:
    sends = request.reach.covers(found.from_division, roles=SEEING_HANDOVERS)
    receives = found.to_division in request.reach.divisions(SEEING_HANDOVERS)
    return sends or (receives and (found.is_open or found.was_accepted))


def _answerable_or_404(request: LinliRequest, pk: UUID, *, leaves_county: bool | None) -> Handover:
    found = _handover_or_404(request, pk)
    if not found.is_open or not request.reach.covers(found.answering_division, roles=HANDING_OVER):
        raise Http404
    if leaves_county is not None and found.leaves_county != leaves_county:
        raise Http404
    return found


def _has_now(resident: Resident, request: LinliRequest) -> bool:
    """Does the person live in our area now? Who gave somebody away sees no more of them than the handover itself."""
    reach = reach_for(request.reach, SEEING_HANDOVERS, day=request.day)
    return reach.residents(Resident.objects.filter(pk=resident.pk)).exists()


def _lines(found: Iterable[Handover], request: LinliRequest) -> list[Shown]:
    rows = list(found)
    people = Resident.objects.in_bulk([one.resident for one in rows])
    names = _names({code for one in rows for code in (one.from_division, one.to_division)})
    return [
        Shown(
            handover=one,
            name=_name(people[one.resident], opens=_opens(one, request)),
            from_name=names.get(one.from_division, one.from_division),
            to_name=names.get(one.to_division, one.to_place),
            is_ours_to_answer=request.reach.covers(one.answering_division, roles=HANDING_OVER),
            is_late=one.is_late(request.at),
            opens=_opens(one, request),
        )
        for one in rows
    ]


def _name(resident: Resident, *, opens: bool) -> str:
    """The name; for who is above the receiver alone only how it begins."""
    return resident.name if opens else f"{resident.name[:1]}**"


def _lost(request: LinliRequest) -> list[Any]:
    areas = request.reach.divisions(SEEING_LOST)
    groups = [group for group in visible_groups(request.reach.roles) if group in FOLLOWED]
    return lost_in(areas, groups=groups, day=request.day, at=request.at)


def _others(code: str) -> list[tuple[str, str]]:
    """The communities of the county but our own, those of our township first, under the names above them."""
    deployed = deployment()
    rows = Division.objects.filter(level=VILLAGE).exclude(code=code).select_related("parent")
    if deployed is not None:
        rows = rows.filter(parent__parent=deployed.county_id) | rows.filter(parent=deployed.county_id)
    near = code[:9]
    found = sorted(rows, key=lambda one: (one.code[:9] != near, one.code))
    return [(one.code, f"{one.parent.name if one.parent else ''} {one.name}".strip()) for one in found]


def _summary(resident: Resident, request: LinliRequest) -> str:
    """What is open, in one line, as it was known when the person was handed over."""
    # Kept in the entry, so only what everybody at the door may know; the rest the receiver looks up.
    open_to_all = [group for group in visible_groups({Role.GRID_WORKER}) if group in FOLLOWED]
    rows = enrolled(open_to_all, day=request.day).filter(resident=resident).order_by("group")
    said = [f"{register_said(row.group)}（{_until(row)}）" for row in rows]
    follows = next(iter(arrived([resident.pk], day=request.day)), None)
    return "；".join([*said, *_still_due(follows)])


def _summary_kept(resident: Resident, request: LinliRequest) -> str:
    """The same as it is stored: in the language of the records, whoever writes."""
    with override("zh-hans"):
        return _summary(resident, request)


def _until(row: Enrolment) -> str:
    if row.to_day is None:
        return _("%(from)s 起，期限未定") % {"from": row.from_day.isoformat()}
    last = row.to_day - timedelta(days=1)
    return _("%(from)s 起，至 %(to)s 24时") % {"from": row.from_day.isoformat(), "to": last.isoformat()}


def _still_due(follows: Arrived | None) -> list[str]:
    if follows is None:
        return []
    due = []
    if not follows.notice.is_done:
        due.append(_("健康告知书还没有发"))
    if not follows.inquiry.is_done:
        due.append(_("健康问询还没有做"))
    return due


def _names(codes: Iterable[str]) -> dict[str, str]:
    rows = Division.objects.filter(Q(code__in=[code for code in codes if code])).select_related("parent")
    return {one.code: f"{one.parent.name if one.parent else ''} {one.name}".strip() for one in rows}


def _roles_over(request: LinliRequest, found: Handover) -> frozenset[Role]:
    codes = [code for code in (found.from_division, found.to_division) if code]
    return frozenset(
        role for role in request.reach.roles if any(request.reach.covers(code, roles={role}) for code in codes)
    )


def _ours(found: Handover, request: LinliRequest) -> str:
    sends = request.reach.covers(found.from_division, roles=SEEING_HANDOVERS)
    return found.from_division if sends else found.to_division


def _choices(kind: str, field: str) -> list[tuple[str, str]]:
    found = next(one for one in kind_of(kind).fields if one.id == field)
    return [(value, str(said)) for value, said in found.choices]


def _note(
    request: LinliRequest,
    action: str,
    *,
    resident: UUID | None = None,
    division_code: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    record_act(
        action,
        by=request.reach.actor(roles=SEEING_HANDOVERS, division_code=division_code),
        at=request.at,
        object_type="resident" if resident is not None else "",
        object_id=resident or "",
        division_code=division_code,
        detail=detail,
    )


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None
