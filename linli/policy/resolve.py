"""How norms that speak of the same measure fit together: the lawful interval, and which norm yields to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.policy.pack import FACETS, Norm
from linli.policy.rulebook import Cells, Regime, distinct_columns
from linli.policy.vocabulary import Action, Say, Vocabulary


@dataclass(frozen=True)
class About:
    """Whom, what kind of place or which paper a question is about; empty: not said."""

    who: str = ""
    place_kind: str = ""
    paper: str = ""


ANYTHING = About()


@dataclass(frozen=True)
class Grant:
    """A step that a norm lets its deciders take. consent: only if the people concerned agree freely."""

    step: int
    norm: str
    by: frozenset[str]
    consent: bool = False


@dataclass(frozen=True)
class Yielded:
    """A norm that does not bind here because another one goes before it, and why."""

    norm: str
    to: str
    why: Say


@dataclass(frozen=True)
class Open:
    """Something that the texts leave undecided."""

    norms: tuple[str, ...]
    why: Say
    id: str = ""


@dataclass(frozen=True)
class Interval:
    """What is lawful of one measure: steps `floor` to `cap` of its scale (indexes), with the norms behind both ends.

    ceilings: the norms that forbid more than `cap`; empty where nothing grants more (closed world).
    binding: norms that oblige or grant here and did not yield.
    """

    action: Action
    floor: int
    cap: int
    floor_basis: tuple[str, ...] = ()
    cap_basis: tuple[str, ...] = ()
    ceilings: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    binding: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    yielded: tuple[Yielded, ...] = ()
    undecided: tuple[Open, ...] = ()

    def step(self, index: int) -> str:
        return self.action.scale.steps[index]

    def cap_for(self, deciders: frozenset[str], *, consent: bool) -> int:
        """The highest step that somebody may decide who stands for `deciders` (itself and the actors below it)."""
        steps = [g.step for g in self.grants if g.by & deciders and (consent or not g.consent)]
        return min(self.cap, max(steps, default=0))

    def granted(self, *, consent: bool) -> int:
        """The highest lawful step, whoever decides."""
        return min(self.cap, max((g.step for g in self.grants if consent or not g.consent), default=0))


WHY_AUTHORITY = Say("上级文件的限度,下级文件不能放宽", "a lower authority does not lift what a higher one has set")
WHY_GUARD = Say("保护群众权益的底线条款优先于裁量措施", "an entrenched guard goes before a discretionary measure")
WHY_SPECIFIC = Say("更有针对性的条款优先于一般条款", "the more specific norm goes before the general one")
WHY_LATER = Say("后发的文件优先于先发的文件", "the later norm goes before the earlier one")
WHY_REPLACED = Say("已被后来的条款取代", "its place was taken by another norm")


def speaks_of(norm: Norm, about: About, action: Action, words: Vocabulary) -> bool:
    """Whether the norm covers what is asked about. A wider group or no group at all covers a narrower one."""
    for facet in FACETS:
        covered = norm.facet(facet)
        if not covered:
            continue
        asked = getattr(about, facet)
        if not asked:
            if facet == "paper" or (facet == "who" and action.subject == "person"):
                return False
            continue
        wider = words.with_wider(asked) if facet == "who" else frozenset({asked})
        if not wider & frozenset(covered):
            return False
    return True


def goes_before(a: Norm, b: Norm, regime: Regime) -> Say | None:
    """Why norm `a` goes before norm `b` in a conflict; None if it does not.

    The order: authority, entrenched guard, the more specific, the later.
    """
    instruments = regime.rulebook.instruments
    level_a, level_b = instruments[a.instrument].level, instruments[b.instrument].level
    if level_a != level_b:
        return WHY_AUTHORITY if level_a < level_b else None
    if a.entrenched != b.entrenched:
        return WHY_GUARD if a.entrenched else None
    narrower_a, narrower_b = narrower(a, b, regime), narrower(b, a, regime)
    if narrower_a != narrower_b:
        return WHY_SPECIFIC if narrower_a else None
    if a.start != b.start:
        return WHY_LATER if a.start > b.start else None
    return None


def narrower(a: Norm, b: Norm, regime: Regime) -> bool:
    """Whether `a` binds in no situation in which `b` does not, and in fewer."""
    row_a, row_b = regime.raw_holds[regime.index[a.id]], regime.raw_holds[regime.index[b.id]]
    if (row_a & ~row_b).any():
        return False
    strictly = bool((row_b & ~row_a).any())
    words = regime.rulebook.words
    for facet in FACETS:
        has_a, has_b = a.facet(facet), b.facet(facet)
        if has_b and not has_a:
            return False
        if not has_b:
            strictly = strictly or bool(has_a)
            continue
        wide = frozenset(has_b)
        if facet == "who":
            if not all(words.with_wider(g) & wide for g in has_a):
                return False
            strictly = strictly or not all(words.with_wider(g) & frozenset(has_a) for g in has_b)
        else:
            if not frozenset(has_a) <= wide:
                return False
            strictly = strictly or frozenset(has_a) < wide
    return strictly


def interval(regime: Regime, cell: int, action_id: str, about: About = ANYTHING) -> Interval:
    """The lawful interval of a restrictive action in one cell.

    A floor or a grant on a larger unit also holds for the smaller units in it; a ceiling does not pass down.
    """
    key = (action_id, about, int(action_kinds(regime, action_id)[cell]))
    found = regime.memo.get(key)
    if found is None:
        words = regime.rulebook.words
        chain = (words.actions[action_id], *words.wider_units(action_id))
        found = regime.memo[key] = _interval(regime, cell, chain, about)
    assert isinstance(found, Interval)
    return found


def action_kinds(regime: Regime, action_id: str) -> Cells:
    """The kind of every cell as far as one restrictive action goes: cells of one kind have the same interval."""
    key = ("kinds", action_id)
    found = regime.memo.get(key)
    if found is None:
        chain = (action_id, *(a.id for a in regime.rulebook.words.wider_units(action_id)))
        rows = [*(i for name in chain for i in regime.by_action.get(name, ())), *_guard_rows(regime)]
        found = regime.memo[key] = distinct_columns(regime.holds[rows])[0]
    return found  # type: ignore[return-value]


def _guard_rows(regime: Regime) -> tuple[int, ...]:
    found = regime.memo.get("guards")
    if found is None:
        found = regime.memo["guards"] = tuple(i for i, n in enumerate(regime.norms) if n.guards)
    assert isinstance(found, tuple)
    return found


def _interval(regime: Regime, cell: int, chain: Sequence[Action], about: About) -> Interval:
    action, larger = chain[0], chain[1:]
    words = regime.rulebook.words
    parent = interval(regime, cell, larger[0].id, about) if larger else None
    here = [
        norm
        for i in regime.by_action.get(action.id, ())
        if regime.holds[i, cell] and speaks_of(norm := regime.norms[i], about, action, words)
    ]
    norm_of = regime.rulebook.norm
    floors: list[tuple[int, Norm]] = []
    ceilings: list[tuple[int, Norm]] = []
    grants: list[Grant] = []
    for norm in here:
        floor, cap, grant = bounds(norm, action)
        if floor is not None:
            floors.append((floor, norm))
        if cap is not None:
            ceilings.append((cap, norm))
        if grant is not None:
            grants.append(Grant(grant, norm.id, frozenset(norm.by), norm.consent))
    if parent is not None:
        floors += [(parent.floor, norm_of[name]) for name in parent.floor_basis]
        grants += [Grant(min(g.step, parent.cap), g.norm, g.by, g.consent) for g in parent.grants if parent.cap > 0]

    yielded: list[Yielded] = list(parent.yielded) if parent else []
    undecided: list[Open] = list(parent.undecided) if parent else []
    while floors and ceilings:
        high, low = max(floors, key=lambda x: x[0]), min(ceilings, key=lambda x: x[0])
        if high[0] <= low[0]:
            break
        if why := goes_before(low[1], high[1], regime):
            floors.remove(high)
            yielded.append(Yielded(high[1].id, low[1].id, why))
        elif why := goes_before(high[1], low[1], regime):
            ceilings.remove(low)
            yielded.append(Yielded(low[1].id, high[1].id, why))
        else:
            floors.remove(high)
            undecided.append(_conflict(high[1], low[1], action))

    guards = tuple(
        regime.norms[i].id
        for i in _guard_rows(regime)
        if regime.holds[i, cell] and ("all" in (names := regime.norms[i].guards) or action.id in names)
    )
    top = len(action.scale.steps) - 1
    granted = max((g.step for g in grants), default=0)
    ceiling = min((step for step, _ in ceilings), default=top)
    cap = min(granted, ceiling)
    floor = max((step for step, _ in floors), default=0)
    limiting = tuple(norm.id for step, norm in ceilings if step == cap)
    granting = tuple(g.norm for g in grants if g.step >= cap > 0)
    basis = (*limiting, *granting) or guards
    gone = {y.norm for y in yielded}
    return Interval(
        action,
        floor,
        cap,
        floor_basis=_once(norm.id for step, norm in floors if step == floor and floor > 0),
        cap_basis=_once(basis),
        ceilings=_once(norm.id for step, norm in ceilings if step <= cap),
        grants=tuple(g for g in grants if g.norm not in gone or g.step <= ceiling),
        binding=_once(norm.id for norm in here if norm.id not in gone),
        guards=guards,
        yielded=tuple(yielded),
        undecided=tuple(undecided),
    )


def bounds(norm: Norm, action: Action) -> tuple[int | None, int | None, int | None]:
    """What a norm sets on the scale of its restrictive action: (floor, ceiling, grant), None where nothing."""
    if norm.soft == "encouraged":
        return None, None, None
    index = action.scale.index
    floor = index(norm.floor) if norm.floor else None
    cap = index(norm.cap) if norm.cap else None
    if not action.has_steps and floor is None and cap is None:
        if norm.guards and norm.mode == "must_not":
            return None, None, None
        return {"must": (1, None, 1), "may": (None, None, 1), "must_not": (None, 0, None)}[norm.mode]
    if norm.mode == "may":
        return None, None, cap
    if norm.mode == "must_not":
        return None, cap, None
    return floor, cap, floor


def _conflict(high: Norm, low: Norm, action: Action) -> Open:
    return Open(
        tuple(sorted((high.id, low.id))),
        Say(
            f"对“{action.say.zh}”,{high.id} 要求的高于 {low.id} 允许的,文件没有说以谁为准",
            f"on {action.say.en}, {high.id} asks for more than {low.id} allows, and no text says which goes first",
        ),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def mildest(intervals: Sequence[Interval]) -> Interval:
    """One interval for several possibilities: where they differ, the least restrictive cap and the lowest floor.

    intervals: at least one, all of the same action.
    """
    first = intervals[0]
    if all(other is first or other == first for other in intervals):
        return first
    by_cap = min(intervals, key=lambda i: i.cap)
    by_floor = min(intervals, key=lambda i: i.floor)
    common = frozenset.intersection(*(frozenset(i.grants) for i in intervals))
    return Interval(
        first.action,
        min(by_floor.floor, by_cap.cap),
        by_cap.cap,
        by_floor.floor_basis,
        by_cap.cap_basis,
        by_cap.ceilings,
        tuple(g for g in by_cap.grants if g in common or g.step <= by_cap.cap),
        by_cap.binding,
        by_cap.guards,
        tuple(dict.fromkeys(y for i in intervals for y in i.yielded)),
        tuple(dict.fromkeys(o for i in intervals for o in i.undecided)),
    )
