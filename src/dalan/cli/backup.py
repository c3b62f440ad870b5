"""``dalan backup``: the whole world in one file."""

from pathlib import Path

import click

from dalan.cli.running import settings_or_exit


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dev", is_flag=True, help="The dev world instead of the real one.")
def command(file: Path, dev: bool) -> None:
    """Write database and pictures to FILE, while the platform runs. Secrets are not in it."""
    from dalan import backups

    settings = settings_or_exit("dev" if dev else "real")
    try:
        manifest = backups.take(settings, file.absolute())
    except (backups.Refused, backups.CopyFailed, OSError) as error:
        raise click.ClickException(str(error)) from error
    counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
    click.echo(f"{file}: {counts}, {file.stat().st_size} bytes.")
    if manifest.pictures_missing:
        click.echo(f"  {len(manifest.pictures_missing)} pictures had no file (any more).")
    if dev:
        click.echo(f"It opens nothing without {settings.home / 'secret'}: keep that elsewhere.")
    else:
        click.echo("It opens nothing without these; keep them, elsewhere:")
        click.echo("  DALAN_SECRET, DALAN_OLD_SECRETS, DALAN_CODE_SENDER_AUTHORIZATION")
    click.echo("People's phone numbers and posts are in it: let nobody read it.")
