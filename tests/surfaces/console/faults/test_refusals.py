"""Faults that are refusals of the contract, each met for real by a call."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dalan.domains import chat, oauth, posts
from tests.factories.identity import make_person
from tests.factories.media import picture
from tests.factories.oauth import make_token
from tests.surfaces.console.faults.conftest import (
    PHONES,
    Scene,
    issued,
    order,
    read_post,
    struck,
)

Strike = Callable[[Scene], Awaitable[httpx.Response]]


def refusal(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Kenar's body of a refusal with that status."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def rate_limited_minute(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    body = refusal(answer, 429)
    assert (body["code"], body["message"]) == (8, "minutely rate limit exceeded")
    assert body["details"][0]["violations"][0]["subject"] == f"app:{scene.app.slug}"
    assert answer.headers["retry-after"] == "60"
    return answer


async def rate_limited_day(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 429)["message"] == "daily quota exceeded"
    assert answer.headers["retry-after"] == str(int(15.5 * 3_600))
    return answer


async def quota_used_up(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 429)["message"] == "daily quota exceeded"
    assert (await read_post(scene)).status_code == 429, "it lasts"
    await scene.http.delete("/console/api/faults/rules")
    assert (await read_post(scene)).status_code == 200, "and is taken back with the order"
    await order(scene, "unavailable", nth=1_000)
    return answer


async def server_error(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 500)["code"] == 13
    return answer


async def unavailable(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 503)["code"] == 14
    return answer


async def key_disabled(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 401)["message"] == "the API key was revoked"
    return answer


async def app_suspended(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 403)["message"] == f"the app {scene.app.slug} is suspended"
    return answer


async def token_expired(scene: Scene) -> httpx.Response:
    pair = await issued(scene, "USER_PHONE offline_access")

    answer = await scene.call("POST", PHONES, token=pair.access_token)

    assert refusal(answer, 401)["code"] == 16
    assert (await scene.call("POST", PHONES, token=pair.access_token)).status_code == 401
    assert await is_connected(scene), "the refresh token beside it still renews"
    return answer


async def token_revoked(scene: Scene) -> httpx.Response:
    pair = await issued(scene, "USER_PHONE offline_access")

    answer = await scene.call("POST", PHONES, token=pair.access_token)

    assert refusal(answer, 401)["code"] == 16
    assert not await is_connected(scene)
    return answer


async def is_connected(scene: Scene) -> bool:
    """Whether the person's consent still stands."""
    async with scene.platform.services.db.look() as look:
        return bool(await oauth.connections_of(look, scene.person.id))


async def scope_missing(scene: Scene) -> httpx.Response:
    token = await scene.token("USER_PHONE")

    answer = await scene.call("POST", PHONES, token=token)

    assert refusal(answer, 403)["message"] == "access token lacks scope USER_PHONE or USER_ID"
    assert (await scene.call("POST", PHONES, token=token)).status_code == 200
    return answer


async def post_deleted(scene: Scene) -> httpx.Response:
    answer = await read_post(scene)

    assert refusal(answer, 404)["code"] == 5
    async with scene.platform.services.db.look() as look:
        gone = await posts.by_token_though_gone(look, scene.post.token)
    assert gone is not None
    assert gone.is_gone
    return answer


async def delivery_restricted(scene: Scene) -> httpx.Response:
    path = "/v2/open-platform/conversations/none/messages"
    answer = await scene.call("POST", path, json={"message": "سلام"})

    body = refusal(answer, 412)
    assert body["message"] == "message delivery failed due to recipient's restriction"
    return answer


async def upload_expired(scene: Scene) -> httpx.Response:
    data = picture()
    begun = await scene.call(
        "POST", "/v8/upload/resumable/post/image", headers={"upload-length": str(len(data))}
    )
    location = begun.headers["location"].removeprefix("http://127.0.0.1:8000")

    part = {"content-type": "application/offset+octet-stream", "upload-offset": "0"}
    answer = await scene.call("PATCH", location, key=None, headers=part, content=data)

    assert answer.status_code == 404
    assert (await scene.http.get(location)).status_code == 404
    return answer


async def test_part_of_an_upload_is_its_apps_though_it_comes_without_a_key(scene: Scene):
    await order(scene, "upload_expired", app=scene.app.slug, operation="continue_upload")

    answer = await upload_expired(scene)

    assert answer.headers["x-dalan-fault"] == "upload_expired"


