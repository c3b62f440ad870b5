"""A developer orders trouble on the console's page, and their app meets it."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import Platform

pytestmark = pytest.mark.journey


def read_post(platform: Platform) -> httpx.Response:
    """What the app calls."""
    token = platform.credentials["ids"]["post_token"]
    return httpx.get(
        f"{platform.base_url}/v1/open-platform/finder/post/{token}",
        headers={"x-api-key": platform.app["api_key"]},
        timeout=30,
    )


def test_developer_orders_a_fault_and_their_app_meets_it(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    page = open_browser().page
    page.goto("/console/inbox")
    page.get_by_role("link", name="خطاهای سفارشی").click()
    expect(page.get_by_text("چیزی سفارش داده نشده است")).to_be_visible()

    page.locator("#fault-answer_lost").get_by_role("link", name="سفارش بده").click()
    form = page.locator("form#order")
    form.get_by_label("برنامه").fill(platform_server.app["slug"])
    form.get_by_label("عملیات یا مسیر").fill("get_post")
    form.get_by_label("از چندمین درخواست").fill("۲")
    form.get_by_role("button", name="سفارش بده").click()
    rule = page.locator("#rule-1")
    expect(rule).to_contain_text("منتظر")

    assert read_post(platform_server).status_code == 200
    with pytest.raises(httpx.TransportError):
        read_post(platform_server)
    assert read_post(platform_server).status_code == 200

    page.reload()
    expect(rule).to_contain_text("رخ داد")
    rule.get_by_role("button", name="پس‌گرفتن", exact=True).click()
    expect(page.get_by_text("چیزی سفارش داده نشده است")).to_be_visible()


def test_order_that_does_not_fit_is_mended_where_it_is_said(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    watched = open_browser()
    page = watched.page
    page.goto("/console/faults?fault=slow")
    form = page.locator("form#order")
    form.get_by_label("برنامه").fill("nobody-made-it")
    form.get_by_role("button", name="سفارش بده").click()
    expect(form.get_by_text("برنامه‌ای به این نام وجود ندارد").first).to_be_visible()
    watched.faults.clear()  # a browser notes each answer that says no

    form.get_by_label("ثانیه").fill("0.1")
    form.get_by_label("برنامه").fill(platform_server.app["slug"])
    form.get_by_role("button", name="سفارش بده").click()

    expect(page.locator("#rule-1")).to_contain_text("seconds=0.1")
    assert read_post(platform_server).headers["x-dalan-fault"] == "slow"
