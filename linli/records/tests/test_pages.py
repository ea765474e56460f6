"""The pages of the records: who sees which register, what is foreign is not there, a form sent twice is stored once."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.grid.operations import open_unit, register_household
from linli.community.people.operations import Home, Person, register_resident
from linli.records.kinds import KindsRefused, read_kinds
from linli.records.models import Enrolment, Entry
from linli.records.operations import Draft, record_entry, withdraw_entry
from linli.trail.actor import SYSTEM, Actor
from linli.trail.models import Act

BACKEND = "linli.community.authentication.AccountBackend"
SEEING = ["GRID_WORKER", "COMMUNITY_STAFF", "COMMUNITY_DOCTOR", "TOWNSHIP", "COUNTY_COMMAND"]
WRITING = SEEING[:3]
CLOSED = ["RESIDENT", "AUDITOR", "ADMINISTRATOR"]
ARRIVAL = {"arrived_on": "2020-06-10", "origin": "北京市丰台区", "origin_tier": "HIGH"}


@pytest.fixture
def signed_in(client, people, grid):
    """``signed_in("COMMUNITY_STAFF")`` is a client; 陈志明 has the account of the grid worker."""
    grid.worker.account = people.GRID_WORKER
    grid.worker.save()

    def signed_in(role):
        client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def foreign(grid, places, day, at):
    """外村人 lives in 省身村, which of the roles the county alone reaches; 许丽 in the next building."""
    given = {"from_day": day, "by": SYSTEM, "at": at}
    root = open_unit("省身村网格工作站", kind="VILLAGE_STATION", division=places["省身村委会"], **given)
    home = register_household("1号", unit=root, **given)
    return register_resident(Person(name="外村人"), home=Home(household=home), kind="RESIDENT", **given)


@pytest.fixture
def neighbour(grid, day, at):
    """许丽 lives in building 2, for which nobody answers."""
    given = {"from_day": day, "by": SYSTEM, "at": at}
    return register_resident(Person(name="许丽"), home=Home(household=grid.other), kind="RESIDENT", **given)


@pytest.fixture
def put(at):
    """``put("arrival", lin, **payload)`` writes down an entry as the community's staff would."""

    def put(kind, subject, *, by=None, when=at, **payload):
        by = by or Actor(id="account:0", role="COMMUNITY_STAFF", division_code="350583001001")
        draft = Draft(kind=kind, subject=subject, happened_at=when, payload=payload)
        return record_entry(draft, by=by, at=when).entry

    return put


def new(kind, person):
    return reverse("records:new", args=[kind, "person", person.pk])


def number_in(page):
    """The number under which the form will be stored."""
    return re.search(r'name="how-id" value="([0-9a-f-]+)"', page.content.decode())[1]


def said(answer):
    return answer.content.decode()


# ---- who may -------------------------------------------------------------------------------------------------------
def pages_of(person, entry):
    """Every page about one person, by the roles that may open it."""
    return [
        (reverse("records:person", args=[person.pk]), SEEING),
        (reverse("records:entry", args=[entry.pk]), SEEING),
        (new("arrival", person), WRITING),
        (reverse("records:correct", args=[entry.pk]), ["COMMUNITY_STAFF", "COMMUNITY_DOCTOR"]),
        (reverse("records:withdraw", args=[entry.pk]), ["COMMUNITY_STAFF", "COMMUNITY_DOCTOR"]),
    ]


@pytest.mark.parametrize("role", [*SEEING, *CLOSED])
def test_pages_of_ones_own_people_open_by_role(signed_in, grid, put, role):
    client, entry = signed_in(role), put("arrival", grid.lin, **ARRIVAL)
    for address, roles in pages_of(grid.lin, entry):
        expected = 403 if role in CLOSED else 200 if role in roles else 404
        assert client.get(address).status_code == expected, address


