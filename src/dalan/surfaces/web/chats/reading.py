"""One conversation: the newest messages, and the way back to earlier ones."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat, media, touchpoints
from dalan.kernel import randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.chats import showing
from dalan.surfaces.web.chats.finding import LOGO_SIZE, Found, found


@get("/chat/{name:str}")
async def conversation(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """A conversation of whoever is signed in, or an app's bot. Seen from here on."""
    before = visitor.request.query_params.get("before", "")
    try:
        async with visitor.services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return missing_page(visitor)
    number = html.forms.number_in(before, digits_max=15) or 0
    return await page(visitor, held, before=number)


async def page(
    visitor: Visitor,
    held: Found,
    *,
    before: int = 0,
    form: html.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[Any]:
    """The page of a conversation; what was typed and what is wrong with it stand below."""
    async with visitor.services.db.read() as tx:
        shown = await messages_before(tx, held, before)
        mine, theirs, ban = None, None, await chat.ban_of(tx, held.person.id)
        if held.conversation is not None:
            mine, theirs = await chat.participants(tx, held.conversation, held.person.id)
        offers = await _offers(tx, held)
    if held.conversation is not None and mine is not None and shown.newest > mine.seen_number:
        await see(visitor, held.conversation, held.person.id, shown.newest)
        # The head of this very page tells what is left.
        visitor.messages_count = max(0, visitor.messages_count - mine.unread_count)
    post = held.post
    return visitor.page(
        "chats/conversation.html",
        status=status,
        active="chat",
        # Buttons below messages lead on to their apps.
        form_action=False,
        found=held,
        title=showing.title_of(held, visitor.gettext),
        messages=shown.messages,
        earlier=shown.earlier,
        newest=shown.newest,
        is_latest=not before,
        seen=theirs.seen_number if theirs is not None else 0,
        blocked=mine is not None and mine.blocked_at is not None,
        ban=ban,
        form=form or html.Form(),
        problem=problem,
        phrases=showing.quick_phrases(held, visitor.lang),
        client_id=randomness.token_urlsafe(12),
        picture_url=await _picture(visitor, held),
        closed=post is not None and not post.chat_enabled,
        offers=[
            (one.app.display, f"{held.path}/start/{one.app.slug}", one.app.is_development)
            for one in offers
        ],
    )


class ShownPart(msgspec.Struct, frozen=True):
    """Some messages in their order. ``earlier``: the number to ask for those before them, 0 when
    there are none; ``newest``: the number of the last one."""

    messages: list[showing.ShownMessage]
    earlier: int
    newest: int


async def messages_before(tx: ReadTransaction, held: Found, before: int = 0) -> ShownPart:
    """The newest messages, or those before a number, as far as the person has not put them out
    of their sight."""
    return await _part(tx, held, before=before)


async def messages_after(tx: ReadTransaction, held: Found, after: int) -> ShownPart:
    """What was said after a number."""
    return await _part(tx, held, after=after)


async def _part(tx: ReadTransaction, held: Found, *, after: int = 0, before: int = 0) -> ShownPart:
    if held.conversation is None:
        return ShownPart([], 0, 0)
    mine, _theirs = await chat.participants(tx, held.conversation, held.person.id)
    after = max(after, mine.cleared_number)
    found = await chat.messages(tx, held.conversation, after=after, before=before)
    first = found.messages[0].number if found.messages else 0
    previous = None
    if first - 1 > mine.cleared_number:
        previous = await chat.message_numbered(tx, held.conversation, first - 1)
    shown = await showing.shown_messages(tx, held, found.messages, previous=previous)
    newest = found.messages[-1].number if found.messages else after
    return ShownPart(shown, found.earlier, newest)


async def see(visitor: Visitor, held: chat.Conversation, person_id: int, number: int) -> None:
    """The person has the messages up to that number before their eyes."""

    async def work(tx: WriteTransaction) -> None:
        await chat.see(tx, held, person_id, up_to=number)

    await visitor.services.db.transact(work)


async def _offers(tx: ReadTransaction, held: Found) -> list[touchpoints.Offer]:
    """The apps offered in a conversation about a post that has begun."""
    if held.conversation is None or held.post is None or held.post.is_gone:
        return []
    return await touchpoints.offered(tx, "CHAT", post=held.post, person_id=held.person.id)


async def _picture(visitor: Visitor, held: Found) -> str:
    if held.post is not None and held.post.image_names:
        return media.path_of(held.post.image_names[0], LOGO_SIZE)
    if held.app is None or held.app.avatar_image_id is None:
        return ""
    async with visitor.services.db.look() as tx:
        found = await media.images_by_id(tx, [held.app.avatar_image_id])
    avatar = found.get(held.app.avatar_image_id)
    return media.path_of(avatar.name, LOGO_SIZE) if avatar is not None else ""


def missing_page(visitor: Visitor) -> Response[Any]:
    """404: there is no such conversation, as far as this person may know."""
    _ = visitor.gettext
    return visitor.error_page(
        404,
        _("No such chat"),
        _("It was removed, or it belongs to other people."),
        (html.Action(_("All chats"), "/chat"),),
    )
