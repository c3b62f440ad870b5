"""Consent without a page: the same checks, the same tokens, and nowhere but in dev worlds."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import audit, identity, oauth
from tests.factories.identity import make_person
from tests.factories.posts import make_post

PHONE = "09121112233"
READS = "USER_PHONE"


@pytest.fixture
async def person(platform: Platform) -> identity.Person:
    async with platform.services.db.write() as tx:
        return await make_person(tx, phone="+989121112233")


@pytest.fixture
async def app(http: httpx.AsyncClient) -> dict[str, Any]:
    made = await http.post("/console/api/apps", json={"slug": "under-test"})
    assert made.status_code == 201, made.text
    answer: dict[str, Any] = made.json()
    return answer


def asked(app: dict[str, Any], *scopes: str, **more: Any) -> dict[str, Any]:
    return {"client_id": app["slug"], "phone": PHONE, "scopes": list(scopes), **more}


async def test_code_is_exchanged_like_any_other(http, person, app):
    given = await http.post("/console/api/consents", json=asked(app, READS, state="a state"))

    assert given.status_code == 200, given.text
    told = dict(parse_qsl(urlsplit(given.json()["redirect_to"]).query))
    assert given.json()["redirect_to"].startswith(app["redirect_uri"] + "?")
    assert told["code"] == given.json()["code"]
    assert (told["state"], told["scope"]) == ("a state", READS)

    tokens = await http.post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": told["code"],
            "redirect_uri": app["redirect_uri"],
            "client_id": app["slug"],
            "client_secret": app["client_secret"],
        },
    )
    assert tokens.status_code == 200, tokens.text
    assert tokens.json()["scope"] == READS


async def test_grant_answers_tokens_that_work_and_the_person_sees_it(platform, http, person, app):
    given = await http.post("/console/api/grants", json=asked(app, READS, "offline_access"))

    assert given.status_code == 200, given.text
    tokens = given.json()
    assert tokens["refresh_token"]
    assert tokens["expires_in"] == platform.settings.access_token_seconds
    called = await http.post(
        "/v1/open-platform/users",
        headers={
            "x-api-key": app["api_key"],
            "authorization": f"Bearer {tokens['access_token']}",
        },
    )
    assert called.status_code == 200, called.text
    assert called.json()["phone_numbers"] == [PHONE]
    async with platform.services.db.look() as look:
        connected = await oauth.connections_of(look, person.id)
    held = {one.scope.name for one in connected[0].permissions}
    assert held == {"USER_PHONE", "OFFLINE_ACCESS"}


async def test_basalams_door_gives_its_own_tokens(http, person, app):
    body = asked(app, "customer.profile.read", door="basalam")
    given = await http.post(
        "/console/api/grants", json=body | {"client_id": app["basalam_client_id"]}
    )

    assert given.status_code == 200, given.text
    me = await http.get(
        "/v1/users/me", headers={"authorization": f"Bearer {given.json()['access_token']}"}
    )
    assert me.status_code == 200, me.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"scopes": ["NO_SUCH_SCOPE"]}, 400, "oauth.invalid_scope"),
        ({"scopes": []}, 400, "oauth.invalid_scope"),
        ({"scopes": ["POST_ADDON_CREATE.nothing0"]}, 403, "oauth.no_standing"),
        ({"phone": "09129999999"}, 404, "identity.no_such_person"),
        ({"phone": "not a number"}, 400, "phone.invalid"),
        ({"client_id": "nobody"}, 404, "oauth.unknown_client"),
        ({"redirect_uri": "http://elsewhere.example/"}, 400, "oauth.unregistered_redirect_uri"),
        ({"scopes": "USER_PHONE"}, 400, "request.invalid_body"),
        ({"scope": "USER_PHONE"}, 400, "request.invalid_body"),
        ({"door": "pod"}, 400, "request.invalid_body"),
    ],
)
@pytest.mark.parametrize("call", ["consents", "grants"])
async def test_refusal_says_what_was_wrong_and_leaves_nothing(
    platform, http, person, app, call, change, status, code
):
    refused = await http.post(f"/console/api/{call}", json=asked(app, READS) | change)

    assert refused.status_code == status, refused.text
    assert refused.json()["code"] == code
    assert refused.json()["message"]
    async with platform.services.db.look() as look:
        assert await oauth.connections_of(look, person.id) == []


async def test_somebody_elses_post_is_not_theirs_to_give(platform, http, person, app):
    async with platform.services.db.write() as tx:
        other = await make_person(tx)
        post = await make_post(tx, owner_id=other.id)

    scope = f"POST_ADDON_CREATE.{post.token}"
    refused = await http.post("/console/api/grants", json=asked(app, scope))

    assert refused.status_code == 403
    assert scope in refused.json()["message"]


async def test_blocked_person_agrees_to_nothing(platform, http, person, app):
    async with platform.services.db.write() as tx:
        await identity.block(tx, person_id=person.id)

    refused = await http.post("/console/api/grants", json=asked(app, READS))

    assert (refused.status_code, refused.json()["code"]) == (403, "identity.person_blocked")


async def test_app_may_be_narrow_and_in_development(http, person):
    made = await http.post(
        "/console/api/apps",
        json={
            "development": True,
            "scopes": ["USER_PHONE"],
            "permissions": ["GET_POST"],
            "owner": PHONE,
            "events_url": "http://127.0.0.1:9/events",
        },
    )

    assert made.status_code == 201, made.text
    app = made.json()
    assert (app["state"], app["owner_phone"]) == ("development", PHONE)
    refused = await http.post("/console/api/grants", json=asked(app, "USER_POSTS_GET"))
    assert refused.json()["code"] == "oauth.invalid_scope"
    moved = await http.put(
        f"/console/api/apps/{app['slug']}/addresses",
        json={"dynamic_action_url": "http://127.0.0.1:9/action"},
    )
    assert moved.json()["events_url"] == "http://127.0.0.1:9/events"
    assert moved.json()["dynamic_action_url"] == "http://127.0.0.1:9/action"


@pytest.mark.parametrize(
    "body",
    [
        {"slug": "Not A Slug"},
        {"scopes": ["NO_SUCH"]},
        {"permissions": ["NO_SUCH"]},
        {"redirect_uri": "http://127.0.0.1/?query=1"},
        {"events_url": "not an address"},
        {"owner": "nobody"},
        {"sulg": "misspelt"},
    ],
)
async def test_app_that_cannot_be_is_refused_whole(http, body):
    refused = await http.post("/console/api/apps", json=body)

    assert refused.status_code == 400, refused.text
    assert refused.json()["code"]


async def test_people_are_made_and_found_again(http):
    drawn = await http.post("/console/api/people", json={"name": "خریدار"})
    again = await http.post("/console/api/people", json={"phone": drawn.json()["phone"]})

    assert drawn.status_code == 201
    assert again.json() == drawn.json()
    long = await http.post("/console/api/people", json={"name": "ن" * 200})
    assert long.status_code == 400


async def test_bare_world_has_no_credentials_to_print(http):
    assert (await http.get("/console/api/credentials")).status_code == 404


async def test_other_sites_agree_to_nothing(http, person, app):
    refused = await http.post(
        "/console/api/grants", json=asked(app, READS), headers={"sec-fetch-site": "cross-site"}
    )

    assert refused.status_code == 403


async def test_nothing_secret_is_written_down(platform, http, person, app):
    await http.post("/console/api/grants", json=asked(app, READS))

    async with platform.services.db.look() as look:
        entries = (await audit.entries(look)).entries
    assert app["api_key"] not in str(entries)
