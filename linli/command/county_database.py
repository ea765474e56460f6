"""Opens the county database for a command: Django set up, trouble said in one clear sentence."""

import os
from pathlib import Path

import click
import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from linli.command.problems import BadInput
from linli.web.database import DEFAULT, DatabaseUnknown


def database_name() -> str:
    """Which database it is, as the user named it; a password in a URL is not repeated."""
    name = os.environ.get("LINLI_DATABASE_URL") or DEFAULT
    scheme, found, rest = name.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else name


def set_up_django(*, is_dev: bool = False) -> None:
    """Make Django ready for the database chosen.

    Raises: BadInput, for a database that is no path and no known URL.
    """
    if is_dev:
        os.environ["LINLI_DEV"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.web.settings")
    try:
        django.setup()
    except (DatabaseUnknown, ImproperlyConfigured) as error:
        raise BadInput(str(error), where=f"--db {database_name()}", remedy="Name another database.") from error


def make_room_for_database() -> None:
    """Make the directory of a SQLite file."""
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def migrate_database() -> None:
    """Create the database if there is none, and bring it up to date.

    Raises: BadInput, for a file that is no database or a server that does not answer.
    """
    make_room_for_database()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise database_trouble(error) from error


def require_migrated() -> None:
    """Raises: BadInput, when the database is missing, empty or older than this Linli."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        raise BadInput("There is no such database", where=database_name(), remedy="Create it with: linli migrate")
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        raise database_trouble(error) from error
    if is_behind:
        raise BadInput("The database is not up to date", where=database_name(), remedy="Run: linli migrate")


def database_trouble(error: Exception) -> click.ClickException:
    """A database error as a sentence."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    remedy = (
        "Check the name, and that the server is running." if isinstance(error, OperationalError) else "Name another."
    )
    return BadInput(f"The database cannot be used: {reason}", where=database_name(), remedy=remedy)
