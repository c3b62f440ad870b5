"""The first story: an owner lets an app in, and everybody sees what it made."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser, Watched
from tests.platforms import ALI, REZA, SARA, Platform

pytestmark = pytest.mark.journey


class Words(NamedTuple):
    """What people read and press, in one language."""

    send_code: str
    start: str
    go_on: str
    allow: str
    refuse: str
    file: str
    filed: str
    back: str
    refused: str
    report: str


FA = Words(
    send_code="ارسال کد",
    start="شروع",
    go_on="ادامه",
    allow="اجازه می‌دهم",
    refuse="اجازه نمی‌دهم",
    file="ثبت گزارش",
    filed="ثبت شد",
    back="بازگشت",
    refused="اجازه ندادید",
    report="گزارش بازرسی",
)
EN = Words(
    send_code="Send code",
    start="Start",
    go_on="Continue",
    allow="Allow",
    refuse="Do not allow",
    file="File the report",
    filed="Report filed",
    back="Back",
    refused="You did not allow it",
    report="Inspection report",
)


def sign_in(watched: Watched, phone: str, words: Words) -> None:
    """With the code that waits in the dev inbox, read there as a person would."""
    page = watched.page
    page.goto("/sign-in")
    page.get_by_role("textbox").first.fill(phone)
    page.get_by_role("button", name=words.send_code).click()
    page.wait_for_url("**/sign-in/code**")
    inbox = watched.context.new_page()
    inbox.goto("/console/inbox")
    row = inbox.get_by_role("row").filter(has_text=phone).first
    code = re.search(r"(?<!\d)\d{6}(?!\d)", row.inner_text())
    assert code, row.inner_text()
    inbox.close()
    page.locator("input[name=code]:not([type=hidden])").fill(code.group())
    if page.url.endswith("/sign-in/code"):  # unless it went on by itself at the sixth digit
        page.locator("form[action='/sign-in/code'] button").first.click()
    page.wait_for_url("**/my-divar**")


def open_management_page(page: Page, number: int) -> str:
    """The management page of the person's post with this number; answers its token."""
    page.goto("/my-divar/my-posts")
    links = page.locator("a[href^='/my-divar/my-posts/']")
    paths = list(dict.fromkeys(links.evaluate_all("all => all.map(one => one.pathname)")))
    page.goto(paths[number])
    return str(paths[number].rpartition("/")[2])


def start_inspector(watched: Watched, words: Words) -> Page:
    """Choose the app on the page that is open; answers the page it opens in."""
    row = watched.page.get_by_role("listitem").filter(has_text="بازرس")
    start = row.locator(f"a:has-text('{words.start}'), button:has-text('{words.start}')")
    if start.get_attribute("target") != "_blank":
        start.click()
        return watched.page
    with watched.context.expect_page() as opened:
        start.click()
    return opened.value


def consent_and_answer(app_page: Page, words: Words) -> None:
    """From the app's first page to its last."""
    expect(app_page.get_by_role("heading", level=1)).to_have_text(words.report)
    app_page.get_by_role("link", name=words.go_on).click()
    app_page.get_by_role("button", name=words.allow, exact=True).click()
    questions = app_page.get_by_role("group")
    expect(questions).to_have_count(6)
    for question in questions.all():
        question.get_by_role("radio").first.check()
    app_page.get_by_role("button", name=words.file).click()
    expect(app_page.get_by_role("heading", level=1)).to_have_text(words.filed)


def go_back(app_page: Page, words: Words, post_token: str) -> None:
    """By the app's link, to where the app was started."""
    app_page.get_by_role("link", name=words.back).first.click()
    app_page.wait_for_url(f"**/my-divar/my-posts/{post_token}")


def press_the_button(viewer: Watched, post_token: str) -> None:
    """On the public page, in which the report must be; then the app opens."""
    page = viewer.page
    page.goto(f"/v/{post_token}")
    addon = page.locator(".addon").filter(has_text="دیدن گزارش در بازرس")
    expect(addon).to_contain_text("امتیاز کل")
    addon.get_by_role("button", name="خلاصه در یک جمله").click()
    expect(page.get_by_text("نتیجهٔ بازرسی: خیلی خوب")).to_be_visible()
    addon.get_by_role("button", name="دیدن گزارش در بازرس").click()
    page.wait_for_url(f"**/report/{post_token}")


