"""``dalan admin …``: what an operator does from the shell."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from dalan.cli.running import settings_or_exit
from dalan.errors import DalanError
from dalan.kernel.db import WriteTransaction, database_at


@click.group("admin")
def command() -> None:
    """Operators' actions. They act on the dev world, or with --real on the real one."""


@command.group("apps")
def apps() -> None:
    """Apps made by other people."""


@apps.command("approve")
@click.argument("slug")
@click.option("--real", is_flag=True, help="The real world's database, not the dev world's.")
def approve(slug: str, real: bool) -> None:
    """Make SLUG a production app, active in every category and city."""
    from dalan.domains import developers

    async def work(tx: WriteTransaction) -> str:
        app = await developers.approve(tx, slug=slug)
        return f"{app.slug} is a production app now, active everywhere."

    _act(work, real=real)


def _act(work: Callable[[WriteTransaction], Awaitable[str]], *, real: bool) -> None:
    settings = settings_or_exit("real" if real else "dev")

    async def run() -> str:
        db = database_at(settings.database_address, connections_max=2)
        await db.open()
        try:
            return await db.transact(work)
        finally:
            await db.close()

    try:
        click.echo(asyncio.run(run()))
    except DalanError as error:
        raise click.ClickException(str(error)) from error
