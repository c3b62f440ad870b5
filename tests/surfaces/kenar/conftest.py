"""A running platform without a socket, and an app with everything it needs to call it."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import developers, identity, posts
from tests.factories.developers import make_app, make_key
from tests.factories.identity import make_person
from tests.factories.oauth import make_token
from tests.factories.posts import make_post


class Scene(msgspec.Struct, kw_only=True):
    """A person with a post, and an app with a key."""

    platform: Platform
    http: httpx.AsyncClient
    person: identity.Person
    post: posts.Post
    app: developers.App
    key: str

    async def token(self, scopes: str, **given: Any) -> str:
        """An access token of the person for the app."""
        services = self.platform.services
        async with services.db.write() as tx:
            return await make_token(tx, services.keys, self.person, self.app, scopes, **given)

    async def call(
        self, method: str, path: str, *, key: str | None = "", token: str = "", **more: Any
    ) -> httpx.Response:
        """A call with the app's key (``key`` None: without any)."""
        headers = dict(more.pop("headers", {}))
        if key is not None:
            headers["X-API-Key"] = key or self.key
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self.http.request(method, path, headers=headers, **more)


@pytest.fixture
async def scene(platform: Platform, http: httpx.AsyncClient) -> Scene:
    services = platform.services
    async with services.db.write() as tx:
        person = await make_person(tx)
        post = await make_post(tx, owner_id=person.id)
        made = await make_app(tx, keys=services.keys, production=True)
        key = await make_key(tx, made.app.id, keys=services.keys)
    return Scene(platform=platform, http=http, person=person, post=post, app=made.app, key=key.text)