async def test_scope_of_a_conversation_is_missing_too(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        buyer = await make_person(tx)
        opened = await chat.open_about_post(tx, scene.post, buyer_id=buyer.id)
        writer = chat.Writer(person_id=buyer.id)
        await chat.send(tx, opened, chat.text_content("هنوز موجوده؟"), writer=writer)
    token = await scene.token(f"CONVERSATION_SEND_MESSAGE.{opened.uuid}")
    path = f"/v2/open-platform/conversations/{opened.uuid}/messages"
    await order(scene, "scope_missing", operation="conversation_send_message")

    first, second = [
        await scene.call("POST", path, token=token, json={"message": "بله", "type": "TEXT"})
        for _ in range(2)
    ]

    assert "CONVERSATION_SEND_MESSAGE" in refusal(first, 403)["message"]
    assert second.status_code == 200, second.text


async def test_signed_address_is_too_old_once(scene: Scene):
    signed = (await scene.call("GET", "/v1/open-platform/post/image-upload-url")).json()
    path = signed["upload_url"].removeprefix("http://127.0.0.1:8000")
    await order(scene, "upload_expired")

    first, second = [await scene.call("POST", path, key=None, content=picture()) for _ in range(2)]

    assert (first.status_code, first.headers["x-dalan-fault"]) == (401, "upload_expired")
    assert second.status_code == 200, second.text


STRUCK: dict[str, Strike] = {
    one.__name__: one
    for one in (
        rate_limited_minute, rate_limited_day, quota_used_up, server_error, unavailable,
        key_disabled, app_suspended, token_expired, token_revoked, scope_missing, post_deleted,
        delivery_restricted, upload_expired,
    )
}  # fmt: skip


@pytest.mark.parametrize("fault", STRUCK)
async def test_refusal_is_the_contracts_own(scene: Scene, fault: str):
    await order(scene, fault)

    answer = await STRUCK[fault](scene)

    assert answer.headers["x-dalan-fault"] == fault
    assert "x-request-id" in answer.headers
    if fault != "quota_used_up":
        assert await struck(scene) == [1]


@pytest.mark.parametrize("fault", ["rate_limited_minute", "unavailable", "key_disabled"])
async def test_nothing_is_done_where_it_is_refused(scene: Scene, fault: str):
    token = await scene.token("CREATE_WALLET_PAYMENT")
    await order(scene, fault, operation="/experimental/*")

    asked = {"amount_rials": "400000", "description": "گزارش", "redirect_url": "https://a.example"}
    answer = await scene.call(
        "POST", "/experimental/open-platform/wallet/payments/create", token=token, json=asked
    )

    assert answer.status_code in (429, 503, 401)
    async with scene.platform.services.db.look() as look:
        assert await look.rows("SELECT 1 FROM charge", ()) == []


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("rate_limited_day", 429),
        ("server_error", 500),
        ("unavailable", 503),
        ("app_suspended", 403),
    ],
)
async def test_basalams_apps_read_it_in_their_own_shape(scene: Scene, fault: str, status: int):
    services = scene.platform.services
    async with services.db.write() as tx:
        token = await make_token(
            tx, services.keys, scene.person, scene.app, "customer.profile.read", door="basalam"
        )
    await order(scene, fault, surface="basalam", app=scene.app.slug)

    answer = await scene.http.get("/v1/users/me", headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"message", "detail"}
    assert ("retry-after" in answer.headers) == (status == 429)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("rate_limited_minute", 429, "developers.quota_exceeded"), ("server_error", 500, "api.fault"),
     ("unavailable", 503, "dalan.unavailable"), ("key_disabled", 401, "developers.revoked_key")],
)  # fmt: skip
async def test_our_own_api_says_it_in_its_own_shape(
    scene: Scene, fault: str, status: int, code: str
):
    await order(scene, fault, surface="api")

    answer = await scene.http.get("/api/dalan/v1/events", headers={"x-api-key": scene.key})

    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [("server_error", 500, "server_error"), ("unavailable", 503, "temporarily_unavailable")],
)
async def test_token_endpoint_says_it_as_the_rfc_has_it(
    scene: Scene, fault: str, status: int, error: str
):
    await order(scene, fault, surface="oauth", app=scene.app.slug)
    fields = {"grant_type": "refresh_token", "refresh_token": "none", "client_secret": "none"}

    other = await scene.http.post("/oauth2/token", data=fields | {"client_id": "another"})
    answer = await scene.http.post("/oauth2/token", data=fields | {"client_id": scene.app.slug})

    assert other.status_code == 401
    assert answer.status_code == status
    assert answer.json()["error"] == error
