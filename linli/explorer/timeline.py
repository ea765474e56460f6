"""The days that the instruments span, for the slider and its marks."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from linli.policy.pack import Instrument
from linli.policy.rulebook import Rulebook


@dataclass(frozen=True)
class Bar:
    """An instrument on the line of days, in percent of its length."""

    instrument: Instrument
    left: float
    width: float
    row: int
    is_in_force: bool

    @property
    def start(self) -> date:
        """The day from which one sees it at work."""
        return self.instrument.start.day


@dataclass(frozen=True)
class Timeline:
    """The slider: days counted from the first instrument; marks where something begins or ends."""

    first: date
    last: date
    day: date
    bars: tuple[Bar, ...]
    marks: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many days the slider spans."""
        return (self.last - self.first).days

    @property
    def offset(self) -> int:
        """Where the day is; at an end for a day outside."""
        return min(max((self.day - self.first).days, 0), self.length)

    @property
    def at(self) -> float:
        """Where the day is, in percent."""
        return round(self.offset / self.length * 100, 2)

    def day_at(self, offset: int) -> date:
        """The day at a place of the slider."""
        return self.first + timedelta(days=min(max(offset, 0), self.length))


def timeline_of(book: Rulebook, day: date) -> Timeline:
    """From the first instrument to the end of the month after the last change."""
    first, change = book.cuts[0], book.cuts[-1]
    year, month = (change.year, change.month + 1) if change.month < 12 else (change.year + 1, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    length = (last - first).days

    def percent(at: date) -> float:
        return round(min(max((at - first).days, 0), length) / length * 100, 2)

    bars = tuple(
        Bar(
            instrument=pack.instrument,
            left=percent(pack.instrument.start.day),
            width=percent(pack.instrument.end.day if pack.instrument.end else last)
            - percent(pack.instrument.start.day),
            row=row,
            is_in_force=_is_in_force(pack.instrument, day),
        )
        for row, pack in enumerate(book.packs)
    )
    return Timeline(first, last, day, bars, tuple((cut - first).days for cut in book.cuts))


def _is_in_force(instrument: Instrument, day: date) -> bool:
    return instrument.start.day <= day and (instrument.end is None or day < instrument.end.day)
