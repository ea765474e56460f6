"""Reports by hosts, employers and hotels that somebody is coming: which are open, and until when they are followed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from linli.community.civil_days import SHANGHAI, start_of
from linli.records.program import Fact
from linli.records.queries import as_facts, counting

REPORT, DONE = "host_report", "host_report_done"
# A reading: N40 (三) has hosts report at the first moment and prints no hours for the community that hears it.
FOLLOWED_WITHIN = timedelta(hours=2)
CLAUSE = "nanweiban-2020-40 (三)"
_NORMS = {
    "SELF": ("n40.arrivals.self-report",),
    "HOST": ("n40.arrivals.host-report",),
    "EMPLOYER": ("n40.arrivals.employer-report",),
    "HOTEL": ("n40.arrivals.employer-report",),
}
# The norms speak of these origins; of others somebody may tell as well, and it is followed all the same.
_SPOKEN_OF = {"INBOUND", "HIGH", "MEDIUM"}
LOOKED_BACK = timedelta(days=62)


@dataclass(frozen=True, kw_only=True)
class HostReport:
    """A report as told, and what became of it."""

    id: UUID
    division: str
    told_at: datetime
    payload: dict[str, Any]
    done: Fact | None = None

    @property
    def arrives_on(self) -> date:
        """The day on which somebody comes or came."""
        return date.fromisoformat(self.payload["arrives_on"])

    @property
    def is_open(self) -> bool:
        """Does nobody know yet what became of it?"""
        return self.done is None

    @property
    def done_on(self) -> date | None:
        """The day on which it was followed up."""
        return self.done.day if self.done is not None else None

    @property
    def due_at(self) -> datetime:
        """Who is there already is looked up within hours; who is still to come, on the day of coming."""
        soon = self.told_at + FOLLOWED_WITHIN
        ends = start_of(self.arrives_on + timedelta(days=1))
        return soon if self.arrives_on <= self.told_at.astimezone(SHANGHAI).date() else max(soon, ends)

    @property
    def norms(self) -> tuple[str, ...]:
        """The norms under which it was told."""
        spoken = self.payload.get("origin_tier", "") in _SPOKEN_OF
        return _NORMS.get(self.payload["told_by"], ()) if spoken else ()

    @property
    def clause(self) -> str:
        """Where reports are asked for."""
        return CLAUSE


def reports_in(divisions: Collection[str], *, day: date) -> list[HostReport]:
    """The reports to some communities up to ``day`` and not long ago, the newest first."""
    rows = counting().filter(kind__in=(REPORT, DONE), day__gt=day - LOOKED_BACK, day__lte=day)
    return _reports(as_facts(rows.filter(division__in=list(divisions)).order_by()))


def report_of(entry_id: UUID) -> HostReport | None:
    """One report, if it counts."""
    told = as_facts(counting().filter(pk=entry_id, kind=REPORT))
    if not told:
        return None
    later = counting().filter(kind=DONE, division=told[0].division, day__gte=told[0].day)
    return _reports([*told, *as_facts(later.order_by())])[0]


def _reports(facts: list[Fact]) -> list[HostReport]:
    known = sorted(facts, key=lambda fact: (fact.happened_at, fact.id))
    done = {fact.payload["about"]: fact for fact in reversed(known) if fact.kind == DONE}
    return [
        HostReport(
            id=fact.id,
            division=fact.division,
            told_at=fact.happened_at,
            payload=dict(fact.payload),
            done=done.get(str(fact.id)),
        )
        for fact in reversed(known)
        if fact.kind == REPORT
    ]
