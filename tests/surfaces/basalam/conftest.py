"""A running platform without a socket, and an app that holds tokens of a person."""

from typing import Any

import httpx
import msgspec
import pytest

from dalan.app import Platform
from dalan.domains import developers, identity, oauth
from dalan.domains.oauth import queries, tokens
from dalan.domains.oauth.basalam_scopes import BASALAM_SCOPES
from dalan.domains.oauth.grammar import ScopeAsked
from tests.factories.developers import make_app
from tests.factories.identity import make_person

WRITES = "customer.profile.write"
READS = "customer.profile.read"
CARD = "6037997551234561"
SHEBA = "IR062960000000100324200001"
NATIONAL_CODE = "0499370899"
BIRTHDAY = "1990-05-17"


class Scene(msgspec.Struct, kw_only=True):
    """A person, and an app of somebody else."""

    platform: Platform
    http: httpx.AsyncClient
    person: identity.Person
    number: int
    hash_id: str
    app: developers.App

    async def token(self, *scopes: str, seconds: int = 3_600, **given: Any) -> str:
        """An access token of the person (or ``person_id``) for the app, of this door."""
        services = self.platform.services
        async with services.db.write() as tx:
            family_id = await oauth.begin_family(
                tx,
                person_id=given.get("person_id", self.person.id),
                app_id=self.app.id,
                asked=[ScopeAsked(BASALAM_SCOPES[name], "", name) for name in scopes],
                lifetime_seconds=seconds,
                door="basalam",
            )
            issued = await tokens.issue(
                tx,
                keys=services.keys,
                family=await queries.family_by_id.one(tx, family_id=family_id),
                generation=1,
                access_seconds=seconds,
                with_refresh_token=False,
            )
        return issued.access_token

    async def call(
        self, method: str, path: str, token: str = "", body: Any = None, **headers: str
    ) -> httpx.Response:
        """A call with that token; ``body`` is sent as JSON, bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named.setdefault("Authorization", f"Bearer {token}")
        content = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        return await self.http.request(method, path, headers=named, content=content)

    async def code(self, phone: str = "") -> int:
        """The code that was sent to a number last."""
        async with self.platform.services.db.look() as look:
            sent = await identity.newest_in_inbox(look, phone or self.person.phone)
        assert sent is not None, "nothing was sent"
        return int(sent.code)


@pytest.fixture
async def scene(platform: Platform, http: httpx.AsyncClient) -> Scene:
    services = platform.services
    async with services.db.write() as tx:
        person = await make_person(tx, phone="+989121112233")
        number = await identity.number_of(tx, person.id)
        app = (await make_app(tx, keys=services.keys, production=True)).app
    return Scene(
        platform=platform,
        http=http,
        person=person,
        number=number.number,
        hash_id=number.hash_id,
        app=app,
    )
