"""An app asks for money: the page, the wallet, and back to the app."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from litestar import Litestar
from tests.domains.charges.test_charging import make_charge
from tests.factories.bank import bank_gateway, press
from tests.factories.browser import Browser, browsing, make_services, sign_in

from dalan.domains import charges, identity, ledger
from dalan.surfaces.services import Services
from dalan.surfaces.web import account, site

WALLET = "/my-divar/wallet"


@pytest.fixture
async def services(db: Any) -> AsyncIterator[Services]:
    async with bank_gateway(db) as gateway:
        yield make_services(db, gateway=gateway)


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    routes = [account.router(services), site.router(services)]
    async with browsing(Litestar(routes, openapi_config=None, logging_config=None)) as opened:
        await sign_in(opened, services)
        yield opened


async def charge(services: Services, *, held: int, **said: Any) -> charges.Charge:
    async with services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121234567")
        assert person is not None
        asked: charges.Charge = await make_charge(tx, held=held, person_id=person.id, **said)
        return asked


async def state(services: Services, asked: charges.Charge) -> str:
    async with services.db.look() as look:
        assert await ledger.check(look) == []
        return (await charges.of_app(look, asked.token, app_id=asked.app_id)).state


async def test_person_pays_and_is_led_back_with_the_answer(browser: Browser, services: Services):
    asked = await charge(services, held=400_000, return_url="https://app.example/back?order=7")
    path = f"/pay/app/{asked.token}"
    assert path in (await browser.get(WALLET)).text

    answer = await browser.submit(await browser.get(path), f"{path}/pay")

    back = f"https://app.example/back?order=7&token={asked.token}&status=PAID"
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert await state(services, asked) == "paid"
    assert path not in (await browser.get(WALLET)).text
    assert "گزارش کارشناسی" in (await browser.get(WALLET)).text
    after = await browser.get(path)
    assert f"{path}/pay" not in after.text


async def test_person_with_too_little_fills_the_wallet_first(browser: Browser, services: Services):
    asked = await charge(services, held=100_000)
    path = f"/pay/app/{asked.token}"
    page = await browser.get(path)
    assert f"{path}/pay" not in page.text

    led = await browser.submit(page, f"{path}/fill")
    back = urlsplit(await press(services.db, led.headers["location"].rpartition("/")[2], "pay"))
    await browser.get(f"{back.path}?{back.query}")
    answer = await browser.submit(await browser.get(path), f"{path}/pay")

    assert answer.headers["location"].endswith("status=PAID")
    assert await state(services, asked) == "paid"


async def test_person_says_no(browser: Browser, services: Services):
    asked = await charge(services, held=400_000)
    path = f"/pay/app/{asked.token}"

    answer = await browser.submit(await browser.get(path), f"{path}/decline")

    assert answer.headers["location"].endswith("status=EXPIRED")
    assert await state(services, asked) == "over"
    assert f"{path}/pay" not in (await browser.get(path)).text


async def test_somebody_elses_payment_is_not_shown(browser: Browser, services: Services):
    async with services.db.write() as tx:
        asked = await make_charge(tx)

    assert (await browser.get(f"/pay/app/{asked.token}")).status_code == 404
    assert (await browser.get("/pay/app/nonsense")).status_code == 404
