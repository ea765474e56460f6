"""``linli import residents``."""

from datetime import date, datetime
from pathlib import Path

import click
from django.utils import timezone, translation

from linli.command.county_database import migrate_database, set_up_django
from linli.command.import_people import community_of, print_people, read_people
from linli.command.options import Day, at_option, database_option, json_option

_TOLD = 100_000


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
@click.option("--from", "from_day", type=Day(), help="The first day of those who are new. [default: the day of --at]")
@json_option
@at_option
@database_option
def residents(
    file: Path,
    commit: bool,
    questions_file: Path | None,
    division: str | None,
    from_day: date | None,
    as_json: bool,
    at: datetime | None,
) -> None:
    """Residents, from a table as offices send it: CSV, XLSX or XLS, with the heading anywhere in the first rows.

    Columns in Chinese: 姓名 and, as far as known, 身份证号, 出生日期, 性别, 联系电话, 社区, 楼栋, 单元, 房号 or 住址.
    Whoever is known is matched, by number, else by name, birth date and telephone; whoever is new is registered; a
    doubtful row is asked about. A second import of the same file changes nothing.
    """
    set_up_django()
    from linli.community.people.importing import import_residents
    from linli.trail.actor import SYSTEM

    migrate_database()
    moment = at or timezone.now()
    sheet = read_people(file, at=moment)
    with translation.override("zh-hans"):
        report = import_residents(
            sheet,
            division=community_of(division),
            from_day=from_day or timezone.localdate(moment),
            by=SYSTEM,
            at=moment,
            commit=commit,
            progress=_tell,
        )
    print_people(sheet, report, questions_file=questions_file, as_json=as_json)


def _tell(compared: int) -> None:
    """Progress on standard error, for registers so large that one would wonder."""
    if compared % _TOLD == 0:
        click.echo(f"{compared:,} known residents compared", err=True)
