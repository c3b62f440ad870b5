"""11.7: what the generated SDKs call. They come from an older document, so their paths are older
than today's; they are called here as they build their requests, and read as they read answers.

Strictness against today's document is proven in ``tests/contracts/test_strict_decoding.py``.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, Registered, register
from tests.platforms import MARYAM, NILOOFAR, SARA, Browser, Platform

SCOPES = "USER_PHONE USER_ID USER_POSTS_ADDON_CREATE USER_VERIFICATION_CREATE CREATE_WALLET_PAYMENT"


@pytest.fixture(scope="module")
def app(platform_server: Platform) -> Registered:
    return register(
        platform_server,
        NILOOFAR,
        "generated-sdk",
        "برنامهٔ SDK ساخته‌شده",
        url="https://generated.example",
        addresses={"fallback_url": "/landing", "events_url": "/events"},
        places={"MY_POST": LINK},
    )


@pytest.fixture
def person(browse: Browse) -> Browser:
    return browse(SARA)


@pytest.fixture
def api(platform_server: Platform, app: Registered, person: Browser) -> Iterator[httpx.Client]:
    """Their client: a host, a key and a bearer token, and JSON in every request."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": app.slug,
            "redirect_uri": app.redirect_uri,
            "scope": SCOPES,
            "state": "generated",
        }
    )
    with httpx.Client(base_url=platform_server.base_url, timeout=30) as client:
        issued = client.post(
            "/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "code": person.consent(f"/oauth2/auth?{query}")["code"],
                "client_id": app.slug,
                "client_secret": app.client_secret,
                "redirect_uri": app.redirect_uri,
            },
        )
        client.headers.update(
            {
                "X-API-Key": app.api_key,
                "Authorization": f"Bearer {issued.json()['access_token']}",
                "Accept": "application/json",
                "User-Agent": "OpenAPI-Generator/1.0.0/python",
            }
        )
        yield client


def read(answer: httpx.Response) -> dict[str, Any]:
    """An object with status 200, as each of their operations declares it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return dict(answer.json())


def test_user_is_asked_for_by_post(api: httpx.Client) -> None:
    user = read(api.post("/v1/open-platform/users", json={}))

    assert user["phone_numbers"] == [user["phone_number"]] == [SARA]
    assert user["user_id"]


def test_add_on_is_made_at_today_s_path_and_deleted_at_the_older_one(
    api: httpx.Client, browse: Browse, person: Browser
) -> None:
    post_token, visitor = person.own_posts()[3], browse()
    body = {"widgets": [{"title_row": {"text": "ساختهٔ SDK", "has_divider": True}}]}

    assert read(api.post(f"/v2/open-platform/addons/post/{post_token}", json=body)) == {}
    assert older.is_shown(visitor, post_token, "ساختهٔ SDK")
    assert read(api.delete(f"/v1/open-platform/add-ons/post/{post_token}")) == {}
    assert older.is_gone(visitor, post_token, "ساختهٔ SDK")


def test_semantic_data_of_a_person_goes_by_their_number(api: httpx.Client) -> None:
    user_id = read(api.get("/v1/open-platform/users"))["user_id"]
    path = f"/v1/open-platform/semantic/user/{SARA}"

    made = read(api.post(path, json={"phone": SARA, "semantic": {"status": "SUCCEEDED"}}))

    assert isinstance(made["id"], str)
    assert read(api.delete(path, params={"divar_user_id": user_id})) == {}


@pytest.mark.parametrize(
    "path",
    [
        "/experimental/open-platform/chat/bot/conversations/{conversation}/messages",
        "/experimental/open-platform/chatbot-conversations/{conversation}/messages",
        "/experimental/open-platform/chat/bot/users/{user}/messages",
    ],
)
def test_bot_writes_at_each_of_its_older_paths(
    api: httpx.Client, browse: Browse, app: Registered, path: str
) -> None:
    writer, chat = browse(MARYAM), f"/chat/addon_{app.slug}"
    older.write(writer, chat, "سلام")
    asked = api.post("/v1/open-platform/get-user-id-by-phone", json={"phone": MARYAM})
    user = read(asked)["user_id"]
    first = api.post(
        f"/experimental/open-platform/chat/bot/users/{user}/messages",
        json={"type": "TEXT", "text_message": "درود"},
    )
    conversation = read(first)["conversation_id"]

    sent = api.post(
        path.format(conversation=conversation, user=user),
        json={"type": "TEXT", "text_message": f"از {path}"},
    )

    assert read(sent) == {"conversation_id": conversation}
    assert f"از {path}" in writer.get(chat).text


def test_money_asked_of_a_person_is_not_taken_before_they_pay(
    platform_server: Platform, api: httpx.Client, person: Browser
) -> None:
    made = read(
        api.post(
            "/experimental/open-platform/wallet/payments/create",
            json={
                "amount_rials": "1500000",
                "description": "کارشناسی",
                "redirect_url": "https://generated.example/paid",
            },
        )
    )
    stands = read(api.get(f"/experimental/open-platform/wallet/payments/{made['token']}"))
    early = api.post(
        "/experimental/open-platform/wallet/payments/commit", json={"token": made["token"]}
    )

    assert person.get(platform_server.url_of(made["payment_url"])).status_code == 200
    assert stands["transaction"] == {
        "token": made["token"],
        "amount_rials": "1500000",
        "status": "CREATED",
    }
    assert (early.status_code, early.json()["code"]) == (412, 9)
