"""Whether the policy allows to observe somebody, for how many days, and when that ground has gone.

Pure over the policy core. What restricts people needs a ground: one of the groups somebody belongs to must give it.
A clause that exempts a group takes away every ground that comes from a norm which speaks of that group too (reading
20: whoever came from a place of no risk with proof and point-to-point transport is not observed as "an arrival"), and
leaves those that do not (the same person as a close contact).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from linli.policy.facts import PlaceFacts
from linli.policy.judge import Verdict, judge, sentence
from linli.policy.order import Order
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say
from linli.programs.observation.course import CENTRAL, HOME

HOME_OBSERVATION, CENTRAL_OBSERVATION = "home_observation", "central_observation"
ACTION_AT = {HOME: HOME_OBSERVATION, CENTRAL: CENTRAL_OBSERVATION}
EXEMPTION, NOTICE, RECOVERED_ISOLATION = "observation_exemption", "release_notice", "recovered_isolation"
RECOVERED = "recovered"
# The groups that follow from being observed are no ground to be observed; only to move from home to a site.
OWN_GROUPS = frozenset({"home_observed", "centrally_observed", "released"})
COMMUNITY = "community"

# Longer than any text: asked for only to hear how many days there may be at most.
_ENDLESS = timedelta(days=3650)
_ORDER = ("NEEDS_AUTHORITY", "EXCEEDS", "FALLS_SHORT", "NO_BASIS")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the policy says about observing one person in one way on one day.

    ``verdict`` is REQUIRED or ALLOWED where there is a ground, else as of `linli.policy.judge`. ``norms`` are those it
    rests on, ``clauses`` the same as ``<instrument> <cite>``, ``packs`` as ``<id>@<version>``. ``period_days`` is None
    where the norms print no number of days; then ``at_most_days`` is the longest that any norm on observation prints
    (a reading). ``groups`` are those that give the ground. ``exempts`` are norms that say instead that the person may
    go home freely.
    """

    action: str
    verdict: str
    norms: tuple[str, ...]
    clauses: tuple[str, ...]
    packs: tuple[str, ...]
    say: Say
    groups: tuple[str, ...] = ()
    period_days: int | None = None
    at_most_days: int | None = None
    lawful_until: date | None = None
    authority: tuple[str, ...] = ()
    needs_consent: bool = False
    alternative: str = ""
    exempts: tuple[str, ...] = ()

    @property
    def is_lawful(self) -> bool:
        """May the person be observed so?"""
        return self.verdict in ("REQUIRED", "ALLOWED")

    @property
    def is_required(self) -> bool:
        """Must the person be observed?"""
        return self.verdict == "REQUIRED"

    @property
    def is_exempt(self) -> bool:
        """Does a clause say of this very person that they are not to be isolated?"""
        return bool(self.exempts)

    @property
    def most_days(self) -> int | None:
        """The most days there may be: as printed, else by the reading."""
        return self.period_days if self.period_days is not None else self.at_most_days

    def latest_end(self, counts_from: date) -> date | None:
        """The last end that may be written down when the days are counted from a day; None where no text sets one.

        It is not included: fourteen days from the tenth end on the twenty-fourth.
        """
        ends = [] if self.most_days is None else [counts_from + timedelta(days=self.most_days)]
        return min([*ends, *([self.lawful_until] if self.lawful_until else [])], default=None)


def ground_of(
    rulebook: Rulebook,
    facts: PlaceFacts,
    groups: Iterable[str],
    day: date,
    action: str,
    *,
    by: str = COMMUNITY,
    consent: bool = False,
    is_moved: bool = False,
) -> Ground:
    """May somebody in these groups be observed at home, or centrally, at a place with these facts on a day?

    ``by`` is who decides, ``consent`` that the person agreed freely, ``is_moved`` that they come from home observation.
    Kept by what it depends on: many people of one community share it.
    """
    mine = frozenset(groups) - (OWN_GROUPS - {"home_observed"} if is_moved else OWN_GROUPS)
    # Between two days on which norms begin or end nothing changes.
    cut = rulebook.span(day)
    asked_on = rulebook.cuts[cut - 1] if cut else day
    return _ground(rulebook, facts, _narrowest(rulebook, mine), asked_on, action, by, consent)


