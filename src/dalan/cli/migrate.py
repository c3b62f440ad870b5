"""``dalan migrate``: bring the database to this version."""

import click

from dalan.cli.running import settings_or_exit


@click.command("migrate")
@click.option("--dev", is_flag=True, help="The dev world's database instead of the real one.")
def command(dev: bool) -> None:
    """Bring the database to this version. Safe to run again."""
    from dalan import migrations
    from dalan.kernel.db import sqlite_path

    settings = settings_or_exit("dev" if dev else "real")
    path = sqlite_path(settings.database_address)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database_address)
    click.echo(f"The database stands at {migrations.head()}.")
