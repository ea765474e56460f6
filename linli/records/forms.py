"""The forms of the pages: what happened, by the fields of the kind, and how it came to be known."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.community.models import new_id
from linli.community.roles import Role
from linli.records.kinds import Field, Kind
from linli.records.models import Channel
from linli.records.payloads import PayloadForm
from linli.records.registers import registers
from linli.records.saying import register_said

# A text that may be longer than this gets several lines.
_ONE_LINE = 60
_TYPED = {"class": "form-control"}
_CHANNELS = (Channel.DOOR, Channel.PHONE, Channel.SELF, Channel.RELATIVE, Channel.PAPER, Channel.DESK)


class EntryForm(PayloadForm):
    """The fields of a kind as a page shows them: tiles to tap, and lines that take whatever is typed.

    ``groups`` are the registers that may be chosen where the kind asks for one.
    """

    def __init__(
        self, kind: Kind, data: Mapping[str, Any] | None = None, *, groups: Iterable[str] = (), **options: Any
    ) -> None:
        super().__init__(kind, data, **options)
        chosen = [(group, register_said(group)) for group in groups]
        for one in kind.fields:
            if one.type == "register":
                self.fields[one.id] = self._register(one, chosen)
            else:
                _dress(self.fields[one.id], one)

    def _register(self, one: Field, chosen: list[tuple[str, str]]) -> forms.ChoiceField:
        plain = self.fields[one.id]
        return forms.ChoiceField(
            label=plain.label,
            required=plain.required,
            help_text=plain.help_text,
            error_messages=plain.error_messages,
            choices=chosen,
            widget=forms.RadioSelect,
        )


class WhenForm(forms.Form):
    """When it happened, where that is not now, and the number under which the entry is stored once."""

    id = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=new_id,
        error_messages={"required": _("请重新打开这一页再填。"), "invalid": _("请重新打开这一页再填。")},
    )
    day = forms.DateField(
        label=_("哪一天"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**_TYPED, "type": "date"}),
        error_messages={"invalid": _("没有这一天，请照 2020-06-10 这样填。")},
    )
    time = forms.TimeField(
        label=_("几点几分"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={**_TYPED, "type": "time"}),
        error_messages={"invalid": _("请照 14:30 这样填。")},
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, prefix="how", **options)
        self.today = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def renew(self) -> None:
        """Give the form another number: what is sent next is another entry."""
        renewed = dict(self.data.items())
        renewed[self.add_prefix("id")] = str(new_id())
        self.data = renewed

    @property
    def is_earlier(self) -> bool:
        """Was it said, or wrongly said, that it happened at another time?"""
        return any(self[name].value() or self[name].errors for name in ("day", "time"))

    def clean(self) -> dict[str, Any]:
        """A day needs its hour; an hour alone is one of today."""
        data = super().clean() or {}
        if data.get("day") and not data.get("time") and "time" not in self.errors:
            self.add_error("time", _("请填大约几点，例如 14:30。"))
        return data

    @property
    def happened_at(self) -> datetime | None:
        """The moment that was said; None for now."""
        day, time = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day or self.today, time)) if time is not None else None


class HowForm(WhenForm):
    """How it came to be known, and when it happened."""

    channel = forms.ChoiceField(
        label=_("怎样得知"),
        choices=[(one.value, one.label) for one in _CHANNELS],
        widget=forms.RadioSelect,
        error_messages={"required": _("还没有选，请选一项。")},
    )


class ReasonForm(WhenForm):
    """Why an entry is put right."""

    reason = forms.CharField(
        label=_("为什么改"),
        max_length=200,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_("例如：听错了、登记错了人。原来那一条仍可查看。"),
        error_messages={"required": _("请写明原因，几个字就行。")},
    )


class WithdrawForm(forms.Form):
    """Why an entry is taken back."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    reason = forms.CharField(
        label=_("为什么撤回"),
        max_length=200,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_("例如：登记错了人、重复登记。原来那一条仍可查看，但不再算数。"),
        error_messages={"required": _("请写明原因，几个字就行。")},
    )


def usual_channel(roles: Iterable[Role]) -> str:
    """How one who writes in these roles mostly comes to know: a grid worker at the door, the others at the desk."""
    return Channel.DOOR if frozenset(roles) == {Role.GRID_WORKER} else Channel.DESK


def hand_kept(groups: Iterable[str]) -> list[str]:
    """Those of some registers that are kept by hand, in their usual order."""
    wanted = frozenset(groups)
    return [group for group, register in registers().items() if register.by_hand and group in wanted]


def _dress(field: forms.Field, one: Field) -> None:
    longest = {"maxlength": one.longest} if one.type == "text" else {}
    match one.type:
        case "number":
            field.widget = forms.TextInput(attrs={**_TYPED, "inputmode": "decimal", "autocomplete": "off"})
        case "int":
            field.widget = forms.TextInput(attrs={**_TYPED, "inputmode": "numeric", "autocomplete": "off"})
        case "day":
            field.widget.attrs.update(_TYPED)
        case "text" if one.longest > _ONE_LINE:
            field.widget = forms.Textarea(attrs={**_TYPED, "rows": 2, **longest})
        case "text":
            field.widget = forms.TextInput(attrs={**_TYPED, "autocomplete": "off", **longest})
        case "choice" if not one.required and isinstance(field, forms.ChoiceField):
            field.choices = [*((value, str(words)) for value, words in one.choices), ("", str(_("没有说")))]
    field.widget.is_required = field.required
