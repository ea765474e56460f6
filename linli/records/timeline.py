"""A person's timeline: the registers they are and were on, what was written down about them, and who looked.

For any page that shows a person: put ``timeline_of(…)`` into the context as ``timeline`` and include
``records/_timeline.html``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.community.models import Resident
from linli.community.queries import names_of
from linli.community.roles import Role
from linli.records.clauses import Clause, clause_of
from linli.records.kinds import UnknownKind, kind_of
from linli.records.models import Enrolment, Entry
from linli.records.program import spans_of
from linli.records.queries import as_fact, enrolled, one_person, timeline
from linli.records.registers import registers
from linli.records.saying import Line, kind_said, payload_said, register_said, source_said
from linli.records.sight import Sight
from linli.trail.queries import reads_of

# As the register of stored fields says: the payload is for those who treat and look after.
READING_PAYLOADS = frozenset({Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})
SEEING_LOOKS = frozenset({Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR, Role.TOWNSHIP, Role.COUNTY_COMMAND})
_LOOKS = 200


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry in words. ``lines`` is None where what it says is not for the reader.

    ``earlier`` are the versions that it puts right, the latest first. ``author`` is empty for one who has no name here.
    """

    entry: Entry
    kind: str
    lines: list[Line] | None
    author: str
    role: str
    earlier: tuple["Told", ...] = ()

    @property
    def is_late(self) -> bool:
        """Was it written down on a later day than it happened?"""
        return timezone.localdate(self.entry.recorded_at) > self.entry.day


@dataclass(frozen=True, kw_only=True)
class Membership:
    """An enrolment in words."""

    row: Enrolment
    register: str
    source: str
    clause: Clause | None
    may_end: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day on the register; None for one without an end."""
        return self.row.to_day - timedelta(days=1) if self.row.to_day else None


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looked at the data of a person, once or several times on one day."""

    day: date
    last_at: datetime
    name: str
    role: str
    times: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What a page shows of a person's records. ``looks`` is None for those who may not ask."""

    now: list[Membership] = field(default_factory=list)
    to_come: list[Membership] = field(default_factory=list)
    past: list[Membership] = field(default_factory=list)
    entries: list[Told] = field(default_factory=list)
    looks: list[Look] | None = None


def timeline_of(resident: Resident, *, sight: Sight, day: date) -> Timeline:
    """The timeline of a person on ``day``, as far as ``sight`` goes; the newest first."""
    rows = list(Enrolment.objects.filter(resident__in=one_person(resident.pk)).select_related("begun_by"))
    seen = [row for row in rows if row.group in sight.groups]
    ordered = sorted(seen, key=lambda row: (row.from_day, row.pk), reverse=True)
    members = [member_said(row, roles=sight.roles) for row in ordered]
    return Timeline(
        now=[one for one in members if one.row.from_day <= day and (one.row.to_day is None or one.row.to_day > day)],
        to_come=[one for one in members if one.row.from_day > day],
        past=[one for one in members if one.row.to_day is not None and one.row.to_day <= day],
        entries=told(timeline(resident.pk), sight=sight, enrolments=rows),
        looks=looks_at(resident.pk) if sight.roles & SEEING_LOOKS else None,
    )


def told(rows: Iterable[Entry], *, sight: Sight, enrolments: Sequence[Enrolment] = ()) -> list[Told]:
    """Entries in words, each with the versions that it puts right folded into it; in the order given.

    ``enrolments`` are those of the person, whole: an entry that put somebody on a register that one may not see is
    left out.
    """
    entries = list(rows)
    by_id = {entry.pk: entry for entry in entries}
    put_right = {entry.corrects_id for entry in entries}
    groups = _groups_by_entry(entries, enrolments)
    seen = {entry.pk for entry in entries if _learns_of(entry, sight=sight, groups=groups.get(entry.pk, ()))}
    names = names_of({entry.by for entry in entries if entry.pk in seen})
    found = []
    for entry in entries:
        if entry.pk in put_right or entry.pk not in seen:
            continue
        earlier, wrong = [], by_id.get(entry.corrects_id) if entry.corrects_id else None
        while wrong is not None:
            if wrong.pk in seen:
                earlier.append(_told(wrong, sight=sight, names=names))
            wrong = by_id.get(wrong.corrects_id) if wrong.corrects_id else None
        found.append(_told(entry, sight=sight, names=names, earlier=tuple(earlier)))
    return found


