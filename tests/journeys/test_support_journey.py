"""A developer asks for a scope and opens a ticket; an operator answers both and both are seen."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_review_journey import chief
from tests.platforms import MARYAM, Platform

__all__ = ["chief"]

pytestmark = pytest.mark.journey

APPS = "/kenar/management/apps"
SLUG = "support-seeker"
PDF = FilePayload(name="خطا.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 what went wrong")


def test_scope_and_ticket_are_asked_answered_and_seen(
    open_browser: OpenBrowser,
    platform_server: Platform,
    chief: str,
) -> None:
    developer, operator = open_browser(MARYAM).page, open_browser(chief).page
    developer.goto(f"{APPS}/new")
    developer.locator("input[name=display]").fill("کمک‌خواه")
    developer.locator("input[name=slug]").fill(SLUG)
    developer.locator(f"form[action='{APPS}'] button[type=submit]").click()
    developer.wait_for_url(f"**/{SLUG}")

    developer.get_by_role("link", name="درخواست‌ها").click()
    developer.locator("summary").filter(has_text="اجازه‌ها").click()
    developer.locator("input[name=wish_scope][value=USER_ID]").check()
    developer.locator("textarea[name=reason]").fill("تا هر کس گزارش خودش را ببیند")
    developer.get_by_role("button", name="فرستادن درخواست").click()
    expect(developer.get_by_text("درخواست شما فرستاده شد.")).to_be_visible()

    developer.get_by_role("link", name="پشتیبانی").first.click()
    developer.get_by_role("link", name="تیکت تازه").first.click()
    developer.locator("select[name=category]").select_option("technical")
    developer.locator("input[name=subject]").fill("رویداد نمی‌رسد")
    developer.locator("textarea[name=text]").fill("از دیروز هیچ رویدادی نرسیده است.")
    developer.locator("input[name=files]").set_input_files([PDF])
    developer.get_by_role("button", name="فرستادن").click()
    expect(developer.get_by_text("تیکت شما باز شد.")).to_be_visible()
    ticket = developer.url

    operator.goto("/my-divar")
    operator.get_by_role("link", name="گردانندگی بازار").last.click()
    operator.get_by_role("link", name="درخواست‌های باز").click()
    operator.get_by_role("link").filter(has_text="کمک‌خواه").click()
    expect(operator.get_by_text("تا هر کس گزارش خودش را ببیند")).to_be_visible()
    operator.get_by_role("button", name="دادن همه").click()
    expect(operator.get_by_text("پاسخ شما به دست سازندگان برنامه رسید.")).to_be_visible()

    operator.goto("/admin/tickets")
    operator.get_by_role("link").filter(has_text="رویداد نمی‌رسد").click()
    with operator.expect_download() as saved:
        operator.get_by_role("link", name="خطا.pdf").click()
    assert saved.value.suggested_filename == "خطا.pdf"
    operator.locator("textarea[name=text]").fill("نشانی رویداد شما پاسخ نمی‌داد.")
    operator.get_by_role("button", name="فرستادن").click()
    expect(operator.get_by_text("پاسخ فرستاده شد.")).to_be_visible()

    developer.goto(f"{APPS}/{SLUG}/requests")
    expect(developer.get_by_text("داده شد").first).to_be_visible()
    developer.get_by_role("link", name=re.compile("پشتیبانی")).first.click()
    expect(developer.get_by_text("تازه", exact=True)).to_be_visible()
    developer.goto(ticket)
    expect(developer.get_by_text("نشانی رویداد شما پاسخ نمی‌داد.")).to_be_visible()
    expect(developer.get_by_text("گردانندگان بازار").first).to_be_visible()
    developer.get_by_role("button", name="بستن تیکت").click()
    expect(developer.get_by_text("تیکت بسته شد.")).to_be_visible()
