"""The pages: who may open them, whose names they show, and that a refusal comes with a way out."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.models import RoleGrant
from linli.community.operations import grant_role, open_account
from linli.programs.sites.models import Booking, Site, Stay
from linli.programs.sites.operations import check_in, check_out
from linli.programs.sites.tests.conftest import BY, release
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """The pages' moment is the evening of the tests' day."""
    evening = at + 10 * HOUR
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda deployed, at: evening)


@pytest.fixture
def staff(client, people, adopted):
    client.force_login(people.COMMUNITY_STAFF)
    return client


def said(response):
    return response.content.decode()


def get(client, route, *args, **query):
    response = client.get(reverse(f"sites:{route}", args=args), query_params=query)
    return response


def post(client, route, *args, query=None, **data):
    return client.post(reverse(f"sites:{route}", args=args, query=query or {}), data)


# ---- setting up ----------------------------------------------------------------------------------------------------
@pytest.mark.row("D3")
def test_staff_open_a_site_and_give_it_rooms(staff, grid):
    form = get(staff, "open_site")
    assert form.status_code == 200
    sent = {
        "name": "溪美中心小学", "kind": "SCHOOL", "address": "学前街1号", "serves": "350583001000",
        "head": grid.worker.pk, "phone": "15400007777", "from_day": "2020-06-10",
    }  # fmt: skip
    answer = post(staff, "open_site", **sent)
    site = Site.objects.get()
    assert answer.url == reverse("sites:add_rooms", args=[site.pk])
    assert post(staff, "add_rooms", site.pk, labels="101-103", beds=2).status_code == 302
    page = said(get(staff, "site", site.pk))
    assert page.count('class="room room-free"') == 3
    assert "空房 <strong>3</strong> 间" in page
    wrong = post(staff, "add_rooms", site.pk, labels="103", beds=2)
    assert (wrong.status_code, "103 房已经有了" in said(wrong)) == (400, True)


def test_a_township_chooses_the_community_first(client, people, places):
    client.force_login(people.TOWNSHIP)
    page = said(get(client, "open_site"))
    assert "中山社区居委会" in page
    assert "省身村委会" not in page
    assert get(client, "open_site", community="350583001002").status_code == 200


# ---- rooms ---------------------------------------------------------------------------------------------------------
@pytest.mark.row("D3")
def test_staff_give_a_waiting_person_a_room(staff, hotel, arrivals):
    page = said(get(staff, "sites"))
    assert "在等房间的人（3）" in page
    assert reverse("sites:check_in", args=[arrivals.chen.pk]) in page
    form = get(staff, "check_in", arrivals.chen.pk)
    assert "203 房 · 空，1 张床" in said(form)
    answer = post(staff, "check_in", arrivals.chen.pk, room=hotel.r203.pk, happened_at="2020-06-10T17:00")
    stay = Stay.objects.get()
    assert answer.url == reverse("sites:stay", args=[stay.pk])
    assert stay.begun_by.by.startswith("account:")
    assert Act.objects.filter(action="resident.seen", object_id=arrivals.chen.pk).exists()
    assert "在等房间的人（2）" in said(get(staff, "sites"))


@pytest.mark.row("D3")
def test_a_stranger_is_refused_with_the_clause_and_the_free_rooms(staff, hotel, arrivals, at):
    check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    query = {"room": hotel.r201.pk}
    answer = post(staff, "check_in", arrivals.chen.pk, query=query, room=hotel.r201.pk, happened_at="2020-06-10T17:00")
    assert answer.status_code == 400
    page = said(answer)
    assert "不能同住" in page
    assert "?clause=%28%E4%BA%94%29#clauses" in page
    assert "202 房 · 空" in page
    assert f'value="{hotel.r201.pk}"' not in page
    assert Stay.objects.count() == 1


def test_one_household_is_offered_the_same_room_first(staff, hotel, arrivals, at):
    check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    page = said(get(staff, "check_in", arrivals.bao.pk))
    assert page.index("201 房 · 林阿芳已住，还有 1 张床") < page.index("203 房 · 空")


@pytest.mark.row("D3")
def test_staff_move_somebody_let_them_go_and_disinfect(staff, hotel, arrivals, day, at):
    stay = check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    assert post(staff, "move", stay.pk, room=hotel.r202.pk, happened_at="2020-06-10T12:00").status_code == 302
    stay = Stay.objects.get(to_day__isnull=True)
    page = said(get(staff, "room", hotel.r201.pk))
    assert "先消毒，再住别人" in page
    assert post(staff, "disinfect", hotel.r201.pk).status_code == 302
    still = post(staff, "check_out", stay.pk, leaving="RELEASED", happened_at="2020-06-10T17:00")
    assert "集中观察还没有解除" in said(still)
    to_come = post(staff, "check_out", stay.pk, leaving="HOSPITAL", happened_at="2020-06-10T23:00")
    assert "时间还没有到" in said(to_come)
    release(arrivals.fang, day=day, at=at + 6 * HOUR)
    assert "观察已经结束" in said(get(staff, "site", hotel.site.pk))
    out = post(staff, "check_out", stay.pk, leaving="RELEASED")
    assert out.url == reverse("sites:room", args=[hotel.r202.pk])
    again = post(staff, "disinfect", hotel.r201.pk)
    assert "没有要消毒的" in said(staff.get(again.url))


def test_a_family_member_comes_as_the_carer(staff, hotel, arrivals, at):
    stay = check_in(arrivals.bao, room=hotel.r201, by=BY, at=at)
    page = said(get(staff, "stay", stay.pk))
    assert page.count(">来陪护<") == 1
    query = {"room": hotel.r201.pk, "care": stay.pk}
    assert "来照顾林小宝" in said(get(staff, "check_in", arrivals.carer.pk, **query))
    sent = {"room": hotel.r201.pk, "happened_at": "2020-06-10T17:00"}
    assert post(staff, "check_in", arrivals.carer.pk, query=query, **sent).status_code == 302
    assert Stay.objects.get(resident=arrivals.carer).carer_of == arrivals.bao


def test_a_room_is_taken_out_of_use_and_back(staff, hotel):
    sent = {"reason": "修水管", "from_day": "2020-06-10"}
    assert post(staff, "close_room", hotel.r203.pk, **sent).status_code == 302
    assert "修水管" in said(get(staff, "site", hotel.site.pk))
    assert post(staff, "reopen_room", hotel.r203.pk).status_code == 302
    assert "修水管" not in said(get(staff, "site", hotel.site.pk))


@pytest.mark.row("D3")
def test_the_count_of_the_day_names_who_is_missing(staff, hotel, arrivals, at):
    stay = check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    assert "今天还没有点名，在住 1 人" in said(get(staff, "site", hotel.site.pk))
    wrong = post(staff, "count", hotel.site.pk, missing=[stay.pk])
    assert "实到比应到少 1 人" in said(wrong)
    assert post(staff, "count", hotel.site.pk).status_code == 302
    assert "实到 1 / 应到 1" in said(get(staff, "site", hotel.site.pk))


def test_meals_information_and_order_are_noted_with_one_tap(staff, hotel, arrivals, at):
    stay = check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    post(staff, "note", stay.pk, what="MEAL")
    refused = post(staff, "note", stay.pk, what="ORDER")
    assert "请写明是什么情况" in said(staff.get(refused.url))
    assert "送餐" in said(get(staff, "stay", stay.pk))
    assert post(staff, "note", stay.pk, what="CHECK_OUT").status_code == 404


# ---- drives --------------------------------------------------------------------------------------------------------
@pytest.mark.row("D3")
def test_a_drive_is_booked_with_a_clock_and_goes_on_by_one_tap_each(staff, hotel, arrivals):
    sent = {
        "from_place": "溪美车站", "goal": "SITE", "to_site": hotel.site.pk, "vehicle": "闽C12345",
        "wanted_at": "2020-06-10T20:00",
    }  # fmt: skip
    assert post(staff, "book", arrivals.chen.pk, **sent).status_code == 302
    page = said(get(staff, "transport"))
    assert "还有2小时" in page
    drive = Booking.objects.get()
    for what in ("PICKED_UP", "DELIVERED", "DISINFECTED"):
        assert f'value="{what}"' in said(get(staff, "transport"))
        post(staff, "step", drive.pk, what=what)
    drive.refresh_from_db()
    assert drive.disinfected_by_id is not None
    wrong = post(staff, "book", arrivals.bao.pk, **(sent | {"goal": "HOSPITAL"}))
    assert "还没有写送到哪里" in said(wrong)


# ---- the sheet at the door -----------------------------------------------------------------------------------------
@pytest.mark.row("D3")
def test_everybody_reads_the_sheet_and_nobody_is_named_on_it(client, hotel, arrivals, low_risk, at):
    check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    page = said(get(client, "notice", hotel.site.pk))
    for words in ("每天三餐送到房门口", "15400005678", "镇街值班室", "一间房只住一户人", "镇街给隔离的场地和措施兜底"):
        assert words in page
    for name in ("林阿芳", "陈志明"):
        assert name not in page


def test_the_sheet_says_so_where_no_rule_is_in_force(client, hotel, deployed):
    assert "不能拿来限制人" in said(get(client, "notice", hotel.site.pk))


def test_a_site_that_is_gone_has_no_sheet(client, hotel, day):
    Site.objects.update(to_day=day + timedelta(days=1))
    assert get(client, "notice", hotel.site.pk).status_code == 200
    Site.objects.update(from_day=day - timedelta(days=9), to_day=day)
    assert get(client, "notice", hotel.site.pk).status_code == 404


# ---- who sees what -------------------------------------------------------------------------------------------------
@pytest.fixture
def neighbour(people, places, at):
    """Staff of 中山社区, whose people may be brought to the hotel, and who do not run it."""
    account = open_account("neighbour", display_name="中山", password="linli-demo", by=SYSTEM, at=at, is_demo=True)
    from linli.community.demo import FIRST_DAY

    grant_role(account, role="COMMUNITY_STAFF", division=places["中山社区居委会"], from_day=FIRST_DAY, by=SYSTEM, at=at)
    return account


def test_others_of_the_area_see_what_is_free_and_no_names(client, neighbour, hotel, arrivals, at):
    stay = check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    client.force_login(neighbour)
    page = said(get(client, "site", hotel.site.pk))
    assert "1 人" in page
    assert "林阿芳" not in page
    for route, pk in (
        ("stay", stay.pk), ("check_out", stay.pk), ("move", stay.pk), ("count", hotel.site.pk),
        ("sheet", hotel.site.pk),
        ("add_rooms", hotel.site.pk), ("check_in", arrivals.chen.pk), ("book", arrivals.chen.pk),
        ("close_room", hotel.r201.pk), ("person", arrivals.fang.pk),
    ):  # fmt: skip
        assert get(client, route, pk).status_code == 404, route
    assert post(client, "disinfect", hotel.r201.pk).status_code == 404


@pytest.mark.parametrize(("role", "is_named"), [("TOWNSHIP", True), ("COUNTY_COMMAND", True), ("GRID_WORKER", False)])
def test_township_and_county_see_all_of_their_divisions_a_grid_worker_the_own_people(
    client, people, hotel, arrivals, at, role, is_named
):
    check_in(arrivals.fang, room=hotel.r201, by=BY, at=at)
    client.force_login(getattr(people, role))
    page = get(client, "site", hotel.site.pk)
    assert page.status_code == 200
    assert ("林阿芳" in said(page)) is is_named


def test_a_county_elsewhere_sees_nothing(client, people, places, hotel):
    RoleGrant.objects.filter(account=people.TOWNSHIP).update(division=places["省新镇"])
    client.force_login(people.TOWNSHIP)
    assert get(client, "site", hotel.site.pk).status_code == 404
    assert "南山宾馆" not in said(get(client, "sites"))


@pytest.mark.parametrize("role", ["RESIDENT", "AUDITOR", "ADMINISTRATOR"])
def test_who_has_nothing_to_do_with_sites_is_kept_out(client, people, hotel, role):
    client.force_login(getattr(people, role))
    assert get(client, "sites").status_code == 403


def test_from_the_list_one_comes_to_where_the_thing_is_done(staff, hotel, arrivals, at):
    assert get(staff, "person", arrivals.chen.pk).url == reverse("sites:check_in", args=[arrivals.chen.pk])
    stay = check_in(arrivals.chen, room=hotel.r201, by=BY, at=at)
    assert get(staff, "person", arrivals.chen.pk).url == reverse("sites:stay", args=[stay.pk])
    check_out(stay, leaving="HOSPITAL", by=BY, at=at + HOUR)
    assert get(staff, "person", arrivals.chen.pk).status_code == 302
