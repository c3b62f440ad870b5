"""An app writes between two people: each sees the buttons meant for them, and presses are answered.

Source: reference/kenar.md 4.4, 4.6 and 5.4, in today's spelling.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.apps.serving import Answer, App, Asked, page, serving, told
from tests.conftest import Browse
from tests.journeys.conftest import OpenBrowser
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import SERVER, Registered, register
from tests.platforms import NILOOFAR, REZA, SARA, Platform

pytestmark = pytest.mark.journey

GREETING = "می‌خواهید با پرداخت امن معامله کنید؟"
AGREED = "فروشنده پذیرفت."


class SafePayment(App):
    """It asks the seller by a press, and the buyer pays on its page."""

    registered: Registered

    def __init__(self, platform_url: str) -> None:
        super().__init__()
        self.token = ""
        self.conversation = ""
        self._platform = platform_url
        self.answers = {"/action": self._act, "/session": self._begin, "/pay": self._pay}

    def write(self, text: str, **buttons: Any) -> None:
        """In the seller's name, below the app's own."""
        sent = httpx.post(
            f"{self._platform}/v2/open-platform/conversations/{self.conversation}/messages",
            headers={
                "X-API-Key": self.registered.api_key,
                "Authorization": f"Bearer {self.token}",
            },
            json={"type": "TEXT", "message": text, **buttons},
            timeout=30,
        )
        assert sent.json() == {"status": 200, "message": "success"}, sent.text

    def _act(self, asked: Asked) -> Answer:
        assert asked.headers["authorization"] == self.registered.identification_key
        order = asked.json["extra_data"]["order"]
        if asked.json["extra_data"]["answer"] == "no":
            return told({"text_message": "لغو شد."})
        action = {"open_server_link": {"data": {"order": order}}}
        pay = {"caption": "پرداخت", "icon": "PAYMENT", "action": action}
        self.write(AGREED, receiver_buttons={"rows": [{"buttons": [pay]}]})
        return told({"text_message": "به خریدار گفتیم."})

    def _begin(self, asked: Asked) -> Answer:
        assert asked.headers["authorization"] == self.registered.identification_key
        assert asked.headers["api-version"] == "2"
        body = asked.json
        query = urlencode({"order": body["extra_data"]["order"], "back": body["completion_url"]})
        return told({"url": f"{self.url}/pay?{query}"})

    def _pay(self, asked: Asked) -> Answer:
        way_back = f'<a href="{asked.query["back"]}">پرداخت کردم</a>'
        return page(f"سفارش {asked.query['order']}", way_back)


@pytest.fixture
def payment(platform_server: Platform) -> Iterator[SafePayment]:
    with serving(SafePayment(platform_server.base_url)) as app:
        app.registered = register(
            platform_server,
            NILOOFAR,
            "safe-payment",
            "پرداخت امن",
            url=app.url,
            addresses={"session_init_url": "/session", "dynamic_action_url": "/action"},
            places={"CHAT": SERVER},
        )
        yield app


@pytest.fixture
def app_hosts(payment: SafePayment) -> set[str]:
    return {urlsplit(payment.url).netloc}


def test_seller_agrees_by_a_press_and_the_buyer_pays(
    open_browser: OpenBrowser,
    platform_server: Platform,
    server: httpx.Client,
    browse: Browse,
    payment: SafePayment,
) -> None:
    app, path = payment.registered, older.chat_of(browse(SARA), browse(REZA))
    payment.conversation = path.rpartition("/")[2]
    asked = {
        "response_type": "code",
        "client_id": app.slug,
        "redirect_uri": app.redirect_uri,
        "scope": f"CONVERSATION_SEND_MESSAGE.{payment.conversation}",
        "state": "s",
    }
    code = browse(SARA).consent(f"/oauth2/auth?{urlencode(asked)}")["code"]
    issued = server.post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app.slug,
            "client_secret": app.client_secret,
            "redirect_uri": app.redirect_uri,
        },
    )
    payment.token = issued.json()["access_token"]
    seller, buyer = open_browser(SARA).page, open_browser(REZA).page
    seller.goto(path)
    buyer.goto(path)

    # One message, two keyboards.
    def ask(caption: str, answer: str) -> dict[str, Any]:
        data = {"order": "7", "answer": answer}
        return {"caption": caption, "action": {"get_dynamic_action": {"data": data}}}

    about = {"open_direct_link": f"{payment.url}/about"}
    guide = {"caption": "راهنما", "icon_name": "نامی ناشناخته", "action": about}
    payment.write(
        GREETING,
        sender_buttons={"rows": [{"buttons": [ask("می‌پذیرم", "yes"), ask("نه", "no")]}]},
        receiver_buttons={"rows": [{"buttons": [guide]}]},
    )
    expect(seller.get_by_text(GREETING)).to_be_visible()
    expect(buyer.get_by_text(GREETING)).to_be_visible()
    expect(seller.locator(".bubble").last).to_contain_text("پرداخت امن")
    expect(buyer.get_by_role("link", name="راهنما")).to_be_visible()
    expect(buyer.get_by_role("button", name="می‌پذیرم")).to_have_count(0)
    expect(seller.get_by_role("link", name="راهنما")).to_have_count(0)

    # A press is told to the app, which answers with words or writes before it answers.
    for caption, said in (("نه", "لغو شد."), ("می‌پذیرم", "به خریدار گفتیم.")):
        with seller.expect_navigation():
            seller.get_by_role("button", name=caption, exact=True).click()
        expect(seller.get_by_role("status").filter(has_text=said)).to_be_visible()
    press = payment.asked[0].json
    assert (press["touchpoint"], press["user_side"]) == ("CHAT", "SUPPLY")
    assert press["conversation_id"] == payment.conversation
    expect(seller.get_by_text(AGREED)).to_be_visible()
    expect(buyer.get_by_text(AGREED)).to_be_visible()

    # The buyer's press leads to the app's page, and back into the chat.
    buyer.get_by_role("button", name="پرداخت", exact=True).click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text("سفارش 7")
    start = payment.wait_for("/session").json
    assert (start["source"], start["user_side"]) == ("CHAT_MESSAGE_ACTION", "DEMAND")
    assert start["provider_data"] == start["extra_data"] == {"order": "7"}
    buyer.get_by_role("link", name="پرداخت کردم").click()
    buyer.wait_for_url(f"**{path}")
