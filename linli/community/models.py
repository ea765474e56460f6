"""Places, accounts and roles, the grid, its people and those who answer for them, as stored."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from linli.community.roles import Role
from linli.trail.actor import Actor

models.CharField.register_lookup(Length)


class Setting(models.TextChoices):
    """Town or country, where the source of the divisions says so."""

    URBAN = "URBAN", _("城市")
    RURAL = "RURAL", _("农村")


class Level(models.IntegerChoices):
    """The five levels of the national division codes."""

    PROVINCE = 1, _("省级")
    PREFECTURE = 2, _("地级")
    COUNTY = 3, _("县级")
    TOWNSHIP = 4, _("乡级")
    VILLAGE = 5, _("村级")


class Division(models.Model):
    """行政区划: one unit of the national division codes, from province down to village or residents' committee."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=60, db_index=True)
    full_name = models.CharField(max_length=160)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    setting = models.CharField(max_length=5, choices=Setting.choices, blank=True)
    # Space-separated readings, the likeliest first; for search only.
    pinyin = models.CharField(max_length=1000, blank=True)
    initials = models.CharField(max_length=500, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__length=12), name="division_code_has_12_digits"),
            models.CheckConstraint(condition=~Q(name=""), name="division_has_name"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="division_level_1_to_5"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="division_below_province_has_parent",
            ),
            models.CheckConstraint(condition=Q(setting__in=["", *Setting.values]), name="division_setting_known"),
        ]

    def __str__(self) -> str:
        return self.full_name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts. New ones are opened by `operations.open_account`, which writes the trail."""


class Account(AbstractBaseUser):
    """One who can sign in. What an account may do follows from its role grants alone."""

    username = models.CharField(_("登录名"), max_length=64, unique=True)
    display_name = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    # A demo account has a published password and is let in nowhere but in a demo deployment.
    is_demo = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        """What the database refuses."""

        constraints = [models.CheckConstraint(condition=~Q(username=""), name="account_has_username")]

    def __str__(self) -> str:
        return self.display_name

    def as_actor(self, *, role: str = "", division_code: str = "") -> Actor:
        """This account as the author of an act, in a role and for an area where these matter."""
        return Actor(id=f"account:{self.pk}", role=role, division_code=division_code)


class RoleGrant(models.Model):
    """This account holds this role for this division from one day up to, not including, another."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """What the database refuses."""

        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_grant_role_known"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gt=F("from_day")), name="role_grant_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["account", "role", "division", "from_day"], name="role_grant_once_per_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.division_id}"


class Deployment(models.Model):
    """What this database is: the one county it serves, and whether its people are made up."""

    class Kind(models.TextChoices):
        """A real county, or a demonstration with synthetic people."""

        LIVE = "LIVE", _("正式")
        DEMO = "DEMO", _("演示")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # In a demo the clock stands on this day, and everything was made from this seed with these choices.
    demo_day = models.DateField(null=True, blank=True)
    demo_plan = models.JSONField(default=dict, blank=True)

    class Meta:
        """One row, and a day exactly where it is a demo."""

        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="deployment_is_one"),
            models.CheckConstraint(
                condition=Q(kind="DEMO", demo_day__isnull=False) | Q(kind="LIVE", demo_day__isnull=True),
                name="deployment_demo_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.county_id}"


# ---- the grid, its people and those who answer for them ------------------------------------------------------------
def new_id() -> UUID:
    """A new identifier that sorts by the time it was made (UUID version 7)."""
    return uuid7()


def _is_half_open(*, may_be_empty: bool = False) -> Q:
    """A period ends after it begins. One that may be empty was taken back before it took effect."""
    return Q(to_day__isnull=True) | (Q(to_day__gte=F("from_day")) if may_be_empty else Q(to_day__gt=F("from_day")))


class GridUnit(models.Model):
    """网格单元: a unit of the main grid of a community, or one of the auxiliary grid attached to it. N40 (十二)."""

    class Net(models.TextChoices):
        """The two nets of the circular."""

        MAIN = "MAIN", _("主网")
        AUXILIARY = "AUXILIARY", _("辅网")

    class Kind(models.TextChoices):
        """The three levels in town and in the country, single buildings below, and the auxiliary units."""

        COMMUNITY_STATION = "COMMUNITY_STATION", _("社区网格工作站")
        COMPOUND_STATION = "COMPOUND_STATION", _("小区网格服务站")
        BUILDING_STATION = "BUILDING_STATION", _("楼栋志愿服务站")
        VILLAGE_STATION = "VILLAGE_STATION", _("村网格工作站")
        NATURAL_VILLAGE_STATION = "NATURAL_VILLAGE_STATION", _("自然村网格服务站")
        GROUP_STATION = "GROUP_STATION", _("村民小组志愿服务站")
        BUILDING = "BUILDING", _("房屋（楼栋）")
        RESIDENT_UNIT = "RESIDENT_UNIT", _("驻区单位")
        SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", _("社区社会组织")
        VOLUNTEER_TEAM = "VOLUNTEER_TEAM", _("志愿服务队")
        PROPERTY_COMPANY = "PROPERTY_COMPANY", _("物业管理公司")

    MAIN_KINDS: ClassVar[list[str]] = list(Kind.values[:7])
    AUXILIARY_KINDS: ClassVar[list[str]] = list(Kind.values[7:])
    ROOTS: ClassVar[list[str]] = ["COMMUNITY_STATION", "VILLAGE_STATION"]

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="grid_units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    net = models.CharField(max_length=9, choices=Net.choices)
    kind = models.CharField(max_length=23, choices=Kind.choices)
    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=300, blank=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="grid_unit_has_name"),
            models.CheckConstraint(condition=_is_half_open(), name="grid_unit_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(
                    net="MAIN",
                    kind__in=[
                        "COMMUNITY_STATION",
                        "COMPOUND_STATION",
                        "BUILDING_STATION",
                        "VILLAGE_STATION",
                        "NATURAL_VILLAGE_STATION",
                        "GROUP_STATION",
                        "BUILDING",
                    ],
                )
                | Q(
                    net="AUXILIARY",
                    kind__in=["RESIDENT_UNIT", "SOCIAL_ORGANISATION", "VOLUNTEER_TEAM", "PROPERTY_COMPANY"],
                ),
                name="grid_unit_kind_of_its_net",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["COMMUNITY_STATION", "VILLAGE_STATION"], parent__isnull=True)
                | (~Q(kind__in=["COMMUNITY_STATION", "VILLAGE_STATION"]) & Q(parent__isnull=False)),
                name="grid_unit_only_root_has_no_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="grid_unit_not_in_itself"),
            models.UniqueConstraint(
                fields=["division"],
                condition=Q(parent__isnull=True, to_day__isnull=True),
                name="grid_unit_one_open_root",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(to_day__isnull=True), name="grid_unit_open_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """户: a dwelling and those who live there together, in one unit of the main grid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(GridUnit, on_delete=models.PROTECT, related_name="households")
    label = models.CharField(max_length=40)
    address = models.CharField(max_length=200, blank=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["unit_id", "label"]
        indexes = [models.Index(fields=["label"], name="household_label")]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="household_has_label"),
            models.CheckConstraint(condition=_is_half_open(), name="household_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["unit", "label"], condition=Q(to_day__isnull=True), name="household_open_label_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Resident(models.Model):
    """居民: a person. Where they live is in `Residence`, what proves who they are in `ResidentDocument`."""

    class Sex(models.TextChoices):
        """As on the document; empty where it is not known."""

        FEMALE = "FEMALE", _("女")
        MALE = "MALE", _("男")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, db_index=True)
    initials = models.CharField(max_length=200, blank=True, db_index=True)
    birth_day = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=6, choices=Sex.choices, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    # The last four digits, by which a person is asked for at the door.
    phone_tail = models.CharField(max_length=4, blank=True, db_index=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["id"]
        indexes = [models.Index(fields=["birth_day"], name="resident_birth_day")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="resident_has_name"),
            models.CheckConstraint(condition=Q(sex__in=["", "FEMALE", "MALE"]), name="resident_sex_known"),
        ]

    def __str__(self) -> str:
        return self.name


