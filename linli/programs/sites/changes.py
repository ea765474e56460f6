"""Pages that change something at a site: one form each, one operation, and back to what was changed."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linli.community.codes import ancestors_of
from linli.community.grid.chosen import chosen_community
from linli.community.grid.queries import workers_for
from linli.community.models import Division, Level, Resident
from linli.community.request import LinliRequest
from linli.programs.sites import operations
from linli.programs.sites.clauses import Grounds, grounds_at
from linli.programs.sites.forms import (
    BookForm,
    CheckInForm,
    CheckOutForm,
    CloseRoomForm,
    CountForm,
    MoveForm,
    Refused,
    RoomsForm,
    SheetForm,
    SiteForm,
    SitesForm,
)
from linli.programs.sites.models import Booking, Room, Site, Stay
from linli.programs.sites.permissions import KEEPING, RUNNING, SEEING
from linli.programs.sites.queries import RoomView, open_stay, party_of, proposals, rooms_of, sites_for
from linli.programs.sites.refusals import SitesRefused
from linli.programs.sites.sight import (
    note_seen,
    own_people,
    person_or_404,
    room_or_404,
    runs,
    seen_sites,
    site_or_404,
    stay_or_404,
)
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.queries import home_of
from linli.records.wording import why_refused
from linli.trail.actor import Actor

_REFUSED = (SitesRefused, EntryRefused, PayloadRefused)


# ---- places and rooms ----------------------------------------------------------------------------------------------
def open_site(request: LinliRequest) -> HttpResponse:
    """Open a site in a community; where one has several, which one is asked first."""
    chosen = chosen_community(request, wide=KEEPING)
    if chosen.community is None:
        return render(request, "sites/choose.html", {"communities": chosen.communities})
    community = chosen.community
    if not request.reach.covers(community.code, roles=KEEPING):
        raise Http404
    around = Division.objects.filter(pk__in=ancestors_of(community.code), level__gte=Level.COUNTY).order_by("-level")
    areas = {one.pk: one for one in (community, *around)}
    form = SiteForm(
        _posted(request),
        areas=[(code, one.name) for code, one in areas.items()],
        workers=workers_for(community.code, day=request.day),
        initial={"from_day": request.day, "kind": "HOTEL"},
    )

    def do() -> str:
        data = form.cleaned_data
        row = operations.open_site(
            division=community,
            by=_by(request, community.code, KEEPING),
            at=request.at,
            **data | {"serves": areas[data["serves"]]},
        )
        return reverse("sites:add_rooms", args=[row.pk])

    return _answer(
        request,
        form,
        do,
        title=_("新建集中观察点"),
        about=community.name,
        button=_("建立"),
        said=_("已建立。接着写有哪些房间。"),
    )


def sheet(request: LinliRequest, pk: int) -> HttpResponse:
    """Who runs a site, and what its sheet says."""
    site = site_or_404(request, pk, running=KEEPING)
    names = ("head", "doctor", "phone", "meals", "complaint", "notice")
    form = SheetForm(
        _posted(request),
        workers=workers_for(site.division_id, day=request.day),
        initial={name: getattr(site, name) for name in names},
    )

    def do() -> str:
        by = _by(request, site.division_id, KEEPING)
        operations.change_sheet(site, by=by, at=request.at, **form.cleaned_data)
        return reverse("sites:site", args=[site.pk])

    title = _("负责人和公示")
    return _answer(request, form, do, title=title, about=site.name, button=_("存下"), said=_("已存下。"), site=site)


def add_rooms(request: LinliRequest, pk: int) -> HttpResponse:
    """Add rooms to a site."""
    site = site_or_404(request, pk, running=KEEPING)
    form = RoomsForm(_posted(request), initial={"beds": 1})

    def do() -> str:
        by = _by(request, site.division_id, KEEPING)
        operations.add_rooms(site=site, by=by, at=request.at, **form.cleaned_data)
        return reverse("sites:site", args=[site.pk])

    title = _("加房间")
    return _answer(request, form, do, title=title, about=site.name, button=_("加上"), said=_("房间已加上。"), site=site)


def close_room(request: LinliRequest, pk: int) -> HttpResponse:
    """Take a room out of use."""
    room = room_or_404(request, pk, running=KEEPING)
    form = CloseRoomForm(_posted(request), initial={"from_day": request.day})

    def do() -> str:
        by = _by(request, room.site.division_id, KEEPING)
        operations.close_room(room, by=by, at=request.at, **form.cleaned_data)
        return reverse("sites:room", args=[room.pk])

    about = f"{room.site.name} {room.label}"
    title = _("停用房间")
    return _answer(
        request, form, do, title=title, about=about, button=_("停用"), said=_("已停用。"), site=room.site, room=room
    )


def reopen_room(request: LinliRequest, pk: int) -> HttpResponse:
    """A room may be used again."""
    room = room_or_404(request, pk, running=KEEPING)
    operations.reopen_room(room, by=_by(request, room.site.division_id, KEEPING), at=request.at)
    messages.success(request, _("已恢复使用。"))
    return redirect("sites:room", pk=room.pk)


def disinfect(request: LinliRequest, pk: int) -> HttpResponse:
    """A room was disinfected."""
    room = room_or_404(request, pk, running=RUNNING)
    by = _by(request, room.site.division_id, RUNNING)
    _do(
        request,
        lambda: operations.disinfect_room(room, by=by, at=request.at),
        said=_("已登记消毒，房间可以住人了。"),
    )
    return redirect(_back(request) or reverse("sites:room", args=[room.pk]))


def count(request: LinliRequest, pk: int) -> HttpResponse:
    """The daily count: everybody there with one tap, else who is missing."""
    site = site_or_404(request, pk, running=RUNNING)
    views = rooms_of([site], day=request.day)[site.pk]
    stays = {str(stay.pk): stay for view in views for stay in view.stays}
    people = [(key, f"{stay.room.label} {stay.resident.name}") for key, stay in stays.items()]
    form = CountForm(_posted(request), people=people)

    def do() -> str:
        missing = [stays[key] for key in form.cleaned_data["missing"]]
        operations.count_site(
            site,
            present=len(stays) - len(missing),
            missing=missing,
            note=form.cleaned_data["note"],
            by=_by(request, site.division_id, RUNNING),
            at=request.at,
        )
        return reverse("sites:site", args=[site.pk])

    about = _("%(site)s：登记在住 %(number)s 人") % {"site": site.name, "number": len(stays)}
    title = _("今日点名")
    return _answer(request, form, do, title=title, about=about, button=_("登记"), said=_("已登记点名。"), site=site)


# ---- who comes, moves and leaves -----------------------------------------------------------------------------------
def check_in(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Give somebody a room: one's own people where they are together, else a free one.

    ``site`` or ``room`` in the address say from where one came, ``care`` whom the person will care for.
    """
    person = person_or_404(request, pk, roles=RUNNING)
    code = home_of(person.pk, day=request.day)
    there = open_stay(person)
    if there is not None and request.method == "GET":
        return redirect("sites:stay", pk=stay_or_404(request, there.pk).pk)
    cared_for = _cared_for(request)
    asked = _asked_room(request)
    site = asked.site if asked is not None else _asked_site(request, code)
    choices = sites_for(code, day=request.day).filter(pk__in=seen_sites(request).values("pk"))
    if site is None:
        site = next(iter(choices), None)
    note_seen(request, person, division_code=code)
    context: dict[str, Any] = {"person": person, "sites": choices, "site": site, "cared_for": cared_for}
    if site is None:
        return render(request, "sites/check_in.html", context)
    party = party_of(person, day=request.day, carer_of=cared_for)
    views = rooms_of([site], day=request.day)[site.pk]
    proposed = proposals(views, party=party)
    rooms = [(str(view.room.pk), _proposal_said(view, party)) for view in proposed]
    if asked is not None and str(asked.pk) not in dict(rooms):
        # Shown as it was asked for: the operation says why it cannot be.
        rooms.insert(0, (str(asked.pk), _("%(room)s 房") % {"room": asked.label}))
    first = str(asked.pk) if asked is not None else rooms[0][0] if rooms else ""
    form = CheckInForm(_posted(request), rooms=rooms, initial={"room": first})

    def do() -> str:
        stay = operations.check_in(
            person,
            room=_room_of(site, form.cleaned_data["room"]),
            carer_of=cared_for,
            happened_at=form.cleaned_data["happened_at"],
            by=_by(request, code, RUNNING),
            at=request.at,
        )
        return reverse("sites:stay", args=[stay.pk]) if runs(request, site) else reverse("sites:site", args=[site.pk])

    done = _done(request, form, do, said=_("已安排入住。"), code=site.division_id)
    if done is not None:
        return done
    if form.errors and asked is not None:
        # The way out: only what can be had.
        form.offer((key, label) for key, label in rooms if key != str(asked.pk))
    context |= {"form": form, "grounds": grounds_at(site.division_id, day=request.day)}
    return render(request, "sites/check_in.html", context, status=400 if form.errors else 200)


