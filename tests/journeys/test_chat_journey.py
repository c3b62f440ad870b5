"""Two people write to each other in two browsers; an app beside them, with buttons; its bot."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser
from tests.platforms import SARA, Platform

pytestmark = pytest.mark.journey

REZA = "09120000002"
"""He writes about Sara's newest post in every furnished world."""

BUTTON = {
    "caption": "پرداخت امن",
    "icon": "PAYMENT",
}


def as_app(platform: Platform, path: str, body: dict[str, object]) -> httpx.Response:
    """A call of the app the credentials name, in Sara's name."""
    told = platform.credentials
    return httpx.post(
        f"{platform.base_url}{path}",
        headers={
            "x-api-key": told["app"]["api_key"],
            "Authorization": f"Bearer {told['person']['access_token']}",
        },
        json=body,
    )


def test_two_people_chat_live_and_an_app_writes_between_them(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    ids = platform_server.credentials["ids"]
    path = f"/chat/{ids['conversation_id']}"
    seller = open_browser(SARA).page
    seller.goto(path)
    buyer = open_browser(REZA).page
    buyer.goto(path)

    buyer.get_by_label("پیام", exact=True).fill("امروز عصر خوب است؟")
    buyer.keyboard.press("Enter")
    expect(seller.get_by_text("امروز عصر خوب است؟")).to_be_visible()
    expect(buyer.locator(".bubble-mine .ticks").last).to_contain_text("دیده شد")
    seller.get_by_role("button", name="فروخته شد.").click()
    expect(buyer.locator("#messages").get_by_text("فروخته شد.")).to_be_visible()

    action = {"open_post_page": {"post_token": ids["post_token"]}}
    sent = as_app(
        platform_server,
        f"/v2/open-platform/conversations/{ids['conversation_id']}/messages",
        {
            "message": "پرداخت امن آماده است",
            "receiver_buttons": {"rows": [{"buttons": [BUTTON | {"action": action}]}]},
        },
    )
    assert sent.json() == {"status": 200, "message": "success"}
    expect(buyer.get_by_role("button", name="پرداخت امن")).to_be_visible()
    expect(seller.get_by_text("پرداخت امن آماده است")).to_be_visible()
    assert seller.get_by_role("button", name="پرداخت امن").count() == 0
    buyer.get_by_role("button", name="پرداخت امن").click()
    buyer.wait_for_url(f"**/v/{ids['post_token']}")


def test_a_bot_answers_while_one_looks(
    open_browser: OpenBrowser, platform_server: Platform
) -> None:
    told = platform_server.credentials
    page = open_browser(SARA).page
    page.goto(f"/chat/addon_{told['app']['slug']}")
    page.get_by_role("button", name="/start").click()
    expect(page.locator("#messages").get_by_text("/start")).to_be_visible()

    answer = as_app(
        platform_server,
        f"/experimental/open-platform/chat/bot/users/{told['ids']['user_id']}/messages",
        {"text_message": "سلام، من رباتم"},
    )

    assert answer.status_code == 200
    expect(page.get_by_text("سلام، من رباتم")).to_be_visible()


def news(lines: Iterator[str]) -> dict[str, Any]:
    """The next event of a stream."""
    found = next(line for line in lines if line.startswith("data: "))
    return dict(json.loads(found.removeprefix("data: ")))


def test_page_is_not_drawn_anew_for_what_one_has_seen_oneself(platform_server: Platform) -> None:
    path = f"/chat/{platform_server.credentials['ids']['conversation_id']}"
    seller, buyer = platform_server.browser(SARA), platform_server.browser(REZA)
    page = seller.get(path)
    number = page.text.split('id="messages"')[1].split('data-number="')[1].partition('"')[0]
    accepting = {"Accept": "text/event-stream"}
    with seller.client.stream("GET", f"{path}/live?after={number}", headers=accepting) as stream:
        lines = stream.iter_lines()
        assert news(lines)["html"] == ""

        buyer.submit(buyer.get(path), f"{path}/messages", message="هنوز هست؟")
        while "هنوز هست؟" not in (told := news(lines))["html"]:
            pass  # the buyer opened the page first, which the seller is told of
        token = page.text.split('name="csrf-token" content="')[1].partition('"')[0]
        seen = {"number": str(told["number"]), "csrf_token": token}
        assert seller.client.post(f"{path}/seen", data=seen).status_code == 200

        while (told := news(lines))["read"] < int(seen["number"]):
            assert not told["changed"]
        assert not told["changed"]
    seller.close()
    buyer.close()


def test_one_stream_tells_a_long_talk(platform_server: Platform) -> None:
    path = f"/chat/{platform_server.credentials['ids']['conversation_id']}"
    seller, buyer = platform_server.browser(SARA), platform_server.browser(REZA)
    page = buyer.get(path)
    accepting = {"Accept": "text/event-stream"}
    with seller.client.stream("GET", f"{path}/live", headers=accepting) as stream:
        lines = stream.iter_lines()
        for number in range(24):
            buyer.submit(
                page, f"{path}/messages", message=f"پیام {number}.", client_id=f"talk-{number}"
            )
            while f"پیام {number}." not in news(lines)["html"]:
                pass
    seller.close()
    buyer.close()
