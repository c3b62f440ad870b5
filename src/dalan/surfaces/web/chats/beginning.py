"""The first words about a post."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat, posts
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.chats import reading, writing
from dalan.surfaces.web.chats.finding import Found
from dalan.surfaces.web.site.post_page import missing_page, over_page
from dalan.surfaces.web.site.showing import path_of
from dalan.surfaces.web.site.sight import visible_post


@get("/v/{token:str}/chat")
async def chat_about_post(visitor: NamedDependency[Visitor], token: FromPath[str]) -> Response[Any]:
    """The conversation about a post, or an empty one to begin; its owner sees all of theirs."""
    person = visitor.require_person()
    async with visitor.services.db.read() as tx:
        shown, is_over = await visible_post(tx, token, person.id)
        if shown is None:
            return over_page(visitor) if is_over else missing_page(visitor)
        if await posts.may_act(tx, shown, person.id):
            return visitor.see_other("/chat")
        held = await chat.about_post(tx, post_id=shown.id, buyer_id=person.id)
        if held is not None:
            return visitor.see_other(f"/chat/{held.uuid}")
    if shown.state != "published" or not shown.chat_enabled:
        return _closed(visitor, shown)
    found = Found(path=f"/v/{shown.token}/chat", person=person, conversation=None, post=shown)
    return await reading.page(visitor, found)


@post("/v/{token:str}/chat", status_code=200)
async def begin_about_post(
    visitor: NamedDependency[Visitor], token: FromPath[str]
) -> Response[Any]:
    """Write the first words: from here on the seller sees the conversation too."""
    person = visitor.require_person(back=f"/v/{token}/chat" if posts.is_token(token) else "/")
    form = await writing.form_of(visitor)

    async def find(tx: ReadTransaction) -> Found:
        shown, _over = await visible_post(tx, token, person.id)
        if shown is None:
            raise posts.UnknownPost(token)
        held = await chat.about_post(tx, post_id=shown.id, buyer_id=person.id)
        path = f"/chat/{held.uuid}" if held is not None else f"/v/{shown.token}/chat"
        return Found(path=path, person=person, conversation=held, post=shown)

    async def begin(tx: WriteTransaction, found: Found) -> chat.Conversation:
        assert found.post is not None, "it was just found"
        per_day = visitor.services.settings.chat_conversations_per_day
        return await chat.open_about_post(tx, found.post, buyer_id=person.id, per_day=per_day)

    try:
        return await writing.send_form(visitor, form, find, begin)
    except posts.UnknownPost:
        return missing_page(visitor)
    except chat.OwnPost:
        return visitor.see_other("/chat")
    except chat.ChatClosed:
        async with visitor.services.db.look() as look:
            shown, _over = await visible_post(look, token, person.id)
        return _closed(visitor, shown) if shown is not None else missing_page(visitor)


def _closed(visitor: Visitor, shown: posts.Post) -> Response[Any]:
    _ = visitor.gettext
    return visitor.error_page(
        409,
        _("No chat about this post"),
        _("The seller is reached by phone only, or the post is no longer on display."),
        (html.Action(_("Back to the post"), path_of(shown)),),
    )