@pytest.mark.parametrize("role", SEEING)
def test_what_is_foreign_is_not_there(signed_in, foreign, put, role):
    client, entry = signed_in(role), put("arrival", foreign, **ARRIVAL)
    for address, _roles in pages_of(foreign, entry):
        may = role == "COUNTY_COMMAND" and "/records/new" not in address and address.rsplit("/", 1)[1] not in (
            "correct", "withdraw",
        )  # fmt: skip
        assert client.get(address).status_code == (200 if may else 404), address
        assert client.post(address, {}).status_code in (404, 405), address


def test_a_grid_worker_does_not_reach_the_next_building(signed_in, neighbour, put):
    client, entry = signed_in("GRID_WORKER"), put("arrival", neighbour, **ARRIVAL)
    for address, _roles in pages_of(neighbour, entry):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("role", [*SEEING, *CLOSED])
def test_registers_open_by_role(signed_in, role):
    client = signed_in(role)
    care = ["COMMUNITY_STAFF", "COMMUNITY_DOCTOR"]
    desk = [*care, "TOWNSHIP", "COUNTY_COMMAND"]
    for group, roles in {"arrival": SEEING, "low_income": desk, "mental_disorder": care, "confirmed": care}.items():
        answer = client.get(reverse("records:register", args=[group])).status_code
        assert answer == (403 if role in CLOSED else 200 if role in roles else 404), group
    writers = {"elderly_alone": WRITING, "mental_disorder": care, "low_income": care, "arrival": []}
    for group, roles in writers.items():
        answer = client.get(reverse("records:put_on", args=[group])).status_code
        shut = role in CLOSED or role in ("TOWNSHIP", "COUNTY_COMMAND")
        assert answer == (403 if shut else 200 if role in roles else 404), group


def test_what_does_not_exist_is_not_there(signed_in, grid):
    client = signed_in("COMMUNITY_STAFF")
    for address in (
        new("nothing", grid.lin),
        reverse("records:new", args=["arrival", "household", grid.flat.pk]),
        reverse("records:new", args=["arrival", "person", "abc"]),
        reverse("records:new", args=["arrival", "moon", grid.lin.pk]),
        reverse("records:register", args=["elderly"]),
        reverse("records:entry", args=[uuid.uuid4()]),
        reverse("records:person", args=[uuid.uuid4()]),
        reverse("records:register", args=["arrival"]) + "?community=350583100201",
    ):
        assert client.get(address).status_code == 404, address


# ---- the form ------------------------------------------------------------------------------------------------------
def test_an_entry_is_written_and_leads_back_to_the_list(signed_in, grid, people, at):
    client = signed_in("GRID_WORKER")
    address = new("arrival", grid.lin) + "?next=/grid/"
    page = client.get(address)
    assert "林阿芳" in said(page)
    assert "1号楼 1-101" in said(page)

    answer = client.post(address, {**ARRIVAL, "how-id": number_in(page), "how-channel": "PHONE"}, follow=True)

    assert answer.redirect_chain == [("/grid/", 302)]
    assert "已登记：来返人员登记，林阿芳。" in said(answer)
    entry = Entry.objects.get()
    assert (entry.channel, entry.role, entry.by) == ("PHONE", "GRID_WORKER", f"account:{people.GRID_WORKER.pk}")
    assert set(Enrolment.objects.values_list("group", flat=True)) == {"arrival", "arrival_high_risk"}


def test_a_double_click_stores_once(signed_in, grid):
    client, address = signed_in("GRID_WORKER"), new("arrival", grid.lin)
    sent = {**ARRIVAL, "how-id": number_in(client.get(address)), "how-channel": "DOOR"}
    client.post(address, sent)

    again = client.post(address, sent, follow=True)

    assert "这一条刚才已经登记过，没有重复存" in said(again)
    assert Entry.objects.count() == 1


