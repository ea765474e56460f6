"""What happened, and the registers that follow from it, as stored."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.community.models import Division, GridUnit, Household, Resident, new_id


class Channel(models.TextChoices):
    """How it came to be known."""

    DOOR = "DOOR", _("上门")
    PHONE = "PHONE", _("电话")
    SELF = "SELF", _("本人自报")
    RELATIVE = "RELATIVE", _("家人代报")
    DESK = "DESK", _("窗口登记")
    PAPER = "PAPER", _("纸质补录")
    IMPORT = "IMPORT", _("表格导入")
    SYSTEM = "SYSTEM", _("系统")


class Entry(models.Model):
    """登记: one thing that happened, about one subject. Written once; a correction is another that points back."""

    Channel = Channel

    # Made by whoever writes it down, so that what is sent twice is stored once.
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    unit = models.ForeignKey(GridUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    # The civil day in Asia/Shanghai on which it happened.
    day = models.DateField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    is_abnormal = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=32, blank=True)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    is_withdrawn = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Order, indexes and what the database refuses; that rows are only added is a trigger of the migration."""

        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["resident", "kind", "day"], name="entry_of_resident"),
            models.Index(fields=["household", "kind", "day"], name="entry_of_household"),
            models.Index(fields=["division", "day", "kind"], name="entry_of_division"),
            models.Index(fields=["division", "happened_at"], name="entry_abnormal", condition=Q(is_abnormal=True)),
            # What comes to a community from another stands under the other's code.
            models.Index(fields=["day"], name="entry_handover", condition=Q(kind="handover")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="entry_has_kind"),
            models.CheckConstraint(condition=~Q(by=""), name="entry_has_author"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="entry_channel_known"),
            models.CheckConstraint(condition=Q(happened_at__lte=F("received_at")), name="entry_not_in_future"),
            models.CheckConstraint(
                condition=Q(resident__isnull=True, household__isnull=True)
                | Q(resident__isnull=True, unit__isnull=True)
                | Q(household__isnull=True, unit__isnull=True),
                name="entry_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, is_withdrawn=False, reason="")
                | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="entry_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.pk}"


class Enrolment(models.Model):
    """纳管: a resident belongs to a group of the packs from one day up to another. A projection of the entries."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="enrolments")
    group = models.CharField(max_length=40)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # The instrument and the place in it: "nanweiban-2020-40 (五)".
    clause = models.CharField(max_length=60, blank=True)
    begun_by = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Order, indexes and what the database refuses; that no two alike overlap is a trigger of the migration."""

        ordering = ["from_day", "id"]
        indexes = [
            models.Index(fields=["resident", "group"], name="enrolment_of_resident"),
            models.Index(fields=["group", "to_day"], name="enrolment_open"),
            # A register is read from those who came last.
            models.Index(fields=["group", "from_day", "to_day"], name="enrolment_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(group=""), name="enrolment_has_group"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gt=F("from_day")), name="enrolment_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.resident_id} {self.from_day}"


class ReportLink(models.Model):
    """A household's own way to say how its people are: an address without an account, until a day, to be revoked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    # SHA-256 of what stands in the address: who reads the table cannot report for anybody.
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["issued_at"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__length=64), name="report_link_has_digest"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="report_link_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.expires_at:%Y-%m-%d}"
