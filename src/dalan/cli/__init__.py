"""The ``dalan`` command. Each subcommand stands in a file of its own and is loaded when asked."""

import importlib
import os
from typing import Any

import click

from dalan import __version__

_COMMANDS = {
    "admin": "Operators' actions: apps, and who else is an operator.",
    "backup": "Write the whole world to one file, while it runs.",
    "credentials": "Print what is needed to try a call at once (dev worlds).",
    "dev": "Start a furnished platform for development.",
    "doctor": "Look over the settings and the database, and say what is wrong.",
    "listen": "Bring an app's events to a port of this machine.",
    "migrate": "Bring the database to this version.",
    "proxy": "Lead apps whose hosts are compiled in to the dev world.",
    "restore": "Put the world of a backup in place.",
    "serve": "Run a marketplace for real people.",
    "worker": "Run background work in a process of its own (PostgreSQL).",
}


class _Commands(click.Group):
    """Knows its commands by name; importing all of them would cost every start."""

    def list_commands(self, _: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module: Any = importlib.import_module(f"dalan.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name]) for name in sorted(_COMMANDS)])


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="dalan")
@click.pass_context
def main(context: click.Context) -> None:
    """Dalan: an open marketplace platform that lets other people's apps in."""
    # Database, log, backups and pictures hold what is nobody else's on this machine.
    context.obj = callers = os.umask(0o077)  # a command that runs somebody's own gives it back
    os.umask(callers | 0o077)
