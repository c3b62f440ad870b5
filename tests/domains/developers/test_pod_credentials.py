"""What opens the door for short links: API tokens and service keys."""

import re
from datetime import timedelta

import pytest
from tests.factories.developers import KEYS, make_app

from dalan.domains import developers
from dalan.domains.developers import InvalidPodToken, InvalidServiceKey, UnknownKey
from dalan.kernel.crypto import Keyring

DAY = timedelta(days=1)


async def made_credentials(tx, app_id):
    return [
        await developers.rotate_pod_credential(tx, app_id, kind=kind, keys=KEYS)
        for kind in ("token", "service_key")
    ]


async def test_token_alone_says_who_is_calling(tx):
    app = (await make_app(tx)).app
    token, _ = await made_credentials(tx, app.id)

    caller = await developers.pod_caller(tx, token=token, keys=KEYS)

    assert (caller.app_id, caller.slug, caller.owner_id) == (app.id, app.slug, app.owner_id)
    assert caller.service_key_id is None
    assert re.fullmatch("[0-9a-f]{32}", token)


async def test_service_key_that_is_sent_must_be_the_callers_own(tx):
    app, other = (await make_app(tx)).app, (await make_app(tx)).app
    token, key = await made_credentials(tx, app.id)
    _, foreign = await made_credentials(tx, other.id)

    caller = await developers.pod_caller(tx, token=token, service_key=key, keys=KEYS)
    assert caller.service_key_id is not None
    for wrong in (foreign, "0" * 32, token, "کلید"):
        with pytest.raises(InvalidServiceKey):
            await developers.pod_caller(tx, token=token, service_key=wrong, keys=KEYS)
    with pytest.raises(InvalidServiceKey):
        await developers.pod_caller(tx, token=token, keys=KEYS, needs_service_key=True)


@pytest.mark.parametrize("text", ["", "0" * 32, "0" * 31, "Z" * 32, "توکن", "a" * 10_000])
async def test_tokens_nobody_was_given_are_refused(tx, text):
    app = (await make_app(tx)).app
    await made_credentials(tx, app.id)

    with pytest.raises(InvalidPodToken):
        await developers.pod_caller(tx, token=text, keys=KEYS)


async def test_service_key_is_no_token(tx):
    app = (await make_app(tx)).app
    _, key = await made_credentials(tx, app.id)

    with pytest.raises(InvalidPodToken):
        await developers.pod_caller(tx, token=key, keys=KEYS)


async def test_rotation_leaves_the_old_token_its_overlap(tx, moment):
    app = (await make_app(tx)).app
    first = await developers.rotate_pod_credential(tx, app.id, kind="token", keys=KEYS)
    second = await developers.rotate_pod_credential(
        tx, app.id, kind="token", keys=KEYS, overlap=DAY
    )

    for text in (first, second):
        await developers.pod_caller(tx, token=text, keys=KEYS)
    assert len(await developers.pod_credentials(tx, app.id)) == 2
    moment.advance(DAY)
    with pytest.raises(InvalidPodToken):
        await developers.pod_caller(tx, token=first, keys=KEYS)
    await developers.pod_caller(tx, token=second, keys=KEYS)


async def test_third_token_ends_the_first_and_no_other_kind(tx):
    app = (await make_app(tx)).app
    _, key = await made_credentials(tx, app.id)
    tokens = [
        await developers.rotate_pod_credential(tx, app.id, kind="token", keys=KEYS)
        for _ in range(3)
    ]

    good = await developers.pod_credentials(tx, app.id)

    assert [one.kind for one in good] == ["token", "token", "service_key"]
    with pytest.raises(InvalidPodToken):
        await developers.pod_caller(tx, token=tokens[0], keys=KEYS)
    await developers.pod_caller(tx, token=tokens[1], service_key=key, keys=KEYS)


async def test_revoked_token_opens_nothing_and_is_revoked_once(tx):
    app, other = (await make_app(tx)).app, (await make_app(tx)).app
    token, _ = await made_credentials(tx, app.id)
    its_id = (await developers.pod_credentials(tx, app.id))[0].id

    with pytest.raises(UnknownKey):
        await developers.revoke_pod_credential(tx, other.id, credential_id=its_id)
    ended = await developers.revoke_pod_credential(tx, app.id, credential_id=its_id)

    assert ended.kind == "token"
    with pytest.raises(InvalidPodToken):
        await developers.pod_caller(tx, token=token, keys=KEYS)
    with pytest.raises(UnknownKey):
        await developers.revoke_pod_credential(tx, app.id, credential_id=its_id)


async def test_suspended_apps_are_refused(tx):
    app = (await make_app(tx)).app
    token, _ = await made_credentials(tx, app.id)
    await developers.suspend(tx, app.slug)

    with pytest.raises(developers.AppNotActive):
        await developers.pod_caller(tx, token=token, keys=KEYS)


async def test_token_outlives_a_change_of_the_servers_secret(tx):
    app = (await make_app(tx)).app
    token, key = await made_credentials(tx, app.id)
    later = Keyring(["another secret, of next year, also long enough",
                     "a secret of the tests, long enough to be one"])  # fmt: skip

    caller = await developers.pod_caller(tx, token=token, service_key=key, keys=later)

    assert caller.app_id == app.id


async def test_nothing_stored_can_be_presented(tx):
    app = (await make_app(tx)).app
    token, key = await made_credentials(tx, app.id)

    rows = await tx.rows("SELECT mac, hint FROM pod_credential", ())

    for mac, hint in rows:
        assert token.encode() not in bytes(mac)
        assert key.encode() not in bytes(mac)
        assert len(hint) == 4


def test_derived_credentials_are_the_same_every_time():
    token = developers.derived_pod_credential(KEYS, "token", "sample")

    assert token == developers.derived_pod_credential(KEYS, "token", "sample")
    assert token != developers.derived_pod_credential(KEYS, "service_key", "sample")
    assert re.fullmatch("[0-9a-f]{32}", token)
