"""Forms of the work list: a tap, an excuse, which day and what to list, handing over."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.community.grid.forms import GridForm, WorkerChoice
from linli.community.models import Worker, new_id
from linli.worklist.listing import STATES, Wanted

# A little wider than the policies reach; a list of any day is made anew, but not of any century.
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2035, 1, 1)
# What is mostly the reason, one tap each; anything else is typed.
REASONS = (
    _("本人不在家，已电话联系"),
    _("本人已就医住院"),
    _("已由其他人员完成"),
    _("台风、停电等不能上门"),
    _("本人婉拒，已说明依据"),
)


class TapForm(forms.Form):
    """Which item was tapped, where, and the number under which it is stored once."""

    item = forms.CharField(max_length=40)
    place = forms.CharField(max_length=12)
    entry = forms.UUIDField()
    back = forms.CharField(max_length=500, required=False)


class ExcuseForm(forms.Form):
    """Why an item is not done: one of the usual reasons, or another in words."""

    entry = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    usual = forms.ChoiceField(
        label=_("为什么不做"),
        required=False,
        choices=[(str(number), words) for number, words in enumerate(REASONS)],
        widget=forms.RadioSelect,
    )
    other = forms.CharField(
        label=_("别的原因"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """A reason is needed."""
        data = super().clean() or {}
        if not data.get("usual") and not data.get("other"):
            raise forms.ValidationError(_("请选一个原因，或者写一句。"))
        return data

    @property
    def reason(self) -> str:
        """The reason in words, as it is stored."""
        chosen, other = self.cleaned_data["usual"], self.cleaned_data["other"].strip()
        words = [str(REASONS[int(chosen)])] if chosen else []
        return "；".join([*words, *([other] if other else [])])


class SceneForm(forms.Form):
    """Which community, which day. ``yesterday`` is a day too."""

    place = forms.CharField(max_length=12, required=False)
    day = forms.CharField(max_length=10, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_day(self) -> date:
        """The day asked for; today where none or none that there is was given."""
        given = self.cleaned_data["day"]
        if given == "yesterday":
            return self.today - timedelta(days=1)
        try:
            day = date.fromisoformat(given)
        except ValueError:
            return self.today
        return day if FIRST_DAY <= day < LAST_DAY else self.today


class ListForm(SceneForm):
    """What to list."""

    kind = forms.CharField(max_length=40, required=False)
    state = forms.ChoiceField(choices=[(one, one) for one in STATES], required=False)
    owner = forms.CharField(max_length=20, required=False)
    unit = forms.CharField(max_length=20, required=False)

    @property
    def wanted(self) -> Wanted:
        """What is asked for; a state that there is not is no state."""
        data = self.cleaned_data
        return Wanted(kind=data["kind"], state=data.get("state", ""), owner=data["owner"], unit=data["unit"])


class MoveForm(GridForm):
    """Which assignments go to whom, from which day."""

    def __init__(self, *args: Any, rows: Iterable[tuple[int, str]], takers: QuerySet[Worker], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rows"] = forms.MultipleChoiceField(
            label=_("交出哪些"),
            choices=[(str(id), words) for id, words in rows],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("请至少选一处。")},
        )
        self.fields["to"] = WorkerChoice(
            label=_("交给谁"),
            queryset=takers.select_related("division"),
            empty_label=_("请选择"),
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields["from_day"] = forms.DateField(
            label=_("从哪天起"),
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
        )

    @property
    def chosen(self) -> frozenset[int]:
        """The numbers of the assignments."""
        return frozenset(int(id) for id in self.cleaned_data["rows"])


def tapped(data: Any) -> tuple[str, str, UUID, str] | None:
    """What was tapped: item, community, number, way back. None for what no button sends."""
    form = TapForm(data)
    if not form.is_valid():
        return None
    said = form.cleaned_data
    return said["item"], said["place"], said["entry"], said["back"]
