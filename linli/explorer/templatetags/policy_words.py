"""Says what packs carry, days and ends, in the language of the page."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.policy.pack import Dated
from linli.policy.vocabulary import Say

register = template.Library()

FEW = 3


@register.filter
def said(say: Say | None) -> str:
    """A sentence of a pack; nothing for None."""
    return wording.said(say)


@register.filter
def saids(says: tuple[Say, ...]) -> str:
    """Several names in a row."""
    return wording.listed([wording.said(say) for say in says])


@register.filter
def few(says: tuple[Say, ...]) -> str:
    """The first names in a row, and how many there are where there are more than three."""
    if len(says) <= FEW:
        return saids(says)
    names = wording.listed([wording.said(say) for say in says[: FEW - 1]])
    return _("%(names)s等%(count)s方") % {"names": names, "count": len(says)}


@register.filter
def short_step(say: Say) -> str:
    """The name of a step without what is added to it in brackets or after a comma."""
    return wording.short(say)


@register.filter
def wide(text: str) -> str:
    """Chinese text with full-width punctuation, whatever the language of the page."""
    return wording.wide(text)


@register.filter
def day(value: date | None) -> str:
    """A civil day."""
    return wording.day_said(value) if value else ""


@register.filter
def until(end: date | None) -> str:
    """The last moment before the first day on which it no longer holds."""
    return wording.until_said(end) if end else ""


@register.filter
def basis(dated: Dated | None) -> str:
    """How a day is known: printed, inferred, assumed."""
    return str(wording.BASES[dated.basis]) if dated else ""
