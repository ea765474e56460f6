"""The policy pages. Each loads what was asked, checks it, makes one call, and answers."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from linli.community.request import LinliRequest
from linli.explorer import comparing, handbooks, instruments_shown, judging, queries
from linli.explorer.forms import FilterForm, OrderForm, SituationForm, found_places
from linli.explorer.situation import Situation, current_rulebook, known_in, usual_place
from linli.policy.rulebook import Rulebook

HERE = "explorer:explore"
BAD = 400
UNAVAILABLE = 503


def explore(request: LinliRequest) -> HttpResponse:
    """What must, may and must not be done in a place on a day. htmx asks for the answer alone."""
    book = current_rulebook()
    asked, filters = _asked(request, book), FilterForm(request.GET, words=book.words)
    if not (asked.is_valid() and filters.is_valid()):
        problems = asked.problems + filters.problems
        if _is_fragment(request):
            return _render(request, "_refused", {"problems": problems}, status=BAD)
        usual = queries.explore(book, asked.usual)
        return _render(request, "explore", {"page": usual, "problems": problems, "here": HERE}, status=BAD)
    whole = frozenset(request.GET.getlist("show"))
    page = queries.explore(book, asked.situation, filters=filters.filters, whole=whole, was=asked.was)
    text = request.GET.get("q", "").strip()
    response = _render(
        request,
        "_answer" if _is_fragment(request) else "explore",
        {"page": page, "text": text, "found": found_places(text), "is_fragment": _is_fragment(request), "here": HERE},
    )
    if _is_fragment(request):
        response["HX-Push-Url"] = f"{reverse('explorer:explore')}?{page.page_query}"
    return response


def places(request: LinliRequest) -> HttpResponse:
    """The places that match what was typed, each as a link that keeps the rest of the question."""
    text = request.GET.get("q", "").strip()
    asked = _asked(request, current_rulebook())
    kept = [(k, v) for k, v in request.GET.items() if k not in ("q", "place", "was", "slide") and v]
    context = {"text": text, "found": found_places(text), "kept": urlencode(kept), "is_valid": asked.is_valid()}
    return _render(request, "_places_found" if _is_fragment(request) else "places", context)


def norm(request: LinliRequest, norm: str) -> HttpResponse:
    """The sheet of one norm: instrument, clause, paraphrase, matched facts, reading, pack."""
    book = current_rulebook()
    if norm not in book.norm:
        raise Http404
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, status=BAD)
    situation = asked.situation if "day" in request.GET else None
    sheet = queries.norm_sheet(book, book.norm[norm], situation)
    context = {"sheet": sheet, "situation": situation, "query": situation.query(book.words) if situation else ""}
    return _render(request, "_sheet" if _is_fragment(request) else "norm", context)


def measure(request: LinliRequest, action: str) -> HttpResponse:
    """What stands behind the scale of a measure."""
    book = current_rulebook()
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, status=BAD)
    sheet = queries.measure_shown(book, action, asked.situation)
    if sheet is None:
        raise Http404
    context = {"sheet": sheet, "situation": asked.situation, "query": asked.situation.query(book.words)}
    return _render(request, "_measure" if _is_fragment(request) else "measure", context)


def compare(request: LinliRequest) -> HttpResponse:
    """Two days, or two sets of facts, side by side."""
    book = current_rulebook()
    before = _asked(request, book)
    if not before.is_valid():
        return _render(request, "compare", {"problems": before.problems}, status=BAD)
    after = SituationForm(request.GET, book=book, usual=before.situation, side="to_")
    if not after.is_valid():
        return _render(request, "compare", {"problems": after.problems}, status=BAD)
    other = after.situation
    if "to_day" not in request.GET:
        other = comparing.usual_comparison(before.situation, known_in(before.situation, book.words))
    page = comparing.compare(book, before.situation, other, whole=frozenset(request.GET.getlist("show")))
    return _render(request, "compare", {"page": page})


def judge(request: LinliRequest) -> HttpResponse:
    """Is a proposed measure lawful here, under which clause, and what would be?"""
    book = current_rulebook()
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "judge", {"problems": asked.problems}, status=BAD)
    situation = asked.situation
    form = OrderForm(request.GET, words=book.words, day=situation.day)
    context: dict[str, Any] = {
        "page": judging.order_page(book, situation, given=request.GET.dict(), groups=form.groups),
        "form": form,
    }
    if not form.is_asked:
        return _render(request, "judge", context)
    if not form.is_valid() or form.order is None:
        return _render(request, "judge", context | {"problems": form.problems}, status=BAD)
    return _render(request, "judge", context | {"judged": judging.judge(book, form.order, situation)})


def instruments(request: LinliRequest) -> HttpResponse:
    """The instruments that the answers rest on."""
    book = current_rulebook()
    return _render(request, "instruments", {"cards": instruments_shown.cards(book, request.day), "day": request.day})


def instrument(request: LinliRequest, instrument: str) -> HttpResponse:
    """One instrument, clause by clause. htmx asks for the norms of one clause."""
    book = current_rulebook()
    pack = book.pack_of.get(instrument)
    if pack is None:
        raise Http404
    opened = request.GET.get("clause", "")
    page = instruments_shown.instrument(book, pack, request.day, opened=opened)
    if _is_fragment(request):
        lines = next((clause.lines for clause in page.clauses if clause.clause.cite == opened), ())
        return _render(request, "_plain_lines", {"lines": lines})
    return _render(request, "instrument", {"page": page, "opened": opened})


def handbook(request: LinliRequest) -> HttpResponse:
    """The handbook of one community and day."""
    book = current_rulebook()
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "handbook", {"problems": asked.problems}, status=BAD)
    return _render(request, "handbook", {"page": handbooks.handbook(book, asked.situation)})


def handbook_pdf(request: LinliRequest) -> HttpResponse:
    """The handbook on A4 paper."""
    book = current_rulebook()
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "handbook", {"problems": asked.problems}, status=BAD)
    page = handbooks.handbook(book, asked.situation)
    try:
        content = handbooks.printed(page)
    except handbooks.FontsMissing:
        return _render(request, "handbook", {"page": page, "fonts_missing": True}, status=UNAVAILABLE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.file_name}"'
    return response


def _asked(request: LinliRequest, book: Rulebook) -> SituationForm:
    return SituationForm(request.GET, book=book, usual=Situation(usual_place(request.reach), request.day))


def _is_fragment(request: LinliRequest) -> bool:
    """Does a script want a part of the page? When it restores history it wants all of it."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _render(request: LinliRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"explorer/{name}.html", context, status=status)
