"""工作指引: the handbook of one place on one day, made from the norms in force, as a page and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.community.paper import pdf_of
from linli.explorer import wording
from linli.explorer.controls import source_said
from linli.explorer.lines import Line, action_order, line_of
from linli.explorer.queries import packs_in_force
from linli.explorer.scales import Decider, Ladder, deciders_of, ladders_of
from linli.explorer.situation import FactShown, Situation, known_in
from linli.policy.decide import Applied, Decision, decide
from linli.policy.pack import Pack
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say

_TEMPLATE = Path(str(files("linli.explorer").joinpath("typst/handbook.typ")))


@dataclass(frozen=True)
class FactLine:
    """One fact of the place with where it comes from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True)
class RhythmGroup:
    """What is owed in one rhythm."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ActorPart:
    """What one actor must, may and must not do."""

    id: str
    actor: Say
    must: tuple[RhythmGroup, ...]
    may: tuple[Line, ...]
    must_not: tuple[Line, ...]

    @property
    def must_count(self) -> int:
        """How many duties."""
        return sum(len(group.lines) for group in self.must)


@dataclass(frozen=True)
class PartyPart:
    """The actors of one of the four parties."""

    id: str
    party: Say
    actors: tuple[ActorPart, ...]


@dataclass(frozen=True)
class PackLine:
    """An instrument the handbook rests on, with the clauses used and the version of its data."""

    pack: Pack
    cites: tuple[str, ...]

    @property
    def hash(self) -> str:
        """The first characters of the hash of the pack."""
        return self.pack.sha256[:12]


@dataclass(frozen=True)
class Handbook:
    """The handbook of a place on a day."""

    situation: Situation
    query: str
    place_name: str
    facts: tuple[FactLine, ...]
    ladders: list[Ladder]
    deciders: tuple[tuple[Say, tuple[Decider, ...]], ...]
    parties: tuple[PartyPart, ...]
    contacts: tuple[str, ...]
    packs: tuple[PackLine, ...]
    undecided: tuple[Say, ...]
    norm_count: int
    has_suppositions: bool
    tries_readings: bool

    @property
    def file_name(self) -> str:
        """A name for the printed file, in letters every system takes."""
        place = self.situation.place.code if self.situation.place else "anywhere"
        return f"handbook-{place}-{self.situation.day.isoformat()}.pdf"


def handbook(book: Rulebook, situation: Situation) -> Handbook:
    """Who does what, when, within which limits, in a place on a day."""
    known = known_in(situation, book.words)
    decision = decide(book, known.facts, situation.day)
    return Handbook(
        situation=situation,
        query=situation.query(book.words),
        place_name=situation.place.full_name if situation.place else _("全国任何地方"),
        facts=tuple(_fact_line(shown) for shown in known.shown),
        ladders=ladders_of(decision),
        deciders=tuple(
            (interval.action.say, found)
            for interval in decision.measures.values()
            if (found := deciders_of(book, interval))
        ),
        parties=tuple(_parties(decision)),
        contacts=_contacts(),
        packs=tuple(_pack_lines(decision)),
        undecided=tuple(open_.why for open_ in decision.undecided),
        norm_count=len(decision.norms),
        has_suppositions=bool(situation.supposed),
        tries_readings=bool(situation.readings),
    )


def _fact_line(shown: FactShown) -> FactLine:
    value = wording.value_said(shown.fact, shown.value)
    return FactLine(wording.said(shown.fact.say), value, source_said(shown))


def _parties(decision: Decision) -> Iterable[PartyPart]:
    words = decision.rulebook.words
    for party, say in words.parties.items():
        parts = [
            _actor_part(decision.rulebook, name, mine)
            for name, actor in words.actors.items()
            if actor.party == party and (mine := [a for a in decision.norms if a.norm.actor == name])
        ]
        if parts:
            yield PartyPart(party, say, tuple(sorted(parts, key=lambda part: -part.must_count)))


def _actor_part(book: Rulebook, name: str, applied: list[Applied]) -> ActorPart:
    order = action_order(book)
    lines = {
        mode: [
            (a.norm, line_of(book, a.norm, depends_on=a.depends_on))
            for a in sorted(applied, key=lambda a: order[a.norm.action])
            if a.norm.mode == mode
        ]
        for mode in wording.MODES
    }
    rhythms: dict[tuple[int, str], list[Line]] = {}
    for norm, line in lines["must"]:
        head = norm.cadence.split()[0] if norm.cadence else ""
        rank = wording.CADENCE_ORDER.index(head) if head in wording.CADENCE_ORDER else len(wording.CADENCE_ORDER)
        rhythms.setdefault((rank, line.rhythm), []).append(line)
    return ActorPart(
        name,
        book.words.actors[name].say,
        tuple(
            RhythmGroup(label or _("没有写明频次，持续做到"), tuple(found))
            for (_rank, label), found in sorted(rhythms.items())
        ),
        tuple(line for _norm, line in lines["may"]),
        tuple(line for _norm, line in lines["must_not"]),
    )


def _contacts() -> tuple[str, ...]:
    return (
        _("社区（村）组织值班"),
        _("网格员"),
        _("社区医生、卫生院"),
        _("乡镇（街道）值班"),
        _("县（市）指挥部"),
        _("疾控机构"),
        _("派出所"),
        _("物业服务企业"),
    )


def _pack_lines(decision: Decision) -> Iterable[PackLine]:
    for pack in packs_in_force(decision):
        used = {a.norm.cite for a in decision.norms if a.norm.instrument == pack.instrument.id}
        yield PackLine(pack, tuple(clause.cite for clause in pack.clauses if clause.cite in used))


# ---- on paper ----------------------------------------------------------------------------------------------------
def printed(page: Handbook) -> bytes:
    """The handbook as PDF, A4, in the language of the page.

    Raises: FontsMissing.
    """
    return pdf_of(_TEMPLATE, _print_data(page))


def _print_data(page: Handbook) -> dict[str, Any]:
    said = wording.said
    return {
        "lang": "en" if wording.is_english() else "zh",
        "words": _print_words(page),
        "facts": [[fact.label, fact.value, fact.source] for fact in page.facts],
        "measures": [
            [
                said(m.action.say),
                [[wording.short(s.label), s.place] for s in m.steps],
                said(m.floor) if m.has_floor else "",
                [_cite(c.short, c.cite) for c in m.floor_chips],
                said(m.cap),
                [_cite(c.short, c.cite) for c in m.cap_chips],
                m.is_granted,
                wording.until_said(m.until) if m.until else "",
            ]
            for ladder in page.ladders
            for m in ladder.rows
        ],
        "deciders": [
            [
                said(action),
                [
                    [said(d.step), wording.listed([said(a) for a in d.actors]), _cite(d.chip.short, d.chip.cite)]
                    for d in found
                ],
            ]
            for action, found in page.deciders
        ],
        "parties": [
            {
                "party": said(party.party),
                "actors": [
                    {
                        "actor": said(actor.actor),
                        "must": [[group.label, _print_lines(group.lines)] for group in actor.must],
                        "may": _print_lines(actor.may),
                        "must_not": _print_lines(actor.must_not),
                    }
                    for actor in party.actors
                ],
            }
            for party in page.parties
        ],
        "contacts": list(page.contacts),
        "undecided": [said(why) for why in page.undecided],
        "packs": [
            [
                said(line.pack.instrument.title),
                line.pack.instrument.number,
                "、".join(line.cites),
                line.pack.instrument.version,
                line.hash,
            ]
            for line in page.packs
        ],
    }


def _print_lines(lines: Iterable[Line]) -> list[list[str]]:
    return [[wording.said(line.sentence), _cite(line.chip.short, line.chip.cite), line.soft_word] for line in lines]


def _cite(short: Say, cite: str) -> str:
    return f"{wording.said(short)} {cite}"


def _print_words(page: Handbook) -> dict[str, str]:
    day = wording.day_said(page.situation.day)
    return {
        "title": _("疫情防控工作指引"),
        "place": page.place_name,
        "day": day,
        "foreword": _(
            "本指引由 %(day)s 有效的防控文件逐条生成，共 %(count)s 条，用来说明谁在什么时候做什么、限度在哪里。"
            "文字是对原文的转述，以原文为准。"
        )
        % {"day": day, "count": page.norm_count},
        "supposed": _("注意：其中有假设的情况，不是登记的事实。") if page.has_suppositions else "",
        "tried": _("按另一种读法试算，不改变任何登记，不能作为办事依据。") if page.tries_readings else "",
        "facts": _("本地情况"),
        "fact": _("事项"),
        "value": _("现在"),
        "source": _("来源"),
        "limits": _("措施的限度"),
        "limits_note": _("限制群众的措施，没有条款授权就不能采取。涂实的一段是现在合规的范围。"),
        "floor": _("至少"),
        "cap": _("至多"),
        "not_granted": _("没有条款授权，不能采取"),
        "deciders": _("谁可以决定"),
        "who": _("谁来做什么"),
        "must": str(wording.MODES["must"]),
        "may": str(wording.MODES["may"]),
        "must_not": str(wording.MODES["must_not"]),
        "contacts": _("联系方式"),
        "post": _("岗位"),
        "name": _("姓名"),
        "phone": _("电话"),
        "undecided": _("文件没有说清的地方"),
        "clauses": _("依据的条款"),
        "number": _("文号"),
        "no_number": _("文号未印出"),
        "version": _("规则包版本"),
        "signed": _("编制单位（盖章）"),
        "date": _("日期"),
    }
