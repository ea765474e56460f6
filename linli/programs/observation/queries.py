"""Who is under observation, where, and until when by the norms as they are known now; for many people in few queries.

An observation whose judged end has come is over for every reader, even if nobody has written it down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count

from linli.community.access import GridReach
from linli.community.codes import ancestors_of
from linli.community.dated_rows import in_force
from linli.community.models import Residence
from linli.community.people.merging import clusters_of
from linli.policy.facts import PlaceFacts
from linli.policy.rulebook import Rulebook
from linli.programs.observation.course import (
    CENTRAL,
    CHECK,
    EXCUSE,
    GROUP_AT,
    HOME,
    HOSPITAL,
    RELEASE,
    STEP,
    Course,
    courses_of,
    exemptions_of,
    in_order,
    place_of,
)
from linli.programs.observation.grounds import (
    ACTION_AT,
    COMMUNITY,
    HOME_OBSERVATION,
    OWN_GROUPS,
    Ground,
    Judged,
    View,
    ground_of,
    judged_end,
    notice_norms,
    observable_groups,
)
from linli.records.models import Enrolment, Entry
from linli.records.program import Fact, Scope, programs
from linli.records.queries import LATELY, counting, enrolled, facts_about, lately_in, members_in, one_person
from linli.response import queries as response
from linli.response.models import Declaration

# Nobody is looked for whose last step lies longer back: an observation lasts days, not seasons.
LOOKED_BACK = LATELY
# As many people as a database takes in one question.
_AT_ONCE = 5000


@dataclass(frozen=True, kw_only=True)
class Status:
    """Somebody's observation on a day. ``course`` is the last one, None for one who never was under observation.

    ``end`` is the first day that no longer belongs to it, by what was written down and by the norms, whichever is
    earlier. ``groups`` are those of the day, ``why_groups`` those of the days on which the observation was decided.
    ``facts`` are the entries it was read from, with the daily checks where they were asked for.
    """

    resident: UUID
    day: date
    course: Course | None = None
    judged: Judged | None = None
    division: str = ""
    groups: tuple[str, ...] = ()
    why_groups: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def end(self) -> date | None:
        """The first day no longer."""
        if self.course is None:
            return None
        return min(self.course.end, self.judged.end) if self.judged else self.course.end

    @property
    def is_under(self) -> bool:
        """Under observation on the day, at home, at a site or, in the middle of it, in hospital?"""
        return bool(self.place)

    @property
    def place(self) -> str:
        """Where; empty for one who is not under observation."""
        if self.course is None or self.end is None or self.day >= self.end or self.day < self.course.start:
            return ""
        return place_of(self.course, day=self.day)

    @property
    def is_over(self) -> bool:
        """Has it ended, whether or not somebody has written down a release?"""
        return self.end is not None and self.day >= self.end

    @property
    def waits_for_release(self) -> bool:
        """Is it over, and nobody has told so by a release?"""
        return self.is_over and self.course is not None and self.course.release is None

    @property
    def ended_early(self) -> bool:
        """Did the norms end it before the day that was stated?"""
        return bool(self.judged and self.judged.why and self.course and self.judged.end < self.course.end)

    @property
    def running_for(self) -> tuple[str, ...]:
        """The groups for which somebody is under observation; empty for one who is not."""
        return self.why_groups if self.is_under else ()

    @property
    def exemption(self) -> Fact | None:
        """The last statement that the person need not be isolated, if no observation has started since."""
        found = exemptions_of(self.facts)
        return found[-1] if found and (self.course is None or self.course.start < found[-1].day) else None


def status_of(resident: UUID, *, day: date) -> Status:
    """One person's observation on a day, with all the entries that it was read from."""
    ids = list(one_person(resident))
    facts = facts_about(ids, until=day + timedelta(days=1))
    return _statuses({resident: facts}, day=day, same={resident: ids})[resident]


def statuses_of(residents: Iterable[UUID], *, day: date, with_checks: bool = False) -> dict[UUID, Status]:
    """The same for many people, in a fixed number of queries and two more for each day on which something changed."""
    found: dict[UUID, Status] = {}
    ids = list(dict.fromkeys(residents))
    for first in range(0, len(ids), _AT_ONCE):
        found |= _statuses_of(ids[first : first + _AT_ONCE], day=day, with_checks=with_checks)
    return found


