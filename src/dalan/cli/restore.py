"""``dalan restore``: a world from the file ``dalan backup`` wrote."""

from pathlib import Path

import click

from dalan.cli.running import settings_or_exit


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Take the place of the world that is there.")
@click.option("--dev", is_flag=True, help="The dev world instead of the real one.")
def command(file: Path, replace: bool, dev: bool) -> None:
    """Put the world in FILE in place, all at once, and bring it to this version.

    Give only files you made yourself: on PostgreSQL what stands in it is run as SQL.
    """
    from dalan import backups

    settings = settings_or_exit("dev" if dev else "real")
    try:
        manifest = backups.restore(settings, file, replace=replace)
    except backups.Damaged as error:
        raise click.ClickException(f"{file} is damaged or no backup: {error}") from error
    except (backups.Refused, backups.CopyFailed, OSError) as error:
        raise click.ClickException(str(error)) from error
    counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
    click.echo(f"The world of {manifest.made_at} is in place: {counts}.")
    click.echo("Its keys, tokens and sessions work with the DALAN_SECRET of then.")
    click.echo("Start whatever runs here anew: it may remember what was.")
