"""What entries say, in words: the payload by the fields of its kind, the source of an enrolment, the author."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.records.kinds import Field, UnknownKind, kind_of
from linli.records.models import Channel, Enrolment
from linli.records.registers import registers


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing said: what it is about, what was said of it, and whether it calls for the doctor."""

    label: str
    words: str
    is_abnormal: bool = False


def kind_said(kind: str) -> str:
    """What a kind of entry is called; its id where no program declares it any more."""
    try:
        return str(kind_of(kind).say)
    except UnknownKind:
        return kind


def payload_said(kind: str, payload: Mapping[str, Any]) -> list[Line]:
    """The payload in words, in the order of the fields. What was not said is left out, and so are references."""
    try:
        fields = kind_of(kind).fields
    except UnknownKind:
        return [Line(label=key, words=str(value)) for key, value in payload.items()]
    lines = [_line(one, payload[one.id]) for one in fields if one.id in payload and one.type != "reference"]
    known = {one.id for one in fields}
    # Written under an earlier version of the kind.
    return lines + [Line(label=key, words=str(value)) for key, value in payload.items() if key not in known]


def value_said(field: Field, value: Any) -> str:
    """One value in words."""
    words = dict(field.choices)
    match field.type:
        case "bool":
            return _("是") if value else _("否")
        case "choice":
            return str(words.get(value, value))
        case "choices":
            return listed(str(words.get(one, one)) for one in value)
        case "register":
            return register_said(str(value))
        case "number" | "int":
            return f"{value:g}{field.unit}" if isinstance(value, int | float) else f"{value}{field.unit}"
    return str(value)


def register_said(group: str) -> str:
    """What a register is called."""
    found = registers().get(group)
    return str(found.say) if found else group


def source_said(row: Enrolment) -> str:
    """From where somebody's being on a register is known: a choice of the entry that says so, its channel or kind."""
    if not row.source:
        return ""
    try:
        fields = kind_of(row.begun_by.kind).fields
    except UnknownKind:
        fields = ()
    for field in fields:
        words = dict(field.choices).get(row.source)
        if words is not None:
            return str(words)
    return str(Channel(row.source).label) if row.source in Channel.values else kind_said(row.source)


def listed(words: Iterable[str]) -> str:
    """Several words in a row, with the comma of the reader's language."""
    return (", " if (get_language() or "").startswith("en") else "、").join(words)


def _line(field: Field, value: Any) -> Line:
    return Line(label=str(field.say), words=value_said(field, value), is_abnormal=field.is_abnormal(value))
