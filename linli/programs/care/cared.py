"""Who is looked after in a community, with plans and visits: a fixed number of queries, no object for each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.community.people.merging import kept_of_all
from linli.policy.pack import Norm
from linli.programs.care.visiting import LOOKS_BACK, Asked, Cared, Membership
from linli.records.models import Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting, enrolled
from linli.response.queries import norms_asking, vocabulary

PLANS = ("care_plan", "care_plan_end")
# The groups whose families and members the texts ask to be visited, by m9 二(六), m38 二(二)2, 二(三)2 and m21.
GROUPS = (
    "elderly_alone", "disabled", "dependent", "orphan", "unaccompanied_child", "left_behind", "low_income", "pregnant",
    "isolated_family", "health_worker_family",
)  # fmt: skip
_LATELY = timedelta(days=2 * (LOOKS_BACK + 1))


def asked_in(division_code: str) -> Asked:
    """What the norms in force ask of visits in a community, on any day; each day is looked up once."""
    known: dict[date, tuple[Norm, ...]] = {}

    def norms_on(day: date) -> Sequence[Norm]:
        if day not in known:
            known[day] = norms_asking([division_code], entries=("visit",), day=day)[division_code]
        return known[day]

    return Asked(norms_on=norms_on, wider=_wider())


def _wider() -> Callable[[str], frozenset[str]]:
    words = vocabulary()
    return lambda group: frozenset(words.with_wider(group))


def cared_in(
    division_code: str,
    *,
    day: date,
    at: datetime,
    residents: QuerySet[Resident] | None = None,
    groups: Iterable[str] = GROUPS,
) -> list[Cared]:
    """Those in one of the groups or with a care plan who live in a community on ``day``, as known at ``at``.

    ``residents`` narrows to some people. By unit and household.
    """
    here = Q(household__unit__division=division_code) | Q(division=division_code)
    homes = Residence.objects.filter(in_force(day), here)
    if residents is not None:
        homes = homes.filter(resident__in=residents.order_by().values("pk"))
    living = homes.order_by().values("resident")
    members = enrolled(groups, day=day).filter(resident__in=living)
    # What was written about a row that was merged into another counts for the one who is kept.
    kept_of = kept_of_all()
    merged = Q(resident__in=list(kept_of))
    planned = Entry.objects.filter(Q(resident__in=living) | merged, kind__in=PLANS, happened_at__lte=at)
    plans_of = _by_person(as_facts(counting(planned).order_by("happened_at", "id")), kept_of)
    concerned = homes.filter(Q(resident__in=members.order_by().values("resident")) | Q(resident__in=list(plans_of)))
    lately = counting(
        Entry.objects.filter(
            Q(resident__in=concerned.order_by().values("resident")) | merged,
            kind__in=("visit", "escalation"),
            day__gt=day - _LATELY,
            day__lte=day,
            happened_at__lte=at,
        )
    )
    groups_of: dict[UUID, list[Membership]] = {}
    for id, group, from_day, known_at in members.values_list(
        "resident_id", "group", "from_day", "begun_by__received_at"
    ):
        groups_of.setdefault(id, []).append(Membership(group=group, from_day=from_day, known_at=known_at))
    lately_of = _by_person(as_facts(lately.order_by("happened_at", "id")), kept_of)
    rows = concerned.order_by("household__unit__name", "household__label", "resident__name", "resident")
    return [
        Cared(
            id=id,
            name=name,
            birth_day=birth_day,
            division=division_code,
            household=household,
            label=label or "",
            unit=unit,
            unit_name=unit_name or "",
            memberships=tuple(sorted(groups_of.get(id, ()), key=lambda one: (one.group, one.from_day))),
            plans=tuple(plans_of.get(id, ())),
            visits=tuple(fact for fact in lately_of.get(id, ()) if fact.kind == "visit"),
            escalations=tuple(fact for fact in lately_of.get(id, ()) if fact.kind == "escalation"),
        )
        for id, name, birth_day, household, label, unit, unit_name in rows.values_list(
            "resident_id", "resident__name", "resident__birth_day", "household_id", "household__label",
            "household__unit_id", "household__unit__name",
        )
    ]  # fmt: skip


def _by_person(facts: Iterable[Fact], kept_of: Mapping[UUID, UUID]) -> dict[UUID, list[Fact]]:
    found: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fact.resident is not None:
            found.setdefault(kept_of.get(fact.resident, fact.resident), []).append(fact)
    return found
