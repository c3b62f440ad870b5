"""An app with a key, a person with a post, and ways to order what they meet."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import identity, oauth
from dalan.settings import Settings
from tests.databases import Sqlite
from tests.factories.oauth import make_tokens
from tests.surfaces.kenar.conftest import Scene, scene

__all__ = ["Scene", "scene"]

RULES = "/console/api/faults/rules"
PHONES = "/v1/open-platform/users"


class Reached(Protocol):
    """A world with a client of it."""

    http: httpx.AsyncClient


async def order(scene: Reached, fault: str, **given: Any) -> dict[str, Any]:
    """Order it, as a script does."""
    answer = await scene.http.post(RULES, json={"fault": fault, **given})
    assert answer.status_code == 200, answer.text
    ordered: dict[str, Any] = answer.json()
    return ordered


async def struck(scene: Reached) -> list[int]:
    """How often each order struck."""
    return [one["struck"] for one in (await scene.http.get(RULES)).json()["rules"]]


async def read_post(scene: Scene, **more: Any) -> httpx.Response:
    """A call that only reads."""
    return await scene.call("GET", f"/v1/open-platform/finder/post/{scene.post.token}", **more)


async def issued(scene: Scene, scopes: str = "USER_PHONE") -> oauth.Issued:
    """A pair of tokens of the person."""
    services = scene.platform.services
    async with services.db.write() as tx:
        return await make_tokens(tx, services.keys, scene.person, scene.app, scopes)


@pytest.fixture
async def signed_in(scene: Scene) -> Scene:
    """The same, and the person is signed in on this browser."""
    services = scene.platform.services
    async with services.db.write() as tx:
        opened = await identity.open_session(
            tx, person_id=scene.person.id, device="test", session_seconds=86_400,
            keys=services.keys,
        )  # fmt: skip
    scene.http.cookies.set("dalan_session", opened.token)
    return scene


@pytest.fixture
async def sqlite_http(sqlite_databases: Sqlite, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A dev world for what touches no database of either kind."""
    url = sqlite_databases.clone()
    settings = Settings(
        world="dev",
        home=tmp_path,
        secret="a secret of the tests, long enough to be one",
        database_url=url,
        database_durable=False,
        log_file=str(tmp_path / "log"),
    )
    running = Platform(settings, works=False)
    await running.start()
    transport = httpx.ASGITransport(app=running)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client
    await running.stop()
    sqlite_databases.drop(url)