class ResidentDocument(models.Model):
    """A paper that proves who a resident is, or the statement that there is none."""

    class Kind(models.TextChoices):
        """The papers that people have."""

        ID_CARD = "ID_CARD", _("居民身份证")
        PASSPORT = "PASSPORT", _("护照")
        PERMIT = "PERMIT", _("通行证或居住证")
        NONE = "NONE", _("无证件")

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Upper case, half width, no blanks or dashes.
    number = models.CharField(max_length=30, blank=True)

    class Meta:
        """One number belongs to one person."""

        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="NONE", number="") | (Q(kind__in=["ID_CARD", "PASSPORT", "PERMIT"]) & ~Q(number="")),
                name="resident_document_number_unless_none",
            ),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~Q(kind="NONE"), name="resident_document_of_one_person"
            ),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(kind="NONE"), name="resident_document_none_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resident_id}"


class Residence(models.Model):
    """Where a resident lives from one day up to another: in a household, or in a community with no household found yet.

    A move ends one row and begins another; nothing is overwritten. A row that ends on the day it begins was taken back.
    """

    class Kind(models.TextChoices):
        """As what they live there."""

        RESIDENT = "RESIDENT", _("常住")
        RENTER = "RENTER", _("租住")
        TEMPORARY = "TEMPORARY", _("暂住")

    class EndReason(models.TextChoices):
        """Why it ended."""

        MOVED = "MOVED", _("迁到别处")
        LEFT = "LEFT", _("离开本县")
        DIED = "DIED", _("去世")
        DUPLICATE = "DUPLICATE", _("与另一条登记是同一人")

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="residences")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="residences")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=9, choices=EndReason.choices, blank=True)

    class Meta:
        """Order and what the database refuses; that no two of one person overlap is a trigger of the migration."""

        ordering = ["from_day", "id"]
        constraints = [
            models.CheckConstraint(condition=_is_half_open(may_be_empty=True), name="residence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind__in=["RESIDENT", "RENTER", "TEMPORARY"]), name="residence_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=True, division__isnull=False)
                | Q(household__isnull=False, division__isnull=True),
                name="residence_in_household_or_community",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True, end_reason="")
                | Q(to_day__isnull=False, end_reason__in=["MOVED", "LEFT", "DIED", "DUPLICATE"]),
                name="residence_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.from_day}"


