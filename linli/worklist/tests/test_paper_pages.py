"""Sheets, quick entry and a household's own link, through the pages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.community.grid.operations import Target, assign
from linli.community.models import Worker
from linli.community.paper import has_fonts
from linli.records.models import Channel, Entry, ReportLink
from linli.records.report_links import issue_link
from linli.trail.actor import SYSTEM
from linli.trail.models import Act
from linli.worklist.tests.test_work import arrives


@pytest.fixture
def observed(grid, low_risk, people, at):
    arrives(grid.lin, at, origin_tier="INBOUND")
    Worker.objects.filter(pk=grid.worker.pk).update(account=people.GRID_WORKER)
    return grid


@pytest.fixture
def desk(client, people):
    client.force_login(people.COMMUNITY_STAFF, backend="linli.community.authentication.AccountBackend")
    return client


def check_line(response):
    lines = response.context["lines"]
    return next(line for line in lines if line.kind.id == "health_check")


# ---- paper ---------------------------------------------------------------------------------------------------------
def test_a_sheet_is_typed_in_and_a_wrong_line_is_kept_with_what_to_do(desk, observed):
    path = reverse("worklist:quick")
    line = check_line(desk.get(path))
    wrong = desk.post(path, {f"line-{line.item.id}": "99z"})
    assert wrong.status_code == 400
    assert 'value="99z"' in wrong.content.decode() and "没有“z”这个代号" in wrong.content.decode()
    right = desk.post(path, {f"line-{line.item.id}": "68"}, follow=True)
    assert "记下了 1 行" in right.content.decode()
    assert Entry.objects.get(kind="health_check").payload == {"temperature": 36.8}
    assert not check_line(right).is_open


@pytest.mark.skipif(not has_fonts(), reason="no Chinese fonts")
def test_sheets_come_as_pdf_and_the_trail_knows(desk, observed):
    response = desk.get(reverse("worklist:sheets"))
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF-")
    assert Act.objects.filter(action="sheet.printed").count() == 1


def test_a_grid_worker_types_in_the_own_sheet_alone(client, people, observed, day, at):
    client.force_login(people.GRID_WORKER, backend="linli.community.authentication.AccountBackend")
    response = client.get(reverse("worklist:quick"))
    assert [sheet.owner.name for sheet, _ in response.context["sheets"]] == ["陈志明"]
    done = {"from_day": day, "by": SYSTEM, "at": at}
    assign(observed.idle, target=Target(household=observed.flat), role="RESPONSIBLE", **done)
    assert client.get(reverse("worklist:quick")).context["sheets"] == []


def test_the_paper_of_another_community_is_not_there(desk, observed, places):
    other = places["中山社区居委会"].pk
    assert desk.get(reverse("worklist:quick"), {"community": other}).status_code == 404
    assert desk.get(reverse("worklist:sheets"), {"community": other}).status_code == 404


# ---- the household's own link --------------------------------------------------------------------------------------
def report(client, secret, **changed):
    page = client.get(reverse("worklist:own_report", args=[secret]))
    (row,) = page.context["rows"]
    said = {"item": row["item"].id, "entry": str(row["entry"]), "channel": "RELATIVE"}
    said |= {f"{row['item'].id}-temperature": "36.6"} | {f"{row['item'].id}-{k}": v for k, v in changed.items()}
    return said, client.post(reverse("worklist:own_report", args=[secret]), said, follow=True)


def test_a_household_reports_by_its_link_without_an_account(client, observed, at):
    link, secret = issue_link(observed.flat, by=SYSTEM, at=at)
    assert secret not in str(ReportLink.objects.values())
    page = client.get(reverse("worklist:own_report", args=[secret]))
    assert page["Referrer-Policy"] == "no-referrer" and page["Cache-Control"] == "no-store"
    # The household knows whom it means; a stranger with the link learns no name.
    assert "林**" in page.content.decode() and "林阿芳" not in page.content.decode()
    said, answer = report(client, secret)
    assert "今天已经报了" in answer.content.decode()
    entry = Entry.objects.get(kind="health_check")
    assert (entry.channel, entry.by, entry.resident_id) == (Channel.RELATIVE, f"link:{link.pk}", observed.lin.pk)
    client.post(reverse("worklist:own_report", args=[secret]), said)
    assert Entry.objects.filter(kind="health_check").count() == 1


def test_a_fever_reported_by_the_household_calls_the_doctor(client, observed, at):
    _, secret = issue_link(observed.flat, by=SYSTEM, at=at)
    _, answer = report(client, secret, temperature="38.2", symptoms="COUGH")
    assert "已告诉医生" in answer.content.decode()
    assert Entry.objects.get(kind="health_check").is_abnormal


def test_a_temperature_that_cannot_be_is_said_at_its_field_and_nothing_is_stored(client, observed, at):
    _, secret = issue_link(observed.flat, by=SYSTEM, at=at)
    _, answer = report(client, secret, temperature="365")
    assert answer.status_code == 400 and 'value="365"' in answer.content.decode()
    assert not Entry.objects.filter(kind="health_check").exists()


def test_a_link_ends_by_itself_and_can_be_taken_back(client, desk, observed, people, at):
    path = reverse("worklist:household_link", args=[observed.flat.pk])
    page = desk.post(path, {"what": "issue"}).content.decode()
    (secret,) = re.findall(r"/tasks/r/([\w-]+)\"", page)[:1]
    assert "<svg" in page
    assert client.get(reverse("worklist:own_report", args=[secret])).status_code == 200
    desk.post(path, {"what": "revoke"})
    gone = client.get(reverse("worklist:own_report", args=[secret]))
    assert gone.status_code == 410 and "链接已失效" in gone.content.decode()
    _, old = issue_link(observed.flat, by=SYSTEM, at=at - timedelta(days=16))
    assert client.get(reverse("worklist:own_report", args=[old])).status_code == 410
    assert client.get(reverse("worklist:own_report", args=["guess"])).status_code == 410


def test_a_link_reports_for_its_own_household_alone(client, observed, at):
    _, secret = issue_link(observed.other, by=SYSTEM, at=at)
    page = client.get(reverse("worklist:own_report", args=[secret]))
    assert page.context["rows"] == []
    client.post(reverse("worklist:own_report", args=[secret]), {"item": "x", "entry": "x", "x-temperature": "36.5"})
    assert not Entry.objects.filter(kind="health_check").exists()


def test_links_of_another_community_are_not_given_out(client, people, grid, places, at):
    from linli.community.operations import grant_role, open_account

    foreign = open_account("foreign", display_name="外社区", password="linli-demo", by=SYSTEM, at=at, is_demo=True)
    other = places["中山社区居委会"]
    grant_role(foreign, role="COMMUNITY_STAFF", division=other, from_day=at.date(), by=SYSTEM, at=at)
    client.force_login(foreign, backend="linli.community.authentication.AccountBackend")
    assert client.get(reverse("worklist:household_link", args=[grid.flat.pk])).status_code == 404
