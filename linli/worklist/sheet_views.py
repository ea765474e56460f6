"""The day's paper and its way back: sheets to print, and the page on which filled ones are typed in."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.community.grid.chosen import chosen_community
from linli.community.models import Division
from linli.community.paper import FontsMissing
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.trail.operations import record_act
from linli.worklist.items import Item, Owner
from linli.worklist.queries import work_of
from linli.worklist.sheets import Sheet, printed, sheets_of, take_in
from linli.worklist.shorthand import signs_of

PAPER_ROLES = frozenset({Role.COMMUNITY_STAFF, Role.GRID_WORKER, Role.COMMUNITY_DOCTOR})
_WIDE = PAPER_ROLES - {Role.GRID_WORKER}
UNAVAILABLE = 503


def sheets_pdf(request: LinliRequest) -> HttpResponse:
    """The sheets of one worker, or of all of the community, on A4."""
    community, sheets = _asked(request)
    if community is None:
        raise Http404
    wanted = request.GET.get("owner", "")
    chosen = [one for one in sheets if not wanted or _key(one.owner) == wanted]
    if not chosen:
        messages.info(request, _("这一天没有要写在纸上的任务。"))
        return redirect(f"{reverse('worklist:quick')}?community={community.pk}&day={_day(request).isoformat()}")
    try:
        content = printed(chosen)
    except FontsMissing:
        return render(request, "worklist/no_fonts.html", status=UNAVAILABLE)
    record_act(
        "sheet.printed",
        by=request.reach.actor(roles=PAPER_ROLES, division_code=community.pk),
        at=request.at,
        object_type="division",
        object_id=community.pk,
        division_code=community.pk,
        detail={"day": chosen[0].day.isoformat(), "lines": sum(len(one.lines) for one in chosen)},
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{chosen[0].day.isoformat()}-{community.pk}.pdf"'
    return response


def quick(request: LinliRequest) -> HttpResponse:
    """Filled sheets typed in by keyboard: a few keys and Enter for a line. A wrong line stops no other."""
    community, sheets = _asked(request)
    wanted = request.GET.get("owner", "")
    sheet = next((one for one in sheets if _key(one.owner) == wanted), sheets[0] if len(sheets) == 1 else None)
    lines = sheet.lines if sheet is not None else ()
    if request.method == "POST":
        if sheet is None or community is None:
            raise Http404
        typed = {
            name.removeprefix("line-"): str(text) for name, text in request.POST.items() if name.startswith("line-")
        }
        by = request.reach.actor(roles=PAPER_ROLES, division_code=community.pk)
        new, rest = take_in(sheet, typed, by=by, at=request.at)
        wrong = [line for line in rest if line.problem]
        messages.success(request, ngettext("记下了 %(count)s 行。", "记下了 %(count)s 行。", new) % {"count": new})
        if not wrong:
            return redirect(request.get_full_path())
        _, fresh = _asked(request)
        by_id = {line.item.id: line for line in wrong}
        now = next(one for one in fresh if one.owner == sheet.owner)
        lines = tuple(by_id.get(line.item.id, line) for line in now.lines)
    context = {
        "community": community,
        "communities": chosen_community(request, wide=_WIDE).communities,
        "sheets": [(one, _key(one.owner)) for one in sheets],
        "sheet": sheet,
        "wanted": _key(sheet.owner) if sheet is not None else "",
        "lines": lines,
        "open": sum(line.is_open for line in lines),
        "legend": [(kind, signs_of(kind)) for kind in sheet.kinds] if sheet is not None else [],
        "day": _day(request),
        "problems": sum(bool(line.problem) for line in lines),
    }
    return render(request, "worklist/quick.html", context, status=400 if context["problems"] else 200)


def _asked(request: LinliRequest) -> tuple[Division | None, list[Sheet]]:
    chosen = chosen_community(request, wide=_WIDE)
    if chosen.community is None:
        if request.GET.get("community"):
            raise Http404
        return None, []
    items: list[Item] = work_of(chosen.community.pk, day=_day(request), at=request.at)
    sheets = sheets_of(items, place=chosen.community.name, day=_day(request))
    if not request.reach.covers(chosen.community.pk, roles=_WIDE):
        worker = getattr(request.reach.account, "worker", None)
        sheets = [one for one in sheets if worker is not None and one.owner.worker == worker.pk]
    return chosen.community, sheets


def _day(request: LinliRequest) -> date:
    """The day asked for; one that is none, or that is still to come, is today."""
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), request.day)
    except ValueError:
        return request.day


def _key(owner: Owner) -> str:
    return str(owner.worker) if owner.worker is not None else "body"
