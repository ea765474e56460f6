"""Says what packs carry, days and ends, in the language of the page."""

import re
from datetime import date

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.policy.pack import Dated
from linli.policy.readings import CITATION, numbered_readings
from linli.policy.vocabulary import Say

register = template.Library()

FEW = 3


@register.filter
def said(say: Say | None) -> str:
    """A sentence of a pack; nothing for None."""
    return wording.said(say)


@register.filter
def noted(say: Say | None) -> SafeString:
    """A sentence of a pack in which every reading it cites is a link to that reading."""
    known, address = numbered_readings(), reverse("explorer:readings")

    def link(number: re.Match[str]) -> str:
        if int(number["number"]) not in known:
            return number.group()
        return f'<a href="{address}#r{number["number"]}">{number.group()}</a>'

    def links(citation: re.Match[str]) -> str:
        # “读法4、5”: the word goes with the first number, and each number is a link of its own.
        return re.sub(r"(?:读法|[Rr]eadings? )?(?P<number>[0-9]+)", link, citation.group())

    # What the pack says is escaped first; only digits and the links around them come after.
    return mark_safe(CITATION.sub(links, conditional_escape(wording.said(say))))


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
