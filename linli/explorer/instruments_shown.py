"""The instruments as pages: who issued them, where and when they bind, and what each clause was read as."""

from dataclasses import dataclass
from datetime import date

from linli.community.models import Division
from linli.explorer import wording
from linli.explorer.lines import Line, line_of
from linli.explorer.situation import Situation
from linli.explorer.trying import OpenReading, open_readings_with_examples
from linli.policy.pack import Clause, Gap, Norm, Pack
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say


@dataclass(frozen=True)
class InstrumentCard:
    """One instrument with its pack. territory_name: empty for the whole nation."""

    pack: Pack
    level_word: str
    territory_name: str
    amends: tuple[tuple[str, Say, Say], ...]
    in_force_on: bool

    @property
    def hash(self) -> str:
        """The first characters of the hash of the pack."""
        return self.pack.sha256[:12]


@dataclass(frozen=True)
class ClauseShown:
    """A clause with the norms that cite it, or why there are none."""

    clause: Clause
    count: int
    why_none: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class InstrumentShown:
    """The page of one instrument."""

    card: InstrumentCard
    clauses: list[ClauseShown]
    readings: list[OpenReading]
    gaps: tuple[Gap, ...]


def cards(book: Rulebook, day: date) -> list[InstrumentCard]:
    """All instruments, the oldest first."""
    return [_card(book, pack, day) for pack in book.packs]


def _card(book: Rulebook, pack: Pack, day: date) -> InstrumentCard:
    instrument = pack.instrument
    area = Division.objects.filter(code=instrument.territory.ljust(12, "0")).first() if instrument.territory else None
    shorts = {i.id: i.short for i in book.instruments.values()}
    return InstrumentCard(
        pack,
        str(wording.LEVELS[instrument.level]),
        area.full_name if area else instrument.territory,
        tuple((name, shorts.get(name, Say(name, name)), note) for name, note in instrument.amends),
        instrument.start.day <= day and (instrument.end is None or day < instrument.end.day),
    )


def instrument(book: Rulebook, pack: Pack, situation: Situation, *, opened: str = "") -> InstrumentShown:
    """One instrument: its clauses, readings and gaps. opened: the clause whose norms are listed."""
    cited: dict[str, list[Norm]] = {}
    for norm in pack.norms:
        cited.setdefault(norm.cite, []).append(norm)
    return InstrumentShown(
        _card(book, pack, situation.day),
        [
            ClauseShown(
                clause,
                len(cited.get(clause.cite, ())),
                str(wording.NO_NORMS.get(clause.none, clause.none)) if clause.none else "",
                tuple(line_of(book, norm) for norm in cited.get(clause.cite, ())) if clause.cite == opened else (),
            )
            for clause in pack.clauses
        ],
        open_readings_with_examples(book, situation, pack),
        pack.gaps,
    )
