"""The pages of care as those who use them see them."""

from datetime import date

import pytest
from django.urls import reverse

from linli.community.grid.operations import register_household
from linli.community.people.operations import Home, Person, register_resident
from linli.programs.care.tests.conftest import moment
from linli.records.models import Enrolment, Entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

CODE = "350583001001"


@pytest.fixture
def noon(monkeypatch, day):
    """``noon("18:30")``: the hour at which pages are asked for."""

    def hour(text, on=day):
        at = moment(f"{on}T{text}")
        monkeypatch.setattr("linli.web.gate.demo_moment", lambda deployed, *, at, moment=at: moment)

    hour("12:00")
    return hour


@pytest.fixture
def staff(client, people):
    client.force_login(people.COMMUNITY_STAFF)
    return client


def body(response):
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def test_before_anybody_is_on_a_register_the_page_says_what_will_appear(staff, low, village, noon):
    assert "还没有人在独居老人" in body(staff.get(reverse("care:people")))


@pytest.mark.row("F3")
def test_staff_see_who_was_missed_and_who_takes_over_and_write_how_it_ended(staff, high, alone, village, noon):
    alone()
    assert "人今天还没见到" not in body(staff.get(reverse("care:people")))
    noon("18:30")
    page = body(staff.get(reverse("care:people")))
    assert "到18时还没有见到人，当天之内由黄建国接手。" in page
    assert "15400005555" in page

    address = reverse("care:take_over", args=[village.lin.pk])
    assert f'<option value="{village.head.pk}" selected>' in body(staff.get(address))
    answer = staff.post(address, {"worker": village.head.pk, "outcome": "HELPED", "note": "摔了一跤，已扶起送药"})

    assert answer.status_code == 302
    entry = Entry.objects.get(kind="escalation")
    assert (entry.resident_id, entry.payload["worker"]) == (village.lin.pk, str(village.head.pk))
    page = body(staff.get(answer.url))
    assert "18:30 已接手" in page
    assert "记接手结果" not in page


def test_a_plan_is_made_changed_and_ended(staff, low, alone, village, noon):
    alone()
    address = reverse("care:plan", args=[village.lin.pk])
    assert "按规定探视：每周一次" in body(staff.get(address))
    said = {"worker": village.worker.pk, "backup": village.idle.pk, "how_often": "DAILY", "from_day": "2020-06-10"}
    assert staff.post(address, said).status_code == 302
    assert Entry.objects.get(kind="care_plan").payload["clause"] == "minfa-2020-9 二(六)"
    page = body(staff.get(reverse("care:people")))
    assert "每天" in page and "（计划）" in page and "陈志明" in page

    wrong = staff.post(address, {**said, "backup": village.worker.pk})
    assert "补上的人要换一个" in body(wrong)
    end = reverse("care:end_plan", args=[village.lin.pk])
    assert staff.post(end, {"to_day": "2020-06-10", "why": "女儿回来同住"}).status_code == 302
    assert "（计划）" not in body(staff.get(reverse("care:people")))
    assert staff.get(end).status_code == 404


def test_a_visit_is_written_on_the_common_form_and_the_person_was_seen_today(staff, high, alone, village, noon):
    alone()
    address = f"{reverse('records:new', args=['visit', 'person', village.lin.pk])}?next={reverse('care:people')}"
    page = body(staff.get(address))
    number = page.split('name="how-id" value="')[1].split('"')[0]
    answer = staff.post(address, {"usual": "1", "how-id": number, "how-channel": "DOOR"})
    assert answer.status_code == 302, answer.content.decode()
    assert "今天见过" in body(staff.get(reverse("care:people")))


def test_a_name_is_searched_by_initials_and_stays_out_of_the_address(staff, low, alone, village, noon):
    alone()
    alone(who=village.moves_in("王大山"), when="2020-06-10T09:00")
    page = body(staff.post(reverse("care:people"), {"q": "laf"}))
    assert "林阿芳" in page and "王大山" not in page
    assert "没有找到" in body(staff.post(reverse("care:people"), {"q": "zzz"}))


