"""How a command says that it could not: what, where, what to do. Exit status 1."""

from typing import IO, Any

import click


class BadInput(click.ClickException):
    """The input or the answer is bad."""

    exit_code = 1

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(what)
        self.where = where
        self.remedy = remedy

    def show(self, file: IO[Any] | None = None) -> None:
        """Three short lines on standard error."""
        click.echo(f"{self.message}\n  where: {self.where}\n  to do: {self.remedy}", err=True)
