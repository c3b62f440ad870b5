"""Conversations, read and written to by apps in the name of a person. Reference 5.4."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from msgspec import UNSET

from dalan.domains import chat, developers, media, posts
from dalan.errors import Forbidden, Invalid
from dalan.surfaces.kenar.auth import bearer_for, credentials_of
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.errors import MissingScope
from dalan.surfaces.kenar.wire import chat as wire
from dalan.surfaces.operations import InvalidBody, Operation, header

V1: Final = "/v1/open-platform"
V2: Final = "/v2/open-platform"

TO_CONVERSATION: Final = "CONVERSATION_SEND_MESSAGE"
TO_POST: Final = "CHAT_POST_CONVERSATIONS_MESSAGE_SEND"
TO_ALL: Final = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND"
OLDER_SEND: Final = "CHAT_MESSAGE_SEND"
OLDER_READ: Final = "CHAT_CONVERSATION_READ"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

SENT: Final = wire.Sent(status=200, message="success")


class InvalidChatField(Invalid):
    """A field of a message breaks a rule; ``field`` is which."""

    code = "kenar.chat_field_invalid"

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field


class NotTheTokensPerson(Forbidden):
    """The body names another person than the token speaks for."""

    code = "kenar.not_the_tokens_person"


async def get_conversation(call: Call) -> wire.GetConversationResponse:
    """A conversation with its texts in the order they were sent, the newest thousand of them."""
    found = await _conversation(call, call.path["conversation_id"])
    if found.side_of(call.person.person_id) is None:
        raise chat.NotTheirConversation("the token's person is no part of this conversation")
    post = await _check_post(call, found)
    said = await chat.texts(call.look, found)
    shown = wire_conversation(found, post)
    return wire.GetConversationResponse(
        conversation=shown, messages=[wire_text(one, shown) for one in said]
    )


async def conversation_send_message(call: Call) -> wire.Sent:
    """Send a text or a file as the consenting person, with buttons of its own for each side."""
    found = await _conversation(call, call.path["conversation_id"])
    post = await _check_post(call, found)
    _check_may_send(call, found, post)
    content = await content_of(
        call,
        "message",
        chat.both(
            chat.read_grid(_member(call, "sender_buttons"), "sender_buttons"),
            chat.read_grid(_member(call, "receiver_buttons"), "receiver_buttons"),
        ),
    )
    await send(call, found, content)
    return SENT


async def send_message_older(call: Call) -> wire.Sent:
    """The same by the people and the post of the conversation, which begins if need be."""
    body = call.body(wire.OlderSendBody)
    if body.type not in ("", "TEXT"):
        raise InvalidChatField("type", "only TEXT is sent here")
    _take_person(call, (OLDER_SEND, TO_POST))
    post, peer_id = await _parties(call, body.user_id, body.peer_id, body.post_token)
    triple = chat.Triple(body.user_id, body.post_token, body.peer_id)
    is_seller = post.owner_id == call.person.person_id
    if not (_holds_triple(call, OLDER_SEND, triple) or (
        is_seller and (TO_POST, post.token) in call.person.scopes
    )):  # fmt: skip
        raise MissingScope((OLDER_SEND, TO_POST), body.post_token)
    buttons = chat.both(
        chat.read_older_button(body.sender_btn, "sender_btn"),
        chat.read_older_button(body.receiver_btn, "receiver_btn"),
    )
    content = await content_of(call, "message", buttons)
    if is_seller:
        found = await chat.about_post(call.look, post_id=post.id, buyer_id=peer_id)
        if found is None:  # nobody writes to people who never wrote to them
            raise chat.UnknownConversation
    else:
        found = await chat.open_about_post(
            call.unit,
            post,
            buyer_id=call.person.person_id,
            per_day=call.services.settings.chat_conversations_per_day,
        )
    await send(call, found, content)
    return SENT


async def get_conversation_messages_older(call: Call) -> wire.OlderMessages:
    """The texts of a conversation named by its people and its post."""
    query = call.query
    triple = chat.Triple(
        query.get("user_id", ""), query.get("post_token", ""), query.get("peer_id", "")
    )
    _take_person(call, (OLDER_READ,))
    post, peer_id = await _parties(call, triple.user_id, triple.peer_id, triple.post_token)
    person_id = call.person.person_id
    is_seller = post.owner_id == person_id
    found = await chat.about_post(
        call.look, post_id=post.id, buyer_id=peer_id if is_seller else person_id
    )
    if not (_holds_triple(call, OLDER_READ, triple) or (
        found is not None and (OLDER_READ, found.uuid) in call.person.scopes
    )):  # fmt: skip
        raise MissingScope((OLDER_READ,), found.uuid if found is not None else triple.post_token)
    said = await chat.texts(call.look, found) if found is not None else []
    seller, buyer = (
        (triple.user_id, triple.peer_id) if is_seller else (triple.peer_id, triple.user_id)
    )
    return wire.OlderMessages([_older_text(one, seller, buyer) for one in said])


async def content_of(call: Call, text_field: str, buttons: chat.Buttons | None) -> chat.Content:
    """The text or the file a body says, of which there must be exactly one.

    Raises InvalidChatField and ``chat.InvalidMessage``.
    """
    said = call.body(wire.SentText)
    text: str = getattr(said, text_field) or ""
    if bool(text.strip()) == bool(said.media_token):
        raise InvalidChatField(text_field, f"either {text_field} or media_token, and not both")
    if not said.media_token:
        return chat.text_content(text, buttons=buttons)
    try:
        file = await media.file(call.look, said.media_token, purpose="chat", app_id=call.app.app_id)
    except media.UnknownFile:
        raise InvalidChatField("media_token", "is none that an upload into chats gave") from None
    return chat.file_content(file.kind, file.id, buttons=buttons)


async def send(call: Call, found: chat.Conversation, content: chat.Content) -> chat.Message:
    """Send in the name of the token's person; again with the same ``Idempotency-Key``: once."""
    return await chat.send(
        call.unit,
        found,
        content,
        writer=chat.Writer(person_id=call.person.person_id, app_id=call.app.app_id),
        client_id=client_id_of(call),
    )


