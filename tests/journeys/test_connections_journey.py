"""What was given is taken back: the app's next call is refused."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_app_journey import FA
from tests.platforms import MARYAM, Platform

pytestmark = pytest.mark.journey

APPS = "/my-divar/apps"
PHONE_LABEL = "شمارهٔ موبایل شما را ببیند"


def authorize_path(platform: Platform) -> str:
    asked = {
        "response_type": "code",
        "client_id": platform.app["slug"],
        "redirect_uri": platform.app["redirect_uri"],
        "scope": "USER_PHONE USER_ID offline_access",
        "state": "journey",
    }
    return f"/oauth2/auth?{urlencode(asked)}"


def connect(page: Page, platform: Platform) -> dict[str, str]:
    """Agree on the consent page; answers the tokens the app gets for the code.

    The way back is cut short, for the sample app knows nothing of this request.
    """
    back: list[str] = []

    def catch(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        back.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(body="<title>app</title>", content_type="text/html")

    page.route("**/oauth2/auth**", catch)
    page.goto(authorize_path(platform))
    page.get_by_role("button", name=FA.allow, exact=True).click()
    expect(page).to_have_title("app")
    page.unroute("**/oauth2/auth**")
    answer: dict[str, str] = token(
        platform,
        grant_type="authorization_code",
        code=parse_qs(urlsplit(back[0]).query)["code"][0],
        redirect_uri=platform.app["redirect_uri"],
    ).json()
    return answer


def token(platform: Platform, **fields: str) -> httpx.Response:
    app = {"client_id": platform.app["slug"], "client_secret": platform.app["client_secret"]}
    return httpx.post(f"{platform.base_url}/oauth2/token", data=fields | app)


def called(platform: Platform, access_token: str) -> httpx.Response:
    """What a call of the app in the person's name is answered."""
    return httpx.post(
        f"{platform.base_url}/v1/open-platform/users",
        headers={"x-api-key": platform.app["api_key"], "Authorization": f"Bearer {access_token}"},
        json={},
    )


def test_person_takes_back_one_permission_and_then_everything(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    page = open_browser(MARYAM).page
    issued = connect(page, platform_server)
    assert called(platform_server, issued["access_token"]).json()["phone_numbers"]

    page.goto("/my-divar")
    page.locator(f"main a[href='{APPS}']").click()
    card = page.locator("section.card").filter(has_text="بازرس")
    expect(card).to_contain_text(PHONE_LABEL)
    card.get_by_role("link", name=f"پس‌گرفتن اجازه: {PHONE_LABEL}").click()
    page.get_by_role("button", name="پس‌گرفتن").click()
    expect(card).not_to_contain_text(PHONE_LABEL)
    left = called(platform_server, issued["access_token"])
    assert left.status_code == 200
    assert not left.json().get("phone_numbers")

    card.get_by_role("link", name="برداشتن همهٔ دسترسی‌ها").click()
    page.get_by_role("button", name="برداشتن دسترسی").click()
    expect(page.get_by_text("دیگر به حساب شما دسترسی ندارد")).to_be_visible()
    expect(page.locator("section.card").filter(has_text="بازرس")).to_have_count(0)
    assert called(platform_server, issued["access_token"]).status_code == 401
    refused = token(
        platform_server, grant_type="refresh_token", refresh_token=issued["refresh_token"]
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")

    page.goto(authorize_path(platform_server))
    expect(page.get_by_role("button", name=FA.allow, exact=True)).to_be_visible()
