"""The forms of medical's own pages. They read; the operations judge."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.community.civil_days import SHANGHAI
from linli.programs.medical.chain import CLOSED
from linli.programs.medical.chain import KIND as REFERRAL
from linli.programs.medical.contacts import KIND as CONTACT
from linli.records.kinds import kind_of
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.wording import why_refused

_TYPED = {"class": "form-control", "autocomplete": "off"}


class MedicalForm(forms.Form):
    """A form that can say why the records refused it."""

    def refuse(self, refused: EntryRefused | PayloadRefused) -> None:
        """Put the reason beside the field it is about, or above the form."""
        if isinstance(refused, PayloadRefused):
            for id, errors in refused.errors.items():
                self.add_error(id if id in self.fields else None, errors)
            return
        self.add_error(refused.field if refused.field in self.fields else None, why_refused(refused))


class StepForm(MedicalForm):
    """A step of an alert, at once or at an earlier hour of today."""

    def __init__(self, *args: Any, steps: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        # Where only the end is left, or an outcome is chosen, that is the step.
        before = [step for step in steps if step != CLOSED]
        chosen_from = _choices(REFERRAL, "step", only=before or [CLOSED])
        self.fields["step"] = _tiles(_("到哪一步"), chosen_from, required=False)
        if not before:
            self.fields["step"].widget = forms.HiddenInput()
            self.fields["step"].initial = CLOSED
        self.fields["outcome"] = _tiles(_("结果（选了就是了结）"), _choices(REFERRAL, "outcome"), required=False)
        self.fields["hospital"] = _text(_("医院"), length=60, required=False)
        self.fields["vehicle"] = _text(_("车辆和司机"), length=60, required=False)
        self.fields["remark"] = _text(_("备注"), length=200, required=False)
        self.fields["time"] = forms.TimeField(
            label=_("几点几分（今天，不填就是现在）"),
            required=False,
            widget=forms.TimeInput(format="%H:%M", attrs={**_TYPED, "type": "time"}),
        )

    def clean(self) -> dict[str, Any]:
        """An outcome is the end; without one a step is needed."""
        data = super().clean() or {}
        if data.get("outcome"):
            data["step"] = CLOSED
        elif not data.get("step") and "step" not in self.errors:
            self.add_error("step", _("还没有选，请选一项。"))
        return data

    def happened_at(self, day: date) -> datetime | None:
        """The hour that was said, on ``day``; None for now."""
        said: time | None = self.cleaned_data["time"]
        return datetime.combine(day, said, SHANGHAI) if said is not None else None


class ExposureForm(MedicalForm):
    """How somebody came to be a contact. ``of`` are those of whom: the case first, then its close contacts."""

    def __init__(self, *args: Any, of: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["of"] = _tiles(_("谁的接触者"), of)
        self.fields["last_exposure_on"] = _day(_("最后接触日"))
        self.fields["how"] = _text(_("怎样接触的"), length=100, help_text=_("例如：同住、同桌吃饭、同车。"))
        self.fields["direction"] = _tiles(_("往哪边查"), _choices(CONTACT, "direction"), initial="FORWARD")


class ContactForm(ExposureForm):
    """A contact who is registered here."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"] = forms.UUIDField(widget=forms.HiddenInput)
        self.fields["handed_to"] = _text(_("移交给谁管理"), length=60, required=False)


class LeadForm(ExposureForm):
    """A contact who lives elsewhere, as far as is known."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = _text(_("姓名或称呼"), length=60)
        self.fields["phone"] = _text(_("电话"), length=20, required=False)
        self.fields["place"] = _text(_("住在哪里"), length=100)
        self.order_fields(["name", "phone", "place"])


class HandOnForm(MedicalForm):
    """To whom a lead is handed on. ``person`` is left out for somebody outside the county."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    handed_to = forms.CharField(label=_("移交给谁"), max_length=60, widget=forms.TextInput(attrs=_TYPED))


def _choices(kind: str, field: str, *, only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    rows = next(one.choices for one in kind_of(kind).fields if one.id == field)
    return [(value, str(words)) for value, words in rows if only is None or value in only]


def _tiles(
    label: Any, choices: Sequence[tuple[str, str]], *, required: bool = True, initial: str | None = None
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=required, initial=initial, widget=forms.RadioSelect
    )


def _text(label: Any, *, length: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=forms.TextInput(attrs=_TYPED)
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={**_TYPED, "type": "date"}))
