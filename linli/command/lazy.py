"""Command groups that import a command when it is called, so that ``linli policy`` never waits for Django."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows its commands by where they are: ``{"demo": "linli.command.demo:demo"}``."""

    def __init__(self, *args: Any, commands_at: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = dict(commands_at or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands that exist."""
        return sorted(name for name, place in self.commands_at.items() if find_spec(place.split(":")[0]) is not None)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None for one that does not exist."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, name = self.commands_at[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command
