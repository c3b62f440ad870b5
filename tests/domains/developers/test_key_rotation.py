"""A key is changed while it is in use: two are good for a while, and never three."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories.developers import KEYS, make_app, make_key

from dalan.domains import developers
from dalan.domains.developers import KeyAged, KeyExpires, RotationUnderWay, UnknownKey
from dalan.kernel import clock, outbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def rotate(tx, app_id, key_id, overlap=DAY):
    return await developers.rotate_key(tx, app_id, key_id=key_id, keys=KEYS, overlap=overlap)


async def test_both_keys_open_doors_until_the_overlap_ends(tx, moment):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id, title="سرور", permissions=["GET_POST"])

    rotated = await rotate(tx, app.id, old.key.id)

    made = rotated.made
    assert rotated.old.expires_at == clock.now() + DAY
    assert (made.key.title, made.key.permissions) == ("سرور", ("GET_POST",))
    assert made.key.replaces_id == old.key.id
    for text in (old.text, made.text):
        assert (await developers.caller(tx, text, KEYS)).app_id == app.id
    moment.advance(DAY)
    with pytest.raises(developers.ExpiredKey):
        await developers.caller(tx, old.text, KEYS)
    assert (await developers.caller(tx, made.text, KEYS)).key_id == made.key.id


async def test_successor_lives_as_long_as_the_old_one_was_made_for(tx, moment):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id, expires_at=clock.now() + 60 * DAY)
    moment.advance(50 * DAY)

    rotated = await rotate(tx, app.id, old.key.id)

    assert rotated.made.key.expires_at == clock.now() + 60 * DAY
    assert rotated.old.expires_at == clock.now() + DAY


async def test_second_successor_lives_as_long_as_the_first_though_the_old_key_was_cut(tx, moment):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id, expires_at=clock.now() + 60 * DAY)
    moment.advance(50 * DAY)
    first = await rotate(tx, app.id, old.key.id, overlap=7 * DAY)
    await developers.revoke_key(tx, app.id, key_id=first.made.key.id)

    second = await rotate(tx, app.id, old.key.id)

    assert second.made.key.expires_at == clock.now() + 60 * DAY
    assert second.old.expires_at == clock.now() + DAY


async def test_overlap_never_prolongs_a_key(tx, moment):
    app = (await make_app(tx)).app
    ends_at = clock.now() + HOUR
    old = await make_key(tx, app.id, expires_at=ends_at)

    rotated = await rotate(tx, app.id, old.key.id, overlap=7 * DAY)

    assert rotated.old.expires_at == ends_at


async def test_no_overlap_kills_the_old_key_at_once(tx):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id)

    await rotate(tx, app.id, old.key.id, overlap=timedelta())

    with pytest.raises(developers.RevokedKey):
        await developers.caller(tx, old.text, KEYS)


async def test_third_key_waits_until_the_first_is_gone(tx):
    app = (await make_app(tx)).app
    first = await make_key(tx, app.id)
    second = (await rotate(tx, app.id, first.key.id)).made

    for key_id in (first.key.id, second.key.id):
        with pytest.raises(RotationUnderWay):
            await rotate(tx, app.id, key_id)
    await developers.revoke_key(tx, app.id, key_id=first.key.id)
    third = (await rotate(tx, app.id, second.key.id)).made

    assert third.key.replaces_id == second.key.id


async def test_revoked_successor_leaves_its_place_to_another(tx):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id)
    lost = (await rotate(tx, app.id, old.key.id)).made
    await developers.revoke_key(tx, app.id, key_id=lost.key.id)

    again = await rotate(tx, app.id, old.key.id)

    assert again.made.key.id != lost.key.id


async def test_dead_keys_and_keys_of_others_are_not_rotated(tx):
    app, other = (await make_app(tx)).app, (await make_app(tx)).app
    dead, foreign = await make_key(tx, app.id), await make_key(tx, other.id)
    await developers.revoke_key(tx, app.id, key_id=dead.key.id)

    for key_id in (dead.key.id, foreign.key.id, 12):
        with pytest.raises(UnknownKey):
            await rotate(tx, app.id, key_id)
    assert len(await developers.keys_of(tx, app.id)) == 1


async def test_full_app_may_still_rotate(tx):
    app = (await make_app(tx)).app
    made = [await make_key(tx, app.id) for _ in range(20)]

    assert (await rotate(tx, app.id, made[0].key.id)).made.text


async def test_successor_takes_the_mark_for_oauth_and_the_old_one_keeps_it(tx, moment):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id, oauth_enabled=True)

    made = (await rotate(tx, app.id, old.key.id)).made

    for text in (old.text, made.text):
        assert await developers.check_client_secret(tx, app.id, text, keys=KEYS)
    moment.advance(DAY)
    assert not await developers.check_client_secret(tx, app.id, old.text, keys=KEYS)
    assert await developers.check_client_secret(tx, app.id, made.text, keys=KEYS)


async def test_successor_has_no_permission_the_app_has_lost(tx):
    app = (await make_app(tx)).app
    old = await make_key(tx, app.id, permissions=["GET_POST", "SEARCH_POST"])
    await developers.set_ceiling(tx, app.id, permissions=["GET_POST"], scopes=None, widgets=None)

    made = (await rotate(tx, app.id, old.key.id)).made

    assert made.key.permissions == ("GET_POST",)


async def test_two_rotations_at_once_make_one_successor(db):
    async with db.write() as tx:
        app = (await make_app(tx)).app
        old = await make_key(tx, app.id)

    async def once() -> bool:
        try:
            await db.transact(lambda tx: rotate(tx, app.id, old.key.id))
        except RotationUnderWay:
            return False
        return True

    assert sorted(await asyncio.gather(*(once() for _ in range(6)))) == [False] * 5 + [True]
    async with db.read() as tx:
        assert len(await developers.keys_of(tx, app.id)) == 2


async def facts(tx):
    rows = await tx.rows("SELECT kind FROM outbox_fact ORDER BY id", ())
    return [row[0] for row in rows]


async def test_team_is_warned_once_of_a_key_that_grew_old(tx, moment):
    app = (await make_app(tx)).app
    await make_key(tx, app.id)
    moment.advance(60 * DAY - timedelta(minutes=1))
    assert await developers.warn_of_keys(tx) == 0

    moment.advance(timedelta(minutes=1))
    assert await developers.warn_of_keys(tx) == 1
    assert await developers.warn_of_keys(tx) == 0

    assert await facts(tx) == [KeyAged.kind]


async def test_team_is_warned_once_of_a_key_that_ends(tx, moment):
    app = (await make_app(tx)).app
    await make_key(tx, app.id, expires_at=clock.now() + 30 * DAY)
    moment.advance(22 * DAY)
    assert await developers.warn_of_keys(tx) == 0

    moment.advance(DAY)
    assert await developers.warn_of_keys(tx) == 1
    assert await developers.warn_of_keys(tx) == 0

    assert await facts(tx) == [KeyExpires.kind]


async def test_nobody_is_warned_of_keys_on_their_way_out(tx, moment):
    app = (await make_app(tx)).app
    revoked, rotated = await make_key(tx, app.id), await make_key(tx, app.id)
    await developers.revoke_key(tx, app.id, key_id=revoked.key.id)
    moment.advance(59 * DAY)
    await rotate(tx, app.id, rotated.key.id, overlap=7 * DAY)
    moment.advance(2 * DAY)

    assert await developers.warn_of_keys(tx) == 0


async def test_use_of_secrets_is_written_in_batches(db, moment):
    async with db.write() as tx:
        made = await make_app(tx)
        key = await make_key(tx, made.app.id, oauth_enabled=True)
        await developers.rotate_pod_credential(tx, made.app.id, kind="token", keys=KEYS)
        pod = (await developers.pod_credentials(tx, made.app.id))[0]
    uses = developers.CredentialUses(db)
    async with db.read() as tx:
        for secret in (made.client_secret, key.text):
            assert await developers.check_client_secret(
                tx, made.app.id, secret, keys=KEYS, uses=uses
            )
    uses.note("pod", pod.id)

    used_at = clock.now()
    moment.advance(HOUR)
    await uses.flush()
    await uses.flush()

    async with db.read() as tx:
        assert (await developers.client_secrets(tx, made.app.id))[0].last_used_at == used_at
        assert (await developers.keys_of(tx, made.app.id))[0].last_used_at == used_at
        assert (await developers.pod_credentials(tx, made.app.id))[0].last_used_at == used_at


def test_facts_of_an_app_stay_in_order():
    fact = KeyAged(app_id=3, key_id=4, title="t", age_days=60)

    assert isinstance(fact, outbox.Fact)
    assert fact.resource == "app:3"
