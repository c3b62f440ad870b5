"""OpenID Connect: who signed in, told to one app and checked by its own library."""

import asyncio
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from dalan.domains import developers, oauth
from dalan.domains.oauth import queries
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from tests.factories.developers import KEYS
from tests.surfaces.oauth.conftest import BASE_URL, code_for
from tests.surfaces.oauth.test_revocation import revoke
from tests.surfaces.oauth.test_token import fields, redeemed, refreshing


async def signed_in(browser, market, **given):
    """The token answer of a person who agreed to ``openid``."""
    code = await code_for(browser, market, **({"scope": "openid USER_PHONE"} | given))
    return (await browser.post("/oauth2/token", data=fields(market, code=code))).json()


async def checked(browser, id_token: str):
    keys = KeySet.import_key_set((await browser.get("/jwks")).json())
    return jwt.decode(id_token, keys, algorithms=["RS256"])


async def test_id_token_says_who_signed_in_when_and_for_which_request(browser, market, moment):
    moment.advance(timedelta(minutes=5))
    body = await signed_in(browser, market, nonce="n-0S6_WzA2Mj")

    token = await checked(browser, body["id_token"])

    now = int(clock.now().timestamp())
    async with market.services.db.look() as look:
        sub = await developers.user_id_of(
            look, app_id=market.made.app.id, person_id=market.person.id
        )
    at_hash = token.claims.pop("at_hash")
    assert len(at_hash) == 22
    assert token.claims == {
        "iss": BASE_URL,
        "sub": sub,
        "aud": market.made.app.slug,
        "iat": now,
        "exp": now + 3_600,
        "auth_time": now - 300,
        "nonce": "n-0S6_WzA2Mj",
    }
    assert token.header["alg"] == "RS256"


async def test_at_hash_fits_the_access_token_as_authlib_reckons(browser, market):
    from authlib.oidc.core.util import create_half_hash

    body = await signed_in(browser, market)

    token = await checked(browser, body["id_token"])

    assert token.claims["at_hash"] == create_half_hash(body["access_token"], "RS256").decode()
    assert "nonce" not in token.claims


async def test_without_openid_there_is_no_id_token_and_none_on_refresh(browser, market):
    plain = await redeemed(browser, market)
    body = await signed_in(browser, market, scope="openid offline_access")

    renewed = await browser.post("/oauth2/token", data=refreshing(market, body))

    assert "id_token" not in plain
    assert "id_token" in body
    assert renewed.status_code == 200
    assert "id_token" not in renewed.json()


@pytest.mark.parametrize("nonce", ["n" * 513, "a\nb"])
async def test_unreasonable_nonce_is_refused_at_the_apps_address(browser, market, nonce):
    answer = await browser.get("/oauth2/auth", params=market.request(scope="openid", nonce=nonce))

    assert answer.status_code == 303
    assert "error=invalid_request" in answer.headers["location"]


async def test_keys_are_published_without_their_private_half(browser, market):
    first = await browser.get("/jwks")
    second = await browser.get("/jwks")

    assert first.json() == second.json()
    (key,) = first.json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert first.headers["cache-control"] == "public, max-age=300"


async def test_key_lies_sealed_and_outlives_a_new_secret(browser, market):
    db = market.services.db
    key = await oauth.signing_key(db, keys=KEYS)
    async with db.look() as look:
        rows = await queries.signing_keys.all(look)

    newer = Keyring(
        [
            "a new secret that is long enough to be one",
            "a secret of the tests, long enough to be one",
        ]
    )
    strange = Keyring(["another installation's secret, long enough too"])

    assert key.key.as_der(private=True) not in rows[0].private_key_box
    assert (await oauth.signing_key(db, keys=newer)).kid == key.kid
    assert (await oauth.signing_key(db, keys=strange)).kid != key.kid
    assert len(await oauth.public_keys(db, keys=KEYS)) == 2


async def test_many_first_sign_ins_at_once_all_check_out(browser, market):
    bodies = await asyncio.gather(*[signed_in(browser, market) for _ in range(4)])

    for body in bodies:
        await checked(browser, body["id_token"])


async def userinfo(browser, token: str):
    return await browser.get("/userinfo", headers={"authorization": f"Bearer {token}"})


async def test_userinfo_tells_what_was_agreed_and_no_more(browser, market):
    phone = await signed_in(browser, market, scope="openid USER_PHONE")
    bare = await signed_in(browser, market, scope="openid")

    told = (await userinfo(browser, phone["access_token"])).json()
    less = (await userinfo(browser, bare["access_token"])).json()

    sub = (await checked(browser, phone["id_token"])).claims["sub"]
    assert told == {
        "sub": sub,
        "phone_number": market.person.phone,
        "phone_number_verified": True,
    }
    assert less == {"sub": sub}


async def test_userinfo_takes_the_token_in_a_posted_form_but_not_twice(browser, market):
    token = (await signed_in(browser, market))["access_token"]

    posted = await browser.post("/userinfo", data={"access_token": token})
    header = await browser.post("/userinfo", headers={"authorization": f"Bearer {token}"})
    both = await browser.post(
        "/userinfo", data={"access_token": token}, headers={"authorization": f"Bearer {token}"}
    )
    query = await browser.get("/userinfo", params={"access_token": token})

    assert posted.json() == header.json()
    assert posted.status_code == 200
    assert both.status_code == 400
    assert query.status_code == 401


async def test_userinfo_refuses_as_rfc_6750_says(browser, market):
    without = await redeemed(browser, market)
    dead = await signed_in(browser, market)
    await revoke(browser, market, dead["access_token"])

    none = await browser.get("/userinfo")
    unknown = await userinfo(browser, dead["access_token"])
    narrow = await userinfo(browser, without["access_token"])
    refresh = await userinfo(browser, without["refresh_token"])

    assert none.status_code == 401
    assert none.headers["www-authenticate"] == 'Bearer realm="oauth"'
    assert unknown.status_code == refresh.status_code == 401
    assert 'error="invalid_token"' in unknown.headers["www-authenticate"]
    assert narrow.status_code == 403
    assert 'error="insufficient_scope"' in narrow.headers["www-authenticate"]
    assert 'scope="openid"' in narrow.headers["www-authenticate"]


async def test_userinfo_of_a_closed_app_is_closed(browser, market):
    body = await signed_in(browser, market)
    async with market.services.db.write() as tx:
        await developers.suspend(tx, market.made.app.slug)

    assert (await userinfo(browser, body["access_token"])).status_code == 401