def _statuses_of(residents: Sequence[UUID], *, day: date, with_checks: bool) -> dict[UUID, Status]:
    same = clusters_of(residents)
    whose = {one: id for id, ids in same.items() for one in ids}
    kinds = (STEP, RELEASE, CHECK, EXCUSE) if with_checks else (STEP, RELEASE)
    by_person: dict[UUID, list[Fact]] = {id: [] for id in same}
    for fact in facts_about(whose, kinds=kinds, until=day + timedelta(days=1)):
        if fact.resident is not None:
            by_person[whose[fact.resident]].append(fact)
    return _statuses(by_person, day=day, same=same)


def _statuses(
    facts: Mapping[UUID, Sequence[Fact]], *, day: date, same: Mapping[UUID, Sequence[UUID]]
) -> dict[UUID, Status]:
    courses = {id: courses_of(mine) for id, mine in facts.items()}
    last = {id: found[-1] for id, found in courses.items() if found}
    everyone = [one for ids in same.values() for one in ids]
    homes = homes_of(everyone)
    memberships = _memberships(everyone)
    mine = {id: [row for one in ids for row in memberships.get(one, ())] for id, ids in same.items()}
    lived = {id: [row for one in ids for row in homes.get(one, ())] for id, ids in same.items()}
    judged = _judged(last, lived=lived, memberships=mine, day=day)
    return {
        id: Status(
            resident=id,
            day=day,
            course=last.get(id),
            judged=judged.get(id),
            division=_lived_in(lived[id], day) or (last[id].steps[-1].division if id in last else ""),
            groups=_groups_on(mine[id], day),
            why_groups=_groups_of(last[id], mine[id]) if id in last else (),
            facts=tuple(found),
        )
        for id, found in facts.items()
    }


# ---- judged again ------------------------------------------------------------------------------------------------
_Lived = Sequence[tuple[date, date | None, str]]
_Groups = Sequence[tuple[date, date | None, str]]


def _judged(
    courses: Mapping[UUID, Course], *, lived: Mapping[UUID, _Lived], memberships: Mapping[UUID, _Groups], day: date
) -> dict[UUID, Judged]:
    """When each of some observations ends by the norms; those that somebody released stay as they were recorded."""
    running = {id: course for id, course in courses.items() if course.release is None}
    if not running:
        return {}
    book = response.rulebook()
    codes = {id: _places(course, lived[id]) for id, course in running.items()}
    first = min(course.start for course in running.values())
    changes = change_days({code for found in codes.values() for _day, code in found}, since=first, until=day)
    wanted: dict[UUID, list[tuple[date, str]]] = {}
    for id, course in running.items():
        wanted[id] = _days_to_judge(course, codes[id], changes, book=book)
    facts = response.facts_on(pair for pairs in wanted.values() for pair in pairs)
    return {
        id: _judge(course, wanted[id], facts=facts, groups=memberships[id], book=book) for id, course in running.items()
    }


def _judge(
    course: Course,
    days: Sequence[tuple[date, str]],
    *,
    facts: Mapping[tuple[date, str], PlaceFacts],
    groups: _Groups,
    book: Rulebook,
) -> Judged:
    mine, by = _groups_of(course, groups), course.timed_by.payload.get("decided_by", COMMUNITY)
    views = []
    for on, code in days:
        place = course.place_on(on) or (HOME if on >= course.start else "")
        if place == HOSPITAL and on != course.counted_by.day:
            continue
        moved = _moved_to_site(course, on)
        action = ACTION_AT.get(place, HOME_OBSERVATION)
        here = ground_of(
            book,
            facts[on, code],
            (*mine, "home_observed") if moved else mine,
            on,
            action,
            by=by,
            consent=_agreed(course, on),
            is_moved=moved,
        )
        at_home = here if place != CENTRAL else ground_of(book, facts[on, code], mine, on, HOME_OBSERVATION, by=by)
        views.append(View(day=on, here=here, at_home=at_home))
    return judged_end(counts_from=course.counts_from, stated_end=course.stated_end, views=views)


def _groups_of(course: Course, groups: _Groups) -> tuple[str, ...]:
    """The groups for which somebody is observed: those of the days on which that, and its end, was decided."""
    decided = _groups_on(groups, course.counted_by.day) + _groups_on(groups, course.timed_by.day)
    return tuple(dict.fromkeys(decided))


def _moved_to_site(course: Course, day: date) -> bool:
    return any(step.payload["step"] == "TO_CENTRAL" and step.day <= day for step in course.steps)


def _agreed(course: Course, day: date) -> bool:
    return any(step.payload.get("consent") for step in course.steps if step.day <= day)


def _places(course: Course, lived: _Lived) -> list[tuple[date, str]]:
    """Where a person was cared for: the community at the start, then the others from the day of the move."""
    start = course.counted_by.day
    found = [(start, _lived_in(lived, start) or course.begun_by.division)]
    found += [(begun, code) for begun, _end, code in lived if start < begun < course.stated_end]
    return found


