"""A person gives a part: an app of Basalam's contract is told so, asks again, and is shown the
rest; at Kenar's door two permissions and a post are given whole."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_app_journey import FA
from tests.platforms import MARYAM, SARA, Platform

pytestmark = pytest.mark.journey

SSO, KENAR = "/accounts/sso", "/oauth2/auth"
WRITE = "محصولات، تخفیف‌ها و قفسه‌های غرفهٔ شما را ببیند، بسازد و ویرایش کند"
CHAT = "گفت‌وگوها و پیام‌های شما را بخواند"


def basalam(platform: Platform) -> dict[str, str]:
    given = platform.credentials["basalam"]
    return {key: str(given[key]) for key in ("client_id", "client_secret")}


def sso_path(platform: Platform) -> str:
    asked = {
        "client_id": basalam(platform)["client_id"],
        "redirect_uri": platform.app["redirect_uri"],
        "scope": "vendor.product.write customer.chat.read",
        "state": "journey",
    }
    return f"{SSO}?{urlencode(asked)}"


def allow(page: Page, path: str) -> dict[str, str]:
    """Press the button; what the app is called back with. The way back is cut short, for the
    sample app knows nothing of this request."""
    back: list[str] = []

    def catch(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        back.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(body="<title>app</title>", content_type="text/html")

    page.route(f"**{path}**", catch)
    page.get_by_role("button", name=FA.allow, exact=True).click()
    expect(page).to_have_title("app")
    page.unroute(f"**{path}**")
    return {key: value for key, [value] in parse_qs(urlsplit(back[0]).query).items()}


def exchange(platform: Platform, path: str, code: str, client: dict[str, str]) -> dict[str, str]:
    answer = httpx.post(
        f"{platform.base_url}{path}",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": platform.app["redirect_uri"],
            **client,
        },
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_person_leaves_a_permission_out(platform_server: Platform, open_browser: OpenBrowser):
    page = open_browser(MARYAM).page
    page.goto(sso_path(platform_server))
    write, chat = page.get_by_label(WRITE), page.get_by_label(CHAT)
    expect(write).to_be_checked()
    expect(chat).to_be_checked()

    write.uncheck()
    back = allow(page, SSO)
    issued = exchange(platform_server, "/oauth/token", back["code"], basalam(platform_server))

    assert back["state"] == "journey"
    assert issued["scope"] == "customer.chat.read"
    page.goto("/my-divar/apps")
    card = page.locator("section.card").filter(has_text="بازرس")
    expect(card).to_contain_text(CHAT)
    expect(card).not_to_contain_text(WRITE)


def test_two_permissions_and_a_post_are_given_whole(
    platform_server: Platform, open_browser: OpenBrowser
):
    post = platform_server.credentials["ids"]["post_token"]
    scope = f"USER_PHONE POST_ADDON_CREATE.{post}"
    asked = {
        "response_type": "code",
        "client_id": platform_server.app["slug"],
        "redirect_uri": platform_server.app["redirect_uri"],
        "scope": scope,
        "state": "journey",
    }
    page = open_browser(SARA).page

    page.goto(f"{KENAR}?{urlencode(asked)}")
    expect(page.get_by_text("شمارهٔ موبایل شما را ببیند")).to_be_visible()
    expect(page.locator(f"a[href$='{post}']")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    back = allow(page, KENAR)
    client = {key: platform_server.app[name] for key, name in
              (("client_id", "slug"), ("client_secret", "client_secret"))}  # fmt: skip
    issued = exchange(platform_server, "/oauth2/token", back["code"], client)

    assert issued["scope"] == back["scope"] == scope
