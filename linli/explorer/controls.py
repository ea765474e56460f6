"""The facts of a place as controls: what was declared, what may be supposed instead, and what is chosen."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.explorer.situation import UNKNOWN, FactShown, Known, Situation
from linli.response.fact_values import choices, read, stored

# The facts that stand in the open; the others are in a fold.
MAIN_FACTS = ("tier", "community_class", "setting", "response_active")


@dataclass(frozen=True)
class Choice:
    """One value of a fact to choose. value is empty for what was declared, or for unknown where nothing was."""

    value: str
    label: str
    is_chosen: bool
    is_declared: bool


@dataclass(frozen=True)
class Control:
    """One fact with its choices and its source. choices: empty for a number. typed: what a number field holds."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    typed: str
    shown: FactShown
    declared: str
    source: str
    short_source: str

    @property
    def is_number(self) -> bool:
        """Is it typed rather than chosen?"""
        return self.shown.fact.type == "count"

    @property
    def is_unknown(self) -> bool:
        """Is there no value?"""
        return self.shown.value is None


def controls_of(known: Known, *, side: str = "") -> tuple[list[Control], list[Control]]:
    """The facts as controls: those in the open, and those in the fold."""
    controls = [_control(shown, side=side) for shown in known.shown]
    main = [c for c in controls if c.shown.fact.id in MAIN_FACTS]
    return main, [c for c in controls if c not in main]


def _control(shown: FactShown, *, side: str) -> Control:
    """As declared is the empty value: it follows the declarations when the day or the place changes."""
    fact, declared = shown.fact, shown.declared
    found = [
        Choice(
            "" if declared and declared.value == read(fact, value) else value,
            wording.value_said(fact, read(fact, value)),
            shown.value == read(fact, value),
            is_declared=declared is not None and declared.value == read(fact, value),
        )
        for value in choices(fact)
    ]
    found.append(Choice(UNKNOWN if declared else "", _("不明"), shown.value is None, is_declared=False))
    typed = stored(fact, shown.value) if shown.is_supposed and shown.value is not None else ""
    return Control(
        name=f"{side}{fact.id}",
        label=wording.said(fact.say),
        choices=tuple(found),
        typed=typed,
        shown=shown,
        declared=wording.value_said(fact, declared.value) if declared else "",
        source=source_said(shown),
        short_source=_short_source(shown),
    )


def _short_source(shown: FactShown) -> str:
    declared = shown.declared
    if declared is None or declared.from_day is None:
        return source_said(shown)
    return _("%(title)s，%(day)s起") % {
        "title": declared.source_number or declared.source_title,
        "day": wording.day_said(declared.from_day),
    }


def source_said(shown: FactShown) -> str:
    """Where a fact comes from, in words."""
    declared = shown.declared
    if shown.is_supposed:
        return _("假设，没有改动任何登记")
    if declared is None:
        return _("没有登记")
    if not declared.source_title:
        return _("行政区划资料")
    title = f"{declared.source_title} {declared.source_number}".strip()
    if declared.from_day is None:
        return title
    return _("%(title)s，%(day)s起，登记于%(place)s") % {
        "title": title,
        "day": wording.day_said(declared.from_day),
        "place": declared.place_name + declared.area,
    }


def are_open(controls: list[Control]) -> bool:
    """Is something supposed among the facts in the fold, so that it must be seen?"""
    return any(control.shown.is_supposed for control in controls)


def summary_of(situation: Situation, known: Known) -> str:
    """A situation in one line: the day and the facts that are known."""
    values = [
        wording.value_said(shown.fact, shown.value)
        if shown.fact.type != "bool" and shown.fact.type != "count"
        else f"{wording.said(shown.fact.say)} {wording.value_said(shown.fact, shown.value)}"
        for shown in known.shown
        if shown.value is not None
    ]
    return " · ".join([wording.day_said(situation.day), *values])
