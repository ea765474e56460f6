"""Handovers from community to community: what became of each, and which ones concern a place.

A handover is an entry about the person; the other side answers it with another. Until then nothing changes. Nothing
but these entries is stored, so what is said here can be computed again for any day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.community.codes import is_within
from linli.community.people.merging import clusters_of
from linli.records.models import Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting

HANDOVER, RECEIVED = "handover", "handover_received"
ACCEPTED, RETURNED = "ACCEPTED", "RETURNED"
# A reading: M9 二(三) asks that communities pass on who moves without delay and prints no hours.
ACKNOWLEDGED_WITHIN = timedelta(hours=24)
# That communities pass on to one another who moves between them.
NORMS = ("m9.link.movement",)
CLAUSE = "minfa-2020-9 二(三)"


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One handover with its answer, if there is one. ``to_division`` is empty where it leaves the county."""

    id: UUID
    resident: UUID
    from_division: str
    to_division: str
    to_place: str
    address: str
    reason: str
    summary: str
    leaves_county: bool
    begun_at: datetime
    by: str
    answer: Fact | None = None
    is_overtaken: bool = False

    @property
    def is_open(self) -> bool:
        """Does it wait for an answer? Then the sender keeps the person."""
        return self.answer is None and not self.is_overtaken

    @property
    def was_accepted(self) -> bool:
        """Did the other side take the person over?"""
        return self.answer is not None and self.answer.payload["answer"] == ACCEPTED

    @property
    def residence(self) -> str:
        """The row of the residence that began, or out of the county ended, with the answer; empty without one."""
        return str(self.answer.payload.get("residence", "")) if self.answer is not None else ""

    @property
    def due_at(self) -> datetime:
        """Until when the other side answers."""
        return self.begun_at + ACKNOWLEDGED_WITHIN

    def is_late(self, at: datetime) -> bool:
        """Is it open past its time? Then the township and the county see it."""
        return self.is_open and at >= self.due_at

    @property
    def answering_division(self) -> str:
        """Whose list the answer is on: the receiver's; where it leaves the county the sender's, who asks by phone."""
        return self.from_division if self.leaves_county else self.to_division

    def concerns(self, areas: Collection[str]) -> bool:
        """Does it come from or go to one of these areas?"""
        return _is_in((self.from_division, self.to_division), areas)


def handovers_among(facts: Iterable[Fact], *, kept: Mapping[UUID, UUID] | None = None) -> list[Handover]:
    """The handovers among some facts with their answers, the oldest first.

    What is said about a person answers the handover before it; one that another handover follows is overtaken.
    ``kept`` says who is one person with whom; without it every id is a person.
    """
    known = sorted((fact for fact in facts if fact.kind in (HANDOVER, RECEIVED)), key=_order)
    following: dict[UUID, Fact] = {}
    found: list[Handover] = []
    for fact in reversed(known):
        assert fact.resident is not None
        person = fact.resident if kept is None else kept[fact.resident]
        next_one = following.get(person)
        if fact.kind == HANDOVER:
            answer = next_one if next_one is not None and next_one.kind == RECEIVED else None
            found.append(_handover(fact, answer, person=person, is_overtaken=next_one is not None and answer is None))
        following[person] = fact
    return found[::-1]


def open_one(facts: Sequence[Fact]) -> Handover | None:
    """The open handover among the facts about one person."""
    ids = {fact.resident for fact in facts if fact.resident is not None}
    one = min(ids, default=None)
    if one is None:
        return None
    return next((found for found in handovers_among(facts, kept=dict.fromkeys(ids, one)) if found.is_open), None)


def handovers_of(resident_ids: Iterable[UUID], *, until: date | None = None) -> list[Handover]:
    """All handovers of some people, of those merged with them too. ``until`` is the first day left out."""
    kept = {id: ids[0] for ids in clusters_of(resident_ids).values() for id in ids}
    rows = counting().filter(resident__in=list(kept), kind__in=(HANDOVER, RECEIVED)).order_by()
    if until is not None:
        rows = rows.filter(day__lt=until)
    return handovers_among(as_facts(rows), kept=kept)


def handovers_since(day: date, *, areas: Collection[str]) -> list[Handover]:
    """The handovers from or to some areas that were made from ``day`` on, and the open ones of any day."""
    found = handovers_of(_whose(_handed_over().filter(Q(day__gte=day) | ~Exists(_later())), areas=areas))
    return [one for one in found if one.concerns(areas) and (one.is_open or timezone.localdate(one.begun_at) >= day)]


def open_handovers(*, areas: Collection[str] | None = None) -> list[Handover]:
    """The handovers that wait for an answer, those that concern some areas or all, the oldest first."""
    found = handovers_of(_whose(_handed_over().filter(~Exists(_later())), areas=areas))
    return [one for one in found if one.is_open and (areas is None or one.concerns(areas))]


def waiting_for(divisions: Collection[str], *, since: date, until: date) -> list[Handover]:
    """The handovers that some communities have to answer, and those answered on the day before ``until``."""
    rows = _handed_over().filter(day__gte=since, day__lt=until)
    theirs = Q(payload__to_division__in=list(divisions))
    ours = Q(division__in=list(divisions), payload__leaves_county=True)
    people = {one for one in rows.filter(theirs | ours).values_list("resident_id", flat=True) if one is not None}
    found = [one for one in handovers_of(people, until=until) if one.answering_division in divisions] if people else []
    last = until - timedelta(days=1)
    return [one for one in found if one.is_open or (one.answer is not None and one.answer.day == last)]


def _handed_over() -> QuerySet[Entry]:
    return counting(Entry.objects.filter(kind=HANDOVER)).order_by()


def _whose(rows: QuerySet[Entry], *, areas: Collection[str] | None) -> set[UUID]:
    """The people whom handovers from or to some areas are about."""
    return {
        resident
        for resident, code, said in rows.values_list("resident_id", "division_id", "payload")
        if resident is not None and (areas is None or _is_in((code, said.get("to_division")), areas))
    }


def _is_in(codes: Iterable[str | None], areas: Collection[str]) -> bool:
    return any(is_within(code, area) for code in codes if code for area in areas)


def _later() -> QuerySet[Entry]:
    """What answers or overtakes a handover: another entry of the two kinds about the person after it."""
    rows = counting(Entry.objects.filter(kind__in=(HANDOVER, RECEIVED), resident=OuterRef("resident")))
    at_once = Q(happened_at=OuterRef("happened_at"), pk__gt=OuterRef("pk"))
    return rows.filter(Q(happened_at__gt=OuterRef("happened_at")) | at_once).order_by()


def _order(fact: Fact) -> tuple[datetime, UUID]:
    return fact.happened_at, fact.id


def _handover(fact: Fact, answer: Fact | None, *, person: UUID, is_overtaken: bool) -> Handover:
    said = fact.payload
    return Handover(
        id=fact.id,
        resident=person,
        from_division=fact.division,
        to_division=said.get("to_division", ""),
        to_place=said["to_place"],
        address=said.get("address", ""),
        reason=said["reason"],
        summary=said.get("summary", ""),
        leaves_county=said.get("leaves_county", False),
        begun_at=fact.happened_at,
        by=fact.by,
        answer=answer,
        is_overtaken=is_overtaken,
    )
