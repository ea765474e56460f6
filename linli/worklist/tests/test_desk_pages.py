"""The community's pages: desk, list, load, proof, a person; for whom they open and what they lead to."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.grid.operations import Target, assign, end_assignment
from linli.community.models import Assignment
from linli.community.people.operations import end_residence
from linli.programs.observation.operations import start_observation
from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act
from linli.worklist.items import State
from linli.worklist.queries import work_of

OFFICE = ["COMMUNITY_STAFF", "COMMUNITY_DOCTOR", "TOWNSHIP", "COUNTY_COMMAND"]
OTHERS = ["RESIDENT", "AUDITOR", "ADMINISTRATOR"]


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """Every page is opened on the tests' morning."""
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda *_, **__: at)


def checks(resident, at, temperature):
    draft = Draft(kind="health_check", subject=resident, happened_at=at, payload={"temperature": temperature})
    return record_entry(draft, by=SYSTEM, at=at).entry


@pytest.mark.parametrize("name", ["desk", "list", "load", "check"])
def test_the_communitys_pages_open_for_the_office_and_for_nobody_else(client, staffed, people, name):
    shut = {"load": ["COMMUNITY_DOCTOR"], "check": ["COMMUNITY_DOCTOR"]}.get(name, [])
    for role in OFFICE:
        client.force_login(getattr(people, role))
        expected = 403 if role in shut else 200
        assert client.get(f"/tasks/{name}?place={staffed.community.pk}").status_code == expected, role
    for role in [*OTHERS, "GRID_WORKER"]:
        client.force_login(getattr(people, role))
        assert client.get(f"/tasks/{name}").status_code == 403, role


@pytest.mark.parametrize("name", ["desk", "list", "load", "check"])
def test_another_community_is_not_there(client, staffed, people, places, name):
    client.force_login(people.COMMUNITY_STAFF)
    for code in ("350583001002", "350583001000", "nothing"):
        assert client.get(f"/tasks/{name}?place={code}").status_code == 404
    client.force_login(people.TOWNSHIP)
    assert client.get(f"/tasks/{name}?place={places['省身村委会'].pk}").status_code == 404


def test_the_township_chooses_a_community_by_name_or_initials(client, staffed, people):
    client.force_login(people.TOWNSHIP)
    for text in ("", "溪美", "xm"):
        page = client.get("/tasks/desk", {"q": text}).content.decode()
        assert "选一个村（社区）" in page
        assert f"?place={staffed.community.pk}" in page
    assert "省身村委会" not in client.get("/tasks/desk").content.decode()


def test_the_desk_says_what_is_required_who_needs_somebody_and_what_is_proven(client, staffed, people, arrives, at):
    arrives(staffed.lin)
    arrives(staffed.neighbour)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get("/tasks/desk").content.decode()
    assert "健康监测：异常" in page
    assert "还差 2 件没有做完，不能报零" in page
    assert "/tasks/list?place=350583001001&amp;kind=health_notice" in page
    assert "南安40号文" in page

    checks(staffed.lin, at, 36.4)
    checks(staffed.neighbour, at, 36.4)
    assert "0 ✓" in client.get("/tasks/desk").content.decode()

    checks(staffed.neighbour, at, 38.2)
    page = client.get("/tasks/desk").content.decode()
    assert page.index("现在要人管的") < page.index("要马上处理") < page.index("就医转诊", page.index("要马上处理"))
    assert Act.objects.filter(action="residents.listed", detail__page="desk").count() == 3


def test_a_past_day_is_seen_from_its_end_and_a_day_to_come_as_it_would_be(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    client.force_login(people.COMMUNITY_STAFF)
    tomorrow = client.get("/tasks/desk", {"day": (day + timedelta(days=1)).isoformat()}).content.decode()
    assert "不是今天" in tomorrow
    assert "健康监测" in tomorrow
    yesterday = client.get("/tasks/desk", {"day": (day - timedelta(days=1)).isoformat()}).content.decode()
    assert "这一天没有到户到人的要求" in yesterday
    assert client.get("/tasks/desk", {"day": "31-02-2020"}).status_code == 200


def test_what_was_missed_yesterday_waits_on_the_desk_until_it_is_caught_up(
    client, staffed, people, arrives, at, monkeypatch
):
    arrives(staffed.lin)
    later = at + timedelta(days=1)
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda *_, **__: later)
    client.force_login(people.COMMUNITY_STAFF)
    assert "昨天漏了，今天还没补上" in client.get("/tasks/desk").content.decode()
    checks(staffed.lin, later, 36.6)
    assert "昨天漏了" not in client.get("/tasks/desk").content.decode()


