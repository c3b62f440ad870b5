"""Messages of events: what apps ask for, and what they are sent."""

from datetime import datetime
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from dalan.surfaces.kenar.wire.chat import Conversation, MessageSender
from dalan.surfaces.kenar.wire.common import Answer, Given
from dalan.surfaces.kenar.wire.payments import TransactionState, TransactionType

PostUpdateType = Literal["PUBLISH", "RETIRE", "ONGOING", "ARCHIVE"]


class RegisterEventSubscriptionRequest(Given, frozen=True):
    """``eventsRegisterEventSubscriptionRequest``; one page of the sources spells ``meta_data``."""

    event_type: str = ""
    event_resource_id: str = ""
    metadata: dict[str, Any] = {}
    meta_data: dict[str, Any] = {}


class HookChatsRequest(Given, frozen=True):
    """The older way to be told of chats."""

    post_token: str = ""
    endpoint: str = ""
    identification_key: str = ""


MessageSide = Literal["BUYER", "SELLER"]
MessageType = Literal["TEXT", "IMAGE", "FILE", "VOICE", "LOCATION", "VIDEO", "CONTACT"]


class FileData(Answer, frozen=True):
    """``image_data``, ``file_data``, ``voice_data`` and ``video_data``, each with its part."""

    link: str
    size_bytes: str
    name: str = ""
    width_px: int = 0
    height_px: int = 0


class ContactData(Answer, frozen=True):
    """``contact_data``"""

    phone: str
    name: str = ""


class ChatMessage(Answer, frozen=True):
    """``new_message`` and ``new_chatbot_message``; ``sent_at`` is a number where the app wants it
    so. A text is always there."""

    id: str
    conversation: Conversation
    sender: MessageSender
    type: MessageType
    sent_at: datetime | int
    text: str
    image_data: FileData | UnsetType = UNSET
    file_data: FileData | UnsetType = UNSET
    voice_data: FileData | UnsetType = UNSET
    video_data: FileData | UnsetType = UNSET
    location_data: Any = UNSET
    contact_data: ContactData | UnsetType = UNSET


class UserAccessRevocation(Answer, frozen=True):
    """``user_access_revocation``"""

    user_id: str


class PostUpdate(Answer, frozen=True):
    """``post_update``; ``post`` reads as get-post does, or holds the token alone."""

    type: PostUpdateType
    post: Any


class Transaction(Answer, frozen=True):
    """``transaction`` and ``payment_transaction``"""

    id: str
    state: TransactionState
    type: TransactionType
    cost_rials: str = "0"
    extra_details: str = ""
