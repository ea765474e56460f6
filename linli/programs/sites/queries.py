"""Reads of central sites: rooms and who is in them, how much is free, who waits for a room, which drives are open."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from linli.community.access import within
from linli.community.codes import ancestors_of, is_within
from linli.community.dated_rows import in_force
from linli.community.models import Residence, Resident
from linli.programs.sites.models import Booking, Room, Site, Stay
from linli.records.models import Enrolment
from linli.records.queries import one_person

# The group whose people are to be in a site.
GROUP = "centrally_observed"


class RoomState(StrEnum):
    """What a room is good for today."""

    FREE = "FREE"
    OCCUPIED = "OCCUPIED"
    DISINFECT = "DISINFECT"
    CLOSED = "CLOSED"


@dataclass(frozen=True, kw_only=True)
class RoomView:
    """A room on a day: who is in it, and whom it waits to be disinfected after, the last to leave first."""

    room: Room
    state: RoomState
    stays: tuple[Stay, ...] = ()
    left: tuple[Stay, ...] = ()
    is_closed: bool = False

    @property
    def free_beds(self) -> int:
        """Beds that somebody may have: any in a free room, in an occupied one those for the same party."""
        is_usable = self.state in (RoomState.FREE, RoomState.OCCUPIED) and not self.is_closed
        return self.room.beds - len(self.stays) if is_usable else 0

    @property
    def party(self) -> UUID | None:
        """Whose room it is."""
        return self.stays[0].party if self.stays else None


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """The rooms of a site by state, and its people and beds."""

    free: int = 0
    occupied: int = 0
    disinfect: int = 0
    closed: int = 0
    people: int = 0
    beds: int = 0

    @property
    def rooms(self) -> int:
        """All rooms."""
        return self.free + self.occupied + self.disinfect + self.closed

    @property
    def parts(self) -> list[tuple[str, int, int]]:
        """For a bar as wide as there are rooms: the state, where its part begins, and how many rooms it has."""
        found, begins = [], 0
        for state in RoomState:
            number = getattr(self, state.lower())
            found.append((str(state), begins, number))
            begins += number
        return found


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody who is to be observed centrally and has no room. ``stay`` is the room found on the day itself."""

    resident: Resident
    from_day: date
    begun_at: datetime
    division: str
    division_name: str
    household: UUID | None
    label: str
    left_at: datetime | None = None
    stay: Stay | None = None
    drive: Booking | None = None


# ---- sites and rooms -----------------------------------------------------------------------------------------------
def sites_seen_from(areas: Iterable[str], *, day: date) -> QuerySet[Site]:
    """The sites in some divisions, and those elsewhere to which people of these divisions may be brought."""
    codes = list(areas)
    around = {above for code in codes for above in (code, *ancestors_of(code))}
    inside = within(Site.objects.all(), areas=codes, path="division_id")
    rows = Site.objects.filter(Q(pk__in=inside.values("pk")) | Q(serves__in=around))
    return rows.filter(in_force(day)).select_related("division", "serves", "head", "doctor")


def sites_for(division_code: str, *, day: date) -> QuerySet[Site]:
    """The sites to which a person who lives in a community may be brought, the nearest area first."""
    around = [division_code, *ancestors_of(division_code)]
    rows = Site.objects.filter(in_force(day), serves__in=around)
    return rows.select_related("division", "serves").order_by("-serves", "id")


def serves(site: Site, division_code: str) -> bool:
    """May people of a community be brought to a site?"""
    return is_within(division_code, site.serves_id)


def rooms_of(sites: Collection[Site], *, day: date) -> dict[int, list[RoomView]]:
    """The rooms of some sites on a day, by site, in two queries."""
    found: dict[int, list[RoomView]] = {site.pk: [] for site in sites}
    rooms = list(Room.objects.filter(site__in=found).select_related("site").order_by("site_id", "label"))
    stays = Stay.objects.filter(room__in=[room.pk for room in rooms], from_day__lte=day)
    stays = stays.filter(Q(to_day__isnull=True) | Q(to_day__gt=day) | Q(disinfected_by__isnull=True))
    here: dict[int, list[Stay]] = {}
    left: dict[int, list[Stay]] = {}
    for stay in stays.select_related("resident", "carer_of", "ended_by").order_by("from_day", "id"):
        is_there = stay.to_day is None or stay.to_day > day
        (here if is_there else left).setdefault(stay.room_id, []).append(stay)
    for room in rooms:
        found[room.site_id].append(room_view(room, here.get(room.pk, ()), left.get(room.pk, ()), day=day))
    for views in found.values():
        views.sort(key=lambda view: (len(view.room.label), view.room.label))
    return found


def room_view(room: Room, here: Sequence[Stay], left: Sequence[Stay], *, day: date) -> RoomView:
    """A room with those in it and those who left it undisinfected."""
    is_closed = (
        room.closed_from is not None and room.closed_from <= day and (room.closed_to is None or room.closed_to > day)
    )
    if here:
        state = RoomState.OCCUPIED
    elif left:
        state = RoomState.DISINFECT
    else:
        state = RoomState.CLOSED if is_closed else RoomState.FREE
    return RoomView(room=room, state=state, stays=tuple(here), left=tuple(reversed(left)), is_closed=is_closed)


