"""A database is named by a path or a URL."""

from pathlib import Path

import pytest
from django.db import connection

from linli.web.database import DatabaseUnknown, database_settings
from linli.web.safety import Unsafe, require_safe


def test_a_path_is_sqlite_that_survives_a_power_cut_and_waits_for_its_turn():
    settings = database_settings("data/linli.sqlite3")

    assert settings["NAME"] == Path("data/linli.sqlite3").absolute()
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in settings["OPTIONS"]["init_command"]


@pytest.mark.django_db
def test_foreign_keys_are_on():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_postgresql_url_is_taken_apart():
    settings = database_settings("postgresql://linli:a%20b@db.county:5433/nanan?sslmode=require")

    assert [settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "nanan", "linli", "a b", "db.county", "5433",
    ]  # fmt: skip
    assert settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("name", ["mysql://x/y", "sqlite:data.db", "sqlite:///"])
def test_another_kind_of_database_is_refused(name):
    with pytest.raises(DatabaseUnknown):
        database_settings(name)


STRONG = "q7Zr2vXw9LkPm4TnBs8HdYc3FgJ6Ua5Ee1Ww0Qq-RrTtYyUuIiOo"


@pytest.mark.parametrize(
    ("key", "hosts"), [("", ["a"]), ("short", ["a"]), ("a" * 60, ["a"]), (STRONG, []), (STRONG, ["*"])]
)
def test_a_weak_secret_or_open_host_names_do_not_serve(key, hosts):
    with pytest.raises(Unsafe):
        require_safe(secret_key=key, allowed_hosts=hosts, is_dev=False)
    require_safe(secret_key=key, allowed_hosts=hosts, is_dev=True)


def test_a_strong_secret_and_a_host_name_serve():
    require_safe(secret_key=STRONG, allowed_hosts=["linli.example.gov.cn"], is_dev=False)
