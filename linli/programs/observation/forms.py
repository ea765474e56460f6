"""The forms of the pages that start, change and end an observation. They read; the operations judge."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.programs.observation.wording import PLACES
from linli.records.kinds import kind_of
from linli.records.program import EntryRefused
from linli.records.wording import why_refused

_TYPED = {"class": "form-control"}
_PLACES = [(place, PLACES[place]) for place in ("HOME", "CENTRAL")]
# What each step asks beside the reason.
ASKED = {
    "EXTEND": ("until", "decided_by"),
    "RESTART": ("exposed_on", "until", "decided_by"),
    "TO_CENTRAL": ("consent", "decided_by"),
    "TO_HOME": ("decided_by",),
    "TO_HOSPITAL": (),
    "RETURN_HOME": ("decided_by",),
    "RETURN_CENTRAL": ("consent", "decided_by"),
    "EXEMPT": (),
}
_NEEDED = {"EXTEND": {"until"}, "RESTART": {"exposed_on"}}


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**_TYPED, "type": "date"}),
        error_messages={
            "required": _("还没有填，请填写。"),
            "invalid": _("没有这一天，请照 2020-06-10 这样填。"),
        },
    )


def _choice(label: Any, choices: Iterable[Any], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("还没有选，请选一项。")},
    )


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**_TYPED, "autocomplete": "off"}),
    )


def _decided_by() -> forms.ChoiceField:
    field = next(one for one in kind_of("observation_step").fields if one.id == "decided_by")
    return _choice(str(field.say), [(value, str(words)) for value, words in field.choices])


class RefusableForm(forms.Form):
    """A form that can say why the operation refused it."""

    def refuse(self, refused: EntryRefused) -> None:
        """Put the reason beside the field it is about, or above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, why_refused(refused))


class StartForm(RefusableForm):
    """Where somebody is to be observed, from which day the days count, and why."""

    def __init__(self, data: Any = None, *, needs_until: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["place"] = _choice(_("在哪里观察"), _PLACES)
        self.fields["exposed_on"] = _day(
            _("从哪天起算"), help_text=_("到达或最后一次接触的那天；不填的，从开始的那天算。")
        )
        if needs_until:
            self.fields["until"] = _day(_("到哪天止（不含）"), help_text=_("条款没有写天数，由专业机构决定。"))
        self.fields["reason"] = _reason(_("原因"))
        self.fields["consent"] = forms.BooleanField(label=_("本人自愿去集中观察点"), required=False)
        self.fields["decided_by"] = _decided_by()


class StepForm(RefusableForm):
    """What a step of an observation needs to be told."""

    def __init__(self, data: Any = None, *, step: str, **options: Any) -> None:
        super().__init__(data, **options)
        needed = _NEEDED.get(step, set())
        for name in ASKED[step]:
            match name:
                case "until":
                    self.fields[name] = _day(_("到哪天止（不含）"), required=name in needed)
                case "exposed_on":
                    self.fields[name] = _day(_("最后一次接触是哪天"), required=name in needed)
                case "consent":
                    self.fields[name] = forms.BooleanField(label=_("本人自愿去集中观察点"), required=False)
                case "decided_by":
                    self.fields[name] = _decided_by()
        self.fields["reason"] = _reason(_("原因"))


class ReleaseForm(RefusableForm):
    """When somebody is released, and where it is earlier than stated, on which ground."""

    def __init__(self, data: Any = None, *, is_early: bool, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["released_on"] = _day(_("解除日期"), required=True)
        if is_early:
            field = next(one for one in kind_of("release").fields if one.id == "early_reason")
            self.fields["early_reason"] = _choice(
                _("提前解除的依据"), [(value, str(words)) for value, words in field.choices], required=False
            )
        self.fields["notice_number"] = forms.CharField(
            label=_("通知书编号"),
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs={**_TYPED, "autocomplete": "off"}),
            help_text=_("由出具通知书的法定机构编号；还没有的，先空着。"),
        )
        self.fields["reason"] = _reason(_("说明"))
