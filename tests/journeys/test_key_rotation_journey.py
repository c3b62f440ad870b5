"""A developer changes an API key while a client calls without a pause, and no call fails."""

import re
import threading
import time
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import REZA, Platform

pytestmark = pytest.mark.journey

FLUSH_SECONDS_MAX = 20
"""Uses of keys are written every few seconds; the page shows them after that."""


class Called(NamedTuple):
    """One call of the client: with which key, and what came back."""

    key: str
    status: int


class Client(threading.Thread):
    """A service of the app: it calls again and again with the key it is given at the moment."""

    def __init__(self, base_url: str, key: str) -> None:
        super().__init__(daemon=True)
        self.key = key
        self.calls: list[Called] = []
        self._base_url = base_url
        self._stopping = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self._base_url, timeout=10) as client:
            while not self._stopping.is_set():
                key = self.key
                answer = client.get("/v1/open-platform/assets/city", headers={"x-api-key": key})
                self.calls.append(Called(key, answer.status_code))
                time.sleep(0.02)

    def stop(self) -> None:
        self._stopping.set()
        self.join(10)

    def wait_for_calls(self, count: int = 5) -> None:
        """Until it has called so many times more."""
        wanted = len(self.calls) + count
        until = time.monotonic() + 10
        while len(self.calls) < wanted:
            assert time.monotonic() < until, "the client does not get through"
            time.sleep(0.05)


def shown_secret(page: Page) -> str:
    return page.locator(".secret-box [data-copy]").get_attribute("data-copy") or ""


def row_of(page: Page, badge: str) -> str:
    """The text of the key's row that carries this badge."""
    return page.get_by_role("row").filter(has_text=badge).inner_text()


def test_key_is_rotated_while_a_client_calls(platform_server: Platform, open_browser: OpenBrowser):
    page = open_browser(REZA).page
    page.goto("/kenar/management/apps/new")
    page.fill("input[name=display]", "چرخش")
    page.fill("input[name=slug]", "key-rotation")
    page.locator("form[action='/kenar/management/apps'] button").first.click()
    page.wait_for_url("**/apps/key-rotation")
    page.goto("/kenar/management/apps/key-rotation/keys")
    page.fill("input[name=title]", "سرور")
    page.get_by_role("button", name="ساختن کلید", exact=True).click()
    first = shown_secret(page)
    client = Client(platform_server.base_url, first)
    client.start()
    try:
        second = rotated(page, client, first)
    finally:
        client.stop()

    assert {call.key for call in client.calls} == {first, second}
    assert {call.status for call in client.calls} == {200}
    with httpx.Client(base_url=platform_server.base_url) as late:
        answer = late.get("/v1/open-platform/assets/city", headers={"x-api-key": first})
    assert answer.status_code == 401


def rotated(page: Page, client: Client, first: str) -> str:
    """Rotate the key, hand the successor over, watch it being used, end the old one."""
    client.wait_for_calls()

    page.goto("/kenar/management/apps/key-rotation/keys")
    page.get_by_text("چرخش کلید", exact=True).click()
    page.get_by_role("button", name="ساختن جانشین").click()
    second = shown_secret(page)
    assert second not in ("", first)
    assert re.search(r"140\d", row_of(page, "در حال جایگزینی")), "the day it ends is shown"
    client.wait_for_calls()  # with the old one
    client.key = second
    client.wait_for_calls()

    until = time.monotonic() + FLUSH_SECONDS_MAX
    while "هنوز نه" in row_of(page, "جانشین"):
        assert time.monotonic() < until, "the use of the successor was never shown"
        time.sleep(1)
        page.goto("/kenar/management/apps/key-rotation/keys")
    page.get_by_role("button", name="همین حالا پایان بده").click()
    page.locator("dialog[open] button.btn-danger").click()
    expect(page.get_by_text("در حال جایگزینی")).to_have_count(0)
    client.wait_for_calls()
    return second
