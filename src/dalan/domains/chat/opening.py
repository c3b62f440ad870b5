"""Beginning a conversation: about a post, or with an app's bot."""

from datetime import timedelta
from typing import Final

from dalan.domains import developers, posts
from dalan.domains.chat import queries
from dalan.domains.chat.errors import ChatClosed, ChatLimit, NoBot, OwnPost
from dalan.domains.chat.tables import Conversation
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

BEGUN_WITHIN: Final = timedelta(days=1)


async def about_post(tx: ReadTransaction, *, post_id: int, buyer_id: int) -> Conversation | None:
    """What a buyer has with the seller of a post, if they have opened it."""
    return await queries.conversation_about.one_or_none(tx, post_id=post_id, buyer_id=buyer_id)


async def open_about_post(
    tx: WriteTransaction,
    post: posts.Post,
    *,
    buyer_id: int,
    per_day: int | None = None,
) -> Conversation:
    """The buyer's conversation with the seller of a post, opened if there is none yet.

    Neither side sees one in their list before its first message. Whoever calls has made sure that
    the buyer may see the post. ``per_day``: how many somebody may begin within a day.
    The caller owns the transaction. Raises OwnPost, ChatClosed and ChatLimit.
    """
    if post.owner_id == buyer_id or await posts.may_act(tx, post, buyer_id):
        raise OwnPost
    known = await about_post(tx, post_id=post.id, buyer_id=buyer_id)
    if known is not None:
        return known
    if post.state != "published" or not post.chat_enabled:
        raise ChatClosed
    if per_day is not None:
        await _check_begun(tx, buyer_id, per_day)
    await queries.add_post_conversation.scalar(
        tx, **_new(), kind="post", post_id=post.id, app_id=None, seller_id=post.owner_id,
        buyer_id=buyer_id,
    )  # fmt: skip
    opened = await about_post(tx, post_id=post.id, buyer_id=buyer_id)
    assert opened is not None, "it was just written, by us or by somebody as quick"
    for person_id in sorted((buyer_id, post.owner_id)):
        await _take_part(tx, opened.id, person_id)
    return opened


async def with_bot(tx: ReadTransaction, *, app_id: int, person_id: int) -> Conversation | None:
    """What a person has with an app's bot, if they have opened it."""
    return await queries.conversation_with_bot.one_or_none(tx, app_id=app_id, buyer_id=person_id)


async def open_with_bot(
    tx: WriteTransaction, app: developers.App, *, person_id: int
) -> Conversation:
    """The person's conversation with an app's bot, opened if there is none yet.

    Raises NoBot for an app that is not out, unless the person is on its team.
    """
    await check_bot(tx, app, person_id)
    known = await with_bot(tx, app_id=app.id, person_id=person_id)
    if known is not None:
        return known
    await queries.add_bot_conversation.scalar(
        tx, **_new(), kind="bot", post_id=None, app_id=app.id, seller_id=None, buyer_id=person_id
    )
    opened = await with_bot(tx, app_id=app.id, person_id=person_id)
    assert opened is not None, "it was just written, by us or by somebody as quick"
    await _take_part(tx, opened.id, person_id)
    return opened


async def check_bot(tx: ReadTransaction, app: developers.App, person_id: int | None) -> None:
    """Raises NoBot where the app's bot is not there for that person (None: nobody we know)."""
    if app.state == "active" and not app.settings.team_only:
        return
    if app.state in ("suspended", "inactive") or person_id is None:
        raise NoBot
    if not await developers.is_member(tx, app.id, person_id):
        raise NoBot


async def _check_begun(tx: ReadTransaction, buyer_id: int, per_day: int) -> None:
    since = clock.now() - BEGUN_WITHIN
    begun = await queries.count_begun.scalar(tx, buyer_id=buyer_id, since=since)
    if begun >= per_day:
        raise ChatLimit(
            allowed=per_day, retry_after_seconds=int(BEGUN_WITHIN.total_seconds()) // 24
        )


def _new() -> dict[str, object]:
    return {
        "uuid": str(randomness.uuid4()),
        "created_at": clock.now(),
        "last_number": 0,
        "last_at": None,
        "version": 0,
    }


async def _take_part(tx: WriteTransaction, conversation_id: int, person_id: int) -> None:
    await queries.add_participation.execute(
        tx,
        conversation_id=conversation_id,
        person_id=person_id,
        last_at=None,
        seen_number=0,
        received_number=0,
        unread_count=0,
        told_number=0,
        cleared_number=0,
        received_at=None,
        wrote_at=None,
        blocked_at=None,
    )
