"""Who is on a register: counted for all registers, listed for one, searched; as of a day, or between two days.

Two ways, as the reach is narrow or wide. Of a community or of single units, begin with those who live there; of a
township or the county, begin with the register, the latest first, and look up each person until a page is full.
Nothing is counted to turn pages: a page begins where the one before ended.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from linli.community.access import GridReach, latest_residences
from linli.community.codes import is_within, span_of
from linli.community.models import Residence, Resident
from linli.community.people.search import how_near, ways
from linli.community.queries import deployment
from linli.records.models import Enrolment
from linli.records.queries import enrolled

A_PAGE = 50
# Of a wide reach, so many people of one name are looked up; of more, the register is read until a page is full.
_NAMESAKES = 10_000


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from one up to, not including, another."""

    from_day: date
    to_day: date

    @classmethod
    def of(cls, day: date) -> "Period":
        """One day."""
        return cls(from_day=day, to_day=day + timedelta(days=1))

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.to_day - timedelta(days=1)

    @property
    def overlaps(self) -> Q:
        """The rows that hold on one of the days."""
        return Q(from_day__lt=self.to_day) & (Q(to_day__isnull=True) | Q(to_day__gt=self.from_day))


@dataclass(frozen=True, kw_only=True)
class LineList:
    """A page of a register. Rows come with ``resident.here``, the residence that counts, and ``begun_by``.

    ``after`` leads to the next page; empty on the last.
    """

    rows: list[Enrolment]
    after: str = ""


def counts(groups: Iterable[str], *, reach: GridReach, day: date) -> dict[str, int]:
    """How many people within reach are on each of some registers on ``day``; none is left out."""
    found = dict.fromkeys(groups, 0)
    if _is_all(reach):
        rows = enrolled(found, day=day).order_by()
        return found | dict(rows.values_list("group").annotate(number=Count("pk")))
    numbers = Counter(_of(_people(reach), Period.of(day)).values_list("group", flat=True))
    return {group: numbers[group] for group in found}


def line_list(group: str, *, reach: GridReach, period: Period, text: str = "", after: str = "") -> LineList:
    """Who within reach is on a register on one of the days of ``period``, those who came last first.

    ``text`` is a name, a part of one, its initials or the end of a phone number; the nearest matches alone are given.
    ``after`` is that of the page before.
    """
    wanted, place = "".join(text.split()), _place(after)
    if wanted:
        search = _searched_wide if reach.is_wide else _searched_narrow
        return LineList(rows=_whole(search(group, wanted, reach=reach, period=period)[:A_PAGE], day=reach.day))
    if reach.is_wide:
        rows = _before(_register(group, period), place)
        keys = list(_keys(_newest(_living(rows, reach=reach)))[: A_PAGE + 1])
    else:
        found = sorted(_in_group(group, _of(_people(reach), period)), reverse=True)
        keys = [key for key in found if place is None or key < place][: A_PAGE + 1]
    last = keys[A_PAGE - 1] if len(keys) > A_PAGE else None
    return LineList(rows=_whole(keys[:A_PAGE], day=reach.day), after=f"{last[0].isoformat()}.{last[1]}" if last else "")


def is_too_short(text: str, *, reach: GridReach) -> bool:
    """Does a text fit too many people of a reach to be looked for?"""
    return reach.is_wide and len("".join(text.split())) == 1


# A row's place in a register: when it began, and its number.
_Key = tuple[date, int]


def _searched_narrow(group: str, wanted: str, *, reach: GridReach, period: Period) -> list[_Key]:
    """Of few people all are looked at: the nearest match that somebody has."""
    columns = ("group", "from_day", "pk", "resident__name", "resident__initials", "resident__phone")
    ranked: dict[int, list[_Key]] = {}
    for its_group, from_day, pk, name, initials, phone in _of(_people(reach), period).values_list(*columns):
        rank = how_near(wanted, name=name, initials=initials, phone=phone) if its_group == group else None
        if rank is not None:
            ranked.setdefault(rank, []).append((from_day, pk))
    return sorted(ranked[min(ranked)], reverse=True) if ranked else []