def view_of(room: Room, *, day: date) -> RoomView:
    """One room on a day."""
    return next(view for view in rooms_of([room.site], day=day)[room.site_id] if view.room.pk == room.pk)


def capacity_of(views: Iterable[RoomView]) -> Capacity:
    """How much of a site is free."""
    rows = list(views)
    states = [view.state for view in rows]
    return Capacity(
        free=states.count(RoomState.FREE),
        occupied=states.count(RoomState.OCCUPIED),
        disinfect=states.count(RoomState.DISINFECT),
        closed=states.count(RoomState.CLOSED),
        people=sum(len(view.stays) for view in rows),
        beds=sum(view.room.beds for view in rows),
    )


def proposals(views: Iterable[RoomView], *, party: UUID) -> list[RoomView]:
    """The rooms somebody of a party may have: where their own are first, then free ones, the smallest first."""
    own = [view for view in views if view.party == party and view.free_beds > 0]
    free = [view for view in views if view.state == RoomState.FREE]
    return own + sorted(free, key=lambda view: (view.room.beds, len(view.room.label), view.room.label))


# ---- people --------------------------------------------------------------------------------------------------------
def household_of(resident: Resident, *, day: date) -> UUID | None:
    """The household somebody lives in on a day."""
    rows = Residence.objects.filter(in_force(day), resident__in=one_person(resident.pk), household__isnull=False)
    return rows.values_list("household_id", flat=True).first()


def open_stay(resident: Resident) -> Stay | None:
    """Where somebody is now; None for one who is in no site."""
    rows = Stay.objects.filter(to_day__isnull=True, resident__in=one_person(resident.pk))
    return rows.select_related("room__site", "resident").first()


def party_of(resident: Resident, *, day: date, carer_of: Resident | None = None) -> UUID:
    """With whom somebody may share a room from a day on: their household, or that of the person they care for."""
    if carer_of is not None:
        there = open_stay(carer_of)
        return there.party if there is not None else party_of(carer_of, day=day)
    return household_of(resident, day=day) or resident.pk


def observed_from(resident: Resident, *, day: date) -> date | None:
    """Since when somebody is to be observed centrally; None for one who is not."""
    rows = Enrolment.objects.filter(in_force(day), group=GROUP, resident__in=one_person(resident.pk))
    return rows.values_list("from_day", flat=True).first()


def waiting(residents: QuerySet[Resident] | None = None, *, day: date, with_done: bool = False) -> list[Waiting]:
    """Those who are to be observed centrally and have no room, who waits longest first; of some residents or of all.

    ``with_done`` adds those who got one on the day.
    """
    rows = Enrolment.objects.filter(in_force(day), group=GROUP)
    if residents is not None:
        rows = rows.filter(resident__in=residents.order_by().values("pk"))
    return _waiting(rows, day=day, with_done=with_done)


def waiting_in(divisions: Collection[str], *, day: date, with_done: bool = False) -> list[Waiting]:
    """The same for the people of some communities."""
    held = Enrolment.objects.filter(in_force(day), group=GROUP).order_by()
    home = "resident__residences__"
    # Two plain joins; one with an alternative in it would be read from end to end.
    found = [
        id
        for place in ("household__unit__division", "division")
        for id in held.filter(in_force(day, path=home), **{f"{home}{place}__in": list(divisions)}).values_list(
            "pk", flat=True
        )
    ]
    return _waiting(Enrolment.objects.filter(pk__in=found), day=day, with_done=with_done)


def _waiting(rows: QuerySet[Enrolment], *, day: date, with_done: bool) -> list[Waiting]:
    enrolments = list(rows.select_related("resident", "begun_by").order_by("begun_by__happened_at", "id"))
    ids = {one.resident_id for one in enrolments}
    stays: dict[UUID, list[Stay]] = {}
    for stay in Stay.objects.filter(resident__in=ids, from_day__lte=day).select_related(
        "room__site", "begun_by", "ended_by"
    ):
        stays.setdefault(stay.resident_id, []).append(stay)
    homes = {row.resident_id: row for row in _homes(ids, day=day)}
    drives = {
        one.resident_id: one
        for one in Booking.objects.filter(
            resident__in=ids, goal=Booking.Goal.SITE, delivered_by__isnull=True, cancelled_by__isnull=True
        ).select_related("to_site")
    }
    found = []
    for one in enrolments:
        there = next(
            (stay for stay in stays.get(one.resident_id, ()) if stay.to_day is None or stay.to_day > day), None
        )
        if there is not None and not (with_done and there.from_day == day):
            continue
        left = [stay.ended_by.happened_at for stay in stays.get(one.resident_id, ()) if stay.ended_by is not None]
        home = homes.get(one.resident_id)
        around = home.household.unit.division if home and home.household else home.division if home else None
        found.append(
            Waiting(
                resident=one.resident,
                from_day=one.from_day,
                begun_at=one.begun_by.happened_at,
                division=around.code if around else "",
                division_name=around.name if around else "",
                household=home.household_id if home else None,
                label=home.household.label if home and home.household else "",
                # The end of a stay that went on in another room on the same day is no leaving.
                left_at=max(left) if left and there is None else None,
                stay=there,
                drive=drives.get(one.resident_id),
            )
        )
    return found


