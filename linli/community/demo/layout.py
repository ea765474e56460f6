"""The invented grid of one community: units, homes in them, and who answers for what, with a few deliberate gaps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from linli.community.demo.families import Member, family
from linli.community.models import Assignment, GridUnit, WorkerKind

K = GridUnit.Kind
_COMPOUNDS = (
    "兰溪苑", "榕树里", "锦绣家园", "金鸡花园", "凤山小区", "滨江新村", "丰泽园", "桃源里", "梅山苑", "柳湖新城",
    "成功花园", "诗山里", "翠屏山庄", "玉湖苑", "东田小筑", "金光里", "美林家园", "霞美新村", "水头里", "五峰苑",
)  # fmt: skip
_VILLAGES = (
    "后埔", "下宅", "溪头", "顶厝", "山尾", "新厝", "洋中", "田边", "埔头", "大坪",
    "坑内", "祖厝", "尾厝", "桥头", "湖内", "仑前", "石井头", "林口", "内寨", "东头",
)  # fmt: skip
_NUMERALS = "一二三四五六七八九十"
_HOMES_IN_BUILDING = (16, 30)
_HOMES_IN_GROUP = (18, 36)


@dataclass(kw_only=True)
class PlannedWorker:
    """A worker as planned. ``account`` is the demo account that is theirs."""

    kind: WorkerKind
    duties: list[tuple["PlannedUnit | PlannedHome", Assignment.Role]] = field(default_factory=list)
    account: str = ""


@dataclass(kw_only=True)
class PlannedHome:
    """A household as planned."""

    label: str
    address: str
    members: list[Member]
    has_responsible: bool = False


@dataclass(kw_only=True)
class PlannedUnit:
    """A unit as planned, with what is in it."""

    kind: str
    name: str
    inside: list["PlannedUnit"] = field(default_factory=list)
    homes: list[PlannedHome] = field(default_factory=list)
    has_head: bool = False

    def walk(self) -> Iterator["PlannedUnit"]:
        """This unit and all those inside it."""
        yield self
        for unit in self.inside:
            yield from unit.walk()


@dataclass(kw_only=True)
class PlannedCommunity:
    """A community as planned: its station, and the workers."""

    root: PlannedUnit
    workers: list[PlannedWorker]


def station_alone(name: str, *, is_urban: bool) -> PlannedCommunity:
    """A community of which only the station and its head are known."""
    root = _root(name, is_urban=is_urban)
    staff = PlannedWorker(kind=WorkerKind.STAFF)
    _head(staff, root)
    return PlannedCommunity(root=root, workers=[staff])


def settled(name: str, *, is_urban: bool, people: int, choice: Random, is_first: bool) -> PlannedCommunity:
    """A community with ``people`` people. In the first of the demo every kind of gap is sure to be there."""
    root = _root(name, is_urban=is_urban)
    families = _families(people, is_urban=is_urban, choice=choice)
    root.inside = _stations(families, is_urban=is_urban, choice=choice)
    workers = _station_staff(root, is_urban=is_urban, is_first=is_first)
    for index, station in enumerate(root.inside):
        is_last = index == len(root.inside) - 1
        is_short = index > 0 and (choice.random() < 0.04 or (is_first and is_last))
        workers += _grid_workers(station, is_first=is_first and index == 0, is_short=is_short, choice=choice)
    workers += _heads_of_the_lowest(root, is_urban=is_urban, choice=choice, is_first=is_first)
    workers += _lane_head(root, choice=choice)
    workers += _volunteers(root, choice=choice, is_first=is_first)
    _auxiliary(root, is_urban=is_urban)
    return PlannedCommunity(root=root, workers=workers)


def _root(name: str, *, is_urban: bool) -> PlannedUnit:
    kind = K.COMMUNITY_STATION if is_urban else K.VILLAGE_STATION
    short = name.removesuffix("居委会").removesuffix("委会")
    return PlannedUnit(kind=kind, name=f"{short}网格工作站")


def _families(people: int, *, is_urban: bool, choice: Random) -> list[list[Member]]:
    found: list[list[Member]] = []
    left = people
    while left > 0:
        members = family(choice, is_urban=is_urban)[:left]
        found.append(members)
        left -= len(members)
    return found


def _stations(families: list[list[Member]], *, is_urban: bool, choice: Random) -> list[PlannedUnit]:
    """The second level with the third and the homes in it."""
    lows = list(_lowest(families, is_urban=is_urban, choice=choice))
    names = choice.sample(_COMPOUNDS if is_urban else _VILLAGES, k=20)
    per_station = 6 if is_urban else 4
    # At least two stations, so that there are neighbours.
    per_station = max(1, min(per_station, (len(lows) + 1) // 2))
    found = []
    for start in range(0, len(lows), per_station):
        index = start // per_station
        name = names[index % 20] + (f"{_NUMERALS[index // 20]}期" if index >= 20 else "")
        station = PlannedUnit(kind=K.COMPOUND_STATION if is_urban else K.NATURAL_VILLAGE_STATION, name=name)
        for number, homes in enumerate(lows[start : start + per_station], start=1):
            station.inside.append(_low_unit(number, homes, station=station, is_urban=is_urban))
        found.append(station)
    return found


def _lowest(families: list[list[Member]], *, is_urban: bool, choice: Random) -> Iterator[list[list[Member]]]:
    start = 0
    while start < len(families):
        size = choice.randint(*(_HOMES_IN_BUILDING if is_urban else _HOMES_IN_GROUP))
        yield families[start : start + size]
        start += size


def _low_unit(number: int, homes: list[list[Member]], *, station: PlannedUnit, is_urban: bool) -> PlannedUnit:
    name = f"{number}号楼" if is_urban else f"第{_NUMERALS[(number - 1) % 10]}组"
    unit = PlannedUnit(kind=K.BUILDING_STATION if is_urban else K.GROUP_STATION, name=name)
    for index, members in enumerate(homes):
        if is_urban:
            entrance, place = index % 2 + 1, index // 2
            label = f"{number}-{entrance}-{place // 2 + 1}0{place % 2 + 1}"
        else:
            label = f"{number}组{index + 1}号"
        unit.homes.append(PlannedHome(label=label, address=f"{station.name}{label}", members=members))
    return unit


def _station_staff(root: PlannedUnit, *, is_urban: bool, is_first: bool) -> list[PlannedWorker]:
    head = PlannedWorker(kind=WorkerKind.STAFF, account="community" if is_first else "")
    _head(head, root)
    doctor = PlannedWorker(
        kind=WorkerKind.DOCTOR if is_urban else WorkerKind.VILLAGE_DOCTOR, account="doctor" if is_first else ""
    )
    doctor.duties.append((root, Assignment.Role.MEDICAL))
    liaison = PlannedWorker(kind=WorkerKind.PUBLIC_HEALTH_LIAISON)
    liaison.duties.append((root, Assignment.Role.LIAISON))
    others = [PlannedWorker(kind=kind) for kind in (WorkerKind.STAFF, WorkerKind.POLICE, WorkerKind.DISPATCHED)]
    for one in others:
        one.duties.append((root, Assignment.Role.SUPPORT))
    return [head, doctor, liaison, *others]


def _grid_workers(station: PlannedUnit, *, is_first: bool, is_short: bool, choice: Random) -> list[PlannedWorker]:
    """Who answers for a station: one for all of it, or, where they are short of hands, not for its last part."""
    worker = PlannedWorker(kind=WorkerKind.GRID_WORKER, account="grid" if is_first else "")
    if is_first or choice.random() >= 0.02:
        _head(worker, station)
    if is_short:
        covered = station.inside[:-1]
        worker.duties += [(unit, Assignment.Role.RESPONSIBLE) for unit in covered]
    else:
        covered = station.inside
        worker.duties.append((station, Assignment.Role.RESPONSIBLE))
    for unit in covered:
        for home in unit.homes:
            home.has_responsible = True
    return [worker]


def _heads_of_the_lowest(root: PlannedUnit, *, is_urban: bool, choice: Random, is_first: bool) -> list[PlannedWorker]:
    kind = WorkerKind.BUILDING_HEAD if is_urban else WorkerKind.GROUP_LEADER
    found = []
    for index, unit in enumerate(unit for station in root.inside for unit in station.inside):
        if choice.random() < 0.03 or (is_first and index == 1):
            continue
        worker = PlannedWorker(kind=kind)
        _head(worker, unit)
        found.append(worker)
    return found


def _lane_head(root: PlannedUnit, *, choice: Random) -> list[PlannedWorker]:
    """One who answers for single households by name, also where nobody answers for the building."""
    worker = PlannedWorker(kind=WorkerKind.LANE_HEAD)
    homes = [home for station in root.inside for unit in station.inside for home in unit.homes]
    bare = [home for home in homes if not home.has_responsible]
    for home in [*bare[:1], *choice.sample(homes, k=min(2, len(homes)))]:
        if (home, Assignment.Role.RESPONSIBLE) not in worker.duties:
            worker.duties.append((home, Assignment.Role.RESPONSIBLE))
            home.has_responsible = True
    return [worker]


def _volunteers(root: PlannedUnit, *, choice: Random, is_first: bool) -> list[PlannedWorker]:
    busy = PlannedWorker(kind=WorkerKind.VOLUNTEER)
    busy.duties.append((root, Assignment.Role.SUPPORT))
    idle = [PlannedWorker(kind=WorkerKind.VOLUNTEER)] if is_first or choice.random() < 0.1 else []
    return [busy, *idle]


def _auxiliary(root: PlannedUnit, *, is_urban: bool) -> None:
    """The auxiliary grid: a team of volunteers and the school in every community, property companies in town."""
    if is_urban:
        for station in root.inside:
            station.inside.append(PlannedUnit(kind=K.PROPERTY_COMPANY, name=f"{station.name}物业"))
    root.inside += [
        PlannedUnit(kind=K.VOLUNTEER_TEAM, name="邻里志愿服务队"),
        PlannedUnit(kind=K.RESIDENT_UNIT, name="小学"),
        PlannedUnit(kind=K.SOCIAL_ORGANISATION, name="老人协会"),
    ]


def _head(worker: PlannedWorker, unit: PlannedUnit) -> None:
    worker.duties.append((unit, Assignment.Role.HEAD))
    unit.has_head = True
