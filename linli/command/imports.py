"""``linli import``: tables from elsewhere into the county database."""

import click

from linli.command.lazy import LazyGroup

_IMPORTS = {
    "arrivals": "linli.command.import_arrivals:arrivals",
    "divisions": "linli.command.import_divisions:divisions",
    "residents": "linli.command.import_residents:residents",
    "tiers": "linli.command.import_tiers:tiers",
    "workers": "linli.command.import_workers:workers",
}


@click.group(name="import", cls=LazyGroup, commands_at=_IMPORTS)
def imports() -> None:
    """Take in a CSV or XLSX table. Nothing is stored without --commit; a second time changes nothing."""
