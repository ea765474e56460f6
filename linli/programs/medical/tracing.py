"""Pages of cases and their contacts: who was named by whom, handed on to where, and until when.

Who the case is, only those who treat in its community are told; to the others it is a case of that community.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.community.access import OFFICIALS, GridReach
from linli.community.identity import masked_phone
from linli.community.models import Resident
from linli.community.people.search import search_people
from linli.community.request import LinliRequest
from linli.programs.medical import contacts as rules
from linli.programs.medical import grounds, operations, queries
from linli.programs.medical.forms import ContactForm, ExposureForm, HandOnForm, LeadForm
from linli.programs.medical.grounds import ground_of
from linli.programs.medical.operations import Exposure
from linli.programs.medical.people import homes_among
from linli.programs.medical.permissions import SEEING, TREATING
from linli.programs.medical.queries import CaseRow, Link
from linli.programs.medical.shown import division_of, phone_of, treats
from linli.programs.medical.views import note_read, reach_in
from linli.records.models import Entry
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused, Fact


@dataclass(frozen=True, kw_only=True)
class LinkShown:
    """A contact as a list shows it. ``of`` is empty where one may not know who it is: then ``of_place`` stands."""

    link: Link
    name: str
    place: str
    phone: str
    of: str
    of_place: str


@dataclass(frozen=True, kw_only=True)
class LeadShown:
    """A contact who lives elsewhere, and where they were handed on to."""

    fact: Fact
    ended: Fact | None
    phone: str


# ---- read ----------------------------------------------------------------------------------------------------------
def cases(request: LinliRequest) -> HttpResponse:
    """The cases within reach, whether they have been traced, and the recovered who are followed."""
    rows = queries.cases_in(reach_in(request))
    note_read(request, "residents.listed", detail={"list": "cases", "found": len(rows)})
    shown = [(row, treats(row.home, request.reach), division_of(row.home)) for row in rows]
    context = {
        "active": [one for one in shown if one[0].episode.is_active],
        "recovered": [one for one in shown if one[0].episode.last.state == "RECOVERED"],
        "excluded": [one for one in shown if one[0].episode.is_excluded],
        "leads": [(lead, division) for row, _treats, division in shown for lead in row.open_leads],
        "tracing": _norms(request, grounds.TRACING),
        "following": _norms(request, grounds.RECOVERED),
        "treats": bool(request.reach.roles & TREATING),
        "hands_on": bool(request.reach.roles & OFFICIALS),
        "here": request.get_full_path(),
        "day": request.day,
    }
    return render(request, "medical/cases.html", context)


def case(request: LinliRequest, pk: UUID) -> HttpResponse:
    """One case: its contacts in both degrees, of whom it was a contact itself, and who is still to be handed on."""
    row = _case_or_404(request, pk)
    mine, division = treats(row.home, request.reach), division_of(row.home)
    tracing = queries.tracing_of(row.home.resident_id, reach=reach_in(request))
    note_read(request, "resident.seen", row.home.resident_id, division_code=division.code)
    everyone = [*tracing.close, *tracing.secondary, *tracing.back]
    places = _places(request, everyone)
    context = {
        "row": row,
        "treats": mine,
        "division": division,
        "phone": phone_of(row.home, request.reach),
        "close": [_shown(link, request, places) for link in tracing.close],
        "secondary": [_shown(link, request, places) for link in tracing.secondary],
        "back": [_shown(link, request, places) for link in tracing.back],
        "leads": [
            LeadShown(
                fact=fact,
                ended=ended,
                phone=fact.payload.get("phone", "") if mine else masked_phone(fact.payload.get("phone", "")),
            )
            for fact, ended in tracing.leads
        ],
        "number": tracing.number,
        "norms": _norms(request, (*grounds.TRACING, *grounds.HANDOVER), division.code),
        "hands_on": request.reach.covers(division.code, roles=OFFICIALS),
        "here": request.get_full_path(),
        "day": request.day,
    }
    return render(request, "medical/case.html", context)


def contacts(request: LinliRequest) -> HttpResponse:
    """All contacts within reach today: of whom, since when, until when, handed on to where."""
    links = queries.contacts_in(reach_in(request))
    places = _places(request, links)
    note_read(request, "residents.listed", detail={"list": "contacts", "found": len(links)})
    context = {
        "contacts": [_shown(link, request, places) for link in links],
        "norms": _norms(request, grounds.HANDOVER),
        "day": request.day,
    }
    return render(request, "medical/contacts.html", context)


# ---- write ---------------------------------------------------------------------------------------------------------
def name_contact(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Find somebody who is registered here and write down how they met the case, or one of its close contacts."""
    row = _treated_case_or_404(request, pk)
    reach = _treated(request)
    asked = request.POST.get("person", "")
    if not asked:
        text = request.POST.get("q", "").strip()[:40]
        people = search_people(text, reach=reach).residents
        if text:
            note_read(request, "residents.searched", detail={"found": len(people)})
        return render(request, "medical/name_contact.html", {"row": row, "text": text, "people": people})
    person = _person_or_404(reach, asked)
    is_sent = "save" in request.POST
    form = ContactForm(
        request.POST if is_sent else None, of=_of(row, reach), initial={"person": person.pk, "of": row.home.resident_id}
    )
    if is_sent and form.is_valid():
        by = request.reach.actor(roles=TREATING, division_code=division_of(row.home).code)
        try:
            operations.name_contact(
                person,
                _exposure(form, row),
                case=Entry.objects.get(pk=row.id),
                handed_to=form.cleaned_data["handed_to"],
                by=by,
                at=request.at,
            )
        except (EntryRefused, PayloadRefused) as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已列入密接名单：%(name)s。") % {"name": person.name})
            return redirect("medical:case", pk=row.id)
    context = {"row": row, "person": person, "form": form, "norms": _norms(request, grounds.TRACING)}
    return render(request, "medical/name_contact.html", context, status=400 if form.errors else 200)


