"""The one way to write down what happened. Every door (desk, phone, import, command line, paper) comes through here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.community.models import Division, GridUnit, Household, Resident, new_id
from linli.community.people.merging import clusters_of
from linli.records.kinds import UnknownKind, kind_of
from linli.records.models import Channel, Enrolment, Entry
from linli.records.payloads import PayloadRefused, checked_payload
from linli.records.program import EntryRefused, Fact, Span, guard, spans_of
from linli.records.queries import as_fact, facts_about, homes_of
from linli.trail.actor import Actor
from linli.trail.models import Act
from linli.trail.operations import act_of, record_acts

# A phone's clock may be this much ahead of ours; what it says is then taken as now.
CLOCK_TOLERANCE = timedelta(minutes=5)
EARLIEST = date(2020, 1, 1)

_BATCH = 1000

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


Outcome = Recorded | EntryRefused | PayloadRefused


@transaction.atomic
def record_entry(draft: Draft, *, by: Actor, at: datetime) -> Recorded:
    """Write down an entry that came in at ``at``. The same one a second time changes nothing.

    Raises: EntryRefused, and then nothing was written; PayloadRefused, with the mistakes by field.
    """
    return _write(draft, by=by, at=at)


@transaction.atomic
def record_entries(drafts: Sequence[Draft], *, by: Actor, at: datetime) -> list[Outcome]:
    """Write down many entries: what becomes of each is the same as if they came in one by one, in their order.

    Answers for each draft that it was recorded, or why it was refused; a refused one does not stand in the way of the
    others. Made for tables: a handful of queries for each thousand.
    """
    outcomes: list[Outcome] = []
    for first in range(0, len(drafts), _BATCH):
        statements = [_Statement(draft=draft) for draft in drafts[first : first + _BATCH]]
        outcomes += _write_all(statements, by=by, at=at)
    return outcomes


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


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """A draft, and which entry it takes the place of."""

    draft: Draft
    corrects: Entry | None = None
    reason: str = ""
    is_withdrawn: bool = False


def _write(draft: Draft, *, by: Actor, at: datetime, **more: Any) -> Recorded:
    [outcome] = _write_all([_Statement(draft=draft, **more)], by=by, at=at)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _write_all(statements: Sequence[_Statement], *, by: Actor, at: datetime) -> list[Outcome]:
    """Check one after the other, each against those before it too; then write all that stand."""
    entries = [_built(statement, by=by, at=at) for statement in statements]
    _place_residents(entries)
    around = _Around(entries)
    outcomes = [
        entry if isinstance(entry, Exception) else around.admit(entry, statement)
        for entry, statement in zip(entries, statements, strict=True)
    ]
    new = [outcome.entry for outcome in outcomes if isinstance(outcome, Recorded) and outcome.is_new]
    Entry.objects.bulk_create(new)
    project_together(entry.resident_id for entry in new if entry.resident_id is not None)
    record_acts(_act(entry, by=by, at=at) for entry in new)
    return outcomes


def _built(statement: _Statement, *, by: Actor, at: datetime) -> Entry | EntryRefused | PayloadRefused:
    """The entry as it would be stored, but for the community of a resident."""
    try:
        return _entry(statement, by=by, at=at)
    except (EntryRefused, PayloadRefused) as refused:
        return refused


def _entry(statement: _Statement, *, by: Actor, at: datetime) -> Entry:
    draft, corrects, is_withdrawn = statement.draft, statement.corrects, statement.is_withdrawn
    try:
        kind = kind_of(draft.kind)
    except UnknownKind:
        raise EntryRefused("unknown_kind", field="kind", kind=draft.kind) from None
    if not isinstance(draft.subject, _SUBJECT_OF[kind.subject]):
        raise EntryRefused("other_subject", field="subject", kind=kind.say)
    happened_at = min(draft.happened_at, at) if draft.happened_at <= at + CLOCK_TOLERANCE else draft.happened_at
    _check_times(happened_at, at=at)
    # What was taken back is copied as it stood, even where its kind has changed since.
    payload = dict(draft.payload) if is_withdrawn else checked_payload(kind, draft.payload)
    return Entry(
        id=draft.id,
        kind=kind.id,
        version=corrects.version if corrects is not None and is_withdrawn else kind.version,
        happened_at=happened_at,
        recorded_at=draft.recorded_at or at,
        received_at=at,
        day=timezone.localdate(happened_at),
        payload=payload,
        is_abnormal=not is_withdrawn and kind.is_abnormal(payload),
        channel=Channel(draft.channel),
        by=by.id,
        role=by.role,
        corrects=corrects,
        is_withdrawn=is_withdrawn,
        reason=statement.reason.strip()[:200],
        **_subject_columns(draft),
    )


def _place_residents(entries: list[Entry | EntryRefused | PayloadRefused]) -> None:
    """Give the entries about residents the community in whose care they are; refuse those about nobody's."""
    open_ = [
        (place, entry.resident_id, entry.day)
        for place, entry in enumerate(entries)
        if isinstance(entry, Entry) and not entry.division_id and entry.resident_id is not None
    ]
    homes = homes_of({(id, day) for _, id, day in open_}) if open_ else {}
    for place, id, day in open_:
        entry = entries[place]
        if isinstance(entry, Entry):
            entry.division_id = homes[id, day]
            if not entry.division_id:
                entries[place] = EntryRefused("lives_nowhere", field="subject")


