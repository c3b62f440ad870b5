"""A visitor keeps a post and reports it, a reviewer sends it back, its owner reads why; an edit
that a rule holds is refused, written anew and accepted."""

import os
import subprocess

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import DALAN, REZA, SARA, Platform

pytestmark = pytest.mark.journey

REVIEWER = "09120008888"


@pytest.fixture
def reviewer(platform_server: Platform) -> str:
    """The number of a reviewer, made at the shell beside the running platform."""
    environment = os.environ | {"DALAN_HOME": str(platform_server.home)}
    environment.pop("DALAN_DATABASE_URL", None)
    made = subprocess.run(
        [*DALAN, "admin", "create-operator", REVIEWER, "--role", "reviewer"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return REVIEWER


def test_a_reported_post_goes_back_to_its_owner_with_a_reason(
    open_browser: OpenBrowser, platform_server: Platform, reviewer: str
) -> None:
    owner, visitor, operator = open_browser(SARA), open_browser(REZA), open_browser(reviewer)
    sara = platform_server.browser(SARA)
    token = sara.own_posts()[0]
    sara.close()

    visitor.page.goto(f"/v/{token}")
    title = visitor.page.locator("h1").inner_text()
    visitor.page.locator(f"form[action='/v/{token}/bookmark'] button").click()
    expect(visitor.page.get_by_role("button", name="نشان شده")).to_be_visible()
    visitor.page.goto(f"/v/{token}/report")
    visitor.page.get_by_label("کلاه‌برداری یا پیشنهاد غیرواقعی").check()
    visitor.page.locator("textarea[name=text]").fill("بیعانه خواست و دیگر پاسخ نداد.")
    visitor.page.get_by_role("button", name="فرستادن گزارش").click()
    expect(visitor.page.get_by_text("سپاسگزاریم. آن را بررسی می‌کنیم.")).to_be_visible()

    operator.page.goto("/admin/reports")
    operator.page.get_by_role("link", name=title).click()
    expect(operator.page.get_by_text("بیعانه خواست و دیگر پاسخ نداد.")).to_be_visible()
    operator.page.locator("select[name=reason]").select_option("misleading")
    operator.page.get_by_role("button", name="درخواست ویرایش").click()
    expect(operator.page.get_by_text("گزارش بازی نیست")).to_be_visible()

    owner.page.goto(f"/my-divar/my-posts/{token}")
    expect(owner.page.get_by_text("بخشی از آگهی نادرست یا گمراه‌کننده است.").first).to_be_visible()
    visitor.page.goto("/my-divar/bookmarks")
    expect(visitor.page.get_by_text("دیگر نمایش داده نمی‌شود")).to_be_visible()


def test_an_edit_waits_is_refused_with_a_reason_and_accepted_when_written_anew(
    open_browser: OpenBrowser, platform_server: Platform, reviewer: str
) -> None:
    owner, visitor, operator = open_browser(SARA), open_browser(REZA), open_browser(reviewer)
    sara = platform_server.browser(SARA)
    token = sara.own_posts()[0]
    sara.close()
    visitor.page.goto(f"/v/{token}")
    title = visitor.page.locator("h1").inner_text()

    operator.page.goto("/admin/rules")
    operator.page.get_by_label("واژه یا عبارت").fill("عتیقه")
    operator.page.locator("form[action='/admin/rules/words'] button").click()
    expect(operator.page.get_by_role("cell", name="عتیقه")).to_be_visible()

    def edit(new_title: str) -> None:
        owner.page.goto(f"/my-divar/my-posts/{token}")
        owner.page.get_by_role("link", name="ویرایش آگهی").first.click()
        owner.page.locator("[name=title]").fill(new_title)
        owner.page.get_by_role("button", name="ذخیرهٔ تغییرها").last.click()
        waiting = owner.page.get_by_role("region", name="ویرایش شما در انتظار بررسی است")
        expect(waiting).to_contain_text(new_title)

    def decide(button: str, reason: str = "") -> None:
        operator.page.goto("/admin/posts")
        operator.page.locator(f"a[href^='/admin/posts/{token}']").click()
        expect(operator.page.get_by_role("row").filter(has_text="عتیقه")).to_be_visible()
        if reason:
            operator.page.locator("select[name=reason]").select_option(reason)
        operator.page.get_by_role("button", name=button).click()
        operator.page.wait_for_url("**/admin/posts**")

    def shown_to_everybody() -> str:
        visitor.page.goto(f"/v/{token}")
        return visitor.page.locator("h1").inner_text()

    edit("عتیقهٔ ارزان")
    assert shown_to_everybody() == title
    decide("رد ویرایش", "misleading")
    owner.page.goto(f"/my-divar/my-posts/{token}")
    expect(owner.page.get_by_text("بخشی از آگهی نادرست یا گمراه‌کننده است.").first).to_be_visible()
    assert shown_to_everybody() == title

    edit("صندلی عتیقه با فاکتور")
    decide("پذیرش ویرایش")
    assert shown_to_everybody() == "صندلی عتیقه با فاکتور"
