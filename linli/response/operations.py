"""Changes to what is declared and to the packs in force. Each one checks, changes and writes the trail.

Nothing is overwritten: a declaration that was wrong is followed by a corrected one, or by its withdrawal; one that
comes to its end by a row that gives the end. Only the county command declares, for its county and what lies inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.community.codes import TOWNSHIP, is_within
from linli.community.models import Division
from linli.community.roles import Role
from linli.policy.gate import check_packs
from linli.policy.pack import SHIPPED, load_packs
from linli.policy.problems import PackRefused, Problem
from linli.response import fact_values, queries
from linli.response.area_names import is_alike, key_of, taken_apart
from linli.response.models import LONGEST_AREA_NAME, Area, AreaName, Declaration, PackAdoption
from linli.response.queries import RESPONSE, adopted_packs, counting
from linli.trail.actor import SYSTEM, Actor
from linli.trail.operations import record_act

EARLIEST_DAY = date(2000, 1, 1)
_LONGEST_LEAD = timedelta(days=366)

Kind = Declaration.Kind
Step = Declaration.Step


class DeclarationRefused(Exception):
    """A declaration that cannot stand. ``code`` says why, ``field`` where, ``data`` what the sentence needs."""

    code = ""
    field = ""

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data


class OutsideAuthority(DeclarationRefused):
    """The author does not command the county in which the place lies."""

    code = "OUTSIDE_AUTHORITY"


class EndsBeforeItBegins(DeclarationRefused):
    """The end is not after the first day. The end is not included, so one day from D ends at D + 1."""

    code, field = "ENDS_BEFORE_IT_BEGINS", "to_day"


class DayOutOfRange(DeclarationRefused):
    """The first day lies before any that can be meant, or more than a year ahead."""

    code, field = "DAY_OUT_OF_RANGE", "from_day"


class PublishedInFuture(DeclarationRefused):
    """The source was published after the moment of the declaration."""

    code, field = "PUBLISHED_IN_FUTURE", "published_at"


class NotATownship(DeclarationRefused):
    """The fact is about a township, the place is none."""

    code, field = "NOT_A_TOWNSHIP", "fact"


class StandsInTheWay(DeclarationRefused):
    """Another declaration says something of the same place, fact and days. ``earlier`` is that declaration."""

    code, field = "STANDS_IN_THE_WAY", "from_day"

    def __init__(self, earlier: Declaration) -> None:
        super().__init__(earlier=earlier)
        self.earlier = earlier


class SourceMissing(DeclarationRefused):
    """The title of the source document is empty."""

    code, field = "SOURCE_MISSING", "source_title"


class ReasonMissing(DeclarationRefused):
    """A correction, an end or a withdrawal without its reason."""

    code, field = "REASON_MISSING", "reason"


class NotTheLast(DeclarationRefused):
    """The declaration has already been corrected, ended or withdrawn; only the last row can be followed."""

    code = "NOT_THE_LAST"


class NothingChanged(DeclarationRefused):
    """The correction says the same as what it corrects."""

    code = "NOTHING_CHANGED"


class StepDoesNotFit(DeclarationRefused):
    """A response that is active was started or changed; one that is not was stopped."""

    code, field = "STEP_DOES_NOT_FIT", "step"


class AreaDoubtful(DeclarationRefused):
    """The name of an area resembles known ones of the county. ``alike`` are these."""

    code, field = "AREA_DOUBTFUL", "area"

    def __init__(self, alike: Iterable[Area]) -> None:
        self.alike = tuple(alike)
        super().__init__(alike=self.alike)


class PacksRefused(Exception):
    """A set of packs that fails the gate. ``problems`` are all of them, each with file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a fact applies: a division, an area inside it, or the rest of either."""

    division: Division
    area: Area | None = None
    is_rest: bool = False


@dataclass(frozen=True, kw_only=True)
class Source:
    """The document that a declaration rests on. ``published_at`` is kept apart from the days it is in force."""

    title: str
    number: str = ""
    url: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is declared: a fact, from a day up to, not including, another (None: open).

    ``step``, ``level`` and ``plan`` belong to an emergency response (``response_active``) and to nothing else.
    """

    fact: str
    value: str
    from_day: date
    to_day: date | None = None
    step: str = ""
    level: str = ""
    plan: str = ""


