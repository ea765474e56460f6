"""How days, places and verdicts of an observation are said."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACES = {
    "HOME": gettext_lazy("居家观察"),
    "CENTRAL": gettext_lazy("集中观察"),
    "HOSPITAL": gettext_lazy("在医院"),
    "": gettext_lazy("不在观察中"),
}
VERDICTS = {
    "REQUIRED": gettext_lazy("应当观察"),
    "ALLOWED": gettext_lazy("可以观察"),
    "NEEDS_AUTHORITY": gettext_lazy("要由上级或专业机构决定"),
    "FALLS_SHORT": gettext_lazy("做得不够"),
    "NO_BASIS": gettext_lazy("没有依据，不能观察"),
    "EXCEEDS": gettext_lazy("不能观察"),
}


def day_said(day: date) -> str:
    """A civil day in words."""
    return date_format(day, "DATE_FORMAT")


def until_said(end: date) -> str:
    """The last moment before the first day that no longer belongs to it."""
    return _("至%(day)s24时") % {"day": day_said(end - timedelta(days=1))}
