"""Reads: open and closed alerts, cases, contacts forward and back, test lists, homes to disinfect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.community.access import GridReach, latest_residences, within
from linli.community.dated_rows import in_force
from linli.community.models import PersonMerge, Residence
from linli.community.people.merging import clusters_of
from linli.programs.medical import contacts
from linli.programs.medical.cases import CASE_GROUPS, Episode, episodes_of
from linli.programs.medical.cases import KIND as DIAGNOSIS
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.chain import Chain, chains_of
from linli.programs.medical.grounds import TestClass
from linli.programs.medical.people import alert_facts, facts_of_people, homes_among, homes_of
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact
from linli.records.queries import as_facts, counting, enrolled

# How long what is over stays on a page.
_KEPT = timedelta(days=14)
_FOLLOW_UPS = ("follow_up", "health_check")


# ---- alerts --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class AlertRow:
    """An alert with its steps, about whom, and where they live."""

    chain: Chain
    home: Residence


def alerts_in(reach: GridReach, *, at: datetime) -> tuple[list[AlertRow], list[AlertRow]]:
    """The open alerts about people within reach, the overdue and the oldest first; and those closed of late."""
    lately = Enrolment.objects.filter(group="fever").filter(Q(to_day__isnull=True) | Q(to_day__gt=reach.day - _KEPT))
    homes = homes_of(lately, reach=reach)
    rows = [
        AlertRow(chain=chain, home=homes[resident])
        for resident, facts in alert_facts(homes).items()
        for chain in chains_of(facts)
    ]
    open_ = [row for row in rows if row.chain.closed is None]
    closed = [row for row in rows if row.chain.closed is not None and row.chain.closed.day > reach.day - _KEPT]
    open_.sort(key=lambda row: (not row.chain.is_late(at), row.chain.since))
    closed.sort(key=lambda row: row.chain.last_at, reverse=True)
    return open_, closed


def alert_of(entry: Entry, *, reach: GridReach) -> AlertRow | None:
    """One alert, as it stands after corrections; None where it no longer calls for the doctor, or belongs to others."""
    if entry.resident_id is None:
        return None
    standing = _standing(entry)
    kept = clusters_of([entry.resident_id])[entry.resident_id][0]
    home = homes_among([kept], reach=reach).get(kept)
    if home is None:
        return None
    chains = chains_of(alert_facts([kept])[kept])
    chain = next((chain for chain in chains if chain.alert.id == standing.pk), None)
    return AlertRow(chain=chain, home=home) if chain is not None else None


def _standing(entry: Entry) -> Entry:
    while (later := Entry.objects.filter(corrects=entry).first()) is not None:
        entry = later
    return entry


# ---- cases ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One illness of one person, whether its contacts have been traced, and when somebody last saw to the person."""

    home: Residence
    episode: Episode
    traced: Fact | None
    last_seen: Fact | None
    open_leads: tuple[Fact, ...] = ()

    @property
    def id(self) -> UUID:
        """The entry with which it began: how it is addressed, without naming the person."""
        return self.episode.first.fact.id

    def is_on(self, day: date) -> bool:
        """Does it belong on a page: active, followed, or over of late?"""
        is_followed = self.episode.followed_to is not None and self.episode.followed_to >= day
        return self.episode.is_active or is_followed or self.episode.last.on > day - _KEPT


def cases_in(reach: GridReach) -> list[CaseRow]:
    """The cases of people within reach, those that are not over first, then the recovered who are followed."""
    groups = (*CASE_GROUPS, "recovered")
    lately = Q(to_day__isnull=True) | Q(to_day__gt=reach.day - _KEPT)
    homes = homes_of(Enrolment.objects.filter(lately, group__in=groups, from_day__lte=reach.day), reach=reach)
    rows = [row for row in _cases(homes) if row.is_on(reach.day)]
    return sorted(rows, key=lambda row: (not row.episode.is_active, -row.episode.last.on.toordinal(), str(row.id)))


def case_of(entry: Entry, *, reach: GridReach) -> CaseRow | None:
    """The illness that an entry belongs to; None where there is none, or the person lives elsewhere."""
    if entry.resident_id is None:
        return None
    standing = _standing(entry)
    kept = clusters_of([entry.resident_id])[entry.resident_id][0]
    rows = _cases(homes_among([kept], reach=reach))
    return next((row for row in rows if any(one.fact.id == standing.pk for one in row.episode.diagnoses)), None)


