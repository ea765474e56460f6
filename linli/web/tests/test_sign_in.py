"""Signing in: the right password opens, the wrong one says nothing about whether the account exists."""

import pytest

from linli.community.models import Deployment
from linli.trail.models import Act

PASSWORD = "linli-demo"


def sign_in(client, username, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def test_the_right_password_opens_and_is_noted(client, people):
    answer = sign_in(client, "grid_worker")

    assert (answer.status_code, answer["Location"]) == (302, "/tasks/today")
    assert Act.objects.filter(action="account.signed_in", actor=f"account:{people.GRID_WORKER.pk}").count() == 1
    assert "已登录：网格员" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("grid_worker", "/tasks/today"),
        ("community_staff", "/tasks/desk"),
        ("community_doctor", "/tasks/desk"),
        ("township", "/tasks/desk"),
        ("county_command", "/tasks/desk"),
        ("resident", "/"),
        ("auditor", "/"),
    ],
)
def test_each_role_lands_where_its_day_begins(client, people, username, address):
    assert sign_in(client, username)["Location"] == address


def test_who_was_on_the_way_to_a_page_gets_there(client, people):
    answer = client.post("/sign-in/?next=/grid/", {"username": "grid_worker", "password": PASSWORD})
    assert answer["Location"] == "/grid/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, people):
    wrong = sign_in(client, "grid_worker", "wrong").content.decode()
    unknown = sign_in(client, "nobody_here", "wrong").content.decode()

    def as_seen(page, name):
        form = page[: page.index("演示账号")].replace(f'value="{name}"', "")
        return [line for line in form.splitlines() if "csrf" not in line]

    assert "登录名或口令不对" in wrong
    assert as_seen(wrong, "grid_worker") == as_seen(unknown, "nobody_here")


@pytest.mark.parametrize("username", ["grid_worker", "nobody_here"])
def test_five_wrong_passwords_pause_signing_in_whether_or_not_there_is_such_an_account(client, people, username):
    answers = [sign_in(client, username, "wrong").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    right = sign_in(client, username)
    assert right.status_code == 429
    assert "请等十五分钟再试" in right.content.decode()


def test_a_demo_account_is_let_in_nowhere_but_in_a_demo(client, people):
    Deployment.objects.update(kind="LIVE", demo_day=None)

    assert sign_in(client, "grid_worker").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_demo_account_already_in_loses_its_session_when_the_deployment_goes_live(client, people):
    sign_in(client, "grid_worker")
    Deployment.objects.update(kind="LIVE", demo_day=None)

    assert "已登录" not in client.get("/").content.decode()


def test_the_demo_lists_its_accounts_and_a_live_deployment_lists_none(client, people):
    assert "county_command" in client.get("/sign-in/").content.decode()

    Deployment.objects.update(kind="LIVE", demo_day=None)
    assert "county_command" not in client.get("/sign-in/").content.decode()


def test_after_signing_in_one_is_not_sent_to_another_site(client, people):
    assert sign_in(client, "resident", next="https://elsewhere.example/")["Location"] == "/"


def test_signing_out_ends_the_session(client, people):
    sign_in(client, "grid_worker")
    client.post("/sign-out/")

    assert "_auth_user_id" not in client.session
