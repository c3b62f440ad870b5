"""``dalan dev``: a furnished platform on this machine, ready to be built against."""

import asyncio
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dalan.cli.running import (
    listen,
    only_one,
    run,
    serve,
    settings_or_exit,
    write_ready_file,
)
from dalan.cli.sample import Sample
from dalan.settings import Settings
from dalan.settings_checks import is_loopback

if TYPE_CHECKING:
    import socket

    from dalan.app import Platform


@click.command("dev")
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 8000); 0 takes a free one.")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the world (.dalan).")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Write our address here.")
@click.option("--posts", type=click.IntRange(1, 5_000), default=300, help="Posts to furnish with.")
@click.option("--seed", help="Draw every id and token from this seed; for reproducible runs.")
@click.option(
    "--seeds",
    "seeds_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Plant what this YAML says when the world is furnished.",
)
@click.option("--no-sample", is_flag=True, help="Do not start the sample app.")
@click.option("--expose", is_flag=True, help="Allow an address that others can reach. Dangerous.")
def command(
    host: str | None,
    port: int | None,
    home: Path | None,
    ready_file: Path | None,
    posts: int,
    seed: str | None,
    seeds_file: Path | None,
    no_sample: bool,
    expose: bool,
) -> None:
    """Start a furnished platform for development.

    The first start makes people, posts with pictures and an approved sample app; later ones
    find them again. One-time codes are shown in the inbox, so only this machine may connect.
    """
    settings = settings_or_exit("dev", host=host, port=port, home=home)
    if not is_loopback(settings.host):
        if not expose:
            raise click.UsageError(
                f"a dev world shows one-time codes to whoever asks, and {settings.host} can be "
                "reached from outside; add --expose if you mean it"
            )
        click.secho("Warning: everybody who reaches this address can sign in as anybody.", fg="red")
    with only_one(settings.home):
        bound, settings = listen(settings)
        run(
            _dev(
                settings,
                bound,
                ready_file,
                posts_count=posts,
                seed=seed,
                with_sample=not no_sample,
                seeds_file=seeds_file,
            )
        )


async def _dev(
    settings: Settings,
    bound: "socket.socket",
    ready_file: Path | None,
    *,
    posts_count: int,
    seed: str | None,
    with_sample: bool,
    seeds_file: Path | None,
) -> None:
    from dalan.app import Platform
    from dalan.kernel import clock, logs, randomness

    logs.setup(settings.log_level, settings.log_file or str(settings.home / "dalan.log"))
    if seed is not None:
        randomness.install(randomness.SeededRandomness(seed.encode()))
    platform = Platform(settings)
    assert platform.workshop is not None, "`dalan dev` runs dev worlds alone"
    clock.install(platform.workshop.clock)
    sample = Sample(settings)
    await platform.start()
    try:
        await _furnish(platform, posts_count)
        await _plant(platform, seeds_file)
        await _put_aside(platform)
        if with_sample:
            await sample.settle(platform.services)
            resettle = partial(sample.settle_again, platform.services)
            platform.workshop.time.resettle.append(resettle)

        warming: list[asyncio.Task[None]] = []

        async def ready() -> None:
            await _greet(platform)
            write_ready_file(settings.home / "address", settings.base_url)
            write_ready_file(settings.home / "loopback", settings.loopback_url)
            write_ready_file(ready_file, settings.base_url)
            sample.start()
            warming.append(asyncio.create_task(platform.warm()))

        await serve(platform, bound, ready=ready, front=platform.front)
    finally:
        for name in ("address", "loopback"):
            (settings.home / name).unlink(missing_ok=True)
        await sample.stop()
        await platform.stop()


async def _furnish(platform: "Platform", posts_count: int) -> None:
    from dalan.domains.world import furnishing, sample
    from dalan.kernel import randomness

    services = platform.services
    async with services.db.look() as look:
        if await furnishing.is_furnished(look):
            return
    click.echo("Furnishing the world, once …", err=True)
    began = time.monotonic()

    def progress(done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r  pictures {done}/{of}", nl=done == of, err=True)

    # The same world for everybody: its ids come from one stream; its secrets never do.
    with randomness.installed(randomness.SeededRandomness(furnishing.SEED.encode())):
        await furnishing.furnish(
            services.db, services.media, services.keys, posts_count=posts_count, progress=progress
        )
        await sample.give_logo(services.db, services.media)
    click.echo(f"  done in {time.monotonic() - began:.0f} s", err=True)


async def _plant(platform: "Platform", file: Path | None) -> None:
    """Plant the seeds in a world that was just furnished, so that a reset keeps them. What is
    wrong in them ends us; the next start tries again."""
    if file is None:
        return
    if (platform.settings.home / "snapshots" / "furnished.db").exists():
        click.echo(
            "This world was furnished before: --seeds is for a new one. "
            "More can be planted at /console/world.",
            err=True,
        )
        return
    from dalan.domains.world import seeds

    services = platform.services
    try:
        told = seeds.read(await asyncio.to_thread(file.read_text, encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise seeds.SeedsRefused(f"{file} cannot be read") from error
    await seeds.plant(services.db, services.media, services.keys, told, folder=file.parent)


async def _put_aside(platform: "Platform") -> None:
    """Keep the world as it was furnished, once, to reset to; with the tokens that `dalan
    credentials` prints, which are good in it ever after."""
    from dalan.kernel.db import sqlite_path

    settings = platform.settings
    if sqlite_path(settings.database_address) is None:
        return
    if (settings.home / "snapshots" / "furnished.db").exists():
        return
    from dalan.domains.world.credentials import credentials
    from dalan.domains.world.snapshots import FURNISHED

    services, worker = platform.services, platform.worker
    assert worker is not None, "the platform was started"
    assert platform.workshop is not None, "`dalan dev` runs dev worlds alone"
    async with services.db.write() as tx:
        await credentials(tx, services.keys, base_url=settings.base_url)
    async with worker.paused():  # what was furnished can be searched for, in that world too
        await worker.drain()
    await platform.workshop.time.worlds.take(FURNISHED)


async def _greet(platform: "Platform") -> None:
    from dalan.domains.world.content.people import people
    from dalan.kernel import phone

    base = platform.settings.base_url
    click.secho(f"\nDalan is ready: {base}\n", bold=True)
    click.echo("  Sign in with one of these numbers; the code appears in the inbox:")
    for one in people():
        click.echo(f"    {phone.national(one.phone)}  {one.name}")
    click.echo(f"\n  Inbox of one-time codes   {base}/console/inbox")
    click.echo(f"  Developers' panel         {base}/kenar")
    click.echo(f"  Console: requests, clock… {base}/console")
    click.echo("  A key, tokens and ids     .venv/bin/dalan credentials --json")
    click.echo("  Stop                      Ctrl+C\n")
    sys.stdout.flush()
    await asyncio.sleep(0)
