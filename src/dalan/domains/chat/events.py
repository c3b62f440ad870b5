"""What the chat room announces. Facts of one conversation stay in order."""

from typing import ClassVar, Literal

from dalan.domains.chat.tables import ConversationKind, MessageKind, Side
from dalan.kernel.outbox import Fact


class MessageSent(Fact, frozen=True):
    """A message stands in a conversation.

    ``conversation_id`` and ``message_id`` are ours, ``conversation`` and ``message`` the names
    the outside knows. ``seller_id`` is None and ``bot_app_id`` is set in a bot's conversation.
    ``by_app_id``: an app wrote it, in the name of the person on that side or as its own bot.
    What it says is read when it is told (``chat.message_by_id``): it may be removed meanwhile.
    """

    kind: ClassVar[str] = "chat.message_sent"

    conversation_id: int
    conversation: str
    conversation_kind: ConversationKind
    message_id: int
    message: str
    message_kind: MessageKind
    number: int
    side: Side
    buyer_id: int
    seller_id: int | None = None
    post_id: int | None = None
    bot_app_id: int | None = None
    by_app_id: int | None = None

    @property
    def resource(self) -> str:
        return f"conversation:{self.conversation_id}"


class MessageRemoved(Fact, frozen=True):
    """A message was taken back by its writer, or taken away by an operator."""

    kind: ClassVar[str] = "chat.message_removed"

    conversation_id: int
    message_id: int
    number: int
    by: Literal["writer", "operator"]

    @property
    def resource(self) -> str:
        return f"conversation:{self.conversation_id}"


class ConversationReported(Fact, frozen=True):
    """Somebody reported the other side of a conversation."""

    kind: ClassVar[str] = "chat.reported"

    conversation_id: int
    report_id: int

    @property
    def resource(self) -> str:
        return f"conversation:{self.conversation_id}"