def member_said(row: Enrolment, *, roles: frozenset[Role] = frozenset()) -> Membership:
    """An enrolment in words. ``roles`` are those held over the person: may one take them off the register?"""
    return Membership(
        row=row,
        register=register_said(row.group),
        source=source_said(row),
        clause=clause_of(row.clause) if row.clause else None,
        may_end=row.to_day is None and bool(roles & hand_roles("enrolment_end", row.group)),
    )


def hand_roles(kind: str, group: str) -> frozenset[Role]:
    """Who may put people on a register by hand (``enrolment``) or take them off (``enrolment_end``)."""
    register = registers().get(group)
    if register is None or not register.by_hand:
        return frozenset()
    try:
        return kind_of(kind).roles & register.roles
    except UnknownKind:
        return frozenset()


def reasons_on_lists(resident: Resident | None, *, sight: Sight, day: date) -> list[str]:
    """The registers a person is on, by name, as far as ``sight`` goes; nothing for what is no person."""
    if resident is None:
        return []
    rows = enrolled(sight.groups, day=day).filter(resident__in=one_person(resident.pk))
    standing = set(rows.values_list("group", flat=True))
    return [register_said(group) for group in registers() if group in standing]


def enrolments_about(entry: Entry) -> list[Enrolment]:
    """All enrolments of the person an entry is about; none for what is no person."""
    if entry.resident_id is None:
        return []
    return list(Enrolment.objects.filter(resident__in=one_person(entry.resident_id)).select_related("begun_by"))


def looks_at(resident_id: UUID) -> list[Look]:
    """Who looked at a person's data, the latest first: one line for each reader, role and day."""
    acts = [act for id in one_person(resident_id) for act in reads_of("resident", object_id=id)[:_LOOKS]]
    names = names_of({act.actor for act in acts})
    found: dict[tuple[date, str, str], Look] = {}
    for act in sorted(acts, key=lambda act: (act.at, act.pk), reverse=True):
        key = (timezone.localdate(act.at), act.actor, act.role)
        before = found.get(key)
        found[key] = Look(
            day=key[0],
            last_at=before.last_at if before else act.at,
            name=author_said(act.actor, names),
            role=role_said(act.role),
            times=(before.times if before else 0) + 1,
        )
    return list(found.values())


def author_said(actor: str, names: dict[str, str]) -> str:
    """Who wrote or looked, in words."""
    if actor in names:
        return names[actor]
    return _("系统") if actor == "system" else _("已注销的账号") if actor.startswith("account:") else ""


def role_said(role: str) -> str:
    """In which capacity, in words; empty for none."""
    return str(Role(role).label) if role in Role.values else ""


def _told(entry: Entry, *, sight: Sight, names: dict[str, str], earlier: tuple[Told, ...] = ()) -> Told:
    return Told(
        entry=entry,
        kind=kind_said(entry.kind),
        lines=payload_said(entry.kind, entry.payload) if sight.roles & READING_PAYLOADS else None,
        author=author_said(entry.by, names),
        role=role_said(entry.role),
        earlier=earlier,
    )


def _groups_by_entry(entries: Iterable[Entry], enrolments: Iterable[Enrolment]) -> dict[UUID, set[str]]:
    """The groups that an entry put somebody on or took off, or would have, had it not been put right."""
    found: dict[UUID, set[str]] = {}
    for row in enrolments:
        for id in (row.begun_by_id, row.ended_by_id):
            if id is not None:
                found.setdefault(id, set()).add(row.group)
    for entry in entries:
        for gone in (entry.corrects, entry if entry.is_withdrawn else None):
            if gone is not None:
                found.setdefault(gone.pk, set()).update(span.group for span in spans_of([as_fact(gone)]))
    return found


def _learns_of(entry: Entry, *, sight: Sight, groups: Iterable[str]) -> bool:
    try:
        return sight.learns_of(kind_of(entry.kind), entry.payload, groups=groups)
    except UnknownKind:
        # Who may learn of it is no longer declared: those who may see every register.
        return sight.groups == set(registers())
