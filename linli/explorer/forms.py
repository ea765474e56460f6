"""What the policy pages are asked, read from the address of the page. Errors say what is wrong and what to write."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from linli.community.codes import is_code
from linli.community.models import Division
from linli.community.queries import deployment, divisions_named, search_divisions
from linli.explorer import wording
from linli.explorer.columns import SOFTNESS, Filters
from linli.explorer.situation import UNKNOWN, Situation, rulebook_under
from linli.explorer.timeline import timeline_of
from linli.policy.facts import read_day
from linli.policy.order import UNITS, Order, read_order
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import FactValue, Vocabulary
from linli.response.fact_values import FactRefused, choices, read, stored

PLACES_SHOWN = 9
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def day_from(text: str) -> date:
    """A civil day as one types it. Raises: ValidationError, with the remedy."""
    try:
        day = read_day(text.strip())
    except InputRefused as refused:
        if len(text.strip()) == 10 and text.count("-") == 2:
            raise forms.ValidationError(_("没有 %(day)s 这一天，请核对年月日。"), params={"day": text}) from refused
        raise forms.ValidationError(_("“%(day)s”不是日期，请写成 2020-05-01 这样。"), params={"day": text}) from refused
    if not EARLIEST <= day < LATEST:
        raise forms.ValidationError(_("请选 2000 年到 2099 年之间的一天。"))
    return day


def place_from(text: str) -> Division | None:
    """A division by code or full name; None for no text. Raises: ValidationError, with the remedy."""
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        found = Division.objects.filter(code=text).first() if is_code(text) else None
        if found is None:
            raise forms.ValidationError(
                _("没有代码为 %(code)s 的地方。请核对十二位代码，或按名称、拼音查找。"), params={"code": text}
            )
        return found
    named = divisions_named(text)
    if len(named) == 1:
        return named[0]
    if named:
        raise forms.ValidationError(
            _("有 %(count)s 个地方叫“%(name)s”，请用查找选出是哪一个。"), params={"count": len(named), "name": text}
        )
    raise forms.ValidationError(_("没有叫“%(name)s”的地方，请按名称、拼音或代码查找。"), params={"name": text})


def fact_from(words: Vocabulary, name: str, text: str) -> FactValue | None:
    """The value of a fact, None for “suppose unknown”. Raises: ValidationError, with the values there are."""
    fact = words.facts[name]
    if text == UNKNOWN:
        return None
    try:
        return read(fact, stored(fact, text))
    except FactRefused as refused:
        label = wording.said(fact.say)
        if fact.type == "count":
            raise forms.ValidationError(
                _("“%(fact)s”要填 0 或更大的整数，不能是“%(value)s”。"), params={"fact": label, "value": text}
            ) from refused
        known = wording.listed([f"{wording.value_said(fact, read(fact, c))} {c}" for c in choices(fact)])
        raise forms.ValidationError(
            _("“%(fact)s”没有“%(value)s”这个值，可以选：%(known)s。"),
            params={"fact": label, "value": text, "known": known},
        ) from refused


def readings_from(book: Rulebook, texts: Iterable[str]) -> dict[str, str]:
    """Options of open readings to try, from texts such as ``m38.mixed-cells:pure-only``; without those in force.

    Raises: ValidationError, with the remedy.
    """
    known = {reading.id: reading for pack in book.packs for reading in pack.readings}
    found: dict[str, str] = {}
    for text in filter(None, texts):
        name, _colon, option = text.replace("\0", "").partition(":")
        shown = {"reading": name[:60], "option": option[:60]}
        if name not in known:
            raise forms.ValidationError(_("没有“%(reading)s”这种读法，请从页面上列出的读法里选。"), params=shown)
        if name in found:
            raise forms.ValidationError(_("读法“%(reading)s”写了两次，只能试一种。"), params=shown)
        options = [one for one, _say in known[name].options]
        if option not in options:
            shown["known"] = wording.listed(options)
            raise forms.ValidationError(_("读法“%(reading)s”没有“%(option)s”这一种，可以选：%(known)s。"), params=shown)
        found[name] = option
    return {name: option for name, option in found.items() if option != book.readings[name]}


class AskedForm(forms.Form):
    """A form that comes as the address of a page."""

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong, field by field."""
        return [{"field": name, "why": str(why)} for name, whys in self.errors.items() for why in whys]


