"""How the work of a day is spread over the workers, and what it would be after handing things over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.community.dated_rows import in_force
from linli.community.grid.operations import Target, reassign
from linli.community.grid.queries import assignments_in
from linli.community.models import Assignment, Worker
from linli.trail.actor import Actor
from linli.worklist.cards import unit_names
from linli.worklist.items import Item, Owner, State
from linli.worklist.listing import BODY
from linli.worklist.queries import work_of


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one owner has on a day. ``width`` is the share of the fullest list, in whole percent."""

    owner: Owner
    kind: str
    open: int
    late: int
    missed: int
    done: int
    total: int
    width: int = 0

    @property
    def key(self) -> str:
        """The owner in an address."""
        return str(self.owner.worker) if self.owner.worker is not None else BODY


@dataclass(frozen=True, kw_only=True)
class Load:
    """The shares of all who have something, the fullest first. ``said`` compares the fullest with the mean."""

    shares: list[Share]
    said: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What handing over would change: the open items of both before and after."""

    rows: Sequence[Assignment]
    giver: Worker
    taker: Worker
    before: tuple[int, int]
    after: tuple[int, int]


def load_of(items: Iterable[Item], *, workers: Iterable[Worker] = ()) -> Load:
    """How some items are spread; workers who have none are there with none."""
    by_owner: dict[Owner, list[Item]] = {Owner(worker=one.pk, name=one.name): [] for one in workers}
    kinds = {one.pk: str(one.get_kind_display()) for one in workers}
    for item in items:
        by_owner.setdefault(item.owner, []).append(item)
    most = max((len(rows) for rows in by_owner.values()), default=0)
    shares = [
        Share(
            owner=owner,
            kind=kinds.get(owner.worker, "") if owner.worker is not None else "",
            open=sum(item.is_open for item in rows),
            late=sum(item.state is State.LATE for item in rows),
            missed=sum(item.state is State.MISSED for item in rows),
            done=sum(item.state in (State.DONE, State.EXCUSED) for item in rows),
            total=len(rows),
            width=len(rows) * 100 // most if most else 0,
        )
        for owner, rows in by_owner.items()
    ]
    shares.sort(key=lambda one: (-one.total, one.owner.name))
    return Load(shares=shares, said=_compared([one.total for one in shares if one.total]))


def handed_over(
    rows: Sequence[Assignment], *, giver: Worker, taker: Worker, division: str, from_day: date, by: Actor, at: datetime
) -> Moved:
    """What would be if ``taker`` had some of the assignments of ``giver``: tried out and taken back, nothing stays.

    Raises: GridRefused.
    """
    before = work_of(division, day=from_day, at=at)
    with transaction.atomic():
        reassign(rows, to=taker, from_day=from_day, by=by, at=at)
        after = work_of(division, day=from_day, at=at)
        transaction.set_rollback(True)
    return Moved(
        rows=rows,
        giver=giver,
        taker=taker,
        before=(_open(before, giver), _open(before, taker)),
        after=(_open(after, giver), _open(after, taker)),
    )


def held_by(worker: Worker, *, division: str, day: date) -> list[Assignment]:
    """What a worker is assigned to in a community on a day: units first, then households."""
    rows = worker.assignments.filter(in_force(day)).select_related("worker", "unit", "household__unit")
    return [row for row in rows.order_by("household_id", "id") if _place_of(row) == division]


def holders_in(division: str, *, day: date) -> frozenset[int]:
    """The workers who are assigned to something in a community on a day."""
    return frozenset(row.worker_id for row in assignments_in(division, day=day))


def named(rows: Iterable[Assignment]) -> list[tuple[Assignment, str]]:
    """Assignments with what they are to: the building, or the building and the room."""
    given = list(rows)
    inside = {row.pk: row.household.unit_id if row.household is not None else row.unit_id for row in given}
    units = unit_names(id for id in inside.values() if id is not None)
    return [(row, _called(row, units.get(inside[row.pk] or 0, ""))) for row in given]


def _place_of(row: Assignment) -> str:
    return Target(unit=row.unit, household=row.household).division_code


def _called(row: Assignment, unit: str) -> str:
    what = f"{unit} {row.household.label}" if row.household is not None else unit
    return _("%(what)s（%(role)s）") % {"what": what, "role": row.get_role_display()}


def _open(items: Iterable[Item], worker: Worker) -> int:
    return sum(item.is_open and item.owner.worker == worker.pk for item in items)


def _compared(totals: Sequence[int]) -> str:
    """The fullest list against the mean, in words."""
    if not totals:
        return _("今天还没有要做的事。")
    if len(totals) == 1:
        return _("今天的事都在一个人手上。")
    ratio = max(totals) * len(totals) / sum(totals)
    if ratio < 1.5:
        return _("分得均匀：最多的是平均的%(ratio)s倍。") % {"ratio": f"{ratio:.1f}"}
    return _("分得不匀：最多的是平均的%(ratio)s倍，可以分一些给别人。") % {"ratio": f"{ratio:.1f}"}
