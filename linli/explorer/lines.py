"""A norm as a line that a committee member reads, and the sheet behind it: where it stands and why it holds here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from linli.explorer import wording
from linli.policy.decide import Applied, Decision
from linli.policy.pack import Clause, Instrument, Norm, Pack, Reading
from linli.policy.resolve import Yielded, bounds
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Action, Say

FEW = 2
KIND_ORDER = {"restrictive": 0, "duty": 1, "service": 2}


@dataclass(frozen=True)
class Chip:
    """The sign of a clause: which norm, of which instrument, cited how."""

    norm: str
    instrument: str
    short: Say
    cite: str


@dataclass(frozen=True)
class Line:
    """One norm as a sentence with what belongs beside it.

    until: the first day it no longer binds. is_other_reading: does it hold only under a reading that is not in force?
    """

    id: str
    mode: str
    kind: str
    soft: str
    sentence: Say
    chip: Chip
    actors: tuple[Say, ...]
    groups: tuple[Say, ...]
    places: tuple[Say, ...]
    rhythm: str
    figures: tuple[str, ...]
    waits_for: tuple[Say, ...]
    until: date | None
    is_new: bool = False
    is_other_reading: bool = False

    @property
    def mode_word(self) -> str:
        """应当, 可以 or 不得."""
        return str(wording.MODES[self.mode])

    @property
    def soft_word(self) -> str:
        """裁量 or 倡导; empty for what is neither."""
        return str(wording.SOFT[self.soft]) if self.soft else ""

    @property
    def names_groups(self) -> bool:
        """Does it say anything to name the people it is about: few of them, and not those who act themselves?"""
        return 0 < len(self.groups) <= FEW and not {g.zh for g in self.groups} & {a.zh for a in self.actors}

    @property
    def is_power(self) -> bool:
        """Does it restrict people?"""
        return self.kind == "restrictive"


def chip_of(book: Rulebook, norm: Norm) -> Chip:
    """The sign of the clause in which a norm stands."""
    return Chip(norm.id, norm.instrument, book.instruments[norm.instrument].short, norm.cite)


def line_of(book: Rulebook, norm: Norm, *, depends_on: Iterable[str] = (), is_new: bool = False) -> Line:
    """A norm as a line."""
    words = book.words
    return Line(
        id=norm.id,
        mode=norm.mode,
        kind=words.actions[norm.action].kind,
        soft=norm.soft,
        sentence=norm.say,
        chip=chip_of(book, norm),
        actors=tuple(words.actors[name].say for name in (norm.actor, *norm.partners)),
        groups=tuple(words.groups[name] for name in norm.who),
        places=tuple(words.place_kinds[name] for name in norm.place_kind),
        rhythm=wording.rhythm_said(norm),
        figures=tuple(wording.params_said(norm, words)),
        waits_for=tuple(_fact_said(book, name) for name in depends_on),
        until=norm.end if words.actions[norm.action].kind == "restrictive" and norm.mode != "must_not" else None,
        is_new=is_new,
        is_other_reading=any(options_in_force(book)[name] != option for name, option in norm.under),
    )


def options_in_force(book: Rulebook) -> Mapping[str, str]:
    """The option in force of every open reading, whatever is tried."""
    found: dict[str, str] | None = book.__dict__.get("_in_force")
    if found is None:
        found = book.__dict__["_in_force"] = {r.id: r.in_force for pack in book.packs for r in pack.readings}
    return found


def lines_of(book: Rulebook, applied: Iterable[Applied], *, new: frozenset[str] = frozenset()) -> list[Line]:
    """Norms that bind as lines: what the facts of the place brought first, power before work before service."""
    ordered = sorted(applied, key=lambda a: _weight(book, a, new))
    return [line_of(book, a.norm, depends_on=a.depends_on, is_new=a.norm.id in new) for a in ordered]


def _weight(book: Rulebook, applied: Applied, new: frozenset[str]) -> tuple[bool, bool, int, int, int]:
    because = sum(name != "division_code" for name in applied.because)
    norm = applied.norm
    return (
        norm.id not in new,
        bool(norm.soft),
        -because,
        KIND_ORDER[book.words.actions[norm.action].kind],
        action_order(book)[norm.action],
    )


def action_order(book: Rulebook) -> Mapping[str, int]:
    """Actions stand in the vocabulary by theme; so do lines."""
    found: dict[str, int] | None = book.__dict__.get("_action_order")
    if found is None:
        found = book.__dict__["_action_order"] = {name: i for i, name in enumerate(book.words.actions)}
    return found


def _fact_said(book: Rulebook, name: str) -> Say:
    return PLACE if name == "division_code" else book.words.facts[name].say


PLACE = Say("地方", "place")


@dataclass(frozen=True)
class Because:
    """A fact that matched, with its value in words."""

    fact: Say
    value: str


@dataclass(frozen=True)
class Beside:
    """Another norm that this one goes before or yields to, and why."""

    line: Line
    why: Say


@dataclass(frozen=True)
class Choice:
    """An open reading under which the norm holds, and the option chosen."""

    reading: Reading
    option: Say


@dataclass(frozen=True)
class Sheet:
    """Everything behind one line.

    binds: whether it binds in the situation asked about; None where no situation was given. goes_before: norms that it
    replaced or that yielded to it here; yields_to: the one that took its place here.
    """

    line: Line
    norm: Norm
    instrument: Instrument
    pack: Pack
    clause: Clause | None
    action: Action
    binds: bool | None
    because: tuple[Because, ...]
    goes_before: tuple[Beside, ...]
    yields_to: tuple[Beside, ...]
    choices: tuple[Choice, ...]
    floor: Say | None
    cap: Say | None
    deciders: tuple[Say, ...]
    papers: tuple[Say, ...]

    @property
    def hash(self) -> str:
        """The first characters of the hash of the pack."""
        return self.pack.sha256[:12]

    @property
    def reading_word(self) -> str:
        """Printed so, or our reading."""
        return str(wording.READINGS[self.norm.reading])

    @property
    def start_basis(self) -> str:
        """How the first day of the instrument is known."""
        return str(wording.BASES[self.instrument.start.basis])

    @property
    def end_basis(self) -> str:
        """How the end of the instrument is known."""
        return str(wording.BASES[self.instrument.end.basis]) if self.instrument.end else ""

    @property
    def issued_basis(self) -> str:
        """How the day of issue is known."""
        return str(wording.BASES[self.instrument.issued.basis]) if self.instrument.issued else ""

    @property
    def soft_note(self) -> str:
        """What discretion or encouragement means."""
        return str(wording.SOFT_NOTES[self.norm.soft]) if self.norm.soft else ""


def sheet_of(book: Rulebook, norm: Norm, decision: Decision | None) -> Sheet:
    """The sheet of a norm, in one situation or (None) in none."""
    words = book.words
    applied = next((a for a in decision.norms if a.norm.id == norm.id), None) if decision else None
    action = words.actions[norm.action]
    pack = book.pack_of[norm.instrument]
    floor, cap, grant = bounds(norm, action) if action.kind == "restrictive" and action.has_steps else (None,) * 3
    yielded = decision.yielded if decision else ()
    readings = {reading.id: reading for p in book.packs for reading in p.readings}
    return Sheet(
        line=line_of(book, norm, depends_on=applied.depends_on if applied else ()),
        norm=norm,
        instrument=pack.instrument,
        pack=pack,
        clause=next((c for c in pack.clauses if c.cite == norm.cite), None),
        action=action,
        binds=None if decision is None else applied is not None,
        because=because_of(book, applied) if applied else (),
        goes_before=_besides(book, [(y.norm, y) for y in yielded if y.to == norm.id]),
        yields_to=_besides(book, [(y.to, y) for y in yielded if y.norm == norm.id]),
        choices=tuple(Choice(readings[name], dict(readings[name].options)[option]) for name, option in norm.under),
        floor=_step(action, floor),
        cap=_step(action, cap if cap is not None else grant),
        deciders=tuple(words.actors[name].say for name in norm.by) if action.kind == "restrictive" else (),
        papers=tuple(words.papers[name] for name in norm.paper),
    )


def _step(action: Action, index: int | None) -> Say | None:
    return None if index is None else action.scale.labels[action.scale.steps[index]]


def _besides(book: Rulebook, pairs: Iterable[tuple[str, Yielded]]) -> tuple[Beside, ...]:
    return tuple(Beside(line_of(book, book.norm[name]), y.why) for name, y in pairs)


def because_of(book: Rulebook, applied: Applied) -> tuple[Because, ...]:
    """The facts that matched, in words."""
    facts = book.words.facts
    return tuple(
        Because(facts[name].say, wording.value_said(facts[name], value))
        if name in facts
        else Because(PLACE, str(value))
        for name, value in applied.because.items()
    )