def _days_to_judge(
    course: Course, places: Sequence[tuple[date, str]], changes: Mapping[str, Sequence[date]], *, book: Rulebook
) -> list[tuple[date, str]]:
    """The days on which the ground may have changed, each with the community that counts on it."""
    start, end = places[0][0], course.stated_end
    days = {start, *(step.day for step in course.steps if step.day > start)}
    days |= {cut for cut in book.cuts if start < cut < end}
    days |= {moved for moved, _code in places}
    found = []
    for number, (begun, code) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else end
        here = days | {changed for changed in changes.get(code, ()) if start < changed < end}
        found += [(one, code) for one in sorted(here) if begun <= one < until]
    return found or [(start, places[0][1])]


def change_days(division_codes: Iterable[str], *, since: date, until: date) -> dict[str, tuple[date, ...]]:
    """For some places the days after ``since``, up to and with ``until``, on which a declaration begins or ends there.

    Declarations for the place itself or for one around it; one query for all. Every place is there.
    """
    ladders = {code: (code, *ancestors_of(code)) for code in dict.fromkeys(division_codes)}
    wanted = {code for ladder in ladders.values() for code in ladder}
    rows = response.counting().filter(division_id__in=wanted, area__isnull=True, from_day__lte=until)
    by_place: dict[str, set[date]] = {}
    for code, begun, ended in Declaration.objects.filter(pk__in=rows.values("pk")).values_list(
        "division_id", "from_day", "to_day"
    ):
        days = {one for one in (begun, ended) if one is not None and since < one <= until}
        by_place.setdefault(code, set()).update(days)
    return {
        code: tuple(sorted({day for above in ladder for day in by_place.get(above, ())}))
        for code, ladder in ladders.items()
    }


# ---- where people live, and which groups they belong to -----------------------------------------------------------
def homes_of(residents: Iterable[UUID]) -> dict[UUID, list[tuple[date, date | None, str]]]:
    """The communities in which people lived, from when to when; one query."""
    rows = Residence.objects.filter(resident__in=list(residents)).order_by("from_day", "id")
    found: dict[UUID, list[tuple[date, date | None, str]]] = {}
    for id, begun, ended, by_household, by_division in rows.values_list(
        "resident_id", "from_day", "to_day", "household__unit__division_id", "division_id"
    ):
        if ended is None or ended > begun:
            found.setdefault(id, []).append((begun, ended, by_household or by_division))
    return found


def _lived_in(lived: _Lived, day: date) -> str:
    """The community on a day: the one in force, else the last one before it."""
    return next((code for begun, _ended, code in reversed(lived) if begun <= day), "")


def _memberships(residents: Iterable[UUID]) -> dict[UUID, list[tuple[date, date | None, str]]]:
    rows = Enrolment.objects.filter(resident__in=list(residents)).order_by("group", "from_day")
    found: dict[UUID, list[tuple[date, date | None, str]]] = {}
    for id, begun, ended, group in rows.values_list("resident_id", "from_day", "to_day", "group"):
        found.setdefault(id, []).append((begun, ended, group))
    return found


def _groups_on(memberships: _Groups, day: date) -> tuple[str, ...]:
    held = (group for begun, ended, group in memberships if begun <= day and (ended is None or day < ended))
    return tuple(dict.fromkeys(held))


# ---- lists ---------------------------------------------------------------------------------------------------------
def statuses_in(scope: Scope, *, with_checks: bool = False) -> dict[UUID, Status]:
    """The observations, of not too long ago, of those who live in some communities; looked up once for a scope."""
    key = f"observation.{with_checks}"
    found: dict[UUID, Status] | None = scope.known.get(key)
    if found is None:
        statuses = statuses_of(_told_of(scope), day=scope.day, with_checks=with_checks)
        found = scope.known[key] = {id: one for id, one in statuses.items() if one.course is not None}
    return found


def _told_of(scope: Scope) -> set[UUID]:
    """Those living in the communities who were observed not long ago, or of whom a step was told there.

    By the registers, and by the steps: one that leaves no day on a register counts too (to hospital or released on the
    day of the start, exempt from isolation).
    """
    observed = frozenset(GROUP_AT.values())
    since = scope.day - LOOKED_BACK
    known = {one.resident for one in lately_in(scope)}
    found = {one.resident for one in lately_in(scope) if one.group in observed and one.from_day >= since}
    steps = Entry.objects.filter(kind=STEP, division__in=scope.divisions, day__gte=since, day__lte=scope.day)
    rows = counting(steps).order_by().values_list("resident_id", "day")
    return found | {id for id, day in rows if id in known or day == scope.day}


