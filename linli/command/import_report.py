"""Prints what became of the rows of an import; the same for every table."""

import json

import click

from linli.community.tables import ImportReport

_SHOWN = 20


def print_report(report: ImportReport, *, as_json: bool) -> None:
    """The report on standard output; rejected rows, and exit status 1 for them, on standard error."""
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        verb = "Stored" if report.committed else "Dry run, nothing stored"
        click.echo(
            f"{verb}: {report.accepted} accepted, {report.changed} changed, {report.matched} matched, "
            f"{report.rejected} rejected."
        )
    for rejection in report.rejections[:_SHOWN]:
        click.echo(f"row {rejection.row}: {rejection.reason}", err=True)
    if report.rejected > _SHOWN:
        click.echo(f"… and {report.rejected - _SHOWN} more; --json lists them.", err=True)
    if not report.committed and not as_json and (report.accepted or report.changed):
        click.echo("To store it, run the same with --commit.")
    if report.rejected:
        raise SystemExit(1)
