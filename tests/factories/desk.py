"""The operators' desk in tests: those who sit at it, and what waits for them. Fixtures are for the
modules that import them."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dalan.domains import (
    audit,
    developers,
    identity,
    links,
    operators,
    payments,
    posts,
    taxonomy,
)
from dalan.domains.developers import App
from dalan.surfaces.services import Services
from dalan.surfaces.web.app import make_app as make_web
from tests.factories.browser import Browser, browsing, sign_in
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.links import make_link
from tests.factories.payments import make_order, make_taken_charge, make_unpaid_post
from tests.factories.support import make_deposit, make_ticket

CHIEF, REVIEWER, SUPPORT, NOBODY = "09121110001", "09121110002", "09121110003", "09121110004"
APP = "/admin/apps/light-report"


SECRET_TEXT = "+989121119999"


IDS: dict[str, str] = {}
"""What the app's team asked, by kind: ``person`` fills it anew for each test."""


@pytest.fixture
async def person(services: Services) -> identity.Person:
    """Somebody with a device and an app that waits for review."""
    async with services.db.write() as tx:
        for phone, role in zip((CHIEF, REVIEWER, SUPPORT), operators.ROLES, strict=True):
            one = await identity.register(tx, phone=f"+98{phone[1:]}", name=role)
            await operators.appoint(tx, one.id, role=role)
        made = await make_person(tx, phone=SECRET_TEXT, name="نگار کاظمي")
        await identity.open_session(
            tx, person_id=made.id, device="Firefox", session_seconds=3600, keys=services.keys
        )
        app = await make_app(tx, owner_id=made.id, slug="light-report", display="گزارش خودرو")
        await developers.ask_for_review(tx, app.app.slug)
        asked = await developers.ask(
            tx,
            app.app.id,
            person_id=made.id,
            wishes=[("scope", "USER_ID")],
            offered={"scope": ("USER_ID",)},
            reason="شناختن کاربر",
        )
        ticket = await make_ticket(tx, app.app.id, made.id)
        first = await make_deposit(tx, app.app.id, made.id)
        second = await make_deposit(tx, app.app.id, made.id)
        await payments.pay_in(tx, app.app.id, reference="test", amount_rials=100_000_000)
        order = make_order(app.app.id, await make_unpaid_post(tx, app.app.id))
        paid = await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)
        charge = await make_taken_charge(tx, app.app, made.id)
        IDS.update(
            request=str(asked.request.id), ticket=str(ticket.id), first=first.id, second=second.id,
            payment=str(paid.id), charge=str(charge.id),
        )  # fmt: skip
        link = await make_link(tx, app.app.id, "https://bad.example/pay")
        host = await links.block_host(tx, "worst.example")
        IDS.update(link=str(link.id), host=str(host.id))
        return made


@pytest.fixture(autouse=True)
def shipped_lists_again() -> Iterator[None]:
    """What an act made of the lists is the process's, and goes with its test."""
    yield
    taxonomy.use([])


@asynccontextmanager
async def at_desk(services: Services, phone: str) -> AsyncIterator[Browser]:
    async with browsing(make_web(services)) as opened:
        await sign_in(opened, services, phone)
        yield opened


@pytest.fixture
async def chief(services: Services, person: identity.Person) -> AsyncIterator[Browser]:
    async with at_desk(services, CHIEF) as opened:
        yield opened


async def submit(browser: Browser, action: str, typed: dict[str, Any] | None = None) -> Any:
    """Send a form with the token of this browser."""
    page = await browser.get("/kenar/management/apps/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return await browser.post(action, {"csrf_token": token[1]} | (typed or {}))


async def app_of(services: Services) -> App:
    async with services.db.read() as tx:
        return await developers.app_by_slug(tx, "light-report")


async def entries(services: Services) -> list[audit.Entry]:
    async with services.db.read() as tx:
        return (await audit.entries(tx)).entries
