"""A seed and a frozen clock: two worlds answer the same calls with the same bytes."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import identity
from dalan.kernel import clock, randomness
from dalan.settings import Settings
from dalan.surfaces.console.time import moving
from tests.conftest import START
from tests.databases import Postgres, Sqlite
from tests.factories.sink import event_sink
from tests.platform_fixtures import BASE_URL

EXAMPLE = Path(__file__).parents[3] / "examples" / "seeds.yaml"
DAY = 86_400

APART = {"date", "x-request-id"}
"""Headers that belong to one request, in whatever world."""


@pytest.fixture
def databases(sqlite_databases: Sqlite) -> Sqlite | Postgres:
    """Dev worlds are on SQLite."""
    return sqlite_databases


class World:
    """A world by itself, and everything it answered."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.answers: list[tuple[int, list[tuple[str, str]], bytes]] = []

    async def ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        answer = await self.http.request(method, path, **said)
        headers = [one for one in answer.headers.multi_items() if one[0] not in APART]
        self.answers.append((answer.status_code, headers, answer.content))
        return answer


async def story(home: Path, database_url: str, events_url: str) -> World:
    """The same calls, in a world of their own that began with the same seed and moment."""
    settings = Settings(
        world="dev",
        home=home,
        secret="a secret of the tests, long enough to be one",
        database_url=database_url,
        database_durable=False,
        log_file=str(home / "log"),
        outbound_private=True,
    )
    with randomness.installed(randomness.SeededRandomness(b"one seed")):
        platform = Platform(settings, works=False)
        assert platform.workshop is not None
        platform.workshop.clock.freeze(START)
        with clock.installed(platform.workshop.clock):
            await platform.start()
            transport = httpx.ASGITransport(app=platform, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
                world = World(http)
                await _live(world, platform, events_url)
            await platform.stop()
    return world


async def _live(world: World, platform: Platform, events_url: str) -> None:
    async with platform.services.db.write() as tx:
        await identity.register(tx, phone="+989120000002", name="رضا")
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:3000/events", events_url)
    planted = (await world.ask("POST", "/console/api/seeds", content=text.encode())).json()
    post, app = planted["posts"][0]["token"], planted["apps"][0]
    key = {"x-api-key": app["keys"][0]["text"]}
    await world.ask("GET", f"/v1/open-platform/finder/post/{post}", headers=key)
    await world.ask("GET", f"/v/{post}")
    await world.ask("GET", "/sign-in")
    agreed = await world.ask(
        "POST",
        "/console/api/grants",
        json={
            "client_id": app["slug"],
            "phone": "09121110001",
            "scopes": ["USER_PHONE", "USER_POSTS_GET", f"POST_ADDON_CREATE.{post}"],
        },
    )
    person = {"authorization": f"Bearer {agreed.json()['access_token']}"}
    await world.ask("POST", "/v1/open-platform/users", headers=key | person, json={})
    await world.ask("GET", "/v1/open-platform/finder/post/none", headers=key)
    await world.ask(
        "POST",
        "/v1/open-platform/events/subscriptions",
        headers=key | person,
        json={"event_type": "POST_UPDATE", "event_resource_id": post},
    )
    await world.ask("POST", "/console/api/clock", json={"advance_seconds": 40 * DAY})
    await world.ask("GET", f"/v1/open-platform/finder/post/{post}", headers=key)
    await world.ask("POST", "/v1/open-platform/users", headers=key | person, json={})


async def test_same_seed_and_moment_give_the_same_answers(sqlite_databases, tmp_path, monkeypatch):
    monkeypatch.setattr(moving, "FIRST_CALL_SECONDS", 60.0)  # a busy machine is no other world
    worlds = []
    async with event_sink() as sink:
        for name in ("one", "other"):
            home = tmp_path / name
            home.mkdir()
            url = sqlite_databases.clone()
            worlds.append(await story(home, url, f"{sink.url}/events"))
            sqlite_databases.drop(url)
        told = [(one.headers["webhook-id"], one.body) for one in sink.received]

    one, other = worlds
    assert [status for status, _, _ in one.answers].count(200) >= 5
    for first, second in zip(one.answers, other.answers, strict=True):
        assert first == second
    half = len(told) // 2
    assert half >= 1
    assert told[:half] == told[half:]
