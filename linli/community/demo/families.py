"""Invented families: who lives together, how old they are, whose name they bear."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from linli.community.demo.names import given_name, surname

# Everybody was born by then; later the county only ages.
LAST_BIRTH = date(2019, 12, 31)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a family."""

    name: str
    birth_day: date
    is_male: bool
    is_renter: bool = False

    @property
    def age(self) -> int:
        """Years at the last day of 2019, about."""
        return LAST_BIRTH.year - self.birth_day.year


def family(choice: Random, *, is_urban: bool) -> list[Member]:
    """A family of one to seven, at about the rates of town or country."""
    weights = _URBAN if is_urban else _RURAL
    make = choice.choices(_KINDS, cum_weights=weights)[0]
    return make(choice)


def adult(choice: Random, *, low: int = 25, high: int = 58, is_male: bool | None = None) -> Member:
    """One grown-up."""
    return _person(choice, age=choice.randint(low, high), is_male=is_male)


def _person(
    choice: Random, *, age: int, is_male: bool | None = None, family_name: str = "", is_renter: bool = False
) -> Member:
    male = choice.random() < 0.512 if is_male is None else is_male
    day = date(LAST_BIRTH.year - age, 1, 1) + timedelta(days=int(choice.random() * 365))
    name = (family_name or surname(choice)) + given_name(choice, is_male=male, born=day.year)
    return Member(name=name, birth_day=day, is_male=male, is_renter=is_renter)


def _pair(choice: Random, *, age: int) -> list[Member]:
    husband = _person(choice, age=age, is_male=True)
    return [husband, _person(choice, age=max(20, age - choice.randint(-2, 5)), is_male=False)]


def _children(choice: Random, parents: list[Member], *, number: int) -> list[Member]:
    father, mother = parents[0], parents[-1]
    family_name = father.name[:2] if father.name.startswith("欧阳") else father.name[0]
    eldest = max(0, mother.age - choice.randint(21, 30))
    ages = [max(0, eldest - index * choice.randint(1, 5)) for index in range(number)]
    return [_person(choice, age=age, family_name=family_name) for age in ages]


def _elder_alone(choice: Random) -> list[Member]:
    return [_person(choice, age=min(98, 62 + int(choice.expovariate(1 / 11))), is_male=choice.random() < 0.38)]


def _elder_couple(choice: Random) -> list[Member]:
    return _pair(choice, age=min(94, 61 + int(choice.expovariate(1 / 9))))


def _single(choice: Random) -> list[Member]:
    return [_person(choice, age=choice.randint(22, 58))]


def _couple(choice: Random) -> list[Member]:
    return _pair(choice, age=choice.randint(24, 60))


def _couple_with_one(choice: Random) -> list[Member]:
    parents = _pair(choice, age=choice.randint(24, 52))
    return [*parents, *_children(choice, parents, number=1)]


def _couple_with_two(choice: Random) -> list[Member]:
    parents = _pair(choice, age=choice.randint(27, 50))
    return [*parents, *_children(choice, parents, number=2 if choice.random() < 0.8 else 3)]


def _three_generations(choice: Random) -> list[Member]:
    parents = _pair(choice, age=choice.randint(26, 46))
    old = min(95, parents[0].age + choice.randint(22, 31))
    name = parents[0].name
    family_name = name[:2] if name.startswith("欧阳") else name[0]
    grandfather = _person(choice, age=old, is_male=True, family_name=family_name)
    grandmother = _person(choice, age=max(45, old - choice.randint(-1, 5)), is_male=False)
    elders = [grandmother] if choice.random() < 0.4 else [grandfather, grandmother]
    return [*elders, *parents, *_children(choice, parents, number=choice.randint(1, 3))]


def _one_parent(choice: Random) -> list[Member]:
    parent = _person(choice, age=choice.randint(26, 48), is_male=choice.random() < 0.3)
    return [parent, *_children(choice, [parent], number=choice.randint(1, 2))]


def _shared_flat(choice: Random) -> list[Member]:
    return [_person(choice, age=choice.randint(18, 42), is_renter=True) for _ in range(choice.randint(2, 5))]


_KINDS: list[Callable[[Random], list[Member]]] = [
    _elder_alone,
    _elder_couple,
    _single,
    _couple,
    _couple_with_one,
    _couple_with_two,
    _three_generations,
    _one_parent,
    _shared_flat,
]
_URBAN = list(accumulate([8, 8, 13, 13, 22, 16, 9, 3, 8]))
_RURAL = list(accumulate([12, 12, 6, 9, 14, 19, 22, 3, 3]))
