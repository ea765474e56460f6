"""The one way to write down what happened. Every door (desk, phone, import, command line, paper) comes through here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.community.models import Division, GridUnit, Household, Resident, new_id
from linli.records.kinds import UnknownKind, kind_of
from linli.records.models import Channel, Enrolment, Entry
from linli.records.payloads import PayloadRefused, checked_payload
from linli.records.program import EntryRefused, Fact, Span, guard, spans_of
from linli.records.queries import as_fact, facts_about, home_of, one_person
from linli.trail.actor import Actor
from linli.trail.operations import record_act

# A phone's clock may be this much ahead of ours; what it says is then taken as now.
CLOCK_TOLERANCE = timedelta(minutes=5)
EARLIEST = date(2020, 1, 1)

Subject = Resident | Household | GridUnit | Division
_SUBJECT_OF = {"person": Resident, "household": Household, "unit": GridUnit, "community": Division}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry as somebody brings it.

    ``division_code`` is the community in whose care the subject is; left empty, it follows from the subject.
    ``recorded_at`` left out means: written down as it comes in.
    """

    kind: str
    subject: Subject
    happened_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    channel: str = Channel.DESK
    id: UUID = field(default_factory=new_id)
    recorded_at: datetime | None = None
    division_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of a draft. ``is_new`` is false where the same entry had come in before."""

    entry: Entry
    is_new: bool = True


@transaction.atomic
def record_entry(draft: Draft, *, by: Actor, at: datetime) -> Recorded:
    """Write down an entry that came in at ``at``. The same one a second time changes nothing.

    Raises: EntryRefused, and then nothing was written; PayloadRefused, with the mistakes by field.
    """
    return _write(draft, by=by, at=at)


@transaction.atomic
def correct_entry(
    wrong: Entry,
    *,
    payload: Mapping[str, Any],
    reason: str,
    happened_at: datetime | None = None,
    id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Say it right: a new entry in the place of ``wrong``, which stays readable.

    Raises: EntryRefused; PayloadRefused.
    """
    draft = Draft(
        kind=wrong.kind,
        subject=_subject(wrong),
        happened_at=happened_at or wrong.happened_at,
        payload=payload,
        channel=wrong.channel,
        id=id or new_id(),
        division_code=wrong.division_id,
    )
    return _write(draft, by=by, at=at, corrects=wrong, reason=reason)


@transaction.atomic
def withdraw_entry(wrong: Entry, *, reason: str, id: UUID | None = None, by: Actor, at: datetime) -> Recorded:
    """Take back an entry that should not have been made; it stays readable and no longer counts.

    Raises: EntryRefused.
    """
    draft = Draft(
        kind=wrong.kind,
        subject=_subject(wrong),
        happened_at=wrong.happened_at,
        payload=wrong.payload,
        channel=wrong.channel,
        id=id or new_id(),
        division_code=wrong.division_id,
    )
    return _write(draft, by=by, at=at, corrects=wrong, reason=reason, is_withdrawn=True)


def _write(
    draft: Draft,
    *,
    by: Actor,
    at: datetime,
    corrects: Entry | None = None,
    reason: str = "",
    is_withdrawn: bool = False,
) -> Recorded:
    try:
        kind = kind_of(draft.kind)
    except UnknownKind:
        raise EntryRefused("unknown_kind", field="kind", kind=draft.kind) from None
    if not isinstance(draft.subject, _SUBJECT_OF[kind.subject]):
        raise EntryRefused("other_subject", field="subject", kind=kind.say)
    happened_at = min(draft.happened_at, at) if draft.happened_at <= at + CLOCK_TOLERANCE else draft.happened_at
    day = timezone.localdate(happened_at)
    _check_times(happened_at, at=at)
    # What was taken back is copied as it stood, even where its kind has changed since.
    payload = dict(draft.payload) if is_withdrawn else checked_payload(kind, draft.payload)
    entry = Entry(
        id=draft.id,
        kind=kind.id,
        version=corrects.version if corrects is not None and is_withdrawn else kind.version,
        happened_at=happened_at,
        recorded_at=draft.recorded_at or at,
        received_at=at,
        day=day,
        payload=payload,
        is_abnormal=not is_withdrawn and kind.is_abnormal(payload),
        channel=Channel(draft.channel),
        by=by.id,
        role=by.role,
        corrects=corrects,
        is_withdrawn=is_withdrawn,
        reason=reason.strip()[:200],
        **_placed(draft, day=day),
    )
    known = Entry.objects.filter(pk=entry.pk).first()
    if known is not None:
        if _same(known, entry):
            return Recorded(entry=known, is_new=False)
        raise EntryRefused("id_taken", field="id")
    if corrects is not None:
        _check_correction(corrects, reason=entry.reason)
    before = [fact for fact in _facts_with(entry) if corrects is None or fact.id != corrects.pk]
    if not is_withdrawn:
        guard(as_fact(entry), before)
    entry.save(force_insert=True)
    if entry.resident_id is not None:
        project(entry.resident_id)
    verb = "withdrawn" if is_withdrawn else "corrected" if corrects is not None else "recorded"
    record_act(
        f"entry.{verb}",
        by=by,
        at=at,
        object_type="entry",
        object_id=entry.pk,
        division_code=entry.division_id,
        detail={"kind": entry.kind, **({"resident": str(entry.resident_id)} if entry.resident_id else {})},
    )
    return Recorded(entry=entry)


