"""The ``linli`` command. It sits above everything; each part is loaded only when it is called.

A new command: a click command in a module of this folder, and one line in ``_COMMANDS``.
"""

import click

from linli import __version__
from linli.command.lazy import LazyGroup
from linli.command.options import database_option

_COMMANDS = {
    "adopt": "linli.command.adopt:adopt",
    "demo": "linli.command.demo:demo",
    "import": "linli.command.imports:imports",
    "migrate": "linli.command.migrate:migrate",
    "policy": "linli.command.policy:policy",
    "today": "linli.command.today:today",
    "serve": "linli.command.serve:serve",
}


@click.group(cls=LazyGroup, commands_at=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="linli")
@database_option
def main() -> None:
    """Linli 邻里: what an epidemic policy asks of one neighbourhood, on one day, with its clause.

    Exit status: 0 done; 1 the input or the answer is bad; 2 wrong usage.
    """
