"""``linli import arrivals``."""

from datetime import date, datetime
from pathlib import Path

import click
from django.utils import timezone, translation

from linli.command.county_database import migrate_database, set_up_django
from linli.command.import_people import community_of, print_people, read_people, write_asked
from linli.command.options import at_option, database_option, day_option, json_option

_TOLD = {"compared": 100_000, "taken": 5_000}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--commit", is_flag=True, help="Store it; without, only say what would happen.")
@click.option(
    "--ask",
    "questions_file",
    type=click.Path(path_type=Path),
    help="Write the doubtful rows to this CSV; fill in its last column, 认定, and import it in turn.",
)
@click.option("--division", metavar="CODE", help="The community of rows that name none.")
@json_option
@day_option
@at_option
@database_option
def arrivals(
    file: Path,
    commit: bool,
    questions_file: Path | None,
    division: str | None,
    as_json: bool,
    day: date | None,
    at: datetime | None,
) -> None:
    """People who arrive, from a table as police, transport, border or housing push it: CSV, XLSX or XLS.

    Columns in Chinese or English: 姓名 name, 到达日期 day of arrival, 来源地 from, 来源地风险 risk (低, 中, 高, 境外;
    LOW, MEDIUM, HIGH, INBOUND) and, as far as known, 身份证号 ID number, 联系电话 phone, 社区 community, 住址 address,
    交通方式 transport. Whoever is known is matched, whoever is new is registered in the community; a doubtful row is
    asked about. The same arrival from two tables is received once; a second import of the same file changes nothing.
    """
    set_up_django()
    from linli.programs.keypeople.arrival_rows import ASKED, COLUMNS
    from linli.programs.keypeople.importing import import_arrivals
    from linli.trail.actor import SYSTEM

    migrate_database()
    moment = _moment(day=day, at=at)
    sheet = read_people(file, at=moment, columns=COLUMNS)
    with translation.override("en"):
        report = import_arrivals(
            sheet, division=community_of(division), by=SYSTEM, at=moment, commit=commit, tell=_tell
        )
    if questions_file is not None:
        write_asked(questions_file, report.questions, columns=COLUMNS, fields=ASKED)
    if not as_json:
        click.echo(f"Of the accepted, {report.registered} are new here. Phones updated: {report.contacts}.", err=True)
    print_people(sheet, report, questions_file=None, as_json=as_json)


def _moment(*, day: date | None, at: datetime | None) -> datetime:
    """Now: as given, else this time of the day given, else that of the deployment, whose clock may stand."""
    from linli.community.queries import demo_moment, deployment

    now = at or timezone.now()
    if day is None:
        return at or demo_moment(deployment(), at=now)
    return timezone.make_aware(datetime.combine(day, timezone.localtime(now).time()))


def _tell(what: str, number: int) -> None:
    """Progress on standard error, for tables so large that one would wonder."""
    if number and number % _TOLD[what] == 0:
        click.echo(f"{number:,} {'known residents compared' if what == 'compared' else 'arrivals taken'}", err=True)