def test_a_doctor_sees_what_the_clinic_owes(client, staffed, people, arrives, at):
    arrives(staffed.lin)
    checks(staffed.lin, at, 38.2)
    client.force_login(people.COMMUNITY_DOCTOR)
    page = client.get("/tasks/list").content.decode()
    assert "就医转诊" in page
    assert "发放健康告知书" not in page


def test_the_township_does_not_learn_what_only_those_who_treat_may_know(client, staffed, people, arrives, at):
    arrives(staffed.lin)
    checks(staffed.lin, at, 38.2)
    client.force_login(people.TOWNSHIP)
    page = client.get("/tasks/list", {"place": staffed.community.pk}).content.decode()
    assert "发放健康告知书" in page
    assert "就医转诊" not in page
    assert "15400001234" not in page


def test_the_list_is_narrowed_by_kind_state_owner_and_unit(client, staffed, people, arrives):
    arrives(staffed.lin)
    arrives(staffed.neighbour)
    client.force_login(people.COMMUNITY_STAFF)

    def names(**asked):
        found = re.findall(r'<h3 id="[^"]+"><a [^>]+>([^<]+)</a>', client.get("/tasks/list", asked).content.decode())
        return set(found)

    assert names() == {"林阿芳", "吴大明"}
    assert names(owner=str(staffed.worker.pk)) == {"林阿芳"}
    assert names(owner="body", kind="health_check") == {"吴大明"}
    assert names(unit=str(staffed.second.pk)) == {"吴大明"}
    assert names(kind="health_check", state="DUE") == {"林阿芳", "吴大明"}
    assert names(kind="arrival", state="DONE") == {"林阿芳", "吴大明"}
    assert names(state="MISSED") == set()
    assert "没有这样的事" in client.get("/tasks/list", {"state": "MISSED"}).content.decode()


