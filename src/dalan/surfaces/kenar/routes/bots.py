"""What an app's bot writes to people. Reference 5.4, 7.5 and 12.3 no. 17."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from dalan.domains import chat, developers
from dalan.errors import Forbidden, NotFound
from dalan.surfaces.kenar.auth import bearer_for, credentials_of, require_scope
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.chat import client_id_of, content_of
from dalan.surfaces.kenar.wire import chat as wire
from dalan.surfaces.operations import InvalidBody, Operation

V1: Final = "/v1/open-platform"
EXPERIMENTAL: Final = "/experimental/open-platform"
SCOPE: Final = "CHAT_BOT_USER_MESSAGE_SEND"


class NotTheTokensUser(Forbidden):
    """The path names another person than the token speaks for."""

    code = "kenar.not_the_tokens_user"

    def __init__(self) -> None:
        super().__init__("user_id is not the person the access token speaks for")


class UnknownUser(NotFound):
    """The app knows nobody by this id."""

    code = "kenar.bot_user_unknown"

    def __init__(self) -> None:
        super().__init__("this app knows no user with this id")


async def chat_bot_send_message(call: Call) -> wire.BotSent:
    """Answer in a conversation with the app's bot; the key alone is enough."""
    found = await chat.by_uuid(call.look, call.path["conversation_id"])
    if found is None or found.app_id != call.app.app_id:
        raise chat.UnknownConversation
    return await _send(call, found)


async def chat_bot_send_message_to_user(call: Call) -> wire.BotSent:
    """Write to a person by the id the app knows them by; the conversation begins if need be."""
    return await _to_user(call, without_token=False)


async def chat_bot_send_message_to_user_experimental(call: Call) -> wire.BotSent:
    """The same on the older path, where whoever wrote to the bot first is answered without a
    token."""
    return await _to_user(call, without_token=True)


async def _to_user(call: Call, *, without_token: bool) -> wire.BotSent:
    person_id = await developers.person_of_user_id(call.look, call.app.app_id, call.path["user_id"])
    app = await developers.app(call.look, call.app.app_id)
    known = (
        await chat.with_bot(call.look, app_id=app.id, person_id=person_id)
        if person_id is not None
        else None
    )
    if not (without_token or app.settings.reply_without_token) or not await _wrote(call, known):
        _, token = credentials_of(call.scope)
        call.bearer = bearer_for(_NEEDING_TOKEN, call.app, call.bearer, token)
        require_scope(_NEEDING_TOKEN, call.person, "")
        if person_id != call.person.person_id:
            raise NotTheTokensUser
    if person_id is None:
        raise UnknownUser
    found = known or await chat.open_with_bot(call.unit, app, person_id=person_id)
    return await _send(call, found)


async def _wrote(call: Call, known: chat.Conversation | None) -> bool:
    """Whether the person has written to the bot."""
    return known is not None and await chat.has_written(call.look, known, known.buyer_id)


async def _send(call: Call, found: chat.Conversation) -> wire.BotSent:
    if not isinstance(call.content, dict):
        raise InvalidBody("the body must be an object")
    await chat.check_bot(
        call.look, await developers.app(call.look, call.app.app_id), found.buyer_id
    )
    grid = chat.read_grid(call.content.get("buttons"), "buttons")
    content = await content_of(call, "text_message", chat.both((), grid))
    await chat.send(
        call.unit,
        found,
        content,
        writer=chat.Writer(app_id=call.app.app_id),
        client_id=client_id_of(call),
    )
    return wire.BotSent(conversation_id=found.uuid)


def _operation(handle: Callable[[Call], Awaitable[Any]], *paths: str, **more: Any) -> Operation:
    return Operation(
        method="POST",
        paths=paths,
        handle=handle,
        body=wire.ChatBotSendMessageBody,
        answer=wire.BotSent,
        permission="CHAT_BOT_SEND_MESSAGE",
        tag="ChatAPI",
        **more,
    )


_TO_USER: Final = _operation(
    chat_bot_send_message_to_user, f"{V1}/chat/bot/users/{{user_id}}/messages"
)

_NEEDING_TOKEN: Final = msgspec.structs.replace(_TO_USER, scopes=(SCOPE,))
"""What is needed of a person the bot may not write to otherwise."""

OPERATIONS = (
    _operation(
        chat_bot_send_message,
        f"{V1}/chat/bot/conversations/{{conversation_id}}/messages",
        f"{EXPERIMENTAL}/chat/bot/conversations/{{conversation_id}}/messages",
        f"{EXPERIMENTAL}/chatbot-conversations/{{conversation_id}}/messages",
    ),
    _TO_USER,
    _operation(
        chat_bot_send_message_to_user_experimental,
        f"{EXPERIMENTAL}/chat/bot/users/{{user_id}}/messages",
        documented=False,
    ),
)
