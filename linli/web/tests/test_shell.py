"""The shell: languages, large type, themes, pages for what went wrong, the register for everybody."""

import pytest

from linli.trail.field_register import stored_fields

pytestmark = pytest.mark.django_db


def test_chinese_comes_first_even_in_an_english_browser(client):
    page = client.get("/", headers={"accept-language": "en-US,en"})

    assert 'lang="zh-Hans-CN"' in page.content.decode()
    assert page["Content-Language"] == "zh-hans"


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("language", "en", '<html lang="en"'),
        ("text", "large", 'data-text="large"'),
        ("theme", "contrast", 'data-theme="contrast"'),
    ],
)
def test_a_preference_is_kept_and_one_stays_on_the_page(client, name, value, seen):
    answer = client.post(f"/preferences/{name}/", {"value": value, "next": "/about/fields"})

    assert (answer.status_code, answer["Location"]) == (302, "/about/fields")
    assert seen in client.get("/about/fields").content.decode()


@pytest.mark.parametrize("address", ["/preferences/text/", "/preferences/nothing/"])
def test_a_preference_that_does_not_exist_is_refused(client, address):
    answer = client.post(address, {"value": "gigantic"})

    assert answer.status_code == 400
    assert not answer.cookies.get("linli_text")


def test_a_preference_sends_nobody_to_another_site(client):
    assert client.post("/preferences/text/", {"value": "large", "next": "//elsewhere.example/"})["Location"] == "/"


def test_a_page_that_is_not_there_says_what_to_do_next(client):
    answer = client.get("/nothing/here")

    assert answer.status_code == 404
    assert "请核对地址，或从首页重新进入" in answer.content.decode()


def test_when_the_server_breaks_the_page_says_so_without_the_database(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("linli.community.queries.search_divisions", lambda text, **options: 1 / 0)

    answer = client.get("/places/")

    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()


def test_the_register_of_fields_is_open_to_everybody_and_lists_every_field(client):
    page = client.get("/about/fields").content.decode()

    for model, fields in stored_fields().items():
        assert model in page
        for field in fields:
            assert f"<code>{field}</code>" in page


def test_health_says_ok(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_htmx_gets_the_finds_alone(client, places):
    part = client.get("/places/?q=ximei", headers={"HX-Request": "true"}).content.decode()

    assert "溪美街道" in part
    assert "<html" not in part
    assert "溪美街道" in client.get("/places/?q=ximei").content.decode()


def test_an_unknown_division_is_not_found(client, places):
    assert client.get("/places/999999999999/").status_code == 404
    assert client.get("/places/350583001000/").status_code == 200