def test_the_form_sent_again_with_other_content_asks_and_then_stores_another(signed_in, grid):
    client, address = signed_in("GRID_WORKER"), new("arrival", grid.lin)
    sent = {**ARRIVAL, "how-id": number_in(client.get(address)), "how-channel": "DOOR"}
    client.post(address, sent)

    asked = client.post(address, sent | {"origin": "武汉市"})
    assert asked.status_code == 400
    assert "刚才那一条（来返人员登记）已经存下" in said(asked)
    assert reverse("records:entry", args=[Entry.objects.get().pk]) in said(asked)
    assert "武汉市" in said(asked)

    client.post(address, sent | {"origin": "武汉市", "how-id": number_in(asked)})
    assert set(Entry.objects.values_list("payload__origin", flat=True)) == {"北京市丰台区", "武汉市"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"origin": ""}, "还没有填，请填写。"),
        ({"origin_tier": ""}, "还没有选，请选一项。"),
        ({"arrived_on": "2020-13-40"}, "没有这一天，请照 2020-06-10 这样填。"),
        ({"arrived_on": "2020-06-11"}, "还没有到：到达当天再登记。"),
        ({"how-day": "2020-06-09"}, "请填大约几点，例如 14:30。"),
        ({"how-day": "2020-06-10", "how-time": "23:59"}, "时间还没有到，请改成已经发生的时间。"),
        ({"how-day": "2019-06-10", "how-time": "10:00"}, "时间太早，请核对年份"),
        ({"how-id": "x"}, "请重新打开这一页再填。"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(signed_in, grid, changed, sentence):
    client, address = signed_in("COMMUNITY_STAFF"), new("arrival", grid.lin)
    sent = {**ARRIVAL, "came_by": "G1685 次", "how-id": str(uuid.uuid4()), "how-channel": "PHONE"} | changed

    answer = client.post(address, sent)

    assert answer.status_code == 400
    assert sentence in said(answer)
    assert 'value="G1685 次"' in said(answer)
    assert not Entry.objects.exists()


def test_an_earlier_hour_is_kept(signed_in, grid):
    client, address = signed_in("COMMUNITY_STAFF"), new("arrival", grid.lin)
    sent = {**ARRIVAL, "arrived_on": "2020-06-09", "how-id": str(uuid.uuid4()), "how-channel": "PAPER"}
    client.post(address, sent | {"how-day": "2020-06-09", "how-time": "19:30"})

    entry = Entry.objects.get()
    assert (str(entry.day), entry.happened_at.isoformat()) == ("2020-06-09", "2020-06-09T11:30:00+00:00")


def test_first_values_come_from_the_address_for_fields_of_the_kind_alone(signed_in, grid):
    page = signed_in("COMMUNITY_STAFF").get(new("arrival", grid.lin) + "?origin=三明市&how-id=1&face=x")

    assert 'value="三明市"' in said(page)
    assert len(number_in(page)) == 36
    assert 'name="face"' not in said(page)


def test_one_returns_to_ones_own_site_alone(signed_in, grid):
    client, address = signed_in("COMMUNITY_STAFF"), new("arrival", grid.lin)
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        sent = {**ARRIVAL, "how-id": str(uuid.uuid4()), "how-channel": "PHONE"}
        answer = client.post(f"{address}?next={elsewhere}", sent)
        assert answer["Location"] == reverse("records:person", args=[grid.lin.pk])


def test_nobody_is_put_on_a_register_that_one_may_not_see(signed_in, grid, day):
    client, address = signed_in("GRID_WORKER"), new("enrolment", grid.lin)
    page = client.get(address)
    assert 'value="elderly_alone"' in said(page)
    assert "mental_disorder" not in said(page)
    assert 'value="arrival"' not in said(page)

    sent = {"group": "mental_disorder", "from_day": day, "why": "x", "how-id": number_in(page), "how-channel": "DOOR"}
    assert client.post(address, sent).status_code == 400
    assert not Entry.objects.exists()


# ---- what a kind says of itself ------------------------------------------------------------------------------------
KINDS = """
kinds:
  own_check:
    subject: person
    say: {zh: 健康监测, en: check}
    fields:
      - {id: temperature, type: number, unit: ℃, at_least: 34, at_most: 43, usual: 36.5, required: true,
         abnormal: {at_least: 37.3}, say: {zh: 体温, en: temperature}}
      - {id: symptoms, type: choices, abnormal: any, say: {zh: 症状, en: symptoms},
         choices: [{id: COUGH, say: {zh: 咳嗽, en: cough}}, {id: TIRED, say: {zh: 乏力, en: tired}}]}
      - {id: about, type: reference, say: {zh: 关于, en: about}}
  own_sweep: {subject: household, say: {zh: 敲门排查, en: sweep}}
  own_round: {subject: community, say: {zh: 开展一轮, en: round}, roles: [COMMUNITY_STAFF, TOWNSHIP]}
  own_patrol: {subject: unit, say: {zh: 巡查, en: patrol}}
  own_diagnosis:
    {subject: person, say: {zh: 诊断, en: diagnosis}, roles: [COMMUNITY_DOCTOR], readers: [COMMUNITY_DOCTOR]}
  own_step: {subject: person, say: {zh: 变动, en: step}, own_door: true}
  own_move: {subject: person, say: {zh: 移交, en: handover}, is_final: true}
"""


@pytest.fixture
def kinds(monkeypatch):
    """A few kinds of one program that does not exist, instead of the real ones."""
    found = {kind.id: kind for kind in read_kinds(KINDS, program="test", file="kinds.yaml")}
    monkeypatch.setattr("linli.records.kinds.all_kinds", lambda: found)
    monkeypatch.setattr("linli.records.views.all_kinds", lambda: found)
    return found


def test_one_tap_says_that_all_is_as_usual(signed_in, grid, kinds):
    client, address = signed_in("GRID_WORKER"), new("own_check", grid.lin) + "?about=17"
    page = client.get(address)
    assert "一切正常，记下" in said(page)
    assert "体温 36.5℃" in said(page)

    # What had been typed does not count, what the page was opened for does.
    sent = {"usual": "1", "temperature": "x", "about": "17", "how-id": number_in(page), "how-channel": "DOOR"}
    client.post(address, sent)
    client.post(address, sent)

    assert Entry.objects.get().payload == {"temperature": 36.5, "about": "17"}


def test_what_is_abnormal_is_marked_and_said(signed_in, grid, kinds):
    client, address = signed_in("GRID_WORKER"), new("own_check", grid.lin)
    sent = {"temperature": "３８。２", "symptoms": ["COUGH", "TIRED"], "how-channel": "DOOR"}
    page = said(client.post(address, sent | {"how-id": number_in(client.get(address))}, follow=True))

    for words in ("已登记，有异常", "38.2℃", "咳嗽、乏力", "异常"):
        assert words in page
    assert Entry.objects.get().is_abnormal


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("三十六", "请填数字，例如 36.5。"), ("63", "不能高于 43，请核对后重填。"), ("3.7", "不能低于 34，请核对后重填。"),
     ("36.55", "小数点后最多一位，例如 36.5。"), ("", "还没有填，请填写。")],
)  # fmt: skip
def test_a_number_that_cannot_be_is_answered_with_what_to_do(signed_in, grid, kinds, typed, sentence):
    client, address = signed_in("GRID_WORKER"), new("own_check", grid.lin)
    answer = client.post(address, {"temperature": typed, "how-id": str(uuid.uuid4()), "how-channel": "DOOR"})
    assert answer.status_code == 400
    assert sentence in said(answer)
    assert f'value="{typed}"' in said(answer) or not typed