def _cases(homes: Mapping[UUID, Residence]) -> list[CaseRow]:
    kinds = (DIAGNOSIS, REFERRAL, "case_tracing", contacts.LEAD, contacts.LEAD_END, *_FOLLOW_UPS)
    rows = []
    for resident, facts in facts_of_people(homes, kinds=kinds).items():
        episodes = episodes_of(facts)
        for episode in episodes:
            begun = episode.first.fact.happened_at
            traced = [one for one in facts if one.kind == "case_tracing" and one.happened_at >= begun]
            seen = [one for one in facts if one.kind in _FOLLOW_UPS]
            rows.append(
                CaseRow(
                    home=homes[resident],
                    episode=episode,
                    traced=traced[-1] if traced else None,
                    last_seen=seen[-1] if seen else None,
                    open_leads=_open_leads(facts) if episode is episodes[-1] else (),
                )
            )
    return rows


def _open_leads(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    rows = list(facts)
    ended = {one.payload["about"] for one in rows if one.kind == contacts.LEAD_END}
    return tuple(one for one in rows if one.kind == contacts.LEAD and str(one.id) not in ended)


# ---- contacts ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Link:
    """Somebody was named as a contact of somebody. A home is None for those who live outside one's reach."""

    fact: Fact
    contact: Residence | None
    of: UUID
    of_home: Residence | None
    until: date | None
    clause: str

    @property
    def degree(self) -> str:
        """CLOSE or SECONDARY."""
        return str(self.fact.payload["degree"])

    @property
    def last_exposure_on(self) -> date:
        """The last day on which they met."""
        return date.fromisoformat(self.fact.payload["last_exposure_on"])


@dataclass(frozen=True, kw_only=True)
class Tracing:
    """The contacts of a case: those named, both degrees; those of whom the case itself was named; and open leads."""

    close: tuple[Link, ...]
    secondary: tuple[Link, ...]
    back: tuple[Link, ...]
    leads: tuple[tuple[Fact, Fact | None], ...]

    @property
    def number(self) -> int:
        """How many people were named, each once."""
        return len({link.fact.resident for link in (*self.close, *self.secondary)})


def tracing_of(resident_id: UUID, *, reach: GridReach) -> Tracing:
    """Who was named by whom around one case, forward and back, in a fixed number of queries."""
    ids = clusters_of([resident_id])[resident_id]
    named = named_of(ids)
    further = named_of([fact.resident for fact in named if fact.resident is not None])
    about = facts_of_people([ids[0]], kinds=(contacts.KIND, contacts.LEAD, contacts.LEAD_END))[ids[0]]
    back = [fact for fact in about if fact.kind == contacts.KIND]
    ended = {fact.payload["about"]: fact for fact in about if fact.kind == contacts.LEAD_END}
    # Whoever met the case and was then named by another contact is no secondary contact of this case.
    of_case = {str(id) for id in ids}
    links = _links([*named, *further, *back], reach=reach)
    return Tracing(
        close=tuple(links[fact.id] for fact in named if fact.payload["degree"] == "CLOSE"),
        secondary=tuple(
            links[fact.id]
            for fact in (*named, *further)
            if fact.payload["degree"] == "SECONDARY" and str(fact.resident) not in of_case
        ),
        back=tuple(links[fact.id] for fact in back),
        leads=tuple((fact, ended.get(str(fact.id))) for fact in about if fact.kind == contacts.LEAD),
    )


def contacts_in(reach: GridReach) -> list[Link]:
    """The contacts within reach who are such on the day, those to be let go first at the top."""
    homes = homes_of(enrolled(contacts.GROUP.values(), day=reach.day), reach=reach)
    facts = [fact for rows in facts_of_people(homes, kinds=[contacts.KIND]).values() for fact in rows]
    links = _links(facts, reach=reach).values()
    standing = [link for link in links if link.until is not None and link.until > reach.day]
    return sorted(standing, key=lambda link: (link.until or reach.day, str(link.fact.id)))


def named_of(resident_ids: Iterable[UUID]) -> list[Fact]:
    """The entries that name contacts of some people, in one query.

    Whoever was named is on a register: so it is looked for among those and not among all entries.
    """
    ids = [str(id) for id in resident_ids]
    if not ids:
        return []
    on_register = Enrolment.objects.filter(group__in=contacts.GROUP.values()).values("resident")
    merged = PersonMerge.objects.filter(undone_at__isnull=True).values("gone")
    rows = Entry.objects.filter(Q(resident__in=on_register) | Q(resident__in=merged), kind=contacts.KIND)
    return as_facts(counting(rows).filter(payload__of__in=ids).order_by("happened_at", "id"))


def _links(facts: list[Fact], *, reach: GridReach) -> dict[UUID, Link]:
    asked = [fact.resident for fact in facts if fact.resident is not None]
    asked += [UUID(fact.payload["of"]) for fact in facts]
    kept = {id: ids[0] for id, ids in clusters_of(asked).items()}
    homes = homes_among(set(kept.values()), reach=reach)
    rows = Enrolment.objects.filter(resident__in=set(kept.values()), group__in=contacts.GROUP.values())
    spans: dict[tuple[UUID, str], list[Enrolment]] = {}
    for row in rows:
        spans.setdefault((row.resident_id, row.group), []).append(row)
    found = {}
    for fact in facts:
        if fact.resident is None:
            continue
        first, group = date.fromisoformat(fact.payload["last_exposure_on"]), contacts.GROUP[fact.payload["degree"]]
        span = next(
            (
                row
                for row in spans.get((kept[fact.resident], group), ())
                if row.from_day <= first and (row.to_day is None or first < row.to_day)
            ),
            None,
        )
        of = UUID(fact.payload["of"])
        found[fact.id] = Link(
            fact=fact,
            contact=homes.get(kept[fact.resident]),
            of=of,
            of_home=homes.get(kept[of]),
            until=span.to_day if span else None,
            clause=span.clause if span else "",
        )
    return found


def places_of(resident_ids: Iterable[UUID], *, day: date) -> dict[UUID, str]:
    """The name of the community each of some people lives in: all that others learn of them."""
    rows = latest_residences(day=day).filter(resident__in=set(resident_ids))
    columns = rows.values_list("resident_id", "household__unit__division__name", "division__name")
    return {id: around or alone or "" for id, around, alone in columns}


# ---- tests ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class TestRow:
    """Somebody on a test list: why, and the last sample with its result."""

    home: Residence
    reasons: tuple[Enrolment, ...]
    last: Fact | None

    # Not a test, whatever its name begins with.
    __test__ = False


def test_list(found: TestClass, *, reach: GridReach) -> QuerySet[Residence]:
    """The homes of those within reach who are to be tested in a class, or were of late; to be read page by page."""
    enrolled_ = enrolled(found.groups, day=reach.day).order_by().values("resident")
    tests = within(counting(), areas=reach.areas, path="division_id")
    tests = tests.filter(kind="test", day__gt=reach.day - _KEPT, day__lte=reach.day, payload__class=found.id)
    rows = latest_residences(day=reach.day).filter(
        Q(resident__in=enrolled_) | Q(resident__in=tests.order_by().values("resident"))
    )
    joined = reach.residences(rows).select_related("resident", "household__unit__division", "division")
    return joined.order_by("household__unit_id", "household__label", "id")


def test_rows(homes: Iterable[Residence], found: TestClass, *, day: date) -> list[TestRow]:
    """Why each of some people is on a list, and when they were tested last."""
    listed = list(homes)
    ids = [home.resident_id for home in listed]
    reasons: dict[UUID, list[Enrolment]] = {id: [] for id in ids}
    for row in Enrolment.objects.filter(in_force(day), resident__in=ids, group__in=found.groups).order_by("group"):
        reasons[row.resident_id].append(row)
    tests = facts_of_people(ids, kinds=["test"])
    return [
        TestRow(
            home=home,
            reasons=tuple(reasons[home.resident_id]),
            last=tests[home.resident_id][-1] if tests[home.resident_id] else None,
        )
        for home in listed
    ]


# ---- disinfection --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class HomeRow:
    """A home in which a case lived: since when it is to be disinfected, the order, and that it was done.

    ``home.household`` is None for somebody whose household is not known yet.
    """

    home: Residence
    since: datetime
    ordered: Fact | None
    done: Fact | None


def homes_to_disinfect(reach: GridReach) -> list[HomeRow]:
    """The homes within reach that need a terminal disinfection, the oldest first, and those done of late."""
    begun = Enrolment.objects.filter(group__in=CASE_GROUPS, from_day__lte=reach.day)
    homes = homes_of(begun, reach=reach)
    ids = {home.household_id for home in homes.values() if home.household_id is not None}
    rows = counting(Entry.objects.filter(household__in=ids, kind__in=("disinfection", "disinfection_order")))
    entries: dict[UUID | None, list[Fact]] = {}
    for fact in as_facts(rows.order_by("happened_at", "id")):
        entries.setdefault(fact.household, []).append(fact)
    found = []
    for resident, facts in facts_of_people(homes, kinds=(DIAGNOSIS, REFERRAL)).items():
        for episode in episodes_of(facts):
            if episode.is_excluded:
                continue
            home, since = homes[resident], episode.first.fact.happened_at
            after = [one for one in entries.get(home.household_id, ()) if one.happened_at >= since]
            done = next((one for one in after if one.kind == "disinfection"), None)
            if done is not None and done.day <= reach.day - _KEPT:
                continue
            ordered = next((one for one in reversed(after) if one.kind == "disinfection_order"), None)
            found.append(HomeRow(home=home, since=since, ordered=ordered, done=done))
    return sorted(found, key=lambda row: (row.done is not None, row.since))
