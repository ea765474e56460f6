"""The pages of observation, as their users open them."""

import re
from datetime import date

import pytest
from django.urls import reverse

from linli.programs.observation.operations import release, start_observation
from linli.programs.observation.tests.conftest import STAFF, check, on
from linli.records.models import Entry
from linli.trail.models import Act


@pytest.fixture
def clock(deployed):
    """``clock(12)``: the demo stands on a day of June."""

    def clock(number):
        deployed.demo_day = date(2020, 6, number)
        deployed.save()

    return clock


@pytest.fixture
def staff(client, people):
    client.force_login(people.COMMUNITY_STAFF)
    return client


def page(client, name, *given, **data):
    address = reverse(f"observation:{name}", args=given)
    return client.post(address, data) if data else client.get(address)


def form(response, **said):
    """What a browser would send: the hidden number of the page and what was typed."""
    number = re.search(r'name="how-id" value="([^"]+)"', response.content.decode())[1]
    return {"how-id": number, **said}


@pytest.mark.row("D1")
def test_the_start_page_says_what_the_policy_says_before_anything_is_decided(staff, newcomer):
    resident = newcomer()
    opened = page(staff, "start", resident.pk)
    text = opened.content.decode()
    assert "应当观察" in text and "<b>(五)</b>" in text
    assert not Entry.objects.filter(kind="observation_step").exists()

    sent = form(opened, place="HOME", exposed_on="2020-06-10", reason="境外返回", decided_by="community")
    done = page(staff, "start", resident.pk, **sent)
    assert done.status_code == 302
    shown = page(staff, "person", resident.pk).content.decode()
    assert "至2020年6月23日24时" in shown
    assert "居家观察" in shown
    assert page(staff, "start", resident.pk, **sent).status_code == 302
    assert Entry.objects.filter(kind="observation_step").count() == 1


@pytest.mark.row("D10")
def test_somebody_exempt_is_offered_the_exemption_and_no_form(staff, newcomer):
    resident = newcomer("李秀英", "LOW", 10, has_proof=True, point_to_point=True)
    opened = page(staff, "start", resident.pk)
    text = opened.content.decode()
    assert "登记免予隔离" in text and "<b>二(一)1</b>" in text
    assert 'name="place"' not in text
    step = page(staff, "step", resident.pk, "EXEMPT")
    done = page(staff, "step", resident.pk, "EXEMPT", **form(step, reason="绿码，点对点到达"))
    assert done.status_code == 302
    assert "登记免予隔离" in page(staff, "person", resident.pk).content.decode()


def test_a_refusal_says_the_clause_and_what_can_be_done(staff, newcomer):
    resident = newcomer(origin="MEDIUM")
    sent = form(page(staff, "start", resident.pk), place="CENTRAL", reason="", decided_by="community")
    refused = page(staff, "start", resident.pk, **sent)
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "只有当事人自愿同意才能办" in text and "可以这样办：居家医学观察" in text and 'class="chip"' in text


@pytest.mark.row("D1")
def test_the_board_names_todays_gaps_first_and_shows_every_day(staff, newcomer, clock):
    late, done = newcomer("甲迟", "INBOUND", 10), newcomer("乙好", "INBOUND", 10)
    for one in (late, done):
        start_observation(one, place="HOME", by=STAFF, at=on(10, 9))
        check(one, 10)
    check(done, 11, 38.1)
    check(done, 12)
    clock(12)
    text = page(staff, "board").content.decode()
    assert text.index("甲迟") < text.index("乙好")
    assert "漏测 1 天" in text and "今天还没测" in text and "今天已测" in text
    assert text.count("day-abnormal") == 2
    assert "38.1" in text
    gaps = staff.get(reverse("observation:board") + "?show=gaps").content.decode()
    assert "甲迟" in gaps and "乙好" not in gaps
    assert Act.objects.filter(action="residents.listed").exists()


