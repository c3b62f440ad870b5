"""An app with a key that calls our own API about its links."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import links
from tests.factories.developers import make_app, make_key

LINKS = "/api/dalan/v1/links"
API = "/api/dalan/v1"


class App(msgspec.Struct):
    """An app with a key."""

    platform: Platform
    http: httpx.AsyncClient
    id: int
    key: str

    @property
    def owner(self) -> links.Owner:
        return links.Owner.app(self.id)

    async def call(
        self, method: str, path: str, body: Any = None, *, headers: Any = None, **more: Any
    ) -> httpx.Response:
        """One call; ``body`` is sent as JSON."""
        if body is not None:
            more["json"] = body
        said = {"x-api-key": self.key, **(headers or {})}
        return await self.http.request(method, path, headers=said, **more)

    async def make(self, target: str = "https://example.com/", **given: Any) -> dict[str, Any]:
        """A link, made through the API."""
        answer = await self.call("POST", LINKS, {"target": target, **given})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON of a look."""
        answer = await self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def make_caller(platform: Platform, http: httpx.AsyncClient) -> App:
    """An app nobody else has."""
    services = platform.services
    async with services.db.write() as tx:
        app = (await make_app(tx, keys=services.keys)).app
        key = await make_key(tx, app.id, keys=services.keys)
    return App(platform, http, app.id, key.text)


@pytest.fixture
async def app(platform: Platform, http: httpx.AsyncClient) -> App:
    return await make_caller(platform, http)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
