"""``dalan listen``: an app's events brought to a port of this machine, without a tunnel."""

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from dalan.kernel import clock

if TYPE_CHECKING:
    import aiohttp

WAIT_SECONDS = 20
PAUSE_SECONDS = 2.0
FORWARD_SECONDS = 10
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class _Event(msgspec.Struct, frozen=True):
    """An event to bring; its body goes on byte for byte, for the signature covers it."""

    type: str
    resource: str
    seq: int
    body: msgspec.Raw
    headers: dict[str, str]


class _Page(msgspec.Struct, frozen=True):
    events: list[_Event]
    next_after: int


def _seconds(_: click.Context, __: click.Parameter, text: str | None) -> int:
    if not text:
        return 0
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None:
        raise click.BadParameter("write it as 30m, 2h or 3d")
    return int(found[1]) * _UNITS[found[2]]


@click.command("listen")
@click.option("--forward", required=True, help="Where to post events: http://localhost:3000/events")
@click.option("--url", help="The platform; of a dev world: the one that runs.")
@click.option(
    "--api-key", envvar="KENAR_API_KEY", help="The app's key; of a dev world: the sample's."
)
@click.option(
    "--identification-key",
    default="",
    envvar="KENAR_IDENTIFICATION_KEY",
    help="Sent as the Authorization header, as the platform does.",
)
@click.option("--backfill", callback=_seconds, help="Begin so long ago: 30m, 2h, 3d.")
@click.option("--once", is_flag=True, help="Bring what there is, and end.")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the world (.dalan).")
def command(
    forward: str, url: str | None, api_key: str | None, identification_key: str, backfill: int,
    once: bool, home: Path | None,
) -> None:  # fmt: skip
    """Bring an app's events to this machine as they happen; nothing of the app's settings changes.

    The events are the ones its server gets, resends too when they happen; order is kept.
    """
    if "://" not in forward:
        forward = f"http://{forward}"
    if not url or not api_key:
        found_url, found_key = _of_dev_world(home)
        url, api_key = url or found_url, api_key or found_key
    try:
        asyncio.run(
            _listen(
                url.rstrip("/"), api_key, forward, key=identification_key, backfill=backfill,
                once=once,
            )
        )  # fmt: skip
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _of_dev_world(home: Path | None) -> tuple[str, str]:
    from dalan.cli import credentials
    from dalan.cli.running import settings_or_exit
    from dalan.kernel import logs

    settings = settings_or_exit("dev", home=home)
    running = settings.home / "address"
    if not running.exists():
        raise click.ClickException(
            "no dev world runs here; give --url and --api-key, or start `dalan dev`"
        )
    logs.setup("error", settings.log_file or "/dev/stderr")
    found: Any = asyncio.run(credentials.of_world(settings))
    return running.read_text().strip(), str(found["app"]["api_key"])


async def _listen(
    url: str, api_key: str, forward: str, *, key: str, backfill: int, once: bool
) -> None:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=WAIT_SECONDS + 15)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        asked = {"since": str(backfill)} if backfill or not once else {"after": "0"}
        if not backfill and not once:
            asked = {"since": "0", "after": str(await _end_of(session, url, api_key))}
        click.echo(f"Listening at {url}; forwarding to {forward}. Ctrl-C ends it.")
        while True:
            page = await _page(session, url, api_key, asked, wait=0 if once else WAIT_SECONDS)
            for event in page.events:
                await _forward(session, forward, event, key)
            asked = {"after": str(page.next_after)}
            if once and not page.events:
                return


async def _end_of(session: "aiohttp.ClientSession", url: str, api_key: str) -> int:
    page = await _page(session, url, api_key, {"since": "1"}, wait=0)
    return int(page.next_after)


async def _page(
    session: "aiohttp.ClientSession", url: str, api_key: str, asked: dict[str, str], *, wait: int
) -> _Page:
    """The next events; asks on while the platform cannot be reached, and ends where it refuses."""
    import aiohttp

    while True:
        try:
            async with session.get(
                f"{url}/api/dalan/v1/events",
                params={**asked, "wait": str(wait)},
                headers={"x-api-key": api_key},
            ) as answer:
                body = await answer.read()
                if answer.status == 200:
                    return msgspec.json.decode(body, type=_Page)
                if answer.status < 500 and answer.status != 429:
                    said = msgspec.json.decode(body)["error"]["message"]
                    raise click.ClickException(f"{answer.status}: {said}")
                _say(f"the platform answered {answer.status}; asking again")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            _say(f"the platform cannot be reached ({type(error).__name__}); asking again")
        await asyncio.sleep(PAUSE_SECONDS)


async def _forward(session: "aiohttp.ClientSession", forward: str, event: _Event, key: str) -> None:
    import aiohttp

    headers = {"content-type": "application/json", **event.headers}
    if key:
        headers["authorization"] = key
    said = f"{event.type:24} {event.resource:24} #{event.seq}"
    try:
        async with session.post(
            forward,
            data=bytes(event.body),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=FORWARD_SECONDS),
            allow_redirects=False,
        ) as answer:
            _say(f"{said}  {answer.status} {answer.reason}", bad=not 200 <= answer.status < 300)
    except (aiohttp.ClientError, TimeoutError) as error:
        _say(f"{said}  not delivered: {type(error).__name__}", bad=True)


def _say(line: str, *, bad: bool = False) -> None:
    at = clock.now().astimezone().strftime("%H:%M:%S")
    click.secho(f"{at}  {line}", fg="red" if bad else None, color=sys.stdout.isatty())
