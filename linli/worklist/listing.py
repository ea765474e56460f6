"""All items of a community on a day, narrowed by kind, state, owner and unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.records.saying import kind_said
from linli.worklist.cards import natural, unit_names
from linli.worklist.items import Item, State

BODY = "body"
OPEN, URGENT = "OPEN", "URGENT"
STATES = (OPEN, URGENT, *State)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; empty is everything."""

    kind: str = ""
    state: str = ""
    owner: str = ""
    unit: str = ""

    @property
    def is_everything(self) -> bool:
        """Is nothing narrowed?"""
        return not (self.kind or self.state or self.owner or self.unit)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What can be chosen among some items: pairs of value and words."""

    kinds: list[tuple[str, str]]
    owners: list[tuple[str, str]]
    units: list[tuple[str, str]]


def narrowed(items: Iterable[Item], wanted: Wanted) -> list[Item]:
    """The items that are asked for; none for a value that there is not."""
    return [
        item
        for item in items
        if (not wanted.kind or item.kind == wanted.kind)
        and (not wanted.state or _is_in(item, wanted.state))
        and (not wanted.owner or owner_key(item) == wanted.owner)
        and (not wanted.unit or str(item.unit or "") == wanted.unit)
    ]


def choices_among(items: Sequence[Item]) -> Choices:
    """The kinds, owners and units that occur."""
    units = unit_names({item.unit for item in items if item.unit is not None})
    return Choices(
        kinds=sorted({item.kind: kind_said(item.kind) for item in items}.items(), key=lambda pair: pair[1]),
        owners=sorted({owner_key(item): item.owner.name for item in items}.items(), key=lambda pair: pair[1]),
        units=sorted(((str(id), name) for id, name in units.items()), key=lambda pair: natural(pair[1])),
    )


def owner_key(item: Item) -> str:
    """An owner in an address: the number of the worker, or the staff as a body."""
    return str(item.owner.worker) if item.owner.worker is not None else BODY


def _is_in(item: Item, state: str) -> bool:
    if state == OPEN:
        return item.is_open
    if state == URGENT:
        return item.is_open and item.is_urgent
    return item.state == state
