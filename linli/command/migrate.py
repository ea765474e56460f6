"""``linli migrate``."""

import click

from linli.command.county_database import database_name, migrate_database, set_up_django
from linli.command.options import database_option


@click.command()
@database_option
def migrate() -> None:
    """Create the county database, or bring it up to date with this version of Linli."""
    set_up_django()
    migrate_database()
    click.echo(f"{database_name()} is up to date.")