def _homes(ids: Iterable[UUID], *, day: date) -> QuerySet[Residence]:
    rows = Residence.objects.filter(in_force(day), resident__in=list(ids))
    return rows.select_related("household__unit__division", "division")


# ---- what is due ---------------------------------------------------------------------------------------------------
def staying_without_reason(
    divisions: Collection[str], *, day: date, site: Site | None = None
) -> list[tuple[Stay, date]]:
    """Those in the sites of some communities, or in one site, whose observation is over, and the day it was.

    A carer has no reason to be there once the one cared for has left.
    """
    there = Stay.objects.filter(in_force(day), room__site__division__in=divisions)
    if site is not None:
        there = there.filter(room__site=site)
    stays = there.filter(carer_of__isnull=True)
    held = Enrolment.objects.filter(in_force(day), group=GROUP, resident=OuterRef("resident"))
    last = Enrolment.objects.filter(group=GROUP, resident=OuterRef("resident"), to_day__lte=day).order_by("-to_day")
    rows = stays.annotate(ended_on=Subquery(last.values("to_day")[:1]), held=Subquery(held.values("pk")[:1]))
    rows = rows.filter(held__isnull=True).select_related("room__site", "resident").order_by("id")
    found: list[tuple[Stay, date]] = [(stay, max(stay.ended_on or stay.from_day, stay.from_day)) for stay in rows]
    cared_for = Stay.objects.filter(resident=OuterRef("carer_of")).order_by("-from_day", "-id")
    carers = there.filter(carer_of__isnull=False).annotate(gone_on=Subquery(cared_for.values("to_day")[:1]))
    for stay in carers.filter(gone_on__lte=day).select_related("room__site", "resident").order_by("id"):
        found.append((stay, max(stay.gone_on, stay.from_day)))
    return found


def rooms_left(divisions: Collection[str], *, day: date) -> list[Stay]:
    """For each room of some communities that was left and waits to be disinfected, or was today, the last to leave."""
    rows = Stay.objects.filter(room__site__division__in=divisions, from_day__lte=day, to_day__lte=day)
    rows = rows.filter(Q(disinfected_by__isnull=True) | Q(disinfected_by__day=day))
    there = Stay.objects.filter(in_force(day), room__site__division__in=divisions).values("room")
    rows = rows.filter(Q(disinfected_by__isnull=False) | ~Q(room__in=there))
    last: dict[int, Stay] = {}
    for stay in rows.select_related("room__site", "ended_by", "disinfected_by").order_by("ended_by__happened_at", "id"):
        known = last.get(stay.room_id)
        # What is still open comes before what was done today.
        if known is None or (stay.disinfected_by_id is None) >= (known.disinfected_by_id is None):
            last[stay.room_id] = stay
    return list(last.values())


def counted_sites(divisions: Collection[str], *, day: date) -> QuerySet[Site]:
    """The sites of some communities in which somebody is on a day."""
    there = Stay.objects.filter(in_force(day)).values("room__site")
    return Site.objects.filter(in_force(day), division__in=divisions, pk__in=there).order_by("id")


def drives_in(divisions: Collection[str], *, day: date) -> list[tuple[Booking, str]]:
    """The drives of the people of some communities that are open, or ended on the day, with the community."""
    rows = Booking.objects.filter(booked_by__division__in=divisions, booked_by__day__lte=day)
    rows = rows.filter(cancelled_by__isnull=True).filter(Q(delivered_by__isnull=True) | Q(delivered_by__day__gte=day))
    rows = rows.select_related("booked_by", "to_site").order_by("wanted_at", "id")
    return [(row, row.booked_by.division_id) for row in rows]


def drives(residents: QuerySet[Resident], *, day: date) -> QuerySet[Booking]:
    """The drives of some residents that are open, and those of the last days."""
    recent = Q(delivered_by__isnull=True, cancelled_by__isnull=True) | Q(booked_by__day__gt=day - timedelta(days=3))
    rows = Booking.objects.filter(recent, resident__in=residents.order_by().values("pk"))
    return rows.select_related("resident", "to_site", "driver", "booked_by", "delivered_by")


@dataclass(frozen=True, kw_only=True)
class SiteView:
    """A site in a list."""

    site: Site
    capacity: Capacity
    views: list[RoomView] = field(default_factory=list)


def with_capacity(sites: Iterable[Site], *, day: date) -> list[SiteView]:
    """Sites with how much of them is free."""
    rows = list(sites)
    rooms = rooms_of(rows, day=day)
    return [SiteView(site=site, capacity=capacity_of(rooms[site.pk]), views=rooms[site.pk]) for site in rows]


def people_in(sites: Iterable[Site], *, day: date) -> dict[int, int]:
    """How many people are in each of some sites."""
    rows = Stay.objects.filter(in_force(day), room__site__in=[site.pk for site in sites])
    return dict(rows.values_list("room__site").annotate(number=Count("pk")).order_by())
