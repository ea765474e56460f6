"""What is known of one person when the question is who they are."""

from datetime import date
from typing import NamedTuple

Key = str | int

MALE = "MALE"
FEMALE = "FEMALE"


class Person(NamedTuple):
    """One person of the register, or one row of a table; whatever is unknown stays empty.

    ``key`` is the register's own id, or the row's number. ``other_names`` are former and alias names. ``birth_day`` is
    what was stated; the birth date inside an ID number is read from there. ``sex`` is MALE, FEMALE or empty.
    ``documents`` are ID numbers (15 or 18 digits) and numbers of other papers, ``household`` is the address as text.
    A tuple, because a register of a million is streamed through.
    """

    key: Key
    name: str
    other_names: tuple[str, ...] = ()
    birth_day: date | None = None
    sex: str = ""
    documents: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    household: str = ""
