"""Families to look after: those who live with somebody in central observation or hospital, and those of medics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.records.models import Channel
from linli.records.operations import Draft, Recorded, record_entry
from linli.records.queries import enrolled
from linli.trail.actor import Actor

ISOLATED, MEDICS = "isolated_family", "health_worker_family"
# Who is in one of these groups is not at home: in central observation, or in hospital.
AWAY = ("centrally_observed", "suspected", "confirmed", "asymptomatic")


@dataclass(frozen=True, kw_only=True)
class Family:
    """Somebody left at home while one of the household is away, and who is not on the register yet."""

    id: UUID
    name: str
    birth_day: date | None
    household: UUID
    place: str


def families_left(division_code: str, *, groups: Iterable[str], day: date) -> list[Family]:
    """Those to be offered for the register of families, of the households of whom ``groups`` may be seen.

    Who is away is not said: the diagnosis of one is nobody's business on another's page.
    """
    seen = [group for group in AWAY if group in set(groups)]
    away = enrolled(seen, day=day).order_by().values("resident")
    homes = Residence.objects.filter(in_force(day), household__unit__division=division_code)
    left = homes.filter(household__in=homes.filter(resident__in=away).order_by().values("household"))
    taken = enrolled([ISOLATED], day=day).order_by().values("resident")
    rows = left.exclude(Q(resident__in=away) | Q(resident__in=taken))
    rows = rows.order_by("household__unit__name", "household__label", "resident__birth_day", "resident")
    return [
        Family(id=id, name=name, birth_day=birth_day, household=household, place=f"{unit} {label}")
        for id, name, birth_day, household, unit, label in rows.values_list(
            "resident_id", "resident__name", "resident__birth_day", "household_id", "household__unit__name",
            "household__label",
        )
    ]  # fmt: skip


@transaction.atomic
def look_after(resident: Resident, *, group: str, by: Actor, at: datetime, day: date) -> Recorded:
    """Put somebody on the register of families; the reason names nobody.

    Raises: EntryRefused.
    """
    why = _("家人在集中观察或住院") if group == ISOLATED else _("家人是在岗医务人员")
    return record_entry(
        Draft(
            kind="enrolment",
            subject=resident,
            happened_at=at,
            payload={"group": group, "from_day": day.isoformat(), "why": why},
            channel=Channel.DESK,
        ),
        by=by,
        at=at,
    )
