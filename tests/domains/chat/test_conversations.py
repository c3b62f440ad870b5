"""Conversations on both engines: order, what is unread, limits, restrictions and ends."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Literal

import pytest

from dalan.domains import accounts, chat, identity, media, notices, posts
from dalan.domains.chat import queries
from dalan.kernel import clock
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, WriteTransaction
from tests.factories.developers import KEYS, make_app
from tests.factories.identity import make_person
from tests.factories.media import make_file, voice
from tests.factories.posts import make_post


async def begin(
    tx: WriteTransaction, *, seller: identity.Person | None = None
) -> tuple[chat.Conversation, int, int]:
    """A conversation nobody has written in, its seller and its buyer."""
    owner = seller or await make_person(tx)
    buyer = await make_person(tx)
    post = await make_post(tx, owner_id=owner.id)
    return await chat.open_about_post(tx, post, buyer_id=buyer.id), owner.id, buyer.id


async def say(
    tx: WriteTransaction, held: chat.Conversation, by: int, text: str = "سلام", **given: object
) -> chat.Message:
    writer = chat.Writer(person_id=by)
    return await chat.send(tx, held, chat.text_content(text), writer=writer, **given)  # type: ignore[arg-type]  # a test's shorthand


async def unread(tx: WriteTransaction, person_id: int) -> tuple[int, Sequence[int]]:
    """What waits for somebody, in all and by conversation."""
    page = await chat.conversations(tx, person_id)
    return await chat.unread_count(tx, person_id), [one.mine.unread_count for one in page.listed]


async def test_whatever_is_done_unread_counts_add_up(tx):
    chance, seller = Random(31), await make_person(tx)
    held = [await begin(tx, seller=seller) for _ in range(3)]
    # As a person would count: numbers of the other side's messages above what they have seen.
    said: dict[int, list[tuple[int, int]]] = {one.id: [] for one, _, _ in held}
    seen: dict[tuple[int, int], int] = {}

    for _ in range(150):
        conversation, *sides = chance.choice(held)
        person = chance.choice(sides)
        match chance.choice(["say", "say", "see", "part", "clear"]):
            case "say":
                number = (await say(tx, conversation, person)).number
                said[conversation.id].append((number, person))
                assert number == len(said[conversation.id])
            case "see":
                await chat.see(tx, conversation, person, up_to=10_000)
                seen[conversation.id, person] = len(said[conversation.id])
            case "part":
                up_to = chance.randrange(len(said[conversation.id]) + 1)
                await chat.see(tx, conversation, person, up_to=up_to)
                was = seen.get((conversation.id, person), 0)
                seen[conversation.id, person] = max(was, up_to)
            case "clear":
                await chat.clear(tx, conversation, person)
                seen[conversation.id, person] = len(said[conversation.id])

    for person in {one for _, *sides in held for one in sides}:
        waiting = {
            conversation.id: sum(
                by != person and number > seen.get((conversation.id, person), 0)
                for number, by in said[conversation.id]
            )
            for conversation, *sides in held
            if person in sides
        }
        listed = (await chat.conversations(tx, person)).listed
        assert {one.conversation.id: one.mine.unread_count for one in listed} == {
            one.conversation.id: waiting[one.conversation.id] for one in listed
        }
        # Put away and silent since: not in the list, and nothing unread.
        assert sum(one.mine.unread_count for one in listed) == sum(waiting.values())
        assert await chat.unread_count(tx, person) == sum(waiting.values())


async def test_two_who_write_at_once_get_numbers_of_their_own(db: Database):
    async with db.write() as tx:
        held, seller, buyer = await begin(tx)

    async def write(person: int, name: str) -> int:
        async def work(tx: WriteTransaction) -> int:
            return (await say(tx, held, person, name, client_id=name)).number

        return await db.transact(work)

    names = [(person, f"{person}-{n}") for n in range(8) for person in (seller, buyer)]
    numbers = await asyncio.gather(*[write(*one) for one in names])
    again = await asyncio.gather(*[write(*one) for one in names])

    assert sorted(numbers) == list(range(1, 17))
    assert again == numbers
    async with db.write() as tx:
        assert await unread(tx, seller) == (8, [8])
        assert await unread(tx, buyer) == (8, [8])


async def test_lists_and_messages_are_read_on_from_a_cursor(tx, moment: AdjustableClock):
    seller = await make_person(tx)
    held = []
    for _ in range(5):
        one, *_ = await begin(tx, seller=seller)
        await say(tx, one, one.buyer_id)
        held.append(one.id)
        moment.advance(timedelta(seconds=1))

    found, cursor = [], ""
    for _ in range(3):
        page = await chat.conversations(tx, seller.id, after=cursor, limit=2)
        found += [one.conversation.id for one in page.listed]
        cursor = page.next_cursor
    assert found == held[::-1]
    assert cursor == ""

    conversation = await chat.by_id(tx, held[0])
    assert conversation is not None
    for n in range(6):
        await say(tx, conversation, seller.id, str(n))
    newest = await chat.messages(tx, conversation, limit=3)
    before = await chat.messages(tx, conversation, before=newest.earlier, limit=3)
    assert [one.number for one in newest.messages] == [5, 6, 7]
    assert [one.number for one in before.messages] == [2, 3, 4]
    assert [one.number for one in (await chat.messages(tx, conversation, after=6)).messages] == [7]


async def test_who_writes_too_much_or_begins_too_much_waits(tx, moment: AdjustableClock):
    held, seller, buyer = await begin(tx)
    for _ in range(3):
        await say(tx, held, buyer, per_minute=3)
    with pytest.raises(chat.ChatLimit):
        await say(tx, held, buyer, per_minute=3)
    await say(tx, held, seller, per_minute=3)
    moment.advance(timedelta(seconds=61))
    await say(tx, held, buyer, per_minute=3)

    post = await make_post(tx)
    with pytest.raises(chat.ChatLimit):
        await chat.open_about_post(tx, post, buyer_id=buyer, per_day=1)
    moment.advance(timedelta(days=1))
    await chat.open_about_post(tx, post, buyer_id=buyer, per_day=1)


async def test_what_is_not_delivered_changes_nothing(tx):
    held, seller, buyer = await begin(tx)
    stranger = await make_person(tx)
    with pytest.raises(chat.UnknownConversation):
        await say(tx, held, stranger.id)
    for blocker in (seller, buyer):
        await chat.block(tx, held, blocker, blocked=True)
        for person in (seller, buyer):
            with pytest.raises(chat.DeliveryRestricted):
                await say(tx, held, person)
        await chat.block(tx, held, blocker, blocked=False)
    await accounts.close(tx, person_id=buyer)
    with pytest.raises(chat.DeliveryRestricted):
        await say(tx, held, seller)

    assert (await chat.messages(tx, held)).messages == []
    assert await unread(tx, seller) == (0, [])


async def test_closing_an_account_leaves_the_others_their_side(tx):
    held, seller, buyer = await begin(tx)
    await say(tx, held, buyer, "هنوز موجوده؟")
    await say(tx, held, seller, "بله")

    exported = await accounts.export(tx, buyer, keys=KEYS, base_url="http://x")
    await accounts.close(tx, person_id=buyer)

    assert [one["text"] for one in exported["chats"]["messages"]] == ["هنوز موجوده؟"]
    assert await unread(tx, buyer) == (0, [])
    assert await unread(tx, seller) == (1, [1])
    assert len((await chat.messages(tx, held)).messages) == 2


async def test_people_are_told_once_until_they_look(tx, moment: AdjustableClock):
    held, seller, buyer = await begin(tx)

    async def told() -> list[str]:
        await notices.tell_of_messages(tx, since=timedelta(minutes=10))
        return [one.facts["path"] for one in (await notices.notices_of(tx, seller)).notices]

    await say(tx, held, buyer)
    assert await told() == []
    moment.advance(timedelta(minutes=11))
    assert await told() == [f"/chat/{held.uuid}"]
    await say(tx, held, buyer)
    moment.advance(timedelta(minutes=11))
    assert len(await told()) == 1  # they have not looked yet
    await chat.see(tx, held, seller, up_to=2)
    await say(tx, held, buyer)
    moment.advance(timedelta(minutes=11))
    assert len(await told()) == 2


async def test_quiet_conversations_end_with_what_was_sent_in_them(
    db: Database, moment: AdjustableClock, tmp_path
):
    store = media.MediaStore(str(tmp_path))
    file = await make_file(db, store, voice(), kind="voice", purpose="chat")
    async with db.write() as tx:
        held, seller, buyer = await begin(tx)
        await chat.send(
            tx, held, chat.file_content("voice", file.id), writer=chat.Writer(person_id=buyer)
        )
        opened, *_ = await begin(tx)
    moment.advance(timedelta(days=30, minutes=1))
    await media.purge(db, store)
    async with db.write() as tx:
        assert await media.files_by_id(tx, [file.id])  # a message shows it

        assert await chat.purge(tx, keep=timedelta(days=30)) == 1
        assert await chat.purge(tx, keep=timedelta(days=30)) == 0

        assert await chat.by_id(tx, held.id) is None
        assert await chat.by_id(tx, opened.id) is None
        assert await unread(tx, seller) == (0, [])
    await media.purge(db, store)
    async with db.look() as look:
        assert not await media.files_by_id(look, [file.id])


async def test_a_message_taken_back_says_nothing_and_keeps_its_place(tx):
    held, seller, buyer = await begin(tx)
    first = await say(tx, held, buyer, "اشتباه شد")
    await say(tx, held, buyer, "سلام")

    for _ in range(2):
        await chat.remove(tx, first)

    gone, kept = (await chat.messages(tx, held)).messages
    assert (gone.number, gone.text, kept.text) == (1, "", "سلام")
    assert gone.removed_at == clock.now()
    assert [one.text for one in await chat.texts(tx, held)] == ["سلام"]
    await chat.see(tx, held, seller, up_to=1)
    assert await unread(tx, seller) == (1, [1])


async def test_an_app_that_is_not_out_has_a_bot_for_its_team_alone(tx):
    made = await make_app(tx)
    stranger = await make_person(tx)

    held = await chat.open_with_bot(tx, made.app, person_id=made.app.owner_id)
    with pytest.raises(chat.NoBot):
        await chat.open_with_bot(tx, made.app, person_id=stranger.id)

    await chat.send(tx, held, chat.text_content("سلام"), writer=chat.Writer(app_id=made.app.id))
    assert await unread(tx, made.app.owner_id) == (1, [1])
    with pytest.raises(chat.UnknownConversation):
        await chat.send(tx, held, chat.text_content("سلام"), writer=chat.Writer(app_id=77))


async def test_a_chat_that_begins_counts_once_for_its_post(tx):
    held, seller, buyer = await begin(tx)
    for by in (buyer, seller, buyer):
        await say(tx, held, by)

    assert (await posts.statistics_of(tx, held.post_id or 0)).total.chats == 1


async def test_versions_grow_with_whatever_others_should_see(tx):
    held, seller, buyer = await begin(tx)
    before = await chat.versions(tx, conversations=[held.id], inboxes=[seller, buyer])
    sent = await say(tx, held, buyer)
    written = await chat.versions(tx, conversations=[held.id], inboxes=[seller, buyer])
    await chat.see(tx, held, seller, up_to=1)
    seen = await chat.versions(tx, conversations=[held.id], inboxes=[seller, buyer])
    await chat.remove(tx, sent)
    removed = await chat.versions(tx, conversations=[held.id], inboxes=[seller, buyer])

    key: tuple[Literal["conversation"], int] = ("conversation", held.id)
    assert before[key] < written[key] < seen[key] < removed[key]
    assert ("inbox", seller) not in before
    assert written["inbox", seller] < seen["inbox", seller]
    assert await queries.inbox_of.one_or_none(tx, person_id=buyer) is not None
