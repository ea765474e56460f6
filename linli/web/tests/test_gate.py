"""Every page has its line in the permission matrix, and the gate holds to it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from linli.community.access import ANYONE, Audience, Everyone
from linli.community.roles import Role
from linli.web.permission_matrix import permission_matrix

METHODS = ("GET", "POST", "PUT", "DELETE")
# Something for each kind of argument, so that every address can be written down.
ARGUMENTS = {"code": "350583001001", "name": "text"}


def all_routes() -> Iterator[tuple[str, dict[str, object]]]:
    def walk(patterns, namespace):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                name = ":".join([*namespace, pattern.name or f"(unnamed {pattern.pattern})"])
                yield name, dict(pattern.pattern.converters)
            else:
                yield from walk(
                    pattern.url_patterns, [*namespace, pattern.namespace] if pattern.namespace else namespace
                )

    yield from walk(get_resolver().url_patterns, [])


ROUTES = dict(all_routes())


def address_of(name: str) -> str:
    converters = ROUTES[name]
    try:
        return reverse(name, kwargs={key: ARGUMENTS.get(key, 1) for key in converters})
    except NoReverseMatch:  # a number, a day or a code of its own: any that fits
        kinds = {"IntConverter": 1, "UUIDConverter": "01890a5d-ac96-774b-bcce-b302099a8057"}
        return reverse(name, kwargs={key: kinds.get(type(kind).__name__, "x") for key, kind in converters.items()})


def is_open(audience: Audience | None, who: str) -> bool:
    if audience is None:
        return False
    if isinstance(audience, Everyone):
        return audience is ANYONE or who != "ANONYMOUS"
    return who in audience


def test_every_route_has_a_line_and_every_line_a_route():
    assert set(permission_matrix()) == set(ROUTES)


@pytest.mark.parametrize("who", ["ANONYMOUS", *Role.values])
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_page_opens_for_those_it_is_declared_for_and_for_nobody_else(people, name, who):
    route = permission_matrix()[name]
    for method in METHODS:
        client = Client(raise_request_exception=False)
        if who != "ANONYMOUS":
            client.force_login(getattr(people, who), backend="linli.community.authentication.AccountBackend")
        answer = client.generic(method, address_of(name))
        if method not in route.methods:
            assert answer.status_code == 405
        elif is_open(route.audience(method), who):
            # 410: an address that was given to somebody and has ended.
            assert answer.status_code in (200, 302, 400, 404, 410, 429), f"{method} {name} for {who}"
            assert "/sign-in/" not in answer.get("Location", "")
        elif who == "ANONYMOUS":
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in/")
        else:
            assert answer.status_code == 403


def test_a_page_without_a_line_opens_for_nobody(people, client, monkeypatch):
    monkeypatch.setattr("linli.web.gate.permission_matrix", dict)
    client.force_login(people.ADMINISTRATOR, backend="linli.community.authentication.AccountBackend")

    answer = client.get("/")

    assert answer.status_code == 403


def test_pages_allow_no_inline_script_or_style_and_nothing_from_elsewhere(client, deployed):
    policy = client.get("/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/places/", "/about/fields", "/places/350583001000/"])
def test_templates_hold_no_inline_script_style_or_handler(client, deployed, address):
    page = client.get(address).content.decode()

    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_what_a_signed_in_person_sees_is_stored_nowhere(client, people):
    client.force_login(people.GRID_WORKER, backend="linli.community.authentication.AccountBackend")

    assert client.get("/")["Cache-Control"] == "no-store, private"
