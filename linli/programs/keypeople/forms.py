"""The forms of the pages. They read; the operations and the guards judge."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.community.grid.wording import refusal
from linli.community.models import Division, Residence, ResidentDocument
from linli.community.refusals import GridRefused
from linli.records.forms import EntryForm
from linli.records.kinds import kind_of
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.registers import registers
from linli.records.wording import why_refused

_INPUT = {"class": "form-control", "autocomplete": "off"}
_SELECT = {"class": "form-select"}
OUTSIDE = "OUTSIDE"
Refused = EntryRefused | PayloadRefused | GridRefused


class ArrivalForm(EntryForm):
    """Where somebody came from, when and how. The place is looked up while it is typed."""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(kind_of("arrival"), data, **options)

    def clean_origin_code(self) -> str:
        """A place that there is; anything else is left out."""
        return _known_place(self.cleaned_data.get("origin_code", ""))


class ReportForm(EntryForm):
    """Who comes, from where, to whose place, and who says so."""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(kind_of("host_report"), data, **options)

    def clean_origin_code(self) -> str:
        """A place that there is; anything else is left out."""
        return _known_place(self.cleaned_data.get("origin_code", ""))


class ReportDoneForm(EntryForm):
    """What became of a report, where nobody arrived."""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(kind_of("host_report_done"), data, **options)
        del self.fields["about"], self.fields["arrival"]
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.ChoiceField):
            declared = next(one for one in self.kind.fields if one.id == "outcome")
            outcome.choices = [(value, str(said)) for value, said in declared.choices if value != "REGISTERED"]


class LodgingForm(forms.Form):
    """Where in the community somebody lives, and as what. Left empty, they are looked after by the community itself."""

    unit = forms.ChoiceField(label=_("楼栋或小组"), required=False, widget=forms.Select(attrs=_SELECT))
    label = forms.CharField(
        label=_("室号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=_("与住户登记的写法相同，例如：3-1-502。还不清楚的先不填，以后再落户。"),
    )
    kind = forms.ChoiceField(
        label=_("居住情况"), choices=Residence.Kind.choices, initial="TEMPORARY", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], needs_household: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        unit, label = self.fields["unit"], self.fields["label"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [("", _("先不落户")), *units] if not needs_household else units
        unit.required = label.required = needs_household


class NewPersonForm(LodgingForm):
    """Somebody nobody knew here. Without a paper they are registered as well."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs=_INPUT))
    phone = forms.CharField(
        label=_("电话"), max_length=20, required=False, widget=forms.TextInput(attrs={**_INPUT, "inputmode": "tel"})
    )
    document = forms.ChoiceField(
        label=_("证件"), choices=ResidentDocument.Kind.choices, initial="NONE", widget=forms.RadioSelect
    )
    number = forms.CharField(
        label=_("证件号码"), max_length=30, required=False, widget=forms.TextInput(attrs=_INPUT),
        help_text=_("没有带证件的，选“无证件”也能登记。"),
    )  # fmt: skip
    field_order = ("name", "phone", "document", "number", "unit", "label", "kind")


class RoundForm(forms.Form):
    """What for, whom, and until which day. The last day counts in full."""

    purpose = forms.CharField(label=_("为什么"), max_length=100, widget=forms.TextInput(attrs=_INPUT))
    group = forms.ChoiceField(label=_("哪些住户"), required=False, widget=forms.Select(attrs=_SELECT))
    from_day = forms.DateField(
        label=_("从哪天起"), widget=forms.DateInput(format="%Y-%m-%d", attrs={**_INPUT, "type": "date"})
    )
    last_day = forms.DateField(
        label=_("最后一天（含）"), widget=forms.DateInput(format="%Y-%m-%d", attrs={**_INPUT, "type": "date"})
    )

    def __init__(self, *args: Any, groups: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = [("", _("所有住户")), *((one, str(registers()[one].say)) for one in groups)]

    @property
    def said(self) -> dict[str, Any]:
        """As the operation takes it: the end is the first day after."""
        data = self.cleaned_data
        return {
            "purpose": data["purpose"],
            "group": data["group"],
            "from_day": data["from_day"],
            "to_day": data["last_day"] + timedelta(days=1),
        }


class WhyForm(forms.Form):
    """A reason in a few words."""

    why = forms.CharField(label=_("原因"), max_length=200, widget=forms.TextInput(attrs=_INPUT))

    def __init__(self, *args: Any, label: Any = None, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label is not None:
            self.fields["why"].label = label
        self.fields["why"].help_text = help_text


class HandoverForm(forms.Form):
    """To whom somebody is handed over: a community of the county, or a place outside it."""

    to = forms.ChoiceField(label=_("交给哪个村（社区）"), widget=forms.Select(attrs=_SELECT))
    to_place = forms.CharField(
        label=_("去本县以外的，写明去向"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=_("例如：上海市浦东新区花木街道。"),
    )
    address = forms.CharField(label=_("新住址"), max_length=200, required=False, widget=forms.TextInput(attrs=_INPUT))
    reason = forms.ChoiceField(label=_("为什么"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, communities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to, reason = self.fields["to"], self.fields["reason"]
        assert isinstance(to, forms.ChoiceField) and isinstance(reason, forms.ChoiceField)
        to.choices = [("", _("请选择")), *communities, (OUTSIDE, _("本县以外"))]
        declared = next(one for one in kind_of("handover").fields if one.id == "reason")
        reason.choices = [(value, str(said)) for value, said in declared.choices]
        reason.initial = declared.usual

    def clean(self) -> dict[str, Any]:
        """Somebody has to be asked, and only one."""
        data = super().clean() or {}
        if data.get("to") == OUTSIDE and not data.get("to_place"):
            self.add_error("to_place", _("请写明去本县以外的哪里。"))
        if data.get("to", OUTSIDE) != OUTSIDE and data.get("to_place"):
            self.add_error("to_place", _("已选本县的村（社区），这里请留空。"))
        return data


def show_refusal(refused: Refused, *shown: forms.Form) -> None:
    """Put what is wrong beside the field it is about in one of the forms, else above the first."""
    if isinstance(refused, PayloadRefused):
        for id, errors in refused.errors.items():
            form = next((one for one in shown if id in one.fields), None)
            for error in errors:
                (form or shown[0]).add_error(id if form is not None else None, error)
        return
    said = refusal(refused) if isinstance(refused, GridRefused) else why_refused(refused)
    form = next((one for one in shown if refused.field in one.fields), None)
    (form or shown[0]).add_error(refused.field if form is not None else None, said)


def _known_place(code: str) -> str:
    return code if code and Division.objects.filter(code=code).exists() else ""
