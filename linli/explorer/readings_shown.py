"""The numbered readings as a page: the question, how we read it, and what rests on it."""

from dataclasses import dataclass

from linli.explorer.lines import Line, line_of
from linli.explorer.situation import Situation
from linli.explorer.trying import OpenReading, open_readings_with_examples
from linli.policy.pack import Dated, Instrument, Norm
from linli.policy.readings import NumberedReading, cited_numbers, numbered_readings
from linli.policy.rulebook import Rulebook
from linli.policy.vocabulary import Say


@dataclass(frozen=True)
class PassageShown:
    """Where the question arises. is_open: is the instrument among the packs, so that it can be opened?"""

    instrument: str
    short: Say
    cites: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True)
class ReadingShown:
    """One reading with what rests on it: norms, and the first or last days of instruments."""

    reading: NumberedReading
    passages: tuple[PassageShown, ...]
    lines: tuple[Line, ...]
    instruments: tuple[Instrument, ...]
    tries: tuple[OpenReading, ...]


def readings_page(book: Rulebook, situation: Situation) -> list[ReadingShown]:
    """All numbered readings, in order, with the norms of the rulebook that cite them."""
    norms: dict[int, list[Norm]] = {}
    for norm in book.norms:
        for number in _cited(norm.note):
            norms.setdefault(number, []).append(norm)
    tries = {
        shown.reading.id: shown for pack in book.packs for shown in open_readings_with_examples(book, situation, pack)
    }
    return [
        ReadingShown(
            reading,
            tuple(
                PassageShown(
                    passage.instrument,
                    book.instruments[passage.instrument].short
                    if passage.instrument in book.instruments
                    else Say(passage.instrument, passage.instrument),
                    passage.cites,
                    passage.instrument in book.instruments,
                )
                for passage in reading.passages
            ),
            tuple(line_of(book, norm) for norm in norms.get(number, ())),
            tuple(one for one in book.instruments.values() if number in _cited_by_days(one)),
            tuple(tries[name] for name in reading.open if name in tries),
        )
        for number, reading in numbered_readings().items()
    ]


def _cited(note: Say | None) -> tuple[int, ...]:
    return cited_numbers(f"{note.zh}\n{note.en}") if note else ()


def _cited_by_days(instrument: Instrument) -> set[int]:
    days: tuple[Dated | None, ...] = (instrument.issued, instrument.start, instrument.end)
    return {number for dated in days if dated for number in _cited(dated.note)}
