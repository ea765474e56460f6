"""``linli import divisions``."""

from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone

from linli.command.county_database import migrate_database, set_up_django
from linli.command.import_report import print_report
from linli.command.options import at_option, database_option, json_option
from linli.command.problems import BadInput


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--commit", is_flag=True, help="Store it; without, only say what would happen.")
@json_option
@at_option
@database_option
def divisions(file: Path, commit: bool, as_json: bool, at: datetime | None) -> None:
    """Administrative divisions: columns code (12 digits), name, and perhaps setting (URBAN, RURAL or empty).

    A row whose parent is neither in the file nor in the database is rejected, with its number and the reason; the
    others are taken.
    """
    set_up_django()
    from linli.community.division_import import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, import_divisions
    from linli.community.tables import TableUnreadable, read_table
    from linli.trail.actor import SYSTEM

    migrate_database()
    try:
        rows = read_table(file, required=REQUIRED_COLUMNS, optional=OPTIONAL_COLUMNS)
        report = import_divisions(rows, by=SYSTEM, at=at or timezone.now(), commit=commit)
    except TableUnreadable as unreadable:
        raise BadInput(unreadable.what, where=unreadable.where, remedy=unreadable.remedy) from unreadable
    print_report(report, as_json=as_json)
