"""Pages that change the grid or where people live: one form each, one operation, and back to what was changed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linli.community.access import get_reachable_or_404, grid_reach, reachable
from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.grid import operations as grid_operations
from linli.community.grid.forms import (
    AssignForm,
    EndForm,
    GridForm,
    HouseholdForm,
    LeaveForm,
    MoveForm,
    ReassignForm,
    ResidentForm,
    UnitForm,
    WorkerForm,
)
from linli.community.grid.operations import Target, kinds_inside
from linli.community.grid.queries import assignments_of, path_of, with_path, workers_for
from linli.community.grid.views import home_code
from linli.community.models import Assignment, Division, GridUnit, Household, Resident, Worker
from linli.community.people import operations as people_operations
from linli.community.people.operations import Document, Home, Person
from linli.community.permissions import KEEPING_GRID
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.trail.actor import Actor


# ---- who answers for what ------------------------------------------------------------------------------------------
def assign(request: LinliRequest) -> HttpResponse:
    """Assign a worker. ``unit``, ``household`` or ``worker`` in the address says from where one came."""
    about, targets, code, worker = _subject(request)
    first = {"from_day": request.day, "worker": worker, "role": request.GET.get("role", "RESPONSIBLE")}
    form = AssignForm(_posted(request), targets=targets, workers=workers_for(code, day=request.day), initial=first)

    def do() -> str:
        data = form.cleaned_data
        row = grid_operations.assign(
            data["worker"],
            target=_target(request, data["target"]),
            role=data["role"],
            from_day=data["from_day"],
            to_day=data["to_day"],
            by=_by(request, code),
            at=request.at,
        )
        if row.household_id is not None:
            return reverse("grid:household", args=[row.household_id])
        return reverse("grid:unit", args=[row.unit_id])

    title = _("安排责任人")
    return _answer(request, form, do, title=title, about=about, button=_("安排"), said=_("已安排。"))


def end_assignment(request: LinliRequest, pk: int) -> HttpResponse:
    """End one assignment."""
    row = _assignment_or_404(request, pk)
    code = Target(unit=row.unit, household=row.household).division_code
    form = EndForm(_posted(request), initial={"to_day": request.day})

    def do() -> str:
        grid_operations.end_assignment(row, to_day=form.cleaned_data["to_day"], by=_by(request, code), at=request.at)
        return _page_of(row)

    about = f"{row.worker.name} · {row.get_role_display()} · {row.unit or row.household}"
    title = _("结束任务")
    return _answer(request, form, do, title=title, about=about, button=_("结束"), said=_("已写明结束的日期。"))


def reassign(request: LinliRequest, pk: int) -> HttpResponse:
    """Hand all that one worker answers for over to another."""
    worker = _worker_or_404(request, pk)
    others = workers_for(worker.division_id, day=request.day).exclude(pk=worker.pk)
    form = ReassignForm(_posted(request), workers=others, initial={"from_day": request.day})
    held = [
        row
        for row in assignments_of(worker, day=request.day)
        if request.reach.covers(Target(unit=row.unit, household=row.household).division_code, roles=KEEPING_GRID)
    ]

    def do() -> str:
        data = form.cleaned_data
        by = _by(request, worker.division_id)
        grid_operations.reassign(held, to=data["to"], from_day=data["from_day"], by=by, at=request.at)
        return reverse("grid:worker", args=[data["to"].pk])

    about = _("%(name)s的全部任务（%(number)s项）") % {"name": worker.name, "number": len(held)}
    title = _("全部交接")
    return _answer(request, form, do, title=title, about=about, button=_("交接"), said=_("已交接，中间没有空档。"))


# ---- the grid ------------------------------------------------------------------------------------------------------
def open_unit(request: LinliRequest, code: str) -> HttpResponse:
    """Open a unit: the station of a community, or with ``parent`` one inside another."""
    division = _community_or_404(request, code)
    parent = None
    if request.GET.get("parent"):
        parent = _unit_or_404(request, request.GET["parent"])
        if parent.division_id != division.pk:
            raise Http404
    form = UnitForm(_posted(request), kinds=kinds_inside(parent), initial={"from_day": request.day})

    def do() -> str:
        by = _by(request, code)
        row = grid_operations.open_unit(division=division, parent=parent, by=by, at=request.at, **form.cleaned_data)
        return reverse("grid:unit", args=[row.pk])

    about = " › ".join([division.name, *(one.name for one in (path_of(parent) if parent else []))])
    return _answer(request, form, do, title=_("建网格"), about=about, button=_("建立"), said=_("已建立。"))


def close_unit(request: LinliRequest, pk: int) -> HttpResponse:
    """Close a unit that is empty."""
    unit = _unit_or_404(request, pk)
    form = EndForm(_posted(request), initial={"to_day": request.day})

    def do() -> str:
        by = _by(request, unit.division_id)
        grid_operations.close_unit(unit, to_day=form.cleaned_data["to_day"], by=by, at=request.at)
        return reverse("grid:community", args=[unit.division_id])

    about = " › ".join(one.name for one in path_of(unit))
    return _answer(request, form, do, title=_("撤销网格"), about=about, button=_("撤销"), said=_("已写明撤销的日期。"))


def register_worker(request: LinliRequest, code: str) -> HttpResponse:
    """Take somebody on for a community."""
    division = _community_or_404(request, code)
    form = WorkerForm(_posted(request), initial={"from_day": request.day, "kind": "GRID_WORKER"})

    def do() -> str:
        by = _by(request, code)
        row = grid_operations.register_worker(division=division, by=by, at=request.at, **form.cleaned_data)
        return reverse("grid:worker", args=[row.pk])

    title = _("登记工作人员")
    return _answer(request, form, do, title=title, about=division.name, button=_("登记"), said=_("已登记。"))


def register_household(request: LinliRequest, pk: int) -> HttpResponse:
    """Register a household in a unit."""
    unit = _unit_or_404(request, pk)
    form = HouseholdForm(_posted(request), initial={"from_day": request.day})

    def do() -> str:
        by = _by(request, unit.division_id)
        row = grid_operations.register_household(unit=unit, by=by, at=request.at, **form.cleaned_data)
        return reverse("grid:household", args=[row.pk])

    about = " › ".join(one.name for one in path_of(unit))
    return _answer(request, form, do, title=_("登记住户"), about=about, button=_("登记"), said=_("已登记。"))


# ---- people --------------------------------------------------------------------------------------------------------
def register_resident(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Register somebody who lives in a household."""
    rows = Household.objects.select_related("unit__division")
    household = get_reachable_or_404(rows, reach=request.reach, roles=KEEPING_GRID, path="unit__division_id", pk=pk)
    form = ResidentForm(_posted(request), initial={"from_day": request.day})

    def do() -> str:
        data = form.cleaned_data
        person = Person(
            name=data["name"],
            birth_day=data["birth_day"],
            sex=data["sex"],
            phone=data["phone"],
            documents=[Document(kind=data["document"], number=data["number"])],
        )
        row = people_operations.register_resident(
            person,
            home=Home(household=household),
            kind=data["kind"],
            from_day=data["from_day"],
            by=_by(request, household.unit.division_id),
            at=request.at,
        )
        return reverse("grid:resident", args=[row.pk])

    about = f"{household.unit.name} {household.label}"
    return _answer(request, form, do, title=_("登记居民"), about=about, button=_("登记"), said=_("已登记。"))


