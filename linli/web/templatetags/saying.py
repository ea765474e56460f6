"""Shows words that data carries in both languages, in the language of the page."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.community.roles import Role
from linli.trail.field_register import Saying

register = template.Library()


@register.filter
def said(words: Saying | dict[str, str] | None) -> str:
    """``{"zh": …, "en": …}``, or an object with these two, in the language of the page; nothing for None."""
    if words is None:
        return ""
    language = "en" if get_language() == "en" else "zh"
    return words[language] if isinstance(words, dict) else str(getattr(words, language))


@register.filter
def reader(code: str) -> str:
    """Who may read, in words: a role, or one of the wider or narrower circles of the field register."""
    circles = {"SUBJECT": _("本人"), "ANYONE": _("任何人"), "SYSTEM": _("仅系统内部")}
    return circles[code] if code in circles else str(Role(code).label)
