"""Somebody bumps a post and pays at the bank; cancels; pays and never comes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import REZA, Platform

pytestmark = pytest.mark.journey

BANK = "**/pay/bank/pg/StartPay/*"


def begin(page: Page, tomans: str) -> None:
    page.goto("/my-divar/wallet")
    page.locator("input[name=amount_tomans]").fill(tomans)
    page.get_by_role("button", name="پرداخت در درگاه بانک").click()
    page.wait_for_url(BANK)


def test_bump_is_paid_at_the_simulated_bank_and_the_way_back_found(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    person = platform_server.browser(REZA)
    token = person.own_posts()[0]
    person.close()
    page = open_browser(REZA).page
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"/my-divar/my-posts/{token}")
    page.get_by_role("link", name="نردبان یا تمدید").click()
    page.locator("form[action$='/bump'] button[value=bank]").click()
    page.wait_for_url(BANK)
    expect(page.get_by_text("شبیه‌سازی")).to_be_visible()
    page.locator("button[value=pay]").click()

    page.wait_for_url(f"**/my-divar/my-posts/{token}")
    expect(page.get_by_text("آگهی شما دوباره در بالای فهرست است")).to_be_visible()
    page.get_by_role("link", name="نردبان یا تمدید").click()
    expect(page.get_by_text("به بعد امکان‌پذیر است").first).to_be_visible()


def test_cancelled_takes_nothing_and_paid_without_return_is_found(
    open_browser: OpenBrowser,
) -> None:
    page = open_browser(REZA).page

    begin(page, "۷۰٬۰۰۰")
    page.locator("button[value=cancel]").click()
    expect(page.get_by_role("heading", name="پرداخت وجه")).to_be_visible()
    expect(page.get_by_text("پرداخت انجام نشد")).to_be_visible()

    begin(page, "80000")
    page.locator("button[value=pay_and_leave]").click()
    expect(page.get_by_text("هنوز به فروشگاه برنگشته‌اید")).to_be_visible()
    page.goto("/my-divar/wallet")
    page.get_by_role("link", name="دیدن پرداخت").click()
    page.get_by_role("button", name="همین حالا از بانک بپرسید").click()
    expect(page.get_by_text("بانک آن را تأیید کرد")).to_be_visible()

    page.goto("/my-divar/wallet")
    expect(page.locator(".wallet-amount")).to_have_text("80٬000 تومان")
    expect(page.locator(".line-amount.incoming").first).to_contain_text("80٬000")
