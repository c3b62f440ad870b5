"""What the sample app proves itself with: the same every time, whatever its developer did."""

from datetime import timedelta

import pytest

from dalan.domains import developers
from dalan.domains.world.sample import (
    SAMPLE_SLUG,
    register_sample,
    sample_app,
    sample_pod,
    second_pod_token,
)
from tests.factories.developers import KEYS
from tests.factories.identity import make_person


@pytest.fixture
async def app(tx):
    await register_sample(tx, KEYS, owner_id=(await make_person(tx)).id)
    return await developers.app_by_slug(tx, SAMPLE_SLUG)


async def test_pod_credentials_open_the_door_and_asking_again_makes_none(tx, app):
    first = await sample_pod(tx, KEYS, app.id)
    again = await sample_pod(tx, KEYS, app.id)

    caller = await developers.pod_caller(
        tx, token=first.token, service_key=first.service_key, keys=KEYS
    )
    assert caller.slug == SAMPLE_SLUG
    assert again == first
    assert len(await developers.pod_credentials(tx, app.id)) == 2


async def test_pod_credentials_come_back_when_they_were_revoked_or_rotated_away(tx, app, moment):
    pod = await sample_pod(tx, KEYS, app.id)
    _, key = await developers.pod_credentials(tx, app.id)
    await developers.revoke_pod_credential(tx, app.id, credential_id=key.id)
    await developers.rotate_pod_credential(
        tx, app.id, kind="token", keys=KEYS, overlap=timedelta(hours=1)
    )
    moment.advance(timedelta(hours=2))

    assert await sample_pod(tx, KEYS, app.id) == pod
    await developers.pod_caller(tx, token=pod.token, service_key=pod.service_key, keys=KEYS)


async def test_rotated_sample_key_is_not_mistaken_for_its_successor(tx, app):
    before = await sample_app(tx, KEYS)
    (key,) = await developers.keys_of(tx, app.id)
    await developers.rotate_key(tx, app.id, key_id=key.id, keys=KEYS)

    after = await sample_app(tx, KEYS)

    assert after.api_key == before.api_key
    assert (await developers.caller(tx, after.api_key, KEYS)).slug == SAMPLE_SLUG


async def test_second_token_is_another_apps_the_same_every_time(tx, app, moment):
    owner_id = (await make_person(tx)).id
    first = await second_pod_token(tx, KEYS, owner_id=owner_id)

    assert await second_pod_token(tx, KEYS, owner_id=owner_id) == first
    caller = await developers.pod_caller(tx, token=first, keys=KEYS)
    assert caller.app_id != app.id
    await developers.rotate_pod_credential(
        tx, caller.app_id, kind="token", keys=KEYS, overlap=timedelta(hours=1)
    )
    moment.advance(timedelta(hours=2))
    assert await second_pod_token(tx, KEYS, owner_id=owner_id) == first
    assert (await developers.pod_caller(tx, token=first, keys=KEYS)).app_id == caller.app_id
