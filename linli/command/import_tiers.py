"""``linli import tiers``."""

import json
from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone, translation

from linli.command.county_database import migrate_database, set_up_django
from linli.command.options import at_option, database_option, json_option
from linli.command.problems import BadInput

_SHOWN = 20


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--commit", is_flag=True, help="Store it; without, only say what would happen.")
@click.option(
    "--ask",
    "questions_file",
    type=click.Path(path_type=Path),
    help="Write what must be asked to this CSV; fill in its last column and import it in turn.",
)
@click.option("--source", help="The source of rows that name none. [default: the name of the file]")
@json_option
@at_option
@database_option
def tiers(
    file: Path, commit: bool, questions_file: Path | None, source: str | None, as_json: bool, at: datetime | None
) -> None:
    """Risk tiers of counties and of areas inside them, from a CSV or XLSX table.

    Columns, in English or Chinese: division_code 区划代码, or place 全称, or province, city and county 省、市、县; area
    区域; tier 等级 (LOW, MEDIUM, HIGH, 低, 中, 高); effective_from 生效日期; effective_to 失效日期 (that day no longer
    counts) or last_day 截止日期 (that day still counts); published_at 发布时间; source 来源. Lists made from snapshots
    (community, level, first_seen, changed_at) are read as they are.

    A row that is doubtful is asked about and left out. A second import of the same file changes nothing.
    """
    set_up_django()
    from linli.community.tables import TableUnreadable, read_table
    from linli.response.tier_import import import_tiers, write_questions
    from linli.response.tier_table import KNOWN
    from linli.trail.actor import SYSTEM

    migrate_database()
    with translation.override("en"):
        try:
            rows = read_table(file, required=(), optional=KNOWN)
            report = import_tiers(
                rows, default_source=source or file.name, by=SYSTEM, at=at or timezone.now(), commit=commit
            )
            if questions_file is not None:
                write_questions(questions_file, report.questions)
        except TableUnreadable as unreadable:
            raise BadInput(unreadable.what, where=unreadable.where, remedy=unreadable.remedy) from unreadable
        except OSError as error:
            raise BadInput(
                f"The questions cannot be written: {error.strerror}",
                where=str(questions_file),
                remedy="Name another file for --ask.",
            ) from error
        if as_json:
            click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            verb = "Stored" if report.committed else "Dry run, nothing stored"
            click.echo(
                f"{verb}: {report.accepted} accepted, {report.changed} changed, {report.matched} matched, "
                f"{report.asked} asked, {report.rejected} rejected, {report.skipped} skipped."
            )
        for question in report.questions[:_SHOWN]:
            candidates = f" ({'; '.join(question.candidates)})" if question.candidates else ""
            click.echo(f"row {question.row.number}: {question.reason}{candidates}", err=True)
        if report.asked > _SHOWN:
            click.echo(f"… and {report.asked - _SHOWN} more to answer; --ask FILE writes them all.", err=True)
        for rejection in report.rejections[:_SHOWN]:
            click.echo(f"row {rejection.row}: {rejection.reason}", err=True)
        if report.rejected > _SHOWN:
            click.echo(f"… and {report.rejected - _SHOWN} more; --json lists them.", err=True)
    if not report.committed and not as_json and (report.accepted or report.changed):
        click.echo("To store it, run the same with --commit.")
    if report.rejected:
        raise SystemExit(1)
