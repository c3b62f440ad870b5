"""``python -m tools.bench.waiting``: how long people and apps wait for what just happened.

An event: from just before its commit to the first byte of its delivery at the app, at 500 events a
second, beside healthy endpoints and beside ten that hang, ten that fail at random and five that
are dead; publisher, dispatcher and app are one process here. A chat message: from the moment one
person's browser sends it to one process until the other person's, who listens at a second
process, has it. Both on one machine, by one clock.
"""

import argparse
import asyncio
import random
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

import aiohttp
import msgspec
from tests.databases import Postgres as Postgresql
from tests.databases import Sqlite, postgres_binaries, postgres_server
from tests.factories.developers import KEYS, make_app

from dalan import migrations
from dalan.domains import chat, deliveries, developers, identity, posts
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import database_at
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.surfaces.html.session import SESSION_COOKIE
from tools.bench.servers import free_port, running

RATE = 500
"""Events a second."""

APPS = 50
"""Whom they are for: events of one app are numbered one after the other."""

FAILING = 0.3
"""Of the calls to an app that fails now and then."""

PAIRS, MESSAGES = 20, 20
"""Who chat, and how much each of them says."""

PAUSE_SECONDS = 0.02
"""Between two chat messages of whomever."""

OPEN = developers.AddressPolicy(any_http=True)


