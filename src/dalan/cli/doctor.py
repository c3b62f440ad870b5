"""``dalan doctor``: what is wrong here, in sentences."""

import asyncio
import secrets
import sys

import click

from dalan.cli.running import opened_database
from dalan.settings import Settings, SettingsError, from_environment
from dalan.settings_checks import is_loopback


@click.command("doctor")
@click.option("--dev", is_flag=True, help="Look over the dev world instead of the real one.")
def command(dev: bool) -> None:
    """Look over the settings and the database, and say what is wrong."""
    try:
        settings = from_environment(world="dev" if dev else "real")
    except SettingsError as error:
        for line in str(error).splitlines():
            click.echo(f"✗ {line}")
        click.echo(f"  a fresh secret: DALAN_SECRET={secrets.token_urlsafe(48)}")
        sys.exit(1)
    click.echo("✓ the settings fit together")
    problems = asyncio.run(_look(settings))
    for problem in problems:
        click.echo(f"✗ {problem}")
    if problems:
        sys.exit(1)


async def _look(settings: Settings) -> list[str]:
    from dalan import migrations
    from dalan.kernel.db import sqlite_path

    path = sqlite_path(settings.database_address)
    if path is not None and not path.exists():
        return [f"there is no database at {path} yet: run `dalan migrate`"]
    try:
        async with opened_database(settings) as db:
            stands = await migrations.current(db)
    except Exception as error:  # noqa: BLE001 (whatever the driver says is what the operator wants)
        return [f"the database does not answer: {error}"]
    click.echo("✓ the database answers")
    if stands != migrations.head():
        return [f"the database stands at {stands or 'nothing'}: run `dalan migrate`"]
    click.echo("✓ the database is up to date")
    if (fault := await _try_media(settings)) is not None:
        return [f"files cannot be kept at {settings.media_address}: {fault}"]
    click.echo("✓ files can be written, read and removed")
    if settings.secure and is_loopback(settings.host) and not settings.trusted_proxies:
        click.echo("· a proxy in front is not believed who asks: DALAN_TRUSTED_PROXIES=127.0.0.1")
    if settings.world == "real" and not settings.smtp_url:
        click.echo("· nobody is mailed, notices are in the panel only: DALAN_SMTP_URL")
    if settings.world == "real" and not settings.gateway_url:
        click.echo("· nobody pays by card: DALAN_GATEWAY_URL and DALAN_GATEWAY_MERCHANT_ID")
    if settings.world == "real" and not settings.code_sender_url:
        return ["nobody can sign in: set DALAN_CODE_SENDER_URL"]
    return []


async def _try_media(settings: Settings) -> str | None:
    """What goes wrong when a file is written, read and removed; None: nothing does."""
    from dalan.domains import media

    store = media.MediaStore(settings.media_address, settings.media_options)
    key, data = f"incoming/doctor-{secrets.token_hex(8)}", secrets.token_bytes(32)
    try:
        await store.put_file(key, data)
        same = await store.read_file(key) == data
        await store.remove_files([key])
    except (media.StoreUnavailable, media.UnknownFile, OSError, ValueError) as error:
        return str(error.__cause__ or error).partition("\n")[0][:300]
    return None if same else "what was written is not what is read"
