"""``linli demo``: a county to look at, with real divisions and made-up people."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from linli.command.county_database import (
    database_name,
    database_trouble,
    make_room_for_database,
    migrate_database,
    set_up_django,
)
from linli.command.options import database_option, day_option
from linli.command.problems import BadInput
from linli.command.serve import prepare_environment, require_free, run_server

DEFAULT_DAY = date(2020, 6, 10)
DEFAULT_COUNTY = "350583"
DEFAULT_SEED = 1
DEFAULT_PEOPLE = 2000


@click.command()
@click.option("--no-serve", is_flag=True, help="Build only, and print a summary as JSON.")
@day_option
@click.option("--seed", type=int, help=f"Another seed makes other people. [default: {DEFAULT_SEED}]")
@click.option("--people", type=click.IntRange(1, 2_000_000), help=f"How many residents. [default: {DEFAULT_PEOPLE}]")
@click.option("--county", help=f"Division code of the county, 6 or 12 digits. [default: {DEFAULT_COUNTY}]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@database_option
def demo(
    no_serve: bool, day: date | None, seed: int | None, people: int | None, county: str | None, host: str, port: int
) -> None:
    """Build the demo county in the database, which must be empty or a demo, and serve it on this machine.

    A second run uses what is there; another seed, number of people or county builds it anew.
    """
    prepare_environment(is_dev=not no_serve)
    set_up_django(is_dev=not no_serve)
    if not no_serve:
        require_free(host=host, port=port)
    summary = _build(day=day, choices={"seed": seed, "people": people, "county": _county_code(county)})
    if no_serve:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
        return
    click.echo(_welcome(summary, address=f"http://{host}:{port}"))
    run_server(host=host, port=port)


def _county_code(county: str | None) -> str | None:
    if county is None:
        return None
    code = county.ljust(12, "0")
    if not (county.isascii() and county.isdigit() and len(county) in (6, 12) and code.endswith("000000")):
        raise BadInput(f"“{county}” is not the code of a county", where="--county", remedy="Write six digits: 350583.")
    return code


def _truth_file() -> Path:
    """Where the demo tells what it planned: beside a SQLite file, under ``data/`` for a database on a server."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    path = Path(name if connection.vendor == "sqlite" else f"data/{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{path.name}.truth.jsonl")


def _build(*, day: date | None, choices: dict[str, Any]) -> dict[str, Any]:
    from django.db import DatabaseError

    from linli.command.demo_county import NotADemo, build_county
    from linli.community.demo import CountyNotShipped

    defaults = {"seed": DEFAULT_SEED, "people": DEFAULT_PEOPLE, "county": DEFAULT_COUNTY.ljust(12, "0")}
    make_room_for_database()
    try:
        return build_county(
            day=day,
            default_day=DEFAULT_DAY,
            choices=choices,
            defaults=defaults,
            migrate=migrate_database,
            truth=_truth_file(),
            tell=lambda progress: click.echo(progress, err=True),
        )
    except NotADemo as error:
        raise BadInput(
            "This database is in use and is no demo; it was left alone",
            where=database_name(),
            remedy="Name another database, for example --db data/demo.sqlite3",
        ) from error
    except CountyNotShipped as error:
        raise BadInput(
            f"The divisions of {error.county} do not ship with Linli",
            where="--county",
            remedy=f"Choose one of: {', '.join(error.shipped)}",
        ) from error
    except DatabaseError as error:
        raise database_trouble(error) from error


def _welcome(summary: dict[str, Any], *, address: str) -> str:
    lines = [
        "",
        f"  Linli 邻里   {address}",
        f"  {summary['county']['full_name']} ({summary['county']['code']}), day {summary['day']}",
        "",
        f"  {'role':<18}{'user name':<14}{'password':<14}for",
    ]
    lines += [
        f"  {login['role']:<18}{login['username']:<14}{login['password']:<14}{login['division']['full_name']}"
        for login in summary["logins"]
    ]
    return "\n".join([*lines, "", "  Ctrl-C stops it.", ""])