@dataclass(frozen=True, kw_only=True)
class StartDue:
    """Somebody who must be observed and is not. ``since`` is the day from which the groups say so."""

    resident: UUID
    since: date
    ground: Ground
    division: str


def starts_due(scope: Scope) -> list[StartDue]:
    """The people of some communities whom a norm in force obliges to be observed, for whom nothing has been started.

    Neither those of whom it was said that they are exempt, nor those whose observation for the same reason has ended.
    Nobody before the first adoption of packs.
    """
    try:
        book, day = response.rulebook(), scope.day
    except response.NoPacksAdopted:
        return []
    observable = observable_groups(book)
    begun: dict[UUID, date] = {}
    homes: dict[UUID, str] = {}
    groups: dict[UUID, list[str]] = {}
    for row in members_in(scope):
        groups.setdefault(row.resident, []).append(row.group)
        if row.group in observable:
            begun[row.resident] = max(row.from_day, begun.get(row.resident, row.from_day))
            homes[row.resident] = row.division
    statuses = statuses_of(begun.keys() & _told_of(scope), day=day)
    facts = response.facts_on((day, code) for code in homes.values())
    found = []
    for id, since in begun.items():
        if id in statuses and _is_seen_to(statuses[id], since=since):
            continue
        ground = ground_of(book, facts[day, homes[id]], groups[id], day, HOME_OBSERVATION)
        if ground.is_required:
            found.append(StartDue(resident=id, since=since, ground=ground, division=homes[id]))
    return found


def _is_seen_to(status: Status, *, since: date) -> bool:
    """Has an observation, or an exemption, answered what made somebody observable on a day?"""
    observed = status.course is not None and (status.is_under or status.course.end > since)
    return observed or (status.exemption is not None and status.exemption.day >= since)


def ground_for(
    status: Status, action: str, *, groups: Iterable[str], by: str = COMMUNITY, consent: bool = False
) -> Ground:
    """What the policy says, on the day of ``status``, of observing this very person in one way for these groups."""
    facts = response.facts_of(status.division, day=status.day).facts
    moved = action != HOME_OBSERVATION and status.place == HOME
    mine = (*groups, "home_observed") if moved else tuple(groups)
    return ground_of(response.rulebook(), facts, mine, status.day, action, by=by, consent=consent, is_moved=moved)


def new_groups(status: Status) -> tuple[str, ...]:
    """The groups on the day to which something newer than the last observation has brought somebody.

    Of two arrivals the second counts, though both make one enrolment.
    """
    since = status.course.counts_from if status.course is not None else date.min
    facts = in_order(status.facts)
    spans = (span for program in programs() for projection in program.projections for span in projection(facts))
    held = {
        span.group
        for span in spans
        if span.from_day > since and span.from_day <= status.day and status.day < (span.to_day or date.max)
    }
    return tuple(sorted(held - OWN_GROUPS))


def notice_norms_for(status: Status) -> tuple[str, ...]:
    """The norms that oblige the community to hand this person the release notice on the day asked for."""
    return notice_norms_of([status])[status.resident]


def notice_norms_of(statuses: Sequence[Status]) -> dict[UUID, tuple[str, ...]]:
    """The same for many people at once."""
    facts = response.facts_on((one.day, one.division) for one in statuses)
    book = response.rulebook()
    return {one.resident: notice_norms(book, facts[one.day, one.division], one.why_groups, one.day) for one in statuses}


def counts_by_community(reach: GridReach) -> dict[str, int]:
    """How many people are on the registers of observation in each community within reach; two queries."""
    held = enrolled(("home_observed", "centrally_observed"), day=reach.day).values("resident")
    rows = reach.residences(Residence.objects.filter(in_force(reach.day), resident__in=held)).order_by()
    found: dict[str, int] = {}
    for path in ("household__unit__division_id", "division_id"):
        here = rows.exclude(**{path: None}).values_list(path)
        for code, number in here.annotate(number=Count("resident", distinct=True)):
            found[code] = found.get(code, 0) + number
    return found


def counted_from(status: Status) -> date:
    """From which day the days would be counted by what is known: the last thing that made somebody observable."""
    found = _reasons(status)
    return found[-1].from_day if found else status.day


def reason_of(status: Status) -> str:
    """Why somebody would be observed, as the entry says that made them so."""
    found = _reasons(status)
    return found[-1].reason if found else ""


def _reasons(status: Status) -> list[Enrolment]:
    ids = list(one_person(status.resident))
    rows = enrolled(observable_groups(response.rulebook()), day=status.day).filter(resident__in=ids)
    return list(rows.order_by("from_day", "id"))