@lru_cache(maxsize=4096)
def _ground(
    rulebook: Rulebook, facts: PlaceFacts, groups: tuple[str, ...], day: date, action: str, by: str, consent: bool
) -> Ground:
    words = rulebook.words
    asked = {group: _asked(rulebook, facts, group, day, action, by=by, consent=consent) for group in groups}
    exempting = {group: bans for group, found in asked.items() if (bans := _bans(rulebook, found, action))}
    standing: list[tuple[str, Verdict, tuple[str, ...]]] = []
    for group, found in asked.items():
        norms = tuple(one for one in found.norms if not _speaks_of_any(rulebook.norm[one], exempting, rulebook))
        if found.verdict in ("REQUIRED", "ALLOWED") and norms:
            standing.append((group, found, norms))
    recovered = _recovered(rulebook, facts, groups, day, action, by=by)
    if recovered is not None:
        standing.append((RECOVERED, recovered, recovered.norms))
    if not standing:
        return _refused(rulebook, facts, asked, exempting, day, action, by=by, consent=consent)

    norms = tuple(dict.fromkeys(norm for _group, _found, norms in standing for norm in norms))
    periods = [
        _asked(rulebook, facts, group, day, action, by=by, consent=consent, to=day + _ENDLESS).period_days
        for group, *_ in standing
    ]
    known = [days for days in periods if days is not None]
    ends = [found.lawful_until for _group, found, _norms in standing]
    required = any(found.verdict == "REQUIRED" for _group, found, _norms in standing)
    best = next(found for _g, found, _n in standing if found.verdict == ("REQUIRED" if required else "ALLOWED"))
    return Ground(
        action=action,
        verdict="REQUIRED" if required else "ALLOWED",
        norms=norms,
        clauses=clauses_of(rulebook, norms),
        packs=packs_of(rulebook, norms),
        say=sentence(best),
        groups=tuple(group for group, *_ in standing),
        period_days=max(known) if known else None,
        at_most_days=None if known else _longest(rulebook, facts, day),
        lawful_until=None if None in ends else max(end for end in ends if end is not None),
        alternative=words.actions[action].milder,
    )


def _refused(
    rulebook: Rulebook,
    facts: PlaceFacts,
    asked: dict[str, Verdict],
    exempting: dict[str, tuple[str, ...]],
    day: date,
    action: str,
    *,
    by: str,
    consent: bool,
) -> Ground:
    """Why there is no ground: an exemption first, then what somebody else, or consent, could still make lawful."""
    found = dict(asked) or {"": _asked(rulebook, facts, "resident", day, action, by=by, consent=consent)}
    group = min(found, key=lambda one: (one not in exempting, *_hopeless(found[one])))
    verdict = found[group]
    exempts: tuple[str, ...] = ()
    if group in exempting:
        order = Order(rulebook.words.actions[EXEMPTION], 1, by, day, who=(group,))
        free = judge(rulebook, order, facts, day)
        exempts = free.norms or exempting[group]
    return Ground(
        action=action,
        verdict=verdict.verdict,
        norms=verdict.norms,
        clauses=clauses_of(rulebook, verdict.norms),
        packs=packs_of(rulebook, verdict.norms),
        say=sentence(verdict),
        authority=verdict.authority,
        needs_consent=verdict.why == "needs_consent",
        alternative=verdict.alternative.action.id if verdict.alternative else "",
        exempts=exempts,
    )


def _hopeless(verdict: Verdict) -> tuple[int, bool]:
    """The higher, the less can be done about it. A ground that an exemption took away comes last."""
    place = _ORDER.index(verdict.verdict) if verdict.verdict in _ORDER else len(_ORDER)
    return place, verdict.why != "needs_consent"


def _asked(
    rulebook: Rulebook,
    facts: PlaceFacts,
    group: str,
    day: date,
    action: str,
    *,
    by: str,
    consent: bool,
    to: date | None = None,
) -> Verdict:
    order = Order(rulebook.words.actions[action], 1, by, day, to, "person", who=(group,), consent=consent)
    return judge(rulebook, order, facts, day)


def _bans(rulebook: Rulebook, verdict: Verdict, action: str) -> tuple[str, ...]:
    """The norms that forbid this very action for this very group, by which the group is exempt."""
    if verdict.verdict != "EXCEEDS":
        return ()
    norms = (rulebook.norm[one] for one in verdict.norms)
    return tuple(one.id for one in norms if one.mode == "must_not" and one.action == action and one.who)


def _speaks_of_any(norm: Norm, groups: Iterable[str], rulebook: Rulebook) -> bool:
    return any(not norm.who or rulebook.words.with_wider(group) & frozenset(norm.who) for group in groups)


def _recovered(
    rulebook: Rulebook, facts: PlaceFacts, groups: Sequence[str], day: date, action: str, *, by: str
) -> Verdict | None:
    """M38 二(二)1: those who come back from hospital are isolated, with those who treat them; at home, a reading."""
    if action != HOME_OBSERVATION or RECOVERED not in groups:
        return None
    order = Order(rulebook.words.actions[RECOVERED_ISOLATION], 1, by, day, who=(RECOVERED,))
    found = judge(rulebook, order, facts, day)
    return found if found.verdict == "REQUIRED" else None


