"""Stores planned lives in bulk: entries, and the registers that follow from them, each with a line of truth."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models

from linli.community.demo import DemoPlan
from linli.records.kinds import Kind, all_kinds
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact, spans_of
from linli.records.queries import as_fact
from linli.trail.actor import SYSTEM
from linli.worklist.demo.lives import Happening, Someone

_BATCH = 5_000


class Writer:
    """Collects rows and stores them in batches. ``entries`` counts them; ``note`` gets the lines of the truth."""

    def __init__(self, plan: DemoPlan, *, note: Callable[..., object]) -> None:
        self.plan, self.note, self.entries = plan, note, 0
        self._kinds = all_kinds()
        self._waiting: list[Entry] = []
        self._enrolments: list[Enrolment] = []

    def person(self, someone: Someone, life: Sequence[Happening], *, community: str, choice: Random) -> None:
        """The life of a person: their entries, and the registers they are on."""
        if not life:
            return
        rows = [self._row(one, community, resident_id=someone.id) for one in life]
        corrected = {one.corrects for one in life}
        facts = [as_fact(row) for row in rows if row.pk not in corrected]
        self._waiting += rows
        self._enrolments += [_enrolment(span, someone.id) for span in spans_of(facts)]
        self._tell(someone, facts, community=community)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def household(self, household: UUID, happening: Happening, *, community: str, choice: Random) -> None:
        """Something about a household."""
        self._waiting.append(self._row(happening, community, household_id=household))

    def community(self, happening: Happening, *, community: str, choice: Random) -> None:
        """Something about a whole community."""
        self._waiting.append(self._row(happening, community))

    def flush(self) -> None:
        """Store what is waiting, what is pointed at first."""
        first = [row for row in self._waiting if row.corrects_id is None]
        _store(Entry, first)
        _store(Entry, [row for row in self._waiting if row.corrects_id is not None])
        _store(Enrolment, self._enrolments)
        self.entries += len(self._waiting)
        self._waiting, self._enrolments = [], []

    def _row(self, one: Happening, community: str, **subject: Any) -> Entry:
        kind: Kind = self._kinds[one.kind]
        written = min(one.at + one.late, self.plan.at)
        return Entry(
            id=one.id,
            kind=kind.id,
            version=kind.version,
            division_id=community,
            day=one.at.date(),
            happened_at=min(one.at, self.plan.at),
            recorded_at=min(one.at + timedelta(minutes=1), self.plan.at),
            received_at=max(written, min(one.at, self.plan.at)),
            payload=one.payload,
            is_abnormal=kind.is_abnormal(one.payload),
            channel=one.channel,
            by=SYSTEM.id,
            corrects_id=one.corrects,
            reason=one.reason,
            **subject,
        )

    def _tell(self, someone: Someone, facts: Sequence[Fact], *, community: str) -> None:
        """What was planned, in the plan's own words; nothing is read back from the tables."""
        checks = [fact.day.isoformat() for fact in facts if fact.kind == "health_check"]
        arrival = next((fact for fact in facts if fact.kind == "arrival"), None)
        started = next((f for f in facts if f.kind == "observation_step" and f.payload["step"] != "EXEMPT"), None)
        self.note(
            type="life",
            resident=str(someone.id),
            community=community,
            registers=[fact.payload["group"] for fact in facts if fact.kind == "enrolment"],
            arrived=arrival.payload["arrived_on"] if arrival else None,
            tier=arrival.payload["origin_tier"] if arrival else None,
            observed_from=started.payload["exposed_on"] if started else None,
            observed_until=started.payload["until"] if started else None,
            checked=checks,
            abnormal=[fact.day.isoformat() for fact in facts if fact.is_abnormal],
            released=next((fact.payload["released_on"] for fact in facts if fact.kind == "release"), None),
            visited=[fact.day.isoformat() for fact in facts if fact.kind == "visit"],
        )


def _enrolment(span: Any, resident: UUID) -> Enrolment:
    return Enrolment(
        resident_id=resident,
        group=span.group,
        from_day=span.from_day,
        to_day=span.to_day,
        source=span.source[:20],
        reason=span.reason[:200],
        clause=span.clause[:60],
        begun_by_id=span.begun_by,
        ended_by_id=span.ended_by,
        end_reason=span.end_reason[:200],
    )


def _store(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=_BATCH)
