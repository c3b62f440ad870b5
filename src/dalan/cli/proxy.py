"""``dalan proxy``: apps whose hosts are compiled in, led to the dev world beside it."""

import asyncio
import contextlib
import os
import shlex
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from dalan.cli.running import settings_or_exit, write_ready_file
from dalan.kernel import clock
from dalan.surfaces.published_hosts import PUBLISHED_HOSTS

if TYPE_CHECKING:
    from dalan.proxy import Authority

LOOPBACK = "127.0.0.1"
PORT = 8_001
ANSWER_SECONDS_MAX = 5.0

NOT_RUNNABLE, NOT_FOUND = 126, 127
"""What shells say of a command that cannot be run, and of one that is not there."""

SIGNALLED = 128
"""What they add to the number of the signal that ended one."""


@click.command("proxy", context_settings={"allow_interspersed_args": False})
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on (8001); 0: free.")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the world (.dalan).")
@click.option("--pass-others", is_flag=True, help="Let all other hosts through, untouched.")
@click.option("--print-env", is_flag=True, help="Print what to set for the proxy that runs.")
@click.argument("run", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.pass_obj
def command(
    callers_umask: int | None,
    port: int | None,
    home: Path | None,
    pass_others: bool,
    print_env: bool,
    run: tuple[str, ...],
) -> None:
    """Lead apps whose hosts are compiled in to the dev world that runs on this machine.

    With a COMMAND it runs that with everything set, ends when it ends, and passes its exit code
    on. Without one it runs until it is stopped, and another shell reads what to set with
    eval "$(dalan proxy --print-env)".
    """
    spelled = ".venv/bin/dalan proxy" + (f" --home {shlex.quote(str(home))}" if home else "")
    home = settings_or_exit("dev", home=home).home.resolve()
    # Whoever is shown a certificate reads the machine's clock, however the world's was moved.
    clock.install(None)
    if print_env:
        if run or pass_others or port is not None:
            raise click.UsageError("--print-env goes alone: it tells of the proxy that runs")
        click.echo(_exports_of_running(home), nl=False)
        return
    if port is None:
        port = 0 if run else PORT
    try:
        if run:
            umask = -1 if callers_umask is None else callers_umask
            sys.exit(asyncio.run(_run(home, port, run, pass_others=pass_others, umask=umask)))
        asyncio.run(_stay(home, port, pass_others=pass_others, spelled=spelled))
    except KeyboardInterrupt:  # before there was anything to stop
        sys.exit(SIGNALLED + signal.SIGINT)


async def _stay(home: Path, port: int, *, pass_others: bool, spelled: str) -> None:
    """Run a proxy until it is told to stop. ``spelled``: how the person called us."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    address = home / "proxy"
    seen: set[str] = set()

    def refused(host: str) -> None:
        if host not in seen and len(seen) < 1_000:
            seen.add(host)
            click.echo(f"Refused: {host} is no host of this world (--pass-others)", err=True)

    async with _proxy(home, port, pass_others=pass_others, refused=refused) as (url, authority):
        set_by_hand = _variables(url, authority)
        write_ready_file(address, url)
        try:
            _greet(set_by_hand, pass_others=pass_others, spelled=spelled)
            await told.wait()
        finally:
            with contextlib.suppress(OSError):
                if address.read_text().strip() == url:  # and not a later proxy's
                    address.unlink()


def _greet(variables: dict[str, str], *, pass_others: bool, spelled: str) -> None:
    others = "go where they want to" if pass_others else "are refused (--pass-others)"
    click.secho(f"\nDalan's proxy is ready: {variables['HTTPS_PROXY']}\n", bold=True)
    click.echo(f"  {len(PUBLISHED_HOSTS)} published hosts lead to the dev world; others {others}.")
    click.echo(f'  In the shell of your app   eval "$({spelled} --print-env)"')
    click.echo(f"  Or all at once             {spelled} -- python app.py")
    click.echo("  Or by hand:")
    for name in _BY_HAND:
        click.echo(f"    {name}={variables[name]}")
    click.echo("  Stop                       Ctrl+C\n")
    sys.stdout.flush()


_BY_HAND = (
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
)  # fmt: skip


async def _run(
    home: Path, port: int, words: tuple[str, ...], *, pass_others: bool, umask: int
) -> int:
    """Run a command behind a proxy of its own; its exit code, as a shell would tell it."""
    loop = asyncio.get_running_loop()
    async with _proxy(home, port, pass_others=pass_others) as (url, authority):
        environment = {**os.environ, **_variables(url, authority)}
        early: list[int] = []
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, early.append, number)
        try:
            process = await asyncio.create_subprocess_exec(*words, env=environment, umask=umask)
        except OSError as error:
            click.echo(f"Error: {words[0]}: {error.strerror}", err=True)
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        # Ctrl+C reaches the command by itself, as it does us; what it makes of it is its own.
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, _send, process, number)
        for told in early:
            _send(process, told)
        code = await process.wait()
        return code if code >= 0 else SIGNALLED - code


def _send(process: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


@contextlib.asynccontextmanager
async def _proxy(
    home: Path, port: int, *, pass_others: bool, refused: Callable[[str], None] | None = None
) -> "AsyncIterator[tuple[str, Authority]]":
    """A proxy beside the dev world of ``home``, by its address, and its authority."""
    from dalan.proxy import Authority, DevWorld, Proxy, Refusal

    world = DevWorld(home)
    try:
        await world()
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    authority = Authority.at(home / "authority", PUBLISHED_HOSTS)
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {LOOPBACK}:{port}: {error.strerror}; --port takes another, or 0"
        ) from None
    bound.listen(128)
    proxy = Proxy(authority, world, pass_others=pass_others, refused=refused)
    url = f"http://{LOOPBACK}:{bound.getsockname()[1]}"
    proxy.start(bound)
    try:
        yield url, authority
    finally:
        await proxy.stop()


def _variables(url: str, authority: "Authority") -> dict[str, str]:
    from dalan.proxy import bundle, variables

    return variables(
        proxy_url=url,
        root_file=authority.root_file,
        bundle_file=bundle(authority.root_file, os.environ),
        environment=os.environ,
    )


def _exports_of_running(home: Path) -> str:
    from dalan.proxy import Authority, exports

    try:
        url = (home / "proxy").read_text().strip()
        parts = urlsplit(url)
        address = parts.hostname or "", parts.port or 0
        socket.create_connection(address, ANSWER_SECONDS_MAX).close()
    except OSError:
        raise click.ClickException(
            f"no proxy runs beside the world in {home}; start `dalan proxy` in another shell"
        ) from None
    return exports(_variables(url, Authority.at(home / "authority", PUBLISHED_HOSTS)))
