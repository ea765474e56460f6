"""Places, accounts and roles, as stored."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

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