def project(resident_id: UUID) -> None:
    """Make the registers of a person anew from the entries that count; rows that stay as they are keep their id."""
    ids = one_person(resident_id)
    wanted = {(span.group, span.from_day): span for span in spans_of(facts_about(ids))}
    standing = {(row.group, row.from_day): row for row in Enrolment.objects.filter(resident__in=ids)}
    gone = [row.pk for key, row in standing.items() if key not in wanted or _changed(row, wanted[key], owner=ids[0])]
    if gone:
        Enrolment.objects.filter(pk__in=gone).delete()
    fresh = [
        _row(span, resident_id=ids[0])
        for key, span in wanted.items()
        if key not in standing or standing[key].pk in gone
    ]
    Enrolment.objects.bulk_create(fresh)


def project_all(resident_ids: Iterable[UUID]) -> int:
    """Make the registers of many people anew; answers how many people that was. For a repair, or a new program."""
    number = 0
    for resident_id in resident_ids:
        with transaction.atomic():
            project(resident_id)
        number += 1
    return number


def _row(span: Span, *, resident_id: UUID) -> Enrolment:
    return Enrolment(
        resident_id=resident_id,
        group=span.group,
        from_day=span.from_day,
        to_day=span.to_day,
        source=span.source[:20],
        reason=span.reason[:200],
        clause=span.clause[:60],
        begun_by_id=span.begun_by,
        ended_by_id=span.ended_by,
        end_reason=span.end_reason[:200],
    )


def _changed(row: Enrolment, span: Span, *, owner: UUID) -> bool:
    wanted = _row(span, resident_id=owner)
    names = ("resident_id", "to_day", "source", "reason", "clause", "begun_by_id", "ended_by_id", "end_reason")
    return any(getattr(row, name) != getattr(wanted, name) for name in names)


def _placed(draft: Draft, *, day: date) -> dict[str, Any]:
    """The subject and the community in whose care it is."""
    subject = draft.subject
    code = draft.division_code
    if isinstance(subject, Resident):
        code = code or home_of(subject.pk, day=day)
        if not code:
            raise EntryRefused("lives_nowhere", field="subject")
        return {"resident": subject, "division_id": code}
    if isinstance(subject, Household):
        return {"household": subject, "division_id": code or subject.unit.division_id}
    if isinstance(subject, GridUnit):
        return {"unit": subject, "division_id": code or subject.division_id}
    return {"division_id": code or subject.pk}


def _subject(entry: Entry) -> Subject:
    return entry.resident or entry.household or entry.unit or entry.division


def _check_times(happened_at: datetime, *, at: datetime) -> None:
    if happened_at > at:
        raise EntryRefused("in_future", field="happened_at")
    if timezone.localdate(happened_at) < EARLIEST:
        raise EntryRefused("too_early", field="happened_at", day=EARLIEST)


def _check_correction(wrong: Entry, *, reason: str) -> None:
    if not reason:
        raise EntryRefused("reason_missing", field="reason")
    if wrong.is_withdrawn:
        raise EntryRefused("was_withdrawn")
    if Entry.objects.filter(corrects=wrong).exists():
        raise EntryRefused("was_corrected")


def _facts_with(entry: Entry) -> list[Fact]:
    if entry.resident_id is not None:
        return facts_about(one_person(entry.resident_id))
    if entry.household_id is not None:
        return facts_about([], households=[entry.household_id])
    return []


def _same(known: Entry, other: Entry) -> bool:
    names = ("kind", "resident_id", "household_id", "unit_id", "payload", "corrects_id", "is_withdrawn", "happened_at")
    return all(getattr(known, name) == getattr(other, name) for name in names)


__all__ = [
    "Draft", "EntryRefused", "PayloadRefused", "Recorded", "correct_entry", "project", "project_all", "record_entry",
    "withdraw_entry",
]  # fmt: skip
