"""Options that many commands share."""

import os
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from linli.command.problems import BadInput

F = TypeVar("F", bound=Callable[..., Any])


def _choose_database(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        os.environ["LINLI_DATABASE_URL"] = value


def database_option(command: F) -> F:
    """``--db``: which database. Taken before or after the subcommand; the later one counts."""
    return click.option(
        "--db",
        metavar="PATH|URL",
        expose_value=False,
        is_eager=True,
        callback=_choose_database,
        help="Database: a SQLite file or postgresql://… [default: $LINLI_DATABASE_URL, else data/linli.sqlite3]",
    )(command)


def json_option(command: F) -> F:
    """``--json``: the answer as JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")(command)


class Day(click.ParamType[date]):
    """A civil day, YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. A day that does not exist is bad input, not wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            where = param.opts[0] if param else "day"
            raise BadInput(
                f"“{value}” is not a day", where=where, remedy="Write it as YYYY-MM-DD, for example 2020-06-10."
            ) from None


class Moment(click.ParamType[datetime]):
    """A moment, ISO 8601 with its offset; without one it is China's time."""

    name = "ISO-8601"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            where = param.opts[0] if param else "at"
            raise BadInput(
                f"“{value}” is not a moment", where=where, remedy="Write it as 2020-06-10T08:00:00+08:00."
            ) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def day_option(command: F) -> F:
    """``--day``: stands for today."""
    return click.option("--day", type=Day(), help="The civil day to work with, instead of today.")(command)


def at_option(command: F) -> F:
    """``--at``: stands for now."""
    return click.option("--at", type=Moment(), help="The moment to work with, instead of now.")(command)
