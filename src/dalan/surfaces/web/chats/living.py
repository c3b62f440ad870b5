"""News of a conversation as it happens: server-sent events, or asked for again and again.

Both say the same JSON: messages as the page draws them, how far either side has seen, and
whether something older changed, after which a page asks for itself anew. Nothing waits inside a
transaction.
"""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from dalan.domains import chat
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import streams
from dalan.surfaces.web.chats import reading
from dalan.surfaces.web.chats.finding import Found, find, found
from dalan.surfaces.web.chats.watching import Watch


@get("/chat/{name:str}/news")
async def news(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """What came after the message numbered ``?after=``."""
    try:
        async with visitor.services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return streams.json_answer({"problem": "gone"}, status=404)
    return await answer(visitor, held, visitor.request.query_params.get("after", ""))


@get("/chat/{name:str}/live")
async def live(
    visitor: NamedDependency[Visitor], watch: NamedDependency[Watch], name: FromPath[str]
) -> Response[Any]:
    """The same as it happens, as server-sent events; who takes none is answered at once."""
    try:
        async with visitor.services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return streams.json_answer({"problem": "gone"}, status=404)
    if held.conversation is None:
        return streams.json_answer({"problem": "not begun"}, status=404)
    if not streams.wants_events(visitor):
        return await answer(visitor, held, visitor.request.query_params.get("after", ""))
    streams.refuse_crowd(watch)
    # A browser that comes again says what it has: by the number of the last event.
    sent = visitor.request.headers.get("last-event-id", "").partition("-")[0]
    named = sent or visitor.request.query_params.get("after", "")
    after = html.forms.number_in(named, digits_max=15) or 0
    events = _events(visitor, watch, name, held, after)
    return Stream(events, media_type="text/event-stream", headers=streams.HEADERS)


async def _events(
    visitor: Visitor, watch: Watch, name: str, held: Found, after: int
) -> AsyncIterator[bytes]:
    assert held.conversation is not None, "it was just found"
    before: tuple[int, int, int] | None = None
    with watch.waiting(("conversation", held.conversation.id)) as waiting:
        yield streams.HELLO
        for _ in streams.turns():
            if not await waiting.wait(streams.BEAT_SECONDS):
                yield streams.BEAT
                continue
            async with visitor.services.db.read() as tx:
                held = await find(tx, name, held.person)
                told = await _news(tx, visitor, held, after)
            # The version says that something moved; when it is neither a new message nor a look
            # of either side, something older did.
            now = (told["number"], told["seen"], told["read"])
            told["changed"] = before is not None and now == before and not told["html"]
            before, after = now, told["number"]
            yield streams.event(told, id=f"{after}")


async def answer(visitor: Visitor, held: Found, after: str) -> Response[Any]:
    """The news after a number, to be read at once."""
    number = html.forms.number_in(after, digits_max=15) or 0
    async with visitor.services.db.read() as tx:
        return streams.json_answer(await _news(tx, visitor, held, number))


async def _news(tx: ReadTransaction, visitor: Visitor, held: Found, after: int) -> dict[str, Any]:
    part = await reading.messages_after(tx, held, after)
    seen, read, version = 0, 0, 0
    if held.conversation is not None:
        version = held.conversation.version
        mine, theirs = await chat.participants(tx, held.conversation, held.person.id)
        seen = theirs.seen_number if theirs is not None else 0
        read = mine.seen_number
    text = ""
    if part.messages:
        text = html.render(
            visitor.context(), "chats/_messages.html",
            messages=part.messages, found=held, seen=seen,
        )  # fmt: skip
    return {
        "html": text,
        "number": part.newest,
        "seen": seen,
        "read": read,
        "version": version,
        # More came than a page of messages holds: the page is asked for anew.
        "changed": bool(part.earlier),
        "path": held.path,
    }


def wants_json(visitor: Visitor) -> bool:
    """Whether a script of ours asks."""
    return visitor.request.headers.get("x-dalan-chat") == "1"
