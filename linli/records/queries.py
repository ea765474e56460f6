"""Reads of the records: the entries that count, the registers on a day, and where somebody belongs."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.access import latest_residences
from linli.community.dated_rows import in_force
from linli.community.models import Residence
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact

_COLUMNS = (
    "id", "kind", "version", "day", "happened_at", "payload", "is_abnormal", "division_id", "resident_id",
    "household_id", "unit_id", "channel", "by",
)  # fmt: skip


def counting(rows: QuerySet[Entry] | None = None) -> QuerySet[Entry]:
    """The entries that count: the last of each chain of corrections, unless it takes back."""
    entries = Entry.objects.all() if rows is None else rows
    return entries.filter(corrected_by__isnull=True, is_withdrawn=False)


def as_facts(rows: QuerySet[Entry]) -> list[Fact]:
    """Rows as the pure functions see them, in one query and without objects of the database."""
    return [
        Fact(
            id=id,
            kind=kind,
            version=version,
            day=day,
            happened_at=happened_at,
            payload=payload,
            is_abnormal=is_abnormal,
            division=division,
            resident=resident,
            household=household,
            unit=unit,
            channel=channel,
            by=by,
        )
        for (
            id, kind, version, day, happened_at, payload, is_abnormal, division, resident, household, unit, channel, by
        ) in rows.values_list(*_COLUMNS)
    ]  # fmt: skip


def as_fact(entry: Entry) -> Fact:
    """One entry as the pure functions see it."""
    return Fact(
        id=entry.pk,
        kind=entry.kind,
        version=entry.version,
        day=entry.day,
        happened_at=entry.happened_at,
        payload=entry.payload,
        is_abnormal=entry.is_abnormal,
        division=entry.division_id,
        resident=entry.resident_id,
        household=entry.household_id,
        unit=entry.unit_id,
        channel=entry.channel,
        by=entry.by,
    )


def facts_about(
    residents: Iterable[UUID] = (),
    *,
    households: Iterable[UUID] = (),
    kinds: Iterable[str] | None = None,
    until: date | None = None,
) -> list[Fact]:
    """The entries that count about some people and households, by the time they happened.

    ``until`` is the first day left out.
    """
    rows = counting().filter(Q(resident__in=list(residents)) | Q(household__in=list(households)))
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    if until is not None:
        rows = rows.filter(day__lt=until)
    return as_facts(rows.order_by("happened_at", "id"))


def enrolled(groups: Iterable[str] | None = None, *, day: date) -> QuerySet[Enrolment]:
    """The enrolments that hold on a day, of all groups or of some."""
    rows = Enrolment.objects.filter(in_force(day))
    return rows if groups is None else rows.filter(group__in=list(groups))


def groups_of(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, tuple[str, ...]]:
    """The groups each of some people belongs to on a day; nobody is left out, an empty tuple is possible."""
    found: dict[UUID, list[str]] = {id: [] for id in resident_ids}
    rows = enrolled(day=day).filter(resident__in=list(found)).order_by("group")
    for id, group in rows.values_list("resident_id", "group"):
        found[id].append(group)
    return {id: tuple(groups) for id, groups in found.items()}


def home_of(resident_id: UUID, *, day: date) -> str:
    """The code of the community in whose care a person is on a day; empty for one who never had a place."""
    row = latest_residences(day=day).filter(resident=resident_id)
    here = row.values_list("household__unit__division_id", "division_id").order_by("-from_day").first()
    if here is None:
        # Written down for a day before the first residence: the first one counts.
        rows = Residence.objects.filter(resident=resident_id).order_by("from_day")
        here = rows.values_list("household__unit__division_id", "division_id").first()
    return (here[0] or here[1] or "") if here else ""


def one_person(resident_id: UUID) -> Sequence[UUID]:
    """The ids under which one person is known, that of the row which is kept first."""
    return [resident_id]


def timeline(resident_id: UUID) -> QuerySet[Entry]:
    """All entries about a person, those corrected and withdrawn too, the newest first."""
    rows = Entry.objects.filter(resident__in=list(one_person(resident_id)))
    return rows.select_related("corrects", "corrected_by", "division").order_by("-happened_at", "-id")
