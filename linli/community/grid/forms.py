"""The forms of the grid's pages. They read; the operations judge."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.community.grid.wording import refusal
from linli.community.models import Assignment, GridUnit, Residence, Resident, ResidentDocument, Worker, WorkerKind
from linli.community.refusals import GridRefused

_INPUT = {"class": "form-control"}
_SELECT = {"class": "form-select"}


def _text(label: Any, *, length: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=forms.TextInput(attrs=_INPUT)
    )


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**_INPUT, "type": "date"}),
    )


def _choice(label: Any, choices: Iterable[Any], *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=required, help_text=help_text, widget=forms.Select(attrs=_SELECT)
    )


class GridForm(forms.Form):
    """A form that can say why the operation refused it."""

    def refuse(self, refused: GridRefused) -> None:
        """Put the reason beside the field it is about, or above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, refusal(refused))


class WorkerChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # at run time it takes none
    """A worker by name, as what they work, and for whom."""

    def label_from_instance(self, obj: Any) -> str:
        """How a worker is written in the list."""
        return f"{obj.name}（{obj.get_kind_display()}，{obj.division.name}）"


def _workers(label: Any, workers: QuerySet[Worker]) -> WorkerChoice:
    return WorkerChoice(
        label=label,
        queryset=workers.select_related("division"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs=_SELECT),
    )


class AssignForm(GridForm):
    """Who answers for what, from when to when. ``target`` is ``u:12`` for a unit, ``h:…`` for a household."""

    def __init__(
        self, *args: Any, targets: Sequence[tuple[str, str]], workers: QuerySet[Worker], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"] = _choice(_("负责哪里"), targets)
        self.fields["worker"] = _workers(_("谁来负责"), workers)
        self.fields["role"] = _choice(_("任务"), Assignment.Role.choices)
        self.fields["from_day"] = _day(_("开始日（含）"))
        self.fields["to_day"] = _day(_("结束日（不含）"), required=False, help_text=_("不写就是一直负责下去。"))


class EndForm(GridForm):
    """From which day something no longer holds."""

    to_day = _day(_("结束日（不含）"), help_text=_("这一天起不再算数；以前的仍留在记录里。"))


class ReassignForm(GridForm):
    """Who takes over everything, and from when."""

    from_day = _day(_("交接日"), help_text=_("这一天起由接手的人负责，中间不空一天。"))

    def __init__(self, *args: Any, workers: QuerySet[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = _workers(_("谁来接手"), workers)
        self.order_fields(["to", "from_day"])


class UnitForm(GridForm):
    """A unit of the grid."""

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = _choice(_("类别"), [(kind, GridUnit.Kind(kind).label) for kind in kinds])
        self.fields["name"] = _text(_("名称"), length=60)
        self.fields["from_day"] = _day(_("开始日（含）"))


class HouseholdForm(GridForm):
    """A household."""

    label = _text(_("楼栋、单元、室号"), length=40, help_text=_("例如：3-1-502"))
    address = _text(_("详细地址"), length=200, required=False)
    from_day = _day(_("开始日（含）"))


class WorkerForm(GridForm):
    """Somebody who works here."""

    name = _text(_("姓名"), length=60)
    kind = _choice(_("身份"), WorkerKind.choices)
    phone = _text(_("电话"), length=20, required=False)
    from_day = _day(_("开始日（含）"))


class ResidentForm(GridForm):
    """A person who lives in a household."""

    name = _text(_("姓名"), length=60)
    document = _choice(_("证件"), ResidentDocument.Kind.choices)
    number = _text(_("证件号码"), length=30, required=False, help_text=_("有身份证的，出生日期和性别不必再填。"))
    birth_day = _day(_("出生日期"), required=False)
    sex = _choice(_("性别"), [("", _("不详")), *Resident.Sex.choices], required=False)
    phone = _text(_("电话"), length=20, required=False)
    kind = _choice(_("居住情况"), Residence.Kind.choices)
    from_day = _day(_("开始日（含）"))


class MoveForm(GridForm):
    """Where somebody lives from a day on: a unit and the label of the household in it."""

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _choice(_("楼栋或小组"), units)
        self.fields["label"] = _text(_("室号"), length=40, help_text=_("与住户登记的写法相同，例如：3-1-502"))
        self.fields["kind"] = _choice(_("居住情况"), Residence.Kind.choices)
        self.fields["from_day"] = _day(_("迁入日"), help_text=_("原来的住处到这一天为止，仍留在记录里。"))


class LeaveForm(GridForm):
    """Somebody left the county or died."""

    reason = _choice(
        _("原因"), [choice for choice in Residence.EndReason.choices if choice[0] != Residence.EndReason.MOVED]
    )
    to_day = _day(_("结束日（不含）"), help_text=_("这一天起不再住在这里；以前的仍留在记录里。"))
