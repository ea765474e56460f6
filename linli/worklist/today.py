"""The own list of one who is signed in: what is theirs today, what was missed yesterday, how far they are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from linli.community.access import Reach, reachable
from linli.community.civil_days import start_of
from linli.community.codes import VILLAGE
from linli.community.dated_rows import in_force
from linli.community.models import Division, Worker
from linli.community.roles import Role
from linli.worklist.cards import Building, Card, Task, Teller, buildings_of, cards_of
from linli.worklist.items import Item, State
from linli.worklist.permissions import DOING
from linli.worklist.queries import work_in, work_of_worker

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many of the things of a day are done or excused."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """In whole percent; 100 only when all is done."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def open(self) -> int:
        """How many are left."""
        return self.total - self.done


@dataclass(frozen=True, kw_only=True)
class Today:
    """The page of the own list. ``next_task`` is what is due first of what is open."""

    progress: Progress
    next_task: Task | None
    next_card: Card | None
    pressing: list[Card]
    buildings: list[Building]
    done: list[Card]
    missed: list[Card]


def worker_of(reach: Reach, *, day: date) -> Worker | None:
    """The worker behind an account on a day."""
    if reach.account is None:
        return None
    return Worker.objects.filter(in_force(day), account=reach.account).select_related("division").first()


def own_items(reach: Reach, *, day: date, at: datetime) -> list[Item]:
    """What is on one's own list: as the worker one is and, for the staff of a community, what nobody else is named for.

    Only in divisions for which a role is held.
    """
    worker = worker_of(reach, day=day)
    found = work_of_worker(worker, day=day, at=at) if worker is not None else []
    desks = _desks(reach)
    if desks:
        found += [item for _, items in work_in(desks, day=day, at=at) for item in items if item.owner.worker is None]
    return [item for item in found if reach.covers(item.division, roles=DOING)]


def own_item(reach: Reach, id: str, *, day: date, at: datetime) -> Item | None:
    """The item with this id on the own list; None where it is not there."""
    return next((item for item in own_items(reach, day=day, at=at) if item.id == id), None)


def progress_of(items: Iterable[Item]) -> Progress:
    """How far some items are."""
    rows = list(items)
    return Progress(done=sum(not item.is_open and item.state is not State.MISSED for item in rows), total=len(rows))


def today_of(items: Iterable[Item], missed: Iterable[Item], *, by: Teller) -> Today:
    """The page for some items of today and those missed the day before."""
    rows = list(items)
    here = [item for item in rows if item.is_open or _is_just(item, by)]
    over = [item for item in rows if not item.is_open and not _is_just(item, by)]
    cards = cards_of(here, by=by)
    first = min(
        ((task, card) for card in cards for task in card.tasks if task.item.is_open),
        key=lambda pair: (pair[0].item.due_to, pair[0].item.id),
        default=(None, None),
    )
    return Today(
        progress=progress_of(rows),
        next_task=first[0],
        next_card=first[1],
        pressing=[card for card in cards if card.is_pressing],
        buildings=buildings_of(card for card in cards if not card.is_pressing),
        done=cards_of(over, by=by),
        missed=cards_of(missed, by=_for_yesterday(by)),
    )


def missed_before(reach: Reach, *, day: date) -> list[Item]:
    """What was on the own list the day before ``day`` and was not done when that day ended."""
    return [item for item in own_items(reach, day=day - _DAY, at=start_of(day)) if item.state is State.MISSED]


def _for_yesterday(by: Teller) -> Teller:
    return replace(by, day=by.day - _DAY)


def _is_just(item: Item, by: Teller) -> bool:
    return item.done_by is not None and str(item.done_by.id) == by.just


def _desks(reach: Reach) -> list[str]:
    """The communities for which one is of the staff."""
    rows = reachable(Division.objects.filter(level=VILLAGE), reach=reach, roles={Role.COMMUNITY_STAFF}, path="code")
    return list(rows.order_by("code").values_list("code", flat=True))
