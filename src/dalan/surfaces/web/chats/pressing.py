"""Buttons below messages, and apps started out of a conversation: where a click leads."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat, developers, touchpoints
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.chats import reading
from dalan.surfaces.web.chats.finding import found
from dalan.surfaces.web.starts.starting import (
    app_failed,
    keep_start,
    not_delivered,
    not_offered,
    platform_of,
)


@post("/chat/{name:str}/press/{number:int}/{row:int}/{column:int}", status_code=200)
async def press(
    visitor: NamedDependency[Visitor],
    name: FromPath[str],
    number: FromPath[int],
    row: FromPath[int],
    column: FromPath[int],
) -> Response[Any]:
    """Do what the button does; the app is asked where its action says so."""
    person = visitor.require_person(back=f"/chat/{name}")
    await visitor.form()
    services, _ = visitor.services, visitor.gettext
    try:
        async with services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return reading.missing_page(visitor)
    if held.conversation is None:
        return reading.missing_page(visitor)
    try:
        pressed = await touchpoints.press_message(
            platform_of(services),
            conversation=held.conversation.uuid,
            number=number,
            row=row,
            column=column,
            person_id=person.id,
            origin_path=held.path,
        )
    except touchpoints.NothingToPress:
        flash = html.Flash("warning", _("This is no longer here; the app may have changed it."))
        return visitor.see_other(held.path, flash=flash)
    except touchpoints.AppDidNotAnswer as error:
        slug = await _slug(visitor, held.conversation, number)
        return await app_failed(visitor, services, slug, error, held.path)
    keep_start(visitor, pressed.token)
    said = html.Flash("info", pressed.text_message) if pressed.text_message else None
    return visitor.see_other(pressed.url or pressed.path or f"{held.path}#end", flash=said)


@post("/chat/{name:str}/start/{slug:str}", status_code=200)
async def start(
    visitor: NamedDependency[Visitor], name: FromPath[str], slug: FromPath[str]
) -> Response[Any]:
    """Start an app that is offered in this conversation."""
    person = visitor.require_person(back=f"/chat/{name}")
    await visitor.form()
    services = visitor.services
    try:
        async with services.db.look() as tx:
            held = await found(tx, name, visitor)
    except (chat.UnknownConversation, chat.NoBot):
        return reading.missing_page(visitor)
    if held.conversation is None:
        return reading.missing_page(visitor)
    try:
        started = await touchpoints.start_in_chat(
            platform_of(services),
            slug=slug,
            conversation=held.conversation.uuid,
            person_id=person.id,
            origin_path=held.path,
        )
    except touchpoints.NotOffered:
        return not_offered(visitor)
    except (chat.DeliveryRestricted, chat.ChatLimit):
        return visitor.see_other(held.path, flash=not_delivered(visitor))
    except touchpoints.AppDidNotAnswer as error:
        return await app_failed(visitor, services, slug, error, held.path)
    keep_start(visitor, started.token)
    return visitor.see_other(started.path or started.url)


async def _slug(visitor: Visitor, held: chat.Conversation, number: int) -> str:
    """Of the app that wrote the message."""
    async with visitor.services.db.look() as tx:
        message = await chat.message_numbered(tx, held, number)
        assert message is not None
        assert message.app_id is not None, "its app was just asked"
        return (await developers.app(tx, message.app_id)).slug
