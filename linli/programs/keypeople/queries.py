"""Reads of arrivals: who has come and is followed, what the norms ask for, and what is done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.community.people.search import search_people, ways
from linli.policy.decide import decide
from linli.policy.facts import PlaceFacts
from linli.policy.judge import judge
from linli.policy.order import read_order
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook
from linli.programs.keypeople.handovers import Handover, handovers_of
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact
from linli.records.queries import counting, enrolled, facts_about, groups_of
from linli.response.queries import NoPacksAdopted, rulebook, states_of

NOTICE, INQUIRY = "health_notice", "health_inquiry"
AFTER_ARRIVAL = (NOTICE, INQUIRY)
OBSERVATIONS = ("home_observation", "central_observation")
OBSERVED = frozenset({"home_observed", "centrally_observed", "released"})
COMING = ("inbound_arrival", "arrival_high_risk", "arrival_medium_risk", "arrival_low_risk")
EXEMPT = "arrival_low_risk_proven"
EXEMPT_CLAUSE = "minfa-2020-38 二(一)1"
_STEP = "observation_step"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the norms in force at a place ask for after an arrival. Without packs nothing is asked."""

    rules: Mapping[str, tuple[tuple[frozenset[str], str], ...]] = field(default_factory=dict)
    book: Rulebook | None = None
    facts: PlaceFacts = field(default_factory=PlaceFacts)
    day: date = date.min

    def clauses(self, what: str, groups: Iterable[str]) -> tuple[str, ...]:
        """The clauses that ask for it of somebody in these groups; empty where none does."""
        if self.book is None:
            return ()
        held = frozenset[str]().union(*(self._wider(group) for group in groups))
        return tuple(dict.fromkeys(clause for who, clause in self.rules.get(what, ()) if who & held))

    def observed_under(self, groups: Iterable[str]) -> tuple[str, ...]:
        """The clauses that require observation of one who came in these groups; empty where it is not required."""
        came = tuple(sorted(group for group in groups if "arrival" in self._wider(group)))
        if self.book is None or not came:
            return ()
        found: dict[str, None] = {}
        for action in OBSERVATIONS:
            given = {"action": action, "by": "community", "from": self.day.isoformat(), "who": list(came)}
            verdict = judge(self.book, read_order(given, self.book.words), self.facts, self.day)
            if verdict.verdict == "REQUIRED":
                found |= dict.fromkeys(_clause(self.book.norm[id]) for id in verdict.norms)
        return tuple(found)

    def _wider(self, group: str) -> frozenset[str]:
        known = self.book is not None and group in self.book.words.groups
        return self.book.words.with_wider(group) if self.book is not None and known else frozenset()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that follows an arrival. ``clauses`` say that it must be; empty: it may be done."""

    what: str
    clauses: tuple[str, ...]
    done: Fact | None = None
    is_done: bool = False

    @property
    def is_due(self) -> bool:
        """Must it be done, and is it not?"""
        return bool(self.clauses) and not self.is_done


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Somebody who has come: how, on which registers, and what follows."""

    resident: Resident
    arrival: Fact
    division: str
    place: str
    groups: tuple[str, ...]
    notice: Step
    inquiry: Step
    observation: Step
    is_exempt: bool
    handover: Handover | None

    @property
    def is_clear(self) -> bool:
        """Is nothing open that must be done?"""
        return not (self.notice.is_due or self.inquiry.is_due or self.observation.is_due)


def asked_in(divisions: Iterable[str], *, day: date) -> dict[str, Asked]:
    """What the norms in force in some communities ask for after an arrival; nothing before packs are adopted."""
    codes = list(dict.fromkeys(divisions))
    try:
        book = rulebook()
    except NoPacksAdopted:
        return {code: Asked() for code in codes}
    found = {}
    for code, state in states_of(codes, day=day).items():
        rules: dict[str, list[tuple[frozenset[str], str]]] = {}
        for norm, _unknown in decide(book, state.facts, day).bound:
            what = book.words.actions[norm.action].entry
            if norm.mode == "must" and not norm.soft and norm.who and what in AFTER_ARRIVAL:
                rules.setdefault(what, []).append((frozenset(norm.who), _clause(norm)))
        kept = {what: tuple(each) for what, each in rules.items()}
        found[code] = Asked(rules=kept, book=book, facts=state.facts, day=day)
    return found


def _clause(norm: Norm) -> str:
    return f"{norm.instrument} {norm.cite}"


def followed_arrivals(reach: GridReach) -> QuerySet[Enrolment]:
    """The arrivals that are followed on the day of the reach, of those who live within it; the latest first."""
    here = reach.residences(latest_residences(day=reach.day)).filter(resident=OuterRef("resident")).order_by()
    rows = enrolled(["arrival"], day=reach.day).filter(Exists(here))
    return rows.order_by("-from_day", "-id")


