"""Changes: a step on the way to care, a contact named, a contact who lives elsewhere handed on.

Each is an entry of the records; the registers, the inbox and the lists follow from it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.community.models import Resident
from linli.programs.medical import contacts
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.chain import key_of
from linli.programs.medical.grounds import ground_of
from linli.records.models import Entry
from linli.records.operations import Draft, Recorded, record_entry
from linli.records.queries import as_fact, home_of
from linli.trail.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step on the way from an alert to its end. ``outcome`` goes with the last one alone."""

    step: str
    outcome: str = ""
    hospital: str = ""
    vehicle: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How somebody came to be a contact: of whom, in which degree, until when, and to which side it is traced."""

    of: Resident
    degree: str
    last_exposure_on: date
    how: str
    direction: str = "FORWARD"


@transaction.atomic
def take_step(alert: Entry, step: Step, *, happened_at: datetime | None = None, by: Actor, at: datetime) -> Recorded:
    """Write down a step on the way of an alert; the first of two who take the same one at the same time has it.

    Raises: EntryRefused; PayloadRefused.
    """
    resident = _locked(alert)
    said = {
        "step": step.step,
        "outcome": step.outcome,
        "hospital": step.hospital,
        "vehicle": step.vehicle,
        "remark": step.remark,
    }
    payload = {"alert": str(alert.pk), "alert_key": key_of(as_fact(alert)), **_said(said)}
    draft = Draft(kind=REFERRAL, subject=resident, happened_at=happened_at or at, payload=payload)
    return record_entry(draft, by=by, at=at)


@transaction.atomic
def name_contact(
    contact: Resident,
    exposure: Exposure,
    *,
    case: Entry | None = None,
    lead: Entry | None = None,
    handed_to: str = "",
    by: Actor,
    at: datetime,
) -> Recorded:
    """Write down that somebody is a contact, with the days and their clause as the packs in force say them.

    Raises: EntryRefused; PayloadRefused.
    """
    day = exposure.last_exposure_on
    period = ground_of(home_of(contact.pk, day=day), day=timezone.localdate(at)).contact_period(exposure.degree)
    payload = {
        **_exposed(exposure),
        "period_days": period.days,
        "clause": period.clause,
        **_said({"case": str(case.pk) if case else "", "about": str(lead.pk) if lead else "", "handed_to": handed_to}),
    }
    return record_entry(Draft(kind=contacts.KIND, subject=contact, happened_at=at, payload=payload), by=by, at=at)


@transaction.atomic
def note_lead(
    case: Resident, exposure: Exposure, *, name: str, phone: str = "", place: str, by: Actor, at: datetime
) -> Recorded:
    """Write down a contact who lives elsewhere, with the case; the township or the county hands them on.

    Raises: EntryRefused; PayloadRefused.
    """
    payload = {**_exposed(exposure), "name": name, "place": place, **_said({"phone": phone})}
    return record_entry(Draft(kind=contacts.LEAD, subject=case, happened_at=at, payload=payload), by=by, at=at)


@transaction.atomic
def hand_lead_on(lead: Entry, *, contact: Resident | None = None, handed_to: str, by: Actor, at: datetime) -> Recorded:
    """Hand a lead on: to the community of the person it is, who is a contact there from now; or out of the county.

    Raises: EntryRefused; PayloadRefused.
    """
    case = _locked(lead)
    said: dict[str, Any] = {"about": str(lead.pk), "handed_to": handed_to}
    if contact is not None:
        said["contact"] = str(contact.pk)
        exposure = Exposure(
            of=Resident.objects.get(pk=lead.payload["of"]),
            degree=lead.payload["degree"],
            last_exposure_on=date.fromisoformat(lead.payload["last_exposure_on"]),
            how=lead.payload["how"],
            direction=lead.payload["direction"],
        )
        name_contact(contact, exposure, lead=lead, handed_to=handed_to, by=by, at=at)
    return record_entry(Draft(kind=contacts.LEAD_END, subject=case, happened_at=at, payload=said), by=by, at=at)


def _locked(entry: Entry) -> Resident:
    """The person an entry is about; others who write about the same person wait."""
    assert entry.resident_id is not None
    return Resident.objects.select_for_update().get(pk=entry.resident_id)


def _exposed(exposure: Exposure) -> dict[str, Any]:
    return {
        "of": str(exposure.of.pk),
        "degree": exposure.degree,
        "last_exposure_on": exposure.last_exposure_on.isoformat(),
        "how": exposure.how,
        "direction": exposure.direction,
    }


def _said(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}
