"""Pages of what is declared: find a place, see its history; for the county command declare, correct, end, withdraw."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import get_reachable_or_404, within
from linli.community.codes import TOWNSHIP, VILLAGE
from linli.community.models import Division
from linli.community.queries import ancestors, deployment, names_of, search_divisions
from linli.community.request import LinliRequest
from linli.policy.vocabulary import Vocabulary
from linli.response import operations, queries, wording
from linli.response.fact_values import FactRefused
from linli.response.forms import CorrectForm, DeclareForm, EndForm, RefusableForm, WithdrawForm
from linli.response.models import Declaration
from linli.response.operations import DeclarationRefused
from linli.response.permissions import DECLARING, SEEING_NAMES, SEEING_STATUS
from linli.response.queries import RESPONSE, Chain, PlaceState, Segment, Touch

BANDS = ("tier", "community_class", RESPONSE)
_ON_FRONT = 12
_A_PAGE = 50
_WIDTH = 1000


# ---- reading -------------------------------------------------------------------------------------------------------
def declarations(request: LinliRequest) -> HttpResponse:
    """Find a place; below, the county of this deployment and what was declared last. htmx asks for the finds alone."""
    text = request.GET.get("q", "").strip()[:60]
    context: dict[str, Any] = {"text": text, "found": search_divisions(text)}
    if request.headers.get("HX-Request"):
        return render(request, "response/found.html", context)
    deployed = deployment()
    if deployed is not None and not text:
        words = queries.vocabulary()
        county = deployed.county
        state = queries.facts_of(county.code, day=request.day)
        rows = queries.latest_declarations(county.code, day=request.day, limit=_ON_FRONT)
        latest = [_Shown(row, words=words) for row in rows]
        context |= {"county": county, "state": _state_lines(state, words=words), "latest": latest}
    return render(request, "response/declarations.html", context)


def place(request: LinliRequest, code: str) -> HttpResponse:
    """One place: what holds today, the bands over the days, and every declaration with its source and corrections."""
    division = _division_or_404(code)
    words = queries.vocabulary()
    chains = queries.history_of(division.code)
    wanted = request.GET.get("show", "")
    shown = [chain for chain in chains if (chain.touch is Touch.INSIDE) == (wanted == "inside")]
    page = Paginator(list(reversed(shown)), _A_PAGE).get_page(request.GET.get("page"))
    names = _names(request, (row for chain in page for row in chain.rows))
    context = {
        "division": division,
        "ancestors": ancestors(division),
        "day": request.day,
        "state": _state_lines(queries.facts_of(division.code, day=request.day), words=words),
        "bands": _bands(division.code, chains, day=request.day, words=words),
        "page": page,
        "entries": [_Shown(chain.last, words=words, chain=chain, names=names) for chain in page],
        "inside": sum(chain.touch is Touch.INSIDE for chain in chains),
        "shows_inside": wanted == "inside",
        "may_declare": request.reach.covers(division.code, roles=DECLARING),
        "sees_names": _sees_names(request),
    }
    return render(request, "response/place.html", context)


def status(request: LinliRequest) -> HttpResponse:
    """The response of every community in reach: counted per township, listed for one of them."""
    areas = request.reach.divisions(SEEING_STATUS)
    reach = within(Division.objects.all(), areas=areas, path="code")
    townships = list(reach.filter(level=TOWNSHIP).order_by("code"))
    chosen_code = request.GET.get("township", "")
    chosen = next((one for one in townships if one.code == chosen_code), None)
    if chosen_code and chosen is None:
        raise Http404
    if chosen is None and len(townships) == 1:
        chosen = townships[0]
    communities = list(within(reach.filter(level=VILLAGE), areas=[chosen.code] if chosen else areas, path="code"))
    states = queries.states_of((one.code for one in communities), day=request.day)
    context: dict[str, Any] = {"day": request.day, "chosen": chosen, "several": len(townships) > 1}
    if chosen is not None:
        context["rows"] = [(one, states[one.code].sources.get(RESPONSE)) for one in communities]
    else:
        context["townships"] = [
            (township, _counted([states[one.code] for one in communities if one.parent_id == township.code]))
            for township in townships
        ]
    words = queries.vocabulary()
    changes = _response_changes(areas, day=request.day)
    names = _names(request, changes)
    context["changes"] = [_Shown(row, words=words, names=names) for row in changes]
    return render(request, "response/status.html", context)


# ---- writing -------------------------------------------------------------------------------------------------------
def declare(request: LinliRequest, code: str) -> HttpResponse:
    """Declare one fact of a place in one's own county."""
    division = get_reachable_or_404(
        Division.objects.all(), reach=request.reach, roles=DECLARING, path="code", code=code
    )
    words = queries.vocabulary()
    fact = request.GET.get("fact", "tier")
    if fact not in words.facts:
        raise Http404
    form = DeclareForm(_posted(request), fact=fact, words=words, initial={"from_day": request.day})
    by = request.reach.actor(roles=DECLARING, division_code=division.code)

    def do() -> Declaration:
        data = form.cleaned_data
        area = None
        if data["area"]:
            area = operations.area_called(
                data["area"], division=division, is_new=data["is_new_area"], by=by, at=request.at
            )
        return operations.declare(
            form.statement(),
            place=operations.Place(division=division, area=area, is_rest=data["is_rest"]),
            source=form.source(),
            reason=data["reason"],
            ends_earlier=data["ends_earlier"],
            by=by,
            at=request.at,
        )

    done = _try(request, form, do, said=_("已登记。"))
    if done is not None:
        return done
    facts = [(one, wording.fact_label(one, words=words)) for one in words.facts]
    current = queries.facts_of(division.code, day=request.day).sources.get(fact)
    context = {
        "division": division,
        "ancestors": ancestors(division),
        "form": form,
        "facts": facts,
        "fact": fact,
        "fact_label": wording.fact_label(fact, words=words),
        "current": _StateLine(current, words=words) if current else None,
    }
    return render(request, "response/declare.html", context, status=400 if form.errors else 200)


