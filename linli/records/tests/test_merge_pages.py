"""The pages on which two rows are looked at side by side, merged, and told apart again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.access import GridReach
from linli.community.models import PersonMerge
from linli.community.people.operations import Document, Home, Person, register_resident
from linli.community.people.search import search_people
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

BACKEND = "linli.community.authentication.AccountBackend"
MERGING = ["COMMUNITY_STAFF", "TOWNSHIP", "COUNTY_COMMAND"]


@pytest.fixture
def twice(grid, places, day, at):
    """林阿芳 of 兰溪苑 once more, as 林亚芳 and with a passport; and somebody of her name in 省身村."""

    def register(name, home, **more):
        return register_resident(
            Person(name=name, **more), home=home, kind="RESIDENT", from_day=day - timedelta(days=9), by=SYSTEM, at=at
        )

    again = register(
        "林亚芳", Home(division=grid.community), birth_day=grid.lin.birth_day, phone="15400001234",
        documents=[Document(kind="PASSPORT", number="E12345678")],
    )  # fmt: skip
    foreign = register("林阿芳", Home(division=places["省身村委会"]), birth_day=grid.lin.birth_day)
    register("黄小二", Home(division=grid.community), phone="15400001234")  # who shares the phone
    return again, foreign


@pytest.fixture
def signed_in(client, people):
    def signed_in(role):
        client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return signed_in


def merge_page(one, other):
    return reverse("records:merge", args=[one.pk, other.pk])


@pytest.mark.parametrize("role", MERGING)
def test_a_persons_page_names_who_may_be_the_same_within_ones_reach(signed_in, grid, twice, role):
    again, foreign = twice
    page = signed_in(role).get(reverse("grid:resident", args=[grid.lin.pk])).content.decode()
    assert "可能是同一个人" in page and merge_page(grid.lin, again) in page
    assert (merge_page(grid.lin, foreign) in page) == (role == "COUNTY_COMMAND")
    assert "黄小二" not in page


@pytest.mark.parametrize("role", ["GRID_WORKER", "COMMUNITY_DOCTOR"])
def test_others_neither_see_nor_merge(signed_in, grid, twice, role):
    client = signed_in(role)
    for address in (merge_page(grid.lin, twice[0]), reverse("records:undo_merge", args=[1])):
        assert client.get(address).status_code == client.post(address).status_code == 403
    if role == "COMMUNITY_DOCTOR":
        page = client.get(reverse("grid:resident", args=[grid.lin.pk])).content.decode()
        assert "可能是同一个人" not in page


def test_whom_one_does_not_reach_is_not_there(signed_in, grid, twice):
    client = signed_in("COMMUNITY_STAFF")
    for pair in ((grid.lin, twice[1]), (twice[1], grid.lin), (grid.lin, grid.lin)):
        assert client.get(merge_page(*pair)).status_code == 404
        assert client.post(merge_page(*pair), {"reason": "同一人"}).status_code == 404
    assert not PersonMerge.objects.exists()


def test_staff_look_at_both_merge_them_and_take_it_back(signed_in, grid, twice):
    client, (again, _foreign) = signed_in("COMMUNITY_STAFF"), twice
    before = list(again.residences.values())
    page = client.get(merge_page(grid.lin, again)).content.decode()
    assert "990583195203080021" in page and "E12345678" in page
    reads = Act.objects.filter(action="resident.read").values_list("object_id", flat=True)
    assert {str(grid.lin.pk), str(again.pk)} <= set(reads)

    nothing = client.post(merge_page(grid.lin, again), {"keep": str(grid.lin.pk), "reason": " "})
    assert nothing.status_code == 400 and "凭什么认定" in nothing.content.decode()

    done = client.post(merge_page(grid.lin, again), {"keep": str(grid.lin.pk), "reason": "同一本护照"})
    assert done.url == reverse("grid:resident", args=[grid.lin.pk])
    row = PersonMerge.objects.get()
    undo = reverse("records:undo_merge", args=[row.pk])
    assert (row.kept, row.gone, row.reason) == (grid.lin, again, "同一本护照")
    assert undo in client.get(done.url).content.decode()
    gone = client.get(reverse("grid:resident", args=[again.pk])).content.decode()
    assert done.url in gone and undo in gone and "可能是同一个人" not in gone
    assert client.get(merge_page(grid.lin, again)).status_code == 404

    back = client.post(undo, {"reason": "是姑嫂两人"})
    assert back.url == reverse("grid:resident", args=[again.pk])
    assert list(again.residences.values()) == before
    assert client.get(undo).status_code == 404


def test_who_came_today_and_was_merged_today_is_found_under_the_row_that_is_kept(signed_in, grid, twice):
    client, (again, _foreign) = signed_in("COMMUNITY_STAFF"), twice
    client.post(merge_page(grid.lin, again), {"keep": str(again.pk), "reason": "同一个人"})
    assert client.get(reverse("grid:resident", args=[grid.lin.pk])).url == reverse("grid:resident", args=[again.pk])
    undo = reverse("records:undo_merge", args=[PersonMerge.objects.get().pk])
    assert undo in client.get(reverse("grid:resident", args=[again.pk])).content.decode()
    assert client.post(undo, {"reason": "是两个人"}).status_code == 302
    assert client.get(reverse("grid:resident", args=[grid.lin.pk])).status_code == 200


def test_masked_numbers_stay_masked_side_by_side(signed_in, grid, twice):
    page = signed_in("TOWNSHIP").get(merge_page(grid.lin, twice[0])).content.decode()
    assert "990583195203080021" not in page and "15400001234" not in page


def test_what_the_one_who_is_gone_was_called_finds_the_one_who_is_kept(grid, twice, day, at):
    from linli.records import people

    again, _foreign = twice
    people.merge(kept=grid.lin, gone=again, reason="同一本护照", by=SYSTEM, at=at)
    reach = GridReach(day=day, areas=(grid.community.code,))
    for text in ("林亚芳", "lyf", "E12345678", "e1234 5678", "990583195203080021"):
        assert [one.pk for one in search_people(text, reach=reach).residents] == [grid.lin.pk], text
    assert search_people("E1234567", reach=reach).residents == []
