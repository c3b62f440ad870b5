"""``dalan worker``: background work in a process of its own."""

import asyncio
import signal

import click

from dalan.cli.running import run, settings_or_exit
from dalan.settings import Settings, SettingsError


@click.command("worker")
def command() -> None:
    """Run background work in a process of its own; any number may run, on PostgreSQL."""
    settings = settings_or_exit("real")
    if settings.database_address.startswith("sqlite:"):
        raise click.UsageError("on SQLite the worker runs inside `dalan serve`")
    run(_work(settings))


async def _work(settings: Settings) -> None:
    from dalan.app import Platform
    from dalan.kernel import logs

    logs.setup(settings.log_level, settings.log_file)
    platform = Platform(settings)
    try:
        await platform.start()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    click.echo("The worker works.", err=True)
    await told.wait()
    await platform.stop()