class SituationForm(AskedForm):
    """A place, a day, suppositions, and readings to try.

    book: the rulebook under the readings in force; once valid, under those that are tried. side: the prefix of the
    names, for the second side of a comparison, which is under the readings of the first.
    """

    def __init__(
        self, data: QueryDict | Mapping[str, str], *, book: Rulebook, usual: Situation, side: str = ""
    ) -> None:
        super().__init__(data)
        self.book = self.book_in_force = book
        self.usual = usual
        self.side = side
        for name in ("place", "day", "slide", "was", *book.words.facts):
            self.fields[f"{side}{name}"] = forms.CharField(required=False, max_length=1000)
        self.fields["reading"] = forms.CharField(required=False)
        self.readings: Mapping[str, str] = usual.readings

    def clean(self) -> dict[str, Any]:
        """Read place, day and facts, each with its own error."""
        given = super().clean() or {}
        if not self.side:
            self._read_readings()
        self._place = self._read("place", lambda text: place_from(text), given) or self.usual.place
        self._day = self._read("day", day_from, given) or self.usual.day
        self._supposed: dict[str, FactValue | None] = {}
        for name in self.book.words.facts:
            if given.get(f"{self.side}{name}"):
                self._supposed[name] = self._read(name, lambda text, n=name: fact_from(self.book.words, n, text), given)
        if not self.errors:
            self._slide(given)
        return given

    def _read_readings(self) -> None:
        """Under a reading that there is not, nothing is answered."""
        data = self.data
        texts = data.getlist("reading") if isinstance(data, QueryDict) else [data.get("reading", "")]
        try:
            self.readings = readings_from(self.book, texts)
        except forms.ValidationError as error:
            self.add_error("reading", error)
            return
        self.book = rulebook_under(self.book, self.readings)

    def _read(self, name: str, reader: Any, given: Mapping[str, Any]) -> Any:
        text = given.get(f"{self.side}{name}", "")
        if not text:
            return None
        try:
            return reader(text)
        except forms.ValidationError as error:
            self.add_error(f"{self.side}{name}", error)
            return None

    def _slide(self, given: Mapping[str, Any]) -> None:
        """Without scripts the slider and the day are sent side by side: the one that was moved counts."""
        text = given.get(f"{self.side}slide", "")
        if not text:
            return
        if not (text.isascii() and text.isdigit()):
            self.add_error(f"{self.side}slide", _("滑块的位置不对，请重新拖动，或直接填写日期。"))
            return
        shown = self.was.day if self.was else self.usual.day
        timeline = timeline_of(self.book, shown)
        moved = timeline.day_at(int(text))
        if int(text) != timeline.offset and self._day == shown:
            self._day = moved

    @property
    def was(self) -> Situation | None:
        """The situation that the page showed before; None where it does not say, or says nonsense."""
        text = self.data.get("was", "")
        if not text:
            return None
        earlier = SituationForm(QueryDict(text[:1000]), book=self.book_in_force, usual=self.usual)
        return earlier.situation if earlier.is_valid() and earlier.readings == self.readings else None

    @property
    def situation(self) -> Situation:
        """What is asked about, once valid."""
        return Situation(self._place, self._day, self._supposed, self.readings)


class FilterForm(AskedForm):
    """What of an answer to show."""

    def __init__(self, data: QueryDict | Mapping[str, str], *, words: Vocabulary) -> None:
        super().__init__(data)
        known: dict[str, Iterable[str]] = {
            "actor": words.actors,
            "party": words.parties,
            "group": words.groups,
            "aspect": words.aspects,
            "kind": wording.KINDS,
            "soft": SOFTNESS,
        }
        for name, values in known.items():
            self.fields[name] = forms.ChoiceField(
                required=False,
                choices=[(value, value) for value in values],
                error_messages={"invalid_choice": _("筛选里没有“%(value)s”，请从列表里选。")},
            )
        self.fields["text"] = forms.CharField(required=False, max_length=60)

    @property
    def filters(self) -> Filters:
        """The filters, once valid."""
        return Filters(**{name: self.cleaned_data.get(name, "") for name in vars(Filters())})


