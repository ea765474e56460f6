"""What pages of the records and of the programs share: the chip of a clause, the fields of an entry form."""

from typing import Any

from django import forms, template

from linli.records import clauses
from linli.records.saying import register_said

register = template.Library()


@register.inclusion_tag("records/_clause.html")
def clause(text: str) -> dict[str, Any]:
    """The chip of a clause that is written ``<instrument> <cite>``; it opens the clause."""
    return {"clause": clauses.clause_of(text)}


@register.filter
def shape(field: forms.BoundField) -> str:
    """How a field is drawn: ``tiles``, ``tick`` or ``line``."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "tiles"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "line"


@register.filter
def register_name(group: str) -> str:
    """What a register is called."""
    return register_said(group)
