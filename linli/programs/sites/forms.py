"""The forms of central sites. They read; the operations judge."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.community.models import Worker
from linli.programs.sites.clauses import Ground, Grounds
from linli.programs.sites.models import Goal, Site, SiteKind
from linli.programs.sites.refusals import SitesRefused
from linli.records.kinds import kind_of
from linli.records.payloads import PayloadRefused
from linli.records.program import EntryRefused
from linli.records.wording import why_refused

_INPUT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
Refused = SitesRefused | EntryRefused | PayloadRefused


class SitesForm(forms.Form):
    """A form that can say why the operation refused it, and on which clause that rests."""

    ground: Ground = Ground()

    def refuse(self, refused: Refused, *, grounds: Grounds) -> None:
        """Put the reason beside the field it is about, or above the form."""
        if isinstance(refused, PayloadRefused):
            for name, sentences in refused.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
            return
        self.ground = refused.ground(grounds) if isinstance(refused, SitesRefused) else Ground()
        said = refused.sentence if isinstance(refused, SitesRefused) else why_refused(refused)
        # What rests on a clause is said above the form, with its chip.
        self.add_error(refused.field if refused.field in self.fields and not self.ground.norm else None, said)


def _text(label: Any, *, length: int, required: bool = True, help_text: Any = "", rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={**_INPUT, "rows": rows}) if rows else forms.TextInput(attrs=_INPUT)
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text, widget=widget)


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={**_INPUT, "type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={**_INPUT, "type": "datetime-local"}),
    )


def _number(label: Any, *, at_least: int, at_most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=at_least,
        max_value=at_most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={**_INPUT, "inputmode": "numeric"}),
    )


def _choice(label: Any, choices: Iterable[Any], *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=required, help_text=help_text, widget=forms.Select(attrs=_SELECT)
    )


class _WorkerChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # at run time it takes none
    """A worker by name, as what they work, and for whom."""

    def label_from_instance(self, obj: Any) -> str:
        """How a worker is written in the list."""
        return f"{obj.name}（{obj.get_kind_display()}，{obj.division.name}）"


def _worker(label: Any, workers: QuerySet[Worker], *, required: bool = True) -> _WorkerChoice:
    return _WorkerChoice(
        label=label,
        queryset=workers.select_related("division"),
        required=required,
        empty_label=_("请选择"),
        widget=forms.Select(attrs=_SELECT),
    )


class SheetForm(SitesForm):
    """Who runs a site, and what the sheet at its door says."""

    phone = _text(_("公开电话"), length=20)
    meals = _text(_("饮食怎样安排"), length=200, required=False)
    complaint = _text(_("有意见向谁反映"), length=200, required=False, help_text=_("写单位和电话，不写个人姓名。"))
    notice = _text(
        _("其他要知道的事"), length=1000, required=False, rows=4, help_text=_("任何人都能看到，不要写住在里面的人。")
    )

    def __init__(self, *args: Any, workers: QuerySet[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["head"] = _worker(_("负责人"), workers)
        self.fields["doctor"] = _worker(_("驻点医生"), workers, required=False)
        self.order_fields(["name", "kind", "address", "serves", "head", "doctor"])


class SiteForm(SheetForm):
    """A new site."""

    name = _text(_("名称"), length=60)
    kind = _choice(_("平时是什么地方"), SiteKind.choices)
    address = _text(_("地址"), length=200)
    from_day = _day(_("启用日（含）"))

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["serves"] = _choice(_("接收哪里的人"), areas)
        self.order_fields(["name", "kind", "address", "serves", "head", "doctor"])


class RoomsForm(SitesForm):
    """Rooms to add."""

    labels = _text(_("房号"), length=500, help_text=_("例如：301-320，或 301、302、305"))
    beds = _number(_("每间几张床"), at_least=1, at_most=12)


class CloseRoomForm(SitesForm):
    """Why a room is out of use, and how long."""

    reason = _text(_("为什么停用"), length=100)
    from_day = _day(_("停用起始日（含）"))
    to_day = _day(_("恢复使用日"), required=False, help_text=_("不写就是等人恢复。"))


class CountForm(SitesForm):
    """The daily count. ``missing`` are stays."""

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["missing"] = forms.MultipleChoiceField(
            label=_("不在的人（都在就不选）"),
            required=False,
            choices=list(people),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["note"] = _text(_("不在的去了哪里"), length=200, required=False)


class CheckInForm(SitesForm):
    """Which room."""

    happened_at = _moment(_("什么时候入住"), required=False, help_text=_("不填就是现在；补记的，写当时的时间。"))

    def __init__(self, *args: Any, rooms: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"] = forms.ChoiceField(
            label=_("房间"),
            widget=forms.RadioSelect,
            error_messages={"required": _("还没有选房间。请选一间。")},
        )
        self.offer(rooms)
        self.order_fields(["room", "happened_at"])

    def offer(self, rooms: Iterable[tuple[str, str]]) -> None:
        """These rooms can be had."""
        field = self.fields["room"]
        assert isinstance(field, forms.ChoiceField)
        self._rooms = list(rooms)
        field.choices = self._rooms

    @property
    def offers(self) -> bool:
        """Is there a room to be had?"""
        return bool(self._rooms)


class MoveForm(CheckInForm):
    """To which room, and why."""

    note = _text(_("为什么换"), length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].label = _("什么时候换的")
        self.order_fields(["room", "note", "happened_at"])


class CheckOutForm(SitesForm):
    """Why somebody leaves."""

    note = _text(_("说明"), length=200, required=False)
    happened_at = _moment(_("什么时候离开"), required=False, help_text=_("不填就是现在；补记的，写当时的时间。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = next(one for one in kind_of("site_record").fields if one.id == "leaving")
        self.fields["leaving"] = forms.ChoiceField(
            label=str(field.say),
            choices=[(value, str(words)) for value, words in field.choices],
            widget=forms.RadioSelect,
            error_messages={"required": _("还没有选，请选一项。")},
        )
        self.order_fields(["leaving", "note", "happened_at"])


class BookForm(SitesForm):
    """A drive."""

    from_place = _text(_("从哪里接"), length=200)
    goal = _choice(_("送到哪里"), Goal.choices)
    to_place = _text(_("医院或住址"), length=200, required=False, help_text=_("去集中观察点的不用写。"))
    vehicle = _text(_("车牌或车辆"), length=20)
    wanted_at = _moment(_("几点以前要送到"))

    def __init__(self, *args: Any, sites: QuerySet[Site], workers: QuerySet[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_site"] = forms.ModelChoiceField(
            label=_("哪个集中观察点"),
            queryset=sites,
            required=False,
            empty_label=_("请选择"),
            widget=forms.Select(attrs=_SELECT),
        )
        self.fields["driver"] = _worker(_("谁开车"), workers, required=False)
        self.order_fields(["from_place", "goal", "to_site", "to_place", "vehicle", "driver", "wanted_at"])
