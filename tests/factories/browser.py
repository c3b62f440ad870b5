"""A browser for tests: keeps cookies, reads forms, follows nothing by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from dalan.domains import identity, media
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from dalan.settings import Settings
from dalan.surfaces.services import Services

SECRET = "a secret of the tests, long enough"
BASE_URL = "http://dalan.test"


def make_services(db: Database, **given: Any) -> Services:
    """The tools of a dev world; ``given`` are settings, or services by their name."""
    services = {name: given.pop(name) for name in Services.__struct_fields__ if name in given}
    settings = Settings(**{"world": "dev", "secret": SECRET, "public_base_url": BASE_URL, **given})
    made: dict[str, Any] = {
        "settings": settings,
        "db": db,
        "keys": Keyring(settings.secrets),
        "media": media.MediaStore(str(Path("unused"))),
        "outbound": Outbound(OutboundPolicy(allow_private=True)),
        "code_sender": identity.InboxSender(db),
        "resource_kinds": {},
        "quotas": None,
    }
    return Services(**(made | services))


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((values.get("action", ""), {}))
            self._open = True
        elif tag == "input" and self._open and values.get("name"):
            kind = values.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in values:
                self.forms[-1][1][values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def forms_of(html: str, action: str) -> list[dict[str, str]]:
    """The fields of every form of a page that is sent to ``action``, as they stand."""
    parser = _Forms()
    parser.feed(html)
    return [fields for where, fields in parser.forms if where == action]


class Browser:
    """One browser with its own cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.client.get(path, **kwargs)

    async def post(self, path: str, data: dict[str, str], **kwargs: Any) -> httpx.Response:
        return await self.client.post(path, data=data, **kwargs)

    async def submit(
        self, page: httpx.Response, action: str, *, nth: int = 0, **typed: str
    ) -> httpx.Response:
        """Fill in a form of ``page`` and send it."""
        return await self.post(action, forms_of(page.text, action)[nth] | typed)

    def cookie(self, name: str) -> str | None:
        return self.client.cookies.get(name)


@asynccontextmanager
async def browsing(app: Any, *, base_url: str = BASE_URL, **kwargs: Any) -> AsyncIterator[Browser]:
    """A browser in front of an ASGI application that runs in this process."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=base_url, **kwargs) as client:
        yield Browser(client)


async def sign_in(browser: Browser, services: Services, phone: str = "09121234567") -> None:
    """Sign in through the pages, with the code of the dev inbox."""
    page = await browser.get("/sign-in")
    await browser.submit(page, "/sign-in", phone=phone)
    page = await browser.get("/sign-in/code")
    code = await newest_code(services)
    answer = await browser.submit(page, "/sign-in/code", code=code)
    assert answer.status_code == 303, answer.text


async def newest_code(services: Services) -> str:
    """The code sent last, to whomever."""
    async with services.db.read() as tx:
        return (await identity.inbox(tx))[0].code