class PersonMerge(models.Model):
    """并档: two rows are one person. Nothing of either is deleted or rewritten; undone, both stand as before."""

    kept = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges_gone")
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    # The residences of `gone` that the merge ended, as they stood: {"id", "to_day", "end_reason"}.
    ended = models.JSONField(default=list, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="person_merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="person_merge_has_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undone_reason="")),
                name="person_merge_undone_with_reason",
            ),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="person_merge_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class WorkerKind(models.TextChoices):
    """As what they work. M38 二, N40 (九) (十一) (十三), M21."""

    GRID_WORKER = "GRID_WORKER", _("网格员")
    BUILDING_HEAD = "BUILDING_HEAD", _("楼栋长")
    GROUP_LEADER = "GROUP_LEADER", _("居（村）民小组长")
    LANE_HEAD = "LANE_HEAD", _("街巷长")
    DOCTOR = "DOCTOR", _("社区医生")
    VILLAGE_DOCTOR = "VILLAGE_DOCTOR", _("乡村医生")
    PUBLIC_HEALTH_LIAISON = "PUBLIC_HEALTH_LIAISON", _("公共卫生联络员")
    STAFF = "STAFF", _("村（社区）工作人员")
    DISPATCHED = "DISPATCHED", _("下派干部")
    POLICE = "POLICE", _("社区民警")
    PROPERTY_STAFF = "PROPERTY_STAFF", _("物业人员")
    SOCIAL_WORKER = "SOCIAL_WORKER", _("社会工作者")
    VOLUNTEER = "VOLUNTEER", _("志愿者")


class Worker(models.Model):
    """One who works for a community, a township or the county, with or without an account to sign in."""

    Kind = WorkerKind

    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=21, choices=WorkerKind.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="workers")
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="worker")
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses."""

        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="worker_has_name"),
            models.CheckConstraint(condition=Q(kind__in=WorkerKind.values), name="worker_kind_known"),
            models.CheckConstraint(condition=_is_half_open(), name="worker_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """包片联户: a worker answers for a grid unit or for one household, in a role, from one day up to another."""

    class Role(models.TextChoices):
        """For what they answer there."""

        HEAD = "HEAD", _("负责人")
        RESPONSIBLE = "RESPONSIBLE", _("包片责任人")
        MEDICAL = "MEDICAL", _("责任医生")
        LIAISON = "LIAISON", _("联络员")
        SUPPORT = "SUPPORT", _("协助")

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(GridUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(max_length=11, choices=Role.choices)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        """Order and what the database refuses; that no two alike overlap is a trigger of the migration."""

        ordering = ["from_day", "id"]
        constraints = [
            models.CheckConstraint(condition=_is_half_open(may_be_empty=True), name="assignment_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(role__in=["HEAD", "RESPONSIBLE", "MEDICAL", "LIAISON", "SUPPORT"]),
                name="assignment_role_known",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True, household__isnull=False) | Q(unit__isnull=False, household__isnull=True),
                name="assignment_to_unit_or_household",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=True) | ~Q(role="HEAD"), name="assignment_households_have_no_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.role} {self.unit_id or self.household_id}"
