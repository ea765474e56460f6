"""Which community a page is about: the only one in reach, or the one that was chosen; and who sees what there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404

from linli.community.access import Reach, reachable
from linli.community.civil_days import start_of
from linli.community.codes import VILLAGE
from linli.community.models import Division
from linli.community.roles import Role
from linli.worklist.cards import roles_over
from linli.worklist.doors import declared
from linli.worklist.items import Item
from linli.worklist.permissions import SEEING_ALL_WORK
from linli.worklist.queries import work_of
from linli.worklist.today import worker_of


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A community on a day, as somebody sees it. ``at`` is now, on a past day its end."""

    division: Division
    day: date
    at: datetime
    is_today: bool
    sees_all: bool


def communities_in(reach: Reach, roles: Iterable[Role]) -> QuerySet[Division]:
    """The communities for which one of ``roles`` is held."""
    rows = reachable(Division.objects.filter(level=VILLAGE), reach=reach, roles=roles, path="code")
    return rows.select_related("parent").order_by("code")


def chosen_community(reach: Reach, code: str, *, roles: Iterable[Role]) -> Division | None:
    """The community with this code; without a code the only one in reach, None where there are several.

    Raises: Http404, for one out of reach.
    """
    rows = communities_in(reach, roles)
    if not code:
        first = list(rows[:2])
        return first[0] if len(first) == 1 else None
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def scene_of(division: Division, reach: Reach, *, day: date, today: date, at: datetime) -> Scene:
    """A community on a day: of a past one what was known when it ended, of a day to come what would be due."""
    return Scene(
        division=division,
        day=day,
        at=at if day >= today else start_of(date.fromordinal(day.toordinal() + 1)),
        is_today=day == today,
        sees_all=reach.covers(division.code, roles=SEEING_ALL_WORK),
    )


def items_seen(scene: Scene, reach: Reach, *, day: date | None = None, at: datetime | None = None) -> list[Item]:
    """The items of a community that one may see: a doctor those of the clinic and the own ones.

    What nobody but a few may learn of is left out for the others.
    """
    wanted = day or scene.day
    items = work_of(scene.division.code, day=wanted, at=at or scene.at)
    if not scene.sees_all:
        worker = worker_of(reach, day=wanted)
        own = worker.pk if worker is not None else -1
        items = [item for item in items if item.actor == "clinic" or item.owner.worker == own]
    roles = roles_over(reach, scene.division.code)
    return [item for item in items if _may_learn(item, roles)]


def _may_learn(item: Item, roles: frozenset[Role]) -> bool:
    kind = declared(item)
    return kind is None or kind.readers is None or bool(kind.readers & roles)