def test_the_board_asks_to_start_what_must_be_started(staff, newcomer):
    newcomer("王建国")
    text = page(staff, "board").content.decode()
    assert "1 人应当观察，还没有开始" in text and "王建国" in text


def test_an_empty_board_says_what_will_appear(staff, ruled):
    assert "现在没有人在医学观察" in page(staff, "board").content.decode()


def test_a_grid_worker_sees_the_own_people_only(client, people, grid, newcomer, clock):
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()
    mine, other = newcomer("甲一"), newcomer("乙二", household=grid.other)
    for one in (mine, other):
        start_observation(one, place="HOME", by=STAFF, at=on(10, 9))
    client.force_login(people.GRID_WORKER)
    text = page(client, "board").content.decode()
    assert "甲一" in text and "乙二" not in text
    assert page(client, "person", mine.pk).status_code == 200
    assert page(client, "person", other.pk).status_code == 404
    assert page(client, "start", mine.pk).status_code == 403


def test_an_official_chooses_a_community(client, people, observed):
    client.force_login(people.COUNTY_COMMAND)
    text = page(client, "board").content.decode()
    assert "共 1 人在医学观察" in text
    opened = client.get(reverse("observation:board") + "?community=350583001001")
    assert "王建国" in opened.content.decode()
    assert client.get(reverse("observation:board") + "?community=350582001000").status_code == 404


@pytest.mark.row("D7")
def test_release_on_the_last_day_and_the_notice_as_a_pdf(staff, observed, clock):
    clock(20)
    assert page(staff, "notice", observed.pk).status_code == 404
    clock(24)
    assert "期满，待解除" in page(staff, "board").content.decode()
    opened = page(staff, "release", observed.pk)
    done = page(
        staff, "release", observed.pk, **form(opened, released_on="2020-06-24", notice_number="南卫解〔2020〕12号")
    )
    assert done.status_code == 302
    paper = page(staff, "notice", observed.pk)
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert Act.objects.filter(action="release_notice.printed").exists()


def test_an_early_release_needs_a_ground_and_keeps_what_was_typed(staff, observed, clock):
    clock(14)
    opened = page(staff, "release", observed.pk)
    refused = page(staff, "release", observed.pk, **form(opened, released_on="2020-06-14", reason="想早点"))
    assert refused.status_code == 400
    assert "才期满" in refused.content.decode() and "想早点" in refused.content.decode()


def test_the_notice_says_what_the_records_say(staff, observed, clock):
    from linli.community.access import reach_of
    from linli.programs.observation.notices import notice_of
    from linli.programs.observation.queries import status_of
    from linli.records.sight import find_or_404

    check(observed, 10)
    check(observed, 11, 37.6)
    release(observed, notice_number="12号", by=STAFF, at=on(24))
    from linli.community.models import Account

    account = Account.objects.get(username="community_staff")
    reach = reach_of(account, day=date(2020, 6, 24))
    about = find_or_404(reach, "person", observed.pk, roles=reach.roles, day=date(2020, 6, 24))
    said = notice_of(about, status_of(observed.pk, day=date(2020, 6, 24)))
    body = "".join(said["body"])
    assert "2020年6月10日" in body and "2020年6月24日0时" in body
    assert "健康监测2天，其中异常1天" in body
    assert said["number"] == "12号"
    assert any("(五)" in cite for cite, _sentence in said["basis"])


@pytest.mark.parametrize("name", ["board", "person", "start", "release", "notice"])
def test_pages_are_closed_to_those_without_a_role(client, people, observed, name):
    client.force_login(people.RESIDENT)
    given = [] if name == "board" else [observed.pk]
    assert page(client, name, *given).status_code == 403


def test_somebody_of_another_community_is_not_there(client, people, observed, places):
    from linli.community.models import RoleGrant

    RoleGrant.objects.filter(account=people.COMMUNITY_STAFF).update(division=places["中山社区居委会"])
    client.force_login(people.COMMUNITY_STAFF)
    for name in ("person", "start", "release", "notice"):
        assert page(client, name, observed.pk).status_code == 404
