"""A running dev world without a socket, with somebody who calls it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import developers, identity, posts
from dalan.settings import Settings
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_token
from tests.factories.posts import make_post


class Scene(msgspec.Struct, kw_only=True):
    """A person with a post, an app with a key, and a browser without cookies."""

    platform: Platform
    http: httpx.AsyncClient
    person: identity.Person
    post: posts.Post
    app: developers.App
    key: str
    secret: str

    async def token(self, scopes: str, **given: Any) -> str:
        """An access token of the person for the app."""
        services = self.platform.services
        async with services.db.write() as tx:
            return await make_token(tx, services.keys, self.person, self.app, scopes, **given)

    async def api(self, path: str, method: str = "GET", **given: Any) -> Any:
        """What the console's API answers, whatever its status."""
        return (await self.http.request(method, f"/console/api/{path}", **given)).json()

    async def requests(self, **query: Any) -> list[dict[str, Any]]:
        """The log, oldest first."""
        said = await self.api("requests", params=query)
        found: list[dict[str, Any]] = said["requests"]
        return found

    async def whole(self, number: int) -> dict[str, Any]:
        """One exchange."""
        found: dict[str, Any] = await self.api(f"requests/{number}")
        return found


@pytest.fixture
async def platform(database_url: str, tmp_path: Path) -> AsyncIterator[Platform]:
    """A dev world without its worker, which calls apps on this machine as ``dalan dev`` does."""
    settings = Settings(
        world="dev",
        home=tmp_path,
        secret="a secret of the tests, long enough to be one",
        database_url=database_url,
        database_durable=False,
        log_file=str(tmp_path / "log"),
        outbound_private=True,
    )
    running = Platform(settings, works=False)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def traffic_scene(platform: Platform, http: httpx.AsyncClient) -> Scene:
    services = platform.services
    async with services.db.write() as tx:
        person = await make_person(tx)
        post = await make_post(tx, owner_id=person.id)
        made = await make_app(tx, keys=services.keys, production=True)
        key = await make_key(tx, made.app.id, keys=services.keys)
    return Scene(
        platform=platform,
        http=http,
        person=person,
        post=post,
        app=made.app,
        key=key.text,
        secret=made.client_secret,
    )