def note_lead(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Write down a contact who lives elsewhere; the township or the county hands them on."""
    row = _treated_case_or_404(request, pk)
    form = LeadForm(
        request.POST if request.method == "POST" else None,
        of=_of(row, _treated(request)),
        initial={"of": row.home.resident_id},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        by = request.reach.actor(roles=TREATING, division_code=division_of(row.home).code)
        try:
            operations.note_lead(
                row.home.resident,
                _exposure(form, row),
                name=said["name"],
                phone=said["phone"],
                place=said["place"],
                by=by,
                at=request.at,
            )
        except (EntryRefused, PayloadRefused) as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已登记，乡镇和县里会看到并移交。"))
            return redirect("medical:case", pk=row.id)
    context = {"row": row, "form": form, "norms": _norms(request, grounds.HANDOVER)}
    return render(request, "medical/note_lead.html", context, status=400 if form.errors else 200)


def lead(request: LinliRequest, pk: UUID) -> HttpResponse:
    """Hand a lead on: to the community of the person it is, found by name or phone, or out of the county."""
    entry = Entry.objects.filter(pk=pk, kind=rules.LEAD, is_withdrawn=False, corrected_by__isnull=True).first()
    reach = GridReach(day=request.day, areas=request.reach.divisions(OFFICIALS))
    if entry is None or entry.resident_id is None:
        raise Http404
    home = homes_among([entry.resident_id], reach=reach).get(entry.resident_id)
    if home is None:
        raise Http404
    division = division_of(home)
    is_sent = "save" in request.POST
    form = HandOnForm(request.POST if is_sent else None)
    text = request.POST.get("q", "").strip()[:40]
    if is_sent and form.is_valid():
        chosen = form.cleaned_data["person"]
        person = _person_or_404(reach, str(chosen)) if chosen else None
        by = request.reach.actor(roles=OFFICIALS, division_code=division.code)
        try:
            operations.hand_lead_on(
                entry, contact=person, handed_to=form.cleaned_data["handed_to"], by=by, at=request.at
            )
        except (EntryRefused, PayloadRefused) as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已移交：%(where)s。") % {"where": form.cleaned_data["handed_to"]})
            return redirect("medical:cases")
    people = search_people(text, reach=reach).residents
    if text:
        note_read(request, "residents.searched", detail={"found": len(people)})
    note_read(request, "resident.seen", entry.resident_id, division_code=division.code)
    context = {
        "lead": entry,
        "phone": masked_phone(entry.payload.get("phone", "")),
        "division": division,
        "form": form,
        "text": text,
        "people": people,
        "norms": _norms(request, grounds.HANDOVER, division.code),
    }
    return render(request, "medical/lead.html", context, status=400 if form.errors else 200)


# ---- what they share -----------------------------------------------------------------------------------------------
def _case_or_404(request: LinliRequest, pk: UUID) -> CaseRow:
    entry = Entry.objects.filter(pk=pk).first()
    row = queries.case_of(entry, reach=reach_in(request)) if entry is not None else None
    if row is None:
        raise Http404
    return row


def _treated_case_or_404(request: LinliRequest, pk: UUID) -> CaseRow:
    row = _case_or_404(request, pk)
    if not treats(row.home, request.reach):
        raise Http404
    return row


def _treated(request: LinliRequest) -> GridReach:
    return GridReach(day=request.day, areas=request.reach.divisions(TREATING))


def _person_or_404(reach: GridReach, id: str) -> Resident:
    try:
        wanted = UUID(id)
    except ValueError:
        raise Http404 from None
    found = reach.residents().filter(pk=wanted).first()
    if found is None:
        raise Http404
    return found


def _of(row: CaseRow, reach: GridReach) -> list[tuple[str, str]]:
    """Of whom somebody can be a contact: of the case, and then in the second degree of its close contacts here."""
    tracing = queries.tracing_of(row.home.resident_id, reach=reach)
    found = {str(row.home.resident_id): _("%(name)s（病例，登记为密接）") % {"name": row.home.resident.name}}
    for link in tracing.close:
        if link.contact is not None:
            said = _("%(name)s（密接，登记为次密接）") % {"name": link.contact.resident.name}
            found.setdefault(str(link.contact.resident_id), said)
    return list(found.items())


def _exposure(form: ExposureForm, row: CaseRow) -> Exposure:
    said = form.cleaned_data
    is_of_case = said["of"] == str(row.home.resident_id)
    return Exposure(
        of=row.home.resident if is_of_case else Resident.objects.get(pk=said["of"]),
        degree="CLOSE" if is_of_case else "SECONDARY",
        last_exposure_on=said["last_exposure_on"],
        how=said["how"],
        direction=said["direction"],
    )


def _shown(link: Link, request: LinliRequest, places: dict[UUID, str]) -> LinkShown:
    contact, of = link.contact, link.of_home
    # A contact may be named to all who see the page; a case only to those who treat it.
    names_of = of is not None and (link.degree == "SECONDARY" or treats(of, request.reach))
    resident = link.fact.resident
    return LinkShown(
        link=link,
        name=contact.resident.name if contact else "",
        place=division_of(contact).name if contact else places.get(resident, "") if resident else "",
        phone=phone_of(contact, request.reach) if contact else "",
        of=of.resident.name if of is not None and names_of else "",
        of_place=places.get(link.of, ""),
    )


def _places(request: LinliRequest, links: list[Link]) -> dict[UUID, str]:
    ids = {link.of for link in links} | {link.fact.resident for link in links if link.fact.resident is not None}
    return queries.places_of(ids, day=request.day)


def _norms(request: LinliRequest, ids: tuple[str, ...], division_code: str = "") -> Any:
    code = division_code or request.reach.divisions(SEEING)[0]
    return ground_of(code, day=request.day).chips(ids)
