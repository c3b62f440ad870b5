"""``dalan credentials``: a key, tokens and ids of a dev world, ready to be pasted."""

import asyncio
import dataclasses
import json
from pathlib import Path

import click
import msgspec

from dalan.cli.running import existing_database, settings_or_exit
from dalan.errors import DalanError
from dalan.kernel import logs
from dalan.settings import Settings


@click.command("credentials")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the world (.dalan).")
def command(as_json: bool, home: Path | None) -> None:
    """Print what is needed to try a call at once. Twice gives the same; nothing is rotated."""
    settings = settings_or_exit("dev", home=home)
    logs.setup("error", settings.log_file or "/dev/stderr")  # stdout is the answer
    running = settings.home / "address"
    if running.exists() and not settings.public_base_url:
        settings = msgspec.structs.replace(settings, public_base_url=running.read_text().strip())
    try:
        found = asyncio.run(of_world(settings))
    except DalanError as error:
        raise click.ClickException(f"{error}; run `dalan dev` once first") from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        members = value.items() if isinstance(value, dict) else [("", value)]
        for member, text in members:
            click.echo(f"{f'{name}.{member}'.rstrip('.'):24} {text}")


async def of_world(settings: Settings) -> dict[str, object]:
    """What the command prints of a world that is there."""
    from dalan.domains.world.credentials import credentials
    from dalan.kernel.crypto import Keyring
    from dalan.kernel.db import WriteTransaction

    keys = Keyring(settings.secrets)

    async def work(tx: WriteTransaction) -> dict[str, object]:
        return dataclasses.asdict(await credentials(tx, keys, base_url=settings.base_url))

    async with existing_database(settings) as db:
        return await db.transact(work)