def _searched_wide(group: str, wanted: str, *, reach: GridReach, period: Period) -> list[_Key]:
    """Of many people an index finds those whose name or initials begin so; a part of a name is for a community."""
    if is_too_short(wanted, reach=reach):
        return []
    for _by, matching in ways(wanted)[: 1 if wanted.isascii() else 2]:
        people = Resident.objects.filter(matching).order_by()
        if not people[_NAMESAKES : _NAMESAKES + 1].exists():
            rows = Enrolment.objects.filter(period.overlaps, resident__in=people).order_by()
            on_it = [pk for _from_day, pk in _in_group(group, rows)]
            found = list(_keys(_newest(_living(Enrolment.objects.filter(pk__in=on_it), reach=reach)))[:A_PAGE])
        else:
            common = _register(group, period).filter(Exists(people.filter(pk=OuterRef("resident"))))
            found = list(_keys(_newest(_living(common, reach=reach)))[:A_PAGE])
        if found:
            return found
    return []


def _whole(keys: Iterable[_Key], *, day: date) -> list[Enrolment]:
    here = latest_residences(day=day).select_related("household__unit__division", "division")
    rows = _newest(Enrolment.objects.filter(pk__in=[pk for _, pk in keys])).select_related("resident", "begun_by")
    return list(rows.prefetch_related(Prefetch("resident__residences", queryset=here, to_attr="here")))


def _keys(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment, _Key]:
    return rows.values_list("from_day", "pk")


def _newest(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.order_by("-from_day", "-id")


def _register(group: str, period: Period) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(period.overlaps, group=group)


def _in_group(group: str, rows: QuerySet[Enrolment]) -> list[_Key]:
    """The rows of one register among those of some people. Asked for the group, SQLite would read all of it instead."""
    return [
        (from_day, pk) for its_group, from_day, pk in rows.values_list("group", "from_day", "pk") if its_group == group
    ]


# ---- whose -----------------------------------------------------------------------------------------------------------
def _people(reach: GridReach) -> QuerySet[Residence]:
    return reach.residences(latest_residences(day=reach.day).order_by())


def _of(residences: QuerySet[Residence], period: Period) -> QuerySet[Enrolment]:
    """All enrolments of some people, in no order."""
    return Enrolment.objects.filter(period.overlaps, resident__in=residences.values("resident")).order_by()


def _living(rows: QuerySet[Enrolment], *, reach: GridReach) -> QuerySet[Enrolment]:
    """Those of people who live within a wide reach, asked of each row."""
    if _is_all(reach):
        return rows.order_by()
    inside = Q(household__in=reach.household_ids) | Q(household__unit__in=reach.unit_ids)
    for low, high in map(span_of, reach.areas):
        inside |= Q(household__unit__division_id__gte=low, household__unit__division_id__lte=high)
        inside |= Q(division_id__gte=low, division_id__lte=high)
    here = latest_residences(day=reach.day).order_by().filter(inside, resident=OuterRef("resident"))
    return rows.filter(Exists(here)).order_by()


def _is_all(reach: GridReach) -> bool:
    """Is it the whole county that this database serves?"""
    deployed = deployment()
    return deployed is not None and any(is_within(deployed.county_id, area) for area in reach.areas)


# ---- pages -----------------------------------------------------------------------------------------------------------
def _place(after: str) -> _Key | None:
    day, _dot, pk = after.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _before(rows: QuerySet[Enrolment], place: _Key | None) -> QuerySet[Enrolment]:
    if place is None:
        return rows
    day, pk = place
    return rows.filter(Q(from_day__lt=day) | Q(from_day=day, pk__lt=pk), from_day__lte=day)
