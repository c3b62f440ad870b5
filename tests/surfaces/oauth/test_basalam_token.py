"""Basalam's token endpoint: every shape of body, every grant, every refusal."""

from base64 import b64encode
from datetime import timedelta
from typing import Any, cast

import httpx
import msgspec
import pytest

from dalan.domains import developers, identity, oauth
from dalan.surfaces.oauth import make_app
from dalan.surfaces.oauth.basalam_token import client_tokens
from tests.factories.developers import KEYS
from tests.surfaces.oauth.basalam import (
    YEAR_SECONDS,
    Shop,
    code_for,
    exchange,
    make_shop,
    refused,
    tokens_for,
)
from tests.surfaces.oauth.conftest import code_for as kenar_code_for


@pytest.fixture(autouse=True)
def fresh_allowance():
    client_tokens.forget()


@pytest.fixture
async def shop(market: Any) -> Shop:
    return await make_shop(market)


async def bearer(market: Any, token: str) -> oauth.Bearer | None:
    async with market.services.db.look() as look:
        return await oauth.bearer(look, KEYS.token_mac(token) or b"", door="basalam")


async def refresh(client: Any, shop: Shop, token: str, **given: Any) -> Any:
    body = {"grant_type": "refresh_token", "refresh_token": token, **shop.credentials} | given
    return await client.post("/oauth/token", data=body)


@pytest.mark.parametrize("shape", ["json", "form", "multipart", "basic", "texts", "untyped"])
async def test_code_is_exchanged_whatever_the_body(browser, market, shop, shape):
    fields = {
        "grant_type": "authorization_code",
        "code": await code_for(browser, shop),
        "redirect_uri": shop.made.redirect_uri,
    }
    basic = b64encode(f"{shop.client_id}:{shop.made.client_secret}".encode()).decode()
    sent: dict[str, Any] = {
        "json": {"json": fields | shop.credentials | {"x": {"y": [1]}, "scope": None}},
        "form": {"data": fields | shop.credentials},
        "multipart": {"files": {k: (None, str(v)) for k, v in (fields | shop.credentials).items()}},
        "basic": {"data": fields, "headers": {"authorization": f"Basic {basic}"}},
        "texts": {"json": fields | shop.credentials | {"client_id": shop.client_id}},
        "untyped": {"content": msgspec.json.encode(fields | shop.credentials)},
    }[shape]

    answer = await browser.post("/oauth/token", **sent)

    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert set(body) == {"token_type", "expires_in", "access_token", "refresh_token", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", YEAR_SECONDS)
    assert body["scope"] == "customer.chat.read vendor.product.write"
    assert answer.headers["cache-control"] == "no-store"
    found = await bearer(market, body["access_token"])
    assert found is not None
    assert oauth.allows(found, "vendor.product.read")


async def test_older_path_answers_alike(browser, shop):
    code = await code_for(browser, shop)

    answer = await browser.post(
        "/accounts/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": shop.made.redirect_uri,
            **shop.credentials,
        },
    )

    assert answer.status_code == 200


async def test_expires_in_is_the_real_lifetime(browser, market, shop, moment):
    issued = await tokens_for(browser, shop)

    moment.advance(timedelta(seconds=YEAR_SECONDS - 1))
    assert await bearer(market, issued["access_token"]) is not None
    moment.advance(timedelta(seconds=2))
    assert await bearer(market, issued["access_token"]) is None

    renewed = await refresh(browser, shop, issued["refresh_token"])
    assert renewed.json()["expires_in"] == YEAR_SECONDS - 1


async def test_code_presented_twice_is_refused_and_ends_what_it_brought(browser, market, shop):
    code = await code_for(browser, shop)
    issued = (await exchange(browser, shop, code)).json()

    again = await exchange(browser, shop, code)

    refused(again, 400, "invalid_grant")
    assert await bearer(market, issued["access_token"]) is None