def move(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Somebody lives in another household from a day on."""
    resident = _resident_or_404(request, pk)
    code = home_code(resident)
    units = with_path(GridUnit.objects.filter(in_force(request.day), division=code, net=GridUnit.Net.MAIN))
    labels = [(str(one.pk), " › ".join(above.name for above in path_of(one)[1:]) or one.name) for one in units]
    form = MoveForm(_posted(request), units=labels, initial={"from_day": request.day})

    def do() -> str:
        data = form.cleaned_data
        home = Household.objects.filter(in_force(data["from_day"]), unit=data["unit"], label=data["label"]).first()
        people_operations.move_resident(
            resident,
            home=Home(household=home),
            kind=data["kind"],
            from_day=data["from_day"],
            by=_by(request, code),
            at=request.at,
        )
        return reverse("grid:resident", args=[resident.pk])

    title = _("迁移或落户")
    return _answer(
        request,
        form,
        do,
        title=title,
        about=resident.name,
        button=_("迁入"),
        said=_("已办理，原来的住处仍留在记录里。"),
    )


def leave(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Somebody left the county or died."""
    resident = _resident_or_404(request, pk)
    code = home_code(resident)
    form = LeaveForm(_posted(request), initial={"to_day": request.day})

    def do() -> str:
        by = _by(request, code)
        people_operations.end_residence(resident, by=by, at=request.at, **form.cleaned_data)
        return reverse("grid:community", args=[code])

    title = _("离开或去世")
    return _answer(
        request,
        form,
        do,
        title=title,
        about=resident.name,
        button=_("写明"),
        said=_("已写明，原来的住处仍留在记录里。"),
    )


# ---- what they share -----------------------------------------------------------------------------------------------
def _answer(
    request: LinliRequest,
    form: GridForm,
    do: Callable[[], str],
    *,
    title: str,
    about: str,
    button: str,
    said: str,
) -> HttpResponse:
    """Do it if the form was sent and is complete, and go where one came from; else show the form and what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                address = do()
        except GridRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(_back(request) or address)
    context = {"form": form, "heading": title, "about": about, "button": button}
    return render(request, "community/grid_form.html", context, status=400 if form.errors else 200)


def _back(request: LinliRequest) -> str:
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours and address.startswith("/") else ""


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _by(request: LinliRequest, code: str) -> Actor:
    return request.reach.actor(roles=KEEPING_GRID, division_code=code)


def _subject(request: LinliRequest) -> tuple[str, list[tuple[str, str]], str, Worker | None]:
    """What is to be assigned: how it is called, what may be chosen, its division, the worker if one is given."""
    if request.GET.get("household"):
        household = _household_or_404(request, request.GET["household"])
        around = list(reversed(path_of(household.unit)))
        own = (f"h:{household.pk}", _("只是这一户：%(label)s") % {"label": household.label})
        return household.label, [own, *map(_unit_choice, around)], household.unit.division_id, None
    if request.GET.get("unit"):
        unit = _unit_or_404(request, request.GET["unit"])
        return unit.name, [_unit_choice(unit)], unit.division_id, None
    worker = _worker_or_404(request, request.GET.get("worker", ""))
    units = reachable(GridUnit.objects.all(), reach=request.reach, roles=KEEPING_GRID, path="division_id")
    here = with_path(units.filter(in_force(request.day), division=worker.division_id))
    return worker.name, [_unit_choice(one) for one in here], worker.division_id, worker


def _unit_choice(unit: GridUnit) -> tuple[str, str]:
    return f"u:{unit.pk}", " › ".join(one.name for one in path_of(unit))


def _target(request: LinliRequest, text: str) -> Target:
    kind, _colon, pk = text.partition(":")
    if kind == "h":
        return Target(household=_household_or_404(request, pk))
    return Target(unit=_unit_or_404(request, pk))


def _community_or_404(request: LinliRequest, code: str) -> Division:
    rows = Division.objects.filter(level=VILLAGE)
    return get_reachable_or_404(rows, reach=request.reach, roles=KEEPING_GRID, path="code", code=code)


def _unit_or_404(request: LinliRequest, pk: int | str) -> GridUnit:
    rows = with_path(GridUnit.objects.all())
    number = _number_or_404(pk)
    return get_reachable_or_404(rows, reach=request.reach, roles=KEEPING_GRID, path="division_id", pk=number)


def _household_or_404(request: LinliRequest, pk: str) -> Household:
    rows = Household.objects.select_related("unit__division", "unit__parent__parent__parent")
    try:
        wanted = UUID(pk)
    except ValueError:
        raise Http404 from None
    return get_reachable_or_404(rows, reach=request.reach, roles=KEEPING_GRID, path="unit__division_id", pk=wanted)


def _worker_or_404(request: LinliRequest, pk: int | str) -> Worker:
    rows = Worker.objects.select_related("division")
    number = _number_or_404(pk)
    return get_reachable_or_404(rows, reach=request.reach, roles=KEEPING_GRID, path="division_id", pk=number)


def _number_or_404(pk: int | str) -> int:
    text = str(pk)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _assignment_or_404(request: LinliRequest, pk: int) -> Assignment:
    rows = Assignment.objects.select_related("worker", "unit__division", "household__unit__division")
    found = rows.filter(pk=pk).first()
    code = Target(unit=found.unit, household=found.household).division_code if found else ""
    if found is None or not request.reach.covers(code, roles=KEEPING_GRID):
        raise Http404
    return found


def _resident_or_404(request: LinliRequest, pk: UUID) -> Resident:
    found = grid_reach(request.reach, wide=KEEPING_GRID, day=request.day).residents().filter(pk=pk).first()
    if found is None or not request.reach.covers(home_code(found), roles=KEEPING_GRID):
        raise Http404
    return found


def _page_of(row: Assignment) -> str:
    return reverse("grid:worker", args=[row.worker_id])
