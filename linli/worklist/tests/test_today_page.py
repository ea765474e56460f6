"""The own list: what stands on it, one tap that records, taking it back, saying why not."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.models import Account
from linli.community.operations import grant_role
from linli.community.roles import Role
from linli.records.models import Entry
from linli.records.operations import Draft, record_entry
from linli.trail.actor import SYSTEM
from linli.trail.models import Act
from linli.worklist.items import State
from linli.worklist.queries import work_of

TODAY = "/tasks/today"


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """Every page is opened on the tests' morning."""
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda *_, **__: at)


def item_of(grid, day, at, kind="health_check", resident=None):
    subject = (resident or grid.lin).pk
    return next(i for i in work_of(grid.community.pk, day=day, at=at) if i.kind == kind and i.subject == subject)


def form_for(page, item):
    """The hidden fields of the button that records an item with one tap."""
    forms = re.findall(r'<form method="post" action="/tasks/today/usual">(.*?)</form>', page, re.S)
    form = next(one for one in forms if f'value="{item.id}"' in one)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_the_list_says_who_where_why_what_until_when_and_by_which_clause(client, staffed, people, arrives):
    arrives(staffed.lin)
    client.force_login(people.GRID_WORKER)
    page = client.get(TODAY).content.decode()

    for words in ("林阿芳", "兰溪苑 1号楼", "1-101", "高风险地区来（返）人员", "健康监测", "今天24时前", "还有16小时"):
        assert words in page
    assert 'href="tel:15400001234"' in page
    assert "/policy/norms/n40.people.health-management/?place=350583001001&amp;day=2020-06-10" in page
    assert Act.objects.filter(action="residents.listed", actor=f"account:{people.GRID_WORKER.pk}").exists()


