"""The list of a person's chats, which moves by itself where the browser can."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from dalan.domains import chat
from dalan.kernel import paging
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import streams
from dalan.surfaces.web.chats import showing
from dalan.surfaces.web.chats.watching import Watch


@get("/chat")
async def chats(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The chats of whoever is signed in, the one that moved last first; ``?after=`` goes on."""
    person = visitor.require_person()
    after = visitor.request.query_params.get("after", "")
    async with visitor.services.db.read() as tx:
        try:
            found = await chat.conversations(tx, person.id, after=after)
        except paging.InvalidCursor:
            return visitor.see_other("/chat")
        shown = await showing.shown_chats(tx, found.listed, person.id, visitor.gettext)
        unread = await chat.unread_count(tx, person.id)
    return visitor.page(
        "chats/list.html",
        active="chat",
        chats=shown,
        next_cursor=found.next_cursor,
        is_first=not after,
        unread=unread,
    )


@get("/chat/list/news")
async def chats_news(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """How many messages wait, for browsers that ask again and again."""
    person = visitor.require_person(back="/chat")
    return await _news(visitor, person.id)


async def _news(visitor: Visitor, person_id: int) -> Response[Any]:
    async with visitor.services.db.look() as tx:
        unread = await chat.unread_count(tx, person_id)
        version = await chat.versions(tx, conversations=(), inboxes=[person_id])
    return streams.json_answer({"unread": unread, "version": version.get(("inbox", person_id), 0)})


@get("/chat/list/live")
async def chats_live(
    visitor: NamedDependency[Visitor], watch: NamedDependency[Watch]
) -> Response[Any]:
    """The same as it happens, as server-sent events; who takes none is answered at once."""
    person = visitor.require_person(back="/chat")
    if not streams.wants_events(visitor):
        return await _news(visitor, person.id)
    streams.refuse_crowd(watch)

    async def events() -> AsyncIterator[bytes]:
        with watch.waiting(("inbox", person.id)) as waiting:
            yield streams.HELLO
            for _ in streams.turns():
                if not await waiting.wait(streams.BEAT_SECONDS):
                    yield streams.BEAT
                    continue
                async with visitor.services.db.look() as tx:
                    unread = await chat.unread_count(tx, person.id)
                yield streams.event({"unread": unread})

    return Stream(events(), media_type="text/event-stream", headers=streams.HEADERS)
