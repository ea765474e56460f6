"""What ``linli import residents`` and ``linli import workers`` share: the sheet, the preview, the report."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.command.problems import BadInput

if TYPE_CHECKING:
    from linli.community.models import Division
    from linli.community.people.importing import PeopleReport, Question
    from linli.community.sheets.headings import Column
    from linli.community.sheets.sheet import Sheet

_SHOWN = 20
_PREVIEWED = 3


def read_people(file: Path, *, at: datetime, columns: "Sequence[Column] | None" = None) -> "Sheet":
    """The table of people in ``file``; days without a year are of the year of ``at``."""
    from linli.community.people.importing import COLUMNS
    from linli.community.sheets.sheet import read_sheet
    from linli.community.sheets.unreadable import TableUnreadable

    try:
        return read_sheet(file, columns=columns or COLUMNS, year=at.year)
    except TableUnreadable as unreadable:
        raise BadInput(unreadable.what, where=unreadable.where, remedy=unreadable.remedy) from unreadable


def community_of(code: str | None) -> "Division | None":
    """The community that ``--division`` names."""
    from linli.community.codes import VILLAGE
    from linli.community.models import Division

    if code is None:
        return None
    division = Division.objects.filter(code=code, level=VILLAGE).first()
    if division is None:
        raise BadInput(f"“{code}” is no community", where="--division", remedy="Give the twelve digits of one.")
    return division


def write_asked(
    file: Path,
    questions: "Sequence[Question]",
    *,
    columns: "Sequence[Column] | None" = None,
    fields: "Sequence[str] | None" = None,
) -> None:
    """The questions as a table of their own, for ``--ask``; of a table of people unless columns are given."""
    from linli.community.people.importing import ASKED, COLUMNS, write_questions

    try:
        write_questions(file, questions, columns=columns or COLUMNS, fields=fields or ASKED)
    except OSError as error:
        raise BadInput(
            f"The questions cannot be written: {error.strerror}",
            where=str(file),
            remedy="Name another file for --ask.",
        ) from error


def print_people(sheet: "Sheet", report: "PeopleReport", *, questions_file: Path | None, as_json: bool) -> None:
    """The preview and the report on standard output; what needs a human, and exit status 1 for bad rows, on error."""
    if questions_file is not None:
        write_asked(questions_file, report.questions)
    if as_json:
        columns = {"columns": dict(sheet.heading), "unknown_columns": list(sheet.unknown)}
        click.echo(json.dumps(columns | report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_plainly(sheet, report)
    asked = [f"row {one.row.number}: asked, {one.why}: {'; '.join(one.candidates)}" for one in report.questions]
    _tell(asked, "--ask FILE")
    _tell([f"row {one.row}: {one.reason}" for one in report.rejections], "--json")
    if report.rejected:
        raise SystemExit(1)


def _print_plainly(sheet: "Sheet", report: "PeopleReport") -> None:
    said = ", ".join(f"{field} ← {words}" for field, words in sheet.heading.items())
    click.echo(f"Heading in row {'–'.join(map(str, sheet.heading_rows))}: {said}")
    if sheet.unknown:
        click.echo(f"Not understood and left out: {', '.join(sheet.unknown)}")
    if sheet.other_sheets:
        click.echo(f"Other sheets, not read: {', '.join(sheet.other_sheets)}")
    for row in sheet.rows[:_PREVIEWED]:
        click.echo(f"  row {row.number}: " + ", ".join(f"{name}={value}" for name, value in row.cells.items() if value))
    verb = "Stored" if report.committed else "Dry run, nothing stored"
    click.echo(
        f"{verb}: {report.accepted} accepted, {report.matched} matched, {len(report.questions)} asked, "
        f"{report.rejected} rejected, {len(report.left_out)} left out."
    )
    _tell([f"row {row}: left out: {why}" for row, why in report.left_out], "--json")
    _tell([f"row {row}: {note}" for row, note in report.notes], "--json")
    if not report.committed and report.accepted:
        click.echo("To store it, run the same with --commit.")


def _tell(lines: list[str], option: str) -> None:
    for line in lines[:_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > _SHOWN:
        click.echo(f"… and {len(lines) - _SHOWN} more; {option} has them.", err=True)
