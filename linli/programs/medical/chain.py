"""From an abnormal entry to its end: the steps of an alert, in order and with their times. Pure.

No clause prints minutes. How soon a step is expected is a reading, kept here in one table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from linli.records.program import EntryRefused, Fact

KIND = "referral"
STEPS = ("SEEN", "ADVISED", "VEHICLE_CALLED", "DEPARTED", "ARRIVED", "CLOSED")
CLOSED = "CLOSED"
# A reading of 早就医 (M38 二) and 异常就医 (M9 二(二)): how long after the step before, each is expected at the latest.
WITHIN = {
    "SEEN": timedelta(minutes=15),
    "ADVISED": timedelta(minutes=15),
    "VEHICLE_CALLED": timedelta(minutes=15),
    "DEPARTED": timedelta(minutes=30),
    "ARRIVED": timedelta(hours=1),
    "CLOSED": timedelta(hours=12),
}
AT_HOSPITAL = frozenset({"SUSPECTED", "CONFIRMED", "ASYMPTOMATIC"})


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One alert and the steps taken so far, the earliest first."""

    alert: Fact
    steps: tuple[Fact, ...] = ()

    @property
    def since(self) -> datetime:
        """When what is abnormal was found."""
        return self.alert.happened_at

    @property
    def last_at(self) -> datetime:
        """When the last step was taken; without any, when it began."""
        return self.steps[-1].happened_at if self.steps else self.since

    @cached_property
    def closed(self) -> Fact | None:
        """The step that ended it."""
        return next((step for step in self.steps if step.payload["step"] == CLOSED), None)

    @property
    def step(self) -> str:
        """The last step taken; empty before the first."""
        return str(self.steps[-1].payload["step"]) if self.steps else ""

    @property
    def next_step(self) -> str:
        """The step expected next; empty when it is over."""
        rank = STEPS.index(self.step) + 1 if self.step else 0
        return STEPS[rank] if rank < len(STEPS) else ""

    @property
    def later_steps(self) -> tuple[str, ...]:
        """All steps that may still be taken."""
        return STEPS[STEPS.index(self.step) + 1 if self.step else 0 :]

    @property
    def due_at(self) -> datetime:
        """Until when the next step is expected; when it is over, when that was."""
        return self.last_at + (WITHIN[self.next_step] if self.next_step else timedelta())

    def is_late(self, at: datetime) -> bool:
        """Is the next step overdue?"""
        return self.closed is None and at >= self.due_at

    def at_step(self, step: str) -> datetime | None:
        """When a step was taken."""
        return next((one.happened_at for one in self.steps if one.payload["step"] == step), None)


def key_of(alert: Fact) -> str:
    """The kind and moment of an alert: a correction leaves them as they are, so the steps taken stay with it."""
    return f"{alert.kind}@{alert.happened_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def is_alert(fact: Fact) -> bool:
    """Does an entry call for the doctor?"""
    return fact.is_abnormal and fact.kind != KIND


def chains_of(facts: Iterable[Fact]) -> list[Chain]:
    """The alerts among the entries about one person with their steps, the earliest first."""
    ordered = sorted(facts, key=lambda fact: (fact.happened_at, str(fact.id)))
    alerts = [fact for fact in ordered if is_alert(fact)]
    by_id = {str(alert.id): alert for alert in alerts}
    by_key = {key_of(alert): alert for alert in alerts}
    steps: dict[str, list[Fact]] = {}
    for fact in ordered:
        if fact.kind == KIND:
            alert = by_id.get(fact.payload["alert"]) or by_key.get(fact.payload.get("alert_key", ""))
            if alert is not None:
                steps.setdefault(str(alert.id), []).append(fact)
    return [Chain(alert=alert, steps=tuple(sorted(steps.get(str(alert.id), ()), key=_order))) for alert in alerts]


def check_step(draft: Fact, before: Sequence[Fact]) -> None:
    """A step belongs to an alert of this person, comes after the one before, and nothing follows the end.

    Raises: EntryRefused.
    """
    chain = next((chain for chain in chains_of([*before, draft]) if draft in chain.steps), None)
    if chain is None:
        raise EntryRefused("no_alert", field="alert")
    if draft.happened_at < chain.since:
        raise EntryRefused("before_alert", field="happened_at")
    is_end = draft.payload["step"] == CLOSED
    if is_end and not draft.payload.get("outcome"):
        raise EntryRefused("outcome_missing", field="outcome")
    if not is_end and draft.payload.get("outcome"):
        raise EntryRefused("outcome_too_early", field="outcome")
    others = [step for step in chain.steps if step.id != draft.id]
    if is_end and any(step.payload["step"] == CLOSED for step in others):
        raise EntryRefused("closed_already")
    if any(_rank(step) == _rank(draft) for step in others):
        raise EntryRefused("step_taken", field="step")
    for earlier, later in pairwise(chain.steps):
        if _rank(earlier) > _rank(later):
            raise EntryRefused("closed_already" if _rank(earlier) == len(STEPS) - 1 else "out_of_order", field="step")


def _rank(step: Fact) -> int:
    return STEPS.index(step.payload["step"])


def _order(step: Fact) -> tuple[datetime, int, str]:
    return step.happened_at, _rank(step), str(step.id)
