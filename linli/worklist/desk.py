"""The desk of a community: what is required today, who needs somebody now, and the day so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.community.access import Reach
from linli.community.civil_days import start_of
from linli.records.kinds import kind_of
from linli.records.queries import counting
from linli.records.saying import kind_said
from linli.worklist.cards import Card, Chip, Teller, cards_of, chips_of, roles_over
from linli.worklist.doors import declared
from linli.worklist.items import Cited, Item, State
from linli.worklist.listing import URGENT
from linli.worklist.places import Scene, items_seen
from linli.worklist.today import Progress, progress_of

_DAY = timedelta(days=1)
# So many people are shown in each section; the others are on the list.
SHOWN = 6
RELEASES = frozenset({"release"})
HANDOVERS = frozenset({"handover_received"})


@dataclass(frozen=True, kw_only=True)
class Required:
    """One kind of thing that is required today, with how far it is."""

    kind: str
    say: str
    chips: tuple[Chip, ...]
    more_chips: tuple[Chip, ...]
    counts: Mapping[State, int]
    progress: Progress

    @property
    def late(self) -> int:
        """Past the time and still open."""
        return self.counts.get(State.LATE, 0)

    @property
    def missed(self) -> int:
        """Not done when the day ended."""
        return self.counts.get(State.MISSED, 0)


@dataclass(frozen=True, kw_only=True)
class Section:
    """People who need somebody now, for one reason. ``url`` leads to all of them on the list."""

    title: str
    tone: str
    cards: tuple[Card, ...]
    total: int
    url: str

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.total - len(self.cards)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of the day so far. ``state``: VALUE, PROVEN_ZERO, or MISSING with what is still open."""

    say: str
    value: int
    state: str
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The page of the desk."""

    scene: Scene
    progress: Progress
    required: list[Required]
    attention: list[Section]
    figures: list[Figure]
    written: list[tuple[str, int]]
    counts: list[tuple[State, int]]


def desk_of(scene: Scene, reach: Reach, *, by: Teller) -> Desk:
    """The three columns for a community on a day."""
    items = items_seen(scene, reach)
    before = items_seen(scene, reach, day=scene.day - _DAY, at=start_of(scene.day))
    return Desk(
        scene=scene,
        progress=progress_of(items),
        required=required_of(items, scene),
        attention=_attention(items, before, scene, by=by),
        figures=figures_of(items),
        written=_written(scene, reach) if scene.sees_all else [],
        counts=[(state, sum(item.state is state for item in items)) for state in State],
    )


def required_of(items: Iterable[Item], scene: Scene) -> list[Required]:
    """The items by kind, those with most to do first."""
    by_kind: dict[str, list[Item]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item)
    found = [_required(kind, rows, scene) for kind, rows in by_kind.items()]
    return sorted(found, key=lambda one: (-one.late, -one.progress.open, one.kind))


def figures_of(items: Iterable[Item]) -> list[Figure]:
    """For each kind that can be abnormal, how many were; zero only where all was done."""
    by_kind: dict[str, list[Item]] = {}
    for item in items:
        kind = declared(item)
        if kind is not None and not item.is_urgent and any(one.abnormal is not None for one in kind.fields):
            by_kind.setdefault(item.kind, []).append(item)
    return [_figure(kind, rows) for kind, rows in sorted(by_kind.items())]


def _figure(kind: str, items: Sequence[Item]) -> Figure:
    abnormal = sum(item.done_by is not None and item.done_by.is_abnormal for item in items)
    missing = sum(item.state is not State.DONE for item in items)
    state = "VALUE" if abnormal else "MISSING" if missing else "PROVEN_ZERO"
    say = _("%(kind)s：异常") % {"kind": kind_of(kind).say}
    return Figure(say=say, value=abnormal, state=state, missing=missing)


def _required(kind: str, items: Sequence[Item], scene: Scene) -> Required:
    counts = {state: sum(item.state is state for item in items) for state in State}
    cited: dict[Cited, None] = dict.fromkeys(one for item in items for one in item.clauses)
    chips = chips_of(cited, division=scene.division.code, day=scene.day)
    return Required(
        kind=kind,
        say=kind_said(kind),
        chips=tuple(chips[:2]),
        more_chips=tuple(chips[2:]),
        counts=counts,
        progress=progress_of(items),
    )


def _attention(items: Sequence[Item], before: Sequence[Item], scene: Scene, *, by: Teller) -> list[Section]:
    done_since = {(item.kind, item.subject) for item in items if item.state is State.DONE}
    missed = [item for item in before if item.state is State.MISSED and (item.kind, item.subject) not in done_since]
    open_ = [item for item in items if item.is_open]
    urgent = [item for item in open_ if item.is_urgent]
    handed = [item for item in open_ if item.kind in HANDOVERS]
    released = [item for item in open_ if item.kind in RELEASES]
    late = [
        item
        for item in open_
        if item.state is State.LATE and not item.is_urgent and item.kind not in HANDOVERS | RELEASES
    ]
    yesterday = _listed(scene, state=State.MISSED, day=scene.day - _DAY)
    sections = [
        _section(_("要马上处理"), "stop", urgent, _listed(scene, state=URGENT), by=by),
        _section(_("已经超时"), "care", late, _listed(scene, state=State.LATE), by=by),
        _section(_("昨天漏了，今天还没补上"), "care", missed, yesterday, by=by),
        _section(_("今天到期，要告知解除"), "go", released, _listed(scene, kind="release"), by=by),
        _section(_("移交待接收"), "plain", handed, _listed(scene, kind="handover_received"), by=by),
    ]
    return [section for section in sections if section.total]


def _section(title: str, tone: str, items: Sequence[Item], url: str, *, by: Teller) -> Section:
    subjects = list(dict.fromkeys(item.subject for item in items))
    first = set(subjects[:SHOWN])
    shown = cards_of([item for item in items if item.subject in first], by=by)
    return Section(title=title, tone=tone, cards=tuple(shown), total=len(subjects), url=url)


def _listed(scene: Scene, *, day: date | None = None, **wanted: str) -> str:
    """The address of a part of the list."""
    asked = {"place": scene.division.code, "day": (day or scene.day).isoformat(), **wanted}
    return f"{reverse('worklist:list')}?{urlencode(asked)}"


def _written(scene: Scene, reach: Reach) -> list[tuple[str, int]]:
    """What was written down that day, by kind, as far as one may learn of it."""
    roles = roles_over(reach, scene.division.code)
    rows = counting().filter(division=scene.division, day=scene.day).order_by()
    found = []
    for kind, number in rows.values_list("kind").annotate(number=Count("pk")):
        try:
            readers = kind_of(kind).readers
        except LookupError:
            continue
        if readers is None or readers & roles:
            found.append((kind_said(kind), number))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