def move(request: LinliRequest, pk: int) -> HttpResponse:
    """Somebody moves to another room."""
    stay = _open_stay_or_404(request, pk)
    site = stay.room.site
    views = [view for view in rooms_of([site], day=request.day)[site.pk] if view.room.pk != stay.room_id]
    rooms = [(str(view.room.pk), _proposal_said(view, stay.party)) for view in proposals(views, party=stay.party)]
    form = MoveForm(_posted(request), rooms=rooms)

    def do() -> str:
        data = form.cleaned_data
        row = operations.move_room(
            stay,
            room=_room_of(site, data["room"]),
            note=data["note"],
            happened_at=data["happened_at"],
            by=_by(request, site.division_id, RUNNING),
            at=request.at,
        )
        return reverse("sites:stay", args=[row.pk])

    return _answer(
        request,
        form,
        do,
        title=_("换房"),
        about=f"{stay.resident.name} · {site.name} {stay.room.label}",
        button=_("换过去"),
        said=_("已换房。原来的房间要消毒。"),
        site=site,
        room=stay.room,
    )


def check_out(request: LinliRequest, pk: int) -> HttpResponse:
    """Somebody leaves."""
    stay = _open_stay_or_404(request, pk)
    site = stay.room.site
    first = {"leaving": "CARER" if stay.carer_of_id else ""}
    form = CheckOutForm(_posted(request), initial=first)

    def do() -> str:
        data = form.cleaned_data
        operations.check_out(
            stay,
            leaving=data["leaving"],
            note=data["note"],
            happened_at=data["happened_at"],
            by=_by(request, site.division_id, RUNNING),
            at=request.at,
        )
        return reverse("sites:room", args=[stay.room_id])

    return _answer(
        request,
        form,
        do,
        title=_("办理离开"),
        about=f"{stay.resident.name} · {site.name} {stay.room.label}",
        button=_("登记离开"),
        said=_("已登记离开。房间先消毒，再住人。"),
        site=site,
        room=stay.room,
    )