def client_id_of(call: Call) -> str:
    """What the app calls this message, if it does."""
    return header(call.scope, b"idempotency-key")


def wire_conversation(found: chat.Conversation, post: posts.Post | None) -> wire.Conversation:
    """``chatapiConversation``"""
    if post is None:
        return wire.Conversation(id=found.uuid, type="BOT")
    return wire.Conversation(id=found.uuid, type="POST", post_token=post.token)


def wire_text(one: chat.Message, shown: wire.Conversation) -> wire.Message:
    """``chatapiMessage`` of a text."""
    side: Literal["BUYER", "SELLER"] = "SELLER" if one.side == "seller" else "BUYER"
    return wire.Message(
        id=one.uuid,
        conversation=shown,
        sender=wire.MessageSender(
            type="HUMAN" if one.app_id is None else "BOT",
            side=side if shown.type == "POST" else UNSET,
        ),
        type="TEXT",
        sent_at=one.sent_at,
        text=one.text,
    )


async def _conversation(call: Call, uuid: str) -> chat.Conversation:
    found = await chat.by_uuid(call.look, uuid)
    if found is None or found.post_id is None:
        raise chat.UnknownConversation
    return found


async def _check_post(call: Call, found: chat.Conversation) -> posts.Post:
    """The post it is about. Raises RealConversationRefused for apps in development, and
    UnknownConversation for others' development posts."""
    post = await posts.by_id(call.look, found.post_id or 0)
    if post is None or (
        post.development
        and not await developers.is_member(call.look, call.app.app_id, post.owner_id)
    ):
        raise chat.UnknownConversation
    if call.app.is_development and not post.development:
        raise chat.RealConversationRefused
    return post