def test_owner_signs_in_and_lets_the_app_in_and_a_viewer_opens_it(
    open_browser: OpenBrowser,
) -> None:
    owner, viewer = open_browser(), open_browser()

    sign_in(owner, SARA, FA)
    post_token = open_management_page(owner.page, 0)
    app_page = start_inspector(owner, FA)
    consent_and_answer(app_page, FA)
    go_back(app_page, FA, post_token)
    expect(app_page.locator(".addon")).to_contain_text(FA.report)
    sign_in(viewer, REZA, FA)
    press_the_button(viewer, post_token)

    expect(viewer.page.get_by_role("heading", level=1)).to_have_text(FA.report)


def test_owner_who_refuses_is_told_so_and_comes_back_with_nothing_changed(
    open_browser: OpenBrowser,
) -> None:
    owner, viewer = open_browser(REZA), open_browser()

    post_token = open_management_page(owner.page, 0)
    app_page = start_inspector(owner, FA)
    app_page.get_by_role("link", name=FA.go_on).click()
    app_page.get_by_role("button", name=FA.refuse).click()
    expect(app_page.get_by_role("heading", level=1)).to_have_text(FA.refused)
    go_back(app_page, FA, post_token)
    viewer.page.goto(f"/v/{post_token}")

    expect(viewer.page.locator("h1")).to_be_visible()
    expect(viewer.page.locator(".addon")).to_have_count(0)


def test_owner_who_refused_may_try_again(open_browser: OpenBrowser) -> None:
    owner = open_browser(REZA)

    post_token = open_management_page(owner.page, 0)
    app_page = start_inspector(owner, FA)
    app_page.get_by_role("link", name=FA.go_on).click()
    app_page.get_by_role("button", name=FA.refuse).click()
    app_page.get_by_role("link", name="دوباره").click()
    app_page.get_by_role("button", name=FA.allow, exact=True).click()

    expect(app_page.get_by_role("group")).to_have_count(6)
    go_back(app_page, FA, post_token)


def test_app_started_by_server_link_comes_back_too(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    developer, owner, viewer = open_browser(ALI), open_browser(SARA), open_browser()

    choose_operation(developer.page, platform_server, "LOAD_WEBVIEW_SERVER_LINK")
    try:
        post_token = open_management_page(owner.page, 1)
        app_page = start_inspector(owner, FA)
        consent_and_answer(app_page, FA)
        go_back(app_page, FA, post_token)
    finally:
        choose_operation(developer.page, platform_server, "LOAD_WEBVIEW_DIRECT_LINK")
    press_the_button(viewer, post_token)

    expect(viewer.page.get_by_role("heading", level=1)).to_have_text(FA.report)


def choose_operation(page: Page, platform_server: Platform, operation: str) -> None:
    """What choosing the app on a management page does, set in the developers' panel."""
    page.goto(f"/kenar/management/apps/{platform_server.app['slug']}/touchpoints")
    page.locator("select[name=operation_MY_POST]").select_option(operation)
    with page.expect_navigation():
        page.locator("form:has(select[name=operation_MY_POST]) button[type=submit]").click()
    expect(page.locator("select[name=operation_MY_POST]")).to_have_value(operation)


def test_whole_story_in_english(open_browser: OpenBrowser) -> None:
    owner, viewer = open_browser(SARA, "en-GB"), open_browser(None, "en-GB")

    owner.page.goto("/?lang=en")
    viewer.page.goto("/?lang=en")
    post_token = open_management_page(owner.page, 2)
    expect(owner.page.locator("html")).to_have_attribute("dir", "ltr")
    app_page = start_inspector(owner, EN)
    expect(app_page.locator("html")).to_have_attribute("dir", "ltr")
    consent_and_answer(app_page, EN)
    go_back(app_page, EN, post_token)
    press_the_button(viewer, post_token)

    expect(viewer.page.get_by_role("heading", level=1)).to_have_text(EN.report)
