"""The pages of key people: who may open what, what is foreign is not there, and each form does its one thing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.community.models import Residence, Resident
from linli.community.operations import grant_role, open_account
from linli.community.people.operations import end_residence
from linli.community.roles import Role
from linli.programs.keypeople.handovers import handovers_of
from linli.programs.keypeople.operations import hand_over, open_round, register_arrival
from linli.programs.keypeople.permissions import ROUTES
from linli.programs.keypeople.reports import reports_in
from linli.programs.keypeople.tests.conftest import STAFF
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, record_entry
from linli.response.operations import Place, Source, Statement, declare
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

BACKEND = "linli.community.authentication.AccountBackend"
HERE, OVER_THERE = "350583001001", "350583001002"
SAID = {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH", "told_by": "SELF"}


@pytest.fixture
def signed_in(client, people, packs):
    """``signed_in("COMMUNITY_STAFF")`` is a client."""

    def signed_in(role):
        client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def next_clerk(client, people, next_door, packs, at):
    """The clerk of 中山社区, signed in."""
    from linli.community.demo import FIRST_DAY

    account = open_account("zhongshan", display_name="中山文书", password="linli-demo", by=SYSTEM, at=at, is_demo=True)
    grant_role(account, role=Role.COMMUNITY_STAFF, division=next_door.community, from_day=FIRST_DAY, by=SYSTEM, at=at)

    def next_clerk():
        client.force_login(account, backend=BACKEND)
        return client

    return next_clerk


def text_of(response):
    return response.content.decode()


# ---- who may open what ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", [one.name for one in ROUTES])
def test_nobody_opens_a_page_without_signing_in(client, deployed, route):
    takes_one = {"arrive", "arrival", "report", "round", "end_round", "hand_over", "handover", "accept", "send_back",
                 "acknowledge", "take_back"}  # fmt: skip
    name = route.partition(":")[2]
    address = reverse(route, args=[uuid4()] if name in takes_one else [])
    assert client.get(address).status_code == 302
    assert client.get(address).url.startswith("/sign-in/")


def test_what_belongs_to_others_is_not_there(next_clerk, grid, came, at):
    entry = came(household=grid.flat)
    report = record_entry(
        Draft(
            kind="host_report", subject=grid.community, happened_at=at,
            payload={"name": "王", "origin": "北京", "arrives_on": "2020-06-10", "at_whose": "林家", "told_by": "HOST"},
        ),
        by=STAFF, at=at,
    ).entry  # fmt: skip
    done = open_round(
        grid.community, kind="sweep", from_day=at.date(), to_day=at.date() + timedelta(1), purpose="x", by=STAFF, at=at
    )
    client = next_clerk()
    for address in (
        reverse("keypeople:arrival", args=[entry.pk]),
        reverse("keypeople:arrive", args=[entry.resident_id]),
        reverse("keypeople:hand_over", args=[entry.resident_id]),
        reverse("keypeople:report", args=[report.pk]),
        reverse("keypeople:round", args=[done.entry.pk]),
        reverse("keypeople:end_round", args=[done.entry.pk]),
        reverse("keypeople:newcomer") + f"?community={HERE}",
    ):
        assert client.get(address).status_code == 404, address
    assert "王小海" not in text_of(client.get(reverse("keypeople:arrivals") + "?kind=all"))


# ---- arrivals ------------------------------------------------------------------------------------------------------
@pytest.mark.row("C1")
def test_the_clerk_registers_a_newcomer_on_one_page(signed_in, grid):
    client = signed_in("COMMUNITY_STAFF")
    sent = {
        **SAID, "name": "王小海", "phone": "15400009999", "document": "NONE", "number": "", "unit": grid.first.pk,
        "label": "1-101", "kind": "TEMPORARY", "came_by": "G55次",
    }  # fmt: skip
    answer = client.post(reverse("keypeople:newcomer"), sent)
    resident = Resident.objects.get(name="王小海")
    entry = Entry.objects.get(kind="arrival")
    assert answer.url == reverse("keypeople:arrival", args=[entry.pk])
    assert resident.residences.get().household == grid.flat
    assert set(Enrolment.objects.values_list("group", flat=True)) == {"arrival", "arrival_high_risk"}
    page = text_of(client.get(answer.url))
    assert "高风险地区来（返）人员" in page and "2020-06-10 起，至 2020-06-23 24时" in page
    assert Act.objects.filter(action="resident.read", object_id=str(resident.pk)).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "id_name_error"),
        ({"label": "9-909"}, "没有这一户"),
        ({"phone": "电话"}, "这不是电话号码"),
        ({"arrived_on": "2020-06-12"}, "还没有到"),
        ({"origin_tier": ""}, "id_origin_tier_error"),
        ({"document": "ID_CARD", "number": "12"}, "十八位"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_stored(signed_in, grid, wrong, said):
    client = signed_in("COMMUNITY_STAFF")
    sent = {**SAID, "name": "王小海", "document": "NONE", "unit": grid.first.pk, "label": "1-101", "kind": "TEMPORARY"}
    answer = client.post(reverse("keypeople:newcomer"), sent | wrong)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not Resident.objects.filter(name="王小海").exists()
    assert not Entry.objects.exists()


@pytest.mark.row("C4")
def test_notice_and_inquiry_are_asked_for_with_their_clause_until_done(signed_in, came, at):
    entry = came()
    client = signed_in("COMMUNITY_STAFF")
    address = reverse("keypeople:arrival", args=[entry.pk])
    page = text_of(client.get(address))
    assert page.count("<b>(五)</b>") == 2
    assert page.count("现在办") == 2
    assert "王小海" in text_of(client.get(reverse("keypeople:arrivals") + "?kind=todo"))
    for kind, payload in (
        ("health_notice", {"given_to": "PERSON", "how": "PAPER"}),
        ("health_inquiry", {"asked": "PERSON"}),
    ):
        record_entry(Draft(kind=kind, subject=entry.resident, happened_at=at, payload=payload), by=STAFF, at=at)
    page = text_of(client.get(address))
    assert "<b>(五)</b>" not in page and "现在办" not in page
    assert "定居家还是集中观察" in page
    assert "王小海" in text_of(client.get(reverse("keypeople:arrivals") + "?kind=todo"))
    watched = {"step": "START_HOME", "until": "2020-06-24", "exposed_on": "2020-06-10"}
    record_entry(
        Draft(kind="observation_step", subject=entry.resident, happened_at=at, payload=watched), by=STAFF, at=at
    )
    assert "王小海" not in text_of(client.get(reverse("keypeople:arrivals") + "?kind=todo"))
    assert "王小海" in text_of(client.get(reverse("keypeople:arrivals") + "?kind=all"))


def test_what_no_clause_asks_for_is_offered_and_not_demanded(signed_in, came):
    entry = came(origin_tier="LOW", origin="厦门市")
    page = text_of(signed_in("COMMUNITY_STAFF").get(reverse("keypeople:arrival", args=[entry.pk])))
    assert "<b>(五)</b>" not in page
    assert page.count("可办，不是必须") == 2


def test_one_who_has_proof_and_came_point_to_point_need_not_be_observed(signed_in, came):
    entry = came(origin_tier="LOW", has_proof=True, point_to_point=True)
    page = text_of(signed_in("COMMUNITY_STAFF").get(reverse("keypeople:arrival", args=[entry.pk])))
    assert "可不再隔离观察" in page and "二(一)1" in page


@pytest.mark.row("C1")
def test_the_tier_declared_for_the_day_of_arrival_is_proposed(signed_in, places, at):
    declare(
        Statement(fact="tier", value="MEDIUM", from_day=date(2020, 6, 1), to_day=date(2020, 6, 9)),
        place=Place(division=places["晋江市"]),
        source=Source(title="风险等级名单"),
        by=SYSTEM,
        at=at,
    )
    client = signed_in("COMMUNITY_STAFF")
    address = reverse("keypeople:origin")
    while_medium = text_of(client.get(address, {"origin": "晋江市", "arrived_on": "2020-06-08"}))
    assert 'value="MEDIUM" checked' in while_medium and "风险等级名单" in while_medium
    after = text_of(client.get(address, {"origin": "晋江市", "arrived_on": "2020-06-10"}))
    assert 'value="350582000000" checked' in after
    assert not any(f'value="{tier}" checked' in after for tier in ("LOW", "MEDIUM", "HIGH", "INBOUND"))
    assert "不清楚不等于低风险" in after
    abroad = text_of(client.get(address, {"origin": "菲律宾", "arrived_on": "2020-06-10"}))
    assert "origin_code" not in abroad


def test_a_grid_worker_registers_who_lives_in_the_own_part_alone(signed_in, people, grid):
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()
    client = signed_in("GRID_WORKER")
    answer = client.post(reverse("keypeople:arrive", args=[grid.lin.pk]), SAID)
    assert answer.status_code == 302
    assert "林阿芳" in text_of(client.get(reverse("keypeople:arrivals") + "?kind=all"))
    sent = {**SAID, "name": "王小海", "document": "NONE", "unit": "", "label": "", "kind": "TEMPORARY"}
    assert client.post(reverse("keypeople:newcomer"), sent).status_code == 400
    assert (
        client.post(reverse("keypeople:newcomer"), sent | {"unit": grid.second.pk, "label": "2-201"}).status_code == 400
    )
    assert (
        client.post(reverse("keypeople:newcomer"), sent | {"unit": grid.first.pk, "label": "1-101"}).status_code == 302
    )


def test_who_left_is_found_and_comes_back_home(signed_in, grid, at):
    end_residence(grid.lin, reason="LEFT", to_day=date(2020, 6, 10), by=STAFF, at=at)
    Residence.objects.update(from_day=date(2020, 5, 1))
    client = signed_in("COMMUNITY_STAFF")
    found = text_of(client.post(reverse("keypeople:find"), {"q": "laf"}))
    assert reverse("keypeople:arrive", args=[grid.lin.pk]) in found and "离开过" in found
    client.post(reverse("keypeople:arrive", args=[grid.lin.pk]), SAID)
    assert grid.lin.residences.filter(to_day__isnull=True).get().household == grid.flat


# ---- reports -------------------------------------------------------------------------------------------------------
@pytest.mark.row("C1")
def test_a_township_takes_a_report_and_the_clerk_registers_the_arrival_from_it(signed_in, grid):
    told = {
        "community": HERE, "name": "王小海", "origin": "北京市丰台区", "origin_tier": "HIGH",
        "arrives_on": "2020-06-10", "at_whose": "兰溪苑林阿芳家", "told_by": "HOST", "teller": "林阿芳",
        "teller_phone": "15400001234",
    }  # fmt: skip
    answer = signed_in("TOWNSHIP").post(reverse("keypeople:tell"), told)
    [report] = reports_in([HERE], day=date(2020, 6, 10))
    assert answer.url == reverse("keypeople:report", args=[report.id])
    assert "15400001234" not in text_of(signed_in("TOWNSHIP").get(answer.url))

    client = signed_in("COMMUNITY_STAFF")
    assert "15400001234" in text_of(client.get(answer.url))
    page = text_of(client.get(reverse("keypeople:newcomer") + f"?report={report.id}"))
    assert 'value="王小海"' in page and 'value="北京市丰台区"' in page
    sent = {**SAID, "name": "王小海", "document": "NONE", "unit": "", "label": "", "kind": "TEMPORARY"}
    client.post(reverse("keypeople:newcomer") + f"?report={report.id}", sent)
    [followed] = reports_in([HERE], day=date(2020, 6, 10))
    assert followed.done.payload["outcome"] == "REGISTERED"


def test_a_report_that_comes_to_nothing_needs_a_word(signed_in, grid, at):
    said = {"name": "王", "origin": "北京", "arrives_on": "2020-06-10", "at_whose": "林家", "told_by": "HOTEL"}
    told = record_entry(
        Draft(kind="host_report", subject=grid.community, happened_at=at, payload=said), by=STAFF, at=at
    ).entry
    client = signed_in("COMMUNITY_STAFF")
    address = reverse("keypeople:report", args=[told.pk])
    assert client.post(address, {"outcome": "NOT_COMING", "note": ""}).status_code == 400
    assert client.post(address, {"outcome": "REGISTERED", "note": "来了"}).status_code == 400
    assert client.post(address, {"outcome": "NOT_COMING", "note": "改到下月"}).status_code == 302
    assert not any(one.is_open for one in reports_in([HERE], day=date(2020, 6, 10)))


# ---- rounds --------------------------------------------------------------------------------------------------------
@pytest.mark.row("C1")
def test_the_clerk_opens_a_round_sees_what_is_left_and_ends_it(signed_in, grid, at):
    client = signed_in("COMMUNITY_STAFF")
    sent = {"purpose": "端午前摸排", "group": "", "from_day": "2020-06-10", "last_day": "2020-06-12"}
    answer = client.post(reverse("keypeople:open_round"), sent)
    said = {"outcome": "MET", "people": 3, "newcomers": 1}
    record_entry(Draft(kind="sweep", subject=grid.flat, happened_at=at, payload=said), by=STAFF, at=at)
    page = text_of(client.get(answer.url))
    assert "2-201" in page and "1-101" not in page
    assert "1 / 2 户" in page and "2020-06-12 24时" in page
    assert "1 / 2 户" in text_of(client.get(reverse("keypeople:rounds")))
    ended = client.post(answer.url + "end/", {"why": "改为全员检测"})
    assert ended.status_code == 302
    assert "提前结束：改为全员检测" in text_of(client.get(answer.url))
    wrong = client.post(reverse("keypeople:open_round"), sent | {"last_day": "2020-06-09"})
    assert wrong.status_code == 400 and "最后一天早于第一天" in text_of(wrong)


# ---- handovers -----------------------------------------------------------------------------------------------------
@pytest.fixture
def arrived(resident, at):
    register_arrival(resident, payload=SAID, by=STAFF, at=at)
    return resident


@pytest.mark.row("C3")
def test_one_clerk_hands_over_and_the_other_takes_the_person_with_all_that_is_open(
    signed_in, next_clerk, arrived, next_door, day
):
    client = signed_in("COMMUNITY_STAFF")
    assert reverse("keypeople:hand_over", args=[arrived.pk]) in text_of(
        client.post(reverse("keypeople:whom"), {"q": "cxm"})
    )
    sent = {"to": OVER_THERE, "to_place": "", "address": "5号楼302", "reason": "MOVED"}
    answer = client.post(reverse("keypeople:hand_over", args=[arrived.pk]), sent)
    page = text_of(client.get(answer.url))
    assert "溪美街道 中山社区居委会" in page and "健康告知书还没有发" in page
    assert "接收</a>" not in page

    client = next_clerk()
    assert client.get(reverse("records:person", args=[arrived.pk])).status_code == 404
    inbox = text_of(client.get(reverse("keypeople:handovers")))
    assert "陈小明" in inbox
    page = text_of(client.get(answer.url))
    assert "15400005678" in page and "高风险地区来（返）人员" in page and "2020-06-23 24时" in page
    lodging = {"unit": str(next_door.flat.unit_id), "label": "5-302", "kind": "RENTER"}
    assert client.post(answer.url + "accept/", lodging | {"label": "5-309"}).status_code == 400
    assert client.post(answer.url + "accept/", lodging).status_code == 302
    assert arrived.residences.get(to_day__isnull=True).household == next_door.flat
    assert client.get(reverse("records:person", args=[arrived.pk])).status_code == 200
    assert "陈小明" in text_of(client.get(reverse("keypeople:arrivals") + "?kind=all"))

    client = signed_in("COMMUNITY_STAFF")
    after = text_of(client.get(answer.url))
    assert "已接收" in after and "15400005678" not in after and "高风险地区来（返）人员</strong>" not in after
    assert client.get(reverse("records:person", args=[arrived.pk])).status_code == 404


def test_sent_back_the_receiver_sees_no_more_of_the_person(signed_in, next_clerk, arrived, next_door, at):
    hand_over(arrived, to=next_door.community, reason="MOVED", by=STAFF, at=at)
    [sent] = handovers_of([arrived.pk])
    address = reverse("keypeople:handover", args=[sent.id])
    client = next_clerk()
    assert client.post(address + "send-back/", {"why": "没有这个人来"}).status_code == 302
    assert client.get(address).status_code == 404
    client = signed_in("COMMUNITY_STAFF")
    assert "没有这个人来" in text_of(client.get(address))
    assert client.get(address + "accept/").status_code == 404


def test_others_do_not_see_it_and_who_is_above_the_receiver_alone_not_the_name(
    client, people, arrived, places, packs, at
):
    from linli.community.demo import FIRST_DAY

    hand_over(arrived, to=places["省身村委会"], reason="MOVED", by=STAFF, at=at - timedelta(hours=30))
    [sent] = handovers_of([arrived.pk])
    above = open_account("shengxin", display_name="省新", password="linli-demo", by=SYSTEM, at=at, is_demo=True)
    grant_role(above, role=Role.TOWNSHIP, division=places["省新镇"], from_day=FIRST_DAY, by=SYSTEM, at=at)
    client.force_login(above, backend=BACKEND)
    for address in ("keypeople:handovers", "keypeople:lost"):
        page = text_of(client.get(reverse(address)))
        assert "陈**" in page and "陈小明" not in page
    assert client.get(reverse("keypeople:handover", args=[sent.id])).status_code == 404
    client.force_login(people.COUNTY_COMMAND, backend=BACKEND)
    page = text_of(client.get(reverse("keypeople:handovers")))
    assert "陈小明" in page and "超过24小时没有答复" in page
    assert "*******5678" in text_of(client.get(reverse("keypeople:handover", args=[sent.id])))


@pytest.mark.row("C3")
def test_out_of_the_county_the_answer_by_phone_is_written_down(signed_in, arrived):
    client = signed_in("COMMUNITY_STAFF")
    sent = {"to": "OUTSIDE", "to_place": "上海市浦东新区花木街道", "reason": "WORK"}
    answer = client.post(reverse("keypeople:hand_over", args=[arrived.pk]), sent)
    assert "对方已经接到人" in text_of(client.get(answer.url))
    assert client.post(answer.url + "acknowledge/", {"why": ""}).status_code == 400
    assert client.post(answer.url + "acknowledge/", {"why": "花木街道 张主任 9时"}).status_code == 302
    assert arrived.residences.get().end_reason == "LEFT"
    assert "花木街道 张主任 9时" in text_of(client.get(answer.url))


def test_neither_nobody_nor_two_are_asked(signed_in, arrived):
    client = signed_in("COMMUNITY_STAFF")
    address = reverse("keypeople:hand_over", args=[arrived.pk])
    for sent in ({"to": ""}, {"to": "OUTSIDE"}, {"to": OVER_THERE, "to_place": "上海"}, {"to": "350582001000"}):
        assert client.post(address, {**sent, "reason": "MOVED"}).status_code == 400
    assert not Entry.objects.filter(kind="handover").exists()


def test_taken_back(signed_in, arrived, next_door, at):
    hand_over(arrived, to=next_door.community, reason="MOVED", by=STAFF, at=at)
    [sent] = handovers_of([arrived.pk])
    client = signed_in("COMMUNITY_STAFF")
    address = reverse("keypeople:handover", args=[sent.id])
    assert client.post(address + "take-back/", {"why": "选错了人"}).url == reverse("keypeople:handovers")
    assert client.get(address).status_code == 404


@pytest.mark.row("C3")
def test_who_is_lost_is_on_the_page_with_the_way_to_find_them(signed_in, arrived, at):
    client = signed_in("COMMUNITY_STAFF")
    assert "一个也没有" in text_of(client.get(reverse("keypeople:lost")))
    end_residence(arrived, reason="LEFT", to_day=date(2020, 6, 10), by=STAFF, at=at)
    page = text_of(client.get(reverse("keypeople:lost")))
    assert "陈小明" in page and "离开本县，没有对方确认" in page
    assert reverse("keypeople:hand_over", args=[arrived.pk]) in page
    assert "无人管的人 1" in text_of(client.get(reverse("keypeople:handovers")))


def test_a_township_finds_whom_to_hand_over_in_its_area_alone(signed_in, arrived):
    found = text_of(signed_in("TOWNSHIP").post(reverse("keypeople:whom"), {"q": "陈小明"}))
    assert reverse("keypeople:hand_over", args=[arrived.pk]) in found
    assert "本辖区没有登记过" in text_of(signed_in("TOWNSHIP").post(reverse("keypeople:whom"), {"q": "张三"}))
    assert Act.objects.filter(action="residents.searched").count() == 2
