"""The forms of the county command: declare, correct, end, withdraw. They read; the operations judge."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.policy.vocabulary import Vocabulary
from linli.response import fact_values, wording
from linli.response.fact_values import FactRefused
from linli.response.models import LONGEST_AREA_NAME, Declaration
from linli.response.operations import DeclarationRefused, Source, Statement
from linli.response.queries import RESPONSE


def _text(label: Any, *, length: int, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
    )


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("原因"),
        max_length=1000,
        required=required,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )


class RefusableForm(forms.Form):
    """A form that can say why the operation refused it."""

    def refuse(self, refused: DeclarationRefused | FactRefused) -> None:
        """Put the reason beside the field it is about, or above the form."""
        field = refused.field if refused.field in self.fields else None
        self.add_error(field, wording.refusal(refused))


class StatementForm(RefusableForm):
    """What is declared of one fact, from when to when, on which source."""

    from_day = _day(_("生效日（含）"))
    to_day = _day(_("失效日（不含）"), required=False, help_text=_("不写就是未定；当天不算在内。"))
    source_title = _text(_("依据的文件或公告"), length=300, required=True)
    source_number = _text(_("文号"), length=100)
    source_url = forms.URLField(
        label=_("网址"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "form-control"}),
    )
    published_at = forms.DateTimeField(
        label=_("发布时间"),
        required=False,
        help_text=_("文件公布的时间，可以和生效日不同。"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"class": "form-control", "type": "datetime-local"}),
    )

    def __init__(self, *args: Any, fact: str, words: Vocabulary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        known = words.facts[fact]
        if fact == RESPONSE:
            self.fields["step"] = forms.ChoiceField(
                label=_("步骤"),
                choices=Declaration.Step.choices,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields["level"] = _text(_("响应级别（文件写明的）"), length=100)
            self.fields["plan"] = _text(_("依照的应急预案"), length=300)
            first = ["step", "level", "plan"]
        elif known.type == "count":
            self.fields["value"] = forms.IntegerField(
                label=wording.fact_label(fact, words=words),
                min_value=0,
                max_value=999_999_999,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )
            first = ["value"]
        else:
            self.fields["value"] = forms.ChoiceField(
                label=wording.fact_label(fact, words=words),
                choices=[
                    (value, wording.value_label(fact, value, words=words)) for value in fact_values.choices(known)
                ],
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            first = ["value"]
        self.order_fields([*first, *self.fields])

    def statement(self) -> Statement:
        """What the form says."""
        data = self.cleaned_data
        if self.fact == RESPONSE:
            value = "false" if data["step"] == Declaration.Step.STOPPED else "true"
        else:
            value = str(data["value"])
        return Statement(
            fact=self.fact,
            value=value,
            from_day=data["from_day"],
            to_day=data["to_day"],
            step=data.get("step", ""),
            level=data.get("level", ""),
            plan=data.get("plan", ""),
        )

    def source(self) -> Source:
        """The document that the form names."""
        data = self.cleaned_data
        return Source(
            title=data["source_title"],
            number=data["source_number"],
            url=data["source_url"],
            published_at=data["published_at"],
        )


class DeclareForm(StatementForm):
    """A new declaration, for the division of the page or an area inside it."""

    area = _text(_("区域（小区、楼栋、自然村等）"), length=LONGEST_AREA_NAME, help_text=_("不写就是整个区划。"))
    is_new_area = forms.BooleanField(
        label=_("这是另一处，不是名称相近的那些"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    is_rest = forms.BooleanField(
        label=_("只指其余区域（其中另有登记的除外）"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    ends_earlier = forms.BooleanField(
        label=_("从生效日起，结束此前仍在生效的同一事项"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    reason = _reason(required=False)


class CorrectForm(StatementForm):
    """What should have been declared, and why it was not."""

    reason = _reason(required=True)

    @staticmethod
    def initial_of(row: Declaration) -> dict[str, Any]:
        """The form filled with what is declared."""
        kept = ("value", "from_day", "to_day", "source_title", "source_number", "source_url", "step", "level", "plan")
        published = timezone.localtime(row.published_at) if row.published_at else None
        return {**{name: getattr(row, name) for name in kept}, "published_at": published}


class EndForm(RefusableForm):
    """When a declaration comes to its end, and why."""

    to_day = _day(_("失效日（不含）"), help_text=_("这一天起不再算数。"))
    reason = _reason(required=True)


class WithdrawForm(RefusableForm):
    """Why a declaration should never have been made."""

    reason = _reason(required=True)