def quantiles(waits: list[float]) -> str:
    """Of seconds, in milliseconds: the middle, and what one in a hundred exceeds."""
    ordered = sorted(waits)
    middle, late = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {middle * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms ({len(ordered):,} of them)"


async def until(is_so: Callable[[], bool]) -> None:
    """Look twenty times a second whether it is so; a minute at most."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 (what is measured has no bell of its own)
            await asyncio.sleep(0.05)


# Events


def kind_of(number: int, *, bad: bool) -> str:
    """What an app's address is like: with ``bad``, that of half of them."""
    kinds = ["hanging"] * 10 + ["failing"] * 10 + ["dead"] * 5
    return kinds[number] if bad and number < len(kinds) else "healthy"


class Apps(asyncio.Protocol):
    """The apps' server: notes when a request begins; answers when it is whole, as its path says.

    ``committed``: by name, when what is waited for was said; ``waits``: seconds, once it came.
    """

    def __init__(self, committed: dict[str, float], waits: list[float]) -> None:
        self._committed, self._waits = committed, waits
        self._received, self._began = b"", 0.0
        self._chance = random.Random(1405)  # noqa: S311 (nothing secret)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._received:
            self._began = time.monotonic()
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        if not found or len(body) < length:
            return
        said_at = self._committed.pop(msgspec.json.decode(body)["name"], None)
        if said_at is not None:
            self._waits.append(self._began - said_at)
        path, self._received = head.split(b" ", 2)[1], b""
        if path != b"/hanging":
            is_well = path == b"/healthy" or self._chance.random() > FAILING
            status = b"200 OK" if is_well else b"500 Internal Server Error"
            self._transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 2\r\n\r\nok")


async def first_bytes(database_url: str, seconds: int, *, bad: bool) -> list[float]:
    """From the last statement to the first byte, of each event for the half of the apps that are
    healthy in any case."""
    committed: dict[str, float] = {}
    waits: list[float] = []
    server = await asyncio.get_running_loop().create_server(
        lambda: Apps(committed, waits), "127.0.0.1", 0
    )
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    db = database_at(database_url, durable=True, connections_max=4)
    await db.open()
    async with db.write() as tx:
        apps = [(await make_app(tx)).app for _ in range(APPS)]
        for number, app in enumerate(apps):
            kind = kind_of(number, bad=bad)
            await developers.set_addresses(
                tx, app.id, policy=OPEN, fallback_url="", session_init_url="",
                dynamic_action_url="",
                events_url="http://127.0.0.1:9/dead" if kind == "dead" else f"{url}/{kind}",
            )  # fmt: skip
    async with Outbound(
        OutboundPolicy(allow_private=True), connections_max=256, connections_per_host_max=256
    ) as outbound:
        dispatcher = deliveries.Dispatcher(db, KEYS, outbound)
        dispatching = asyncio.create_task(dispatcher.run())

        async def publish(number: int) -> None:
            name = f"conversation:{number}"
            async with db.write() as tx:
                await deliveries.append(
                    tx,
                    [
                        deliveries.News(
                            app_id=apps[number % APPS].id, type="NEW_MESSAGE", resource=name,
                            body=f'{{"name":"{name}"}}', happened_at=clock.now(),
                        )
                    ],
                )  # fmt: skip
                if kind_of(number % APPS, bad=True) == "healthy":
                    committed[name] = time.monotonic()  # the commit itself is waited for as well

        count, began = RATE * seconds, time.monotonic()
        publishing: set[asyncio.Task[None]] = set()
        for number in range(count):
            publishing.add(task := asyncio.create_task(publish(number)))
            task.add_done_callback(publishing.discard)
            await asyncio.sleep(max(0.0, began + (number + 1) / RATE - time.monotonic()))
        await until(lambda: not publishing and not committed)
        dispatcher.stop()
        await dispatching
    await db.close()
    server.close()
    return waits[len(waits) // 4 :]  # the first ones warm up


# Chat


class Pair(msgspec.Struct, frozen=True):
    """Two people with a conversation: its path, and the cookies of their sessions."""

    path: str
    writer: str
    reader: str


async def people(database_url: str, secret: str) -> list[Pair]:
    """So many pairs of people who have something to say to each other."""
    keys, db = Keyring([secret]), database_at(database_url, durable=True)
    await db.open()
    async with db.write() as tx:

        async def person(number: int) -> tuple[int, str]:
            made = await identity.register(tx, phone=f"+98912{number:07}", name="سارا")
            opened = await identity.open_session(
                tx, person_id=made.id, device="bench", session_seconds=86_400, keys=keys
            )
            return made.id, opened.token

        async def pair(number: int) -> Pair:
            (owner_id, owner), (buyer_id, buyer) = (
                await person(2 * number),
                await person(2 * number + 1),
            )
            post = await posts.create(
                tx, owner_id=owner_id, category="apartment-sell", city="tehran",
                title=f"آپارتمان شمارهٔ {number} در یوسف‌آباد", description="نزدیک پارک و مترو.",
                fields={"size": 90, "price": 18_000_000_000, "rooms": "دو", "floor": 3,
                        "year": 1395},
            )  # fmt: skip
            held = await chat.open_about_post(tx, post, buyer_id=buyer_id)
            return Pair(f"/chat/{held.uuid}", writer=buyer, reader=owner)

        pairs = [await pair(number) for number in range(PAIRS)]
    await db.close()
    return pairs


@contextmanager
def two_processes(database_url: str, home: Path, secret: str) -> Iterator[list[str]]:
    """Their addresses."""
    environment: Mapping[str, str] = {
        "DALAN_HOME": str(home),
        "DALAN_DATABASE_URL": database_url,
        "DALAN_SECRET": secret,
        "DALAN_CODE_SENDER_URL": "http://127.0.0.1:9/nobody-signs-in-here",
        "DALAN_LOG_FILE": str(home / "waiting.log"),
    }
    with ExitStack() as stack:
        addresses = []
        for _ in range(2):
            port = free_port()
            command = [str(Path(sys.executable).with_name("dalan")), "serve", "--port", str(port)]
            stack.enter_context(
                running(command, port=port, ready_path="/health/live",
                        environment={**environment, "DALAN_PORT": str(port)})
            )  # fmt: skip
            addresses.append(f"http://127.0.0.1:{port}")
        yield addresses


async def messages(addresses: list[str], pairs: list[Pair]) -> list[float]:
    """From sending to having, of each message."""
    sent: dict[str, float] = {}
    waits: list[float] = []

    def session(cookie: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            cookies={SESSION_COOKIE: cookie},
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=None),
            read_bufsize=1 << 22,
        )

    async def listen(http: aiohttp.ClientSession, pair: Pair, listening: asyncio.Event) -> None:
        headers = {"accept": "text/event-stream"}
        async with http.get(f"{addresses[1]}{pair.path}/live", headers=headers) as stream:
            async for line in stream.content:
                listening.set()
                for name in re.findall(rb"message-([0-9-]+)-end", line):
                    began = sent.pop(name.decode(), None)
                    if began is not None:
                        waits.append(time.monotonic() - began)

    async def say(http: aiohttp.ClientSession, pair: Pair, csrf_token: str, name: str) -> None:
        sent[name] = time.monotonic()
        answer = await http.post(
            f"{addresses[0]}{pair.path}/messages",
            data={"csrf_token": csrf_token, "message": f"message-{name}-end"},
            headers={"origin": addresses[0], "x-dalan-chat": "1"},
        )
        assert answer.status == 200, await answer.text()

    async with AsyncExitStack() as stack:
        listeners: list[asyncio.Task[None]] = []
        writers: list[tuple[aiohttp.ClientSession, str]] = []
        for pair in pairs:
            writer = await stack.enter_async_context(session(pair.writer))
            reader = await stack.enter_async_context(session(pair.reader))
            page = await (await writer.get(addresses[0] + pair.path)).text()
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found is not None, "the page of a conversation has a form"
            writers.append((writer, found[1]))
            listening = asyncio.Event()
            listeners.append(asyncio.create_task(listen(reader, pair, listening)))
            await listening.wait()
        for turn in range(MESSAGES):
            for number, (writer, csrf_token) in enumerate(writers):
                await say(writer, pairs[number], csrf_token, f"{turn}-{number}")
                await asyncio.sleep(PAUSE_SECONDS)
        await until(lambda: not sent)
        for task in listeners:
            task.cancel()
    return waits


def show(seconds: int) -> None:
    """Measure, and print the lines."""
    print(f"\npublish to first byte at {RATE} events a second, durable")
    with tempfile.TemporaryDirectory(prefix="dalan-bench-") as name:
        _print_first_bytes("SQLite", Sqlite(Path(name)), seconds)
    if postgres_binaries() is None:
        print("  PostgreSQL is not installed: its lines are left out", file=sys.stderr)
        return
    with (
        postgres_server() as server_url,
        tempfile.TemporaryDirectory(prefix="dalan-bench-") as name,
    ):
        databases = Postgresql(server_url)
        _print_first_bytes("PostgreSQL", databases, seconds)
        secret, database_url = secrets.token_urlsafe(48), databases.clone()
        migrations.upgrade(database_url)
        pairs = asyncio.run(people(database_url, secret))
        with two_processes(database_url, Path(name), secret) as addresses:
            waits = asyncio.run(messages(addresses, pairs))
        print(f"a chat message from one process to a reader at another, PostgreSQL\n"
              f"  {quantiles(waits)}")  # fmt: skip
        databases.close()


def _print_first_bytes(engine: str, databases: Postgresql | Sqlite, seconds: int) -> None:
    for bad, which in ((False, "all healthy"), (True, "half of them bad")):
        waits = asyncio.run(first_bytes(databases.clone(), seconds, bad=bad))
        print(f"  {engine + ', ' + which:30}{quantiles(waits)}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=8, help="of publishing")
    show(options.parse_args().seconds)


if __name__ == "__main__":
    main()
