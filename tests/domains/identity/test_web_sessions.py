"""Browser sessions: found by their MAC, sliding while used, gone once ended."""

from datetime import timedelta

import pytest
from tests.factories.identity import make_person

from dalan.domains import identity
from dalan.kernel.crypto import Keyring

KEYS = Keyring(["a secret of the tests, long enough"])


async def open_session(tx, person, device="Firefox · Linux"):
    opened = await identity.open_session(
        tx, person_id=person.id, device=device, session_seconds=3_600, keys=KEYS
    )
    return opened, KEYS.token_mac(opened.token)


async def test_session_lives_as_long_as_it_is_used(tx, moment):
    opened, mac = await open_session(tx, await make_person(tx))
    moment.advance(timedelta(minutes=50))
    assert await identity.touch_session(tx, session_id=opened.id, session_seconds=3_600)

    moment.advance(timedelta(minutes=50))
    assert await identity.session(tx, mac) is not None

    moment.advance(timedelta(minutes=10))
    assert await identity.session(tx, mac) is None


async def test_session_is_touched_once_in_five_minutes(tx, moment):
    opened, mac = await open_session(tx, await make_person(tx))
    moment.advance(timedelta(seconds=299))
    assert not await identity.touch_session(tx, session_id=opened.id, session_seconds=3_600)

    moment.advance(timedelta(seconds=1))

    before = await identity.session(tx, mac)
    assert before is not None
    assert identity.is_touch_due(before)
    assert await identity.touch_session(tx, session_id=opened.id, session_seconds=3_600)
    assert not await identity.touch_session(tx, session_id=opened.id, session_seconds=3_600)
    after = await identity.session(tx, mac)
    assert after is not None
    assert not identity.is_touch_due(after)


async def test_revoked_session_is_gone(tx):
    person = await make_person(tx)
    opened, mac = await open_session(tx, person)
    _, kept = await open_session(tx, person)

    await identity.revoke_session(tx, person_id=person.id, session_id=opened.id)

    assert await identity.session(tx, mac) is None
    assert await identity.session(tx, kept) is not None
    assert len(await identity.sessions(tx, person.id)) == 1
    with pytest.raises(identity.NoSuchSession):
        await identity.revoke_session(tx, person_id=person.id, session_id=opened.id)


async def test_session_of_another_cannot_be_revoked(tx):
    opened, mac = await open_session(tx, await make_person(tx))
    other = await make_person(tx)

    with pytest.raises(identity.NoSuchSession):
        await identity.revoke_session(tx, person_id=other.id, session_id=opened.id)

    assert await identity.session(tx, mac) is not None


async def test_revoke_others_keeps_this_one(tx):
    person, other = await make_person(tx), await make_person(tx)
    opened, mac = await open_session(tx, person)
    _, second = await open_session(tx, person)
    _, of_other = await open_session(tx, other)

    count = await identity.revoke_other_sessions(tx, person_id=person.id, kept_session_id=opened.id)

    assert count == 1
    assert await identity.session(tx, mac) is not None
    assert await identity.session(tx, second) is None
    assert await identity.session(tx, of_other) is not None


async def test_blocked_person_has_no_session(tx):
    person = await make_person(tx)
    _, mac = await open_session(tx, person)

    await identity.block(tx, person_id=person.id)
    assert await identity.session(tx, mac) is None

    await identity.unblock(tx, person_id=person.id)
    assert await identity.session(tx, mac) is not None


async def test_device_is_bounded(tx):
    person = await make_person(tx)

    await open_session(tx, person, device="x\u202e" * 500)

    (session,) = await identity.sessions(tx, person.id)
    assert session.device == "x" * 40


async def test_all_sessions_of_one_person_end_together(tx):
    sara, reza = await make_person(tx), await make_person(tx)
    for person in (sara, sara, reza):
        await identity.open_session(
            tx, person_id=person.id, device="x", session_seconds=60, keys=KEYS
        )

    assert await identity.revoke_all_sessions(tx, person_id=sara.id) == 2
    assert await identity.revoke_all_sessions(tx, person_id=sara.id) == 0
    assert await identity.sessions(tx, sara.id) == []
    assert len(await identity.sessions(tx, reza.id)) == 1
