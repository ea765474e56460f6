"""A household's own report, by a link without an account; and the page that gives out such links."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from linli.community.access import grid_reach
from linli.community.grid.queries import responsible_persons
from linli.community.models import Household, Resident, new_id
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.records.clauses import clause_of
from linli.records.kinds import Kind, kind_of
from linli.records.models import Channel, Entry, ReportLink
from linli.records.operations import Draft, record_entry
from linli.records.payloads import PayloadForm
from linli.records.program import EntryRefused
from linli.records.report_links import as_actor, issue_link, link_with, revoke_links
from linli.records.wording import why_refused
from linli.worklist.items import Item
from linli.worklist.queries import work_of

GIVING_LINKS = frozenset({Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})
# Enough to say it again and put it right; a stolen link floods nobody.
A_DAY = 8
GONE, BAD, TOO_MANY = 410, 400, 429


def own_report(request: LinliRequest, secret: str) -> HttpResponse:
    """What a household can report today, each member for themselves or for another of the house."""
    link = link_with(secret, at=request.at)
    if link is None:
        return render(request, "worklist/link_ended.html", status=GONE)
    mine = _mine(link, request)
    answer: dict[str, Any] = {"link": link, "status": 200}
    if request.method == "POST":
        answer |= _said(link, mine, request)
        if answer.get("is_done"):
            return redirect(request.path)
    context = {
        "household": link.household,
        "rows": [_row(item, request, wrong=answer.get("wrong")) for item in mine],
        "link": link,
        "worker": next((one.worker for one in responsible_persons(link.household, day=request.day)), None),
        "problem": answer.get("problem", ""),
        "channels": [(Channel.SELF, _("本人填")), (Channel.RELATIVE, _("家人代填"))],
    }
    response = render(request, "worklist/own_report.html", context, status=answer["status"])
    # The address is the key: nothing keeps it, nothing passes it on.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def household_link(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Give a household its link, as an address and as a QR code to print; or take it back."""
    reach = grid_reach(request.reach, wide=GIVING_LINKS - {Role.GRID_WORKER}, day=request.day)
    household = reach.households(Household.objects.select_related("unit__division")).filter(pk=pk).first()
    if household is None:
        raise Http404
    by = request.reach.actor(roles=GIVING_LINKS, division_code=household.unit.division_id)
    context: dict[str, Any] = {"household": household}
    if request.method == "POST" and request.POST.get("what") == "revoke":
        revoke_links(household, by=by, at=request.at)
        messages.success(request, _("链接已收回，不能再用。"))
        return redirect(request.path)
    if request.method == "POST":
        link, secret = issue_link(household, by=by, at=request.at)
        address = request.build_absolute_uri(reverse("worklist:own_report", args=[secret]))
        context |= {"link": link, "address": address, "code": _code(address)}
    context["open"] = ReportLink.objects.filter(
        household=household, revoked_at__isnull=True, expires_at__gt=request.at
    ).first()
    response = render(request, "worklist/household_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _mine(link: ReportLink, request: LinliRequest) -> list[Item]:
    """What is due today of the household's people and may be said by themselves."""
    items = work_of(link.household.unit.division_id, day=request.day, at=request.at)
    return [
        item
        for item in items
        if item.household == link.household_id and item.subject_type == "person" and kind_of(item.kind).self_report
    ]


def _row(item: Item, request: LinliRequest, *, wrong: tuple[str, PayloadForm] | None) -> dict[str, Any]:
    kind = kind_of(item.kind)
    form = wrong[1] if wrong is not None and wrong[0] == item.id else _form(kind, item)
    return {
        "item": item,
        "kind": kind,
        "form": form,
        "name": _called(item.label),
        "clauses": [clause_of(f"{one.instrument} {one.cite}") for one in item.clauses],
        "entry": new_id(),
    }


def _form(kind: Kind, item: Item, data: Any = None) -> PayloadForm:
    return PayloadForm(kind, data, prefix=item.id, initial={field.id: None for field in kind.fields})


def _said(link: ReportLink, mine: list[Item], request: LinliRequest) -> dict[str, Any]:
    item = next((one for one in mine if one.id == request.POST.get("item")), None)
    if item is None:
        return {"problem": _("这一项今天不用报了。"), "status": BAD}
    by = as_actor(link)
    if Entry.objects.filter(by=by.id, day=request.day).count() >= A_DAY * max(len(mine), 1):
        return {"problem": _("今天报的次数太多了，请打网格员电话。"), "status": TOO_MANY}
    kind = kind_of(item.kind)
    form = _form(kind, item, request.POST)
    if not form.is_valid():
        return {"wrong": (item.id, form), "problem": _("有一项没有填对，请看下面红色的提示。"), "status": BAD}
    try:
        draft = Draft(
            kind=kind.id,
            subject=Resident.objects.get(pk=item.subject),
            happened_at=request.at,
            payload=form.payload,
            channel=Channel.RELATIVE if request.POST.get("channel") == Channel.RELATIVE else Channel.SELF,
            id=UUID(request.POST.get("entry", "")),
        )
        recorded = record_entry(draft, by=by, at=request.at)
    except EntryRefused as refused:
        return {"wrong": (item.id, form), "problem": why_refused(refused), "status": BAD}
    except ValueError:
        return {"wrong": (item.id, form), "problem": _("页面过期了，请重新打开链接。"), "status": BAD}
    told = _("已收到，并已告诉医生，请等电话，不要自己外出。") if recorded.entry.is_abnormal else _("已收到，谢谢。")
    messages.success(request, told)
    return {"is_done": True}


def _called(name: str) -> str:
    """A name as the own household knows it and a stranger does not: all but the family name is hidden."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def _code(address: str) -> str:
    """The address as a QR code, an SVG without styles of its own."""
    return mark_safe(segno.make(address, error="m").svg_inline(scale=5, border=2))
