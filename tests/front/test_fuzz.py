"""Whatever is sent, the front answers what the ordinary path answers, and nobody else's.

Full size: ``make soak front``.
"""

import os
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from dalan.app import Platform
from dalan.surfaces import visits
from tests.databases import Sqlite
from tests.factories.developers import make_app
from tests.factories.links import make_link
from tests.front import fuzzing
from tests.front.scenes import Scene

REQUESTS = int(os.environ.get("DALAN_SOAK_REQUESTS", "2500"))
SEED = int(os.environ.get("DALAN_SOAK_SEED", "41"))

TARGETS = (
    *(b"/l/first", b"/l/second") * 5, b"/l/second?qr", b"/l/%D8%B9%D9%84%DB%8C", b"/l/text",
    b"/l/limited", b"/l/nobody", b"/l/first+", b"/srv/tinylink/first", b"/health/live",
)  # fmt: skip
HOSTS = (*(b"a.example", b"127.0.0.1:8000") * 4, b"core.basalam.com")


class Recorder:
    """Takes the place of the journal, and remembers what was told."""

    def __init__(self) -> None:
        self.clicks: list[tuple[Any, ...]] = []
        self._noted: list[tuple[Any, ...]] = []

    def note(self, link_id: int, address: str, told: Any, source: str) -> None:
        self._noted.append((link_id, address, bytes(told.raw), source))

    def flush(self) -> None:
        self.clicks += self._noted
        self._noted = []

    async def record(self, link_id: int, address: str, told: Any, source: str) -> None:
        self.clicks.append((link_id, address, bytes(told.raw), source))

    def taken(self) -> list[tuple[Any, ...]]:
        """What was told since the last call."""
        taken, self.clicks = self.clicks, []
        return taken


@pytest.fixture
def database_url(sqlite_databases: Sqlite) -> Iterator[str]:
    """One engine will do: what is asked here is asked of the wire."""
    url = sqlite_databases.clone()
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
async def recorder(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    async with platform.services.db.write() as tx:
        app_id = (await make_app(tx)).app.id
        for hash_, given in (
            ("first", {}), ("second", {}), ("علی", {}), ("text", {"kind": "content"}),
            ("limited", {"visits_max": 1_000_000_000}),
        ):  # fmt: skip
            await make_link(
                tx, app_id, f"https://{len(hash_)}.example/{hash_}", hash=hash_, **given
            )
    recorder = Recorder()

    async def record(_: Any, scope: Any, link_id: int, source: Any = None) -> None:
        address = (scope.get("client") or ("", 0))[0]
        source = source or visits.source_of(scope["query_string"])
        await recorder.record(link_id, address, visits.told(scope["headers"]), source)

    monkeypatch.setattr(visits, "record", record)
    monkeypatch.setattr(platform.front, "clicks", recorder)
    monkeypatch.setattr(platform.front.turns, "_clicks", recorder)
    return recorder


async def fitting(scene: Scene, recorder: Recorder, data: bytes, pieces: list[bytes]) -> None:
    """One client's data, answered with the front and without: the same, and told the same."""
    recorder.taken()
    fronted = await scene.ask(pieces)
    told = recorder.taken()
    if fronted == await scene.ask(pieces, fronted=False):
        assert told == recorder.taken(), data
        return
    # What is spoiled takes answers with it that uvicorn has not sent yet; the front had.
    ends = [at + 4 for at in range(len(data)) if data.startswith(b"\r\n\r\n", at)]
    for count in range(1, len(ends) + 1):
        bounds = [0, *ends[:count], len(data)]
        apart = [data[a:b] for a, b in pairwise(bounds) if a < b]
        if fronted == await scene.ask(apart, fronted=False):
            return
    raise AssertionError((pieces, fronted, await scene.ask(pieces, fronted=False)))


async def test_every_request_is_answered_as_without_the_front(
    platform: Platform, recorder: Recorder
):
    scene, chance, count = Scene(platform), random.Random(SEED), 0
    while count < REQUESTS:
        sent = fuzzing.stream(chance, TARGETS, HOSTS)
        data = b"".join(sent)
        count += len(sent)
        if data:
            await fitting(scene, recorder, data, [*fuzzing.pieces(chance, data)])

    assert scene.answered() > REQUESTS / 10, "most of what could be answered in front was"
    assert not scene.state.tasks
    assert not scene.state.connections


async def test_connections_side_by_side_read_their_own_answers_alone(
    platform: Platform, recorder: Recorder
):
    scene, chance, count = Scene(platform), random.Random(SEED + 1), 0
    while count < REQUESTS / 5:
        clients = [
            [*fuzzing.pieces(chance, fuzzing.sound(chance, TARGETS, HOSTS))] for _ in range(4)
        ]
        count += sum(b"".join(pieces).count(b"HTTP/1.1\r\n") for pieces in clients)
        apart = [await scene.ask(pieces) for pieces in clients]
        wires = [scene.connect() for _ in clients]
        coming = [(at, piece) for at, pieces in enumerate(clients) for piece in pieces]
        chance.shuffle(coming)
        waiting = [iter(pieces) for pieces in clients]
        for at, _ in coming:
            wires[at].protocol.data_received(next(waiting[at]))
            if chance.random() < 0.3:
                await scene.settle()
        await scene.settle()

        assert [scene.read(wire) for wire in wires] == apart, clients