# ---- declarations --------------------------------------------------------------------------------------------------
@transaction.atomic
def declare(
    statement: Statement,
    *,
    place: Place,
    source: Source,
    reason: str = "",
    ends_earlier: bool = False,
    by: Actor,
    at: datetime,
) -> Declaration:
    """Declare a fact of a place.

    ``ends_earlier``: what was declared before and is still open on the first day ends there, by a row of its own.

    Raises: FactRefused, for an unknown fact or value; DeclarationRefused in one of its kinds.
    """
    _require_authority(by, division=place.division)
    draft = _draft(statement, place=place, source=source, reason=reason, by=by, at=at)
    _check(draft, at=at)
    for earlier in _in_the_way(draft):
        if not ends_earlier or earlier.from_day >= draft.from_day:
            raise StandsInTheWay(earlier)
        _follow(earlier, kind=Kind.ENDED, reason=reason or source.title, by=by, at=at, to_day=draft.from_day)
    return _store(draft, action="declaration.declared", by=by)


@transaction.atomic
def correct(
    declaration: Declaration, *, statement: Statement, source: Source, reason: str, by: Actor, at: datetime
) -> Declaration:
    """Say what should have been declared. The wrong row stays, followed by this one.

    The fact and the place stay as they are; a declaration for the wrong place is withdrawn and made anew.

    Raises: FactRefused; DeclarationRefused in one of its kinds.
    """
    _require_authority(by, division=declaration.division)
    place = Place(division=declaration.division, area=declaration.area, is_rest=declaration.is_rest)
    draft = _draft(replace(statement, fact=declaration.fact), place=place, source=source, reason=reason, by=by, at=at)
    draft.kind, draft.corrects = Kind.CORRECTED, declaration
    _check_follow_up(declaration, reason=reason, at=at)
    if all(getattr(draft, name) == getattr(declaration, name) for name in _CONTENT):
        raise NothingChanged()
    _check(draft, at=at)
    in_the_way = _in_the_way(draft)
    if in_the_way:
        raise StandsInTheWay(in_the_way[0])
    return _store(draft, action="declaration.corrected", by=by)


@transaction.atomic
def end(declaration: Declaration, *, to_day: date, reason: str, by: Actor, at: datetime) -> Declaration:
    """End a declaration: it is last in force on the day before ``to_day``.

    Raises: DeclarationRefused in one of its kinds.
    """
    _require_authority(by, division=declaration.division)
    if to_day <= declaration.from_day:
        raise EndsBeforeItBegins(from_day=declaration.from_day, to_day=to_day)
    if declaration.to_day is not None and to_day > declaration.to_day:
        raise DayOutOfRange(day=to_day, earliest=declaration.from_day, latest=declaration.to_day)
    return _follow(declaration, kind=Kind.ENDED, reason=reason, by=by, at=at, to_day=to_day)


@transaction.atomic
def withdraw(declaration: Declaration, *, reason: str, by: Actor, at: datetime) -> Declaration:
    """Take a declaration back: it should never have been made. It stays in the history and no longer counts.

    Raises: DeclarationRefused in one of its kinds.
    """
    _require_authority(by, division=declaration.division)
    return _follow(declaration, kind=Kind.WITHDRAWN, reason=reason, by=by, at=at)


_CONTENT = (
    "value",
    "from_day",
    "to_day",
    "published_at",
    "source_title",
    "source_number",
    "source_url",
    "step",
    "level",
    "plan",
)
_PLACE = ("fact", "division", "area", "is_rest")


def _draft(statement: Statement, *, place: Place, source: Source, reason: str, by: Actor, at: datetime) -> Declaration:
    fact = fact_values.fact_named(queries.vocabulary(), statement.fact)
    return Declaration(
        kind=Kind.DECLARED,
        fact=statement.fact,
        value=fact_values.stored(fact, statement.value),
        division=place.division,
        area=place.area,
        is_rest=place.is_rest,
        from_day=statement.from_day,
        to_day=statement.to_day,
        published_at=source.published_at,
        source_title=source.title.strip(),
        source_number=source.number.strip(),
        source_url=source.url.strip(),
        reason=reason.strip(),
        step=statement.step,
        level=statement.level.strip(),
        plan=statement.plan.strip(),
        declared_by=by.id,
        declared_at=at,
    )


