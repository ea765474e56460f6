"""What tests of all apps share: the database to run on, people of one small fictional deployment, a browser."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database, no browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept, left = [], []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        touches = item.get_closest_marker("django_db") is not None or fixtures & DATABASE_FIXTURES
        (kept if touches and not item.get_closest_marker("browser") else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Let the test runner empty append-only tables between tests: lift the protection, empty, protect again."""
    from django.db import connection

    from linli.trail.protection import protect_statements, protected_tables, unprotect_statements

    # On the class: each thread, and each greenlet of Playwright, has a connection object of its own.
    operations = type(connection.ops)
    original = operations.sql_flush
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        tables = protected_tables(cursor, vendor=connection.vendor)
    before = [sql for table in tables for sql in unprotect_statements(table, vendor=connection.vendor)]
    after = [sql for table in tables for sql in protect_statements(table, vendor=connection.vendor)]

    def flush(self, style, flushed, **options):
        return [*before, *original(self, style, flushed, **options), *after]

    operations.sql_flush = flush


@pytest.fixture
def day() -> date:
    """The day the tests stand on: the Nan'an circular of June 2020 is in force."""
    return date(2020, 6, 10)


@pytest.fixture
def at(day: date) -> datetime:
    """The morning of that day."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


# A few divisions are enough for most tests: one county with two townships, and a neighbour.
PLACES = [
    ("350000000000", "福建省"),
    ("350500000000", "泉州市"),
    ("350583000000", "南安市"),
    ("350583001000", "溪美街道"),
    ("350583001001", "溪美社区居委会"),
    ("350583001002", "中山社区居委会"),
    ("350583100000", "省新镇"),
    ("350583100201", "省身村委会"),
    ("350582000000", "晋江市"),
    ("350582001000", "青阳街道"),
]


@pytest.fixture
def places(db, at):
    """A few real divisions, by name: ``places["溪美街道"]``."""
    from linli.community.division_import import import_divisions
    from linli.community.models import Division
    from linli.community.tables import Row
    from linli.trail.actor import SYSTEM

    rows = [Row(number=n, cells={"code": code, "name": name}) for n, (code, name) in enumerate(PLACES, start=2)]
    import_divisions(rows, by=SYSTEM, at=at, commit=True)
    return {division.name: division for division in Division.objects.all()}


@pytest.fixture
def deployed(places, at, day):
    """A demo deployment for 南安市 that stands on the tests' day."""
    from linli.community.models import Deployment

    return Deployment.objects.create(
        kind="DEMO",
        county=places["南安市"],
        created_at=at,
        demo_day=day,
        demo_plan={"plan": {"seed": 1, "people": 1, "county": "350583000000"}, "built": [], "counts": {}},
    )


PASSWORD = "linli-demo"


@pytest.fixture
def people(deployed, places, at):
    """One named person for each role: ``people.COUNTY_COMMAND``; the password of each is ``linli-demo``."""
    from linli.community.demo import FIRST_DAY
    from linli.community.operations import grant_role, open_account
    from linli.community.roles import Role
    from linli.trail.actor import SYSTEM

    areas = {
        Role.TOWNSHIP: "溪美街道",
        Role.COUNTY_COMMAND: "南安市",
        Role.AUDITOR: "南安市",
        Role.ADMINISTRATOR: "南安市",
    }
    found = {}
    for role in Role:
        account = open_account(
            role.lower(), display_name=str(role.label), password=PASSWORD, by=SYSTEM, at=at, is_demo=True
        )
        division = places[areas.get(role, "溪美社区居委会")]
        grant_role(account, role=role, division=division, from_day=FIRST_DAY, by=SYSTEM, at=at)
        found[role.value] = account
    return SimpleNamespace(**found)


@pytest.fixture
def grid(places, deployed, day, at):
    """A community with a grid and those who answer for it.

    溪美社区: two compounds; 兰溪苑 has buildings 1 and 2, 榕树里 has none. 陈志明 answers for building 1.
    """
    from linli.community.grid.operations import Target, assign, open_unit, register_household, register_worker
    from linli.community.people.operations import Document, Home, Person, register_resident
    from linli.trail.actor import SYSTEM

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


@pytest.fixture
def adopted(deployed, at):
    """The packs that ship are in force."""
    from linli.policy.pack import load_packs
    from linli.response.models import PackAdoption

    for pack in load_packs()[0]:
        PackAdoption.objects.create(
            number=1,
            instrument=pack.instrument.id,
            version=pack.instrument.version,
            sha256=pack.sha256,
            adopted_by="system",
            adopted_at=at,
        )


@pytest.fixture
def low_risk(adopted, places, at):
    """南安市 is LOW, without a case, from March 2020 on."""
    from linli.response.operations import Place, Source, Statement, declare
    from linli.trail.actor import Actor

    command = Actor(id="account:1", role="COUNTY_COMMAND", division_code="350583000000")
    for fact, value in (("tier", "LOW"), ("community_class", "NO_CASE")):
        declare(
            Statement(fact=fact, value=value, from_day=date(2020, 3, 1)),
            place=Place(division=places["南安市"]),
            source=Source(title="风险等级通告"),
            by=command,
            at=at,
        )


# ---- a real browser --------------------------------------------------------------------------------------------

PHONE = {"width": 360, "height": 800}
DESK = {"width": 1366, "height": 768}
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The system's Chromium, one for the whole run. LINLI_CHROMIUM names another binary."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("LINLI_CHROMIUM", "/usr/bin/chromium"), args=_CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


def _page(chromium, live_server, size) -> Iterator[object]:
    context = chromium.new_context(base_url=live_server.url, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # Whatever a page did, it broke no script and nothing was refused by the Content-Security-Policy.
    faults = [fault for fault in page.faults if "Failed to load resource" not in fault]
    assert faults == []


@pytest.fixture
def phone_page(chromium, live_server) -> Iterator[object]:
    """A page of a phone, 360 × 800, on the live server."""
    yield from _page(chromium, live_server, PHONE)


@pytest.fixture
def desk_page(chromium, live_server) -> Iterator[object]:
    """A page of a desk, 1366 × 768, on the live server."""
    yield from _page(chromium, live_server, DESK)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request, chromium, live_server) -> Iterator[object]:
    """The test runs twice: on a phone and on a desk."""
    yield from _page(chromium, live_server, request.param)