@pytest.mark.row("F9")
def test_the_family_of_somebody_in_central_observation_is_enrolled_with_one_tap_and_visited(
    staff, declared, village, at, write, noon
):
    declared("tier", "MEDIUM", "2021-02-01")
    declared("community_class", "OUTBREAK", "2021-02-01")
    taken, child = village.moves_in("王大山"), village.moves_in("王小山", birth_day=date(2012, 3, 1))
    entry = write("enrolment", taken, "2021-02-01T08:00", group="renter", from_day="2021-02-01", why="样例")
    Enrolment.objects.filter(resident=taken).update(group="centrally_observed")
    noon("09:00", on="2021-02-03")

    page = body(staff.get(reverse("care:families")))
    assert "王小山" in page and "王大山" not in page
    assert "林阿芳" not in page, "she lives elsewhere"
    assert "集中观察" in page
    answer = staff.post(reverse("care:look_after", args=[child.pk]), {"group": "isolated_family"})

    assert answer.status_code == 302
    row = Enrolment.objects.get(resident=child)
    assert (row.group, row.from_day, row.reason) == ("isolated_family", date(2021, 2, 3), "家人在集中观察或住院")
    assert "王大山" not in row.reason
    page = body(staff.get(reverse("care:people")))
    assert "王小山" in page and "每周一次" in page
    assert "改进常态化防控条件下的社区服务" in page
    assert entry.resident_id == taken.pk


@pytest.mark.row("F9")
def test_a_medics_family_is_found_enrolled_and_visited_daily(staff, low, village, noon):
    page = body(staff.post(reverse("care:families"), {"q": "林"}))
    assert "林阿芳" in page
    staff.post(reverse("care:look_after", args=[village.lin.pk]), {"group": "health_worker_family"})
    page = body(staff.get(reverse("care:people")))
    assert "医务人员家属" in page and "每天" in page
    again = staff.post(
        reverse("care:look_after", args=[village.lin.pk]), {"group": "health_worker_family"}, follow=True
    )
    assert "已经在" in body(again)


def test_only_the_two_registers_of_families_are_filled_here(staff, low, village, noon):
    answer = staff.post(reverse("care:look_after", args=[village.lin.pk]), {"group": "mental_disorder"})
    assert answer.status_code == 404
    assert not Entry.objects.exists()


def test_who_lives_elsewhere_is_not_there(staff, places, village, noon, day, at):
    done = {"from_day": day, "by": SYSTEM, "at": at}
    elsewhere = register_resident(
        Person(name="外人"), home=Home(division=places["中山社区居委会"]), kind="RESIDENT", **done
    )
    for name in ("care:plan", "care:end_plan", "care:take_over"):
        assert staff.get(reverse(name, args=[elsewhere.pk])).status_code == 404
    assert staff.post(reverse("care:look_after", args=[elsewhere.pk]), {"group": "isolated_family"}).status_code == 404
    assert staff.get(f"{reverse('care:people')}?community={places['中山社区居委会'].pk}").status_code == 404


def test_a_grid_worker_sees_the_own_people_and_no_register_of_the_desk(client, people, low, alone, village, noon):
    village.worker.account = people.GRID_WORKER
    village.worker.save()
    other = village.moves_in("陈远", home=village.other)
    alone()
    alone(who=other, when="2020-06-10T09:00")
    poor = village.moves_in("苏贫")
    alone(who=poor, when="2020-06-10T09:30", group="low_income")
    client.force_login(people.GRID_WORKER)
    page = body(client.get(reverse("care:people")))
    assert "林阿芳" in page
    assert "陈远" not in page, "building 2 is another's"
    assert "苏贫" not in page, "who has a low income is not the grid worker's business"


def test_a_township_chooses_a_community_first(client, people, low, alone, noon):
    alone()
    client.force_login(people.TOWNSHIP)
    assert "先选一个村（社区）" in body(client.get(reverse("care:people")))
    assert "林阿芳" in body(client.get(f"{reverse('care:people')}?community={CODE}"))


def test_reading_the_list_and_a_person_is_written_to_the_trail(staff, low, alone, village, noon):
    alone()
    staff.get(reverse("care:people"))
    staff.get(reverse("care:plan", args=[village.lin.pk]))
    acts = set(Act.objects.values_list("action", "object_id"))
    assert {("residents.listed", CODE), ("resident.seen", str(village.lin.pk))} <= acts


def test_the_list_needs_the_same_number_of_queries_for_one_and_for_many(
    staff, low, alone, village, noon, day, at, django_assert_max_num_queries
):
    alone()
    for number in range(12):
        flat = register_household(f"1-2{number:02}", unit=village.first, from_day=day, by=SYSTEM, at=at)
        alone(who=village.moves_in(f"老人{number}", home=flat), when="2020-06-10T09:00")
    noon("18:30")
    with django_assert_max_num_queries(45):
        body(staff.get(reverse("care:people")))
