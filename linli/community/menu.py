"""An entry of the main menu. Every app lists its own in ``navigation.py``; the shell shows those one may open."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.community.roles import Role


class Group(models.TextChoices):
    """Under which heading an entry stands. The menu shows the groups in this order."""

    DAILY = "DAILY", _("日常")
    PEOPLE = "PEOPLE", _("人员")
    SERVICES = "SERVICES", _("居民服务")
    AREA = "AREA", _("辖区")
    POLICY = "POLICY", _("政策")
    DATA = "DATA", _("数据")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link of the main menu, in its ``group``. ``order`` sorts within it; ``about`` says what one finds there.

    ``lands``: who comes here first after signing in; for them it stays in sight beside the groups.
    """

    route: str
    label: str | Promise
    about: str | Promise
    group: Group
    order: int
    lands: frozenset[Role] = frozenset()
