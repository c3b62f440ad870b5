"""Whoever looks at a chat is woken when it moves, whichever process moved it."""

import asyncio

import pytest
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.domains import chat
from dalan.kernel.db import Database, database_at
from dalan.surfaces.web.chats.watching import Watch

PATIENCE_SECONDS = 20.0


@pytest.fixture
async def elsewhere(database_url: str):
    """The same database, as another process has it open."""
    db = database_at(database_url, durable=False, connections_max=2)
    await db.open()
    yield db
    await db.close()


async def held_with(db: Database, *, count: int) -> list[chat.Conversation]:
    async with db.write() as tx:
        seller = await make_person(tx)
        post = await make_post(tx, owner_id=seller.id)
        return [
            await chat.open_about_post(tx, post, buyer_id=(await make_person(tx)).id)
            for _ in range(count)
        ]


async def say(db: Database, held: chat.Conversation, text: str) -> None:
    async with db.write() as tx:
        await chat.send(
            tx, held, chat.text_content(text), writer=chat.Writer(person_id=held.buyer_id)
        )


async def test_who_waits_is_woken_by_their_own_conversation_alone(
    db: Database, elsewhere: Database
):
    mine, others = await held_with(db, count=2)
    assert mine.seller_id is not None
    watch = Watch(db)
    with (
        watch.waiting(("conversation", mine.id)) as waiting,
        watch.waiting(("conversation", others.id)) as other,
        watch.waiting(("inbox", mine.seller_id)) as inbox,
    ):
        for one in (waiting, other):
            assert await one.wait(PATIENCE_SECONDS)  # the first look says where it stands

        await say(elsewhere, mine, "سلام")

        assert await waiting.wait(PATIENCE_SECONDS)
        assert await inbox.wait(PATIENCE_SECONDS)
        assert not await other.wait(0.2)
    assert watch.count == 0


async def test_nobody_looks_when_nobody_waits(db: Database):
    (held,) = await held_with(db, count=1)
    watch = Watch(db)
    with watch.waiting(("conversation", held.id)) as waiting:
        assert await waiting.wait(PATIENCE_SECONDS)
    await say(db, held, "سلام")
    await asyncio.sleep(0.2)
    with watch.waiting(("conversation", held.id)) as waiting:
        assert await waiting.wait(PATIENCE_SECONDS)
        assert not await waiting.wait(0.1)
