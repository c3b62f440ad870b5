"""Somebody makes a short link, watches visitors come, closes it bit by bit; brings others in."""

import json
import time
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from dalan.surfaces import qr
from tests.journeys.conftest import OpenBrowser
from tests.platforms import SARA, Browser, Platform

pytestmark = pytest.mark.journey

LINKS = "/my-divar/links"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"
"""A visitor's; the browser of these tests says that no person sits in front of it."""

PATIENCE_SECONDS = 60.0

KUTT = {
    "data": [
        {"address": "spring", "target": "https://shop.example/spring", "visit_count": 42},
        {"address": "banned", "target": "https://evil.example/", "banned": True},
    ]
}
YOURLS = {
    "links": {
        "link_1": {"shorturl": "http://sho.rt/ozh", "url": "https://ozh.example/", "clicks": "12"}
    }
}


def change(page: Page, hash_: str, **typed: str) -> None:
    """Fill in fields of the link's form and save it."""
    page.goto(f"{LINKS}/at/{hash_}/edit")
    page.locator("summary", has_text="بیشتر").click()
    for name, text in typed.items():
        field = page.locator(f"[name={name}]")
        if name == "expires":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name="ذخیره").click()
    page.wait_for_url(f"**{LINKS}/at/{hash_}")


def comes_to(visitor: Browser, path: str, words: str) -> None:
    """The visitor reads that: now, or when all who keep the link in memory heard of its change."""
    until = time.monotonic() + PATIENCE_SECONDS
    while words not in (text := visitor.get(path).text) and time.monotonic() < until:
        time.sleep(0.1)
    assert words in text


def modules_of(picture: bytes, count: int, margin: int) -> tuple[tuple[bool, ...], ...]:
    """What a camera would see: the middle of every module, dark or not."""
    image = Image.open(BytesIO(picture)).convert("1")
    scale = image.width // (count + 2 * margin)
    places = [(margin + index) * scale + scale // 2 for index in range(count)]
    return tuple(tuple(not image.getpixel((x, y)) for x in places) for y in places)


def test_a_link_is_made_visited_watched_and_closed(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    base = platform_server.base_url
    page = open_browser(SARA).page
    page.goto(LINKS)
    page.get_by_label("یک نشانی بلند").fill(f"{base}/s/iran")
    page.get_by_label("نام دلخواه").fill("yalda")
    page.get_by_role("button", name="کوتاه کن").click()
    page.wait_for_url(f"**{LINKS}/at/yalda")
    expect(page.get_by_text("هنوز کسی نیامده است")).to_be_visible()
    expect(page.locator("[data-live-mark]")).to_be_visible()

    look = qr.Look()
    code = page.request.get(f"{LINKS}/at/yalda/qr.png").body()
    expected = qr.matrix(f"{base}/l/yalda?qr", look)
    assert modules_of(code, len(expected), look.margin) == expected

    visitor = open_browser()
    visitor.context.set_extra_http_headers({"User-Agent": FIREFOX})
    visitor.page.goto("/l/yalda")
    visitor.page.wait_for_url("**/s/iran")
    expect(page.locator(".stat-value").first).to_have_text("1")
    expect(page.locator(".clicks-bar")).to_have_count(1)
    expect(page.get_by_text("Firefox")).to_be_visible()

    stranger = platform_server.browser()
    change(page, "yalda", password="انار")
    comes_to(stranger, "/l/yalda", "این پیوند گذرواژه می‌خواهد")
    visitor.page.goto("/l/yalda")
    visitor.page.locator("[name=password]").fill("انار")
    visitor.page.locator("form[method=post] button").click()
    visitor.page.wait_for_url("**/s/iran")
    visitor.page.wait_for_load_state()
    expect(page.locator(".stat-value").first).not_to_have_text("1")

    change(page, "yalda", expires="at", expires_at="1400/01/01")
    comes_to(stranger, "/l/yalda", "زمان این پیوند گذشته است")
    change(page, "yalda", expires="never")
    page.get_by_role("button", name="خاموش‌کردن").click()
    page.get_by_role("button", name="بله، انجام شود").click()
    expect(page.get_by_role("button", name="روشن‌کردن")).to_be_visible()
    comes_to(stranger, "/l/yalda", "خاموش")
    stranger.close()


def test_exports_of_kutt_and_yourls_are_brought_in(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    page = open_browser(SARA).page
    visitor = platform_server.browser()
    for name, export in (("kutt.json", KUTT), ("yourls.json", YOURLS)):
        page.goto(f"{LINKS}/import")
        content = json.dumps(export).encode()
        page.locator("[name=file]").set_input_files(
            FilePayload(name=name, mimeType="application/json", buffer=content)
        )
        page.get_by_role("button", name="پیش‌نمایش").click()
        expect(page.get_by_role("heading", name="هر سطر چه می‌شود")).to_be_visible()
        assert visitor.get("/l/spring" if export is KUTT else "/l/ozh").status_code == 404

        page.get_by_role("button", name="وارد کردن 1 پیوند").click()
        expect(page.get_by_role("heading", name="نتیجهٔ هر سطر")).to_be_visible()

    assert visitor.get("/l/spring").headers["location"] == "https://shop.example/spring"
    assert visitor.get("/l/ozh").headers["location"] == "https://ozh.example/"
    page.goto(f"{LINKS}/at/spring")
    # What the visitor above looked for was counted by now, or will be: the old clicks are there.
    expect(page.locator(".stat-value").first).to_contain_text("4")
    visitor.close()
