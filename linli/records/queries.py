"""Reads of the records: the entries that count, the registers on a day, and where somebody belongs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.dated_rows import in_force
from linli.community.models import Residence
from linli.community.people.merging import clusters_of
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact, Scope

_COLUMNS = (
    "id", "kind", "version", "day", "happened_at", "payload", "is_abnormal", "division_id", "resident_id",
    "household_id", "unit_id", "channel", "by",
)  # fmt: skip


# How long those who left a register are still looked at: for a release to be made up for, or a word to be given.
LATELY = timedelta(days=120)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One enrolment that holds on a day, with the person and where they live. ``known_at`` is when it was known."""

    resident: UUID
    group: str
    from_day: date
    to_day: date | None
    begun_at: datetime
    known_at: datetime
    name: str
    birth_day: date | None
    division: str
    household: UUID | None
    label: str
    unit: int | None


def members_in(scope: Scope) -> Sequence[Member]:
    """Who is in which group on the day of the scope, of those who live in its communities; looked up once for a scope.

    Two queries, whatever the number of communities and groups.
    """
    found: list[Member] | None = scope.known.get("members")
    if found is None:
        day = scope.day
        found = [one for one in lately_in(scope) if one.to_day is None or one.to_day > day]
        scope.known["members"] = found
    return found


def lately_in(scope: Scope) -> Sequence[Member]:
    """`members_in`, with those whose enrolment ended in the last `LATELY`."""
    found: list[Member] | None = scope.known.get("lately")
    if found is None:
        found = scope.known["lately"] = [
            *_members(scope, "household__unit__division"),
            *_members(scope, "division"),
        ]
    return found


def _members(scope: Scope, place: str) -> Iterator[Member]:
    home = "resident__residences__"
    # From the people of the communities to their enrolments: no condition here may lead the other way round.
    rows = Enrolment.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gt=scope.day - LATELY), from_day__lte=scope.day
    ).filter(in_force(scope.day, path=home), **{f"{home}{place}__in": scope.divisions})
    for row in rows.order_by("resident_id", "group", "from_day").values_list(
        "resident_id", "group", "from_day", "to_day", "begun_by__happened_at", "begun_by__received_at",
        "resident__name", "resident__birth_day", f"{home}{place}_id", f"{home}household_id",
        f"{home}household__label", f"{home}household__unit_id",
    ):  # fmt: skip
        yield Member(
            resident=row[0],
            group=row[1],
            from_day=row[2],
            to_day=row[3],
            begun_at=row[4],
            known_at=row[5],
            name=row[6],
            birth_day=row[7],
            division=row[8],
            household=row[9],
            label=row[10] or "",
            unit=row[11],
        )


def groups_of(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, tuple[str, ...]]:
    """The groups each of some people belongs to on a day; nobody is left out, an empty tuple is possible."""
    found: dict[UUID, list[str]] = {id: [] for id in resident_ids}
    rows = enrolled(day=day).filter(resident__in=list(found)).order_by("group")
    for id, group in rows.values_list("resident_id", "group"):
        found[id].append(group)
    return {id: tuple(groups) for id, groups in found.items()}


def home_of(resident_id: UUID, *, day: date) -> str:
    """The code of the community in whose care a person is on a day; empty for one who never had a place."""
    return homes_of([(resident_id, day)])[resident_id, day]


def homes_of(wanted: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], str]:
    """The same for many people and days at once, in two queries."""
    kept = {id: ids[0] for id, ids in clusters_of(id for id, _ in wanted).items()}
    homes: dict[UUID, list[tuple[date, date | None, str]]] = {}
    rows = Residence.objects.filter(resident__in=set(kept.values())).order_by("from_day", "id")
    columns = ("resident_id", "from_day", "to_day", "household__unit__division_id", "division_id")
    for id, from_day, to_day, around, alone in rows.values_list(*columns):
        homes.setdefault(id, []).append((from_day, to_day, around or alone or ""))
    return {(id, day): _home_on(homes.get(kept[id], []), day=day) for id, day in wanted}


def _home_on(homes: Sequence[tuple[date, date | None, str]], *, day: date) -> str:
    """Of rows by their first day: the last that had begun, leaving out those taken back; else the first of all."""
    begun = [code for from_day, to_day, code in homes if from_day <= day and to_day != from_day]
    # Written down for a day before the first residence: the first one counts.
    return begun[-1] if begun else homes[0][2] if homes else ""


def one_person(resident_id: UUID) -> Sequence[UUID]:
    """The ids under which one person is known, that of the row which is kept first; mostly just the one."""
    return clusters_of([resident_id])[resident_id]


def timeline(resident_id: UUID) -> QuerySet[Entry]:
    """All entries about a person, those corrected and withdrawn too, the newest first."""
    rows = Entry.objects.filter(resident__in=list(one_person(resident_id)))
    return rows.select_related("corrects", "corrected_by", "division").order_by("-happened_at", "-id")