def correct(request: LinliRequest, pk: int) -> HttpResponse:
    """Say what should have been declared."""
    row = _row_or_404(request, pk)
    form = CorrectForm(_posted(request), fact=row.fact, words=queries.vocabulary(), initial=CorrectForm.initial_of(row))

    def do() -> Declaration:
        return operations.correct(
            row,
            statement=form.statement(),
            source=form.source(),
            reason=form.cleaned_data["reason"],
            by=_by(request, row),
            at=request.at,
        )

    done = _try(request, form, do, said=_("已更正，原来的一行仍留在记录里。"))
    return done or _follow_page(request, row, form=form, template="response/correct.html")


def end(request: LinliRequest, pk: int) -> HttpResponse:
    """End a declaration on a day."""
    row = _row_or_404(request, pk)
    form = EndForm(_posted(request), initial={"to_day": request.day})

    def do() -> Declaration:
        data = form.cleaned_data
        return operations.end(row, to_day=data["to_day"], reason=data["reason"], by=_by(request, row), at=request.at)

    done = _try(request, form, do, said=_("已写明结束的日期。"))
    return done or _follow_page(request, row, form=form, template="response/end.html")


def withdraw(request: LinliRequest, pk: int) -> HttpResponse:
    """Take back what should never have been declared."""
    row = _row_or_404(request, pk)
    form = WithdrawForm(_posted(request))

    def do() -> Declaration:
        return operations.withdraw(row, reason=form.cleaned_data["reason"], by=_by(request, row), at=request.at)

    done = _try(request, form, do, said=_("已撤回，原来的一行仍留在记录里。"))
    return done or _follow_page(request, row, form=form, template="response/withdraw.html")


