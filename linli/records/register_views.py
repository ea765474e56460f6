"""Pages of the registers: all that one may see, one of them, and whom to put on it by hand.

Opening a register and searching are written to the trail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from linli.community.access import GridReach, within
from linli.community.codes import VILLAGE, is_within
from linli.community.identity import masked_phone
from linli.community.models import Division, Residence, Resident
from linli.community.people.search import search_people
from linli.community.permissions import SEEING_PHONES
from linli.community.request import LinliRequest
from linli.community.roles import Role
from linli.records import line_lists
from linli.records.line_lists import LineList, Period
from linli.records.models import Enrolment
from linli.records.queries import enrolled
from linli.records.registers import Register, visible_groups
from linli.records.registers import registers as all_registers
from linli.records.sight import reach_for
from linli.records.timeline import Membership, hand_roles, member_said
from linli.trail.operations import record_act

EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a register: the membership, the person, where they live, and the phone as far as it may be seen."""

    member: Membership
    resident: Resident
    here: Residence | None
    phone: str
    may_end: bool


def registers(request: LinliRequest) -> HttpResponse:
    """All registers that one may see, those with people on them first, with how many there are today."""
    shown = [all_registers()[group] for group in visible_groups(request.reach.roles)]
    numbers = _counts(request, shown)
    context = {
        "used": [(one, numbers[one.group]) for one in shown if numbers[one.group]],
        "empty": [one for one in shown if not numbers[one.group]],
        "day": request.day,
    }
    return render(request, "records/registers.html", context)


def register(request: LinliRequest, group: str) -> HttpResponse:
    """Who is on one register: today, on another day, or between two days. What is searched for is sent in the body."""
    found, reach = _register_or_404(request, group)
    period, is_span = _period(request)
    community = _community(request, reach)
    inside = reach if community is None else GridReach(day=reach.day, areas=(community.code,))
    text = request.POST.get("q", "").strip()[:40]
    listed = line_lists.line_list(group, reach=inside, period=period, text=text, after=request.GET.get("after", ""))
    code = community.code if community else ""
    _note_read(
        "register.seen",
        request,
        roles=found.roles,
        object_type="register",
        object_id=group,
        division_code=code,
        detail={"day": period.from_day.isoformat(), "to_day": period.to_day.isoformat(), "found": len(listed.rows)},
    )
    context = {
        "register": found,
        "day": request.day,
        "period": period,
        "is_span": is_span,
        "is_today": not is_span and period == Period.of(request.day),
        "community": community,
        "communities": _communities(reach),
        "text": text,
        "is_too_short": line_lists.is_too_short(text, reach=inside),
        "is_wide": inside.is_wide,
        "rows": _rows(request, listed),
        "more": _more(request, listed),
        "may_put_on": bool(request.reach.divisions(hand_roles("enrolment", group))),
        "here": request.get_full_path(),
    }
    return render(request, "records/register.html", context)


def put_on(request: LinliRequest, group: str) -> HttpResponse:
    """Find the person to put on a register that is kept by hand; the form of the entry does the rest."""
    found, _reach = _register_or_404(request, group)
    writers = hand_roles("enrolment", group)
    if not request.reach.divisions(writers):
        raise Http404
    reach = reach_for(request.reach, writers, day=request.day)
    text = request.POST.get("q", "").strip()[:40]
    people = search_people(text, reach=reach).residents
    if text:
        detail = {"found": len(people), "register": group}
        _note_read("residents.searched", request, roles=found.roles, detail=detail)
    on = enrolled([group], day=request.day).filter(resident__in=[one.pk for one in people])
    standing = set(on.values_list("resident_id", flat=True))
    context = {
        "register": found,
        "text": text,
        "people": [(one, one.pk in standing) for one in people],
        "day": request.day,
        "next": reverse("records:register", args=[group]),
    }
    return render(request, "records/put_on.html", context)


# ---- what they share -----------------------------------------------------------------------------------------------
def _register_or_404(request: LinliRequest, group: str) -> tuple[Register, GridReach]:
    if group not in visible_groups(request.reach.roles):
        raise Http404
    found = all_registers()[group]
    return found, reach_for(request.reach, found.roles, day=request.day)


def _counts(request: LinliRequest, shown: Iterable[Register]) -> dict[str, int]:
    together: dict[GridReach, list[str]] = {}
    for audience, groups in groupby(sorted(shown, key=_audience), key=_audience):
        reach = reach_for(request.reach, [Role(one) for one in audience], day=request.day)
        together.setdefault(reach, []).extend(one.group for one in groups)
    numbers: dict[str, int] = {}
    for reach, names in together.items():
        numbers |= line_lists.counts(names, reach=reach, day=request.day)
    return numbers


def _audience(register: Register) -> list[str]:
    return sorted(register.roles)


def _period(request: LinliRequest) -> tuple[Period, bool]:
    """The days asked for, and whether they are given as two. What is no day is today."""
    first, last = _day(request.GET.get("from")), _day(request.GET.get("to"))
    if first is not None and last is not None:
        low, high = min(first, last), max(first, last)
        return Period(from_day=low, to_day=Period.of(high).to_day), True
    return Period.of(_day(request.GET.get("day")) or request.day), False


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _communities(reach: GridReach) -> list[Division]:
    if len(reach.areas) < 2 and not reach.is_wide:
        return []
    rows = within(Division.objects.filter(level=VILLAGE), areas=reach.areas, path="code")
    return list(rows.select_related("parent").order_by("code"))


def _community(request: LinliRequest, reach: GridReach) -> Division | None:
    code = request.GET.get("community", "")
    if not code:
        return None
    found = within(Division.objects.filter(level=VILLAGE), areas=reach.areas, path="code").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _rows(request: LinliRequest, listed: LineList) -> list[Row]:
    return [_row(request, one) for one in listed.rows]


def _row(request: LinliRequest, row: Enrolment) -> Row:
    here = next(iter(row.resident.here), None)  # type: ignore[attr-defined] # prefetched by line_list
    code = "" if here is None else here.household.unit.division_id if here.household else here.division_id
    held = frozenset(one.role for one in request.reach.grants if code and is_within(code, one.division_code))
    member = member_said(row, roles=held)
    return Row(
        member=member,
        resident=row.resident,
        here=here,
        phone=row.resident.phone if held & SEEING_PHONES else masked_phone(row.resident.phone),
        may_end=member.may_end,
    )


def _more(request: LinliRequest, listed: LineList) -> str:
    if not listed.after:
        return ""
    asked = {name: request.GET.get(name, "") for name in ("day", "from", "to", "community") if name in request.GET}
    return "?" + urlencode({**asked, "after": listed.after})


def _note_read(
    action: str, request: LinliRequest, *, roles: Iterable[Role], division_code: str = "", **what: Any
) -> None:
    by = request.reach.actor(roles=roles, division_code=division_code)
    record_act(action, by=by, at=request.at, division_code=division_code, **what)
