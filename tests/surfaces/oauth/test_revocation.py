"""RFC 7009: apps give tokens back."""

import pytest

from dalan.domains import oauth
from dalan.kernel import outbox
from tests.factories.developers import KEYS
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import Market
from tests.surfaces.oauth.test_token import assert_refused, redeemed, refreshing


def credentials(market: Market) -> dict[str, str]:
    return {"client_id": market.made.app.slug, "client_secret": market.made.client_secret}


async def lives(market: Market, token: str) -> bool:
    mac = KEYS.token_mac(token)
    assert mac is not None
    async with market.services.db.look() as look:
        return await oauth.bearer(look, mac) is not None


async def revoke(browser, market, token: str, **given: str):
    answer = await browser.post(
        "/oauth2/revoke", data=credentials(market) | {"token": token} | given
    )
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("hint", ["", "refresh_token", "access_token", "nonsense"])
async def test_refresh_token_takes_the_whole_consent_with_it(browser, market, hint):
    pair = await redeemed(browser, market)

    answer = await revoke(browser, market, pair["refresh_token"], token_type_hint=hint)

    assert answer.headers["cache-control"] == "no-store"
    assert not await lives(market, pair["access_token"])
    again = await browser.post("/oauth2/token", data=refreshing(market, pair))
    assert_refused(again, 400, "invalid_grant")


@pytest.mark.parametrize("hint", ["", "refresh_token", "access_token"])
async def test_access_token_ends_alone(browser, market, hint):
    pair = await redeemed(browser, market)

    await revoke(browser, market, pair["access_token"], token_type_hint=hint)

    assert not await lives(market, pair["access_token"])
    again = await browser.post("/oauth2/token", data=refreshing(market, pair))
    assert again.status_code == 200
    assert await lives(market, again.json()["access_token"])


async def test_successors_die_with_a_replaced_refresh_token(browser, market):
    pair = await redeemed(browser, market)
    newer = (await browser.post("/oauth2/token", data=refreshing(market, pair))).json()

    await revoke(browser, market, pair["refresh_token"])

    assert not await lives(market, newer["access_token"])
    again = await browser.post("/oauth2/token", data=refreshing(market, newer))
    assert_refused(again, 400, "invalid_grant")


async def test_revoking_twice_or_nonsense_is_no_error(browser, market):
    pair = await redeemed(browser, market)

    for token in (pair["refresh_token"], pair["refresh_token"], pair["access_token"], "x", "\x00"):
        await revoke(browser, market, token)


async def test_other_apps_tokens_stay(browser, market):
    pair = await redeemed(browser, market)
    async with market.services.db.write() as tx:
        other = await make_an_app(tx, owner_id=market.stranger.id)
    theirs = {"client_id": other.app.slug, "client_secret": other.client_secret}

    for token in (pair["access_token"], pair["refresh_token"]):
        answer = await browser.post("/oauth2/revoke", data=theirs | {"token": token})
        assert answer.status_code == 200

    assert await lives(market, pair["access_token"])
    assert (await browser.post("/oauth2/token", data=refreshing(market, pair))).status_code == 200


async def test_revocation_is_announced_once(browser, market):
    pair = await redeemed(browser, market)
    heard: list[str] = []

    async def hear(_, recorded) -> None:
        heard.append(oauth.FamilyRevoked.of(recorded).reason)

    for _ in range(2):
        await revoke(browser, market, pair["refresh_token"])
    worker = outbox.Worker(market.services.db, {oauth.FamilyRevoked.kind: [("test", hear)]})
    await worker.drain()

    assert heard == ["revoked_by_app"]


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect"])
async def test_errors_are_those_of_the_token_endpoint(browser, market, path):
    good = credentials(market)

    assert_refused(await browser.post(path, data=good), 400, "invalid_request")
    twice = f"client_id={good['client_id']}&token=a&token=b"
    assert_refused(await browser.post(path, content=twice), 400, "invalid_request")
    for bad in ({}, {"client_id": "nobody"}, good | {"client_secret": "wrong"}):
        answer = await browser.post(path, data=bad | {"token": "x"})
        assert_refused(answer, 401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    basic = (good["client_id"], good["client_secret"])
    assert (await browser.post(path, data={"token": "x"}, auth=basic)).status_code == 200
    assert (await browser.get(path)).status_code == 405
