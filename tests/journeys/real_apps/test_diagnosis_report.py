"""11.1: a diagnosis report, by an app of the first generation, from the management page."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, Registered, register
from tests.platforms import NILOOFAR, SARA, Browser, Platform

PICTURE = Path(__file__).parents[3] / "examples" / "inspector" / "static" / "sheet.png"
STATE = "qwertyuiop"
NAMED = ("موتور", "گیربکس", "بدنه", "لاستیک", "برق", "مدارک")
COLOURS = (None, "SUCCESS_PRIMARY", "TEXT_PRIMARY", None, None, None)


@pytest.fixture(scope="module")
def app(platform_server: Platform) -> Registered:
    return register(
        platform_server,
        NILOOFAR,
        "car-diagnosis",
        "کارشناسی خودرو",
        url="https://diagnosis.example",
        addresses={"fallback_url": "/landing"},
        places={"MY_POST": LINK},
    )


@pytest.fixture
def owner(browse: Browse) -> Browser:
    return browse(SARA)


@pytest.fixture
def post_token(owner: Browser) -> str:
    return owner.own_posts()[1]


def authorize_link(app: Registered, post_token: str) -> str:
    query = {
        "client_id": app.slug,
        "scope": f"USER_PHONE ADDON_USER_APPROVED__{post_token}",
        "state": STATE,
        "redirect_uri": app.redirect_uri,
        "response_type": "code",
    }
    return f"/oauth?{urlencode(query)}"


def report() -> list[dict[str, Any]]:
    """A legend, six scores of which most say null for what they leave out, and a wide button."""
    scores = [
        older.widget(
            "SCORE_ROW",
            "ScoreRowData",
            title=name,
            descriptive_score="دو لکه رنگ" if name == "بدنه" else "سالم",
            percentage_score=None,
            score_color=colour,
            icon={"icon_name": "SETTINGS"},
            action=None,
            hasDivider=True,
        )
        for name, colour in zip(NAMED, COLOURS, strict=True)
    ]
    button = {"title": "مشاهدهٔ گزارش", "action": older.web_view("https://diagnosis.example/7")}
    return [
        older.legend_title("برگهٔ کارشناسی"),
        *scores,
        older.widget(
            "WIDE_BUTTON_BAR", "WideButtonBarWidgetData", style="SECONDARY", button=button
        ),
    ]


def test_report_comes_onto_the_post(
    server: httpx.Client, owner: Browser, browse: Browse, app: Registered, post_token: str
) -> None:
    # 1. The platform starts the app, which indexes post_token.
    started = owner.get(f"/start/MY_POST/{app.slug}?post={post_token}")
    landing = urlsplit(started.headers["location"])
    assert landing.path == "/landing"
    assert dict(parse_qsl(landing.query))["post_token"] == post_token

    # 2, 3. Consent; both members must come back, the state as it was.
    query = owner.consent(authorize_link(app, post_token))
    assert query["state"] == STATE
    assert query["code"]

    # 4. The key travels as api_key.
    token = older.exchange(server, app, query["code"], header="api_key")

    # 5. Who is it?
    headers = older.headers_of(app, token)
    user = server.post("/v1/open-platform/users", json={}, headers=headers)
    assert user.json()["phone_numbers"] == [SARA]

    # 6. The report; a JSON body whose type nobody names.
    body = {"widgets": {"widget_list": report()}, "link_in_spec": None, "semantic": None}
    request = server.build_request(
        "POST",
        f"/v1/open-platform/add-ons/post/{post_token}",
        content=json.dumps(body).encode(),
        headers=headers,
    )
    assert "content-type" not in request.headers
    assert server.send(request).status_code == 200

    # 7. It sends the person to the public page.
    assert older.is_shown(browse(), post_token, "برگهٔ کارشناسی")
    page = browse().get(f"/v/{post_token}").text
    for text in (*NAMED, "دو لکه رنگ", "مشاهدهٔ گزارش"):
        assert text in page


def test_refusal_comes_back_with_the_state_and_without_a_code(
    owner: Browser, app: Registered, post_token: str
) -> None:
    query = owner.consent(authorize_link(app, post_token), decision="deny")

    assert query["state"] == STATE
    assert "code" not in query


def test_failed_exchange_is_json_without_access_token(
    server: httpx.Client, app: Registered
) -> None:
    assert "access_token" not in older.exchange(server, app, "made-up", header="api_key")


def test_tokens_are_refreshed_where_they_were_given(
    server: httpx.Client, owner: Browser, app: Registered, post_token: str
) -> None:
    code = owner.consent(authorize_link(app, post_token))["code"]
    token = older.exchange(server, app, code, header="api_key")

    answer = server.post(
        "/v1/open-platform/oauth/access_token",
        json={"refresh_token": token["refresh_token"], "grant_type": "refresh_token"},
        headers=app.key,
    )

    fresh = answer.json()
    assert fresh["access_token"] != token["access_token"]
    assert fresh["refresh_token"] != token["refresh_token"]
    assert int(fresh["expires"]) >= int(token["expires"])
    user = server.post("/v1/open-platform/users", json={}, headers=older.headers_of(app, fresh))
    assert user.json()["phone_numbers"] == [SARA]


def test_optional_upload_answers_created_and_a_name(server: httpx.Client) -> None:
    answer = server.put(
        "/v2/image-service/open-platform/image.jpg",
        content=PICTURE.read_bytes(),
        headers={"Content-Type": "image/jpeg"},
    )

    assert answer.status_code == 201
    assert answer.json()["image_name"].endswith(".jpg")


def test_optional_question_whether_a_post_exists_is_answered_by_status(
    server: httpx.Client, app: Registered, post_token: str
) -> None:
    there = server.get(f"/v1/open-platform/finder/post/{post_token}", headers=app.key)
    missing = server.get("/v1/open-platform/finder/post/AAAAAAAA", headers=app.key)

    assert (there.status_code, missing.status_code) == (200, 404)
