"""What apps of the first generation send: their exchange of a code, and their widgets."""

import re
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.apps.serving import WAIT_SECONDS_MAX
from tests.journeys.real_apps.registering import Registered
from tests.platforms import Browser

ICON = {"icon_name": "CAR_ENGINE"}


def exchange(
    server: httpx.Client, app: Registered, code: str, *, header: str = "x-api-key"
) -> dict[str, Any]:
    """The code for tokens: the API key is the client secret, and travels under either name."""
    answer = server.post(
        "/v1/open-platform/oauth/access_token",
        json={
            "code": code,
            "client_id": app.slug,
            "client_secret": app.api_key,
            "grant_type": "authorization_code",
        },
        headers={header: app.api_key},
    )
    token = dict(answer.json())
    if answer.status_code == 200:
        assert token["access_token"]
        assert token["refresh_token"]
        assert isinstance(token["expires"], str)
        assert int(token["expires"]) > 1_600_000_000
    return token


def headers_of(app: Registered, token: dict[str, Any]) -> dict[str, str]:
    """Who calls, and for whom, as it was spelled then."""
    return {"x-api-key": app.api_key, "x-access-token": token["access_token"]}


def widget(kind: str, type_tail: str, **data: object) -> dict[str, Any]:
    """One widget of that time."""
    whole = {"@type": f"type.googleapis.com/widgets.{type_tail}", **data}
    return {"widget_type": kind, "data": whole}


def legend_title(title: str) -> dict[str, Any]:
    """The head of a report, with the app's logo."""
    return widget(
        "LEGEND_TITLE_ROW",
        "LegendTitleRowData",
        title=title,
        subtitle="گزارش کارشناس",
        has_divider=True,
        image_url="logo",
    )


def web_view(link: str) -> dict[str, Any]:
    """The action that opens a page of the app."""
    return {
        "type": "LOAD_WEB_VIEW_PAGE",
        "fallback_link": link,
        "payload": {
            "@type": "type.googleapis.com/widgets.LoadWebViewPagePayload",
            "url": link,
            "action_type": "LOAD_WEB_VIEW_PAGE",
        },
    }


def is_shown(visitor: Browser, post_token: str, text: str) -> bool:
    """Whether the public page says it; attaching happens soon after the answer."""
    return _comes_true(lambda: text in visitor.get(f"/v/{post_token}").text)


def is_gone(visitor: Browser, post_token: str, text: str) -> bool:
    """Whether the public page says it no more."""
    return _comes_true(lambda: text not in visitor.get(f"/v/{post_token}").text)


def _comes_true(fact: Callable[[], bool]) -> bool:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not fact():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def write(person: Browser, path: str, text: str) -> None:
    """Say something in a chat."""
    answer = person.submit(person.get(path), f"{path}/messages", message=text)
    assert answer.status_code == 303, answer.text


def chat_of(seller: Browser, buyer: Browser) -> str:
    """The path of the chat two people have about a post of the one."""
    ours, theirs = [
        list[str](
            re.findall(
                r'class="talk-line[^"]*" href="(/chat/(?!addon_)[^"]+)"', one.get("/chat").text
            )
        )
        for one in (seller, buyer)
    ]
    return next(path for path in theirs if path in ours)
