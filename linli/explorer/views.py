"""The policy pages. Each loads what was asked, checks it, makes one call, and answers."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.community.paper import FontsMissing
from linli.community.request import LinliRequest
from linli.explorer import comparing, handbooks, instruments_shown, judging, queries, readings_shown
from linli.explorer.forms import FilterForm, OrderForm, SituationForm, found_places
from linli.explorer.situation import Situation, current_rulebook, known_in, reading_pairs, usual_place
from linli.explorer.trying import trial_of
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
            return _render(request, "_refused", {"problems": problems}, asked, status=BAD)
        usual = queries.explore(book, asked.usual)
        return _render(request, "explore", {"page": usual, "problems": problems, "here": HERE}, asked, status=BAD)
    page = queries.explore(
        asked.book,
        asked.situation,
        filters=filters.filters,
        whole=frozenset(request.GET.getlist("show")),
        was=asked.was,
        in_force=book if asked.readings else None,
    )
    text = request.GET.get("q", "").strip()
    response = _render(
        request,
        "_answer" if _is_fragment(request) else "explore",
        {"page": page, "text": text, "found": found_places(text), "is_fragment": _is_fragment(request), "here": HERE},
        asked,
    )
    if _is_fragment(request):
        response["HX-Push-Url"] = f"{reverse('explorer:explore')}?{page.page_query}"
    return response


def places(request: LinliRequest) -> HttpResponse:
    """The places that match what was typed, each as a link that keeps the rest of the question."""
    text = request.GET.get("q", "").strip()
    asked = _asked(request, current_rulebook())
    dropped = ("q", "place", "was", "slide")
    kept = [(name, v) for name, values in request.GET.lists() if name not in dropped for v in values if v]
    context = {"text": text, "found": found_places(text), "kept": urlencode(kept), "is_valid": asked.is_valid()}
    return _render(request, "_places_found" if _is_fragment(request) else "places", context, asked)


def norm(request: LinliRequest, norm: str) -> HttpResponse:
    """The sheet of one norm: instrument, clause, paraphrase, matched facts, reading, pack.

    A norm that holds only under another reading is shown under that reading.
    """
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, asked, status=BAD)
    book = asked.book
    if norm not in book.norm:
        found = next((n for pack in book.packs for n in pack.norms if n.id == norm), None)
        if found is None:
            raise Http404
        kept = [(name, v) for name, values in request.GET.lists() if name != "reading" for v in values]
        tried = reading_pairs({**asked.readings, **dict(found.under)})
        return redirect(f"{request.path}?{urlencode(kept + tried)}")
    situation = asked.situation if "day" in request.GET else None
    sheet = queries.norm_sheet(book, book.norm[norm], situation)
    query = situation.query(book.words) if situation else urlencode(reading_pairs(asked.readings))
    context = {"sheet": sheet, "situation": situation, "query": query}
    return _render(request, "_sheet" if _is_fragment(request) else "norm", context, asked)


def measure(request: LinliRequest, action: str) -> HttpResponse:
    """What stands behind the scale of a measure."""
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, asked, status=BAD)
    book = asked.book
    sheet = queries.measure_shown(book, action, asked.situation)
    if sheet is None:
        raise Http404
    context = {"sheet": sheet, "situation": asked.situation, "query": asked.situation.query(book.words)}
    return _render(request, "_measure" if _is_fragment(request) else "measure", context, asked)


def compare(request: LinliRequest) -> HttpResponse:
    """Two days, or two sets of facts, side by side."""
    before = _asked(request, current_rulebook())
    if not before.is_valid():
        return _render(request, "compare", {"problems": before.problems}, before, status=BAD)
    book = before.book
    after = SituationForm(request.GET, book=book, usual=before.situation, side="to_")
    if not after.is_valid():
        return _render(request, "compare", {"problems": after.problems}, before, status=BAD)
    other = after.situation
    if "to_day" not in request.GET:
        other = comparing.usual_comparison(before.situation, known_in(before.situation, book.words))
    page = comparing.compare(book, before.situation, other, whole=frozenset(request.GET.getlist("show")))
    return _render(request, "compare", {"page": page}, before)


def judge(request: LinliRequest) -> HttpResponse:
    """Is a proposed measure lawful here, under which clause, and what would be?"""
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "judge", {"problems": asked.problems}, asked, status=BAD)
    book = asked.book
    situation = asked.situation
    form = OrderForm(request.GET, words=book.words, day=situation.day)
    context: dict[str, Any] = {
        "page": judging.order_page(book, situation, given=request.GET.dict(), groups=form.groups),
        "form": form,
    }
    if not form.is_asked:
        return _render(request, "judge", context, asked)
    if not form.is_valid() or form.order is None:
        return _render(request, "judge", context | {"problems": form.problems}, asked, status=BAD)
    return _render(request, "judge", context | {"judged": judging.judge(book, form.order, situation)}, asked)


def instruments(request: LinliRequest) -> HttpResponse:
    """The instruments that the answers rest on."""
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, asked, status=BAD)
    cards = instruments_shown.cards(asked.book, request.day)
    return _render(request, "instruments", {"cards": cards, "day": request.day}, asked)


def instrument(request: LinliRequest, instrument: str) -> HttpResponse:
    """One instrument, clause by clause. htmx asks for the norms of one clause."""
    book = current_rulebook()
    pack = book.pack_of.get(instrument)
    if pack is None:
        raise Http404
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, asked, status=BAD)
    opened = request.GET.get("clause", "")
    page = instruments_shown.instrument(book, pack, asked.situation, opened=opened)
    query = urlencode(reading_pairs(asked.readings))
    if _is_fragment(request):
        lines = next((clause.lines for clause in page.clauses if clause.clause.cite == opened), ())
        return _render(request, "_plain_lines", {"lines": lines, "query": query}, asked)
    return _render(request, "instrument", {"page": page, "opened": opened, "query": query}, asked)


def readings(request: LinliRequest) -> HttpResponse:
    """The numbered readings that notes cite, each with what rests on it."""
    book = current_rulebook()
    asked = _asked(request, book)
    if not asked.is_valid():
        return _render(request, "problem", {"problems": asked.problems}, asked, status=BAD)
    page = readings_shown.readings_page(book, asked.situation)
    return _render(request, "readings", {"page": page, "query": urlencode(reading_pairs(asked.readings))}, asked)


def handbook(request: LinliRequest) -> HttpResponse:
    """The handbook of one community and day."""
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "handbook", {"problems": asked.problems}, asked, status=BAD)
    return _render(request, "handbook", {"page": handbooks.handbook(asked.book, asked.situation)}, asked)


def handbook_pdf(request: LinliRequest) -> HttpResponse:
    """The handbook on A4 paper."""
    asked = _asked(request, current_rulebook())
    if not asked.is_valid():
        return _render(request, "handbook", {"problems": asked.problems}, asked, status=BAD)
    page = handbooks.handbook(asked.book, asked.situation)
    try:
        content = handbooks.printed(page)
    except FontsMissing:
        return _render(request, "handbook", {"page": page, "fonts_missing": True}, asked, status=UNAVAILABLE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.file_name}"'
    return response


def _asked(request: LinliRequest, book: Rulebook) -> SituationForm:
    return SituationForm(request.GET, book=book, usual=Situation(usual_place(request.reach), request.day))


def _is_fragment(request: LinliRequest) -> bool:
    """Does a script want a part of the page? When it restores history it wants all of it."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _render(
    request: LinliRequest, name: str, context: dict[str, Any], asked: SituationForm, *, status: int = 200
) -> HttpResponse:
    """The page, with the sign that another reading is tried where one is."""
    context |= {"trial": trial_of(asked.book, asked.readings, request.GET)}
    return render(request, f"explorer/{name}.html", context, status=status)
