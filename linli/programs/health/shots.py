"""What is known of somebody's vaccination, and to whom it may be offered. Offered, never demanded: reading 26."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linli.community.models import PersonMerge, Residence
from linli.programs.health.due import born_by
from linli.records.models import Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting


@dataclass(frozen=True, kw_only=True)
class Shots:
    """Doses given, and whether it is to be asked again: ``status`` of the last entry, ``until`` when it holds."""

    doses: int = 0
    last_on: date | None = None
    status: str = ""
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """May it be offered: no dose yet, nothing in its way, not declined?"""
        return not self.doses and not self.status

    @property
    def said(self) -> str:
        """In a few words."""
        match self.status:
            case "DEFERRED":
                return _("暂缓到%(day)s") % {"day": self.until}
            case "CONTRAINDICATED":
                return _("有禁忌，到%(day)s再问") % {"day": self.until}
            case "DECLINED":
                return _("本人不打")
        return _("已打%(doses)s剂") % {"doses": self.doses} if self.doses else _("没有接种记录")


def shots_of(facts: Iterable[Fact], *, day: date) -> Shots:
    """The state of one person on a day, from the entries about vaccination in the order they happened."""
    given: list[Fact] = []
    status, until = "", None
    for fact in facts:
        if fact.payload["status"] == "GIVEN":
            given.append(fact)
            status, until = "", None
        else:
            status = fact.payload["status"]
            until = date.fromisoformat(fact.payload["until"]) if fact.payload.get("until") else None
    if status != "DECLINED" and until is not None and until <= day:
        status, until = "", None
    return Shots(
        doses=max((int(fact.payload["dose"]) for fact in given), default=0),
        last_on=given[-1].day if given else None,
        status=status,
        until=until,
    )


def may_be_offered(
    homes: QuerySet[Residence], *, min_age: int, day: date, with_doses: bool = False
) -> QuerySet[Residence]:
    """Those of some residences who are of age and of whom no entry stands in the way, the oldest first.

    Who has had a dose is left out unless ``with_doses``: when the next one is due the texts do not say.
    """
    over = Q(payload__status__in=["DECLINED"] if with_doses else ["GIVEN", "DECLINED"])
    over |= Q(payload__status__in=["DEFERRED", "CONTRAINDICATED"], payload__until__gt=day.isoformat())
    entries = counting(Entry.objects.filter(over, kind="vaccination", day__lte=day)).order_by()
    gone = PersonMerge.objects.filter(undone_at__isnull=True, kept=OuterRef(OuterRef("resident"))).values("gone")
    stands = Exists(entries.filter(resident=OuterRef("resident"))) | Exists(entries.filter(resident__in=gone))
    rows = homes.filter(resident__birth_day__lte=born_by(day, age=min_age)).filter(~stands)
    return rows.order_by(F("resident__birth_day").asc(), "resident")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A vaccination session as planned."""

    id: UUID
    division: str
    point: str
    place: str
    held_on: date
    hours: str
    capacity: int
    green_lane: bool
    booked: int = 0

    @property
    def left(self) -> int:
        """How many places are left."""
        return max(self.capacity - self.booked, 0)


def session_of(fact: Fact, *, booked: int = 0) -> Session:
    """What an entry plans: where and when vaccination comes near, for how many."""
    said = fact.payload
    return Session(
        id=fact.id,
        division=fact.division,
        point=said["point"],
        place=said["place"],
        held_on=date.fromisoformat(said["held_on"]),
        hours=said["hours"],
        capacity=int(said["capacity"]),
        green_lane=bool(said.get("green_lane")),
        booked=booked,
    )


def sessions_in(division_code: str, *, day: date) -> list[Session]:
    """The sessions of a community from a day on, the next first."""
    facts = as_facts(counting(Entry.objects.filter(kind="session", division=division_code)))
    coming = [fact for fact in facts if fact.payload["held_on"] >= day.isoformat()]
    booked = bookings_of([fact.id for fact in coming], division_code=division_code)
    found = [session_of(fact, booked=len(booked.get(str(fact.id), ()))) for fact in coming]
    return sorted(found, key=lambda one: (one.held_on, one.hours, one.id))


def bookings_of(sessions: Sequence[UUID], *, division_code: str) -> dict[str, list[Fact]]:
    """The bookings of some sessions of a community, by session, in the order they were made."""
    rows = Entry.objects.filter(
        kind="booking", division=division_code, payload__session__in=[str(one) for one in sessions]
    )
    found: dict[str, list[Fact]] = {}
    for fact in as_facts(counting(rows).order_by("happened_at", "id")) if sessions else ():
        found.setdefault(fact.payload["session"], []).append(fact)
    return found


def done_at(session: UUID, *, division_code: str, at: datetime) -> dict[UUID, Fact]:
    """What came of a session for each person, by the person's id."""
    rows = Entry.objects.filter(
        kind="vaccination", division=division_code, payload__session=str(session), happened_at__lte=at
    )
    facts = as_facts(counting(rows).order_by("happened_at", "id"))
    return {fact.resident: fact for fact in facts if fact.resident is not None}