@pytest.mark.parametrize("role", SEEING)
def test_every_kind_is_written_about_its_own_subject_by_its_roles(signed_in, grid, kinds, role):
    client = signed_in(role)
    about = {"person": grid.lin.pk, "household": grid.flat.pk, "unit": grid.first.pk, "community": grid.community.pk}
    expected = {
        "own_check": WRITING, "own_sweep": WRITING, "own_patrol": WRITING, "own_diagnosis": ["COMMUNITY_DOCTOR"],
        "own_step": [], "own_round": ["COMMUNITY_STAFF", "TOWNSHIP"],
    }  # fmt: skip
    for kind, roles in expected.items():
        subject = kinds[kind].subject
        address = reverse("records:new", args=[kind, subject, about[subject]])
        assert client.get(address).status_code == (200 if role in roles else 404), kind
    other = {"household": grid.other.pk, "unit": grid.second.pk}
    for kind in ("own_sweep", "own_patrol"):
        subject = kinds[kind].subject
        answer = client.get(reverse("records:new", args=[kind, subject, other[subject]]))
        assert answer.status_code == (200 if role in ("COMMUNITY_STAFF", "COMMUNITY_DOCTOR") else 404), kind


def test_an_entry_about_a_place_is_written_and_read(signed_in, grid, kinds):
    client = signed_in("COMMUNITY_STAFF")
    for kind, pk in (("own_sweep", grid.flat.pk), ("own_patrol", grid.first.pk), ("own_round", grid.community.pk)):
        address = reverse("records:new", args=[kind, kinds[kind].subject, pk])
        done = client.post(address, {"how-id": number_in(client.get(address)), "how-channel": "DOOR"}, follow=True)
        assert f"已登记：{kinds[kind].say}" in said(done)
        page = said(client.get(reverse("records:entry", args=[Entry.objects.get(kind=kind).pk])))
        assert "没有更多内容。" in page