def _longest(rulebook: Rulebook, facts: PlaceFacts, day: date) -> int | None:
    """The most days that any norm in force prints for an observation."""
    regime = rulebook.regime(rulebook.region(facts.division_code), day)
    timed = (norm for norm in regime.norms if norm.action in ACTION_AT.values() and "period_days" in norm.params)
    return max((int(norm.params["period_days"]) for norm in timed), default=None)


def _narrowest(rulebook: Rulebook, groups: frozenset[str]) -> tuple[str, ...]:
    """Without the groups that another one of them lies within; those that no pack knows are left out."""
    known = sorted(group for group in groups if group in rulebook.words.groups)
    wider = {wide for group in known for wide in rulebook.words.with_wider(group) - {group}}
    return tuple(group for group in known if group not in wider)


def notice_norms(rulebook: Rulebook, facts: PlaceFacts, groups: Iterable[str], day: date) -> tuple[str, ...]:
    """The norms that oblige the community to hand over the release notice to somebody in these groups."""
    return _notice(rulebook, facts, _narrowest(rulebook, frozenset(groups) - OWN_GROUPS), day)


@lru_cache(maxsize=1024)
def _notice(rulebook: Rulebook, facts: PlaceFacts, groups: tuple[str, ...], day: date) -> tuple[str, ...]:
    action = rulebook.words.actions.get(NOTICE)
    if action is None:
        return ()
    found = (judge(rulebook, Order(action, 1, COMMUNITY, day, who=(group,)), facts, day) for group in groups)
    return tuple(dict.fromkeys(norm for one in found if one.verdict == "REQUIRED" for norm in one.norms))


def observable_groups(rulebook: Rulebook) -> frozenset[str]:
    """The groups that any pack speaks of when it comes to observing people, with the narrower ones inside them."""
    named = {
        group
        for norm in rulebook.norms
        if norm.action in (HOME_OBSERVATION, CENTRAL_OBSERVATION, RECOVERED_ISOLATION)
        for group in norm.who
    }
    inside = {group for group in rulebook.words.groups if rulebook.words.with_wider(group) & named}
    return frozenset(inside - OWN_GROUPS)


def clauses_of(rulebook: Rulebook, norms: Iterable[str]) -> tuple[str, ...]:
    """Where norms stand, as ``<instrument> <cite>``, each place once."""
    found = (rulebook.norm[one] for one in norms if one in rulebook.norm)
    return tuple(dict.fromkeys(f"{norm.instrument} {norm.cite}" for norm in found))


def packs_of(rulebook: Rulebook, norms: Iterable[str]) -> tuple[str, ...]:
    """The packs that norms belong to, as ``<id>@<version>``."""
    found = dict.fromkeys(rulebook.norm[one].instrument for one in norms if one in rulebook.norm)
    return tuple(f"{one}@{rulebook.instruments[one].version}" for one in found)


# ---- judged again --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Judged:
    """When an observation ends by the norms, as known now. ``end`` is not included.

    ``why`` is empty where the stated end stands; LOST where the ground had gone on ``end``; SHORTER where a shorter
    period came to hold on ``changed_on``. ``ground`` is what held on the day that decided. ``home_from`` is the day
    from which a person at a central site may be observed at home instead; None where nothing of that sort happened.
    """

    end: date
    ground: Ground
    why: str = ""
    changed_on: date | None = None
    home_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class View:
    """What the policy says of somebody on one day: for the place where they are, and for home."""

    day: date
    here: Ground
    at_home: Ground


def judged_end(*, counts_from: date, stated_end: date, views: Sequence[View]) -> Judged:
    """The earliest day on which the ground had gone, or the days of a shorter period were over.

    ``views`` begins with the day from which the days are counted or the observation started, and has every day on which
    something changed. The lighter rule wins: a rule that became stricter later changes nothing.
    """
    first = views[0]
    found = Judged(end=stated_end, ground=first.here)
    home_from: date | None = None
    for view in views:
        if view.day >= found.end and view is not first:
            break
        ground = view.here
        if not ground.is_lawful and view.at_home.is_lawful:
            home_from = home_from or view.day
            ground = view.at_home
        if not ground.is_lawful:
            found = Judged(end=view.day, ground=ground, why="LOST", changed_on=view.day)
            break
        days = ground.most_days
        if days is not None and (latest := max(counts_from + timedelta(days=days), view.day)) < found.end:
            found = Judged(end=latest, ground=ground, why="SHORTER", changed_on=view.day)
    return replace(found, home_from=home_from if home_from is not None and home_from < found.end else None)
