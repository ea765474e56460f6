"""A kind's fields as a form: the one check of a payload, from whichever door it comes."""

import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.records.kinds import Field, Kind


class PayloadForm(forms.Form):
    """The fields of one kind. ``payload`` is what they say, as plain JSON; empty answers are left out."""

    def __init__(self, kind: Kind, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.kind = kind
        for one in kind.fields:
            self.fields[one.id] = _fresh(one)

    @property
    def payload(self) -> dict[str, Any]:
        """The cleaned answers."""
        said = {one.id: _plain(self.cleaned_data.get(one.id)) for one in self.kind.fields}
        return {
            id: value
            for id, value in said.items()
            if value is not None and value is not False and value not in ("", [])
        }


class PayloadRefused(Exception):
    """A payload with mistakes: ``errors`` by field, as sentences in the language of the request."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(dict(errors))
        self.errors = errors


def checked_payload(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it is stored.

    Raises: PayloadRefused, for a value that is out of its limits, missing, or not known to the kind.
    """
    known = {one.id for one in kind.fields}
    unknown = [id for id in given if id not in known]
    if unknown:
        raise PayloadRefused({id: [_("没有这一项，请升级后重填。")] for id in unknown})
    form = PayloadForm(kind, {id: _readable(value) for id, value in given.items() if value is not None})
    if not form.is_valid():
        raise PayloadRefused({id: [str(one) for one in errors] for id, errors in form.errors.items()})
    return form.payload


_made: dict[tuple[int, str], tuple[Field, forms.Field]] = {}


def _fresh(one: Field) -> forms.Field:
    """The field of a form, made once for each language and copied: tables bring thousands of payloads."""
    key = (id(one), get_language() or "")
    if key not in _made:
        _made[key] = (one, form_field(one))
    return deepcopy(_made[key][1])


def form_field(one: Field) -> forms.Field:
    """One field of the form."""
    shared: dict[str, Any] = {
        "label": _("%(what)s（%(unit)s）") % {"what": one.say, "unit": one.unit} if one.unit else str(one.say),
        "required": one.required,
        "help_text": str(one.help) if one.help else "",
        "initial": one.usual,
        "error_messages": what_to_do(one),
    }
    choices = [(value, str(words)) for value, words in one.choices]
    match one.type:
        case "int":
            return _Whole(min_value=_whole(one.at_least), max_value=_whole(one.at_most), **shared)
        case "number":
            return _Number(min_value=_exact(one.at_least), max_value=_exact(one.at_most), decimal_places=1, **shared)
        case "bool":
            return forms.BooleanField(**shared)
        case "day":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **shared)
        case "choice":
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
        case "choices":
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
        case "reference":
            return forms.CharField(max_length=one.longest, widget=forms.HiddenInput, **shared)
    return forms.CharField(max_length=one.longest, strip=True, **shared)


def what_to_do(one: Field) -> dict[str, str]:
    """For each mistake that one can make in a field, the sentence that says how to put it right."""
    chosen = one.type in ("choice", "choices", "register", "bool")
    found = {
        "required": _("还没有选，请选一项。") if chosen else _("还没有填，请填写。"),
        "invalid_choice": _("没有这一项，请从列出的里面选。"),
        "max_length": _("太长了，请缩短到 %(limit_value)d 个字以内。"),
        "min_value": _("不能低于 %(limit_value)s，请核对后重填。"),
        "max_value": _("不能高于 %(limit_value)s，请核对后重填。"),
        "max_decimal_places": _("小数点后最多一位，例如 36.5。"),
    }
    match one.type:
        case "number":
            found["invalid"] = _("请填数字，例如 36.5。")
        case "int":
            found["invalid"] = _("请填整数，例如 3。")
        case "day":
            found["invalid"] = _("没有这一天，请照 2020-06-10 这样填。")
    return found


class _Number(forms.DecimalField):
    """A number, typed with half- or full-width digits."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(_half_width(value))


class _Whole(forms.IntegerField):
    """A whole number, typed with half- or full-width digits."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(_half_width(value))


def _half_width(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value).replace("。", ".") if isinstance(value, str) else value


def _readable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return _readable(value)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
