"""Somebody writes a post on a phone, with and without scripts, and edits it through review."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import MARYAM, REZA, Platform

pytestmark = pytest.mark.journey

PHONE: ViewportSize = {"width": 390, "height": 844}
FORM = "form[data-post-form]"


def picture(name: str, colour: str) -> FilePayload:
    file = BytesIO()
    Image.new("RGB", (800, 600), colour).save(file, "JPEG")
    return FilePayload(name=name, mimeType="image/jpeg", buffer=file.getvalue())


def open_form(page: Page) -> None:
    """From the first step to the form of furniture, by links."""
    page.set_viewport_size(PHONE)
    page.goto("/new")
    page.get_by_role("link", name="خانه و آشپزخانه", exact=True).click()
    page.get_by_role("link", name="مبلمان و صنایع چوب", exact=True).click()
    page.get_by_role("link", name="مبلمان خانگی و میزعسلی").click()
    page.wait_for_url("**/new/furniture?draft=*")


def fill(page: Page, title: str) -> None:
    page.locator("[name=title]").fill(title)
    page.locator("[name=description]").fill("تمیز و سالم، بازدید عصرها.")
    page.locator("[name=city]").select_option("tehran")


def test_a_post_with_pictures_is_written_on_a_phone_and_sent_once(
    open_browser: OpenBrowser,
) -> None:
    page = open_browser(MARYAM).page
    open_form(page)
    fill(page, "مبل هفت‌نفرهٔ راحتی")
    page.locator("[name=f_price]").press_sequentially("۱۲۵۰۰۰۰۰")
    expect(page.locator("[name=f_price]")).to_have_value("12,500,000")
    expect(page.get_by_text("دوازده میلیون و پانصد هزار تومان")).to_be_visible()
    expect(page.locator("[name=district]")).to_be_visible()

    page.locator("[name=pictures]").set_input_files(
        [picture("one.jpg", "maroon"), picture("two.jpg", "navy")]
    )
    pictures = page.locator(".form-picture[data-name]")
    expect(pictures).to_have_count(2)
    second = pictures.nth(1).get_attribute("data-name")
    pictures.nth(1).get_by_role("button", name="عکس اصلی شود").click()
    expect(pictures.nth(0)).to_have_attribute("data-name", second or "")

    page.get_by_role("button", name="پیش‌نمایش آگهی").last.click()
    page.wait_for_url("**/preview")
    expect(page.get_by_text("12٬500٬000 تومان").first).to_be_visible()
    preview = page.url
    page.get_by_role("button", name="ثبت آگهی").dblclick()
    page.wait_for_url("**/my-divar/my-posts/*")
    made = page.url
    page.goto(preview)
    expect(page).to_have_url(made)

    page.goto("/my-divar/my-posts")
    expect(page.get_by_text("مبل هفت‌نفرهٔ راحتی")).to_have_count(1)


def test_without_scripts_a_mistake_costs_nothing_that_was_typed(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    watched = open_browser(REZA)
    browser = watched.context.browser
    assert browser is not None
    context = browser.new_context(
        locale="fa-IR",
        base_url=platform_server.base_url,
        java_script_enabled=False,
        storage_state=watched.context.storage_state(),
    )
    page = context.new_page()
    open_form(page)
    fill(page, "میز عسلی چوبی")
    page.locator("[name=pictures]").set_input_files([picture("one.jpg", "olive")])
    page.locator("[name=f_price]").fill("ارزان")
    page.get_by_role("button", name="پیش‌نمایش آگهی").last.click()
    expect(page.get_by_role("alert")).to_contain_text("قیمت")
    expect(page.locator("[name=title]")).to_have_value("میز عسلی چوبی")
    expect(page.locator(".form-picture")).to_have_count(1)

    page.locator("[name=f_price]").fill("۹۰۰٬۰۰۰")
    page.get_by_role("button", name="نمایش محله‌های این شهر").click()
    expect(page.locator("[name=district]")).to_be_visible()
    page.get_by_role("button", name="پیش‌نمایش آگهی").last.click()
    page.get_by_role("button", name="ثبت آگهی").click()
    page.wait_for_url("**/my-divar/my-posts/*")

    page.get_by_role("link", name="ویرایش آگهی").click()
    page.locator("[name=title]").fill("میز عسلی چوب گردو")
    page.get_by_role("button", name="ذخیرهٔ تغییرها").last.click()
    expect(page.get_by_role("heading", name="میز عسلی چوب گردو")).to_be_visible()
    expect(page.get_by_text("تاریخچهٔ آگهی")).to_be_visible()
    context.close()
