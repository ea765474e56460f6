"""One small community with a grid, a few named people, and those who answer for them."""

from types import SimpleNamespace

import pytest

from linli.community.grid.operations import Target, assign, open_unit, register_household, register_worker
from linli.community.people.operations import Document, Home, Person, register_resident
from linli.trail.actor import SYSTEM


@pytest.fixture
def grid(places, deployed, day, at):
    """溪美社区: two compounds; 兰溪苑 has buildings 1 and 2, 榕树里 has none. 陈志明 answers for building 1."""
    done = {"from_day": day, "by": SYSTEM, "at": at}
    community = places["溪美社区居委会"]
    root = open_unit("溪美社区网格工作站", kind="COMMUNITY_STATION", division=community, **done)
    compound = open_unit("兰溪苑", kind="COMPOUND_STATION", division=community, parent=root, **done)
    empty = open_unit("榕树里", kind="COMPOUND_STATION", division=community, parent=root, **done)
    first = open_unit("1号楼", kind="BUILDING_STATION", division=community, parent=compound, **done)
    second = open_unit("2号楼", kind="BUILDING_STATION", division=community, parent=compound, **done)
    flat = register_household("1-101", unit=first, **done)
    other = register_household("2-201", unit=second, **done)
    worker = register_worker("陈志明", kind="GRID_WORKER", division=community, **done)
    idle = register_worker("苏小梅", kind="VOLUNTEER", division=community, **done)
    answers = assign(worker, target=Target(unit=first), role="RESPONSIBLE", **done)
    papers = [Document(kind="ID_CARD", number="990583195203080021")]
    lin = register_resident(
        Person(name="林阿芳", phone="15400001234", documents=papers),
        home=Home(household=flat),
        kind="RESIDENT",
        **done,
    )
    return SimpleNamespace(
        community=community, root=root, compound=compound, empty=empty, first=first, second=second,
        flat=flat, other=other, worker=worker, idle=idle, answers=answers, lin=lin,
    )  # fmt: skip
