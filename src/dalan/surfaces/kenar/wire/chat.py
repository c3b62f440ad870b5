"""Messages of chats and bots.

Source: Kenar contract, tag ``ChatAPI``; reference/kenar.md 5.4 and 7.4.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.common import Answer, Given
from dalan.surfaces.kenar.wire.widgets import Action


class ChatButton(Given, frozen=True):
    """``chatapiChatButton``"""

    action: Action | None = None
    caption: str = ""
    icon: str = ""
    icon_name: str = ""


class ChatButtonRow(Given, frozen=True):
    """``chatapiChatButtonRow``"""

    buttons: list[ChatButton] = []


class ChatButtonGrid(Given, frozen=True):
    """``chatapiChatButtonGrid``: at most three rows of three."""

    rows: list[ChatButtonRow] = []


class ConversationSendMessageBody(Given, frozen=True):
    """``ChatAPIConversationSendMessageBody``. Buttons are read by ``domains/chat``, which names
    the field at fault; here they are described for the OpenAPI document only."""

    message: str = ""
    media_token: str = ""
    sender_buttons: ChatButtonGrid | None = None
    receiver_buttons: ChatButtonGrid | None = None


class ChatBotSendMessageBody(Given, frozen=True):
    """``ChatAPIChatBotSendMessageBody``, likewise."""

    text_message: str = ""
    media_token: str = ""
    buttons: ChatButtonGrid | None = None
    conversation_id: str = ""


class SentText(Given, frozen=True):
    """What a send says beside its buttons."""

    message: str | None = None
    text_message: str | None = None
    media_token: str | None = None


class Sent(Answer, frozen=True):
    """``chatapiConversationSendMessageResponse``; the old SDK requires both."""

    status: int
    message: str


class BotSent(Answer, frozen=True):
    """``chatapiChatBotSendMessageResponse``"""

    conversation_id: str


class Conversation(Answer, frozen=True):
    """``chatapiConversation``"""

    id: str
    type: Literal["POST", "BOT"]
    post_token: str = ""


class MessageSender(Answer, frozen=True):
    """``MessageSender``: no side in chats with bots."""

    type: Literal["HUMAN", "BOT"]
    side: Literal["BUYER", "SELLER"] | UnsetType = UNSET


class MessageContactData(Answer, frozen=True):
    """``MessageContactData``"""

    name: str = ""
    phone: str = ""


class MessageFileData(Answer, frozen=True):
    """``MessageFileData``"""

    link: str = ""
    name: str = ""
    size_bytes: str = ""


class MessageImageData(Answer, frozen=True):
    """``MessageImageData``"""

    link: str = ""
    size_bytes: str = ""
    width_px: int = 0
    height_px: int = 0


class MessageLocationData(Answer, frozen=True):
    """``MessageLocationData``"""

    latitude: float = 0.0
    longitude: float = 0.0


class MessageVideoData(Answer, frozen=True):
    """``MessageVideoData``"""

    link: str = ""
    thumbnail_link: str = ""
    size_bytes: str = ""


class MessageVoiceData(Answer, frozen=True):
    """``MessageVoiceData``"""

    link: str = ""
    size_bytes: str = ""


class Message(Answer, frozen=True):
    """``chatapiMessage``, of which this operation gives texts alone; the other members are there
    for the OpenAPI document."""

    id: str
    conversation: Conversation
    sender: MessageSender
    type: Literal["TEXT", "IMAGE", "FILE", "VOICE", "LOCATION", "VIDEO", "CONTACT"]
    sent_at: datetime
    text: str = ""
    image_data: MessageImageData | UnsetType = UNSET
    file_data: MessageFileData | UnsetType = UNSET
    voice_data: MessageVoiceData | UnsetType = UNSET
    video_data: MessageVideoData | UnsetType = UNSET
    location_data: MessageLocationData | UnsetType = UNSET
    contact_data: MessageContactData | UnsetType = UNSET


class GetConversationResponse(Answer, frozen=True):
    """``chatapiGetConversationResponse``: both are there even when empty."""

    conversation: Conversation
    messages: list[Message]


class OlderSendBody(Given, frozen=True):
    """What the older operation takes; ``sender_btn`` and ``receiver_btn`` are read by the room."""

    user_id: str
    peer_id: str
    post_token: str
    type: str = "TEXT"
    message: str | None = None
    media_token: str | None = None
    sender_btn: dict[str, Any] | None = None
    receiver_btn: dict[str, Any] | None = None


class OlderText(Answer, frozen=True):
    """``data`` of an older message."""

    text: str


class OlderParty(Answer, frozen=True):
    """Who wrote, or to whom; false is said too, for apps index it."""

    id: str
    is_supply: bool


class OlderMessage(Answer, frozen=True):
    """A text as it once was told; ``sent_at`` is in microseconds since the epoch."""

    id: str
    type: Literal["TEXT"]
    data: OlderText
    sender: OlderParty = msgspec.field(name="from")
    receiver: OlderParty = msgspec.field(name="to")
    sent_at: str


class OlderMessages(Answer, frozen=True):
    """The snapshot of a conversation, as it once was told."""

    messages: list[OlderMessage]