def _check_may_send(call: Call, found: chat.Conversation, post: posts.Post) -> None:
    """Raises what a missing or bad token raises, MissingScope, and NotTheirConversation: the
    scopes that name no conversation are about those in which the person is the seller."""
    _take_person(call, (TO_CONVERSATION, TO_POST, TO_ALL))
    person, side = call.person, found.side_of(call.person.person_id)
    if (TO_CONVERSATION, found.uuid) in person.scopes:
        if side is None:
            raise chat.NotTheirConversation("the token's person is no part of this conversation")
        return
    if (TO_POST, post.token) not in person.scopes and (TO_ALL, "") not in person.scopes:
        raise MissingScope((TO_CONVERSATION,), found.uuid)
    if side != "seller":
        raise chat.NotTheirConversation("the token's person is not the seller here")


def _take_person(call: Call, scopes: tuple[str, ...]) -> None:
    """The token's person, whose scopes the handler looks at itself."""
    _, token = credentials_of(call.scope)
    needing = Operation(method="POST", paths=(), handle=get_conversation, scopes=scopes)
    call.bearer = bearer_for(needing, call.app, call.bearer, token)


async def _parties(
    call: Call, user_id: str, peer_id: str, post_token: str
) -> tuple[posts.Post, int]:
    """The post and the other person's id, of whom one side is the post's owner."""
    app_id, person_id = call.app.app_id, call.person.person_id
    if await developers.person_of_user_id(call.look, app_id, user_id) != person_id:
        raise NotTheTokensPerson("user_id is not the person the token speaks for")
    peer = await developers.person_of_user_id(call.look, app_id, peer_id)
    post = await posts.by_token(call.look, post_token) if posts.is_token(post_token) else None
    if post is None or peer is None or post.owner_id not in (person_id, peer) or peer == person_id:
        raise chat.UnknownConversation
    if post.development and not await developers.is_member(call.look, app_id, post.owner_id):
        raise chat.UnknownConversation
    if call.app.is_development and not post.development:
        raise chat.RealConversationRefused
    return post, peer


def _holds_triple(call: Call, scope: str, triple: chat.Triple) -> bool:
    return any(
        name == scope and chat.read_triple(resource) == triple
        for name, resource in call.person.scopes
    )


def _member(call: Call, name: str) -> Any:
    if not isinstance(call.content, dict):
        raise InvalidBody("the body must be an object")
    return call.content.get(name)


def _older_text(one: chat.Message, seller: str, buyer: str) -> wire.OlderMessage:
    by_seller = one.side == "seller"
    supply = wire.OlderParty(id=seller, is_supply=True)
    demand = wire.OlderParty(id=buyer, is_supply=False)
    return wire.OlderMessage(
        id=one.uuid,
        type="TEXT",
        data=wire.OlderText(one.text),
        sender=supply if by_seller else demand,
        receiver=demand if by_seller else supply,
        sent_at=str((one.sent_at - _EPOCH) // timedelta(microseconds=1)),
    )


OPERATIONS = (
    Operation(
        method="GET",
        paths=(f"{V1}/chat/conversations/{{conversation_id}}",),
        handle=get_conversation,
        answer=wire.GetConversationResponse,
        permission="CHAT_READ_CONVERSATION",
        scopes=("CHAT_CONVERSATION_READ",),
        resource="conversation_id",
        tag="ChatAPI",
    ),
    Operation(
        method="POST",
        paths=(f"{V2}/conversations/{{conversation_id}}/messages",),
        handle=conversation_send_message,
        body=wire.ConversationSendMessageBody,
        answer=wire.Sent,
        permission="CHAT_SEND_MESSAGE_OAUTH",
        tag="ChatAPI",
    ),
    Operation(
        method="POST",
        paths=(f"{V2}/chat/conversation", f"{V1}/chat/conversation"),
        handle=send_message_older,
        body=wire.OlderSendBody,
        answer=wire.Sent,
        permission="CHAT_SEND_MESSAGE_OAUTH",
        tag="ChatAPI",
        documented=False,
    ),
    Operation(
        method="GET",
        paths=(f"{V1}/chat/conversation-messages",),
        handle=get_conversation_messages_older,
        answer=wire.OlderMessages,
        permission="CHAT_READ_CONVERSATION",
        tag="ChatAPI",
        documented=False,
    ),
)
"""Which scope lets send depends on the conversation, so those handlers look themselves."""
