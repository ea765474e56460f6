"""The clock in words: how long until something is due, or since it was, and when that is."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linli.community.civil_days import SHANGHAI, start_of

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def clock_said(due_at: datetime, *, at: datetime) -> str:
    """How long until ``due_at``, or since: 还有2小时, 已超3小时."""
    if due_at > at:
        return _("还有%(time)s") % {"time": span_said(due_at - at)}
    return _("已超%(time)s") % {"time": span_said(at - due_at)}


def span_said(span: timedelta) -> str:
    """A length of time in one unit: minutes below an hour, hours below two days, then days."""
    if span < _HOUR:
        number = max(int(span.total_seconds() // 60), 1)
        return _("%(number)d分钟") % {"number": number}
    if span < 2 * _DAY:
        number = int(span / _HOUR)
        return _("%(number)d小时") % {"number": number}
    return _("%(number)d天") % {"number": span.days}


def deadline_said(due_at: datetime, *, day: date) -> str:
    """Until when: 今天24时前, 今天14:30前, 6月12日24时前. The first moment of a day is the last of the day before."""
    local = due_at.astimezone(SHANGHAI)
    if local == start_of(local.date()):
        last = local.date() - _DAY
        if last == day:
            return _("今天24时前")
        return _("%(day)s24时前") % {"day": day_said(last, near=day)}
    hour = local.strftime("%H:%M")
    if local.date() == day:
        return _("今天%(hour)s前") % {"hour": hour}
    return _("%(day)s%(hour)s前") % {"day": day_said(local.date(), near=day), "hour": hour}


def hour_said(moment: datetime, *, day: date) -> str:
    """When something happened: the hour, and the day where it is another."""
    local = moment.astimezone(SHANGHAI)
    hour = local.strftime("%H:%M")
    return hour if local.date() == day else f"{day_said(local.date(), near=day)} {hour}"


def until_said(end: date, *, near: date) -> str:
    """The last moment before the first day on which something holds no more: 至6月24日24时."""
    return _("至%(day)s24时") % {"day": day_said(end - _DAY, near=near)}


def day_said(day: date, *, near: date) -> str:
    """A civil day, with its year where that is another."""
    # The letters are those of a date format: day and month, in the order of the language.
    return date_format(day, _("n月j日") if day.year == near.year else "DATE_FORMAT")
