"""The page where faults are ordered, without a script."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from dalan.app import Platform
from dalan.surfaces.console.faults.catalogue import FAULTS
from tests.factories.browser import Browser, browsing, forms_of
from tests.platform_fixtures import BASE_URL
from tests.surfaces.console.faults.conftest import Scene, read_post, struck

PAGE = "/console/faults"


@pytest.fixture
async def browser(platform: Platform) -> AsyncIterator[Browser]:
    async with browsing(platform, base_url=BASE_URL) as opened:
        yield opened


async def test_page_explains_every_fault_and_says_that_nothing_is_ordered(browser: Browser):
    page = await browser.get(PAGE)

    assert page.status_code == 200
    for name in FAULTS:
        assert f'id="fault-{name}"' in page.text
        assert f"{PAGE}?fault={name}#order" in page.text
    assert "چیزی سفارش داده نشده است" in page.text
    assert forms_on(page.text) == []


async def test_form_of_each_fault_orders_it_as_it_stands(browser: Browser):
    for name in FAULTS:
        answer = await send(browser, await browser.get(f"{PAGE}?fault={name}"), PAGE)
        assert answer.status_code == 303, f"{name}: {answer.text}"

    rules = (await browser.get("/console/api/faults/rules")).json()["rules"]
    page = await browser.get(PAGE)
    assert [one["fault"] for one in rules] == list(FAULTS)
    assert re.findall(r'<tr id="rule-(\d+)"', page.text) == [str(one["id"]) for one in rules]


async def test_order_from_the_form_strikes_and_is_taken_back(browser: Browser, scene: Scene):
    page = await browser.get(f"{PAGE}?fault=unavailable")
    typed = {"app": scene.app.slug, "operation": "get_post", "nth": "۲", "times": "۰"}
    await send(browser, page, PAGE, **typed)

    statuses = [(await read_post(scene)).status_code for _ in range(3)]
    page = await browser.get(PAGE)
    (path,) = [one for one in forms_on(page.text) if one.endswith("/take-back") and "/1/" in one]
    taken = await send(browser, page, path)

    assert statuses == [200, 503, 503]
    assert "منتظر" in page.text
    assert taken.status_code == 303
    assert (await read_post(scene)).status_code == 200
    assert await struck(scene) == []
    assert (await send(browser, page, path)).status_code == 303, "taken back before is no matter"


async def test_all_orders_are_taken_back_at_once(browser: Browser, scene: Scene):
    for name in ("slow", "unavailable"):
        await send(browser, await browser.get(f"{PAGE}?fault={name}"), PAGE)

    page = await browser.get(PAGE)
    await send(browser, page, f"{PAGE}/take-back")

    assert await struck(scene) == []


MISFITS = (
    ("slow", {"seconds": "0"}, "seconds"),
    ("slow", {"seconds": "بسیار"}, "seconds"),
    ("slow", {"nth": "0"}, "nth"),
    ("slow", {"times": "-1"}, "times"),
    ("slow", {"chance": "0"}, "chance"),
    ("slow", {"chance": "101"}, "chance"),
    ("slow", {"app": "nobody-made-it"}, "app"),
    ("slow", {"phone": "12"}, "phone"),
    ("slow", {"surface": "bank"}, "surface"),
    ("delivery_restricted", {"operation": "get_post"}, "operation"),
    ("event_duplicate", {"copies": "2.5"}, "copies"),
    ("slow", {"operation": "get_psot"}, "operation"),
)


async def test_what_does_not_fit_is_said_at_its_field(browser: Browser):
    for fault, typed, field in MISFITS:
        page = await browser.get(f"{PAGE}?fault={fault}")

        answer = await send(browser, page, PAGE, **typed)

        assert answer.status_code == 422, f"{fault}: {typed}"
        assert f'href="#{field}"' in answer.text, f"{fault}: {typed}"
        assert 'name="seed"' in answer.text, "the form is there to be mended"


async def test_unknown_fault_is_refused_and_form_without_token_too(browser: Browser):
    page = await browser.get(f"{PAGE}?fault=slow")

    unknown = await send(browser, page, PAGE, fault="nothing")
    forged = await send(browser, page, PAGE, csrf_token="forged")

    assert unknown.status_code == 422
    assert forged.status_code == 403


async def send(browser: Browser, page: httpx.Response, action: str, **typed: str) -> httpx.Response:
    """Fill in the form of ``page`` that leads there, and send it."""
    return await browser.post(action, forms_of(page.text, action)[0] | typed)


def forms_on(page: str) -> list[str]:
    """Where the forms of the console lead."""
    return [one for one in re.findall(r'<form[^>]+action="([^"]+)"', page) if PAGE in one]
