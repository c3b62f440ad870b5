"""``dalan migrate``: bring the database to this version."""

import click

from dalan.cli.running import settings_or_exit


@click.command("migrate")
@click.option("--dev", is_flag=True, help="The dev world's database instead of the real one.")
def command(dev: bool) -> None:
    """Bring the database to this version. Safe to run again."""
    from dalan import migrations

    settings = settings_or_exit("dev" if dev else "real")
    migrations.upgrade(settings.database_address)
    click.echo(f"The database stands at {migrations.head()}.")
