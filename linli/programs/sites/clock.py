"""The clock in words: how long until something is due, or since it was, and until when somebody is held."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def clock_said(due_at: datetime, *, at: datetime) -> str:
    """How long until ``due_at``, or since: 还有2小时, 已超3小时."""
    if due_at > at:
        return _("还有%(time)s") % {"time": _span(due_at - at)}
    return _("已超%(time)s") % {"time": _span(at - due_at)}


def until_said(end: date, *, near: date) -> str:
    """The last moment before the first day on which something holds no more: 至6月24日24时."""
    last = end - _DAY
    # The letters are those of a date format: day and month, in the order of the language.
    day = date_format(last, _("n月j日") if last.year == near.year else "DATE_FORMAT")
    return _("至%(day)s24时") % {"day": day}


def _span(span: timedelta) -> str:
    if span < _HOUR:
        return _("%(number)d分钟") % {"number": max(int(span.total_seconds() // 60), 1)}
    if span < 2 * _DAY:
        return _("%(number)d小时") % {"number": int(span / _HOUR)}
    return _("%(number)d天") % {"number": span.days}
