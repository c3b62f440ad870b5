"""Running a platform in this process: a socket, a server, and a clean end."""

import asyncio
import contextlib
import fcntl
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from dalan.errors import DalanError
from dalan.settings import Settings, SettingsError, from_environment

if TYPE_CHECKING:
    from dalan.front import Front
    from dalan.kernel.db import Database


def settings_or_exit(world: Literal["dev", "real"], **given: Any) -> Settings:
    """The settings, or every fault of them on standard error and exit code 2."""
    try:
        settings = from_environment(world=world, **given)
    except SettingsError as error:
        click.echo("These settings do not work:", err=True)
        for line in str(error).splitlines():
            click.echo(f"  {line}", err=True)
        sys.exit(2)
    _live_in_its_time(settings)
    return settings


def _live_in_its_time(settings: Settings) -> None:
    """Whatever a command does in a dev world happens at the time that its clock shows."""
    if settings.world == "dev":
        from dalan.kernel import clock
        from dalan.kernel.clock_file import ClockFile, FollowedClock

        clock.install(FollowedClock(ClockFile(settings.home / "clock.json")))


@contextlib.asynccontextmanager
async def opened_database(settings: Settings) -> "AsyncIterator[Database]":
    """The world's database for a command that runs beside the platform, if there is one running.

    Raises what opening it raises, ``DatabaseUnavailable`` for one.
    """
    from dalan.kernel.db import database_at

    db = database_at(
        settings.database_address, durable=settings.database_durable, connections_max=2
    )
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@contextlib.asynccontextmanager
async def existing_database(settings: Settings) -> "AsyncIterator[Database]":
    """The database of a world that is there already, open; none is made on the way.

    Raises ``click.ClickException``, saying what to run first, when there is none or its schema
    is another version's.
    """
    from dalan import migrations
    from dalan.kernel.db import sqlite_path

    first = "`dalan dev` once" if settings.world == "dev" else "`dalan migrate`"
    path = sqlite_path(settings.database_address)
    if path is not None and not path.exists():
        raise click.ClickException(f"there is no world at {path}; run {first} first")
    async with opened_database(settings) as db:
        if await migrations.current(db) != migrations.head():
            raise click.ClickException(f"the database is behind this version; run {first} first")
        yield db


def listen(settings: Settings) -> tuple[socket.socket, Settings]:
    """A bound socket, and the settings with the port that was taken. Exits when it is not free."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        click.echo(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            "Set DALAN_PORT to another port, or to 0 for a free one.",
            err=True,
        )
        sys.exit(2)
    bound.listen(1024)
    bound.set_inheritable(False)
    return bound, msgspec.structs.replace(settings, port=bound.getsockname()[1])


async def serve(
    application: Any,
    bound: socket.socket,
    *,
    ready: Callable[[], Awaitable[None] | None],
    front: "Front | None" = None,
) -> None:
    """Answer requests until told to stop; ``ready`` is called when the first can be answered.
    ``front`` answers what is plain before ``application`` hears of it."""
    import uvicorn

    from dalan.protocol import CorkedProtocol

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Uvicorn's own raises the signal again once it has stopped, which would end us before
            the sample app, the outbox and the database are told."""
            loop = asyncio.get_running_loop()
            for one in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(one, self.handle_exit, one, None)
            try:
                yield
            finally:
                for one in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(one)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # What a start leaves behind stays for good: the collector need not look at it again.
            gc.collect()
            gc.freeze()
            done = ready()
            if done is not None:
                await done

    config = uvicorn.Config(
        application,
        lifespan="off",
        loop="none",
        http=CorkedProtocol if front is None else front.protocol,  # type: ignore[arg-type]  # it is called, and no more
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    await Server(config).serve(sockets=[bound])


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Keep a dev world to one process: a second would move the sample app and end its address.

    The lock is the kernel's, so it goes with the process however that ends. Exits when it is held.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            address = home / "address"
            where = f" at {address.read_text().strip()}" if address.exists() else ""
            click.echo(
                f"The world in {home} is running already{where}. "
                "Stop it first, or make another one: --home FOLDER --port 0.",
                err=True,
            )
            sys.exit(2)
        yield


def write_ready_file(path: Path | None, base_url: str) -> None:
    """Put our address in ``path``, whole or not at all."""
    if path is not None:
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        unfinished.write_text(base_url + "\n")
        unfinished.replace(path)


def run(main: Awaitable[None]) -> None:
    """Run ``main`` on the fast event loop. What we refuse on purpose (a database that cannot be
    reached, say) ends it with one line and exit code 1, not with a traceback."""
    import uvloop

    async def wrapped() -> None:
        await main

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(wrapped())
        except KeyboardInterrupt:
            sys.exit(130)
        except DalanError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)