def note(request: LinliRequest, pk: int) -> HttpResponse:
    """A meal, information or a matter of order."""
    stay = _open_stay_or_404(request, pk)
    what = request.POST.get("what", "")
    if what not in ("MEAL", "INFORMATION", "ORDER"):
        raise Http404
    by = _by(request, stay.room.site.division_id, RUNNING)
    text = request.POST.get("note", "")[:200]
    _do(
        request,
        lambda: operations.note_in_site(stay, what=what, note=text, by=by, at=request.at),
        said=_("已记下。"),
    )
    return redirect("sites:stay", pk=stay.pk)


# ---- drives --------------------------------------------------------------------------------------------------------
def book(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Book a drive."""
    person = person_or_404(request, pk)
    code = home_of(person.pk, day=request.day)
    note_seen(request, person, division_code=code)
    places = sites_for(code, day=request.day)
    there = open_stay(person)
    first = {
        "from_place": there.room.site.address if there is not None else "",
        "goal": Booking.Goal.HOME if there is not None else Booking.Goal.SITE,
        "to_site": places.first() if there is None else None,
        "wanted_at": request.at,
    }
    form = BookForm(_posted(request), sites=places, workers=workers_for(code, day=request.day), initial=first)

    def do() -> str:
        by = _by(request, code, SEEING)
        operations.book_transport(person, by=by, at=request.at, **form.cleaned_data)
        return reverse("sites:transport")

    title = _("约车")
    return _answer(request, form, do, title=title, about=person.name, button=_("约车"), said=_("已约车。"))


def step(request: LinliRequest, pk: UUID) -> HttpResponse:
    """A drive goes on."""
    people = own_people(request).residents()
    row = Booking.objects.filter(resident__in=people.order_by().values("pk")).select_related("booked_by").filter(pk=pk)
    booking = row.first()
    what = request.POST.get("what", "")
    if booking is None or what not in ("PICKED_UP", "DELIVERED", "CANCELLED", "DISINFECTED"):
        raise Http404
    by = _by(request, booking.booked_by.division_id, SEEING)
    _do(
        request,
        lambda: operations.step_transport(
            booking,
            what=what,
            vehicle_disinfected="vehicle_disinfected" in request.POST,
            note=request.POST.get("note", "")[:200],
            by=by,
            at=request.at,
        ),
        said=_("已记下。"),
    )
    return redirect(_back(request) or "sites:transport")


# ---- what they share -----------------------------------------------------------------------------------------------
def _answer(
    request: LinliRequest,
    form: SitesForm,
    do: Callable[[], str],
    *,
    title: str,
    about: str,
    button: str,
    said: str,
    site: Site | None = None,
    room: Room | None = None,
) -> HttpResponse:
    """Do it if the form was sent and is complete, and go where one came from; else show the form and what is wrong."""
    done = _done(request, form, do, said=said, code=site.division_id if site is not None else "")
    if done is not None:
        return done
    context = {"form": form, "heading": title, "about": about, "button": button, "site": site, "room": room}
    return render(request, "sites/form.html", context, status=400 if form.errors else 200)


def _done(
    request: LinliRequest, form: SitesForm, do: Callable[[], str], *, said: str, code: str
) -> HttpResponse | None:
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            address = do()
    except _REFUSED as refused:
        form.refuse(refused, grounds=grounds_at(code, day=request.day) if code else Grounds())
        return None
    messages.success(request, said)
    return HttpResponseRedirect(_back(request) or address)


def _do(request: LinliRequest, do: Callable[[], object], *, said: str) -> None:
    """Do what one button asks for, and say what came of it."""
    try:
        do()
    except _REFUSED as refused:
        messages.error(request, _why(refused))
    else:
        messages.success(request, said)


def _why(refused: Refused) -> str:
    if isinstance(refused, SitesRefused):
        return refused.sentence
    if isinstance(refused, EntryRefused):
        return why_refused(refused)
    return " ".join(sentence for sentences in refused.errors.values() for sentence in sentences)


def _proposal_said(view: RoomView, party: UUID) -> str:
    data = {"room": view.room.label, "beds": view.free_beds}
    if view.party == party:
        data["names"] = "、".join(stay.resident.name for stay in view.stays)
        return _("%(room)s 房 · %(names)s已住，还有 %(beds)s 张床") % data
    return _("%(room)s 房 · 空，%(beds)s 张床") % data


def _room_of(site: Site, key: str) -> Room:
    found = Room.objects.filter(site=site, pk=int(key)).select_related("site").first()
    if found is None:
        raise Http404
    return found


def _asked_room(request: LinliRequest) -> Room | None:
    asked = request.GET.get("room", "")
    return room_or_404(request, _number_or_404(asked)) if asked else None


def _asked_site(request: LinliRequest, code: str) -> Site | None:
    asked = request.GET.get("site", "")
    return site_or_404(request, _number_or_404(asked)) if asked else None


def _cared_for(request: LinliRequest) -> Resident | None:
    asked = request.GET.get("care", "")
    return stay_or_404(request, _number_or_404(asked)).resident if asked else None


def _open_stay_or_404(request: LinliRequest, pk: int) -> Stay:
    found = stay_or_404(request, pk, running=True)
    if found.to_day is not None:
        raise Http404
    return found


def _number_or_404(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _by(request: LinliRequest, code: str, roles: Iterable[Any]) -> Actor:
    return request.reach.actor(roles=roles, division_code=code)


def _back(request: LinliRequest) -> str:
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours and address.startswith("/") else ""


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None
