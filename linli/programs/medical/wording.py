"""Clocks in words: how long ago, how long until, how long over."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def spell(length: timedelta) -> str:
    """A length of time: minutes, then hours and minutes, then days and hours."""
    minutes = int(length.total_seconds()) // 60
    if length < _HOUR:
        return _("%(minutes)d分钟") % {"minutes": minutes}
    if length < _DAY:
        return _("%(hours)d小时%(minutes)d分") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(days)d天%(hours)d小时") % {"days": length.days, "hours": length.seconds // 3600}


def passed(since: datetime, *, at: datetime) -> str:
    """How long ago something began."""
    return _("已过%(length)s") % {"length": spell(max(at - since, timedelta()))}


def remaining(due_at: datetime, *, at: datetime) -> str:
    """How long until something is due, or since when it is overdue."""
    if at < due_at:
        return _("还有%(length)s") % {"length": spell(due_at - at)}
    return _("已超%(length)s") % {"length": spell(at - due_at)}
