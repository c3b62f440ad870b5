"""A refresh token is replaced, once, whatever the network does."""

import asyncio
from datetime import timedelta

import pytest

from dalan.domains import oauth
from tests.factories.developers import make_app
from tests.factories.oauth import make_tokens

SCOPES = "USER_PHONE offline_access"


async def pair(tx, scene, **given) -> oauth.Issued:
    return await make_tokens(tx, scene.keys, scene.person, scene.made.app, SCOPES, **given)


async def test_refresh_gives_a_new_pair(tx, scene):
    first = await pair(tx, scene)

    second = await scene.refresh(tx, first.refresh_token)

    assert isinstance(second, oauth.Issued)
    assert {second.access_token, second.refresh_token}.isdisjoint(
        {first.access_token, first.refresh_token}
    )
    assert second.scope == SCOPES
    assert await scene.bearer(tx, second.access_token) is not None


async def test_refresh_again_within_the_grace_gives_the_same_pair(tx, scene, moment):
    first = await pair(tx, scene)
    second = await scene.refresh(tx, first.refresh_token)

    moment.advance(timedelta(seconds=119))
    again = await scene.refresh(tx, first.refresh_token)

    assert again == second
    assert again.expires_in_seconds == 3_600 - 119


async def test_old_pair_works_for_119_seconds_and_not_for_121(tx, scene, moment):
    first = await pair(tx, scene)
    second = await scene.refresh(tx, first.refresh_token)

    moment.advance(timedelta(seconds=119))
    assert await scene.bearer(tx, first.access_token) is not None
    assert isinstance(await scene.refresh(tx, first.refresh_token), oauth.Issued)
    moment.advance(timedelta(seconds=2))

    assert await scene.bearer(tx, first.access_token) is None
    assert await scene.bearer(tx, second.access_token) is not None
    assert (await scene.refresh(tx, first.refresh_token)).error == "invalid_grant"


async def test_refresh_after_the_grace_revokes_the_family(tx, scene, moment):
    first = await pair(tx, scene)
    second = await scene.refresh(tx, first.refresh_token)
    third = await scene.refresh(tx, second.refresh_token)

    moment.advance(timedelta(seconds=121))
    refused = await scene.refresh(tx, first.refresh_token)

    assert refused.error == "invalid_grant"
    assert await scene.bearer(tx, third.access_token) is None
    assert (await scene.refresh(tx, third.refresh_token)).error == "invalid_grant"
    facts = await tx.rows("SELECT kind FROM outbox_fact", ())
    assert [kind for (kind,) in facts].count("oauth.family_revoked") == 1


async def test_refresh_never_outlives_the_consent(tx, scene, moment):
    issued = await pair(tx, scene)

    for _ in range(29):
        moment.advance(timedelta(days=1))
        issued = await scene.refresh(tx, issued.refresh_token)
        assert isinstance(issued, oauth.Issued)
    moment.advance(timedelta(hours=23, minutes=30))
    issued = await scene.refresh(tx, issued.refresh_token)
    assert issued.expires_in_seconds == 1_800
    moment.advance(timedelta(minutes=30))

    assert await scene.bearer(tx, issued.access_token) is None
    assert (await scene.refresh(tx, issued.refresh_token)).error == "invalid_grant"


async def test_refresh_with_the_token_of_another_app_changes_nothing(tx, scene, moment):
    other = await make_app(tx, owner_id=scene.person.id)
    first = await pair(tx, scene)

    early = await scene.refresh(tx, first.refresh_token, app_id=other.app.id)
    second = await scene.refresh(tx, first.refresh_token)
    moment.advance(timedelta(seconds=121))
    late = await scene.refresh(tx, first.refresh_token, app_id=other.app.id)

    assert early.error == late.error == "invalid_grant"
    assert await scene.bearer(tx, second.access_token) is not None


async def test_refresh_with_an_access_token_is_refused(tx, scene):
    first = await pair(tx, scene)

    assert (await scene.refresh(tx, first.access_token)).error == "invalid_grant"
    assert await scene.bearer(tx, first.refresh_token) is None


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        ("USER_PHONE", None),
        ("USER_PHONE OFFLINE_ACCESS", None),
        ("", None),
        ("USER_ID", "invalid_scope"),
        ("nonsense", "invalid_scope"),
    ],
)
async def test_refresh_may_name_only_what_was_granted(tx, scene, scope, error):
    first = await pair(tx, scene)

    answer = await scene.refresh(tx, first.refresh_token, scope=scope)

    assert getattr(answer, "error", None) == error


async def test_refresh_without_a_grace_takes_a_repeat_for_a_theft(tx, scene):
    first = await pair(tx, scene)
    second = await scene.refresh(tx, first.refresh_token, grace_seconds=0)

    again = await scene.refresh(tx, first.refresh_token, grace_seconds=0)

    assert again.error == "invalid_grant"
    assert await scene.bearer(tx, first.access_token) is None
    assert await scene.bearer(tx, second.access_token) is None


async def test_refresh_twenty_times_at_once_gives_one_pair_to_all(db, committed_scene):
    scene = committed_scene
    async with db.write() as tx:
        first = await pair(tx, scene)

    async def refresh():
        return await db.transact(lambda tx: scene.refresh(tx, first.refresh_token))

    answers = await asyncio.gather(*[refresh() for _ in range(20)])

    assert len(set(answers)) == 1
    assert isinstance(answers[0], oauth.Issued)
    async with db.read() as look:
        tokens = await look.rows("SELECT kind, generation FROM token ORDER BY 2, 1", ())
    assert [tuple(row) for row in tokens] == [
        ("access", 1), ("refresh", 1), ("access", 2), ("refresh", 2)
    ]  # fmt: skip


async def test_purge_wipes_boxes_and_drops_what_is_dead(tx, scene, moment):
    first = await pair(tx, scene)
    await scene.approve(tx, "USER_PHONE")
    await scene.refresh(tx, first.refresh_token)

    moment.advance(timedelta(seconds=121))
    await oauth.purge(tx, grace_seconds=120)
    boxes = await tx.rows("SELECT count(*) FROM token WHERE successor_box IS NOT NULL", ())
    moment.advance(timedelta(days=2))
    await oauth.purge(tx, grace_seconds=120)
    kinds = await tx.rows("SELECT kind FROM token", ())
    codes = await tx.rows("SELECT count(*) FROM authorization_code", ())
    moment.advance(timedelta(days=30))
    await oauth.purge(tx, grace_seconds=120)
    families = await tx.rows("SELECT count(*) FROM token_family", ())

    assert boxes[0][0] == 0
    assert [kind for (kind,) in kinds] == ["refresh", "refresh"]
    assert codes[0][0] == 0
    assert families[0][0] == 0


async def test_nothing_that_could_be_presented_stands_in_the_tables(tx, scene):
    code = await scene.approve(tx, SCOPES)
    first = await scene.redeem(tx, code)
    second = await scene.refresh(tx, first.refresh_token)

    dump = ""
    for table in ("authorization_code", "token", "token_family", "outbox_fact"):
        rows = await tx.rows(f"SELECT * FROM {table}", ())
        dump += "".join(
            one.decode("latin-1") if isinstance(one, bytes) else str(one)
            for row in rows
            for one in row
        )

    for secret in (code, first.access_token, first.refresh_token, second.access_token,
                   second.refresh_token, scene.made.client_secret):  # fmt: skip
        for part in secret.split("."):
            assert part not in dump
            assert part.encode().hex() not in dump
