"""11.8: the ways of apps found elsewhere: each its own spelling of the same calls."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.apps.serving import Answer, App, serving
from tests.conftest import Browse
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, Registered, register
from tests.platforms import MARYAM, NILOOFAR, REZA, SARA, Browser, Platform


@pytest.fixture(scope="module")
def listener(platform_server: Platform) -> Iterator[App]:
    """Where events of all these apps come: they hear and thank."""
    app = App()
    app.answers = {"/events": lambda _: Answer(200)}
    with serving(app):
        yield app


@pytest.fixture(scope="module")
def app(platform_server: Platform, listener: App) -> Registered:
    return register(
        platform_server,
        NILOOFAR,
        "other-app",
        "برنامه‌ای دیگر",
        url=listener.url,
        addresses={"events_url": "/events", "fallback_url": "/landing"},
        places={"DEMAND_POST": LINK},
    )


def ask(app: Registered, person: Browser, scope: str, **more: str) -> dict[str, str]:
    """Open the authorize link and agree, unless ``decision`` says otherwise."""
    query = {
        "response_type": "code",
        "client_id": app.slug,
        "redirect_uri": app.redirect_uri,
        "scope": scope,
        "state": "a||b",
    }
    return person.consent(f"/oauth2/auth?{urlencode(query)}", **more)


def grant(app: Registered, code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.slug,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
    }


def check_tokens(answer: httpx.Response) -> dict[str, Any]:
    """Every member a client takes for granted."""
    assert answer.status_code == 200, answer.text
    token = dict(answer.json())
    assert token["access_token"]
    assert token["token_type"].lower() == "bearer"
    assert token["expires_in"] > 0
    assert token["scope"] == "USER_PHONE offline_access"
    assert token["refresh_token"]
    return token


@pytest.mark.parametrize("way", ["form", "form with a key", "json", "basic", "basic, then form"])
def test_code_is_exchanged_every_way_apps_do_it(
    server: httpx.Client, browse: Browse, app: Registered, way: str
) -> None:
    back = ask(app, browse(MARYAM), "USER_PHONE offline_access")
    assert back["state"] == "a||b"
    body = grant(app, back["code"])
    bare = {name: body[name] for name in ("grant_type", "code", "redirect_uri")}

    if way == "json":
        answer = server.post("/oauth2/token", json=body)
    elif way == "form with a key":
        answer = server.post("/oauth2/token", data=body, headers={"X-API-Key": app.api_key})
    elif way == "basic":
        answer = server.post("/oauth2/token", data=bare, auth=(app.slug, app.client_secret))
    else:
        if way == "basic, then form":  # a probe with what was typed wrong costs the code nothing
            probe = server.post("/oauth2/token", data=bare, auth=(app.slug, "mistyped"))
            assert (probe.status_code, probe.json()["error"]) == (401, "invalid_client")
        answer = server.post("/oauth2/token", data=body)

    token = check_tokens(answer)
    user = server.get(
        "/v1/open-platform/users",
        headers={"x-api-key": app.api_key, "Authorization": f"Bearer {token['access_token']}"},
    )
    assert user.json()["phone_number"] == MARYAM


def test_refresh_with_the_old_access_token_as_code_gives_both_anew(
    server: httpx.Client, browse: Browse, app: Registered
) -> None:
    back = ask(app, browse(MARYAM), "USER_PHONE offline_access")
    old = check_tokens(server.post("/oauth2/token", data=grant(app, back["code"])))

    refreshed = server.post(
        "/oauth2/token",
        data=grant(app, old["access_token"])
        | {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]},
    )

    new = check_tokens(refreshed)
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] != old["refresh_token"]


def test_refusal_is_told_as_an_error_with_a_description(browse: Browse, app: Registered) -> None:
    back = ask(app, browse(REZA), "USER_PHONE", decision="deny")

    assert back["error"] == "access_denied"
    assert back["error_description"]
    assert back["state"] == "a||b"
    assert "code" not in back


def test_app_that_lost_the_way_back_sends_to_the_fixed_address(
    browse: Browse, app: Registered
) -> None:
    person, owner = browse(REZA), browse(SARA)
    post_token = owner.own_posts()[0]
    person.get(f"/start/DEMAND_POST/{app.slug}?post={post_token}")

    back = person.get("/completion?status=success&price=450000&message=<b>done</b>")

    assert back.headers["location"] == f"/v/{post_token}"


def test_search_takes_a_word(server: httpx.Client, browse: Browse, app: Registered) -> None:
    post_token = browse(SARA).own_posts()[0]
    post = server.get(f"/v1/open-platform/finder/post/{post_token}", headers=app.key).json()
    word = post["data"]["title"].split()[0]

    found = server.post(
        "/v2/open-platform/finder/post",
        json={"category": post["category"], "query_text": word},
        headers=app.key,
    ).json()["posts"]
    nothing = server.post(
        "/v2/open-platform/finder/post", json={"query_text": "هیچ‌چنین‌واژه‌ای"}, headers=app.key
    ).json()

    assert post_token in [one["token"] for one in found]
    assert not nothing.get("posts")


def test_event_says_when_in_the_form_apps_read(
    browse: Browse, app: Registered, listener: App
) -> None:
    older.write(browse(MARYAM), f"/chat/addon_{app.slug}", "سلام")

    said = listener.wait_for("/events").json["new_chatbot_message"]
    assert said["sent_at"].endswith("Z")
    assert datetime.fromisoformat(said["sent_at"]).utcoffset() is not None
