"""Pages of the work list: the own day, the desk of a community, all items, the load, a person, the proof.

A page that names people is written to the trail, as every read of personal data is.
"""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linli.community.access import get_reachable_or_404
from linli.community.dated_rows import in_force
from linli.community.grid import operations as grid_operations
from linli.community.grid.queries import workers_for
from linli.community.models import Division, Worker
from linli.community.permissions import KEEPING_GRID
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.records.forms import usual_channel
from linli.records.kinds import kind_of
from linli.records.program import EntryRefused
from linli.records.views import person_context
from linli.records.wording import why_refused
from linli.trail.operations import record_act
from linli.worklist import desk as desks
from linli.worklist import load as loads
from linli.worklist import operations
from linli.worklist.cards import Teller, cards_of, roles_over
from linli.worklist.forms import ExcuseForm, ListForm, MoveForm, SceneForm, tapped
from linli.worklist.items import Item, State
from linli.worklist.listing import choices_among, narrowed
from linli.worklist.permissions import DOING, SEEING_ALL_WORK, SEEING_WORK
from linli.worklist.person import standing_of
from linli.worklist.places import Scene, chosen_community, communities_in, items_seen, scene_of
from linli.worklist.proof import proof_of
from linli.worklist.queries import work_of
from linli.worklist.today import missed_before, own_item, own_items, today_of, worker_of

_A_PAGE = 50


# ---- the own day ---------------------------------------------------------------------------------------------------
def today(request: LinliRequest) -> HttpResponse:
    """What is mine today: the urgent first, then building by building, what is done folded at the end."""
    items = own_items(request.reach, day=request.day, at=request.at)
    missed = missed_before(request.reach, day=request.day)
    by = _teller(request, back=reverse("worklist:today"), just=request.GET.get("did", ""))
    _note_listed(request, [*items, *missed], page="today")
    context = {
        "page": today_of(items, missed, by=by),
        "worker": worker_of(request.reach, day=request.day),
        "day": request.day,
    }
    return render(request, "worklist/today.html", context)


def usual(request: LinliRequest) -> HttpResponse:
    """One tap: record an item of the own list, or of the own community, as usual. Twice is once."""
    said = tapped(request.POST)
    if said is None:
        return HttpResponseBadRequest(_("这个按钮已经失效，请返回清单重新打开。"))
    id, place, entry_id, back = said
    item = _own_item_or_404(request, id, place, day=request.day)
    kind = kind_of(item.kind)
    held = kind.roles & roles_over(request.reach, item.division)
    if not held:
        raise Http404
    by = request.reach.actor(roles=held, division_code=item.division)
    if not item.is_open and (item.done_by is None or item.done_by.id != entry_id):
        messages.info(request, _("这一项刚才已经有人记好了，没有重复存。"))
        return HttpResponseRedirect(_back(request, back))
    try:
        done = operations.record_usual(item, id=entry_id, channel=usual_channel(held), by=by, at=request.at)
    except operations.NothingUsual:
        raise Http404 from None
    except EntryRefused as refused:
        messages.error(request, why_refused(refused))
        return HttpResponseRedirect(_back(request, back))
    return HttpResponseRedirect(_back(request, back, did=str(done.entry.pk), anchor=f"c-{item.subject}"))


