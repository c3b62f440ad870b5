"""What a person gave, they take back: all of it, one thing, one permission, and for good."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from dalan.domains import identity, oauth
from dalan.domains.oauth import LastUses
from dalan.kernel import clock
from tests.factories.developers import make_app
from tests.factories.oauth import make_tokens

POST = "POST_EDIT.MINE POST_ADDON_CREATE.MINE"
ALL = f"USER_PHONE USER_ID {POST} offline_access"


async def connected(tx, scene, scopes=ALL, **given):
    return await make_tokens(tx, scene.keys, scene.person, scene.made.app, scopes, **given)


def ids(scene):
    return {"person_id": scene.person.id, "app_id": scene.made.app.id}


async def heard(tx, kind):
    """Bodies of the facts of one kind that were recorded."""
    rows = await tx.rows("SELECT kind, body FROM outbox_fact ORDER BY id", ())
    return [msgspec.json.decode(body) for name, body in rows if name == kind]


async def test_connections_tell_since_when_and_what(tx, scene, moment):
    since = clock.now()
    await connected(tx, scene)
    moment.advance(timedelta(days=1))
    await connected(tx, scene, "USER_PHONE")

    [one] = await oauth.connections_of(tx, scene.person.id)

    assert one.app_id == scene.made.app.id
    assert one.since == since
    assert one.live_until == clock.now() + timedelta(days=30)
    assert {(held.scope.name, held.resource) for held in one.permissions} == {
        ("USER_PHONE", ""),
        ("USER_ID", ""),
        ("POST_EDIT", "MINE"),
        ("POST_ADDON_CREATE", "MINE"),
        ("OFFLINE_ACCESS", ""),
    }
    assert one.is_offline
    assert one.leak is None


async def test_nobody_else_sees_them(tx, scene):
    await connected(tx, scene)

    assert await oauth.connections_of(tx, scene.person.id + 1) == []


async def test_disconnecting_ends_every_token_and_code_at_once(tx, scene):
    first, second = await connected(tx, scene), await connected(tx, scene)
    code = await scene.approve(tx, "USER_PHONE")

    assert await oauth.disconnect(tx, **ids(scene))

    for pair in (first, second):
        assert await scene.bearer(tx, pair.access_token) is None
        assert (await scene.refresh(tx, pair.refresh_token)).error == "invalid_grant"
    assert (await scene.redeem(tx, code)).error == "invalid_grant"
    assert await oauth.connections_of(tx, scene.person.id) == []
    assert not await oauth.disconnect(tx, **ids(scene))


async def test_disconnecting_touches_no_other_app(tx, scene):
    other = await make_app(tx, owner_id=scene.person.id)
    kept = await make_tokens(tx, scene.keys, scene.person, other.app, "USER_PHONE")
    await connected(tx, scene)

    await oauth.disconnect(tx, **ids(scene))

    assert await scene.bearer(tx, kept.access_token) is not None


async def test_connecting_again_begins_anew_and_wakes_no_old_token(tx, scene, moment):
    old = await connected(tx, scene)
    await oauth.disconnect(tx, **ids(scene))
    moment.advance(timedelta(days=2))

    new = await connected(tx, scene, "USER_PHONE")

    [one] = await oauth.connections_of(tx, scene.person.id)
    assert one.since == clock.now()
    assert [held.scope.name for held in one.permissions] == ["USER_PHONE"]
    assert await scene.bearer(tx, old.access_token) is None
    assert await scene.bearer(tx, new.access_token) is not None


async def test_withdrawn_permission_is_refused_at_the_next_call_and_stays_away(tx, scene):
    pair = await connected(tx, scene)

    assert await oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))

    bearer = await scene.bearer(tx, pair.access_token)
    assert not oauth.allows(bearer, "USER_PHONE")
    assert oauth.allows(bearer, "POST_EDIT", "MINE")
    renewed = await scene.refresh(tx, pair.refresh_token)
    assert "USER_PHONE" not in renewed.scope.split()
    assert not oauth.allows(await scene.bearer(tx, renewed.access_token), "USER_PHONE")
    assert not await oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))


async def test_withdrawing_reaches_codes_not_exchanged_yet(tx, scene):
    code = await scene.approve(tx, ALL)
    await oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))

    issued = await scene.redeem(tx, code)

    assert not oauth.allows(await scene.bearer(tx, issued.access_token), "USER_PHONE")


async def test_taking_back_a_thing_takes_all_that_is_about_it(tx, scene):
    pair = await connected(tx, scene, f"{ALL} POST_EDIT.OTHER")

    assert await oauth.withdraw_resource(tx, resource_type="post", resource="MINE", **ids(scene))

    bearer = await scene.bearer(tx, pair.access_token)
    assert bearer.scopes == {
        ("USER_PHONE", ""),
        ("USER_ID", ""),
        ("OFFLINE_ACCESS", ""),
        ("POST_EDIT", "OTHER"),
    }


async def test_without_offline_access_no_refresh_token_is_exchanged(tx, scene):
    pair = await connected(tx, scene)

    await oauth.withdraw(tx, scope="OFFLINE_ACCESS", resource="", **ids(scene))

    assert (await scene.refresh(tx, pair.refresh_token)).error == "invalid_grant"
    assert await scene.bearer(tx, pair.access_token) is not None
    later = await connected(tx, scene)
    assert isinstance(await scene.refresh(tx, later.refresh_token), oauth.Issued)


async def test_family_that_holds_nothing_any_more_is_over(tx, scene):
    small = await connected(tx, scene, "USER_PHONE offline_access")
    large = await connected(tx, scene)

    await oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))

    assert await scene.bearer(tx, small.access_token) is None
    assert (await scene.refresh(tx, small.refresh_token)).error == "invalid_grant"
    assert await scene.bearer(tx, large.access_token) is not None


async def test_taking_back_the_last_permission_disconnects(tx, scene):
    await connected(tx, scene, "USER_PHONE offline_access")

    assert await oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))

    assert await oauth.connections_of(tx, scene.person.id) == []


@pytest.mark.parametrize(
    ("scopes", "tell_app"),
    [
        ("USER_ID NOTIFICATION_ACCESS_REVOCATION", True),
        ("USER_ID", False),
        ("NOTIFICATION_ACCESS_REVOCATION", False),
    ],
)
async def test_revocation_is_announced_and_says_whether_the_app_may_know(
    tx, scene, scopes, tell_app
):
    await connected(tx, scene, scopes)

    await oauth.disconnect(tx, **ids(scene))

    assert await heard(tx, "oauth.access_revoked") == [
        {**ids(scene), "reason": "disconnected", "tell_app": tell_app}
    ]


async def test_withdrawal_is_announced_with_what_it_was(tx, scene):
    await connected(tx, scene)

    await oauth.withdraw(tx, scope="POST_EDIT", resource="MINE", **ids(scene))

    assert await heard(tx, "oauth.scopes_withdrawn") == [
        {**ids(scene), "scopes": [["POST_EDIT", "MINE"]]}
    ]


async def test_blocking_a_person_is_announced(tx, scene):
    await identity.block(tx, person_id=scene.person.id)

    assert await heard(tx, "identity.person_shut_out") == [{"person_id": scene.person.id}]


async def test_disconnecting_all_leaves_nothing(tx, scene):
    other = await make_app(tx, owner_id=scene.person.id)
    pairs = [
        await connected(tx, scene),
        await make_tokens(tx, scene.keys, scene.person, other.app, "USER_PHONE"),
    ]

    count = await oauth.disconnect_all(tx, person_id=scene.person.id, reason="person_blocked")

    assert count == 2
    assert [await scene.bearer(tx, pair.access_token) for pair in pairs] == [None, None]


async def test_reused_refresh_token_is_told_to_person_and_developer(tx, scene, moment):
    pair = await connected(tx, scene)
    await scene.refresh(tx, pair.refresh_token)
    moment.advance(timedelta(minutes=3))
    at = clock.now()
    await scene.refresh(tx, pair.refresh_token)

    [one] = await oauth.connections_of(tx, scene.person.id)
    leaks = await oauth.leaks_of_app(tx, scene.made.app.id)

    assert one.leak == oauth.Leak("refresh_token_reused", at)
    assert one.live_until is None
    assert leaks == oauth.Leaks(1, at)
    moment.advance(timedelta(days=31))
    assert (await oauth.leaks_of_app(tx, scene.made.app.id)).count == 0


async def test_last_use_is_written_at_the_next_flush_and_never_set_back(
    db, committed_scene, moment
):
    scene = committed_scene
    async with db.write() as tx:
        pair = await connected(tx, scene)
    uses = LastUses(db)
    async with db.read() as tx:
        bearer = await scene.bearer(tx, pair.access_token)
    uses.note(bearer)
    at = clock.now()
    await uses.flush()
    late = LastUses(db)
    moment.advance(timedelta(hours=-1))
    late.note(bearer)
    await late.stop()

    async with db.read() as tx:
        [one] = await oauth.connections_of(tx, scene.person.id)
    assert one.last_used_at == at


@pytest.mark.parametrize("attempt", range(10))
async def test_withdrawal_during_refreshes_is_never_undone(db, committed_scene, attempt):
    scene = committed_scene
    async with db.write() as tx:
        pair = await connected(tx, scene)

    async def refresh():
        return await db.transact(lambda tx: scene.refresh(tx, pair.refresh_token))

    async def withdraw():
        return await db.transact(
            lambda tx: oauth.withdraw(tx, scope="USER_PHONE", resource="", **ids(scene))
        )

    *issued, done = await asyncio.gather(*(refresh() for _ in range(8)), withdraw())

    assert done
    assert len({one.access_token for one in issued}) == 1
    async with db.read() as tx:
        for token in {pair.access_token, issued[0].access_token}:
            assert not oauth.allows(await scene.bearer(tx, token), "USER_PHONE")


@pytest.mark.parametrize("attempt", range(10))
async def test_disconnecting_during_refreshes_and_consents_leaves_no_live_token(
    db, committed_scene, attempt
):
    scene = committed_scene
    async with db.write() as tx:
        pair = await connected(tx, scene)

    async def refresh():
        return await db.transact(lambda tx: scene.refresh(tx, pair.refresh_token))

    async def disconnect():
        return await db.transact(lambda tx: oauth.disconnect(tx, **ids(scene)))

    *answers, done, again = await asyncio.gather(
        *(refresh() for _ in range(8)), disconnect(), disconnect()
    )

    assert {done, again} == {True, False}
    async with db.read() as tx:
        assert await scene.bearer(tx, pair.access_token) is None
        for one in answers:
            if isinstance(one, oauth.Issued):
                assert await scene.bearer(tx, one.access_token) is None
    for one in answers:
        if isinstance(one, oauth.Issued):
            async with db.write() as tx:
                refused = await scene.refresh(tx, one.refresh_token)
            assert refused.error == "invalid_grant"