async def test_code_dies_after_ten_minutes(browser, shop, moment):
    code = await code_for(browser, shop)

    moment.advance(timedelta(minutes=10, seconds=1))

    refused(await exchange(browser, shop, code), 400, "invalid_grant")


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": 1}, 401, "invalid_client"),
        ({"client_id": 2**70}, 401, "invalid_client"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": "nobody-gave-this"}, 400, "invalid_grant"),
        ({"code": ["a"]}, 400, "invalid_request"),
        ({"code": True}, 400, "invalid_request"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"redirect_uri": "https://shop.example/cb/"}, 400, "redirect_uri_mismatch"),
    ],
)
async def test_refusals_have_the_contracts_words_and_burn_no_code(
    browser, shop, given, status, error
):
    code = await code_for(browser, shop)

    refused(await exchange(browser, shop, code, **given), status, error)

    assert (await exchange(browser, shop, code)).status_code == 200


async def test_address_registered_but_not_the_one_of_the_code_is_a_mismatch(browser, market, shop):
    code = await code_for(browser, shop)
    async with market.services.db.write() as tx:
        await developers.add_redirect_uri(
            tx, shop.made.app.id, uri="https://shop.example/other",
            policy=developers.AddressPolicy(),
        )  # fmt: skip

    answer = await exchange(browser, shop, code, redirect_uri="https://shop.example/other")

    refused(answer, 400, "redirect_uri_mismatch")


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"<xml/>", "headers": {"content-type": "application/xml"}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"[]"},
        {"content": b"\xff\xfe"},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=b"}},
        {"content": b"code=a&code=b&grant_type=authorization_code"},
        {"content": b"a=" + b"x" * 70_000},
        {},
    ],
)
async def test_body_that_cannot_be_read_is_an_invalid_request(anonymous, shop, sent):
    refused(await anonymous.post("/oauth/token", **sent), 400, "invalid_request")


async def test_wrong_method_is_told_in_the_same_shape(anonymous, shop):
    answer = await anonymous.get("/oauth/token")

    refused(answer, 405, "invalid_request")
    assert "POST" in answer.headers["allow"]


async def test_refresh_rotates_and_a_late_repeat_ends_all(browser, market, shop, moment):
    first = await tokens_for(browser, shop)

    second = (await refresh(browser, shop, first["refresh_token"])).json()
    lost = (await refresh(browser, shop, first["refresh_token"])).json()
    moment.advance(timedelta(seconds=121))
    late = await refresh(browser, shop, first["refresh_token"])

    assert second["access_token"] == lost["access_token"] != first["access_token"]
    refused(late, 400, "invalid_grant")
    assert await bearer(market, second["access_token"]) is None


async def test_tokens_of_one_door_are_nothing_at_the_other(browser, market, shop):
    theirs = await tokens_for(browser, shop)
    kenar = {"client_id": shop.made.app.slug, "client_secret": shop.made.client_secret}

    at_kenar = await browser.post(
        "/oauth2/token",
        data={
            "grant_type": "refresh_token", "refresh_token": theirs["refresh_token"], **kenar,
        },
    )  # fmt: skip
    code = await kenar_code_for(
        browser, market, client_id=shop.made.app.slug, redirect_uri=shop.made.redirect_uri,
        scope="USER_PHONE",
    )  # fmt: skip
    at_basalam = await exchange(browser, shop, code)

    assert at_kenar.json()["error"] == "invalid_grant"
    refused(at_basalam, 400, "invalid_grant")


async def test_client_credentials_bring_a_token_of_the_owner_without_a_refresh_token(
    browser, market, shop
):
    answer = await browser.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": "*", **shop.credentials},
    )

    body = answer.json()
    assert (answer.status_code, body["refresh_token"]) == (200, None)
    assert set(body["scope"].split()) == set(oauth.BASALAM_SCOPES)
    found = await bearer(market, body["access_token"])
    assert found is not None
    assert found.is_of_client
    assert (found.person_id, found.app_id) == (market.person.id, shop.made.app.id)
    async with market.services.db.look() as look:
        assert await oauth.connections_of(look, market.person.id) == []


