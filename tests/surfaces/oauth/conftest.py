"""The authorization server over ASGI and over a socket, with a person's browser beside it."""

import asyncio
import html
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import uvicorn
from litestar import Litestar

from dalan.domains import identity, media
from dalan.kernel.db import Database
from dalan.settings import Settings
from dalan.surfaces.oauth import make_app
from dalan.surfaces.services import Services
from tests.domains.oauth.conftest import Things
from tests.factories.developers import KEYS, MadeApp, make_key
from tests.factories.developers import make_app as make_an_app
from tests.factories.identity import make_person

BASE_URL = "http://127.0.0.1:8000"


class Market(NamedTuple):
    """The platform as far as the authorization server needs it, and who is on it."""

    services: Services
    app: Litestar
    person: identity.Person
    stranger: identity.Person
    made: MadeApp
    api_key: str
    session: str

    def request(self, **given: str) -> dict[str, str]:
        """A good authorization request, but for what is given."""
        return {
            "response_type": "code",
            "client_id": self.made.app.slug,
            "redirect_uri": self.made.redirect_uri,
            "scope": "USER_PHONE ADDON_USER_APPROVED__MINE",
            "state": "MINE:https://example.ir/?a=b||ج",
        } | given


@pytest.fixture
async def market(db: Database, tmp_path: Path) -> Market:
    async with db.write() as tx:
        person, stranger = await make_person(tx), await make_person(tx, name="بهرام")
        made = await make_an_app(tx, owner_id=person.id, display="کارشناس <b>همراه</b>")
        key = await make_key(tx, made.app.id, oauth_enabled=True)
        opened = await identity.open_session(
            tx, person_id=person.id, device="test", session_seconds=86_400, keys=KEYS
        )
    services = Services(
        settings=Settings(world="dev", public_base_url=BASE_URL),
        db=db,
        keys=KEYS,
        media=media.MediaStore(str(tmp_path)),
        outbound=cast(Any, None),
        code_sender=None,
        resource_kinds={"post": Things(MINE=person.id, THEIRS=stranger.id)},
        quotas=None,
    )
    return Market(
        services, cast(Any, make_app(services)), person, stranger, made, key.text, opened.token
    )


@pytest.fixture
async def anonymous(market: Market) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody, or an app, that nobody knows."""
    transport = httpx.ASGITransport(app=cast(Any, market.app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client


@pytest.fixture
async def browser(market: Market) -> AsyncIterator[httpx.AsyncClient]:
    """The browser in which the person is signed in."""
    transport = httpx.ASGITransport(app=cast(Any, market.app), raise_app_exceptions=False)
    cookies = {"dalan_session": market.session}
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, cookies=cookies) as client:
        yield client


@pytest.fixture
async def served(market: Market) -> AsyncIterator[str]:
    """The same platform behind uvicorn on a free port, for clients that need a socket."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            cast(Any, market.app), loop="asyncio", ws="none", lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        host, port = listener.getsockname()
        yield f"http://{host}:{port}"
        server.should_exit = True
        await task


def fields_of(page: str) -> dict[str, str]:
    """What a browser sends of the form that decides: hidden fields, and the boxes as they are."""
    form = page[page.index('<form class="form" id="consent"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    boxes = {f"permission:{choice}": "1" for choice, ticked in choices_of(page).items() if ticked}
    return {key: html.unescape(value) for key, value in fields.items()} | boxes


def with_ticked(fields: dict[str, str], ticked: list[str]) -> dict[str, str]:
    """The same form with these boxes ticked and no others."""
    kept = {key: value for key, value in fields.items() if not key.startswith("permission:")}
    return kept | {f"permission:{choice}": "1" for choice in ticked}


def choices_of(page: str) -> dict[str, bool]:
    """The boxes of the page, and whether each is ticked."""
    boxes = re.findall(
        r'<input type="checkbox" name="permission:([^"]*)" value="1"( checked)?>', page
    )
    return {html.unescape(value): bool(checked) for value, checked in boxes}


def query_of(answer: httpx.Response) -> dict[str, str]:
    """What a redirect back to the app says; nothing may come twice."""
    assert answer.status_code == 303, answer.text
    pairs = parse_qsl(urlsplit(answer.headers["location"]).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


async def decide(
    browser: httpx.AsyncClient, market: Market, decision: str = "allow", **given: str
) -> httpx.Response:
    """Open the consent page and press a button."""
    page = await browser.get("/oauth2/auth", params=market.request(**given))
    assert page.status_code == 200, page.text
    return await browser.post("/oauth2/auth", data=fields_of(page.text) | {"decision": decision})


async def code_for(browser: httpx.AsyncClient, market: Market, **given: str) -> str:
    """A code, after the person agreed."""
    return query_of(await decide(browser, market, **given))["code"]
