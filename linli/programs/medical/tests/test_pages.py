"""The pages: who may open which, what each role is shown there, and that what one does there is stored."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.community.roles import Role
from linli.programs.medical.operations import Exposure, name_contact, note_lead
from linli.programs.medical.tests.conftest import DOCTOR
from linli.records.models import Enrolment, Entry
from linli.records.operations import correct_entry
from linli.trail.models import Act

PAGES = ("inbox", "cases", "contacts", "tests", "disinfection")


@pytest.fixture
def opened(client, people, at, monkeypatch):
    """``opened("COMMUNITY_DOCTOR")``: a client signed in, at the hour of the tests plus some minutes."""

    def opened(role, *, minutes=12):
        monkeypatch.setattr("linli.web.gate.timezone.now", lambda: at + timedelta(minutes=minutes))
        monkeypatch.setattr("linli.web.gate.demo_moment", lambda _deployment, *, at: at)
        client.force_login(getattr(people, role), backend="linli.community.authentication.AccountBackend")
        return client

    return opened


def read(client, name, *args, **query):
    answer = client.get(reverse(f"medical:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_an_empty_inbox_says_what_will_appear(village, opened):
    page = read(opened("COMMUNITY_DOCTOR"), "inbox")
    assert "现在没有未了结的警示" in page
    assert "9号文" in page


@pytest.mark.row("D4")
def test_the_doctor_sees_who_since_when_and_takes_the_next_step_with_one_tap(village, positive, opened):
    alert = positive(village.lin)
    client = opened("COMMUNITY_DOCTOR")
    page = read(client, "inbox")
    for shown in ("林阿芳", "1-101", "15400001234", "结果 阳性", "已过12分钟", "还有3分钟", "医生已看到"):
        assert shown in page

    answer = client.post(reverse("medical:step", args=[alert.pk]), {"step": "SEEN", "from": "inbox"})
    assert answer["Location"] == reverse("medical:inbox")
    assert Entry.objects.get(kind="referral").payload["step"] == "SEEN"
    assert "已联系并嘱咐" in read(client, "inbox")

    # Tapped twice: told so, stored once.
    client.post(reverse("medical:step", args=[alert.pk]), {"step": "SEEN"})
    assert Entry.objects.filter(kind="referral").count() == 1
    assert "这一步已经登记过" in read(client, "alert", alert.pk)


@pytest.mark.row("D4")
def test_an_alert_is_closed_with_its_outcome_and_shows_how_long_the_way_took(village, positive, opened):
    alert = positive(village.lin)
    client = opened("COMMUNITY_DOCTOR", minutes=40)
    address = reverse("medical:step", args=[alert.pk])
    client.post(address, {"step": "DEPARTED", "time": "08:20", "vehicle": "120 二车"})
    client.post(address, {"step": "ARRIVED", "hospital": "南安市医院"})
    refused = client.post(address, {"step": "CLOSED"})
    assert (refused.status_code, "了结时请写明结果" in refused.content.decode()) == (400, True)

    opened("COMMUNITY_DOCTOR", minutes=100)
    client.post(address, {"step": "CLOSED", "outcome": "TREATED"})
    page = read(client, "alert", alert.pk)
    for shown in ("用了20分钟", "120 二车", "南安市医院", "看过病，已回家", "全程1小时40分", "从发现到医院40分钟"):
        assert shown in page
    listed = read(client, "inbox")
    assert "现在没有未了结的警示" in listed
    assert "到医院用了40分钟" in listed


def test_a_time_that_has_not_come_is_refused_beside_the_form(village, positive, opened):
    alert = positive(village.lin)
    client = opened("COMMUNITY_DOCTOR")
    answer = client.post(reverse("medical:step", args=[alert.pk]), {"step": "SEEN", "time": "23:00"})
    assert (answer.status_code, "时间还没有到" in answer.content.decode()) == (400, True)
    assert not Entry.objects.filter(kind="referral").exists()


def test_the_township_sees_that_it_goes_on_and_neither_what_was_found_nor_the_phone(village, positive, write, opened):
    alert = positive(village.lin)
    payload = {"alert": str(alert.pk), "step": "CLOSED", "outcome": "CONFIRMED", "hospital": "泉州市第一医院"}
    positive(village.chen)
    write("referral", village.lin, minutes=5, **payload)
    client = opened("TOWNSHIP")
    for page in (read(client, "inbox"), read(client, "alert", alert.pk)):
        assert "林阿芳" in page
        assert "检测采样" in page
        for hidden in ("阳性", "15400001234", "确诊", "泉州市第一医院", '<button class="btn btn-primary"'):
            assert hidden not in page
    answer = client.post(reverse("medical:step", args=[alert.pk]), {"step": "SEEN"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["GRID_WORKER", "RESIDENT", "AUDITOR", "ADMINISTRATOR"])
def test_nobody_else_opens_these_pages(opened, name, role):
    assert opened(role).get(reverse(f"medical:{name}")).status_code == 403


def test_what_belongs_to_another_community_is_not_there(village, positive, write, opened):
    alert = positive(village.huang)
    case = write("diagnosis", village.huang, state="CONFIRMED", diagnosed_on="2020-06-10")
    client = opened("COMMUNITY_DOCTOR")
    for address in (
        reverse("medical:alert", args=[alert.pk]),
        reverse("medical:alert", args=[uuid4()]),
        reverse("medical:alert", args=[case.pk]),
        reverse("medical:case", args=[case.pk]),
        reverse("medical:name_contact", args=[case.pk]),
        reverse("medical:note_lead", args=[case.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("medical:step", args=[alert.pk]), {"step": "SEEN"}).status_code == 404
    assert "黄秀英" not in read(client, "inbox") + read(client, "cases")
    assert "黄秀英" in read(opened("TOWNSHIP"), "inbox")


def test_a_corrected_alert_leads_back_to_the_inbox(village, positive, opened, at):
    alert = positive(village.lin)
    correct_entry(alert, payload={**alert.payload, "result": "NEGATIVE"}, reason="看错了", by=DOCTOR, at=at)
    client = opened("COMMUNITY_DOCTOR")
    answer = client.get(reverse("medical:alert", args=[alert.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("medical:inbox")
    assert "不再是警示" in answer.content.decode()


# ---- cases and contacts --------------------------------------------------------------------------------------------
@pytest.fixture
def case(village, write):
    return write("diagnosis", village.lin, state="CONFIRMED", diagnosed_on="2020-06-10", where="泉州市第一医院")


@pytest.mark.row("D5")
def test_the_doctor_finds_a_contact_by_name_and_puts_them_on_the_list(village, case, opened):
    client = opened("COMMUNITY_DOCTOR")
    address = reverse("medical:name_contact", args=[case.pk])
    assert "陈大山" in client.post(address, {"q": "陈大"}).content.decode()
    assert "没有找到“黄秀英”" in client.post(address, {"q": "黄秀英"}).content.decode()

    form = client.post(address, {"person": str(village.chen.pk)}).content.decode()
    assert "林阿芳（病例，登记为密接）" in form
    said = {
        "save": "1",
        "person": str(village.chen.pk),
        "of": str(village.lin.pk),
        "last_exposure_on": "2020-06-09",
        "how": "同桌吃饭",
        "direction": "FORWARD",
    }
    assert client.post(address, said | {"last_exposure_on": "2020-06-12"}).status_code == 400
    assert client.post(address, said)["Location"] == reverse("medical:case", args=[case.pk])
    page = read(client, "case", case.pk)
    for shown in ("陈大山", "接触了林阿芳", "同桌吃饭", "至 2020-06-22 24时", "已排查出1人", "确诊病例"):
        assert shown in page

    # A contact of the contact is of the second degree by itself.
    assert "陈大山（密接，登记为次密接）" in client.post(address, {"person": str(village.son.pk)}).content.decode()
    client.post(address, said | {"person": str(village.son.pk), "of": str(village.chen.pk)})
    assert Enrolment.objects.get(resident=village.son).group == "secondary_contact"
    assert "接触了陈大山" in read(client, "contacts")


def test_somebody_out_of_reach_cannot_be_named(village, case, opened):
    client = opened("COMMUNITY_DOCTOR")
    address = reverse("medical:name_contact", args=[case.pk])
    for person in (str(village.huang.pk), str(uuid4()), "x"):
        assert client.post(address, {"person": person}).status_code == 404


@pytest.mark.row("D5")
def test_a_contact_elsewhere_is_handed_on_by_the_township_and_listed_there(village, case, opened):
    client = opened("COMMUNITY_STAFF")
    said = {
        "of": str(village.lin.pk),
        "name": "黄阿姨",
        "phone": "15400007777",
        "place": "中山社区5号",
        "last_exposure_on": "2020-06-09",
        "how": "同车",
        "direction": "FORWARD",
    }
    answer = client.post(reverse("medical:note_lead", args=[case.pk]), said)
    assert answer["Location"] == reverse("medical:case", args=[case.pk])
    assert "等待乡镇或县里移交" in read(client, "case", case.pk)

    client = opened("TOWNSHIP")
    assert "黄阿姨" in read(client, "cases")
    lead = Entry.objects.get(kind="contact_lead")
    address = reverse("medical:lead", args=[lead.pk])
    found = client.post(address, {"q": "黄秀英"}).content.decode()
    assert "是他，移交" in found
    assert "15400007777" not in found
    client.post(address, {"save": "1", "person": str(village.huang.pk), "handed_to": "中山社区居委会"})
    listed = read(client, "contacts")
    assert "黄秀英" in listed
    assert "接触了溪美社区居委会的一名病例" in listed
    assert "已移交中山社区居委会" in listed
    assert "林阿芳" not in listed


def test_the_township_hands_on_nobody_else_s_leads(village, write, opened, at):
    write("diagnosis", village.wu, state="CONFIRMED", diagnosed_on="2020-06-10")
    exposure = Exposure(of=village.wu, degree="CLOSE", last_exposure_on=date(2020, 6, 9), how="同车")
    lead = note_lead(village.wu, exposure, name="某人", place="晋江市", by=DOCTOR, at=at).entry
    assert opened("TOWNSHIP").get(reverse("medical:lead", args=[lead.pk])).status_code == 404
    assert opened("COUNTY_COMMAND").get(reverse("medical:lead", args=[lead.pk])).status_code == 200


@pytest.mark.parametrize("role", ["TOWNSHIP", "COUNTY_COMMAND"])
def test_who_the_case_is_and_what_was_found_is_shown_to_those_who_treat_alone(village, case, opened, at, role):
    exposure = Exposure(of=village.lin, degree="CLOSE", last_exposure_on=date(2020, 6, 9), how="同桌吃饭")
    name_contact(village.chen, exposure, case=case, by=DOCTOR, at=at)
    assert "林阿芳" in read(opened("COMMUNITY_DOCTOR"), "case", case.pk)
    client = opened(role)
    for page in (read(client, "cases"), read(client, "case", case.pk), read(client, "contacts")):
        for hidden in ("林阿芳", "确诊病例", "泉州市第一医院", str(village.lin.pk)):
            assert hidden not in page
    assert "陈大山" in read(client, "case", case.pk)


def test_the_recovered_are_listed_with_the_day_until_which_they_are_followed(village, write, opened):
    write("diagnosis", village.lin, state="CONFIRMED", diagnosed_on="2020-06-01")
    write("diagnosis", village.lin, minutes=1, state="RECOVERED", diagnosed_on="2020-06-09", followed_to="2020-06-23")
    page = read(opened("COMMUNITY_DOCTOR"), "cases")
    assert "随访至 2020-06-23 24时" in page
    assert "还没有回访" in page
    assert "林阿芳" not in read(opened("TOWNSHIP"), "cases")


# ---- tests, disinfection, trail ------------------------------------------------------------------------------------
@pytest.mark.row("D6")
def test_the_test_list_says_why_and_that_the_names_are_a_reading(village, case, opened, at):
    exposure = Exposure(of=village.lin, degree="CLOSE", last_exposure_on=date(2020, 6, 9), how="同桌吃饭")
    name_contact(village.chen, exposure, case=case, by=DOCTOR, at=at)
    client = opened("COMMUNITY_DOCTOR")
    page = read(client, "tests")
    for shown in (
        "陈大山",
        "密切接触者</span> <span>同桌吃饭",
        "还没有采样",
        "条文没有写是哪些人",
        "南安40号文",
        "登记采样",
    ):
        assert shown in page
    assert client.get(reverse("medical:tests"), {"class": "ALL"}).status_code == 404
    assert "谁愿意检，谁就能检" in read(client, "tests", **{"class": "ON_REQUEST"})


@pytest.mark.row("D6")
def test_a_sample_that_waits_offers_its_result_and_only_those_who_treat_see_it(village, write, opened):
    sampled = {"class": "ON_REQUEST", "sampled_on": "2020-06-10", "method": "PCR"}
    sample = write("test", village.chen, result="PENDING", **sampled)
    page = read(opened("COMMUNITY_DOCTOR"), "tests", **{"class": "ON_REQUEST"})
    assert f"sample={sample.pk}" in page
    write("test", village.chen, minutes=1, result="NEGATIVE", sample=str(sample.pk), **sampled)
    assert "阴性" in read(opened("COMMUNITY_DOCTOR"), "tests", **{"class": "ON_REQUEST"})
    township = read(opened("TOWNSHIP"), "tests", **{"class": "ON_REQUEST"})
    assert "陈大山" in township
    assert "阴性" not in township


def test_people_are_found_for_a_diagnosis_or_a_test_in_one_s_own_community(village, opened):
    client = opened("COMMUNITY_DOCTOR")
    found = client.post(reverse("medical:find", args=["diagnosis"]), {"q": "陈大山"}).content.decode()
    assert reverse("records:new", args=["diagnosis", "person", village.chen.pk]) in found
    assert "没有找到" in client.post(reverse("medical:find", args=["test"]), {"q": "黄秀英"}).content.decode()
    assert client.get(reverse("medical:find", args=["arrival"])).status_code == 404


@pytest.mark.row("D9")
def test_the_home_is_on_the_page_until_the_disinfection_is_confirmed(village, case, write, opened):
    page = read(opened("TOWNSHIP"), "disinfection")
    for shown in ("1号楼 1-101", "还没有通知", "登记做完", "南安40号文"):
        assert shown in page
    assert "林阿芳" not in page
    ordered = {"ordered_on": "2020-06-10", "ordered_by": "市疾控"}
    write("disinfection_order", village.flat, minutes=2, **ordered)
    assert "2020-06-10 市疾控已通知" in read(opened("COMMUNITY_STAFF"), "disinfection")
    done = {"terminal": True, "done_on": "2020-06-10", "done_by": "消杀队", "agent": "含氯消毒液"}
    write("disinfection", village.flat, minutes=3, **done)
    page = read(opened("COMMUNITY_STAFF"), "disinfection")
    assert "现在没有要做终末消毒的住处" in page
    assert "含氯消毒液" in page


def test_a_case_without_a_household_is_on_the_page_with_what_to_do_first(village, write, opened):
    write("diagnosis", village.newcomer, state="SUSPECTED", diagnosed_on="2020-06-10")
    assert "还没有落到户" in read(opened("COMMUNITY_DOCTOR"), "disinfection")


def test_looking_leaves_a_trace_without_a_diagnosis(village, case, positive, opened):
    alert = positive(village.lin)
    client = opened("COMMUNITY_DOCTOR")
    before = Act.objects.count()
    for name, args in (("inbox", []), ("alert", [alert.pk]), ("case", [case.pk])):
        read(client, name, *args)
    acts = list(Act.objects.order_by("id")[before:])
    assert [act.action for act in acts] == ["residents.listed", "resident.seen", "resident.seen"]
    assert acts[1].object_id == acts[2].object_id == str(village.lin.pk)
    assert acts[1].detail == acts[2].detail == {}


def test_the_menu_shows_the_inbox_to_those_who_may_open_it(village, opened):
    for role in Role.values:
        page = opened(role).get("/").content.decode()
        shown = f'href="{reverse("medical:inbox")}"' in page
        assert shown == (role in {"COMMUNITY_DOCTOR", "COMMUNITY_STAFF", "TOWNSHIP", "COUNTY_COMMAND"}), role
