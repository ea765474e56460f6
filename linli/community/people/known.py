"""Everybody in the register, streamed as the matcher wants them: a million people pass, none are held.

Two rows that were merged pass as one: the row that is kept, with the names, numbers and phones of both.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from linli.community.dated_rows import in_force
from linli.community.matching.person import Person
from linli.community.models import Residence, Resident, ResidentDocument
from linli.community.people.merging import kept_of_all


def known_people(*, day: date) -> Iterator[Person]:
    """Residents, their papers and their homes on ``day``, side by side in order of id; the key is the id as text."""
    kept_of = kept_of_all()
    merged = _merged(kept_of)
    people = Resident.objects.order_by("id").values_list("id", "name", "birth_day", "sex", "phone").iterator(10_000)
    papers = _Beside(
        ResidentDocument.objects.exclude(number="").order_by("resident_id").values_list("resident_id", "number")
    )
    homes = _Beside(
        Residence.objects.filter(in_force(day), household__isnull=False)
        .order_by("resident_id")
        .values_list("resident_id", "household__address", "household__label")
    )
    for id, name, birth_day, sex, phone in people:
        if id in kept_of:
            continue
        others = merged.get(id, [])
        numbers = [number for _, number in papers.of(id)] + [number for one in others for number in one.documents]
        phones = [one for one in (phone, *(number for one in others for number in one.phones)) if one]
        household = next((address or label for _, address, label in homes.of(id)), "")
        names = tuple(one.name for one in others if one.name != name)
        yield Person(str(id), name, names, birth_day, sex, tuple(numbers), tuple(dict.fromkeys(phones)), household)


def _merged(kept_of: dict[UUID, UUID]) -> dict[UUID, list[Person]]:
    """By the id that is kept: those who were merged into it."""
    found: dict[UUID, list[Person]] = {}
    rows = Resident.objects.filter(merges_gone__undone_at__isnull=True, merges_gone__isnull=False)
    for one in rows.order_by("id").distinct().prefetch_related("documents"):
        numbers = tuple(paper.number for paper in one.documents.all() if paper.number)
        person = Person(str(one.pk), one.name, documents=numbers, phones=(one.phone,) if one.phone else ())
        found.setdefault(kept_of[one.pk], []).append(person)
    return found


class _Beside:
    """Rows in the order of their first column, given out key by key in ascending order."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows.iterator(10_000)
        self._next = next(self._rows, None)

    def of(self, key: UUID) -> list[tuple[Any, ...]]:
        """The rows of this key; those of smaller keys are passed over."""
        found = []
        while self._next is not None and self._next[0] <= key:
            if self._next[0] == key:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found
