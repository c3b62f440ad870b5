"""A developer asks for review, an operator approves, everybody is offered the app."""

import os
import subprocess

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser, Watched
from tests.platforms import DALAN, MARYAM, REZA, SARA, Platform

pytestmark = pytest.mark.journey

CHIEF = "09120009999"
APPS = "/kenar/management/apps"


@pytest.fixture
def chief(platform_server: Platform) -> str:
    """The number of an operator, made at the shell beside the running platform."""
    environment = os.environ | {"DALAN_HOME": str(platform_server.home)}
    environment.pop("DALAN_DATABASE_URL", None)
    made = subprocess.run(
        [*DALAN, "admin", "create-operator", CHIEF],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return CHIEF


def register(developer: Watched, slug: str) -> None:
    """An app with a start address, offered beside posts, as its developer sets it up."""
    page = developer.page
    page.goto(f"{APPS}/new")
    page.locator("input[name=display]").fill("ارزیاب قیمت")
    page.locator("input[name=slug]").fill(slug)
    page.locator(f"form[action='{APPS}'] button[type=submit]").click()
    page.wait_for_url(f"**/{slug}")
    page.goto(f"{APPS}/{slug}/addresses")
    page.locator("input[name=fallback_url]").fill("https://app.example/start")
    page.locator("form:has(input[name=fallback_url]) button[type=submit]").click()
    expect(page.get_by_text("ذخیره شد.")).to_be_visible()
    page.goto(f"{APPS}/{slug}/touchpoints")
    page.locator("input[name=enabled_DEMAND_POST]").check()
    page.locator("form:has(input[name=enabled_DEMAND_POST]) button[type=submit]").click()
    expect(page.get_by_text("ذخیره شد.")).to_be_visible()


def test_operator_sends_an_app_back_then_approves_it_and_everybody_is_offered_it(
    open_browser: OpenBrowser, platform_server: Platform, chief: str
) -> None:
    slug = "price-appraiser"
    developer, operator, viewer = open_browser(MARYAM), open_browser(chief), open_browser(REZA)
    owner = platform_server.browser(SARA)
    post_token = owner.own_posts()[0]
    owner.close()

    register(developer, slug)
    viewer.page.goto(f"/v/{post_token}")
    expect(viewer.page.get_by_text("ارزیاب قیمت")).to_have_count(0)
    developer.page.goto(f"{APPS}/{slug}")
    developer.page.get_by_role("button", name="درخواست بازبینی").click()
    expect(developer.page.get_by_role("button", name="پس گرفتن درخواست بازبینی")).to_be_visible()

    operator.page.goto("/admin")
    operator.page.get_by_role("link", name="دیدن صف").click()
    operator.page.get_by_role("link").filter(has_text="ارزیاب قیمت").click()
    operator.page.locator("form[action$=request-changes] textarea[name=note]").fill(
        "بنویسید چقدر هزینه دارد."
    )
    operator.page.get_by_role("button", name="برگرداندن برنامه").click()
    expect(operator.page.get_by_text("یادداشت شما به دست سازندگان برنامه رسید.")).to_be_visible()

    developer.page.goto(f"{APPS}/{slug}")
    expect(developer.page.get_by_text("بنویسید چقدر هزینه دارد.")).to_be_visible()
    developer.page.get_by_role("button", name="درخواست بازبینی").click()
    expect(developer.page.get_by_role("button", name="پس گرفتن درخواست بازبینی")).to_be_visible()

    operator.page.goto(f"/admin/apps/{slug}")
    operator.page.get_by_role("button", name="تأیید برنامه").click()
    expect(operator.page.get_by_text("برنامه تأیید شد.")).to_be_visible()

    viewer.page.goto(f"/v/{post_token}")
    expect(viewer.page.get_by_text("ارزیاب قیمت").first).to_be_visible()
    developer.page.goto(f"{APPS}/{slug}/history")
    expect(developer.page.get_by_text("برنامه را تأیید کرد")).to_be_visible()
    expect(developer.page.get_by_text("گردانندگان بازار").first).to_be_visible()


def test_developer_finds_no_desk_of_operators(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    browser = platform_server.browser(MARYAM)

    assert browser.get("/admin").status_code == 404
    browser.close()
