"""Workers who can sign in, and people who have arrived."""

import pytest

from linli.community.grid.operations import Target, assign, register_worker
from linli.community.people.operations import Home, Person, register_resident
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM


@pytest.fixture
def arrives(at):
    """Write down that somebody arrived: ``arrives(grid.lin)``, from a high-risk place, at this moment."""

    def write(resident, moment=at, **changed):
        payload = {"arrived_on": moment.date().isoformat(), "origin": "北京市", "origin_tier": "HIGH"} | changed
        draft = Draft(kind="arrival", subject=resident, happened_at=moment, payload=payload)
        return record_entry(draft, by=SYSTEM, at=moment).entry

    return write


@pytest.fixture
def staffed(grid, people, low_risk, day, at):
    """The grid's worker signs in as the grid worker, a doctor as the doctor; 吴大明 lives in building 2."""
    grid.worker.account = people.GRID_WORKER
    grid.worker.save(update_fields=["account"])
    done = {"from_day": day, "by": SYSTEM, "at": at}
    grid.doctor = register_worker(
        "吴医生", kind="DOCTOR", division=grid.community, account=people.COMMUNITY_DOCTOR, **done
    )
    assign(grid.doctor, target=Target(unit=grid.root), role="MEDICAL", **done)
    grid.neighbour = register_resident(
        Person(name="吴大明", phone="15400005678"), home=Home(household=grid.other), kind="RESIDENT", **done
    )
    return grid