def undo(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Take back what one tapped oneself today."""
    by = request.reach.actor(roles=DOING)
    entry = operations.own_entry_of_today(pk, by=by, at=request.at)
    if entry is None or not request.reach.covers(entry.division_id, roles=DOING):
        raise Http404
    by = request.reach.actor(roles=DOING, division_code=entry.division_id)
    try:
        operations.take_back(entry, by=by, at=request.at)
    except EntryRefused as refused:
        messages.error(request, why_refused(refused))
    else:
        messages.success(request, _("已撤回，这一项又在清单上。"))
    subject = entry.resident_id or entry.household_id or entry.division_id
    return HttpResponseRedirect(_back(request, request.POST.get("back", ""), anchor=f"c-{subject}"))


def excuse(request: LinliRequest, item: str) -> HttpResponse:
    """Say why an item is not done, of today or of a day before."""
    asked = SceneForm(request.GET, today=request.day)
    if not asked.is_valid() or asked.cleaned_data["day"] > request.day:
        raise Http404
    day, back = asked.cleaned_data["day"], request.GET.get("next", "")
    found = _own_item_or_404(request, item, asked.cleaned_data["place"], day=day)
    by = request.reach.actor(roles=DOING, division_code=found.division)
    form = ExcuseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if found.state is State.EXCUSED or found.is_open or found.state is State.MISSED:
            id = form.cleaned_data["entry"]
            try:
                done = operations.excuse_item(found, reason=form.reason, id=id, by=by, at=request.at)
            except EntryRefused as refused:
                form.add_error(None, why_refused(refused))
            else:
                messages.success(request, _("已写明原因，这一项不再算漏。"))
                did = str(done.entry.pk)
                return HttpResponseRedirect(_back(request, back, did=did, anchor=f"c-{found.subject}"))
        else:
            messages.info(request, _("这一项刚才已经有人记好了，没有重复存。"))
            return HttpResponseRedirect(_back(request, back))
    by_day = Teller(reach=request.reach, day=day, at=request.at, back=back, may_act=False)
    context = {"form": form, "card": cards_of([found], by=by_day)[0], "back": _back(request, back), "day": day}
    return render(request, "worklist/excuse.html", context, status=400 if form.errors else 200)


# ---- the community -------------------------------------------------------------------------------------------------
def desk(request: LinliRequest) -> HttpResponse:
    """What is required of a community today, who needs somebody now, the day so far."""
    scene = _scene(request, SceneForm(request.GET, today=request.day), roles=SEEING_WORK)
    if scene is None:
        return _choose(request, roles=SEEING_WORK)
    page = desks.desk_of(scene, request.reach, by=_scene_teller(request, scene))
    _note_seen_there(request, scene, page="desk", found=sum(section.total for section in page.attention))
    return render(request, "worklist/desk.html", {"page": page, **_shared(request, scene, SEEING_WORK)})


def listing(request: LinliRequest) -> HttpResponse:
    """All items of a community on a day, narrowed by kind, state, owner and unit."""
    form = ListForm(request.GET, today=request.day)
    scene = _scene(request, form, roles=SEEING_WORK)
    if scene is None:
        return _choose(request, roles=SEEING_WORK)
    items = items_seen(scene, request.reach)
    found = narrowed(items, form.wanted)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    _note_seen_there(request, scene, page="list", found=len(page.object_list))
    context = {
        "cards": cards_of(page.object_list, by=_scene_teller(request, scene)),
        "page": page,
        "keep": _kept(request, "page", "did"),
        "number": len(found),
        "choices": choices_among(items),
        "wanted": form.wanted,
        "states": [("OPEN", _("要做的")), ("URGENT", _("要马上处理的")), *_state_words()],
        **_shared(request, scene, SEEING_WORK),
    }
    return render(request, "worklist/list.html", context)


def load(request: LinliRequest) -> HttpResponse:
    """How the work of a day is spread over the workers."""
    scene = _scene(request, SceneForm(request.GET, today=request.day), roles=KEEPING_GRID)
    if scene is None:
        return _choose(request, roles=KEEPING_GRID)
    workers = Worker.objects.filter(in_force(scene.day), division=scene.division)
    items = work_of(scene.division.code, day=scene.day, at=scene.at)
    context = {
        "load": loads.load_of(items, workers=workers),
        "holders": loads.holders_in(scene.division.code, day=scene.day),
        **_shared(request, scene, KEEPING_GRID),
    }
    return render(request, "worklist/load.html", context)


def move(request: LinliRequest, pk: int) -> HttpResponse:
    """Hand some of what a worker answers for over to another: first what would change, then for good."""
    scene = _scene(request, SceneForm(request.GET, today=request.day), roles=KEEPING_GRID)
    if scene is None:
        raise Http404
    giver = get_reachable_or_404(
        Worker.objects.select_related("division"), reach=request.reach, roles=KEEPING_GRID, path="division_id", pk=pk
    )
    code = scene.division.code
    held = loads.held_by(giver, division=code, day=scene.day)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        rows=[(row.pk, words) for row, words in loads.named(held)],
        takers=workers_for(code, day=scene.day).exclude(pk=giver.pk),
        initial={"from_day": request.day, "rows": [str(row.pk) for row in held] if len(held) == 1 else []},
    )
    context: dict[str, Any] = {"giver": giver, "form": form, "held": held, **_shared(request, scene, KEEPING_GRID)}
    if request.method == "POST" and form.is_valid():
        rows = [row for row in held if row.pk in form.chosen]
        data = form.cleaned_data
        by = request.reach.actor(roles=KEEPING_GRID, division_code=code)
        try:
            if "sure" in request.POST:
                grid_operations.reassign(rows, to=data["to"], from_day=data["from_day"], by=by, at=request.at)
                messages.success(request, _("已交接，中间没有空档。"))
                return HttpResponseRedirect(f"{reverse('worklist:load')}?{urlencode({'place': code})}")
            context["moved"] = loads.handed_over(
                rows, giver=giver, taker=data["to"], division=code, from_day=data["from_day"], by=by, at=request.at
            )
            context["names"] = [words for _row, words in loads.named(rows)]
        except GridRefused as refused:
            form.refuse(refused)
    return render(request, "worklist/move.html", context, status=400 if form.errors else 200)


def check(request: LinliRequest) -> HttpResponse:
    """The proof that nobody is on nobody's list."""
    scene = _scene(request, SceneForm(request.GET, today=request.day), roles=SEEING_ALL_WORK)
    if scene is None:
        return _choose(request, roles=SEEING_ALL_WORK)
    proof = proof_of(scene.division, day=scene.day, at=scene.at)
    if proof.failures:
        _note_seen_there(request, scene, page="check", found=len(proof.failures))
    return render(request, "worklist/check.html", {"proof": proof, **_shared(request, scene, SEEING_ALL_WORK)})


# ---- a person ------------------------------------------------------------------------------------------------------
def person(request: LinliRequest, pk: UUID) -> HttpResponse:
    """What applies to a person and until when, what they owe and are owed, why, and who looked."""
    context = person_context(request, pk)
    about = context["about"]
    by = _teller(request, back=request.get_full_path(), just=request.GET.get("did", ""))
    context["standing"] = standing_of(about, context["timeline"].now, by=by)
    return render(request, "worklist/person.html", context)


# ---- shared --------------------------------------------------------------------------------------------------------
def _own_item_or_404(request: LinliRequest, id: str, place: str, *, day: date) -> Item:
    """An item of the own list, or for staff one of their community.

    Raises: Http404.
    """
    at = request.at
    if place and request.reach.covers(place, roles=SEEING_WORK & DOING):
        division = Division.objects.filter(pk=place, level=5).first()
        if division is not None:
            scene = scene_of(division, request.reach, day=day, today=request.day, at=at)
            found = next((item for item in items_seen(scene, request.reach) if item.id == id), None)
            if found is not None:
                return found
    own = own_item(request.reach, id, day=day, at=at)
    if own is None:
        raise Http404
    return own


def _scene(request: LinliRequest, form: SceneForm, *, roles: Any) -> Scene | None:
    """The community and day of a page; None where one has to be chosen. Raises: Http404."""
    form.is_valid()
    division = chosen_community(request.reach, form.cleaned_data.get("place", ""), roles=roles)
    if division is None:
        return None
    day = form.cleaned_data.get("day") or request.day
    return scene_of(division, request.reach, day=day, today=request.day, at=request.at)


def _choose(request: LinliRequest, *, roles: Any) -> HttpResponse:
    rows = communities_in(request.reach, roles)
    text = request.GET.get("q", "").strip()[:40]
    if text:
        rows = rows.filter(name__contains=text) | rows.filter(initials__startswith=text.lower())
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "worklist/choose.html", {"page": page, "text": text, "keep": _kept(request, "page")})