def test_a_kind_with_readers_is_there_for_nobody_else(signed_in, grid, kinds, put):
    entry = put("own_diagnosis", grid.lin)
    for role in SEEING:
        client, may = signed_in(role), role == "COMMUNITY_DOCTOR"
        assert ("诊断" in said(client.get(reverse("records:person", args=[grid.lin.pk])))) == may
        assert client.get(reverse("records:entry", args=[entry.pk])).status_code == (200 if may else 404)
        assert client.get(reverse("records:withdraw", args=[entry.pk])).status_code == (200 if may else 404)


def test_what_is_final_is_not_put_right_here(signed_in, grid, kinds, put):
    entry = put("own_move", grid.lin)
    client = signed_in("COMMUNITY_STAFF")
    assert "撤回" not in said(client.get(reverse("records:entry", args=[entry.pk])))
    assert client.get(reverse("records:correct", args=[entry.pk])).status_code == 404


@pytest.mark.parametrize("wrong", ["roles: [NOBODY]", "readers: []", "own_door: 3", "is_final: yes please"])
def test_a_kind_that_says_nonsense_of_itself_is_refused(wrong):
    text = f"kinds:\n  x:\n    subject: person\n    say: {{zh: 一, en: one}}\n    {wrong}\n"
    with pytest.raises(KindsRefused, match=r"x\.yaml: x"):
        list(read_kinds(text, program="x", file="x.yaml"))


# ---- corrections ---------------------------------------------------------------------------------------------------
def test_what_was_wrong_is_corrected_and_stays_readable(signed_in, grid, put):
    wrong = put("arrival", grid.lin, **ARRIVAL)
    client, address = signed_in("COMMUNITY_STAFF"), reverse("records:correct", args=[wrong.pk])
    page = client.get(address)
    assert 'value="北京市丰台区"' in said(page)
    sent = {**ARRIVAL, "origin": "厦门市", "origin_tier": "LOW", "how-id": number_in(page)}

    assert "请写明原因，几个字就行。" in said(client.post(address, sent))
    done = client.post(address, sent | {"how-reason": "听错了"}, follow=True)

    page = said(done)
    assert "已更正。原来那一条仍可查看。" in page
    for words in ("厦门市", "北京市丰台区", "更正原因：听错了", "以前写的（1 条）"):
        assert words in page
    assert set(Enrolment.objects.values_list("group", flat=True)) == {"arrival", "arrival_low_risk"}
    assert Entry.objects.get(corrects=wrong).happened_at == wrong.happened_at
    assert "后来改过" in said(client.get(reverse("records:entry", args=[wrong.pk])))
    assert client.get(address).status_code == 404


def test_what_should_not_have_been_written_is_taken_back(signed_in, grid, put):
    wrong = put("arrival", grid.lin, **ARRIVAL)
    client, address = signed_in("COMMUNITY_DOCTOR"), reverse("records:withdraw", args=[wrong.pk])
    sent = {"how-id": number_in(client.get(address))}
    assert client.post(address, sent).status_code == 400

    page = said(client.post(address, sent | {"how-reason": "登记错了人"}, follow=True))

    assert "已撤回，不再算数。" in page
    assert "撤回原因：登记错了人" in page
    assert not Enrolment.objects.exists()