def _try(
    request: LinliRequest, form: RefusableForm, do: Callable[[], Declaration], *, said: str
) -> HttpResponse | None:
    """Do it if the form was sent and is complete; None when the form must be shown, with what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            row = do()
    except (DeclarationRefused, FactRefused) as refused:
        form.refuse(refused)
        return None
    messages.success(request, said)
    return HttpResponseRedirect(reverse("response:place", args=[row.division_id]))


def _posted(request: LinliRequest) -> Any:
    """What was sent; None when the page is merely opened."""
    return request.POST if request.method == "POST" else None


def _follow_page(request: LinliRequest, row: Declaration, *, form: RefusableForm, template: str) -> HttpResponse:
    context = {"row": _Shown(row, words=queries.vocabulary()), "division": row.division, "form": form}
    return render(request, template, context, status=400 if form.errors else 200)


def _division_or_404(code: str) -> Division:
    division = Division.objects.filter(code=code).first()
    if division is None:
        raise Http404
    return division


def _row_or_404(request: LinliRequest, pk: int) -> Declaration:
    rows = Declaration.objects.select_related("division", "area")
    return get_reachable_or_404(rows, reach=request.reach, roles=DECLARING, path="division_id", pk=pk)


def _by(request: LinliRequest, row: Declaration) -> Any:
    return request.reach.actor(roles=DECLARING, division_code=row.division_id)


# ---- what the templates show ---------------------------------------------------------------------------------------
class _StateLine:
    """One fact that holds, in words."""

    def __init__(self, source: queries.DeclaredFact, *, words: Vocabulary) -> None:
        self.source = source
        self.label = wording.fact_label(source.fact, words=words)
        value = str(source.value)
        self.value = wording.value_label(source.fact, value, words=words)
        self.code = value


def _state_lines(state: PlaceState, *, words: Vocabulary) -> list[_StateLine]:
    return [_StateLine(source, words=words) for source in state.sources.values()]


class _Shown:
    """One declaration in words, with the rows it replaced. ``by`` is empty for those who may not see names."""

    def __init__(
        self,
        row: Declaration,
        *,
        words: Vocabulary,
        chain: Chain | None = None,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.row = row
        self.touch = chain.touch.value if chain else ""
        self.label = wording.fact_label(row.fact, words=words)
        self.headline = wording.headline(row, words=words)
        self.place = wording.place_label(row.division, area=row.area, is_rest=row.is_rest)
        self.by = names.get(row.declared_by, "")
        self.earlier = [_Shown(one, words=words, names=names) for one in chain.earlier] if chain else []
        self.is_open = row.to_day is None
        self.is_withdrawn = row.kind == Declaration.Kind.WITHDRAWN


@dataclass(frozen=True, kw_only=True)
class _Bar:
    """One segment of a band: where it is drawn, in thousandths, and how high, 1 … 3 of 3."""

    x: int
    width: int
    height: int
    y: int
    code: str


@dataclass(frozen=True, kw_only=True)
class _Band:
    """One fact over the days: drawn, and as lines of a table."""

    label: str
    bars: list[_Bar]
    lines: list[tuple[Segment, str]]
    first_day: date
    last_day: date
    today: int


def _bands(code: str, chains: list[Chain], *, day: date, words: Vocabulary) -> list[_Band]:
    segments = {fact: queries.segments_of(code, fact=fact, chains=chains) for fact in BANDS}
    days = [one.from_day for band in segments.values() for one in band]
    if not days:
        return []
    ends = [one.to_day for band in segments.values() for one in band if one.to_day]
    first, last = min(days), max([*ends, *days, day]) + timedelta(days=30)
    return [_band(fact, band, first=first, last=last, day=day, words=words) for fact, band in segments.items() if band]


def _band(fact: str, segments: list[Segment], *, first: date, last: date, day: date, words: Vocabulary) -> _Band:
    length = (last - first).days

    def at(moment: date) -> int:
        return round(_WIDTH * (moment - first).days / length)

    bars = [
        _Bar(
            x=at(one.from_day),
            width=max(at(one.to_day or last) - at(one.from_day), 2),
            height=_height(one.value, values=words.facts[fact].values) * 12,
            y=36 - _height(one.value, values=words.facts[fact].values) * 12,
            code=one.value.lower(),
        )
        for one in segments
        if one.value is not None
    ]
    lines = [
        (one, wording.value_label(fact, one.value, words=words) if one.value is not None else _("未登记"))
        for one in reversed(segments)
    ]
    return _Band(
        label=wording.fact_label(fact, words=words),
        bars=bars,
        lines=lines,
        first_day=first,
        last_day=last,
        today=at(day) if first <= day <= last else -1,
    )


def _height(value: str | None, *, values: Sequence[object]) -> int:
    """How grave a value is, 1 … 3: its place among the values of the fact."""
    if value in ("true", "false"):
        return 3 if value == "true" else 1
    known = [str(one) for one in values]
    return 1 + known.index(value) if value in known else 1


@dataclass(frozen=True, kw_only=True)
class _Count:
    """How many communities have a response on, have none, and of how many nothing is declared."""

    active: int
    stopped: int
    unknown: int


def _counted(states: Iterable[PlaceState]) -> _Count:
    values = [state.facts.values.get(RESPONSE) for state in states]
    return _Count(active=values.count(True), stopped=values.count(False), unknown=values.count(None))


def _response_changes(areas: tuple[str, ...], *, day: date) -> list[Declaration]:
    rows = within(queries.counting(), areas=areas, path="division_id")
    rows = rows.filter(fact=RESPONSE, from_day__lte=day).select_related("division", "area")
    return list(rows.order_by("-from_day", "-id")[:_ON_FRONT])


def _sees_names(request: LinliRequest) -> bool:
    return bool(request.reach.roles & SEEING_NAMES)


def _names(request: LinliRequest, rows: Iterable[Declaration]) -> dict[str, str]:
    """Who declared, for officials who are signed in; nobody else learns a name."""
    return names_of({row.declared_by for row in rows}) if _sees_names(request) else {}
