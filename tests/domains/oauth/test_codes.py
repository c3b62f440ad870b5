"""Codes are exchanged once, by the app they were made for."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from dalan.domains import oauth
from tests.factories.developers import make_app

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


async def test_redeem_code_gives_a_token_that_carries_the_scopes(tx, scene, moment):
    code = await scene.approve(tx, "USER_PHONE ADDON_USER_APPROVED__T")

    issued = await scene.redeem(tx, code)

    assert isinstance(issued, oauth.Issued)
    assert issued.access_token.startswith("ory_at_")
    assert issued.refresh_token is None
    assert issued.scope == "USER_PHONE ADDON_USER_APPROVED__T"
    assert issued.expires_in_seconds == 3_600
    bearer = await scene.bearer(tx, issued.access_token)
    assert bearer is not None
    assert (bearer.person_id, bearer.app_id) == (scene.person.id, scene.made.app.id)
    assert bearer.scopes == {("USER_PHONE", ""), ("POST_ADDON_CREATE", "T")}
    assert oauth.allows(bearer, "POST_ADDON_CREATE", "T")
    assert not oauth.allows(bearer, "POST_ADDON_CREATE", "U")
    assert not oauth.allows(bearer, "USER_ID")
    moment.advance(timedelta(seconds=3_600))
    assert await scene.bearer(tx, issued.access_token) is None


@pytest.mark.parametrize(
    ("scopes", "always", "expected"),
    [
        ("USER_PHONE", False, False),
        ("USER_PHONE offline_access", False, True),
        ("USER_PHONE", True, True),
    ],
)
async def test_redeem_code_gives_a_refresh_token_when_due(tx, scene, scopes, always, expected):
    issued = await scene.redeem(tx, await scene.approve(tx, scopes), always_refresh=always)

    assert (issued.refresh_token is not None) is expected


async def test_redeem_code_again_revokes_what_came_of_it(tx, scene):
    code = await scene.approve(tx, "USER_PHONE")
    issued = await scene.redeem(tx, code)

    again = await scene.redeem(tx, code)

    assert again.error == "invalid_grant"
    assert await scene.bearer(tx, issued.access_token) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://app.example/elsewhere"},
        {"redirect_uri": "\0"},
        {"redirect_uri": "\ud800"},
        {"code_verifier": None},
        {"code_verifier": "x" * 43},
        {"code_verifier": "short"},
        {"code_verifier": "é" * 43},
    ],
)
async def test_redeem_code_with_a_wrong_proof_changes_nothing(tx, scene, wrong):
    code = await scene.approve(tx, "USER_PHONE", code_challenge=CHALLENGE)

    refused = await scene.redeem(tx, code, **({"code_verifier": VERIFIER} | wrong))
    issued = await scene.redeem(tx, code, code_verifier=VERIFIER)
    late = await scene.redeem(tx, code, **({"code_verifier": VERIFIER} | wrong))

    assert refused.error == late.error == "invalid_grant"
    assert isinstance(issued, oauth.Issued)
    assert await scene.bearer(tx, issued.access_token) is not None


async def test_redeem_code_of_another_app_changes_nothing(tx, scene):
    other = await make_app(tx, owner_id=scene.person.id)
    code = await scene.approve(tx, "USER_PHONE")

    refused = await scene.redeem(tx, code, app_id=other.app.id)
    issued = await scene.redeem(tx, code)
    late = await scene.redeem(tx, code, app_id=other.app.id)

    assert refused.error == late.error == "invalid_grant"
    assert await scene.bearer(tx, issued.access_token) is not None


async def test_redeem_code_with_a_verifier_nobody_announced_is_refused(tx, scene):
    code = await scene.approve(tx, "USER_PHONE")

    refused = await scene.redeem(tx, code, code_verifier=VERIFIER)

    assert refused.error == "invalid_grant"


async def test_redeem_code_without_redirect_uri_as_the_first_contract_does(tx, scene):
    issued = await scene.redeem(tx, await scene.approve(tx, "USER_PHONE"), redirect_uri=None)

    assert isinstance(issued, oauth.Issued)


async def test_redeem_code_too_late_is_refused(tx, scene, moment):
    code = await scene.approve(tx, "USER_PHONE")

    moment.advance(timedelta(seconds=600))

    assert (await scene.redeem(tx, code)).error == "invalid_grant"


@pytest.mark.parametrize("text", ["", "x", "ory_ac_" + "a" * 87, "é" * 94, "\0" * 94])
async def test_redeem_code_of_any_text_is_refused(tx, scene, text):
    assert (await scene.redeem(tx, text)).error == "invalid_grant"


async def test_consenting_again_keeps_the_grant_and_both_families(tx, scene):
    first = await scene.redeem(tx, await scene.approve(tx, "USER_PHONE"))
    second = await scene.redeem(tx, await scene.approve(tx, "USER_PHONE POST_EDIT.T"))

    assert await scene.bearer(tx, first.access_token) is not None
    assert await scene.bearer(tx, second.access_token) is not None


async def test_redeem_code_twenty_times_at_once_gives_one_pair(db, committed_scene):
    scene = committed_scene
    async with db.write() as tx:
        code = await scene.approve(tx, "USER_PHONE offline_access")

    async def redeem():
        return await db.transact(lambda tx: scene.redeem(tx, code))

    answers = await asyncio.gather(*[redeem() for _ in range(20)])

    assert sum(isinstance(one, oauth.Issued) for one in answers) == 1
    async with db.read() as look:
        tokens = await look.rows("SELECT count(*) FROM token", ())
    assert tokens[0][0] == 2


async def test_approve_twenty_times_at_once_keeps_one_grant(db, committed_scene):
    scene = committed_scene

    async def approve():
        return await db.transact(lambda tx: scene.approve(tx, "USER_ID USER_PHONE POST_EDIT.T"))

    codes = await asyncio.gather(*[approve() for _ in range(20)])

    assert len(set(codes)) == 20
    async with db.read() as look:
        counts = await look.rows(
            "SELECT (SELECT count(*) FROM authorization_grant),"
            " (SELECT count(*) FROM grant_scope), (SELECT count(*) FROM token_family)",
            (),
        )
    assert tuple(counts[0]) == (1, 3, 20)