def _follow(
    declaration: Declaration, *, kind: str, reason: str, by: Actor, at: datetime, to_day: date | None = None
) -> Declaration:
    """A row that repeats a declaration and ends or withdraws it."""
    _check_follow_up(declaration, reason=reason, at=at)
    row = Declaration(kind=kind, corrects=declaration, reason=reason.strip(), declared_by=by.id, declared_at=at)
    for name in (*_PLACE, *_CONTENT):
        setattr(row, name, getattr(declaration, name))
    if to_day is not None:
        row.to_day = to_day
    return _store(row, action=f"declaration.{kind.lower()}", by=by)


def _store(row: Declaration, *, action: str, by: Actor) -> Declaration:
    row.save(force_insert=True)
    record_act(
        action,
        by=by,
        at=row.declared_at,
        object_type="declaration",
        object_id=row.pk,
        division_code=row.division_id,
        detail={
            "fact": row.fact,
            "value": row.value,
            "area": row.area_id,
            "from_day": row.from_day.isoformat(),
            "to_day": row.to_day.isoformat() if row.to_day else None,
            "corrects": row.corrects_id,
        },
    )
    return row


def _require_authority(by: Actor, *, division: Division) -> None:
    """The system imports what authorities published; a person must command the county."""
    if by.id == SYSTEM.id:
        return
    if by.role != Role.COUNTY_COMMAND or not by.division_code or not is_within(division.code, by.division_code):
        raise OutsideAuthority(division=division)


def _check(draft: Declaration, *, at: datetime) -> None:
    latest = timezone.localdate(at) + _LONGEST_LEAD
    if not EARLIEST_DAY <= draft.from_day <= latest:
        raise DayOutOfRange(day=draft.from_day, earliest=EARLIEST_DAY, latest=latest)
    if draft.to_day is not None and draft.to_day <= draft.from_day:
        raise EndsBeforeItBegins(from_day=draft.from_day, to_day=draft.to_day)
    if draft.published_at is not None and draft.published_at > at:
        raise PublishedInFuture(published_at=draft.published_at, at=at)
    if not draft.source_title:
        raise SourceMissing()
    counted_by_township = queries.vocabulary().facts[draft.fact].of == "township"
    if counted_by_township and (draft.division.level != TOWNSHIP or draft.area is not None):
        raise NotATownship(fact=draft.fact, division=draft.division)
    if draft.fact == RESPONSE:
        fitting = {Step.STARTED, Step.CHANGED} if draft.value == "true" else {Step.STOPPED}
        if draft.step not in fitting:
            raise StepDoesNotFit(step=draft.step, value=draft.value)
    elif draft.step or draft.level or draft.plan:
        raise StepDoesNotFit(step=draft.step, value=draft.value)


