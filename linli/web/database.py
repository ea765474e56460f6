"""How a database is named: a file path or a URL, turned into Django's settings."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

DEFAULT = "data/linli.sqlite3"

# FULL: what was acknowledged survives a power cut. IMMEDIATE: a writer waits at the start, where waiting is safe.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
_OWN_SETTINGS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


class DatabaseUnknown(ValueError):
    """The name of the database is neither a path nor a URL that Linli knows."""


def database_settings(name: str) -> dict[str, Any]:
    """Django's settings for ``data/linli.sqlite3``, ``sqlite:///file`` or ``postgresql://user@host/name``.

    Raises: DatabaseUnknown.
    """
    scheme = urlsplit(name).scheme
    if scheme in ("postgresql", "postgres"):
        return _postgresql(name)
    if "://" in name and scheme != "sqlite":
        raise DatabaseUnknown(f"“{scheme}://” is not known; use a file path or postgresql://user@host/name")
    path = unquote(name.removeprefix("sqlite:///")) if scheme == "sqlite" else name
    if not path or path.startswith("sqlite:"):
        raise DatabaseUnknown("A SQLite URL has three slashes and a path: sqlite:///data/linli.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path if path == ":memory:" else Path(path).absolute(),
        "OPTIONS": dict(_SQLITE_OPTIONS),
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise DatabaseUnknown(f"This is not a PostgreSQL URL: {error}") from error
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    settings |= {ours: str(parts.pop(theirs, None) or "") for theirs, ours in _OWN_SETTINGS.items()}
    settings["OPTIONS"] = parts
    return settings
