"""The demo's lowest layer: the real divisions, one made-up account for each role, and made-up people in a grid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from linli.community.codes import COUNTY, TOWNSHIP, VILLAGE, prefix_of
from linli.community.demo.people import people_of
from linli.community.division_import import import_divisions
from linli.community.divisions import shipped_counties, shipped_rows
from linli.community.models import Division
from linli.community.operations import grant_role, open_account
from linli.community.roles import Role
from linli.trail.actor import SYSTEM
from linli.trail.operations import record_act

# Published on purpose. Such accounts are let in nowhere but in a deployment marked as a demo.
DEMO_PASSWORD = "linli-demo"
FIRST_DAY = date(2020, 1, 1)

# One per role: the name to sign in with, how the person is addressed, the level of the division it acts for.
_ACCOUNTS = (
    (Role.RESIDENT, "resident", "林阿芳（居民）", VILLAGE),
    (Role.GRID_WORKER, "grid", "陈志明（网格员）", VILLAGE),
    (Role.COMMUNITY_STAFF, "community", "黄淑珍（社区）", VILLAGE),
    (Role.COMMUNITY_DOCTOR, "doctor", "吴建国（社区医生）", VILLAGE),
    (Role.TOWNSHIP, "township", "郑丽华（街道）", TOWNSHIP),
    (Role.COUNTY_COMMAND, "county", "李国强（指挥部）", COUNTY),
    (Role.AUDITOR, "auditor", "周敏（审计）", COUNTY),
    (Role.ADMINISTRATOR, "admin", "王磊（管理员）", COUNTY),
)


@dataclass(frozen=True, kw_only=True)
class DemoPlan:
    """What a demo is made from. The same plan always gives the same data.

    ``county`` is the 12-digit code; ``day`` the day the demo stands on; ``at`` the moment its data was written;
    ``people`` how many residents to make up, for the layers that have them. ``truth`` is the file in which the layers
    write what they planned, ``tell`` hears how far they are.
    """

    county: str
    day: date
    at: datetime
    seed: int
    people: int
    truth: Path | None = None
    tell: Callable[[str], None] | None = None


class CountyNotShipped(Exception):
    """The divisions of this county do not ship. Carries the code and those that do."""

    def __init__(self, county: str, *, shipped: list[str]) -> None:
        super().__init__(county, shipped)
        self.county = county
        self.shipped = shipped


def build_demo(plan: DemoPlan) -> dict[str, int]:
    """Load the divisions, open the accounts, settle the people. Answers how many of each there are.

    Raises: CountyNotShipped.
    """
    if prefix_of(plan.county) not in shipped_counties():
        raise CountyNotShipped(plan.county, shipped=shipped_counties())
    report = import_divisions(shipped_rows(), by=SYSTEM, at=plan.at, commit=True)
    places = _places_of(plan.county)
    for role, username, display_name, level in _ACCOUNTS:
        account = open_account(
            username, display_name=display_name, password=DEMO_PASSWORD, by=SYSTEM, at=plan.at, is_demo=True
        )
        grant_role(account, role=role, division=places[level], from_day=FIRST_DAY, by=SYSTEM, at=plan.at)
    counts = people_of(plan.county, seed=plan.seed, people=plan.people, truth=plan.truth, tell=plan.tell)
    record_act("demo.settled", by=SYSTEM, at=plan.at, object_type="demo", division_code=plan.county, detail=counts)
    return {"divisions": report.accepted + report.matched, "accounts": len(_ACCOUNTS)} | counts


def _places_of(county: str) -> dict[int, Division]:
    """The county, its first township and that one's first village: where the people of the demo are."""
    township = Division.objects.filter(parent_id=county).order_by("code")[0]
    village = Division.objects.filter(parent=township).order_by("code")[0]
    return {COUNTY: Division.objects.get(code=county), TOWNSHIP: township, VILLAGE: village}
