"""A running platform without a socket, and two apps that hold API tokens and service keys."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import developers
from tests.factories.developers import make_app

GATEWAY = "/srv/sc/nzh/doServiceCall"
DIRECT = "/srv/tinylink/tiny/add"

ADD, VISIT, LIST, STATUS, STATISTICS = 46410, 46411, 46412, 46413, 46414


class Owner(msgspec.Struct, frozen=True):
    """An app and what it proves itself with."""

    app: developers.App
    token: str
    service_key: str


class Outside(msgspec.Struct, frozen=True):
    """An answer with both its envelopes; ``inner`` None when the gateway refused."""

    http: httpx.Response
    outer: dict[str, Any]
    inner: Any

    @property
    def said(self) -> tuple[int, str]:
        """The inner code and the contract's constant."""
        return self.inner["code"], self.inner.get("developerMessage", "")

    @property
    def result(self) -> Any:
        assert self.inner["error"] is False, self.inner
        return self.inner["result"]


class Scene(msgspec.Struct, kw_only=True):
    """Two owners, and calls in the first one's name."""

    platform: Platform
    http: httpx.AsyncClient
    owner: Owner
    other: Owner

    async def call(self, product: int, of: Owner | None = None, **fields: Any) -> Outside:
        """A service call as the published document writes it."""
        owner = of or self.owner
        return await self.send(
            headers={"_token_": owner.token, "_token_issuer_": "1"},
            data={"scProductId": product, "scApiKey": owner.service_key, **fields},
        )

    async def send(self, *, path: str = GATEWAY, method: str = "POST", **sent: Any) -> Outside:
        answer = await self.http.request(method, path, **sent)
        assert answer.status_code == 200, answer.text
        outer = answer.json()
        inner = None
        if outer["result"] and outer["result"]["header"].get("Content-Type", "").startswith(
            "application/json"
        ):
            assert isinstance(outer["result"]["result"], str)
            inner = msgspec.json.decode(outer["result"]["result"])
        return Outside(answer, outer, inner)

    async def add(self, target: str = "https://example.com/", **fields: Any) -> str:
        """A link's hash."""
        given = {"urlOrContent": target, "shortenObjectKind": "link", **fields}
        answer = await self.call(ADD, **given)
        hash_: str = answer.result["hash"]
        return hash_


async def make_owner(platform: Platform) -> Owner:
    keys = platform.services.keys
    async with platform.services.db.write() as tx:
        app = (await make_app(tx, keys=keys)).app
        token = await developers.rotate_pod_credential(tx, app.id, kind="token", keys=keys)
        key = await developers.rotate_pod_credential(tx, app.id, kind="service_key", keys=keys)
    return Owner(app, token, key)


@pytest.fixture
async def scene(platform: Platform, http: httpx.AsyncClient) -> Scene:
    owner, other = await make_owner(platform), await make_owner(platform)
    return Scene(platform=platform, http=http, owner=owner, other=other)
