"""The pages of health as those who use them see them."""

from datetime import date

import pytest
from django.urls import reverse

from linli.community.people.operations import Home, Person, register_resident
from linli.records.models import Entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act

CODE = "350583001001"
REGISTER = reverse("health:register")
VACCINATION = reverse("health:vaccination")


@pytest.fixture
def staff(client, people, now):
    client.force_login(people.COMMUNITY_STAFF)
    return client


def body(response, status=200):
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def number_of(page):
    return page.split('name="how-id" value="')[1].split('"')[0]


def test_before_2023_the_pages_ask_for_nothing(staff, village, now):
    now("2023-01-05T09:00")
    page = body(staff.get(REGISTER))
    assert "现在没有文件要求敲门" in page
    assert "林阿芳" not in page
    page = body(staff.get(VACCINATION))
    assert "可以问问要不要打" not in page
    assert staff.get(reverse("health:open_round", args=[CODE])).status_code == 404


@pytest.mark.row("C5")
def test_staff_open_a_round_knock_at_a_door_and_see_how_far_they_are(staff, village):
    page = body(staff.get(REGISTER))
    assert "还没有开轮次" in page
    assert "林阿芳" in page and "陈老伯" in page and "王大山" not in page
    said = {"from_day": "2023-01-10", "to_day": "2023-01-24", "purpose": "春节前敲门"}
    assert staff.post(reverse("health:open_round", args=[CODE]), said).status_code == 302
    opened = Entry.objects.get(kind="round")
    assert (opened.payload["kind"], opened.payload["clause"]) == ("door_knock", "minfa-2023-5 三")
    page = body(staff.get(REGISTER))
    assert "0 / 2" in page and "还有 2 人没联系上" in page

    address = reverse("health:knock", args=[village.lin.pk])
    page = body(staff.get(address))
    assert "70 岁" in page
    said = {"reached": "SEEN", "condition": "UNWELL", "risk": "HIGH", "chronic_count": "2", "needs": ["MEDICINE"]}
    answer = staff.post(address, {**said, "kit": "on", "how-id": number_of(page)})

    assert answer.status_code == 302, answer.content.decode()
    entry = Entry.objects.get(kind="door_knock")
    assert entry.payload["chronic_count"] == 2 and entry.channel == "DOOR"
    assert Entry.objects.filter(kind="kit").count() == 1
    page = body(staff.get(REGISTER))
    assert "1 / 2" in page and "风险高" in page and "1月10日已送包" in page
    left = body(staff.get(f"{REGISTER}?open=knock"))
    assert "陈老伯" in left and "林阿芳" not in left
    assert "林阿芳" in body(staff.get(f"{REGISTER}?who=severe"))
    assert "林阿芳" in body(staff.get(reverse("health:kits")))


def test_the_form_of_a_knock_sent_twice_is_stored_once(staff, village, begun):
    address = reverse("health:knock", args=[village.lin.pk])
    said = {"reached": "SEEN", "condition": "WELL", "kit": "on", "how-id": number_of(body(staff.get(address)))}
    staff.post(address, said)
    assert staff.post(address, said).status_code == 302
    assert Entry.objects.filter(kind__in=("door_knock", "kit")).count() == 2


def test_all_as_usual_is_one_button_with_the_kit_as_ticked(staff, village, begun):
    for person, tick in ((village.lin, {"kit": "on"}), (village.chen, {})):
        address = reverse("health:knock", args=[person.pk])
        number = number_of(body(staff.get(address)))
        staff.post(address, {"usual": "1", "reached": "NOBODY", "how-id": number, **tick})
    assert list(Entry.objects.filter(kind="door_knock").values_list("payload", flat=True)) == [
        {"reached": "SEEN", "condition": "WELL"},
        {"reached": "SEEN", "condition": "WELL"},
    ]
    assert Entry.objects.get(kind="kit").resident_id == village.lin.pk


def test_a_mistake_is_named_beside_its_field_and_nothing_is_stored(staff, village, begun):
    address = reverse("health:knock", args=[village.lin.pk])
    said = {"reached": "NOBODY", "condition": "WORSE", "how-id": number_of(body(staff.get(address)))}
    assert "没联系上的人，身体和风险先不填。" in body(staff.post(address, said), 400)
    assert not Entry.objects.filter(kind="door_knock").exists()


def test_the_register_is_searched_by_initials_and_filtered_by_risk(staff, village, begun, write):
    write("risk_level", village.wang, "2023-01-09T10:00", risk="HIGH", why="长期吸氧")
    found = body(staff.post(REGISTER, {"q": "wds"}))
    assert "王大山" in found and "林阿芳" not in found
    page = body(staff.get(f"{REGISTER}?risk=UNSAID"))
    assert "林阿芳" in page and "王大山" not in page
    assert "王大山" in body(staff.get(f"{REGISTER}?risk=HIGH"))


