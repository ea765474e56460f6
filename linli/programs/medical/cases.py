"""Who is a case, from when to when, and what may follow on what. Pure.

A hospital that keeps somebody as suspected or confirmed says so in the last step of an alert: that is a diagnosis too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.programs.medical.chain import AT_HOSPITAL
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.said import said
from linli.records.kinds import Words
from linli.records.program import EntryRefused, Fact, Span
from linli.records.registers import registers

KIND = "diagnosis"
GROUP = {"SUSPECTED": "suspected", "CONFIRMED": "confirmed", "ASYMPTOMATIC": "asymptomatic", "RECOVERED": "recovered"}
ACTIVE = ("SUSPECTED", "CONFIRMED", "ASYMPTOMATIC")
CASE_GROUPS = tuple(GROUP[state] for state in ACTIVE)
_MAY_FOLLOW = {
    "": ACTIVE,
    "SUSPECTED": ("CONFIRMED", "ASYMPTOMATIC", "EXCLUDED"),
    "ASYMPTOMATIC": ("CONFIRMED", "RECOVERED"),
    "CONFIRMED": ("RECOVERED",),
    "EXCLUDED": ACTIVE,
    "RECOVERED": ACTIVE,
}


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What somebody was found to be, and since which day. ``fact`` is the entry that says so."""

    state: str
    on: date
    fact: Fact

    @property
    def state_words(self) -> Words:
        """What it is called."""
        return said(KIND, "state", self.state)

    @property
    def where(self) -> str:
        """Where it was found, or where the person was taken in."""
        return str(self.fact.payload.get("where") or self.fact.payload.get("hospital") or "")


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One illness of one person: from the first diagnosis until it is excluded or the person has recovered."""

    diagnoses: tuple[Diagnosis, ...]

    @property
    def first(self) -> Diagnosis:
        """With what it began."""
        return self.diagnoses[0]

    @property
    def last(self) -> Diagnosis:
        """How it stands."""
        return self.diagnoses[-1]

    @property
    def followed_to(self) -> date | None:
        """Up to and with which day somebody who recovered is followed."""
        until = self.last.fact.payload.get("followed_to") if self.last.state == "RECOVERED" else None
        return date.fromisoformat(until) if until else None

    @property
    def is_active(self) -> bool:
        """Is the person a case still?"""
        return self.last.state in ACTIVE

    @property
    def is_excluded(self) -> bool:
        """Was it something else?"""
        return self.last.state == "EXCLUDED"


def diagnoses_of(facts: Iterable[Fact]) -> list[Diagnosis]:
    """All that was found about one person, by the day it was found."""
    found = [one for fact in facts if (one := _read(fact)) is not None]
    return sorted(found, key=_order)


def episodes_of(facts: Iterable[Fact]) -> list[Episode]:
    """The illnesses of one person, the earliest first. What stands alone (a recovery without a case) begins none."""
    episodes: list[list[Diagnosis]] = []
    for one in diagnoses_of(facts):
        goes_on = bool(episodes) and episodes[-1][-1].state in ACTIVE
        if goes_on:
            episodes[-1].append(one)
        elif one.state in ACTIVE:
            episodes.append([one])
    return [Episode(diagnoses=tuple(episode)) for episode in episodes]


def cases(facts: Sequence[Fact]) -> Iterator[Span]:
    """Suspected, confirmed, asymptomatic until something else is found; recovered as long as the hospital says."""
    found = diagnoses_of(facts)
    for place, one in enumerate(found):
        group = GROUP.get(one.state)
        if group is None:
            continue
        after = next((later for later in found[place + 1 :] if later.state != one.state), None)
        ends = [after.on] if after else []
        if one.state == "RECOVERED" and "followed_to" in one.fact.payload:
            ends.append(date.fromisoformat(one.fact.payload["followed_to"]) + timedelta(days=1))
        to_day = min(ends, default=None)
        yield Span(
            group=group,
            from_day=one.on,
            to_day=to_day,
            begun_by=one.fact.id,
            ended_by=after.fact.id if after and after.on == to_day else None,
            source="HOSPITAL" if one.fact.kind == REFERRAL else one.fact.channel,
            reason=one.where,
            clause=registers()[group].clause,
            end_reason=said(KIND, "state", after.state).zh if after and after.on == to_day else "",
        )


def check_diagnosis(draft: Fact, before: Sequence[Fact]) -> None:
    """A diagnosis follows on what was found before, and is not of a day to come.

    Raises: EntryRefused.
    """
    mine = _read(draft)
    if mine is None:
        return
    if mine.on > draft.day:
        raise EntryRefused("diagnosed_later", field="diagnosed_on")
    if mine.state == "RECOVERED":
        until = draft.payload.get("followed_to")
        if not until or until < mine.on.isoformat():
            raise EntryRefused("follow_up_open", field="followed_to")
    ordered = sorted([*diagnoses_of(before), mine], key=_order)
    for earlier, later in zip([None, *ordered], ordered, strict=False):
        if mine not in (earlier, later):
            continue
        state = earlier.state if earlier else ""
        # What the hospital said at the end of an alert may be written down again with its particulars.
        is_same = earlier is not None and state == later.state and REFERRAL in (earlier.fact.kind, later.fact.kind)
        if later.state not in _MAY_FOLLOW[state] and not is_same:
            code = "was_no_case" if later.state in ("RECOVERED", "EXCLUDED") and not state else "does_not_follow"
            raise EntryRefused(code, field="state")


def _read(fact: Fact) -> Diagnosis | None:
    if fact.kind == KIND:
        return Diagnosis(state=fact.payload["state"], on=date.fromisoformat(fact.payload["diagnosed_on"]), fact=fact)
    if fact.kind == REFERRAL and fact.payload.get("outcome") in AT_HOSPITAL:
        return Diagnosis(state=fact.payload["outcome"], on=fact.day, fact=fact)
    return None


def _order(one: Diagnosis) -> tuple[date, datetime, str]:
    return one.on, one.fact.happened_at, str(one.fact.id)
