"""Pages of arrivals: who has come and what follows, registering one, and reports that somebody is coming.

Whoever opens the page of a person, or a list with names, leaves a trace: residents can learn who looked.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from linli.community.access import GridReach
from linli.community.identity import masked_phone
from linli.community.models import Resident
from linli.community.people.operations import Document, Home, Person
from linli.community.permissions import KEEPING_GRID, SEEING_PHONES
from linli.community.refusals import GridRefused
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.programs.keypeople import operations
from linli.programs.keypeople.forms import (
    ArrivalForm,
    NewPersonForm,
    ReportDoneForm,
    ReportForm,
    show_refusal,
)
from linli.programs.keypeople.operations import Lodging
from linli.programs.keypeople.origins import is_sure, origins_named
from linli.programs.keypeople.permissions import FOLLOWING, REGISTERING, SEEING, TELLING
from linli.programs.keypeople.places import communities_for, community_or_404, home_in, units_of
from linli.programs.keypeople.program import ARRIVAL_CLAUSE, ARRIVAL_DAYS
from linli.programs.keypeople.queries import (
    EXEMPT_CLAUSE,
    arrived,
    find_people,
    followed_arrivals,
    last_homes,
    unfinished,
)
from linli.programs.keypeople.reports import CLAUSE as REPORT_CLAUSE
from linli.programs.keypeople.reports import HostReport, report_of, reports_in
from linli.records.changes import back_of
from linli.records.models import Channel, Enrolment, Entry
from linli.records.operations import Draft, record_entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.queries import counting
from linli.records.registers import visible_groups
from linli.records.sight import reach_for
from linli.records.timeline import member_said
from linli.trail.operations import record_act

_A_PAGE = 50
_TABS = ("todo", "today", "all")
_PREFILLED = ("origin", "origin_code", "origin_tier")


# ---- who has come --------------------------------------------------------------------------------------------------
def arrivals(request: LinliRequest) -> HttpResponse:
    """Who has come and is followed: what is still open first, then today's, then all."""
    rows = followed_arrivals(_reach(request, SEEING))
    tabs = {
        "todo": unfinished(rows, areas=request.reach.divisions(SEEING), day=request.day),
        "today": rows.filter(from_day=request.day),
        "all": rows,
    }
    counts = {name: each.count() for name, each in tabs.items()}
    asked = request.GET.get("kind", "")
    if asked and asked not in tabs:
        raise Http404
    kind = asked or next((name for name in _TABS if counts[name]), "today")
    page = Paginator(tabs[kind].values_list("resident_id", flat=True), _A_PAGE).get_page(request.GET.get("page"))
    people = arrived(list(page.object_list), day=request.day)
    _note(request, "residents.listed", SEEING, detail={"list": "arrivals", "found": len(people)})
    context = {
        "kind": kind,
        "tabs": [
            ("todo", _("还有事没办"), counts["todo"]),
            ("today", _("今天到的"), counts["today"]),
            ("all", _("14天内"), counts["all"]),
        ],
        "page": page,
        "people": people,
        "groups": visible_groups(request.reach.roles),
        "may_register": bool(request.reach.roles & REGISTERING),
        "may_tell": bool(request.reach.roles & TELLING),
        "may_import": bool(request.reach.roles & KEEPING_GRID),
        "reports": _open_reports(request),
        "clause": ARRIVAL_CLAUSE,
        "day": request.day,
    }
    return render(request, "keypeople/arrivals.html", context)


