"""集中观察点: the sites, their rooms, who was where from which day to which, and the drives there and back.

Here are rows, and not entries alone, because two things must hold in the database itself: that beds are not exceeded,
and that people who have nothing to do with one another are never in one room. See `room_rules`.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.community.models import Division, Resident, Worker, new_id
from linli.records.models import Entry


class SiteKind(models.TextChoices):
    """What the place is otherwise."""

    HOTEL = "HOTEL", _("宾馆")
    SCHOOL = "SCHOOL", _("学校")
    CENTRE = "CENTRE", _("专门场所")
    OTHER = "OTHER", _("其他场所")


class Site(models.Model):
    """A fixed place where people are observed centrally. M9 二(二), N40 (五)."""

    Kind = SiteKind

    # The community it stands in, whose list its daily matters are on, and the area whose people may be brought there.
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    serves = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=SiteKind.choices)
    address = models.CharField(max_length=200)
    head = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    doctor = models.ForeignKey(Worker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20)
    # What the sheet at the door says, for everybody to read.
    meals = models.CharField(max_length=200, blank=True)
    complaint = models.CharField(max_length=200, blank=True)
    notice = models.CharField(max_length=1000, blank=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["division_id", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(address="") & ~Q(phone=""), name="site_can_be_found"),
            models.CheckConstraint(condition=Q(kind__in=SiteKind.values), name="site_kind_known"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gt=F("from_day")), name="site_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["division", "name"], condition=Q(to_day__isnull=True), name="site_open_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room of a site. Whether it waits for disinfection follows from those who left it, see `queries.rooms_of`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")
    label = models.CharField(max_length=20)
    beds = models.PositiveSmallIntegerField()
    # Out of use, half-open; no end: until it is opened again.
    closed_from = models.DateField(null=True, blank=True)
    closed_to = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        """Order and what the database refuses; that beds are not taken away from under people is a trigger."""

        ordering = ["site_id", "label"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="room_has_label"),
            models.CheckConstraint(condition=Q(beds__range=(1, 12)), name="room_has_beds"),
            models.UniqueConstraint(fields=["site", "label"], name="room_label_once"),
            models.CheckConstraint(
                condition=Q(closed_from__isnull=True, closed_to__isnull=True, closed_reason="")
                | (Q(closed_from__isnull=False) & ~Q(closed_reason="")),
                name="room_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_to__isnull=True) | Q(closed_to__gt=F("closed_from")),
                name="room_closed_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Stay(models.Model):
    """A person is in a room from one day up to, not including, another; open while they are there.

    ``party`` says with whom they may share it: the household in which they lived on the day it began, the person alone
    where there is none, and for a carer the party of the one cared for. A stay that ends on the day it begins took no
    night; the room is disinfected after it all the same.
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="stays")
    party = models.UUIDField()
    carer_of = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    begun_by = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    disinfected_by = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Order and what the database refuses; overlaps, beds and strangers in one room are triggers."""

        ordering = ["from_day", "id"]
        indexes = [models.Index(fields=["room", "to_day"], name="stay_of_room")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__isnull=True, ended_by__isnull=True, disinfected_by__isnull=True)
                | Q(to_day__isnull=False, ended_by__isnull=False),
                name="stay_ended_by_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")), name="stay_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(carer_of__isnull=True) | ~Q(carer_of=F("resident")), name="stay_carer_of_another"
            ),
            models.UniqueConstraint(fields=["begun_by"], name="stay_begun_once"),
            models.UniqueConstraint(fields=["resident"], condition=Q(to_day__isnull=True), name="stay_open_once"),
            # N40 (五): one carer.
            models.UniqueConstraint(fields=["carer_of"], condition=Q(to_day__isnull=True), name="stay_single_carer"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.room_id} {self.from_day}"


class Goal(models.TextChoices):
    """Where a drive goes."""

    SITE = "SITE", _("集中观察点")
    HOSPITAL = "HOSPITAL", _("医院")
    HOME = "HOME", _("家里")


class DriveState(models.TextChoices):
    """How far a drive has come."""

    BOOKED = "BOOKED", _("已约车")
    PICKED_UP = "PICKED_UP", _("已上车")
    DELIVERED = "DELIVERED", _("已送到")
    CANCELLED = "CANCELLED", _("已取消")


class Booking(models.Model):
    """用车: a drive to a site, to hospital or home. How far it has come is said by the entries it points to."""

    Goal = Goal
    State = DriveState

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    from_place = models.CharField(max_length=200)
    goal = models.CharField(max_length=8, choices=Goal.choices)
    to_site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_place = models.CharField(max_length=200, blank=True)
    vehicle = models.CharField(max_length=20)
    driver = models.ForeignKey(Worker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    wanted_at = models.DateTimeField()
    booked_by = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    picked_up_by = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    delivered_by = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_by = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The entry that says that the vehicle was disinfected after the drive.
    disinfected_by = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Order and what the database refuses."""

        ordering = ["wanted_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_place="") & ~Q(vehicle=""), name="booking_is_complete"),
            models.CheckConstraint(
                condition=Q(goal="SITE", to_site__isnull=False, to_place="")
                | (Q(goal__in=["HOSPITAL", "HOME"], to_site__isnull=True) & ~Q(to_place="")),
                name="booking_goes_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(delivered_by__isnull=True) | Q(picked_up_by__isnull=False, cancelled_by__isnull=True),
                name="booking_delivered_after_pick_up",
            ),
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(delivered_by__isnull=True, cancelled_by__isnull=True),
                name="booking_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.wanted_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> DriveState:
        """How far it has come."""
        if self.cancelled_by_id is not None:
            return DriveState.CANCELLED
        if self.delivered_by_id is not None:
            return DriveState.DELIVERED
        return DriveState.PICKED_UP if self.picked_up_by_id is not None else DriveState.BOOKED

    @property
    def is_open(self) -> bool:
        """Is the person still to be brought there?"""
        return self.delivered_by_id is None and self.cancelled_by_id is None

    @property
    def destination(self) -> str:
        """Where to."""
        return self.to_site.name if self.to_site is not None else self.to_place
