"""Client secrets: one at first, two for the length of a rotation."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories.developers import KEYS, make_app

from dalan.domains import developers


async def good(tx, app, secret):
    return await developers.check_client_secret(tx, app.id, secret, keys=KEYS)


async def test_rotated_secret_stays_good_for_the_overlap(tx, moment):
    app, old, _ = await make_app(tx)

    new = await developers.rotate_client_secret(tx, app.id, keys=KEYS)

    assert await good(tx, app, old)
    assert await good(tx, app, new)
    moment.advance(timedelta(hours=24))
    assert not await good(tx, app, old)
    assert await good(tx, app, new)


async def test_rotating_again_leaves_two_good_secrets(tx):
    app, first, _ = await make_app(tx)

    second = await developers.rotate_client_secret(tx, app.id, keys=KEYS)
    third = await developers.rotate_client_secret(tx, app.id, keys=KEYS)

    assert not await good(tx, app, first)
    assert await good(tx, app, second)
    assert await good(tx, app, third)
    live = await developers.client_secrets(tx, app.id)
    assert [secret.hint for secret in live] == [third[:4], second[:4]]


async def test_rotating_without_overlap_ends_the_old_secret(tx):
    app, old, _ = await make_app(tx)

    new = await developers.rotate_client_secret(tx, app.id, keys=KEYS, overlap=timedelta())

    assert not await good(tx, app, old)
    assert await good(tx, app, new)


async def test_revoking_the_old_secret_ends_the_overlap(tx):
    app, old, _ = await make_app(tx)
    new = await developers.rotate_client_secret(tx, app.id, keys=KEYS)

    await developers.revoke_old_client_secret(tx, app.id)

    assert not await good(tx, app, old)
    assert await good(tx, app, new)


@pytest.mark.parametrize("secret", ["", "x", "\0", "ب", "x" * 100_000])
async def test_foreign_secrets_are_not_good(tx, secret):
    app, mine, _ = await make_app(tx)
    _, theirs, _ = await make_app(tx)

    assert not await good(tx, app, secret)
    assert not await good(tx, app, theirs)
    assert await good(tx, app, mine)


async def test_rotations_at_once_leave_one_current_secret(db):
    async with db.write() as tx:
        app, _, _ = await make_app(tx)

    async def rotate():
        async with db.write() as tx:
            return await developers.rotate_client_secret(tx, app.id, keys=KEYS)

    secrets = await asyncio.gather(*(rotate() for _ in range(4)))

    async with db.read() as tx:
        live = await developers.client_secrets(tx, app.id)
        assert [secret.expires_at is None for secret in live] == [True, False]
        assert sum([await good(tx, app, secret) for secret in secrets]) == 2


async def test_user_ids_differ_by_app_and_outlive_the_secret(tx):
    first, second = (await make_app(tx)).app, (await make_app(tx)).app
    person_id = first.owner_id

    name = await developers.remember_user_id(tx, keys=KEYS, app_id=first.id, person_id=person_id)

    assert name == developers.user_id_for(KEYS, first.id, person_id)
    assert name != developers.user_id_for(KEYS, second.id, person_id)
    rotated = type(KEYS)(["a newer secret of the tests, also long enough"])
    assert name == await developers.remember_user_id(
        tx, keys=rotated, app_id=first.id, person_id=person_id
    )
    assert await developers.person_of_user_id(tx, first.id, name) == person_id
    assert await developers.person_of_user_id(tx, second.id, name) is None
    assert await developers.person_of_user_id(tx, first.id, "x" * 10_000) is None
