"""Who is on nobody's list 不留死角: people who are followed and whom no community holds, or two leave to each other.

A person who is followed belongs to the one community where they live on the day. This finds those for whom there is
none, and the handovers that the other side has left unanswered. M9 二(三); that hours are counted is a reading.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.community.access import latest_residences
from linli.community.codes import is_within
from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.programs.keypeople.handovers import Handover, handovers_of, open_handovers
from linli.records.models import Enrolment
from linli.records.queries import enrolled

# Registers of people who are followed day by day. Who is only cared for is not lost by moving away.
FOLLOWED = (
    "arrival", "inbound_arrival", "arrival_high_risk", "arrival_medium_risk", "arrival_low_risk",
    "arrival_low_risk_proven", "close_contact", "secondary_contact", "home_observed", "centrally_observed",
    "suspected", "confirmed", "asymptomatic",
)  # fmt: skip


class Why(models.TextChoices):
    """Why nobody holds a person."""

    UNANSWERED = "UNANSWERED", _("移交超过24小时没有答复")
    LEFT = "LEFT", _("离开本县，没有对方确认")
    MOVED = "MOVED", _("搬走了，没有新的住处")
    NO_HOME = "NO_HOME", _("没有登记过住处")


@dataclass(frozen=True, kw_only=True)
class Lost:
    """Somebody whom nobody holds. ``division`` is the community that had them last and has to look for them."""

    resident: Resident
    why: Why
    since: date
    division: str
    groups: tuple[str, ...]
    handover: Handover | None = None


def lost_in(areas: Collection[str], *, groups: Iterable[str] = FOLLOWED, day: date, at: datetime) -> list[Lost]:
    """Who is lost in some areas on a day, the longest first. ``groups``: only who is followed under one of these."""
    held: dict[UUID, list[Enrolment]] = {}
    for row in enrolled(groups, day=day).filter(~Exists(_living(day))).select_related("begun_by").order_by("group"):
        held.setdefault(row.resident_id, []).append(row)
    waiting = {one.resident: one for one in open_handovers() if one.begun_at <= at}
    homeless = {*held, *_without_home(waiting, day=day)}
    last = {home.resident_id: home for home in _last_homes(homeless, day=day)}
    elsewhere = {one.residence for one in handovers_of(homeless) if one.was_accepted and one.leaves_county}
    people = Resident.objects.in_bulk([*homeless, *waiting])
    found = []
    for id in homeless:
        home, rows = last.get(id), held.get(id, [])
        if home is not None and home.end_reason == Residence.EndReason.DIED:
            continue
        if home is not None and str(home.pk) in elsewhere and id not in waiting:
            # A place outside the county has said that it has them since.
            continue
        begun = min((one.from_day for one in rows), default=day)
        found.append(
            Lost(
                resident=people[id],
                why=_why(home),
                since=home.to_day if home is not None and home.to_day else begun,
                division=_code(home) if home else rows[0].begun_by.division_id if rows else waiting[id].from_division,
                groups=tuple(one.group for one in rows),
                handover=waiting.get(id),
            )
        )
    late = [one for id, one in waiting.items() if id not in homeless and one.is_late(at)]
    on = _groups([one.resident for one in late], groups=groups, day=day)
    found += [
        Lost(
            resident=people[one.resident],
            why=Why.UNANSWERED,
            since=timezone.localdate(one.begun_at),
            division=one.from_division,
            groups=on.get(one.resident, ()),
            handover=one,
        )
        for one in late
    ]
    here = [one for one in found if _is_here(one, areas)]
    return sorted(here, key=lambda one: (one.since, one.resident.pk))


def communities_of(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, tuple[str, ...]]:
    """On whose list each of some people is on a day: the communities they live in. Exactly one, unless lost."""
    found: dict[UUID, tuple[str, ...]] = dict.fromkeys(resident_ids, ())
    rows = Residence.objects.filter(in_force(day), resident__in=list(found))
    for row in rows.select_related("household__unit"):
        found[row.resident_id] = (*found[row.resident_id], _code(row))
    return found


def _living(day: date) -> models.QuerySet[Residence]:
    return Residence.objects.filter(in_force(day), resident=OuterRef("resident")).order_by()


def _without_home(ids: Iterable[UUID], *, day: date) -> set[UUID]:
    wanted = set(ids)
    return wanted - set(Residence.objects.filter(in_force(day), resident__in=wanted).values_list("resident", flat=True))


def _last_homes(ids: Iterable[UUID], *, day: date) -> Iterable[Residence]:
    rows = latest_residences(day=day).filter(resident__in=list(ids)).exclude(to_day=F("from_day"))
    return rows.select_related("household__unit").order_by("from_day", "id")


def _groups(ids: Iterable[UUID], *, groups: Iterable[str], day: date) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    for id, group in enrolled(groups, day=day).filter(resident__in=list(ids)).values_list("resident_id", "group"):
        found[id] = (*found.get(id, ()), group)
    return found


def _why(row: Residence | None) -> Why:
    if row is None:
        return Why.NO_HOME
    return Why.LEFT if _has_left(row) else Why.MOVED


def _has_left(row: Residence) -> bool:
    return row.end_reason == Residence.EndReason.LEFT


def _code(row: Residence) -> str:
    return row.household.unit.division_id if row.household is not None else str(row.division_id)


def _is_here(one: Lost, areas: Collection[str]) -> bool:
    if one.handover is not None and one.handover.concerns(areas):
        return True
    return any(is_within(one.division, area) for area in areas)
