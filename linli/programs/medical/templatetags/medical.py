"""What medical's templates say: clauses as chips, choices in words, days with their hour of the end."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.programs.medical.said import said
from linli.records.clauses import Clause, clause_of
from linli.records.program import Fact

register = template.Library()


@register.filter
def chip(given: Any) -> Clause:
    """The instrument and the place in it, of a norm or of a text ``<instrument> <cite>``."""
    return clause_of(given if isinstance(given, str) else f"{given.instrument} {given.cite}")


@register.filter
def choice(fact: Fact, field: str) -> str:
    """The words of a choice that an entry made; nothing where it made none."""
    value = fact.payload.get(field)
    return str(said(fact.kind, field, value)) if value else ""


@register.filter
def hour(moment: datetime) -> str:
    """Day and hour, the year left out."""
    return timezone.localtime(moment).strftime("%m-%d %H:%M")


@register.filter
def civil(text: str | date) -> str:
    """A day of a payload."""
    return text if isinstance(text, str) else text.isoformat()


@register.filter
def through(to_day: date | None) -> str:
    """The last day of a half-open period, with the hour at which it ends."""
    if to_day is None:
        return _("没有写明")
    return _("至 %(day)s 24时") % {"day": (to_day - timedelta(days=1)).isoformat()}
