"""Must, may, must not: the norms of an answer in three columns by aspect, and the filters over them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.explorer import wording
from linli.explorer.lines import Line, lines_of
from linli.policy.decide import Applied, Decision
from linli.policy.pack import Norm
from linli.policy.rulebook import Rulebook

FIRST_LINES = 4
SOFTNESS = ("firm", "discretion", "encouraged")


@dataclass(frozen=True)
class Filters:
    """What of the answer to show; empty: everything. text is searched in both languages and in the clause."""

    actor: str = ""
    party: str = ""
    group: str = ""
    aspect: str = ""
    kind: str = ""
    soft: str = ""
    text: str = ""

    @property
    def are_set(self) -> bool:
        """Is anything filtered?"""
        return any(value for _, value in self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The filters that are set, as names and values of the address."""
        return [(name, value) for name, value in vars(self).items() if value]


@dataclass(frozen=True)
class Option:
    """A choice of a filter with how many lines it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """One filter as a list to choose from."""

    name: str
    label: str
    options: tuple[Option, ...]
    everything: str


@dataclass(frozen=True)
class Section:
    """One aspect of a column: the first lines, and how many more there are. id: the name under which all are shown."""

    id: str
    label: str
    total: int
    lines: tuple[Line, ...]
    is_whole: bool

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Column:
    """One mode with its aspects. firm: how many lines are neither discretion nor encouragement."""

    mode: str
    word: str
    about: str
    total: int
    firm: int
    sections: tuple[Section, ...]


def columns_of(
    decision: Decision, filters: Filters, *, whole: frozenset[str], new: frozenset[str]
) -> tuple[Column, ...]:
    """The three columns. whole: ids of the sections to show with every line; new: ids of norms that have just begun."""
    book = decision.rulebook
    kept = [a for a in decision.norms if passes(book, a.norm, filters)]
    about = {
        "must": _("必须做到的"),
        "may": _("允许做、由有权的人决定的"),
        "must_not": _("不许做的"),
    }
    return tuple(
        Column(
            mode=mode,
            word=str(word),
            about=about[mode],
            total=len(mine := [a for a in kept if a.norm.mode == mode]),
            firm=sum(not a.norm.soft for a in mine),
            sections=tuple(_sections(book, mode, mine, whole=whole, new=new)),
        )
        for mode, word in wording.MODES.items()
    )


def _sections(
    book: Rulebook, mode: str, applied: list[Applied], *, whole: frozenset[str], new: frozenset[str]
) -> Iterable[Section]:
    for aspect, say in book.words.aspects.items():
        here = [a for a in applied if a.norm.aspect == aspect]
        if not here:
            continue
        name = f"{mode}-{aspect}"
        lines = lines_of(book, here, new=new)
        is_whole = name in whole or len(lines) <= FIRST_LINES + 1
        yield Section(name, wording.said(say), len(lines), tuple(lines if is_whole else lines[:FIRST_LINES]), is_whole)


def passes(book: Rulebook, norm: Norm, filters: Filters) -> bool:
    """Whether a norm is among those asked for."""
    checks = _checks(book)
    return all(checks[name](norm, value) for name, value in filters.pairs())


def _checks(book: Rulebook) -> Mapping[str, Callable[[Norm, str], bool]]:
    words = book.words
    return {
        "actor": lambda norm, actor: actor in (norm.actor, *norm.partners),
        "party": lambda norm, party: any(words.actors[a].party == party for a in (norm.actor, *norm.partners)),
        "group": lambda norm, group: bool(words.with_wider(group) & frozenset(norm.who)),
        "aspect": lambda norm, aspect: norm.aspect == aspect,
        "kind": lambda norm, kind: words.actions[norm.action].kind == kind,
        "soft": lambda norm, soft: norm.soft == ("" if soft == "firm" else soft),
        "text": lambda norm, text: text.casefold() in _searched(book, norm),
    }


def _searched(book: Rulebook, norm: Norm) -> str:
    action = book.words.actions[norm.action].say
    parts = (norm.say.zh, wording.wide(norm.say.zh), norm.say.en, norm.cite, action.zh, action.en)
    return "\n".join(parts).casefold()


def filters_shown(decision: Decision, filters: Filters) -> tuple[Filter, ...]:
    """The lists to choose from, each with the choices that leave something."""
    words = decision.rulebook.words
    said = wording.said
    return (
        _filter(
            decision, filters, "party", _("四方责任"), _("四方都看"), {k: said(v) for k, v in words.parties.items()}
        ),
        _filter(
            decision, filters, "actor", _("谁来做"), _("所有人"), {k: said(v.say) for k, v in words.actors.items()}
        ),
        _filter(
            decision, filters, "group", _("涉及哪类人"), _("所有人群"), {k: said(v) for k, v in words.groups.items()}
        ),
        _filter(decision, filters, "aspect", _("方面"), _("四个方面"), {k: said(v) for k, v in words.aspects.items()}),
        _filter(decision, filters, "kind", _("性质"), _("各种性质"), {k: str(v) for k, v in wording.KINDS.items()}),
        _filter(
            decision,
            filters,
            "soft",
            _("硬性或弹性"),
            _("硬性的和弹性的"),
            {"firm": _("只看硬性规定"), "discretion": _("只看裁量"), "encouraged": _("只看倡导")},
        ),
    )


def _filter(
    decision: Decision, filters: Filters, name: str, label: str, everything: str, labels: Mapping[str, str]
) -> Filter:
    book, chosen = decision.rulebook, getattr(filters, name)
    check = _checks(book)[name]
    others = [(n, v) for n, v in filters.pairs() if n != name]
    checks = _checks(book)
    left = [a.norm for a in decision.norms if all(checks[n](a.norm, v) for n, v in others)]
    counts = {value: sum(check(norm, value) for norm in left) for value in labels}
    options = tuple(
        Option(value, text, counts[value], value == chosen)
        for value, text in labels.items()
        if counts[value] or value == chosen
    )
    return Filter(name, label, options, everything)