def test_whoever_wrote_it_may_correct_it_on_the_same_day(signed_in, grid, put, people, at):
    mine = people.GRID_WORKER.as_actor(role="GRID_WORKER", division_code="350583001001")
    own, others = put("arrival", grid.lin, by=mine, **ARRIVAL), put("arrival", grid.lin, **ARRIVAL)
    older = put("arrival", grid.lin, by=mine, when=at - timedelta(days=1), **{**ARRIVAL, "arrived_on": "2020-06-09"})
    client = signed_in("GRID_WORKER")

    answers = [client.get(reverse("records:correct", args=[one.pk])).status_code for one in (own, others, older)]

    assert answers == [200, 404, 404]


# ---- registers -----------------------------------------------------------------------------------------------------
@pytest.mark.row("C2")
def test_staff_put_a_person_on_a_register_and_take_them_off(signed_in, grid, foreign, day):
    client, address = signed_in("COMMUNITY_STAFF"), reverse("records:register", args=["elderly_alone"])
    assert "没有人在册。" in said(client.get(address))

    found = said(client.post(reverse("records:put_on", args=["elderly_alone"]), {"q": "laf"}))
    way = re.search(r'href="(/records/new/enrolment/person/[^"]+)"', found)[1].replace("&amp;", "&")
    page = client.get(way)
    assert re.search(r'value="elderly_alone"[^>]*checked', said(page))
    sent = {
        "group": "elderly_alone",
        "from_day": day,
        "why": "老伴住院",
        "how-id": number_in(page),
        "how-channel": "DOOR",
    }
    done = client.post(way, sent, follow=True)
    assert done.redirect_chain == [(address, 302)]
    for words in ("林阿芳", "1号楼 1-101", "15400001234", "老伴住院", "上门", "2020-06-10 起", "二(六)"):
        assert words in said(done)
    assert "已在册" in said(client.post(reverse("records:put_on", args=["elderly_alone"]), {"q": "林阿芳"}))

    way = re.search(r'href="(/records/new/enrolment_end/person/[^"]+)"', said(done))[1].replace("&amp;", "&")
    page = client.get(way)
    sent = {"group": "elderly_alone", "to_day": "2020-06-11", "why": "儿子搬回来", "how-channel": "DOOR"}
    client.post(way, sent | {"how-id": number_in(page)})
    assert "林阿芳" in said(client.get(address))
    assert "林阿芳" not in said(client.get(address + "?day=2020-06-11"))
    assert "儿子搬回来" in said(client.get(address + "?from=2020-06-01&to=2020-06-30"))

    signed_in("GRID_WORKER")
    assert "林阿芳" in said(client.get(address))
    assert client.get(reverse("records:register", args=["mental_disorder"])).status_code == 404
    assert client.get(new("enrolment", foreign)).status_code == 404


@pytest.mark.row("C2")
def test_each_sees_the_people_of_the_own_reach_on_a_register(signed_in, grid, foreign, neighbour, put):
    for person in (grid.lin, neighbour, foreign):
        put("arrival", person, **ARRIVAL)
    address = reverse("records:register", args=["arrival_high_risk"])
    seen = {
        role: [name for name in ("林阿芳", "许丽", "外村人") if name in said(signed_in(role).get(address))]
        for role in SEEING
    }
    assert seen == {
        "GRID_WORKER": ["林阿芳"],
        "COMMUNITY_STAFF": ["林阿芳", "许丽"],
        "COMMUNITY_DOCTOR": ["林阿芳", "许丽"],
        "TOWNSHIP": ["林阿芳", "许丽"],
        "COUNTY_COMMAND": ["林阿芳", "许丽", "外村人"],
    }
    counted = {
        role: re.search(
            r"高风险地区来（返）人员.*?(\d) 人", said(signed_in(role).get(reverse("records:registers"))), re.S
        )[1]
        for role in SEEING
    }
    assert {role: int(number) for role, number in counted.items()} == {role: len(names) for role, names in seen.items()}
    page = said(signed_in("COUNTY_COMMAND").get(address + "?community=350583100201"))
    assert "外村人" in page
    assert "林阿芳" not in page