class _Around:
    """What is known around some entries, and grows with each that is admitted."""

    def __init__(self, entries: Iterable[Entry | EntryRefused | PayloadRefused]) -> None:
        whole = [entry for entry in entries if isinstance(entry, Entry)]
        self._known = Entry.objects.in_bulk([entry.pk for entry in whole])
        self._corrected = set(
            Entry.objects.filter(corrects__in=[entry.corrects_id for entry in whole if entry.corrects_id]).values_list(
                "corrects_id", flat=True
            )
        )
        people = clusters_of(entry.resident_id for entry in whole if entry.resident_id is not None)
        self._kept = {id: ids[0] for ids in people.values() for id in ids}
        self._facts: dict[UUID | None, list[Fact]] = {}
        households = {entry.household_id for entry in whole if entry.household_id is not None}
        for fact in facts_about(self._kept, households=households):
            self._facts.setdefault(self._whose(fact), []).append(fact)

    def admit(self, entry: Entry, statement: _Statement) -> Outcome:
        """What becomes of an entry; one that stands counts for those after it."""
        known = self._known.get(entry.pk)
        if known is not None:
            is_same = _same(known, entry)
            return Recorded(entry=known, is_new=False) if is_same else EntryRefused("id_taken", field="id")
        fact, whose = as_fact(entry), self._whose(entry)
        before = [one for one in self._facts.get(whose, []) if one.id != entry.corrects_id]
        try:
            if statement.corrects is not None:
                self._check_correction(statement.corrects, reason=entry.reason)
            if not entry.is_withdrawn:
                guard(fact, before)
        except EntryRefused as refused:
            return refused
        self._known[entry.pk] = entry
        if whose is not None:
            self._facts[whose] = before if entry.is_withdrawn else [*before, fact]
        return Recorded(entry=entry)

    def _whose(self, one: Fact | Entry) -> UUID | None:
        """The person or the household whose history it is part of; none for a unit or a community."""
        resident = one.resident if isinstance(one, Fact) else one.resident_id
        household = one.household if isinstance(one, Fact) else one.household_id
        return household if resident is None else self._kept[resident]

    def _check_correction(self, wrong: Entry, *, reason: str) -> None:
        if not reason:
            raise EntryRefused("reason_missing", field="reason")
        if wrong.is_withdrawn:
            raise EntryRefused("was_withdrawn")
        if wrong.pk in self._corrected:
            raise EntryRefused("was_corrected")


def _act(entry: Entry, *, by: Actor, at: datetime) -> Act:
    verb = "recorded" if entry.corrects_id is None else "withdrawn" if entry.is_withdrawn else "corrected"
    return act_of(
        f"entry.{verb}",
        by=by,
        at=at,
        object_type="entry",
        object_id=entry.pk,
        division_code=entry.division_id,
        detail={"kind": entry.kind, **({"resident": str(entry.resident_id)} if entry.resident_id else {})},
    )


def project(resident_id: UUID) -> None:
    """Make the registers of a person anew from the entries that count; rows that stay as they are keep their id."""
    project_together([resident_id])


@transaction.atomic
def project_together(resident_ids: Iterable[UUID]) -> None:
    """Make the registers of many people anew in a handful of queries; for as many as fit into one of them."""
    people = {ids[0]: ids for ids in clusters_of(resident_ids).values()}
    if not people:
        return
    kept = {id: ids[0] for ids in people.values() for id in ids}
    facts: dict[UUID, list[Fact]] = {id: [] for id in people}
    for fact in facts_about(kept):
        if fact.resident is not None:
            facts[kept[fact.resident]].append(fact)
    wanted = {(id, span.group, span.from_day): span for id in people for span in spans_of(facts[id])}
    standing = {(row.resident_id, row.group, row.from_day): row for row in Enrolment.objects.filter(resident__in=kept)}
    gone = [row.pk for key, row in standing.items() if key not in wanted or _changed(row, wanted[key], owner=key[0])]
    if gone:
        Enrolment.objects.filter(pk__in=gone).delete()
    stays = {key for key, row in standing.items() if row.pk not in set(gone)}
    Enrolment.objects.bulk_create(_row(span, resident_id=key[0]) for key, span in wanted.items() if key not in stays)


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


def _subject_columns(draft: Draft) -> dict[str, Any]:
    """The subject and, but for a resident, the community in whose care it is."""
    subject, code = draft.subject, draft.division_code
    if isinstance(subject, Resident):
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


def _same(known: Entry, other: Entry) -> bool:
    names = ("kind", "resident_id", "household_id", "unit_id", "payload", "corrects_id", "is_withdrawn", "happened_at")
    return all(getattr(known, name) == getattr(other, name) for name in names)


__all__ = [
    "Draft", "EntryRefused", "Outcome", "PayloadRefused", "Recorded", "correct_entry", "project", "project_all",
    "project_together", "record_entries", "record_entry", "withdraw_entry",
]  # fmt: skip
