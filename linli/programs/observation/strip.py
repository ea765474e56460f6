"""The strip of days: one square for each day of an observation, each in exactly one state.

Pure. Done, abnormal, missed, excused (or in hospital, where nobody checks at home), today, to come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from linli.community.civil_days import start_of
from linli.programs.observation.course import CHECK, EXCUSE, HOSPITAL, Course
from linli.records.program import Fact, item_id


class DayState(StrEnum):
    """How a day of an observation stands."""

    DONE = "DONE"
    ABNORMAL = "ABNORMAL"
    MISSED = "MISSED"
    EXCUSED = "EXCUSED"
    TODAY = "TODAY"
    TO_COME = "TO_COME"


@dataclass(frozen=True, kw_only=True)
class Square:
    """One day. ``number`` is the day of the observation, from 1; ``temperature`` the highest of the day in ℃."""

    day: date
    number: int
    state: DayState
    place: str
    temperature: float | None = None
    reason: str = ""


def strip_of(course: Course, facts: Iterable[Fact], *, resident: UUID, end: date, day: date) -> tuple[Square, ...]:
    """All days of an observation up to ``end``, not included, as they stand on ``day``."""
    checks: dict[date, list[Fact]] = {}
    excuses: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind == CHECK:
            checks.setdefault(fact.day, []).append(fact)
        elif fact.kind == EXCUSE:
            excuses[str(fact.payload.get("item", ""))] = fact
    squares = []
    for number in range((end - course.start).days):
        on = course.start + timedelta(days=number)
        excuse = excuses.get(item_id(CHECK, resident, start_of(on)))
        place = course.place_on(on)
        made = checks.get(on, [])
        squares.append(
            Square(
                day=on,
                number=number + 1,
                state=_state(made, is_excused=excuse is not None or (place == HOSPITAL and on <= day), on=on, day=day),
                place=place,
                temperature=max((float(one.payload["temperature"]) for one in made), default=None),
                reason=str(excuse.payload.get("reason", "")) if excuse is not None and not made else "",
            )
        )
    return tuple(squares)


def _state(made: list[Fact], *, is_excused: bool, on: date, day: date) -> DayState:
    if made:
        return DayState.ABNORMAL if any(one.is_abnormal for one in made) else DayState.DONE
    if is_excused:
        return DayState.EXCUSED
    if on == day:
        return DayState.TODAY
    return DayState.MISSED if on < day else DayState.TO_COME