@pytest.mark.parametrize("role", ["COMMUNITY_STAFF", "TOWNSHIP", "COUNTY_COMMAND"])
def test_a_register_is_searched_by_name_initials_and_phone(signed_in, grid, neighbour, put, role):
    put("arrival", grid.lin, **ARRIVAL)
    put("arrival", neighbour, **ARRIVAL)
    client, address = signed_in(role), reverse("records:register", args=["arrival"])
    for text in ("林阿芳", "林阿", "laf", "LA", " 1234 ", *(["林", "芳"] if role == "COMMUNITY_STAFF" else [])):
        page = said(client.post(address, {"q": text}))
        assert "林阿芳" in page, text
        assert "许丽" not in page, text
    assert "台账上没有" in said(client.post(address, {"q": "王小明"}))


def test_one_letter_is_too_little_for_a_county(signed_in, grid, neighbour, put):
    put("arrival", grid.lin, **ARRIVAL)
    client, address = signed_in("COUNTY_COMMAND"), reverse("records:register", args=["arrival"])
    assert "范围太大，一个字找不准" in said(client.post(address, {"q": "林"}))
    assert "林阿芳" in said(client.post(f"{address}?community={grid.community.code}", {"q": "林"}))


@pytest.mark.parametrize("role", ["COMMUNITY_STAFF", "TOWNSHIP", "COUNTY_COMMAND"])
def test_a_long_register_is_read_page_by_page_with_nobody_twice(signed_in, grid, put, day, at, role, monkeypatch):
    monkeypatch.setattr("linli.records.line_lists.A_PAGE", 3)
    names = [f"王{one}" for one in "一二三四五六七"]
    for number, name in enumerate(names):
        given = {"from_day": day, "by": SYSTEM, "at": at}
        person = register_resident(Person(name=name), home=Home(household=grid.flat), kind="RESIDENT", **given)
        put("enrolment", person, group="chronic", from_day=f"2020-06-0{1 + number // 3}", why="高血压")
    client, address, seen = signed_in(role), reverse("records:register", args=["chronic"]), []
    query = ""
    while query is not None:
        page = said(client.get(address + query))
        seen += re.findall(r"<strong>(王.)</strong>", page)
        more = re.search(r'class="pages"><a href="([^"]+)"', page)
        query = more[1].replace("&amp;", "&") if more else None
    assert sorted(seen) == sorted(names)
    assert seen[0] == "王七"


def test_phones_on_a_register_are_shown_by_role(signed_in, grid, put):
    put("arrival", grid.lin, **ARRIVAL)
    address = reverse("records:register", args=["arrival"])
    shown = {role: "15400001234" in said(signed_in(role).get(address)) for role in SEEING}
    assert shown == {role: role in WRITING for role in SEEING}


# ---- a person ------------------------------------------------------------------------------------------------------
def test_the_page_of_a_person_tells_registers_entries_and_who_looked(signed_in, grid, put, people):
    put("arrival", grid.lin, **ARRIVAL)
    signed_in("COMMUNITY_DOCTOR").get(reverse("records:person", args=[grid.lin.pk]))

    page = said(signed_in("COMMUNITY_STAFF").get(reverse("records:person", args=[grid.lin.pk])))

    for words in (
        "高风险地区来（返）人员", "至 2020-06-23 24时", "北京市丰台区", "来返人员登记", "谁看过这些资料",
        str(people.COMMUNITY_DOCTOR.display_name), "68 岁", new("enrolment", grid.lin),
    ):  # fmt: skip
        assert words in page, words
    assert "登记和台账" in said(signed_in("TOWNSHIP").get(reverse("grid:resident", args=[grid.lin.pk])))


