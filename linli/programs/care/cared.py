"""Who is looked after in a community, with plans and visits: a fixed number of queries, no object for each row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from linli.community.dated_rows import in_force
from linli.community.models import GridUnit, Residence, Resident
from linli.community.people.merging import kept_of_all
from linli.policy.pack import Norm
from linli.programs.care.visiting import LOOKS_BACK, Asked, Cared, Membership
from linli.records.models import Entry
from linli.records.program import Fact, Scope
from linli.records.queries import Member, as_facts, counting, members_in
from linli.response.queries import norms_asking_on, vocabulary

PLANS = ("care_plan", "care_plan_end")
# The groups whose families and members the texts ask to be visited, by m9 二(六), m38 二(二)2, 二(三)2 and m21.
GROUPS = (
    "elderly_alone", "disabled", "dependent", "orphan", "unaccompanied_child", "left_behind", "low_income", "pregnant",
    "isolated_family", "health_worker_family",
)  # fmt: skip
_LATELY = timedelta(days=2 * (LOOKS_BACK + 1))


def asked_in(division_codes: Iterable[str], *, day: date) -> dict[str, Asked]:
    """What the norms in force ask of visits in some communities, on a day and those that a list looks back to."""
    codes = list(dict.fromkeys(division_codes))
    days = [day - timedelta(days=back) for back in range(_LATELY.days + 1)]
    known = norms_asking_on(((on, code) for code in codes for on in days), entries=("visit",))
    wider = _wider()
    return {code: Asked(norms_on=_lookup(known, code), wider=wider) for code in codes}


def _lookup(known: dict[tuple[date, str], tuple[Norm, ...]], code: str) -> Callable[[date], Sequence[Norm]]:
    def norms_on(day: date) -> Sequence[Norm]:
        if (day, code) not in known:
            known.update(norms_asking_on([(day, code)], entries=("visit",)))
        return known[day, code]

    return norms_on


def _wider() -> Callable[[str], frozenset[str]]:
    return cache(vocabulary().with_wider)


def cared_in(
    scope: Scope, *, residents: QuerySet[Resident] | None = None, groups: Iterable[str] = GROUPS
) -> list[Cared]:
    """Those in one of the groups or with a care plan who live in some communities, as known at the moment of the scope.

    ``residents`` narrows to some people. By unit and household.
    """
    wanted = frozenset(groups)
    members = [one for one in members_in(scope) if one.group in wanted]
    # What was written about a row that was merged into another counts for the one who is kept.
    kept_of = kept_of_all()
    plans_of = _by_person(_plans(scope, kept_of), kept_of)
    homes: dict[UUID, Member | _Home] = {one.resident: one for one in members}
    homes |= _homes([id for id in plans_of if id not in homes], scope)
    if residents is not None:
        allowed = set(residents.filter(pk__in=list(homes)).order_by().values_list("pk", flat=True))
        homes = {id: home for id, home in homes.items() if id in allowed}
    memberships: dict[UUID, list[Membership]] = {}
    for one in members:
        membership = Membership(group=one.group, from_day=one.from_day, known_at=one.known_at)
        memberships.setdefault(one.resident, []).append(membership)
    concerned = [*homes, *(gone for gone, kept in kept_of.items() if kept in homes)]
    lately = counting(
        Entry.objects.filter(
            resident__in=concerned,
            kind__in=("visit", "escalation"),
            day__gt=scope.day - _LATELY,
            day__lte=scope.day,
            happened_at__lte=scope.at,
        )
    )
    lately_of = _by_person(as_facts(lately.order_by("happened_at", "id")), kept_of)
    named = GridUnit.objects.filter(pk__in={home.unit for home in homes.values() if home.unit is not None})
    names = dict(named.values_list("pk", "name"))
    found = [
        Cared(
            id=id,
            name=home.name,
            birth_day=home.birth_day,
            division=home.division,
            household=home.household,
            label=home.label,
            unit=home.unit,
            unit_name=names.get(home.unit, "") if home.unit is not None else "",
            memberships=tuple(sorted(memberships.get(id, ()), key=lambda one: (one.group, one.from_day))),
            plans=tuple(plans_of.get(id, ())),
            visits=tuple(fact for fact in lately_of.get(id, ()) if fact.kind == "visit"),
            escalations=tuple(fact for fact in lately_of.get(id, ()) if fact.kind == "escalation"),
        )
        for id, home in homes.items()
    ]
    return sorted(found, key=lambda one: (one.unit_name, one.label, one.name, one.id))


@dataclass(frozen=True, kw_only=True)
class _Home:
    """Who somebody is and where they live, for those who are in none of the groups."""

    name: str
    birth_day: date | None
    division: str
    household: UUID | None
    label: str
    unit: int | None


def _plans(scope: Scope, kept_of: Mapping[UUID, UUID]) -> Iterator[Fact]:
    """The care plans of those who live in the communities, by the time they were made."""
    rows = counting(Entry.objects.filter(kind__in=PLANS, happened_at__lte=scope.at))
    home = "resident__residences__"
    living = [
        rows.filter(in_force(scope.day, path=home), **{f"{home}{place}__in": scope.divisions})
        for place in ("household__unit__division", "division")
    ]
    merged = [rows.filter(resident__in=list(kept_of))] if kept_of else []
    found = {fact.id: fact for query in (*living, *merged) for fact in as_facts(query.order_by())}
    yield from sorted(found.values(), key=lambda fact: (fact.happened_at, fact.id))


def _homes(residents: Sequence[UUID], scope: Scope) -> dict[UUID, _Home]:
    if not residents:
        return {}
    rows = Residence.objects.filter(in_force(scope.day), resident__in=residents)
    found = {}
    for id, name, birth_day, household, label, unit, by_household, by_division in rows.values_list(
        "resident_id", "resident__name", "resident__birth_day", "household_id", "household__label",
        "household__unit_id", "household__unit__division_id", "division_id",
    ):  # fmt: skip
        division = by_household or by_division
        if division in scope.divisions:
            found[id] = _Home(
                name=name, birth_day=birth_day, division=division, household=household, label=label or "", unit=unit
            )
    return found


def _by_person(facts: Iterable[Fact], kept_of: Mapping[UUID, UUID]) -> dict[UUID, list[Fact]]:
    found: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fact.resident is not None:
            found.setdefault(kept_of.get(fact.resident, fact.resident), []).append(fact)
    return found