@pytest.mark.parametrize("scope", ["nobody.knows", "USER_PHONE", ","])
async def test_client_credentials_refuse_scopes_nobody_knows(browser, shop, scope):
    answer = await browser.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": scope, **shop.credentials},
    )

    refused(answer, 400, "invalid_scope")


async def test_client_tokens_are_counted_where_quotas_are_enforced(market, shop):
    settings = msgspec.structs.replace(market.services.settings, quotas_enforced=True)
    services = msgspec.structs.replace(market.services, settings=settings)
    body = {"grant_type": "client_credentials", "scope": "*", **shop.credentials}
    transport = httpx.ASGITransport(app=cast(Any, make_app(services)))

    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = [await client.post("/oauth/token", json=body) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["message"]


async def test_closed_client_and_blocked_person_are_denied(browser, market, shop):
    first = await tokens_for(browser, shop)
    async with market.services.db.write() as tx:
        await identity.block(tx, person_id=market.person.id)
    blocked = await refresh(browser, shop, first["refresh_token"])
    own = await browser.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": "*", **shop.credentials},
    )
    async with market.services.db.write() as tx:
        await developers.suspend(tx, shop.made.app.slug)
    closed = await refresh(browser, shop, first["refresh_token"])

    for answer in (blocked, own, closed):
        refused(answer, 403, "access_denied")


async def test_token_an_app_got_for_itself_opens_nothing_while_its_owner_is_shut_out(
    browser, market, shop
):
    given = await browser.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": "*", **shop.credentials},
    )
    token = given.json()["access_token"]

    async def is_live() -> tuple[bool, bool]:
        async with market.services.db.look() as look:
            opened = await oauth.bearer(look, KEYS.token_mac(token) or b"", door="basalam")
        seen = await browser.post("/oauth2/introspect", data={"token": token, **shop.credentials})
        return opened is not None, seen.json()["active"]

    assert await is_live() == (True, True)
    async with market.services.db.write() as tx:
        await identity.block(tx, person_id=market.person.id)
    assert await is_live() == (False, False)
    async with market.services.db.write() as tx:
        await identity.unblock(tx, person_id=market.person.id)
    assert await is_live() == (True, True)


async def test_standard_endpoints_know_its_tokens_by_slug_and_by_number(browser, market, shop):
    issued = await tokens_for(browser, shop)
    own = await browser.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "scope": "vendor.product.read",
              **shop.credentials},
    )  # fmt: skip
    slug = shop.credentials | {"client_id": shop.made.app.slug}

    for token in (issued["access_token"], own.json()["access_token"]):
        seen = (
            await browser.post("/oauth2/introspect", data={"token": token, **shop.credentials})
        ).json()
        assert (seen["active"], seen["client_id"]) == (True, shop.client_id)
        assert (await browser.post("/oauth2/revoke", data={"token": token, **slug})).is_success
        gone = await browser.post("/oauth2/introspect", data={"token": token, **slug})
        assert gone.json() == {"active": False}
        assert await bearer(market, token) is None


async def test_disconnecting_ends_its_tokens_and_withdrawing_read_takes_write_along(
    browser, market, shop
):
    issued = await tokens_for(browser, shop)

    async with market.services.db.write() as tx:
        ids = {"person_id": market.person.id, "app_id": shop.made.app.id}
        assert await oauth.withdraw(tx, **ids, scope="vendor.product.read", resource="")
    found = await bearer(market, issued["access_token"])
    renewed = (await refresh(browser, shop, issued["refresh_token"])).json()

    assert found is not None
    assert not oauth.allows(found, "vendor.product.read")
    assert renewed["scope"] == "customer.chat.read"
    async with market.services.db.write() as tx:
        await oauth.disconnect(tx, **ids)
    assert await bearer(market, renewed["access_token"]) is None