@pytest.mark.row("C6")
def test_a_session_is_planned_booked_and_worked_off_in_three_taps(staff, village, now):
    page = body(staff.get(VACCINATION))
    assert "可以问问要不要打（4 人）" in page
    assert "绿色通道" in page and "打不打由本人决定" in page
    said = {
        "point": "MOBILE", "place": "社区广场", "held_on": "2023-01-12", "hours": "8:00–11:30", "capacity": "40",
        "green_lane": "on",
    }  # fmt: skip
    answer = staff.post(reverse("health:open_session", args=[CODE]), said)
    assert answer.status_code == 302, answer.content.decode()
    day_list = answer.url
    session = Entry.objects.get(kind="session")
    staff.post(reverse("health:book", args=[session.pk]), {"person": village.chen.pk, "green_lane": "1"})
    page = body(staff.get(day_list))
    assert "已约 1 / 40，还有 39 个位子" in page
    assert "登记接种" not in page, "it is not the day yet"

    now("2023-01-12T08:30")
    page = body(staff.get(day_list))
    form = page.split(f"/records/new/vaccination/person/{village.chen.pk}")[1].split('"')[0].replace("&amp;", "&")
    form = f"/records/new/vaccination/person/{village.chen.pk}{form}"
    page = body(staff.get(form))
    assert 'value="GREEN_LANE"' in page
    said = {
        "status": "GIVEN", "dose": "1", "where": "GREEN_LANE", "session": str(session.pk), "how-channel": "DESK",
        "how-id": number_of(page),
    }  # fmt: skip
    answer = staff.post(form, said)
    assert (answer.status_code, answer.url) == (302, day_list)
    assert "08:30 已登记" in body(staff.get(day_list))
    assert "陈老伯" not in body(staff.get(VACCINATION))


def test_who_does_not_come_frees_the_place(staff, village, write):
    session = write(
        "session", village.community, "2023-01-09T08:00", point="CLINIC", place="卫生站", held_on="2023-01-12",
        hours="上午", capacity=1,
    )  # fmt: skip
    address = reverse("health:book", args=[session.pk])
    staff.post(address, {"person": village.chen.pk})
    assert "这一场约满了（1人）" in body(staff.post(address, {"person": village.lin.pk}, follow=True))
    booking = Entry.objects.get(kind="booking")
    staff.post(reverse("health:unbook", args=[booking.pk]))
    assert "林阿芳" in body(staff.post(address, {"person": village.lin.pk}, follow=True)).split("可以约的人")[0]


def test_who_had_a_dose_is_found_by_name_and_booked_for_the_next(staff, village, write):
    write("vaccination", village.chen, "2022-12-10T09:00", status="GIVEN", dose=1, where="CLINIC")
    session = write(
        "session", village.community, "2023-01-09T08:00", point="CLINIC", place="卫生站", held_on="2023-01-10",
        hours="上午", capacity=9,
    )  # fmt: skip
    address = reverse("health:session", args=[session.pk])
    assert "陈老伯" not in body(staff.get(address))
    assert "陈老伯" in body(staff.post(address, {"q": "clb"}))
    page = body(staff.post(reverse("health:book", args=[session.pk]), {"person": village.chen.pk}, follow=True))
    assert "dose=2" in page


@pytest.mark.row("C6")
def test_workers_go_first_while_the_text_of_2021_says_so(staff, village, now):
    now("2021-02-01T09:00")
    page = body(staff.get(VACCINATION))
    assert "工作人员先打" in page and "周丽" in page
    assert "可以问问要不要打" not in page
    answer = staff.post(reverse("health:worker_dose", args=[village.staff.pk]), {"status": "GIVEN", "dose": "1"})
    assert answer.status_code == 302
    assert "已打1剂" in body(staff.get(VACCINATION))
    now("2023-01-10T09:00")
    assert "工作人员先打" not in body(staff.get(VACCINATION))


def test_who_lives_elsewhere_is_not_there(staff, places, village, day, at, write):
    done = {"from_day": day, "by": SYSTEM, "at": at}
    elsewhere = register_resident(
        Person(name="外人", birth_day=date(1940, 1, 1)), home=Home(division=places["中山社区居委会"]),
        kind="RESIDENT", **done,
    )  # fmt: skip
    session = write(
        "session", places["中山社区居委会"], "2023-01-09T08:00", point="CLINIC", place="卫生站",
        held_on="2023-01-12", hours="上午", capacity=1,
    )  # fmt: skip
    assert staff.get(reverse("health:knock", args=[elsewhere.pk])).status_code == 404
    assert staff.get(reverse("health:session", args=[session.pk])).status_code == 404
    assert staff.post(reverse("health:book", args=[session.pk]), {"person": village.lin.pk}).status_code == 404
    assert staff.get(reverse("health:open_round", args=["350583001002"])).status_code == 404
    assert staff.get(f"{REGISTER}?community=350583001002").status_code == 404
    assert "外人" not in body(staff.get(REGISTER))


def test_a_grid_worker_sees_the_own_building_alone(client, people, village, begun, now):
    village.worker.account = people.GRID_WORKER
    village.worker.save()
    client.force_login(people.GRID_WORKER)
    page = body(client.get(REGISTER))
    assert "林阿芳" in page and "陈老伯" not in page
    assert client.get(reverse("health:knock", args=[village.chen.pk])).status_code == 404
    assert "开一场接种" not in body(client.get(VACCINATION))


def test_a_township_chooses_a_community_first(client, people, village, now):
    client.force_login(people.TOWNSHIP)
    for address in (REGISTER, VACCINATION, reverse("health:kits")):
        assert "先选一个村（社区）" in body(client.get(address))
    assert "林阿芳" in body(client.get(f"{REGISTER}?community={CODE}"))


def test_reading_the_register_and_a_person_is_written_to_the_trail(staff, village, begun):
    staff.get(REGISTER)
    staff.get(reverse("health:knock", args=[village.lin.pk]))
    acts = set(Act.objects.values_list("action", "object_id"))
    assert {("residents.listed", CODE), ("resident.seen", str(village.lin.pk))} <= acts


def test_a_register_of_many_takes_no_more_queries(staff, village, begun, django_assert_max_num_queries):
    for number in range(30):
        village.lives(f"老人{number}", date(1950, 1, 1 + number % 28))
    with django_assert_max_num_queries(35):
        assert "老人29" in body(staff.get(REGISTER))
