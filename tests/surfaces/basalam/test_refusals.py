"""What is refused, and that every refusal is an object with a message."""

from datetime import timedelta

import pytest

from dalan.kernel.clock import AdjustableClock
from tests.factories.identity import make_person
from tests.surfaces.basalam.conftest import READS, WRITES, Scene


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/products", 404),
        ("GET", "/v1", 404),
        ("GET", "/v9/anything/at/all", 404),
        ("DELETE", "/v1/users/me", 405),
        ("POST", "/whoami", 405),
        ("GET", "/v1/users/me", 401),
    ],
)
async def test_refusal_is_an_object_with_a_message(scene: Scene, method, path, status):
    refused = await scene.call(method, path)

    assert refused.status_code == status
    assert isinstance(refused.json()["message"], str)
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.headers["x-request-id"]
    assert refused.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "host", ["core.basalam.com", "openapi.basalam.dev:8000", "CORE.basalam.com"]
)
async def test_host_of_a_service_is_asked_for_this_contract_whatever_the_path(scene: Scene, host):
    refused = await scene.call("GET", "/api_v2/commission", Host=host)
    me = await scene.call("GET", "/v3/users/me", await scene.token(READS), Host=host)

    assert (refused.status_code, refused.json()["detail"]) == (
        404, "nothing is served under this path",
    )  # fmt: skip
    assert me.json()["id"] == scene.number


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Basic abc", "Bearer nonsense", "Bearer " + "x" * 5_000]
)
async def test_token_that_is_none_is_401(scene: Scene, sent):
    refused = await scene.call("GET", "/v1/users/me", Authorization=sent)

    assert (refused.status_code, refused.json()["message"]) == (401, "Unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("word", ["bearer", "BEARER", "Bearer"])
async def test_bearer_is_read_in_any_case(scene: Scene, word):
    token = await scene.token(READS)

    assert (
        await scene.call("GET", "/v1/users/me", Authorization=f"{word} {token}")
    ).status_code == 200


async def test_expired_token_is_401(scene: Scene, moment: AdjustableClock):
    token = await scene.token(READS)
    assert (await scene.call("GET", "/v1/users/me", token)).status_code == 200

    moment.advance(timedelta(seconds=3_601))

    assert (await scene.call("GET", "/v1/users/me", token)).status_code == 401


async def test_missing_scope_is_403_and_the_hint_names_it(scene: Scene):
    path = f"/v1/users/{scene.number}/mobile-verification-requests"

    refused = await scene.call("POST", path, await scene.token(READS))

    assert refused.status_code == 403
    assert "scope=customer.profile.write" in refused.headers["x-dalan-hint"]


async def test_another_user_in_the_path_is_403_known_or_not(scene: Scene):
    token = await scene.token(WRITES)
    services = scene.platform.services
    async with services.db.write() as tx:
        from dalan.domains import identity

        other = await identity.number_of(tx, (await make_person(tx)).id)

    for number in (other.number, 12_345, scene.person.id):
        for method, path in (
            ("GET", f"/v1/users/{number}/bank-accounts"),
            ("POST", f"/v1/users/{number}/mobile-verification-requests"),
        ):
            assert (await scene.call(method, path, token)).status_code == 403


@pytest.mark.parametrize("number", ["abc", "0", "-5", "1.5", "9" * 19, "9" * 40, "1e3", "%00"])
async def test_user_that_is_no_number_is_422(scene: Scene, number):
    refused = await scene.call("GET", f"/v1/users/{number}/bank-accounts", await scene.token(READS))

    assert refused.status_code == 422, refused.text
    assert isinstance(refused.json()["message"], str)


@pytest.mark.parametrize("body", [b"{", b'"text"', b"5", b"[1]", b"\xff", b'{"mobile": {}}', b"[]"])
async def test_body_that_does_not_fit_is_422_with_its_place(scene: Scene, body):
    path = f"/v1/users/{scene.number}/mobile-change-requests"

    refused = await scene.call("POST", path, await scene.token(WRITES), body)

    assert refused.status_code == 422, refused.text
    (misfit,) = refused.json()["detail"]
    assert misfit["loc"][0] == "body"
    assert set(misfit) == {"loc", "msg", "type"}


async def test_every_missing_member_is_named_at_once(scene: Scene):
    path = f"/v1/users/{scene.number}/mobile-change-confirmations"

    refused = await scene.call("POST", path, await scene.token(WRITES), {"mobile": None})

    assert [one["loc"] for one in refused.json()["detail"]] == [
        ["body", "mobile"], ["body", "verification_code"],
    ]  # fmt: skip


async def test_any_origin_may_call_from_a_browser(scene: Scene):
    allowed = await scene.call("OPTIONS", "/v1/users/me", Origin="https://app.example")

    assert allowed.status_code == 204
    assert "Authorization" in allowed.headers["access-control-allow-headers"]


async def test_calls_are_counted_for_the_app(scene: Scene):
    before = scene.platform.services.quotas.used(scene.app.id).minute

    await scene.call("GET", "/v1/users/me", await scene.token(READS))

    assert scene.platform.services.quotas.used(scene.app.id).minute == before + 1


async def test_nothing_private_reaches_the_log(scene: Scene, tmp_path):
    await scene.call("GET", "/v1/users/me", await scene.token(READS))
    await scene.call(
        "PATCH", f"/v1/users/{scene.number}/verification-requests", await scene.token(WRITES),
        {"national_code": "0499370899", "birthday": "1990-05-17"},
    )  # fmt: skip

    log = (tmp_path / "log").read_text() if (tmp_path / "log").exists() else ""
    assert "0499370899" not in log
    assert "9121112233" not in log