def arrival(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One arrival: who, from where, on which registers until when, and what follows now."""
    entry = counting(Entry.objects.filter(kind="arrival")).filter(pk=pk).select_related("resident").first()
    if entry is None or entry.resident is None:
        raise Http404
    resident = _resident_or_404(request, entry.resident.pk, SEEING)
    found = next(iter(arrived([resident.pk], day=request.day)), None)
    if found is None or found.arrival.id != entry.pk:
        raise Http404
    covered = request.reach.covers(found.division, roles=SEEING_PHONES)
    rows = Enrolment.objects.filter(resident=found.resident, group__in=visible_groups(request.reach.roles))
    _note(request, "resident.read", SEEING, resident=found.resident, division_code=found.division)
    context = {
        "found": found,
        "phone": found.resident.phone if covered else masked_phone(found.resident.phone),
        "on": [member_said(row) for row in rows.filter(begun_by=entry).select_related("begun_by").order_by("group")],
        "watch": _page("observation:start", found.resident.pk) if request.reach.roles & REGISTERING else "",
        "may_write": bool(request.reach.roles & REGISTERING),
        "may_hand_over": request.reach.covers(found.division, roles={Role.COMMUNITY_STAFF, Role.TOWNSHIP}),
        "exempt_clause": EXEMPT_CLAUSE,
        "days": ARRIVAL_DAYS,
        "back": reverse("keypeople:arrivals"),
    }
    return render(request, "keypeople/arrival.html", context)


# ---- registering somebody ------------------------------------------------------------------------------------------
def find(request: LinliRequest) -> HttpResponse:
    """Has somebody come whom we know? What is searched for is sent in the body: a name has no place in an address."""
    text = request.POST.get("q", "").strip()[:40]
    report = _report_or_none(request)
    if not text and report is not None:
        text = report.payload["name"]
    people = find_people(text, reach=_reach(request, REGISTERING))
    homes = last_homes([one.pk for one in people], day=request.day)
    if text:
        _note(request, "residents.searched", REGISTERING, detail={"found": len(people)})
    context = {
        "text": text,
        "people": [(one, homes.get(one.pk)) for one in people],
        "report": report,
        "day": request.day,
    }
    return render(request, "keypeople/find.html", context)


def arrive(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Somebody we know has come: from where, and how."""
    resident = _resident_or_404(request, pk, REGISTERING)
    report = _report_or_none(request)
    form = ArrivalForm(_posted(request), initial=_first_said(request, report))
    if request.method == "POST" and form.is_valid():
        code = _home_code(resident, request)
        try:
            done = operations.register_arrival(
                resident,
                payload=form.payload,
                report=report.id if report is not None else None,
                channel=Channel.DESK,
                by=request.reach.actor(roles=REGISTERING, division_code=code),
                at=request.at,
            )
        except (EntryRefused, PayloadRefused, GridRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("已登记：%(name)s。接下来该办的列在下面。") % {"name": resident.name})
            return HttpResponseRedirect(back_of(request) or reverse("keypeople:arrival", args=[done.entry.pk]))
    _note(request, "resident.read", REGISTERING, resident=resident, division_code=_home_code(resident, request))
    home = last_homes([resident.pk], day=request.day).get(resident.pk)
    context = {"form": form, "resident": resident, "home": home, "report": report, **_origin_context(request, form)}
    return render(request, "keypeople/arrive.html", context, status=400 if form.errors else 200)


def newcomer(request: LinliRequest) -> HttpResponse:
    """Somebody has come whom nobody knew here: who, where they live now, and the arrival, on one page."""
    division, choices = community_or_404(request, REGISTERING)
    report = _report_or_none(request)
    own = _reach(request, REGISTERING)
    is_own_part = not request.reach.covers(division.code, roles=REGISTERING - {Role.GRID_WORKER})
    units = units_of(division, request, only=own.unit_ids if is_own_part else None)
    first = {"name": report.payload["name"], "phone": report.payload.get("phone", "")} if report else {}
    person = NewPersonForm(_posted(request), units=units, needs_household=is_own_part, initial=first)
    form = ArrivalForm(_posted(request), initial=_first_said(request, report))
    if request.method == "POST" and all([person.is_valid(), form.is_valid()]):
        data = person.cleaned_data
        try:
            home = home_in(division, unit=data["unit"], label=data["label"], request=request)
            _require_reach(home, own, is_own_part=is_own_part)
            done = operations.register_newcomer(
                Person(
                    name=data["name"],
                    phone=data["phone"],
                    documents=[Document(kind=data["document"], number=data["number"])],
                ),
                lodging=Lodging(home=home, kind=data["kind"]),
                payload=form.payload,
                report=report.id if report is not None else None,
                by=request.reach.actor(roles=REGISTERING, division_code=division.code),
                at=request.at,
            )
        except (EntryRefused, PayloadRefused, GridRefused) as refused:
            show_refusal(refused, person, form)
        else:
            messages.success(request, _("已登记：%(name)s。接下来该办的列在下面。") % {"name": data["name"]})
            return HttpResponseRedirect(back_of(request) or reverse("keypeople:arrival", args=[done.entry.pk]))
    context = {
        "person": person,
        "form": form,
        "division": division,
        "choices": choices,
        "report": report,
        **_origin_context(request, form),
    }
    return render(request, "keypeople/newcomer.html", context, status=400 if person.errors or form.errors else 200)


def origin(request: LinliRequest) -> HttpResponse:
    """While a place is typed: which divisions it may be, and the tier declared there on the day of arrival."""
    form = ReportForm if request.GET.get("told") else ArrivalForm
    said = {key: request.GET[key] for key in ("origin_code", "origin_tier") if key in request.GET}
    context = {"form": form(initial=said), **_origin_context(request, None)}
    return render(request, "keypeople/_origin.html", context)


# ---- told by others ------------------------------------------------------------------------------------------------
def reports(request: LinliRequest) -> HttpResponse:
    """Reports that somebody is coming: those to follow first."""
    found = reports_in([one.code for one in communities_for(request, FOLLOWING)], day=request.day)
    _note(request, "residents.listed", FOLLOWING, detail={"list": "reports", "found": len(found)})
    open_ = sorted((one for one in found if one.is_open), key=lambda one: one.due_at)
    context = {
        "open": open_,
        "done": [one for one in found if not one.is_open][:_A_PAGE],
        "clause": REPORT_CLAUSE,
        "at": request.at,
    }
    return render(request, "keypeople/reports.html", context)


def tell(request: LinliRequest) -> HttpResponse:
    """A host, an employer or a hotel says that somebody comes: a short form."""
    division, choices = community_or_404(request, TELLING)
    form = ReportForm(_posted(request), initial={"arrives_on": request.day})
    if request.method == "POST" and form.is_valid():
        by = request.reach.actor(roles=TELLING, division_code=division.code)
        draft = Draft(
            kind="host_report", subject=division, happened_at=request.at, payload=form.payload, channel=Channel.PHONE
        )
        try:
            done = record_entry(draft, by=by, at=request.at)
        except (EntryRefused, PayloadRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("已记下，会列在村（社区）的清单上，到时核实。"))
            if request.reach.roles & FOLLOWING:
                return HttpResponseRedirect(reverse("keypeople:report", args=[done.entry.pk]))
            return HttpResponseRedirect(reverse("keypeople:arrivals"))
    context = {
        "form": form,
        "division": division,
        "choices": choices,
        "clause": REPORT_CLAUSE,
        **_origin_context(request, form, told=True),
    }
    return render(request, "keypeople/tell.html", context, status=400 if form.errors else 200)


def report(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One report: register the arrival, or say what became of it."""
    told = report_of(pk)
    if told is None or not request.reach.covers(told.division, roles=FOLLOWING):
        raise Http404
    form = ReportDoneForm(_posted(request))
    if request.method == "POST" and told.is_open and form.is_valid():
        by = request.reach.actor(roles=FOLLOWING, division_code=told.division)
        try:
            operations.follow_up_report(
                Entry.objects.get(pk=pk),
                outcome=form.cleaned_data["outcome"],
                note=form.cleaned_data["note"],
                by=by,
                at=request.at,
            )
        except (EntryRefused, PayloadRefused) as refused:
            show_refusal(refused, form)
        else:
            messages.success(request, _("已写明结果。"))
            return HttpResponseRedirect(back_of(request) or reverse("keypeople:reports"))
    _note(request, "report.read", FOLLOWING, entry=pk, division_code=told.division)
    sees_phones = request.reach.covers(told.division, roles=SEEING_PHONES)
    context = {
        "told": told,
        "phone": _shown(told.payload.get("phone", ""), sees_phones),
        "teller_phone": _shown(told.payload.get("teller_phone", ""), sees_phones),
        "form": form,
        "may_register": request.reach.covers(told.division, roles=REGISTERING),
        "arrival": told.done.payload.get("arrival", "") if told.done is not None else "",
        "at": request.at,
        "clause": REPORT_CLAUSE,
    }
    return render(request, "keypeople/report.html", context, status=400 if form.errors else 200)


# ---- what they share -----------------------------------------------------------------------------------------------
def _reach(request: LinliRequest, roles: Iterable[Role]) -> GridReach:
    return reach_for(request.reach, roles, day=request.day)


def _resident_or_404(request: LinliRequest, pk: UUID, roles: Iterable[Role]) -> Resident:
    found = _reach(request, roles).residents().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _home_code(resident: Resident, request: LinliRequest) -> str:
    row = last_homes([resident.pk], day=request.day)[resident.pk]
    return row.household.unit.division_id if row.household is not None else str(row.division_id)


def _require_reach(home: Home, own: GridReach, *, is_own_part: bool) -> None:
    """A grid worker registers newcomers in the own part of the grid alone."""
    if is_own_part and (home.household is None or not own.households().filter(pk=home.household.pk).exists()):
        raise GridRefused("home_missing", field="label")


def _report_or_none(request: LinliRequest) -> HostReport | None:
    """The open report from which one came, if it is ours."""
    try:
        told = report_of(UUID(request.GET.get("report", "")))
    except ValueError:
        return None
    if told is None or not told.is_open or not request.reach.covers(told.division, roles=FOLLOWING):
        return None
    return told


def _open_reports(request: LinliRequest) -> int | None:
    """How many reports wait; None for those who do not follow them."""
    if not request.reach.roles & FOLLOWING:
        return None
    found = reports_in([one.code for one in communities_for(request, FOLLOWING)], day=request.day)
    return sum(one.is_open for one in found)


def _first_said(request: LinliRequest, report: HostReport | None) -> dict[str, Any]:
    """What stands in the form at first: today, and what a report has told."""
    first: dict[str, Any] = {"arrived_on": request.day}
    if report is not None:
        first |= {key: report.payload[key] for key in _PREFILLED if key in report.payload}
        told_by = report.payload["told_by"]
        first["told_by"] = told_by if told_by != "NEIGHBOUR" else "SWEEP"
        if report.arrives_on <= request.day:
            first["arrived_on"] = report.arrives_on
    return first


def _origin_context(request: LinliRequest, form: Any, *, told: bool = False) -> dict[str, Any]:
    """The places that the text may mean and the tier to propose. ``form`` None: what a script asks while one types."""
    if form is None:
        given = request.GET.get
        text, chosen, said = given("origin", ""), given("origin_code", ""), given("origin_tier", "")
        on = given("arrived_on", "") or given("arrives_on", "")
        is_told = bool(given("told"))
    else:
        text, chosen, said = (str(form[name].value() or "") for name in ("origin", "origin_code", "origin_tier"))
        on, is_told = str(form["arrives_on" if told else "arrived_on"].value() or ""), told
    try:
        day = min(date.fromisoformat(on), request.day)
    except ValueError:
        day = request.day
    found = origins_named(text, day=day, chosen=chosen)
    picked = next((one for one in found if one.division.code == chosen), None)
    if picked is None and found and is_sure(text, found):
        picked = found[0]
    proposed = (picked.tier if picked is not None else None) or ""
    return {
        "origins": found,
        "picked": picked,
        "tier_day": day,
        # While one types the place decides; what was sent stands as it was sent.
        "tier": (proposed or said) if form is None else (said or proposed),
        "is_told": is_told,
    }


def _page(route: str, *given: object) -> str:
    """The address of a page of another program; empty where there is none."""
    try:
        return reverse(route, args=given)
    except NoReverseMatch:
        return ""


def _shown(phone: str, sees_phones: bool) -> str:
    return phone if sees_phones else masked_phone(phone)


def _posted(request: LinliRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _note(
    request: LinliRequest,
    action: str,
    roles: Iterable[Role],
    *,
    resident: Resident | None = None,
    entry: UUID | None = None,
    division_code: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    record_act(
        action,
        by=request.reach.actor(roles=roles, division_code=division_code),
        at=request.at,
        object_type="resident" if resident is not None else "entry" if entry is not None else "",
        object_id=resident.pk if resident is not None else entry or "",
        division_code=division_code,
        detail=detail,
    )
