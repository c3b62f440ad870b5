"""Telling people that messages wait for them in their chats."""

from datetime import timedelta
from typing import Final

from dalan.domains import chat, developers, posts
from dalan.domains.notices.telling import tell
from dalan.kernel.db import ReadTransaction, WriteTransaction

TOLD_AT_ONCE: Final = 100


async def tell_of_messages(tx: WriteTransaction, *, since: timedelta) -> int:
    """Tell whoever has left messages unread for that long, of each chat once until they look;
    answers of how many chats. A hundred of them: call it until it answers 0."""
    waiting = await chat.untold(tx, since=since, limit=TOLD_AT_ONCE)
    for held, one in waiting:
        name, title = await _shown(tx, held)
        await tell(
            tx,
            [one.person_id],
            kind="chat_message",
            occasion=f"chat:{held.id}:{one.received_number}",
            facts={"title": title, "count": one.unread_count, "path": f"/chat/{name}"},
        )
        await chat.mark_told(tx, one)
    return len(waiting)


async def _shown(tx: ReadTransaction, held: chat.Conversation) -> tuple[str, str]:
    """How a chat is reached, and what it is called."""
    if held.app_id is not None:
        app = await developers.app(tx, held.app_id)
        return f"addon_{app.slug}", app.display
    post = await posts.by_id(tx, held.post_id or 0)
    return held.uuid, post.title if post is not None else ""
