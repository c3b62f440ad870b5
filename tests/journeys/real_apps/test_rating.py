"""11.2: ratings, by an app of the first generation that listens to chats."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.apps.serving import Answer, App, Asked, serving, told
from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, SERVER, Registered, register
from tests.platforms import NILOOFAR, REZA, SARA, Browser, Platform

HOOK_KEY = "key-of-this-hook"
SOLD = "معامله انجام شد"


class Rating(App):
    """It listens to chats with a key of its own, and is started out of them."""

    registered: Registered

    def __init__(self) -> None:
        super().__init__()
        self.answers = {"/divar/chat/": self._hear, "/divar/integration/": self._begin}

    def _hear(self, asked: Asked) -> Answer:
        return Answer(200 if asked.headers.get("authorization") == HOOK_KEY else 401)

    def _begin(self, asked: Asked) -> Answer:
        if asked.headers["authorization"] != self.registered.identification_key:
            return Answer(401)
        state = asked.json["extra_data"].get("provider_data", {}).get("state", "new")
        return told(
            {"status": "200", "message": "success", "url": f"{self.url}/rate?state={state}"}
        )


@pytest.fixture(scope="module")
def rating(platform_server: Platform) -> Iterator[Rating]:
    with serving(Rating()) as app:
        app.registered = register(
            platform_server,
            NILOOFAR,
            "deal-rating",
            "امتیاز معامله",
            url=app.url,
            addresses={
                "fallback_url": "/divar/home/permissions",
                "session_init_url": "/divar/integration/",
            },
            places={"MY_POST": LINK, "CHAT": SERVER},
        )
        yield app


@pytest.fixture
def seller(browse: Browse) -> Browser:
    return browse(SARA)


@pytest.fixture
def buyer(browse: Browse) -> Browser:
    return browse(REZA)


@pytest.fixture
def chat(seller: Browser, buyer: Browser) -> str:
    """The path of the conversation it is about."""
    return older.chat_of(seller, buyer)


@pytest.fixture
def post_token(seller: Browser, chat: str) -> str:
    """The post they talk about."""
    return seller.get(chat).text.split('href="/v/')[1].partition('"')[0]


def test_buyer_who_bought_is_asked_to_rate(
    server: httpx.Client,
    rating: Rating,
    seller: Browser,
    buyer: Browser,
    chat: str,
    post_token: str,
) -> None:
    app = rating.registered

    # 1. The platform starts the app on the management page.
    away = seller.get(f"/start/MY_POST/{app.slug}?post={post_token}").headers["location"]
    assert dict(parse_qsl(urlsplit(away).query))["post_token"] == post_token

    # 2, 3. Scopes with a plus between them; the state is the post.
    scope = "+".join(
        [
            f"CHAT_READ_POST_CONVERSATIONS__{post_token}",
            f"CHAT_SEND_MESSAGE_POST_CONVERSATIONS__{post_token}",
            "USER_ADDON_CREATE",
            "USER_PHONE",
        ]
    )
    token = consent(server, app, seller, scope, state=post_token)
    headers = older.headers_of(app, token)

    # 4. It asks to be told of what is written about the post, at an address of its own.
    hooked = server.post(
        "/v1/open-platform/notify/chat/post-conversations",
        json={
            "post_token": post_token,
            "identification_key": HOOK_KEY,
            "endpoint": f"{rating.url}/divar/chat/",
        },
        headers=headers,
    )
    assert hooked.status_code == 200, hooked.text
    hooked.json()

    # 5. The buyer says the words it looks for; it is told who wrote to whom.
    older.write(buyer, chat, f"ممنون، {SOLD}.")
    heard = rating.wait_for("/divar/chat/", lambda one: SOLD in one.body.decode())
    assert heard.headers["authorization"] == HOOK_KEY
    payload = heard.json["payload"]
    assert heard.json["type"] == "CHAT_MESSAGE"
    assert payload["data"]["text"] == f"ممنون، {SOLD}."
    assert payload["metadata"]["post_token"] == post_token
    assert (payload["sender"]["is_supply"], payload["receiver"]["is_supply"]) == (False, True)

    # 6. Whose post is it?
    user = server.post("/v1/open-platform/users", headers=headers)
    assert user.json()["phone_numbers"][0] == SARA

    # 7. From the seller to the buyer, with a button that only the buyer sees.
    sent = server.post(
        "/v2/open-platform/chat/conversation",
        json={
            "user_id": payload["receiver"]["id"],
            "peer_id": payload["sender"]["id"],
            "post_token": post_token,
            "type": "TEXT",
            "message": "به این معامله امتیاز بدهید.",
            "receiver_btn": {
                "action": "DIRECT_LINK",
                "data": {
                    "icon_name": "لغو",
                    "caption": "امتیاز می‌دهم",
                    "extra_data": {},
                    "direct_link": f"{rating.url}/rate/7",
                },
            },
        },
        headers=headers,
    )
    assert sent.json() == {"status": 200, "message": "success"}
    assert f'href="{rating.url}/rate/7"' in buyer.get(chat).text
    assert "امتیاز می‌دهم" not in seller.get(chat).text

    # 8. The buyer rates, twice: what stood before goes, and every post of the seller shows it.
    others = [one for one in seller.own_posts() if one != post_token]
    id_ = ""
    for score in (60, 80):
        if id_:
            gone = server.delete(f"/v1/open-platform/addons/user/{id_}", headers=headers)
            assert gone.status_code == 200, gone.text
        made = server.post(
            f"/v1/open-platform/addons/user/{SARA}", json=score_of(score), headers=headers
        )
        assert made.status_code == 200, made.text
        id_ = made.json()["id"]
        assert older.is_shown(buyer, post_token, f"میانگین {score}")
        assert older.is_shown(buyer, others[0], f"میانگین {score}")
    assert "میانگین 60" not in buyer.get(f"/v/{post_token}").text


def test_started_from_a_chat_it_asks_to_write_in_that_chat_alone(
    server: httpx.Client, rating: Rating, seller: Browser, buyer: Browser, chat: str
) -> None:
    app = rating.registered

    # 10. Out of the menu of the conversation, nothing is handed on yet.
    started = buyer.submit(buyer.get(chat), f"{chat}/start/{app.slug}")
    assert started.headers["location"] == f"{rating.url}/rate?state=new"
    session = rating.wait_for("/divar/integration/").json
    assert session["demand"]["id"] == session["user_id"]

    # 11. One conversation, by the names of its people and its post; then a button for the seller.
    names = (session["user_id"], session["post_token"], session["peer_id"])
    triple = base64.b64encode(":".join(names).encode()).decode()
    scope = f"CHAT_SEND_MESSAGE_OAUTH__{triple}+CHAT_READ_CONVERSATION__{triple}"
    token = consent(server, app, buyer, scope, state="chat")
    button = {
        "action": "LINK",
        "data": {
            "icon_name": "STAR",
            "caption": "دیدن امتیاز",
            "extra_data": {"state": "rated-7"},
            "direct_link": "",
        },
    }
    sent = server.post(
        "/v2/open-platform/chat/conversation",
        json={
            **dict(zip(("user_id", "post_token", "peer_id"), names, strict=True)),
            "type": "TEXT",
            "message": "به شما امتیاز دادم.",
            "receiver_btn": button,
        },
        headers=older.headers_of(app, token),
    )
    assert sent.json() == {"status": 200, "message": "success"}

    # It reads the chat by the same names: who said what to whom.
    read = server.get(
        "/v1/open-platform/chat/conversation-messages",
        params=dict(zip(("user_id", "post_token", "peer_id"), names, strict=True)),
        headers=older.headers_of(app, token),
    )
    last = read.json()["messages"][-1]
    assert (last["type"], last["data"]) == ("TEXT", {"text": "به شما امتیاز دادم."})
    assert last["from"] == {"id": session["user_id"], "is_supply": False}
    assert last["to"] == {"id": session["peer_id"], "is_supply": True}
    assert int(last["sent_at"]) > 1_600_000_000_000_000

    # The seller presses it, and it finds its own state where the older form has it.
    pressed = seller.submit(seller.get(chat), f"{chat}/press/")
    assert pressed.headers["location"] == f"{rating.url}/rate?state=rated-7"


def score_of(percentage: int) -> dict[str, Any]:
    """A score row with a null for whatever it leaves out."""
    row = older.widget(
        "SCORE_ROW",
        "ScoreRowData",
        title=f"میانگین {percentage}",
        percentage_score=percentage,
        score_color=None,
        icon=None,
        hasDivider=True,
        action=older.web_view("https://rating.example/of/7"),
    )
    return {"widgets": {"widget_list": [row]}, "categories": [], "semantic": None}


def consent(
    server: httpx.Client, app: Registered, person: Browser, scope: str, *, state: str
) -> dict[str, Any]:
    """Ask a person, and change the code."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": app.slug,
            "redirect_uri": app.redirect_uri,
            "state": state,
        }
    )
    back = person.consent(f"/oauth?{query}&scope={scope}")
    assert back["state"] == state
    return older.exchange(server, app, back["code"])
