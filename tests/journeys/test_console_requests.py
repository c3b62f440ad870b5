"""The request log moves in an open browser; a person is signed in with one press."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.platforms import SARA, Platform

pytestmark = pytest.mark.journey

PATIENCE_MS = 30_000


@pytest.fixture
def page(chromium: Browser, platform_server: Platform) -> Iterator[Page]:
    context = chromium.new_context(locale="fa-IR", base_url=platform_server.base_url)
    yield context.new_page()
    context.close()


def test_request_appears_in_an_open_log_and_is_explained(
    page: Page, platform_server: Platform
) -> None:
    page.goto("/console/requests")

    httpx.get(f"{platform_server.base_url}/v1/open-platform/finder/post/LIVE0001", timeout=30)
    row = page.get_by_role("link", name="LIVE0001")
    expect(row).to_be_visible(timeout=PATIENCE_MS)

    row.click()
    expect(page.get_by_text("developers.missing_key").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="معنای این کد").click()
    expect(page.locator("#developers-missing-key")).to_be_visible(timeout=PATIENCE_MS)


def test_one_press_signs_in(page: Page) -> None:
    page.goto(f"/console/people?q={SARA}")

    page.get_by_role("row").filter(has_text=SARA).get_by_role("button").click()

    expect(page.get_by_text("با نام")).to_be_visible(timeout=PATIENCE_MS)
    page.goto("/my-divar")
    assert page.url.endswith("/my-divar")
