"""The roles, as they are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """In which capacity an account acts, always for one division."""

    RESIDENT = "RESIDENT", _("居民")
    GRID_WORKER = "GRID_WORKER", _("网格员")
    COMMUNITY_STAFF = "COMMUNITY_STAFF", _("村（社区）工作人员")
    COMMUNITY_DOCTOR = "COMMUNITY_DOCTOR", _("社区医生")
    TOWNSHIP = "TOWNSHIP", _("乡镇（街道）")
    COUNTY_COMMAND = "COUNTY_COMMAND", _("县（市、区）指挥部")
    AUDITOR = "AUDITOR", _("审计员")
    ADMINISTRATOR = "ADMINISTRATOR", _("系统管理员")
