"""Somebody looks for something on a phone: with filters, down a long list, back and forth."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import Platform, running_platform

pytestmark = pytest.mark.journey

PHONE: ViewportSize = {"width": 390, "height": 844}
POSTS = 70


@pytest.fixture
def platform_server(tmp_path: Path) -> Iterator[Platform]:
    """A world with more posts than three pages of a list hold."""
    with running_platform(tmp_path / "world", posts_count=POSTS, with_sample=True) as platform:
        yield platform


def cards(page: Page) -> list[str]:
    """The addresses of the posts that are shown, in their order."""
    links = page.locator("#results .post-card .post-link, #results a.post-link")
    paths: list[str] = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return list(dict.fromkeys(paths))


def narrow(page: Page) -> None:
    """By the filters' own form: cars, those with pictures, within a price."""
    page.goto("/s/iran/vehicles")
    page.get_by_role("link", name="فیلترها و دسته‌ها").click()
    page.locator("[name=price_min]").fill("۵۰٬۰۰۰٬۰۰۰")
    page.get_by_role("button", name="اعمال").click()
    page.wait_for_url("**price_min=50000000**")


def test_a_list_without_end_keeps_its_place_and_goes_by_pages_without_scripts(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    watched = open_browser()
    page = watched.page
    page.set_viewport_size(PHONE)

    narrow(page)
    narrowed = page.url
    expect(page.locator(".results-chips")).to_contain_text("50,000,000")
    page.get_by_role("link", name="گران‌ترین").click()
    page.wait_for_url("**sort=dearest**")
    page.go_back()
    expect(page).to_have_url(narrowed)
    page.get_by_role("link", name="حذف", exact=False).first.click()
    page.wait_for_url("**/s/iran/vehicles")

    page.goto("/s/iran")
    first = len(cards(page))
    while len(cards(page)) < 2 * first + 1:
        before = len(cards(page))
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(page.locator("#results a.post-link").nth(before)).to_be_attached()
    expect(page.get_by_role("status").filter(has_text="آگهی دیگر نمایش داده شد")).to_be_attached()
    assert page.url.endswith("/s/iran"), "an address that can be shared as it is"
    shown = cards(page)
    assert len(set(shown)) == len(shown)
    far = shown[2 * first - 2]
    page.locator(f"a.post-link[href='{far}']").scroll_into_view_if_needed()
    page.locator(f"a.post-link[href='{far}']").click()
    page.wait_for_url(f"**{far}")
    page.go_back()
    expect(page.locator(f"a.post-link[href='{far}']")).to_be_in_viewport()
    assert cards(page)[: len(shown)] == shown

    browser = watched.context.browser
    assert browser is not None
    context = browser.new_context(
        locale="fa-IR",
        base_url=platform_server.base_url,
        java_script_enabled=False,
        viewport=PHONE,
    )
    plain = context.new_page()
    narrow(plain)
    assert plain.url == narrowed
    plain.goto("/s/iran")
    walked: list[str] = []
    while True:
        walked += cards(plain)
        more = plain.locator(".next-posts a[rel=next]")
        if not more.count():
            break
        more.click()
        plain.wait_for_url("**after=**")
        assert cards(plain)[0] not in walked
    assert walked[: len(shown)] == shown
    assert len(set(walked)) == len(walked) > 2 * first
    plain.go_back()
    assert cards(plain)[0] in walked
    context.close()