def found_places(text: str) -> list[Division]:
    """The places that match what was typed, those of the county served first; nothing for no text."""
    deployed = deployment()
    near = deployed.county_id if deployed else ""
    return search_divisions(text.replace("\0", "")[:60], near_code=near, limit=PLACES_SHOWN)


class OrderForm(AskedForm):
    """A proposed measure, in plain names."""

    action = forms.CharField(required=False, max_length=60)
    level = forms.CharField(required=False, max_length=60)
    unit = forms.CharField(required=False, max_length=60)
    place_kind = forms.CharField(required=False, max_length=60)
    by = forms.CharField(required=False, max_length=60)
    start = forms.CharField(required=False, max_length=20)
    end = forms.CharField(required=False, max_length=20)
    days = forms.CharField(required=False, max_length=20)
    paper = forms.CharField(required=False, max_length=60)
    consent = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=500)

    def __init__(self, data: QueryDict, *, words: Vocabulary, day: date) -> None:
        super().__init__(data)
        self.words = words
        self.day = day
        self.order: Order | None = None

    @property
    def is_asked(self) -> bool:
        """Was anything proposed yet?"""
        return "action" in self.data

    @property
    def groups(self) -> list[str]:
        """The groups ticked."""
        data = self.data
        return data.getlist("who") if isinstance(data, QueryDict) else []

    def clean(self) -> dict[str, Any]:
        """Read the order; every refusal becomes one sentence beside its field."""
        given = super().clean() or {}
        data: dict[str, Any] = {
            name: given[name] for name in ("action", "level", "unit", "by", "paper", "reason") if given[name]
        }
        if given["place_kind"]:
            data["place"] = given["place_kind"]
        if self.groups:
            data["who"] = self.groups
        if given["consent"]:
            data["consent"] = True
        data["from"] = self._day("start", given) or self.day.isoformat()
        if given["end"] and (end := self._day("end", given)):
            data["to"] = end
        if given["days"] and (days := self._days(given["days"])):
            data["days"] = days
        if not self.errors:
            self._order(data)
        return given

    def _day(self, name: str, given: Mapping[str, Any]) -> str:
        if not given[name]:
            return ""
        try:
            return day_from(given[name]).isoformat()
        except forms.ValidationError as error:
            self.add_error(name, error)
            return ""

    def _days(self, text: str) -> int:
        if text.isascii() and text.isdigit() and 0 < int(text) <= 3650:
            return int(text)
        self.add_error("days", _("天数要填 1 到 3650 的整数，不能是“%(days)s”。") % {"days": text})
        return 0

    def _order(self, data: dict[str, Any]) -> None:
        try:
            self.order = read_order(data, self.words)
        except InputRefused as refused:
            name = {"from": "start", "to": "end", "place": "place_kind", "who": "action"}.get(
                refused.field, refused.field
            )
            self.add_error(name if name in self.fields else None, self._why(refused, data))

    def _why(self, refused: InputRefused, data: Mapping[str, Any]) -> str:
        action = self.words.actions.get(str(data.get("action", "")))
        if refused.field == "level" and action:
            steps = wording.listed([wording.said(action.scale.labels[step]) for step in action.scale.steps])
            return _("“%(action)s”没有这一步，可以选：%(steps)s。") % {
                "action": wording.said(action.say),
                "steps": steps,
            }
        if refused.field == "unit" and action and data.get("unit") in UNITS:
            units = wording.listed([str(wording.UNITS[unit]) for unit in action.units])
            return _("“%(action)s”是对%(units)s的措施。请换一项措施，或把对象改成%(units)s。") % {
                "action": wording.said(action.say),
                "units": units,
            }
        plain = {
            "action": _("请选一项措施。"),
            "by": _("请选由谁决定。"),
            "to": _("结束的一天要在开始的一天之后，请改晚一些。"),
            "days": _("天数和结束的一天对不上，两个只填一个。"),
            "paper": _("没有这种证明，请从列表里选。"),
            "who": _("没有这类人群，请从列表里选。"),
            "unit": _("没有这种对象，请从列表里选。"),
            "place": _("没有这类场所，请从列表里选。"),
        }
        return plain.get(refused.field, _("这一项没有看懂，请核对。"))