def _check_follow_up(declaration: Declaration, *, reason: str, at: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing()
    if declaration.kind == Kind.WITHDRAWN or Declaration.objects.filter(corrects=declaration).exists():
        raise NotTheLast(declaration=declaration)
    if at < declaration.declared_at:
        raise PublishedInFuture(published_at=declaration.declared_at, at=at)


def _in_the_way(draft: Declaration) -> list[Declaration]:
    """Declarations that count, of the same place and fact, on a day of the draft; not the one it corrects."""
    # Two who declare for one place at once: the second waits here and then sees what the first one stored.
    Division.objects.select_for_update().filter(code=draft.division_id).first()
    rows = counting().filter(fact=draft.fact, division=draft.division, area=draft.area)
    rows = rows.filter(Q(to_day__isnull=True) | Q(to_day__gt=draft.from_day))
    if draft.to_day is not None:
        rows = rows.filter(from_day__lt=draft.to_day)
    if draft.corrects_id is not None:
        rows = rows.exclude(pk=draft.corrects_id)
    return list(rows.select_related("division", "area").order_by("from_day", "id"))


# ---- areas ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def area_called(name: str, *, division: Division, is_new: bool = False, by: Actor, at: datetime) -> Area:
    """The area inside a division that goes by this name; a name not met before is noted as a new area.

    ``is_new``: a person has said that it is none of those with a similar name.

    Raises: AreaDoubtful, when the name resembles known ones and nobody has said that it is another.
    """
    text = taken_apart(name, names_in_front=()).text
    key = key_of(text)
    known = AreaName.objects.filter(division=division, key=key).select_related("area").first()
    if known is not None:
        return known.area
    alike = [one.area for one in queries.area_names_in(division) if is_alike(text, one.printed)]
    if alike and not is_new:
        raise AreaDoubtful(dict.fromkeys(alike))
    return note_area(name, key=key, division=division, by=by, at=at)


@transaction.atomic
def note_area(name: str, *, key: str, division: Division, by: Actor, at: datetime) -> Area:
    """Write down an area that was not known, under the wording met first."""
    area = Area.objects.create(division=division, name=name[:LONGEST_AREA_NAME], noted_by=by.id, noted_at=at)
    note_area_name(name, key=key, area=area, by=by, at=at)
    record_act("area.noted", by=by, at=at, object_type="area", object_id=area.pk, division_code=division.code)
    return area


@transaction.atomic
def note_area_name(name: str, *, key: str, area: Area, by: Actor, at: datetime) -> AreaName:
    """Write down another wording of a known area."""
    return AreaName.objects.create(
        area=area, division=area.division, printed=name[:LONGEST_AREA_NAME], key=key, noted_by=by.id, noted_at=at
    )


# ---- packs ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def adopt_packs(folders: Iterable[Path] | None, *, by: Actor, at: datetime) -> tuple[PackAdoption, ...]:
    """Put a set of packs in force in place of the one before. None: the packs that ship.

    The set goes through the gate as a whole and is adopted as a whole. The set in force already changes nothing.

    Raises: PacksRefused, with every problem; nothing is adopted then.
    """
    wanted = list(folders) if folders is not None else None
    report = check_packs(wanted)
    if report.problems:
        raise PacksRefused(report.problems)
    packs, _ = load_packs(wanted)
    if {(stamp["id"], stamp["sha256"]) for stamp in report.packs} != {
        (pack.instrument.id, pack.sha256) for pack in packs
    }:
        raise PacksRefused([Problem("", 0, "the files changed while they were checked; try again")])
    current = adopted_packs()
    named = {pack.instrument.id: (pack.sha256, _folder_of(pack.folder)) for pack in packs}
    if {one.instrument: (one.sha256, one.folder) for one in current} == named:
        return current
    number = current[0].number + 1 if current else 1
    rows = [
        PackAdoption.objects.create(
            number=number,
            instrument=pack.instrument.id,
            version=pack.instrument.version,
            sha256=pack.sha256,
            folder=_folder_of(pack.folder),
            adopted_by=by.id,
            adopted_at=at,
        )
        for pack in packs
    ]
    record_act(
        "packs.adopted",
        by=by,
        at=at,
        object_type="pack_adoption",
        object_id=number,
        detail={"packs": [pack.stamp for pack in packs]},
    )
    return tuple(rows)


def keep_packs_current(*, by: Actor, at: datetime) -> tuple[PackAdoption, ...]:
    """Adopt the packs that ship if none are adopted, or if the files of the adopted ones have changed.

    Packs from elsewhere stay part of the set. Raises: PacksRefused; what was adopted stays in force then.
    """
    current = adopted_packs()
    if all(not one.folder for one in current):
        folders = None
    else:
        folders = [Path(one.folder) if one.folder else SHIPPED / one.instrument for one in current]
    try:
        found = {(pack.instrument.id, pack.sha256) for pack in load_packs(folders)[0]}
    except PackRefused as refused:
        raise PacksRefused(refused.problems) from refused
    if found == {(one.instrument, one.sha256) for one in current}:
        return current
    return adopt_packs(folders, by=by, at=at)


def _folder_of(folder: Path) -> str:
    return "" if folder.resolve().parent == SHIPPED.resolve() else str(folder.resolve())