def test_two_taps_on_one_button_store_one_entry_and_it_can_be_taken_back(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    client.force_login(people.GRID_WORKER)
    item = item_of(staffed, day, at)
    form = form_for(client.get(TODAY).content.decode(), item)

    first = client.post("/tasks/today/usual", form)
    second = client.post("/tasks/today/usual", form)

    entry = Entry.objects.get(kind="health_check")
    assert (str(entry.pk), entry.payload, entry.by) == (
        form["entry"], {"temperature": 36.5}, f"account:{people.GRID_WORKER.pk}",
    )  # fmt: skip
    assert first["Location"] == second["Location"] == f"{TODAY}?did={entry.pk}#c-{staffed.lin.pk}"
    assert item_of(staffed, day, at).state == State.DONE
    page = client.get(first["Location"]).content.decode()
    assert "刚才记好了" in page

    client.post(reverse("worklist:undo", args=[entry.pk]), {"back": TODAY})
    assert item_of(staffed, day, at).state == State.DUE
    assert Entry.objects.get(corrects=entry).reason == "点错了"


def test_what_a_colleague_has_done_meanwhile_is_not_stored_again(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    client.force_login(people.GRID_WORKER)
    form = form_for(client.get(TODAY).content.decode(), item_of(staffed, day, at))
    record_entry(
        Draft(kind="health_check", subject=staffed.lin, happened_at=at, payload={"temperature": 36.8}),
        by=SYSTEM,
        at=at,
    )
    answer = client.post("/tasks/today/usual", form, follow=True).content.decode()
    assert "刚才已经有人记好了" in answer
    assert Entry.objects.filter(kind="health_check").count() == 1


def test_an_item_of_somebody_elses_list_is_not_there(client, staffed, people, arrives, day, at):
    arrives(staffed.neighbour)
    item = item_of(staffed, day, at, resident=staffed.neighbour)
    assert item.owner.worker != staffed.worker.pk
    client.force_login(people.GRID_WORKER)
    tap = {"item": item.id, "place": staffed.community.pk, "entry": "01976a00-0000-7000-8000-000000000001"}

    assert "吴大明" not in client.get(TODAY).content.decode()
    assert client.post("/tasks/today/usual", tap).status_code == 404
    assert client.get(reverse("worklist:excuse", args=[item.id]), {"place": staffed.community.pk}).status_code == 404
    assert not Entry.objects.filter(kind="health_check").exists()
    client.force_login(people.COMMUNITY_STAFF)
    assert client.post("/tasks/today/usual", tap).status_code == 302


def test_a_worker_without_the_role_for_the_place_has_no_list_there(client, staffed, people, places, arrives, day, at):
    arrives(staffed.lin)
    account = Account.objects.create(username="elsewhere", display_name="外地网格员", is_demo=True, opened_at=at)
    grant_role(account, role=Role.GRID_WORKER, division=places["中山社区居委会"], from_day=day, by=SYSTEM, at=at)
    staffed.worker.account = account
    staffed.worker.save(update_fields=["account"])
    client.force_login(account)
    assert "林阿芳" not in client.get(TODAY).content.decode()


@pytest.mark.parametrize("broken", [{"entry": "1"}, {"item": ""}, {"place": ""}])
def test_a_button_that_no_page_shows_is_refused(client, staffed, people, broken):
    client.force_login(people.GRID_WORKER)
    whole = {"item": "a" * 16, "place": staffed.community.pk, "entry": "01976a00-0000-7000-8000-000000000001"}
    assert client.post("/tasks/today/usual", whole).status_code == 404
    assert client.post("/tasks/today/usual", whole | broken).status_code == 400


def test_nobody_takes_back_what_others_wrote_or_what_was_written_before_today(
    client, staffed, people, arrives, day, at
):
    foreign = arrives(staffed.lin)
    by = people.GRID_WORKER.as_actor(role="GRID_WORKER", division_code=staffed.community.pk)
    before = at - timedelta(days=1)
    said = {"group": "elderly_alone", "from_day": before.date().isoformat(), "why": "独居"}
    alone = Draft(kind="enrolment", subject=staffed.lin, happened_at=before, payload=said)
    old = record_entry(alone, by=by, at=before).entry
    client.force_login(people.GRID_WORKER)
    for entry in (foreign, old):
        assert client.post(reverse("worklist:undo", args=[entry.pk])).status_code == 404
    assert not Entry.objects.filter(corrects__isnull=False).exists()


def test_an_excuse_needs_a_reason_and_stands_on_the_list_with_it(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    client.force_login(people.GRID_WORKER)
    item = item_of(staffed, day, at)
    address = f"{reverse('worklist:excuse', args=[item.id])}?place={staffed.community.pk}&next={TODAY}"
    asked = client.get(address).content.decode()
    assert "健康监测" in asked
    entry = re.search(r'name="entry" value="([^"]+)"', asked)[1]

    assert client.post(address, {"entry": entry}).status_code == 400
    answer = client.post(address, {"entry": entry, "usual": "3", "other": "台风红色预警"})
    assert answer.status_code == 302
    client.post(address, {"entry": entry, "usual": "3", "other": "台风红色预警"})
    excused = item_of(staffed, day, at)
    assert (excused.state, excused.done_by.reason) == (State.EXCUSED, "台风、停电等不能上门；台风红色预警")
    assert Entry.objects.filter(kind="excuse").count() == 1
    assert "台风红色预警" in client.get(answer["Location"]).content.decode()


def test_what_was_missed_yesterday_is_shown_and_can_be_explained_for_that_day(
    client, staffed, people, arrives, day, at, monkeypatch
):
    yesterday, at = day, at + timedelta(days=1)
    monkeypatch.setattr("linli.web.gate.demo_moment", lambda *_, **__: at)
    arrives(staffed.lin)
    item = item_of(staffed, yesterday, at)
    assert item.state == State.MISSED
    client.force_login(people.GRID_WORKER)
    page = client.get(TODAY).content.decode()
    assert "昨天漏了 1 户（人）" in page
    assert "补记" in page

    address = f"{reverse('worklist:excuse', args=[item.id])}?place={staffed.community.pk}&day={yesterday}"
    entry = re.search(r'name="entry" value="([^"]+)"', client.get(address).content.decode())[1]
    client.post(address, {"entry": entry, "other": "住院"})
    assert Entry.objects.get(kind="excuse").day == yesterday
    assert item_of(staffed, yesterday, at).state == State.EXCUSED
    assert "昨天漏了" not in client.get(TODAY).content.decode()


def test_the_empty_list_says_what_will_appear(client, staffed, people):
    client.force_login(people.GRID_WORKER)
    page = client.get(TODAY).content.decode()
    assert "今天还没有要做的事" in page
    client.force_login(people.COMMUNITY_STAFF)
    assert "还没有对应到工作人员名册" in client.get(TODAY).content.decode()


def test_an_urgent_thing_stands_first_and_no_single_tap_closes_it(client, staffed, people, arrives, day, at):
    arrives(staffed.lin)
    fever = Draft(kind="health_check", subject=staffed.lin, happened_at=at, payload={"temperature": 38.4})
    record_entry(fever, by=SYSTEM, at=at)
    alert = item_of(staffed, day, at, kind="referral")
    assert alert.is_urgent and alert.owner.worker == staffed.doctor.pk
    client.force_login(people.COMMUNITY_DOCTOR)
    page = client.get(TODAY).content.decode()
    assert page.index("先办：急的和超时的") < page.index("<h4>就医转诊</h4>")
    taps = re.findall(r'<form method="post" action="/tasks/today/usual">.*?</form>', page, re.S)
    assert alert.id not in "".join(taps)


@pytest.mark.parametrize("role", ["RESIDENT", "TOWNSHIP", "COUNTY_COMMAND", "AUDITOR", "ADMINISTRATOR"])
def test_the_own_list_is_for_those_who_do_the_work(client, people, role):
    client.force_login(getattr(people, role))
    assert client.get(TODAY).status_code == 403
    assert client.post("/tasks/today/usual").status_code == 403
