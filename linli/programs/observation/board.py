"""The observation board of a community: one line for each person, those first who need something today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from linli.community.access import GridReach, latest_residences
from linli.community.models import Residence
from linli.programs.observation import queries
from linli.programs.observation.course import CHECK, HOSPITAL
from linli.programs.observation.queries import StartDue, Status
from linli.programs.observation.strip import DayState, Square, strip_of
from linli.records.program import Scope

# How long those released stay on their own list; as long as they count as released.
RECENT = timedelta(days=14)


class Standing(StrEnum):
    """What somebody needs today, the most pressing first."""

    OVER = "OVER"
    GAP = "GAP"
    ABNORMAL = "ABNORMAL"
    HOSPITAL = "HOSPITAL"
    DONE = "DONE"
    RELEASED = "RELEASED"


# Which standings each list of the board shows.
LISTS: Mapping[str, tuple[Standing, ...]] = {
    "now": (Standing.OVER, Standing.GAP, Standing.ABNORMAL, Standing.HOSPITAL, Standing.DONE),
    "gaps": (Standing.GAP,),
    "over": (Standing.OVER,),
    "released": (Standing.RELEASED,),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person on the board."""

    residence: Residence
    status: Status
    standing: Standing
    today: Square | None
    strip: tuple[Square, ...]

    @property
    def missed(self) -> int:
        """On how many days nobody checked."""
        return sum(square.state is DayState.MISSED for square in self.strip)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The people observed in a community, and those who must be and are not."""

    statuses: tuple[tuple[Standing, Status], ...]
    starts: tuple[tuple[StartDue, Residence | None], ...]

    def count(self, name: str) -> int:
        """How many people one of the lists holds."""
        return sum(standing in LISTS[name] for standing, _status in self.statuses)

    def only(self, name: str) -> list[tuple[Standing, Status]]:
        """The people of one list, the most pressing first."""
        return [pair for pair in self.statuses if pair[0] in LISTS[name]]


def board_of(scope: Scope, *, reach: GridReach | None = None) -> Board:
    """Who is observed in one community; with ``reach``, only those within it."""
    statuses = queries.statuses_in(scope, with_checks=True)
    starts = queries.starts_due(scope)
    if reach is not None:
        ids = {*statuses, *(one.resident for one in starts)}
        mine = set(reach.residents().order_by().filter(pk__in=ids).values_list("pk", flat=True))
        statuses = {id: one for id, one in statuses.items() if id in mine}
        starts = [one for one in starts if one.resident in mine]
    found = [(standing, status) for status in statuses.values() if (standing := _standing(status)) is not None]
    order = list(Standing)
    found.sort(key=lambda pair: (order.index(pair[0]), pair[1].end or date.max, pair[1].resident))
    homes = homes_on((one.resident for one in starts), day=scope.day)
    return Board(statuses=tuple(found), starts=tuple((one, homes.get(one.resident)) for one in starts))


def rows_of(pairs: Sequence[tuple[Standing, Status]], *, day: date) -> list[Row]:
    """The people of one page, with their strips of days."""
    homes = homes_on((status.resident for _standing, status in pairs), day=day)
    rows = []
    for standing, status in pairs:
        if status.resident not in homes:
            continue
        strip = strip_for(status)
        today = next((square for square in strip if square.day == day), None)
        rows.append(Row(residence=homes[status.resident], status=status, standing=standing, today=today, strip=strip))
    return rows


def strip_for(status: Status) -> tuple[Square, ...]:
    """The days of somebody's last observation."""
    if status.course is None or status.end is None:
        return ()
    return strip_of(status.course, status.facts, resident=status.resident, end=status.end, day=status.day)


def homes_on(residents: Iterable[UUID], *, day: date) -> dict[UUID, Residence]:
    """Where people live on a day, with who they are; one query."""
    rows = latest_residences(day=day).filter(resident__in=list(residents))
    joined = rows.select_related("resident", "household__unit", "division").order_by("from_day")
    return {row.resident_id: row for row in joined}


def _standing(status: Status) -> Standing | None:
    """What somebody needs; None for one who is of no concern any more."""
    course = status.course
    if course is None:
        return None
    if course.release is not None:
        ended = course.released_on or course.end
        return Standing.RELEASED if status.day < ended + RECENT else None
    if status.is_over:
        return Standing.OVER
    if status.place == HOSPITAL:
        return Standing.HOSPITAL
    checks = [one for one in status.facts if one.kind == CHECK and one.day == status.day]
    if any(one.is_abnormal for one in checks):
        return Standing.ABNORMAL
    if checks:
        return Standing.DONE
    today = next((square for square in strip_for(status) if square.day == status.day), None)
    return Standing.GAP if today is not None and today.state is DayState.TODAY else Standing.DONE