def test_load_is_compared_and_handed_over_after_a_look_at_what_would_change(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get("/tasks/load").content.decode()
    assert "陈志明" in page
    assert "苏小梅" in page
    address = f"{reverse('worklist:move', args=[staffed.worker.pk])}?place={staffed.community.pk}"
    assert "兰溪苑 1号楼" in client.get(address).content.decode()

    chosen = {"rows": [staffed.answers.pk], "to": staffed.idle.pk, "from_day": day.isoformat()}
    before = work_of(staffed.community.pk, day=day, at=at)
    open_before = sum(item.is_open and item.owner.worker == staffed.worker.pk for item in before)
    preview = client.post(address, chosen | {"preview": "1"}).content.decode()
    cells = re.findall(r'<th scope="row">(\S+)</th><td>(\d+)</td><td><b>(\d+)</b></td>', preview)
    assert cells == [("陈志明", str(open_before), "0"), ("苏小梅", "0", str(open_before))]
    assert not Assignment.objects.filter(worker=staffed.idle).exists()
    assert Assignment.objects.get(pk=staffed.answers.pk).to_day is None

    assert client.post(address, chosen | {"sure": "1"}).status_code == 302
    after = work_of(staffed.community.pk, day=day, at=at)
    assert sum(item.is_open and item.owner.worker == staffed.idle.pk for item in after) == open_before
    assert not any(item.is_open and item.owner.worker == staffed.worker.pk for item in after)


@pytest.mark.parametrize("wrong", [{"rows": []}, {"to": ""}, {"from_day": "2020-02-31"}, {"rows": ["999"]}])
def test_handing_over_says_what_is_missing(client, staffed, people, day, wrong):
    client.force_login(people.COMMUNITY_STAFF)
    address = f"{reverse('worklist:move', args=[staffed.worker.pk])}?place={staffed.community.pk}"
    right = {"rows": [staffed.answers.pk], "to": staffed.idle.pk, "from_day": day.isoformat(), "sure": "1"}
    answer = client.post(address, right | wrong)
    assert answer.status_code == 400
    assert "还没有存下" in answer.content.decode()
    assert Assignment.objects.get(pk=staffed.answers.pk).to_day is None


def test_nobody_hands_over_in_another_community(client, staffed, people, places):
    staffed.worker.division = places["中山社区居委会"]
    staffed.worker.save(update_fields=["division"])
    client.force_login(people.COMMUNITY_STAFF)
    assert client.get(reverse("worklist:move", args=[staffed.worker.pk])).status_code == 404


# ---- the proof -----------------------------------------------------------------------------------------------------
def test_the_proof_counts_everybody_once_and_holds(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    arrives(staffed.neighbour)
    end_assignment(staffed.answers, to_day=day, by=SYSTEM, at=at)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get("/tasks/check").content.decode()
    assert "没有漏：人人有人管，件件有人办" in page
    assert re.search(r"台账上的人</dt><dd>2<", page)
    assert re.search(r"由村（社区）值班人员兜底</dt><dd>2<", page)


def test_the_proof_names_who_is_on_a_register_and_lives_nowhere(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    tomorrow = day + timedelta(days=1)
    end_residence(staffed.lin, reason="LEFT", to_day=tomorrow, by=SYSTEM, at=at)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get("/tasks/check", {"day": tomorrow.isoformat()}).content.decode()
    assert "有 1 处要补上" in page
    assert "林阿芳" in page
    assert "没有住处" in page


# ---- a person ------------------------------------------------------------------------------------------------------
def test_a_persons_page_says_what_applies_until_when_what_is_owed_by_whom_and_who_looked(
    client, staffed, people, arrives
):
    arrives(staffed.lin, origin_tier="INBOUND")
    client.force_login(people.COMMUNITY_STAFF)
    address = reverse("worklist:person", args=[staffed.lin.pk])
    client.get(address)
    page = client.get(address).content.decode()
    for words in (
        "入境人员", "至2020年6月23日24时", "健康监测", "陈志明", "要请本人和家里配合的", "一到就主动向所在社区",
        "谁看过这些资料", "村（社区）工作人员",
    ):  # fmt: skip
        assert words in page, words
    seen = Act.objects.filter(action="resident.seen", object_id=str(staffed.lin.pk))
    assert {(act.actor, act.role) for act in seen} == {(f"account:{people.COMMUNITY_STAFF.pk}", "COMMUNITY_STAFF")}


def test_an_observation_stands_on_the_persons_page_with_its_end_and_every_day(client, staffed, people, arrives, at):
    arrives(staffed.lin)
    start_observation(staffed.lin, place="HOME", reason="高风险地区来返", by=SYSTEM, at=at)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get(reverse("worklist:person", args=[staffed.lin.pk])).content.decode()
    assert "居家观察" in page
    assert page.count('class="day day-') == 14
    assert "至2020年6月23日24时" in page
    assert "一人住一间" in page


def test_a_grid_worker_taps_only_what_is_the_own(client, staffed, people, arrives, at):
    arrives(staffed.lin)
    checks(staffed.lin, at, 38.2)
    end = staffed.answers
    end_assignment(end, to_day=end.from_day, by=SYSTEM, at=at)
    assign(staffed.idle, target=Target(unit=staffed.first), role="RESPONSIBLE", from_day=end.from_day, by=SYSTEM, at=at)
    assign(staffed.worker, target=Target(unit=staffed.first), role="HEAD", from_day=end.from_day, by=SYSTEM, at=at)
    client.force_login(people.GRID_WORKER)
    page = client.get(reverse("worklist:person", args=[staffed.lin.pk])).content.decode()
    assert "苏小梅" in page
    assert "/tasks/today/usual" not in page
    assert "/tasks/excuse/" not in page


def test_the_page_of_somebody_out_of_reach_is_not_there(client, staffed, people, arrives):
    client.force_login(people.GRID_WORKER)
    assert client.get(reverse("worklist:person", args=[staffed.lin.pk])).status_code == 200
    assert client.get(reverse("worklist:person", args=[staffed.neighbour.pk])).status_code == 404
    assert not Act.objects.filter(action="resident.seen", object_id=str(staffed.neighbour.pk)).exists()
    for role in OTHERS:
        client.force_login(getattr(people, role))
        assert client.get(reverse("worklist:person", args=[staffed.lin.pk])).status_code == 403


def test_staff_record_with_one_tap_from_the_list_of_the_community(client, staffed, people, arrives, day, at):
    arrives(staffed.neighbour)
    client.force_login(people.COMMUNITY_STAFF)
    page = client.get("/tasks/list", {"kind": "health_check"}).content.decode()
    form = dict(re.findall(r'name="(item|place|entry|back)" value="([^"]*)"', page))
    answer = client.post("/tasks/today/usual", {**form, "back": "/tasks/list?kind=health_check"})
    assert answer["Location"].startswith("/tasks/list?kind=health_check&did=")
    entry = Entry.objects.get(kind="health_check")
    assert (entry.role, entry.channel) == ("COMMUNITY_STAFF", "DESK")
    done = [item for item in work_of(staffed.community.pk, day=day, at=at) if item.kind == "health_check"]
    assert [item.state for item in done] == [State.DONE]
    assert "点错了，撤回" in client.get(answer["Location"]).content.decode()
