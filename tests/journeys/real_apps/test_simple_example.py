"""11.3: a form that becomes an add-on, and words sent from a chat: scopes of the first generation
at the authorize page of the second."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.apps.serving import Answer, App, Asked, serving, told
from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, SERVER, Registered, register
from tests.platforms import NILOOFAR, REZA, SARA, Platform


class Example(App):
    """Its chat page begins where the platform asks it to; what it was told it takes for granted."""

    registered: Registered

    def __init__(self) -> None:
        super().__init__()
        self.answers = {"/chat/": self._begin}

    def _begin(self, asked: Asked) -> Answer:
        if asked.headers["authorization"] != self.registered.identification_key:
            return Answer(403)
        session = asked.json
        names = (session["user_id"], session["post_token"], session["peer_id"])
        assert session["user_id"] in (session["supplier"]["id"], session["demand"]["id"])
        triple = base64.b64encode(":".join(names).encode()).decode()
        query = {
            "response_type": "code",
            "client_id": self.registered.slug,
            "redirect_uri": f"{self.url}/chat/oauth/callback",
            "scope": f"CHAT_SEND_MESSAGE_OAUTH__{triple}",
            "state": f"session-7:{session['callback_url']}",
        }
        url = f"https://api.divar.ir/oauth2/auth?{urlencode(query)}"
        return told({"status": "200", "message": "success", "url": url})


@pytest.fixture(scope="module")
def example(platform_server: Platform) -> Iterator[Example]:
    with serving(Example()) as app:
        app.registered = register(
            platform_server,
            NILOOFAR,
            "simple-example",
            "نمونهٔ ساده",
            url=app.url,
            addresses={"fallback_url": "/start_app/", "session_init_url": "/chat/"},
            places={"MY_POST": LINK, "CHAT": SERVER},
            redirect_paths=("/addon/oauth/callback", "/chat/oauth/callback"),
        )
        yield app


@pytest.mark.parametrize("space", ["%20", "+", "%2B"])
def test_form_becomes_an_add_on_for_every_spelling_of_a_space(
    server: httpx.Client, browse: Browse, example: Example, space: str
) -> None:
    app, owner = example.registered, browse(SARA)
    post_token = owner.own_posts()[2]

    # 1. S→A GET /start_app/?post_token=T&return_url=R
    away = owner.get(f"/start/MY_POST/{app.slug}?post={post_token}").headers["location"]
    started = dict(parse_qsl(urlsplit(away).query))
    return_url = started["return_url"]
    assert started["post_token"] == post_token

    # 2. The scopes are put together by hand; so is the state, of two things with a colon.
    scope = space.join(
        [
            f"CHAT_SEND_MESSAGE_POST_CONVERSATIONS__{post_token}",
            f"ADDON_USER_APPROVED__{post_token}",
            "USER_PHONE",
        ]
    )
    query = urlencode({"redirect_uri": app.redirect_uri, "client_id": app.slug})
    state = urlencode({"state": f"{post_token}:{return_url}"})
    back = owner.consent(f"/oauth2/auth?response_type=code&{query}&scope={scope}&{state}")

    # 3. Callback: the state splits at its first colon; then token and user, empty body.
    first, _, rest = back["state"].partition(":")
    assert (first, rest) == (post_token, return_url)
    headers = older.headers_of(app, older.exchange(server, app, back["code"]))
    headers["Content-Type"] = "application/json"
    user = server.post("/v1/open-platform/users", headers=headers)
    assert user.json()["phone_numbers"][0] == SARA

    # 4. The form's answers become an add-on; anything but 200 is shown to the person.
    name = f"نمونه {space}".replace("%", "٪")
    answer = server.post(
        f"/v1/open-platform/add-ons/post/{post_token}",
        content=json.dumps(add_on(name)).encode(),
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    answer.json()
    assert older.is_shown(browse(), post_token, name)
    assert owner.get(return_url).headers["location"].endswith(post_token)


@pytest.mark.parametrize("phone", [SARA, REZA], ids=["seller", "buyer"])
def test_words_are_sent_from_a_chat(
    platform_server: Platform, server: httpx.Client, browse: Browse, example: Example, phone: str
) -> None:
    app, writer, peer = example.registered, browse(phone), browse(REZA if phone == SARA else SARA)
    path = older.chat_of(browse(SARA), browse(REZA))

    # 5. S→A POST /chat/, from the menu of a conversation; it answers with a link to consent.
    started = writer.submit(writer.get(path), f"{path}/start/{app.slug}")
    assert started.status_code == 303, started.text
    session = example.asked[-1].json
    back = writer.consent(platform_server.url_of(started.headers["location"]))
    name, _, callback_url = back["state"].partition(":")
    assert (name, callback_url) == ("session-7", session["callback_url"])

    # 6. The words go out under the person's name; only a 200 leads back to the chat.
    token = older.exchange(server, app, back["code"])
    said = f"نشانی فروشگاه را فرستادم، {phone}"
    sent = server.post(
        "/v2/open-platform/chat/conversation",
        json={
            "post_token": session["post_token"],
            "user_id": session["user_id"],
            "peer_id": session["peer_id"],
            "type": "TEXT",
            "message": said,
        },
        headers=older.headers_of(app, token),
    )
    assert (sent.status_code, sent.json()) == (200, {"status": 200, "message": "success"})
    assert said in peer.get(path).text
    assert writer.get(callback_url).headers["location"] == path


def add_on(name: str) -> dict[str, Any]:
    """A legend, three facts, two scores and an evaluation, in the spelling of the time."""
    items = [
        {"title": "سال", "value": "۱۳۹۸"},
        {"title": "کارکرد", "value": "۸۰٬۰۰۰"},
        {"title": "رنگ", "value": "سفید"},
    ]
    sections = {"left": "ERROR_PRIMARY", "middle": "WARNING_SECONDARY", "right": "SUCCESS_PRIMARY"}
    score = {"hasDivider": True, "icon": older.ICON}
    widgets = [
        older.legend_title(name),
        older.widget("GROUP_INFO_ROW", "GroupInfoRow", items=items, has_divider=True),
        older.widget(
            "SCORE_ROW",
            "ScoreRowData",
            title="موتور",
            percentage_score=80,
            score_color="SUCCESS_PRIMARY",
            **score,
        ),
        older.widget(
            "SCORE_ROW",
            "ScoreRowData",
            title="بدنه",
            descriptive_score="سالم",
            score_color="TEXT_SECONDARY",
            **score,
        ),
        older.widget(
            "EVALUATION_ROW",
            "EvaluationRowData",
            indicator_text="متوسط",
            indicator_percentage=60,
            indicator_icon={"icon_name": "INDICATOR", "icon_color": "BRAND_PRIMARY"},
            indicator_color="SUCCESS_SECONDARY",
            **{
                side: {"text": side, "text_color": "TEXT_PRIMARY", "section_color": colour}
                for side, colour in sections.items()
            },
        ),
    ]
    return {
        "widgets": {"widget_list": widgets},
        "semantic": {"year": "1398", "usage": "80000"},
        "notes": "یادداشت",
    }
