"""Whoever is blocked has apps that act in their name no more, now and after the block is lifted."""

from dalan.app import listeners
from dalan.domains import identity, oauth
from dalan.kernel.outbox import Worker
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.oauth import make_tokens


async def test_blocking_ends_every_token_and_unblocking_revives_none(db):
    async with db.write() as tx:
        person, other = await make_person(tx), await make_person(tx)
        app = (await make_app(tx)).app
        tokens = [
            await make_tokens(tx, KEYS, one, app, "USER_PHONE offline_access")
            for one in (person, other)
        ]

    async with db.write() as tx:
        await identity.block(tx, person_id=person.id)
    await Worker(db, listeners()).drain()
    async with db.write() as tx:
        await identity.unblock(tx, person_id=person.id)

    async with db.read() as tx:
        held = [await oauth.bearer(tx, KEYS.token_mac(one.access_token) or b"") for one in tokens]
    assert held[0] is None
    assert held[1] is not None
    async with db.write() as tx:
        refused = await oauth.refresh(
            tx,
            keys=KEYS,
            app_id=app.id,
            refresh_token=tokens[0].refresh_token or "",
            scope=None,
            access_seconds=3_600,
            grace_seconds=120,
        )
    assert isinstance(refused, oauth.Refusal)