def unfinished(rows: QuerySet[Enrolment], *, areas: Iterable[str], day: date) -> QuerySet[Enrolment]:
    """Those without the notice letter or the inquiry, N40 (五), and those whose observation is not settled.

    Observation is asked for by the norms in force in ``areas``, for the groups that they name.
    """
    asked = asked_in(areas, day=day).values()
    watched = {group for group in COMING for one in asked if one.observed_under(["arrival", group])} - {EXEMPT}
    held = Enrolment.objects.filter(in_force(day), resident=OuterRef("resident")).order_by()
    open_ = Q(Exists(held.filter(group__in=watched))) & ~Q(Exists(held.filter(group__in=[*OBSERVED, EXEMPT])))
    return rows.filter(~_done_since(NOTICE) | ~_done_since(INQUIRY) | (open_ & ~_done_since(_STEP)))


def arrived(resident_ids: Collection[UUID], *, day: date) -> list[Arrived]:
    """Those among some people who have come and are followed on a day, in the order given."""
    people = Resident.objects.in_bulk(list(resident_ids))
    facts: dict[UUID, list[Fact]] = {}
    for fact in facts_about(people, kinds=["arrival", *AFTER_ARRIVAL, _STEP], until=day + timedelta(days=1)):
        if fact.resident is not None:
            facts.setdefault(fact.resident, []).append(fact)
    groups = groups_of(people, day=day)
    homes = _homes(people, day=day)
    open_ = {one.resident: one for one in handovers_of(people) if one.is_open}
    asked = asked_in({code for code, _ in homes.values()}, day=day)
    found = []
    for id in resident_ids:
        arrivals = [fact for fact in facts.get(id, ()) if fact.kind == "arrival"]
        if not arrivals or id not in people or id not in homes:
            continue
        code, place = homes[id]
        found.append(
            _arrived(
                people[id], arrivals[-1], facts[id], code=code, place=place, groups=groups[id], asked=asked[code],
                handover=open_.get(id),
            )
        )  # fmt: skip
    return found


def find_people(text: str, *, reach: GridReach, limit: int = 20) -> list[Resident]:
    """People of our own community by name, initials or the end of the phone, those too who lived there last and left.

    In more than a community only those who live there now. Empty text: nobody.
    """
    wanted = "".join(text.split())
    if reach.is_wide:
        return search_people(wanted, reach=reach, limit=limit).residents
    for by, matching in ways(wanted) if wanted else ():
        found = list(reach.residents(Resident.objects.filter(matching)).order_by(by, "id")[:limit])
        if found:
            return found
    return []


def last_homes(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, Residence]:
    """Where each of some people lives on a day, or lived last."""
    rows = latest_residences(day=day).filter(resident__in=list(resident_ids)).exclude(to_day=F("from_day"))
    joined = rows.select_related("household__unit__parent", "household__unit__division", "division")
    return {row.resident_id: row for row in joined.order_by("from_day", "id")}


def _homes(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, tuple[str, str]]:
    """The community of each, and how the place there is called; empty where no household is known."""
    return {
        id: (row.household.unit.division_id, f"{row.household.unit.name} {row.household.label}")
        if row.household is not None
        else (str(row.division_id), "")
        for id, row in last_homes(resident_ids, day=day).items()
    }


def _arrived(
    resident: Resident,
    arrival: Fact,
    facts: Sequence[Fact],
    *,
    code: str,
    place: str,
    groups: tuple[str, ...],
    asked: Asked,
    handover: Handover | None,
) -> Arrived:
    first = date.fromisoformat(arrival.payload["arrived_on"])

    def step(what: str) -> Step:
        done = next((fact for fact in facts if fact.kind == what and fact.day >= first), None)
        return Step(what=what, clauses=asked.clauses(what, groups), done=done, is_done=done is not None)

    decided = next((fact for fact in facts if fact.kind == _STEP and fact.day >= first), None)
    is_exempt = EXEMPT in groups
    return Arrived(
        resident=resident,
        arrival=arrival,
        division=code,
        place=place,
        groups=groups,
        notice=step(NOTICE),
        inquiry=step(INQUIRY),
        observation=Step(
            what=_STEP,
            clauses=() if is_exempt else asked.observed_under(groups),
            done=decided,
            is_done=decided is not None or bool(OBSERVED & set(groups)),
        ),
        is_exempt=is_exempt,
        handover=handover,
    )


def _done_since(kind: str) -> Q:
    rows = counting(Entry.objects.filter(kind=kind, resident=OuterRef("resident"), day__gte=OuterRef("from_day")))
    return Q(Exists(rows.order_by()))