def test_what_an_entry_says_is_for_those_who_look_after_the_person(signed_in, grid, put):
    entry = put("arrival", grid.lin, came_by="G1685 次", **ARRIVAL)
    for address in (reverse("records:person", args=[grid.lin.pk]), reverse("records:entry", args=[entry.pk])):
        shown = {role: "G1685" in said(signed_in(role).get(address)) for role in SEEING}
        assert shown == {role: role in WRITING for role in SEEING}


def test_a_diagnosis_is_nobody_elses_business(signed_in, grid, put):
    entry = put("enrolment", grid.lin, group="mental_disorder", from_day="2020-06-01", why="卫生院转来")
    open_ = put("enrolment", grid.lin, group="disabled", from_day="2020-06-01", why="肢体")
    withdraw_entry(entry, reason="登记错了人", by=SYSTEM, at=entry.received_at)
    again = put("enrolment", grid.lin, group="mental_disorder", from_day="2020-06-02", why="复核确认")
    seen = {}
    for role in SEEING:
        client = signed_in(role)
        page = said(client.get(reverse("records:person", args=[grid.lin.pk])))
        pages = [client.get(reverse("records:entry", args=[one.pk])).status_code for one in (entry, again, open_)]
        seen[role] = ("精神障碍" in page, "残疾人" in page, pages)
    care, others = (True, True, [200, 200, 200]), (False, True, [404, 404, 200])
    assert seen == {role: care if role in ("COMMUNITY_STAFF", "COMMUNITY_DOCTOR") else others for role in SEEING}


def test_who_looked_is_written_down_and_shown_above_the_grid_worker(signed_in, grid, put, people):
    entry = put("arrival", grid.lin, **ARRIVAL)
    address = reverse("records:person", args=[grid.lin.pk])
    signed_in("TOWNSHIP").get(address)
    signed_in("COMMUNITY_DOCTOR").get(reverse("records:entry", args=[entry.pk]))
    signed_in("COMMUNITY_STAFF").get(reverse("records:register", args=["arrival"]))

    acts = Act.objects.filter(action__endswith=".seen").order_by("id")
    assert list(acts.values_list("action", "actor", "object_type", "object_id")) == [
        ("resident.seen", f"account:{people.TOWNSHIP.pk}", "resident", str(grid.lin.pk)),
        ("entry.seen", f"account:{people.COMMUNITY_DOCTOR.pk}", "resident", str(grid.lin.pk)),
        ("register.seen", f"account:{people.COMMUNITY_STAFF.pk}", "register", "arrival"),
    ]
    assert not any("林阿芳" in str(act.detail) for act in acts)
    page = said(signed_in("COUNTY_COMMAND").get(address))
    for role in ("TOWNSHIP", "COMMUNITY_DOCTOR", "COUNTY_COMMAND"):
        assert getattr(people, role).display_name in page.split("谁看过这些资料")[1]
    assert "谁看过这些资料" not in said(signed_in("GRID_WORKER").get(address))


def test_a_page_that_was_refused_leaves_no_trace_of_a_read(signed_in, foreign):
    signed_in("COMMUNITY_STAFF").get(reverse("records:person", args=[foreign.pk]))
    assert not Act.objects.filter(action__endswith=".seen").exists()


def test_pages_take_few_queries_whatever_the_number_of_entries(
    signed_in, grid, put, day, at, django_assert_max_num_queries
):
    for number in range(12):
        given = {"from_day": day, "by": SYSTEM, "at": at}
        person = register_resident(Person(name=f"王{number}"), home=Home(household=grid.flat), kind="RESIDENT", **given)
        put("arrival", person, **ARRIVAL)
        put("arrival", grid.lin, **ARRIVAL)
    client = signed_in("COMMUNITY_STAFF")
    for address in (
        reverse("records:registers"),
        reverse("records:register", args=["arrival"]),
        reverse("records:person", args=[grid.lin.pk]),
        new("arrival", grid.lin),
    ):
        with django_assert_max_num_queries(22):
            assert client.get(address).status_code == 200
