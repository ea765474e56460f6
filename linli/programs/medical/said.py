"""The words of a choice, as the kinds of this program give them."""

from functools import cache

from linli.records.kinds import Words, kind_of


@cache
def said(kind: str, field: str, value: str) -> Words:
    """What a value of a field of choices is called; the value itself where it is no longer known."""
    for one in kind_of(kind).fields:
        if one.id == field:
            return dict(one.choices).get(value, Words(zh=value, en=value))
    return Words(zh=value, en=value)
