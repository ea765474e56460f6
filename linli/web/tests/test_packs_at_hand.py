"""Packs that cannot be read: one plain page wherever they are needed, and nothing else stops."""

import shutil

import pytest

from linli.community.access import Reach
from linli.policy.pack import shipped_folders
from linli.response.operations import adopt_packs
from linli.response.queries import NoPacksAdopted
from linli.trail.actor import SYSTEM
from linli.web.packs_at_hand import PacksMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def copies(tmp_path):
    """The packs that ship, copied to where a test may spoil them."""
    return [shutil.copytree(folder, tmp_path / folder.name) for folder in shipped_folders()]


@pytest.fixture
def broken(at, copies):
    """Adopted packs of which one was changed afterwards."""
    adopt_packs(copies, by=SYSTEM, at=at)
    changed = copies[0] / "pack.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# another word\n", encoding="utf-8")
    return copies[0].name


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/policy/",
        "/policy/places/?q=xm",
        "/policy/norms/m38.low.lift-closure/",
        "/policy/measures/closure@compound/",
        "/policy/compare/",
        "/policy/judge/",
        "/policy/instruments/",
        "/policy/instruments/minfa-2020-38/",
        "/policy/readings/",
        "/policy/handbook/",
        "/policy/handbook/pdf/",
        "/declarations/350583001001/",
    ],
)
def test_every_page_that_needs_the_rules_says_plainly_that_they_are_missing(client, deployed, broken, address):
    answer = client.get(address)

    html = answer.content.decode()
    assert answer.status_code == 503
    assert "规则暂时不能用" in html
    assert broken in html
    assert "linli adopt" in html
    assert "Traceback" not in html
    assert answer["HX-Refresh"] == "true"


def test_pages_that_need_no_rules_work_all_the_same(client, deployed, broken):
    assert client.get("/sign-in/").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_page_for_missing_packs_is_there_in_english(client, deployed, broken):
    client.cookies["django_language"] = "en"

    assert "The rules cannot be used at the moment" in client.get("/policy/").content.decode()


def test_without_any_adopted_pack_a_page_that_needs_one_says_so(rf, deployed):
    request = rf.get("/")
    request.reach, request.user = Reach(), None
    answer = PacksMiddleware(lambda request: None).process_exception(request, NoPacksAdopted())

    assert answer.status_code == 503
    assert "还没有采用任何规则包" in answer.content.decode()
