"""``linli adopt``."""

import json
from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone

from linli.command.county_database import migrate_database, set_up_django
from linli.command.options import at_option, database_option, json_option


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@json_option
@at_option
@database_option
def adopt(folders: tuple[Path, ...], as_json: bool, at: datetime | None) -> None:
    """Put a set of packs in force in the county database; without a folder, those that ship.

    The set goes through the gate as a whole. If it fails, nothing changes.
    """
    set_up_django()
    from linli.command.packs_in_force import adopt as adopt_set

    migrate_database()
    packs = adopt_set(folders, at=at or timezone.now())
    if as_json:
        click.echo(json.dumps({"packs": packs}, ensure_ascii=False, indent=2))
        return
    for pack in packs:
        click.echo(f"{pack['id']} {pack['version']} {pack['sha256'][:12]}")
