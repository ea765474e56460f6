"""The page on which a clerk takes in a table that was pushed: look first, confirm, and answer what is in doubt."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.community.models import Resident
from linli.community.people.operations import Home, Person, register_resident
from linli.programs.keypeople import import_views
from linli.records.models import Entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

BACKEND = "linli.community.authentication.AccountBackend"
TABLE = """姓名,身份证号,出生日期,联系电话,来源地,来源地风险,到达日期,社区,公式
苏建国,990583198801010019,,15400005678,北京市丰台区,高风险,2020-06-09,溪美社区,=1+1
林阿香,,1952-3-8,15400001234,厦门市,低,2020-06-10,溪美社区,
王一,,,15400001111,北京市,高,2020-06-10,省身村,
王二,,,15400001112,北京市,高,2020-07-10,溪美社区,
"""
ADDRESS = "/people/import"


@pytest.fixture
def signed_in(client, people):
    def signed_in(role):
        client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return signed_in


def upload(client, text=TABLE, *, name="名单.csv", **more):
    content = text if isinstance(text, bytes) else text.encode("gb18030")
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content), **more})


def sealed(answer):
    return re.search(r'name="table" value="([^"]+)"', answer.content.decode())[1]


def test_the_page_has_its_address_and_its_roles(signed_in):
    assert reverse("keypeople:import") == ADDRESS
    for role, status in {
        "GRID_WORKER": 403, "COMMUNITY_DOCTOR": 403, "COMMUNITY_STAFF": 200, "TOWNSHIP": 200, "COUNTY_COMMAND": 200,
    }.items():  # fmt: skip
        assert signed_in(role).get(ADDRESS).status_code == status, role


def test_a_clerk_sees_what_would_become_of_each_row_and_nothing_is_stored(signed_in, grid):
    answer = upload(signed_in("COMMUNITY_STAFF"))
    page = answer.content.decode()

    assert not Entry.objects.exists() and Resident.objects.count() == 1
    report = answer.context["report"]
    assert (report.accepted, len(report.questions), report.rejected) == (1, 1, 2)
    assert "省身村委会不在您的辖区" in page and "2020-07-10还没有到" in page
    assert "收下 1 条" in page and str(grid.lin.pk) in page
    act = Act.objects.get(action="arrivals.previewed")
    assert (act.role, act.detail) == ("COMMUNITY_STAFF", {"accepted": 1, "matched": 0, "asked": 1, "rejected": 2})


def test_what_is_confirmed_is_stored_with_the_answers_and_a_second_time_changes_nothing(signed_in, grid):
    client = signed_in("COMMUNITY_STAFF")
    table = sealed(upload(client))
    done = client.post(ADDRESS, {"table": table, "decision-3": str(grid.lin.pk)})
    assert "已收下" in done.content.decode()
    assert set(Entry.objects.values_list("resident__name", "role")) == {
        ("苏建国", "COMMUNITY_STAFF"), ("林阿芳", "COMMUNITY_STAFF"),
    }  # fmt: skip
    again = client.post(ADDRESS, {"table": table, "decision-3": str(grid.lin.pk)})
    assert (again.context["report"].accepted, again.context["report"].matched) == (0, 2)
    assert Entry.objects.count() == 2


def test_what_was_left_open_can_be_answered_afterwards(signed_in, grid):
    client = signed_in("COMMUNITY_STAFF")
    done = client.post(ADDRESS, {"table": sealed(upload(client)), "decision-3": ""})
    assert (done.context["report"].accepted, len(done.context["doubts"])) == (1, 1)
    client.post(ADDRESS, {"table": sealed(done), "decision-3": "NEW"})
    assert Entry.objects.filter(resident__name="林阿香").count() == 1


def test_a_table_sealed_for_somebody_else_or_changed_on_the_way_is_not_taken(signed_in, grid):
    table = sealed(upload(signed_in("TOWNSHIP")))
    client = signed_in("COMMUNITY_STAFF")
    for text in (table, table[:-3] + "abc", "nonsense"):
        answer = client.post(ADDRESS, {"table": text})
        assert (answer.status_code, "重新上传" in answer.content.decode()) == (400, True)
    assert not Entry.objects.exists()


def test_a_candidate_out_of_reach_is_not_named(signed_in, grid, places, day, at):
    other = register_resident(
        Person(name="林啊香", birth_day=grid.lin.birth_day, phone="15400001234"),
        home=Home(division=places["省身村委会"]), kind="RESIDENT", from_day=day, by=SYSTEM, at=at,
    )  # fmt: skip
    page = upload(signed_in("COMMUNITY_STAFF")).content.decode()
    assert "本辖区以外也有人对得上" in page
    assert str(other.pk) not in page and "林啊香" not in page


def test_rows_that_name_no_community_take_the_one_chosen_if_it_is_ones_own(signed_in, grid, places):
    text = "姓名,联系电话,来源地,来源地风险,到达日期\n王一,15400001111,北京市,高,2020-06-10\n"
    client = signed_in("COMMUNITY_STAFF")
    assert upload(client, text).context["report"].rejected == 1
    assert upload(client, text, division=places["省身村委会"].code).context["report"].rejected == 1
    assert upload(client, text, division=grid.community.code).context["report"].accepted == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "没有选文件"),
        (b"PK\x03\x04 broken", "读不出来"),
        (b"<html>", "读不出来"),
        ("姓氏,地址\n王,溪美\n", "读不出来"),
        ("姓名\n" + "王一\n" * 5_100, "读不出来"),
    ],
    ids=["empty", "broken", "web page", "no heading", "too many rows"],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(signed_in, grid, content, why):
    answer = upload(signed_in("COMMUNITY_STAFF"), content)
    assert answer.status_code == 400 and why in answer.content.decode()


def test_a_file_that_is_too_large_is_not_even_read(signed_in, grid, monkeypatch):
    monkeypatch.setattr(import_views, "MOST_BYTES", 10)
    assert "文件太大" in upload(signed_in("COMMUNITY_STAFF")).content.decode()
