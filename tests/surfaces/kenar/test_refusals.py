"""Every refusal answers in the shape of the wire, names what was missing, and changes nothing."""

from datetime import timedelta

import httpx
import pytest

from dalan.domains import developers, oauth
from dalan.kernel import clock
from tests.factories.developers import make_app, make_key
from tests.factories.oauth import make_token
from tests.surfaces.kenar.conftest import Scene

POST = "/v1/open-platform/finder/post"
USER = "/v1/open-platform/users"


def refused(answer: httpx.Response, status: int, code: int) -> str:
    """The message of a refusal, after its shape was checked."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    body = answer.json()
    assert set(body) <= {"code", "message", "details"}
    assert body["code"] == code
    return str(body["message"])


async def test_call_without_a_key_is_refused(scene: Scene):
    refused(await scene.call("GET", f"{POST}/{scene.post.token}", key=None), 401, 16)


@pytest.mark.parametrize("key", ["nonsense", "dalan_ak_1_x_y", "ک" * 10, "x" * 5_000])
async def test_key_nobody_issued_is_refused(scene: Scene, key: str):
    headers = {"X-API-Key": key.encode()}
    answer = await scene.http.get(f"{POST}/{scene.post.token}", headers=headers)  # type: ignore[arg-type]  # bytes on purpose

    refused(answer, 401, 16)


async def test_revoked_key_is_refused_at_once(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        for key in await developers.keys_of(tx, scene.app.id):
            await developers.revoke_key(tx, scene.app.id, key_id=key.id)

    refused(await scene.call("GET", f"{POST}/{scene.post.token}"), 401, 16)


async def test_expired_key_is_refused(scene: Scene, moment: clock.AdjustableClock):
    services = scene.platform.services
    async with services.db.write() as tx:
        short = await make_key(
            tx, scene.app.id, keys=services.keys, expires_at=clock.now() + timedelta(hours=1)
        )
    assert (await scene.call("GET", f"{POST}/{scene.post.token}", key=short.text)).is_success

    moment.advance(timedelta(hours=2))

    refused(await scene.call("GET", f"{POST}/{scene.post.token}", key=short.text), 401, 16)


async def test_missing_permission_is_named_in_message_and_hint(scene: Scene):
    services = scene.platform.services
    async with services.db.write() as tx:
        narrow = await make_key(tx, scene.app.id, keys=services.keys, permissions=["USER_RETRIEVE"])

    answer = await scene.call("GET", f"{POST}/{scene.post.token}", key=narrow.text)

    assert "GET_POST" in refused(answer, 403, 7)
    assert "permission=GET_POST" in answer.headers["x-dalan-hint"]


async def test_missing_token_is_401_and_missing_scope_403_by_name(scene: Scene):
    token = await scene.token("USER_POSTS_GET")

    refused(await scene.call("GET", USER), 401, 16)
    answer = await scene.call("GET", USER, token=token)

    assert "USER_PHONE or USER_ID" in refused(answer, 403, 7)
    assert "scope=USER_PHONE or USER_ID" in answer.headers["x-dalan-hint"]


async def test_expired_and_foreign_and_forged_tokens_are_refused(
    scene: Scene, moment: clock.AdjustableClock
):
    services = scene.platform.services
    token = await scene.token("USER_ID")
    async with services.db.write() as tx:
        other = await make_app(tx, keys=services.keys)
        foreign = await make_token(tx, services.keys, scene.person, other.app, "USER_ID")

    refused(await scene.call("GET", USER, token=foreign), 403, 7)
    refused(await scene.call("GET", USER, token=token[:-1] + "x"), 401, 16)
    refused(await scene.call("GET", USER, token="x" * 9_000), 401, 16)
    moment.advance(timedelta(hours=2))
    refused(await scene.call("GET", USER, token=token), 401, 16)


async def test_refresh_token_is_no_access_token(scene: Scene):
    services = scene.platform.services
    from tests.factories.oauth import make_tokens

    async with services.db.write() as tx:
        pair = await make_tokens(tx, services.keys, scene.person, scene.app, "USER_ID")
    assert pair.refresh_token

    refused(await scene.call("GET", USER, token=pair.refresh_token), 401, 16)


async def test_revoked_family_opens_nothing_more(scene: Scene):
    services = scene.platform.services
    token = await scene.token("USER_ID")
    mac = services.keys.token_mac(token)
    assert mac is not None
    async with services.db.write() as tx:
        bearer = await oauth.bearer(tx, mac)
        assert bearer is not None
        assert bearer.family_id is not None
        await oauth.revoke_family(tx, bearer.family_id, reason="by_person")

    refused(await scene.call("GET", USER, token=token), 401, 16)


async def test_bad_token_where_none_is_needed_is_ignored(scene: Scene):
    answer = await scene.call("GET", f"{POST}/{scene.post.token}", token="rubbish")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/open-platform/nothing", 404, 5),
        ("GET", "/v9/open-platform/finder/post/AAAAAAAA", 404, 5),
        ("GET", "/experimental/open-platform/nothing", 404, 5),
        ("GET", "/v1/open-platform", 404, 5),
        ("GET", "/v1/open-platform/", 404, 5),
        ("GET", "/v1/open-platform/finder/post/", 404, 5),
        ("GET", "/v1/open-platform/finder/post/a/b", 404, 5),
        ("DELETE", "/v1/open-platform/users", 405, 12),
        ("PATCH", "/v1/open-platform/finder/post/AAAAAAAA", 405, 12),
        ("OPTIONS", "/v1/open-platform/users", 405, 12),
    ],
)
async def test_unknown_path_and_wrong_method_answer_in_shape(
    scene: Scene, method: str, path: str, status: int, code: int
):
    refused(await scene.call(method, path), status, code)


@pytest.mark.parametrize("token", ["%00%00%00%00", "%FF%FE", "..%2f..%2fetc", "a" * 400, "%20"])
async def test_odd_post_tokens_are_refused_without_a_fault(scene: Scene, token: str):
    answer = await scene.call("GET", f"{POST}/{token}")

    assert answer.status_code in (400, 404)
    assert answer.json()["code"] in (3, 5)


async def test_head_answers_like_get_without_a_body(scene: Scene):
    answer = await scene.call("HEAD", f"{POST}/{scene.post.token}")

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100


async def test_hint_names_the_field_at_fault(scene: Scene):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    path = f"/v2/open-platform/addons/post/{scene.post.token}"
    body = {"widgets": [{"title_row": {"text": "ب" * 50}}]}

    addon = await scene.call("POST", path, token=token, json=body)
    phone = await scene.call("POST", "/v1/open-platform/get-user-id-by-phone", json={"phone": 9})

    refused(addon, 400, 3)
    assert "field=widgets[0].title_row.text;" in addon.headers["x-dalan-hint"]
    refused(phone, 400, 3)
    assert "field=phone;" in phone.headers["x-dalan-hint"]


async def test_hint_of_a_long_field_still_says_where_to_read(scene: Scene):
    token = await scene.token(f"POST_ADDON_CREATE.{scene.post.token}")
    path = f"/v2/open-platform/addons/post/{scene.post.token}"
    answer = await scene.call("POST", path, token=token, json={"k" * 5_000: "\x00"})

    refused(answer, 400, 3)
    assert answer.headers["x-dalan-hint"].endswith("#request-invalid-body")


@pytest.mark.parametrize(
    ("limits", "message", "seconds"),
    [
        (developers.Limits(2, 1_000), "minutely rate limit exceeded", 60),
        (developers.Limits(600, 2), "daily quota exceeded", 15 * 3_600 + 30 * 60),
    ],
)
async def test_call_past_a_limit_is_refused_with_which_and_until_when(
    scene: Scene, limits: developers.Limits, message: str, seconds: int
):
    quotas = scene.platform.services.quotas
    quotas.rules = developers.QuotaRules(production=limits, enforced=True)
    path = f"{POST}/{scene.post.token}"
    for _ in range(2):
        assert (await scene.call("GET", path)).status_code == 200

    answer = await scene.call("GET", path)

    assert refused(answer, 429, 8) == message
    assert int(answer.headers["retry-after"]) == seconds
    assert answer.json()["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [{"subject": f"app:{scene.app.slug}", "description": "at most 2"}],
        }
    ]
