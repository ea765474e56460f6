"""Who may reach what: the one module that decides it.

Two questions, both denied unless something grants them. *May this account open this page with this method?* is answered
by the routes each app declares in its ``permissions.py`` and enforced in one place, the web gate. *May it reach this
object?* is answered by the divisions of its role grants: a division covers all whose code begins with its prefix.
What lies outside is not there: a foreign object is a 404, so that nobody learns of its existence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.http import Http404

from linli.community.codes import VILLAGE, is_within, level_of, span_of
from linli.community.dated_rows import in_force
from linli.community.models import (
    Account,
    Assignment,
    GridUnit,
    Household,
    Residence,
    Resident,
    RoleGrant,
)
from linli.community.roles import Role
from linli.trail.actor import ANONYMOUS, Actor

M = TypeVar("M", bound=Model)


class Everyone(Enum):
    """Audiences wider than a role."""

    ANYONE = "ANYONE"
    ANY_LOGIN = "ANY_LOGIN"


ANYONE = Everyone.ANYONE
ANY_LOGIN = Everyone.ANY_LOGIN
Audience = Everyone | frozenset[Role]

WORKERS = frozenset({Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.COMMUNITY_DOCTOR})
OFFICIALS = frozenset({Role.TOWNSHIP, Role.COUNTY_COMMAND})


@dataclass(frozen=True)
class Route:
    """One line of the permission matrix: who may use a URL name, by method. HEAD goes with GET."""

    name: str
    methods: Mapping[str, Audience]

    def audience(self, method: str) -> Audience | None:
        """Who may use this method; None when the page does not know the method."""
        return self.methods.get("GET" if method == "HEAD" else method)


def allow(
    name: str,
    *,
    get: Audience | Iterable[Role] | None = None,
    post: Audience | Iterable[Role] | None = None,
    put: Audience | Iterable[Role] | None = None,
    delete: Audience | Iterable[Role] | None = None,
) -> Route:
    """Declare a route: ``allow("response:declare", get=OFFICIALS, post={Role.COUNTY_COMMAND})``."""
    given = {"GET": get, "POST": post, "PUT": put, "DELETE": delete}
    return Route(
        name=name,
        methods={
            method: audience if isinstance(audience, Everyone) else frozenset(audience)
            for method, audience in given.items()
            if audience is not None
        },
    )


@dataclass(frozen=True)
class Grant:
    """A role for a division, in force on the day asked for."""

    role: Role
    division_code: str


@dataclass(frozen=True, kw_only=True)
class Reach:
    """All that an account may do on one day. The empty reach belongs to somebody who has not signed in."""

    account: Account | None = None
    grants: tuple[Grant, ...] = field(default=())

    @property
    def is_signed_in(self) -> bool:
        """Is somebody signed in?"""
        return self.account is not None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held for any division."""
        return frozenset(grant.role for grant in self.grants)

    def is_among(self, audience: Audience | None) -> bool:
        """Does this audience include us? None, a page that nobody declared, includes nobody."""
        if audience is None:
            return False
        if isinstance(audience, Everyone):
            return audience is ANYONE or self.is_signed_in
        return bool(self.roles & audience)

    def divisions(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The division codes for which one of ``roles`` is held."""
        wanted = frozenset(roles)
        return tuple(dict.fromkeys(grant.division_code for grant in self.grants if grant.role in wanted))

    def covers(self, division_code: str, *, roles: Iterable[Role]) -> bool:
        """Is one of ``roles`` held for this division or for one above it?"""
        return any(is_within(division_code, area) for area in self.divisions(roles))

    def actor(self, *, roles: Iterable[Role] = (), division_code: str = "") -> Actor:
        """Us as the author of an act: in the first of our roles among ``roles`` that covers the division."""
        if self.account is None:
            return ANONYMOUS
        wanted = frozenset(roles) or frozenset(Role)
        for grant in self.grants:
            if grant.role in wanted and (not division_code or is_within(division_code, grant.division_code)):
                return self.account.as_actor(role=grant.role, division_code=grant.division_code)
        return self.account.as_actor()


def reach_of(account: Account, *, day: date) -> Reach:
    """What ``account`` may do on ``day``: its grants in force, nothing for an account that was closed."""
    if not account.is_active:
        return Reach()
    grants = (
        RoleGrant.objects.filter(account=account, from_day__lte=day)
        .filter(Q(to_day__isnull=True) | Q(to_day__gt=day))
        .order_by("id")
        .values_list("role", "division_id")
    )
    return Reach(account=account, grants=tuple(Grant(Role(role), code) for role, code in grants))


def within(queryset: QuerySet[M], *, areas: Iterable[str], path: str = "division_code") -> QuerySet[M]:
    """Only the rows whose division, found at ``path``, lies in one of ``areas``. No area: no row."""
    return queryset.filter(_in_areas(areas, path))


def reachable(
    queryset: QuerySet[M], *, reach: Reach, roles: Iterable[Role], path: str = "division_code"
) -> QuerySet[M]:
    """Only the rows in a division for which one of ``roles`` is held."""
    return within(queryset, areas=reach.divisions(roles), path=path)


def get_reachable_or_404(
    queryset: QuerySet[M], *, reach: Reach, roles: Iterable[Role], path: str = "division_code", **lookup: Any
) -> M:
    """The one row that matches ``lookup`` within reach.

    Raises: Http404, the same for a row that does not exist and for one that belongs to others.
    """
    found = reachable(queryset, reach=reach, roles=roles, path=path).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, kw_only=True)
class GridReach:
    """Which part of the grid one may reach on a day: whole divisions, and single units and households.

    ``unit_ids`` are the units that a grid worker is assigned to with all those inside them.
    """

    day: date
    areas: tuple[str, ...] = ()
    unit_ids: frozenset[int] = frozenset()
    household_ids: frozenset[UUID] = frozenset()

    def units(self, queryset: QuerySet[GridUnit] | None = None) -> QuerySet[GridUnit]:
        """The grid units within reach."""
        rows = GridUnit.objects.all() if queryset is None else queryset
        return rows.filter(_in_areas(self.areas, "division_id") | Q(pk__in=self.unit_ids))

    def households(self, queryset: QuerySet[Household] | None = None) -> QuerySet[Household]:
        """The households within reach."""
        rows = Household.objects.all() if queryset is None else queryset
        return rows.filter(Q(unit__in=self.units().order_by().values("pk")) | Q(pk__in=self.household_ids))

    def residences(self, queryset: QuerySet[Residence] | None = None) -> QuerySet[Residence]:
        """The residences within reach, of any day."""
        rows = Residence.objects.all() if queryset is None else queryset
        inside = Q(household__in=self.households().order_by().values("pk"))
        return rows.filter(inside | _in_areas(self.areas, "division_id"))

    @property
    def is_wide(self) -> bool:
        """Is it more than single communities?"""
        return any(level_of(area) < VILLAGE for area in self.areas)

    def residents(self, queryset: QuerySet[Resident] | None = None) -> QuerySet[Resident]:
        """The residents who live within reach on the day, or who lived there last and have no place since."""
        rows = Resident.objects.all() if queryset is None else queryset
        return rows.filter(pk__in=self.residences(latest_residences(day=self.day)).values("resident"))


def latest_residences(*, day: date) -> QuerySet[Residence]:
    """The row of each resident that counts on ``day``: the one in force, else the last that was."""
    begun = Residence.objects.filter(from_day__lte=day).exclude(to_day=F("from_day"))
    later = Residence.objects.filter(
        resident=OuterRef("resident"), from_day__lte=day, from_day__gt=OuterRef("from_day")
    )
    return begun.filter(Q(to_day__isnull=True) | Q(to_day__gt=day) | ~Exists(later.exclude(to_day=F("from_day"))))


def grid_reach(reach: Reach, *, wide: Iterable[Role], day: date) -> GridReach:
    """The grid that an account reaches on ``day``: the divisions of its ``wide`` roles and, as a grid worker, its own.

    A grid worker reaches the units and households of their assignments, in divisions for which the role is held.
    """
    areas = reach.divisions(wide)
    own = reach.divisions({Role.GRID_WORKER})
    if reach.account is None or not own:
        return GridReach(day=day, areas=areas)
    mine = Assignment.objects.filter(in_force(day), worker__account=reach.account)
    units = within(GridUnit.objects.filter(pk__in=mine.values("unit")), areas=own, path="division_id")
    heads = list(units.values_list("pk", flat=True))
    inside = GridUnit.objects.filter(
        Q(pk__in=heads) | Q(parent__in=heads) | Q(parent__parent__in=heads) | Q(parent__parent__parent__in=heads)
    )
    households = within(Household.objects.filter(pk__in=mine.values("household")), areas=own, path="unit__division_id")
    return GridReach(
        day=day,
        areas=areas,
        unit_ids=frozenset(inside.values_list("pk", flat=True)),
        household_ids=frozenset(households.values_list("pk", flat=True)),
    )


def _in_areas(areas: Iterable[str], path: str) -> Q:
    condition = Q(pk__in=[])
    for area in areas:
        low, high = span_of(area)
        condition |= Q(**{f"{path}__gte": low, f"{path}__lte": high})
    return condition
