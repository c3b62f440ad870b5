"""RFC 7662: apps ask what a token of theirs is worth."""

from datetime import timedelta

from dalan.domains import developers
from dalan.kernel import clock
from tests.factories.developers import make_app as make_an_app
from tests.surfaces.oauth.conftest import BASE_URL
from tests.surfaces.oauth.test_revocation import credentials, revoke
from tests.surfaces.oauth.test_token import assert_refused, redeemed, refreshing

DEAD = b'{"active":false}'


async def introspected(browser, market, token: str, **given: str):
    return await browser.post(
        "/oauth2/introspect", data=credentials(market) | {"token": token} | given
    )


async def test_live_access_token_says_what_it_is(browser, market, moment):
    pair = await redeemed(browser, market, scope="USER_ID ADDON_USER_APPROVED__MINE offline_access")
    now = int(clock.now().timestamp())

    answer = await introspected(browser, market, pair["access_token"], token_type_hint="odd")

    body = answer.json()
    sub = body.pop("sub")
    assert body == {
        "active": True,
        "scope": "USER_ID ADDON_USER_APPROVED__MINE offline_access",
        "client_id": market.made.app.slug,
        "token_type": "bearer",
        "token_use": "access_token",
        "iat": now,
        "exp": now + 3_600,
        "iss": BASE_URL,
        "aud": [market.made.app.slug],
    }
    async with market.services.db.write() as tx:
        known = await developers.remember_user_id(
            tx, keys=market.services.keys, app_id=market.made.app.id, person_id=market.person.id
        )
    assert sub == known
    assert answer.headers["cache-control"] == "no-store"


async def test_refresh_token_is_told_from_an_access_token(browser, market):
    pair = await redeemed(browser, market)

    body = (await introspected(browser, market, pair["refresh_token"])).json()

    assert body["active"] is True
    assert body["token_use"] == "refresh_token"
    assert "token_type" not in body


async def test_person_is_named_only_to_apps_that_may_know_them(browser, market):
    pair = await redeemed(browser, market, scope="USER_PHONE offline_access")

    assert "sub" not in (await introspected(browser, market, pair["access_token"])).json()


async def test_every_dead_or_foreign_token_gets_the_same_answer(browser, market, moment):
    async with market.services.db.write() as tx:
        other = await make_an_app(tx, owner_id=market.stranger.id)
    theirs = {"client_id": other.app.slug, "client_secret": other.client_secret}
    pair = await redeemed(browser, market)

    foreign = await browser.post(
        "/oauth2/introspect", data=theirs | {"token": pair["access_token"]}
    )
    assert foreign.content == DEAD
    for token in ("x", "\x00", "x" * 10_000, market.services.keys.new_token("at")):
        answer = await introspected(browser, market, token)
        assert (answer.status_code, answer.content) == (200, DEAD)
    newer = (await browser.post("/oauth2/token", data=refreshing(market, pair))).json()
    replaced = await introspected(browser, market, pair["refresh_token"])
    assert replaced.json()["active"] is True
    moment.advance(timedelta(seconds=121))
    for token in (pair["refresh_token"], pair["access_token"]):
        assert (await introspected(browser, market, token)).content == DEAD
    await revoke(browser, market, newer["access_token"])
    assert (await introspected(browser, market, newer["access_token"])).content == DEAD
    assert (await introspected(browser, market, newer["refresh_token"])).json()["active"]
    await revoke(browser, market, newer["refresh_token"])
    assert (await introspected(browser, market, newer["refresh_token"])).content == DEAD


async def test_closed_app_may_give_back_but_not_ask(browser, market):
    pair = await redeemed(browser, market)
    async with market.services.db.write() as tx:
        await developers.suspend(tx, market.made.app.slug)

    answer = await introspected(browser, market, pair["access_token"])

    assert_refused(answer, 400, "unauthorized_client")
    await revoke(browser, market, pair["refresh_token"])
