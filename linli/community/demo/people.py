"""Stores the invented people of the demo county, and writes what was planned to a file of its own.

The same seed and number of people make the same county, name by name and identifier by identifier. The file tells, a
line of JSON each, which communities, units, households, residents and workers there are and which gaps were left on
purpose; it is written from the plan and not from the database, so that checks can count on their own.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import IO, Any
from uuid import UUID

from django.db import models

from linli.community.codes import VILLAGE
from linli.community.demo.families import Member, adult
from linli.community.demo.layout import (
    PlannedCommunity,
    PlannedHome,
    PlannedUnit,
    PlannedWorker,
    settled,
    station_alone,
)
from linli.community.grid.gaps import Gap
from linli.community.identity import DEMO_AREA, DEMO_PHONES
from linli.community.matching.identity_number import check_digit
from linli.community.models import (
    Account,
    Assignment,
    Division,
    GridUnit,
    Household,
    Residence,
    Resident,
    ResidentDocument,
    Setting,
    Worker,
)
from linli.community.pinyin import spellings

# Before every day that a demo stands on.
GRID_DAY = date(2018, 1, 1)
_FIRST_MOMENT = 1_514_764_800_000  # GRID_DAY in milliseconds
_PEOPLE_IN_COMMUNITY = 500
_WITHOUT_GRID = 3
_MOVED = 0.03
_NO_HOUSEHOLD = 0.004
_BATCH = 5_000
_TELL_EVERY = 20_000

Tell = Callable[[str], None]


def people_of(
    county: str, *, seed: int, people: int, truth: Path | None = None, tell: Tell | None = None
) -> dict[str, int]:
    """Make ``people`` people for the communities of ``county`` and store them. Answers how many there are of each kind.

    ``truth`` is the file for what was planned; ``tell`` hears of the progress.
    """
    communities = list(Division.objects.filter(level=VILLAGE, code__startswith=county[:6]).order_by("code"))
    if truth is None:
        return _build(communities, seed=seed, people=people, maker=_Maker(seed=seed, truth=None), tell=tell)
    unfinished = truth.with_name(truth.name + ".part")
    with unfinished.open("w", encoding="utf-8") as stream:
        counts = _build(communities, seed=seed, people=people, maker=_Maker(seed=seed, truth=stream), tell=tell)
    os.replace(unfinished, truth)
    return counts


def _build(
    communities: list[Division], *, seed: int, people: int, maker: "_Maker", tell: Tell | None
) -> dict[str, int]:
    shares = _shares(communities, people=people, choice=Random(f"shares {seed}"))
    told = 0
    for index, (community, share) in enumerate(shares):
        choice = Random(f"{seed} {people} {community.code}")
        is_urban = community.setting == Setting.URBAN or (not community.setting and "村委会" not in community.name)
        if share is None:
            maker.note(type="gap", gap=Gap.COMMUNITIES, community=community.code)
            continue
        if share:
            plan = settled(community.name, is_urban=is_urban, people=share, choice=choice, is_first=index == 0)
        else:
            plan = station_alone(community.name, is_urban=is_urban)
        maker.make(plan, community=community, choice=choice, is_first=index == 0)
        if tell is not None and maker.counts["residents"] - told >= _TELL_EVERY:
            told = maker.counts["residents"]
            tell(f"{told:,} of {people:,} people")
    maker.flush()
    return maker.counts


def _shares(communities: list[Division], *, people: int, choice: Random) -> list[tuple[Division, int | None]]:
    """How many people each community gets, the demo's own community first; None for one without a grid."""
    if not communities:
        return []
    first, *others = communities
    without = set(choice.sample(range(len(others)), k=min(_WITHOUT_GRID, len(others) // 2)))
    open_ones = [one for index, one in enumerate(others) if index not in without]
    number = min(max(round(people / _PEOPLE_IN_COMMUNITY), 1), len(open_ones) + 1)
    chosen = [first, *choice.sample(open_ones, k=number - 1)]
    share, rest = divmod(people, number)
    given = {one.code: share + (index < rest) for index, one in enumerate(chosen)}
    return [
        (one, None if position - 1 in without and position else given.get(one.code, 0))
        for position, one in enumerate(communities)
    ]


@dataclass
class _Maker:
    """Turns plans into rows, in batches, and into lines of the truth."""

    seed: int
    truth: IO[str] | None
    counts: dict[str, int] = field(
        default_factory=lambda: {"units": 0, "households": 0, "residents": 0, "workers": 0, "assignments": 0}
    )
    _rows: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    _moment: Iterator[int] = field(default_factory=lambda: count(_FIRST_MOMENT))
    _phones: Iterator[int] = field(default_factory=count)
    _cards: dict[tuple[date, bool], int] = field(default_factory=dict)
    _initials: dict[str, str] = field(default_factory=dict)

    def make(self, plan: PlannedCommunity, *, community: Division, choice: Random, is_first: bool) -> None:
        """Store a community: units, homes and people, then workers and what they answer for."""
        units = self._units(plan.root, community=community)
        homes = self._homes(plan.root, units=units, community=community, choice=choice, is_first=is_first)
        self._workers(plan.workers, units=units, homes=homes, community=community, choice=choice)
        if len(self._rows.get(Resident, ())) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Store what is waiting, what is pointed at first."""
        for model in (Household, Resident, ResidentDocument, Residence, Assignment):
            model._default_manager.bulk_create(self._rows.pop(model, []), batch_size=_BATCH)

    def note(self, **line: Any) -> None:
        """One line of the truth."""
        if self.truth is not None:
            self.truth.write(json.dumps(line, ensure_ascii=False) + "\n")

    # ---- units
    def _units(self, root: PlannedUnit, *, community: Division) -> dict[int, GridUnit]:
        """The rows by the identity of the plan, level after level."""
        found: dict[int, GridUnit] = {}
        level: list[tuple[PlannedUnit, PlannedUnit | None, str]] = [(root, None, "")]
        while level:
            rows = [self._unit(plan, parent=parent, found=found, community=community) for plan, parent, _ in level]
            GridUnit.objects.bulk_create(rows)
            self.counts["units"] += len(rows)
            following: list[tuple[PlannedUnit, PlannedUnit | None, str]] = []
            for (plan, _, above), row in zip(level, rows, strict=True):
                found[id(plan)] = row
                path = f"{above}/{plan.name}"
                self._note_unit(plan, row=row, path=path)
                following += [(inner, plan, path) for inner in plan.inside]
            level = following
        return found

    def _unit(
        self, plan: PlannedUnit, *, parent: PlannedUnit | None, found: dict[int, GridUnit], community: Division
    ) -> GridUnit:
        return GridUnit(
            division=community,
            parent=found[id(parent)] if parent is not None else None,
            net=GridUnit.Net.MAIN if plan.kind in GridUnit.MAIN_KINDS else GridUnit.Net.AUXILIARY,
            kind=plan.kind,
            name=plan.name,
            initials=self._initials_of(plan.name),
            from_day=GRID_DAY,
        )

    def _note_unit(self, plan: PlannedUnit, *, row: GridUnit, path: str) -> None:
        self.note(type="unit", community=row.division_id, path=path, kind=plan.kind, has_head=plan.has_head)
        if row.net == GridUnit.Net.MAIN and not plan.has_head:
            self.note(type="gap", gap=Gap.UNITS, community=row.division_id, unit=path)

    # ---- homes and people
    def _homes(
        self, root: PlannedUnit, *, units: dict[int, GridUnit], community: Division, choice: Random, is_first: bool
    ) -> dict[int, Household]:
        found: dict[int, Household] = {}
        lost = 2 if is_first else 0
        for unit in root.walk():
            for home in unit.homes:
                household = self._household(home, unit=units[id(unit)], choice=choice)
                earlier = list(found.values())[-12:]
                found[id(home)] = household
                for member in home.members:
                    has_none = lost > 0 and member.age > 20 and len(found) > 5
                    has_none = has_none or choice.random() < _NO_HOUSEHOLD
                    lost -= has_none
                    self._resident(
                        member,
                        household=None if has_none else household,
                        earlier=earlier,
                        community=community,
                        choice=choice,
                    )
        return found

    def _household(self, home: PlannedHome, *, unit: GridUnit, choice: Random) -> Household:
        row = Household(id=self._id(choice), unit=unit, label=home.label, address=home.address, from_day=GRID_DAY)
        self._add(row, counted="households")
        self.note(
            type="household",
            id=str(row.id),
            community=unit.division_id,
            label=home.label,
            has_responsible=home.has_responsible,
        )
        if not home.has_responsible:
            self.note(type="gap", gap=Gap.HOUSEHOLDS, community=unit.division_id, household=str(row.id))
        return row

    def _resident(
        self,
        member: Member,
        *,
        household: Household | None,
        earlier: list[Household],
        community: Division,
        choice: Random,
    ) -> None:
        has_phone = 10 <= member.age <= 80 or (member.age > 80 and choice.random() < 0.4)
        phone = self._phone() if has_phone else ""
        sex = Resident.Sex.MALE if member.is_male else Resident.Sex.FEMALE
        row = Resident(
            id=self._id(choice),
            name=member.name,
            initials=self._initials_of(member.name),
            birth_day=member.birth_day,
            sex=sex,
            phone=phone,
            phone_tail=phone[-4:],
        )
        self._add(row, counted="residents")
        self._add(ResidentDocument(resident=row, kind=ResidentDocument.Kind.ID_CARD, number=self._card(member)))
        first_day = max(GRID_DAY, member.birth_day)
        moved_from = None
        if household is not None and earlier and member.age > 3 and choice.random() < _MOVED:
            moved_from = earlier[int(choice.random() * len(earlier))]
            on = first_day + timedelta(days=choice.randint(30, 700))
            self._add(
                Residence(
                    resident=row,
                    household=moved_from,
                    kind=Residence.Kind.RESIDENT,
                    from_day=first_day,
                    to_day=on,
                    end_reason=Residence.EndReason.MOVED,
                )
            )
            first_day = on
        kind = Residence.Kind.RENTER if member.is_renter else Residence.Kind.RESIDENT
        where = {"household": household} if household is not None else {"division": community}
        self._add(Residence(resident=row, kind=kind, from_day=first_day, **where))
        self._note_resident(row, household=household, moved_from=moved_from, community=community)

    def _note_resident(
        self, row: Resident, *, household: Household | None, moved_from: Household | None, community: Division
    ) -> None:
        self.note(
            type="resident",
            id=str(row.id),
            community=community.code,
            household=str(household.id) if household else None,
            moved_from=str(moved_from.id) if moved_from else None,
            born=row.birth_day.isoformat() if row.birth_day else None,
            sex=str(row.sex),
        )
        if household is None:
            self.note(type="gap", gap=Gap.RESIDENTS, community=community.code, resident=str(row.id))

    # ---- workers
    def _workers(
        self,
        plans: list[PlannedWorker],
        *,
        units: dict[int, GridUnit],
        homes: dict[int, Household],
        community: Division,
        choice: Random,
    ) -> None:
        rows = [self._worker(plan, community=community, choice=choice) for plan in plans]
        Worker.objects.bulk_create(rows)
        self.counts["workers"] += len(rows)
        for plan, row in zip(plans, rows, strict=True):
            for what, role in plan.duties:
                target = {"unit": units[id(what)]} if isinstance(what, PlannedUnit) else {"household": homes[id(what)]}
                self._add(Assignment(worker=row, role=role, from_day=GRID_DAY, **target), counted="assignments")
            self.note(type="worker", community=community.code, name=row.name, kind=plan.kind, duties=len(plan.duties))
            if not plan.duties:
                self.note(type="gap", gap=Gap.WORKERS, community=community.code, worker=row.name, phone=row.phone)

    def _worker(self, plan: PlannedWorker, *, community: Division, choice: Random) -> Worker:
        account = Account.objects.filter(is_demo=True, username=plan.account).first() if plan.account else None
        name = account.display_name.partition("（")[0] if account is not None else adult(choice).name
        return Worker(
            name=name,
            initials=self._initials_of(name),
            phone=self._phone(),
            kind=plan.kind,
            division=community,
            account=account,
            from_day=GRID_DAY,
        )

    # ---- what a row is made of
    def _add(self, row: models.Model, *, counted: str = "") -> None:
        self._rows.setdefault(type(row), []).append(row)
        if counted:
            self.counts[counted] += 1

    def _id(self, choice: Random) -> UUID:
        """An identifier of version 7 whose moment is a count, so that the same seed gives the same one."""
        high = (next(self._moment) << 16) | 0x7000 | choice.getrandbits(12)
        return UUID(int=(high << 64) | (0b10 << 62) | choice.getrandbits(62))

    def _phone(self) -> str:
        """Every number once, in an order in which the last four digits vary."""
        return f"{DEMO_PHONES}{next(self._phones) * 48_271 % 100_000_000:08d}"

    def _card(self, member: Member) -> str:
        """The next number of that day and sex, in an area that belongs to nobody."""
        born = (member.birth_day, member.is_male)
        number = self._cards[born] = self._cards.get(born, -1) + 1
        area, place = divmod(number, 500)
        first = f"{int(DEMO_AREA) + area}{member.birth_day:%Y%m%d}{place * 2 + member.is_male:03d}"
        return first + check_digit(first)

    def _initials_of(self, name: str) -> str:
        found = self._initials.get(name)
        if found is None:
            found = self._initials[name] = spellings(name)[1][:200]
        return found