def _shared(request: LinliRequest, scene: Scene, roles: Any) -> dict[str, Any]:
    kept = {"place": scene.division.code}
    if not scene.is_today:
        kept["day"] = scene.day.isoformat()
    return {
        "scene": scene,
        "day": scene.day,
        "place_query": urlencode(kept),
        "is_one_of_many": communities_in(request.reach, roles)[:2].count() > 1,
        "may_keep": request.reach.covers(scene.division.code, roles=KEEPING_GRID),
        "before": date.fromordinal(scene.day.toordinal() - 1),
        "after": date.fromordinal(scene.day.toordinal() + 1),
    }


def _teller(request: LinliRequest, *, back: str, just: str = "") -> Teller:
    worker = worker_of(request.reach, day=request.day)
    return Teller(
        reach=request.reach,
        day=request.day,
        at=request.at,
        back=back,
        just=just,
        worker=worker.pk if worker is not None else None,
    )


def _scene_teller(request: LinliRequest, scene: Scene) -> Teller:
    by = _teller(request, back=request.get_full_path(), just=request.GET.get("did", ""))
    return replace(by, day=scene.day, at=scene.at, may_act=scene.is_today)


def _kept(request: LinliRequest, *dropped: str) -> str:
    """What the address of the page asks for, without some of it."""
    return urlencode([(name, value) for name, value in request.GET.items() if value and name not in dropped])


def _state_words() -> list[tuple[str, str]]:
    return [
        (State.DUE, _("待办")),
        (State.DONE, _("已办")),
        (State.LATE, _("超时未办")),
        (State.MISSED, _("漏办")),
        (State.EXCUSED, _("免办")),
    ]


def _back(request: LinliRequest, address: str, *, did: str = "", anchor: str = "") -> str:
    """The address within this site from which one came, without what was done there before; else the own list."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) and address.startswith("/")
    path, _mark, query = (address if is_ours else reverse("worklist:today")).partition("#")[0].partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("did="))
    asked = "&".join(part for part in (kept, f"did={did}" if did else "") if part)
    return f"{path}{'?' if asked else ''}{asked}{'#' if anchor else ''}{anchor}"


def _note_listed(request: LinliRequest, items: list[Item], *, page: str) -> None:
    """Write down that a list of people was opened."""
    if items:
        by = request.reach.actor(roles=DOING, division_code=items[0].division)
        record_act("residents.listed", by=by, at=request.at, detail={"page": page, "found": len(items)})


def _note_seen_there(request: LinliRequest, scene: Scene, *, page: str, found: int) -> None:
    code = scene.division.code
    by = request.reach.actor(roles=SEEING_WORK, division_code=code)
    detail = {"page": page, "found": found, "day": scene.day.isoformat()}
    record_act("residents.listed", by=by, at=request.at, division_code=code, detail=detail)
