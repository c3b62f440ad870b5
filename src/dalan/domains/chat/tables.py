"""Conversations, what is said in them, and how far each side has read."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dalan.kernel.db import Id, Json, UtcTime, metadata

ConversationKind = Literal["post", "bot"]
Side = Literal["seller", "buyer", "bot"]
"""Whose words: of a bot's conversation the person is the buyer."""

MessageKind = Literal["text", "image", "video", "voice", "file", "location", "contact"]
FILE_KINDS: tuple[MessageKind, ...] = ("image", "video", "voice", "file")

ReportReason = Literal["fraud", "offensive", "spam", "outside", "other"]
REPORT_REASONS: tuple[ReportReason, ...] = get_args(ReportReason)
ReportState = Literal["open", "upheld", "dismissed"]

UNTOLD = "unread_count > 0 AND told_number <= seen_number"
OPEN = "state = 'open'"
"""Written out, not bound: both engines use a partial index only where the text is the same."""

conversation = Table(
    "conversation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("post_id", Id, ForeignKey("post.id", ondelete="CASCADE")),
    Column("app_id", Id, ForeignKey("app.id")),
    Column("seller_id", Id, ForeignKey("person.id")),
    Column("buyer_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("last_at", UtcTime),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("post_id", "buyer_id"),
    UniqueConstraint("app_id", "buyer_id"),
    CheckConstraint("(kind = 'post' AND post_id IS NOT NULL AND seller_id IS NOT NULL"
                    " AND app_id IS NULL AND seller_id <> buyer_id)"
                    " OR (kind = 'bot' AND app_id IS NOT NULL AND post_id IS NULL"
                    " AND seller_id IS NULL)", name="kind"),
    CheckConstraint("(last_number = 0) = (last_at IS NULL)", name="said"),
    Index("ix_conversation_buyer_id_created_at", "buyer_id", "created_at"),
    Index("ix_conversation_seller_id", "seller_id"),
    Index("ix_conversation_last_at", "last_at"),
)  # fmt: skip
"""Two people about a post, or a person with an app's bot. Messages are numbered from 1 on.
``version`` grows with whatever those who look at it should see: it is what live pages watch."""

participation = Table(
    "participation",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversation.id", ondelete="CASCADE"),
           primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("last_at", UtcTime),
    Column("seen_number", BigInteger, nullable=False),
    Column("received_number", BigInteger, nullable=False),
    Column("unread_count", BigInteger, nullable=False),
    Column("told_number", BigInteger, nullable=False),
    Column("cleared_number", BigInteger, nullable=False),
    Column("received_at", UtcTime),
    Column("wrote_at", UtcTime),
    Column("blocked_at", UtcTime),
    CheckConstraint("unread_count >= 0 AND seen_number >= 0 AND cleared_number >= 0",
                    name="counts"),
    Index("ix_participation_person_id_last_at", "person_id", "last_at", "conversation_id"),
    Index("ix_participation_untold", "received_at", postgresql_where=text(UNTOLD),
          sqlite_where=text(UNTOLD)),
)  # fmt: skip
"""A person in a conversation. ``last_at`` is when it moved last, as this person sees it: None
before its first message and after they put it away. ``cleared_number``: up to there they took
the messages out of their own sight. ``blocked_at``: they want nothing more from the other side.
``told_number``: up to there they were told, elsewhere, that something waits: once,
until they look."""

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("conversation_id", Id, ForeignKey("conversation.id", ondelete="CASCADE"),
           nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("side", Text, nullable=False),
    Column("sender_id", Id, ForeignKey("person.id")),
    Column("app_id", Id, ForeignKey("app.id")),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("file_id", Id, ForeignKey("media_file.id")),
    Column("facts", Json),
    Column("buttons", Json),
    Column("client_id", Text),
    Column("sent_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    UniqueConstraint("conversation_id", "number"),
    UniqueConstraint("conversation_id", "client_id"),
    CheckConstraint("side IN ('seller', 'buyer', 'bot')", name="side"),
    CheckConstraint("(side = 'bot') = (sender_id IS NULL)", name="sender"),
    CheckConstraint("kind IN ('text', 'image', 'video', 'voice', 'file', 'location', 'contact')",
                    name="kind"),
    CheckConstraint("number > 0", name="number"),
    Index("ix_message_sender_id_sent_at", "sender_id", "sent_at"),
    Index("ix_message_file_id", "file_id"),
)  # fmt: skip
"""One message. ``app_id``: the app that wrote it, in the sender's name or as its own bot.
``facts`` is a place or a contact. ``client_id`` is what its writer called it, so that sending
it again changes nothing; ours begins with who wrote it."""

inbox = Table(
    "inbox",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("unread_count", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("unread_count >= 0", name="counts"),
)
"""All of a person's conversations taken together: the sum of what is unread in them, and a
``version`` that grows when the list of them looks different."""

chat_ban = Table(
    "chat_ban",
    metadata,
    Column("person_id", Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("banned_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime),
    CheckConstraint("ends_at IS NULL OR ends_at > banned_at", name="ends"),
    Index("ix_chat_ban_ends_at", "ends_at"),
)
"""Who may write to nobody, and is written to by nobody, until then or (None) for good."""

conversation_report = Table(
    "conversation_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversation.id", ondelete="CASCADE"),
           nullable=False),
    Column("reporter_id", Id, ForeignKey("person.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("from_number", BigInteger, nullable=False),
    Column("to_number", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", UtcTime),
    CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    CheckConstraint("to_number >= from_number", name="span"),
    Index("ix_conversation_report_open", "conversation_id", "reporter_id", unique=True,
          postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
    Index("ix_conversation_report_state_id", "state", "id"),
    Index("ix_conversation_report_conversation_id", "conversation_id"),
    Index("ix_conversation_report_reporter_id", "reporter_id"),
    Index("ix_conversation_report_decided_at", "decided_at"),
)  # fmt: skip
"""Somebody says that the other side behaves badly. Operators may read the messages from
``from_number`` to ``to_number`` because of it, and no others."""


class Conversation(msgspec.Struct, frozen=True):
    """A conversation as both sides have it."""

    id: int
    uuid: str
    kind: ConversationKind
    post_id: int | None
    app_id: int | None
    seller_id: int | None
    buyer_id: int
    created_at: datetime
    last_number: int
    last_at: datetime | None
    version: int

    def side_of(self, person_id: int | None) -> Side | None:
        """Which side somebody is on; None for whoever is no part of it."""
        if person_id is None:
            return None
        sides: dict[int | None, Side] = {self.buyer_id: "buyer", self.seller_id: "seller"}
        return sides.get(person_id)

    def other_of(self, person_id: int) -> int | None:
        """The person on the other side; None where that is a bot."""
        return self.seller_id if person_id == self.buyer_id else self.buyer_id


class Participation(msgspec.Struct, frozen=True):
    """A person in a conversation; see the table."""

    conversation_id: int
    person_id: int
    last_at: datetime | None
    seen_number: int
    received_number: int
    unread_count: int
    told_number: int
    cleared_number: int
    received_at: datetime | None
    wrote_at: datetime | None
    blocked_at: datetime | None


class Message(msgspec.Struct, frozen=True):
    """One message. A removed one keeps its number and says nothing."""

    id: int
    uuid: str
    conversation_id: int
    number: int
    side: Side
    sender_id: int | None
    app_id: int | None
    kind: MessageKind
    text: str
    file_id: int | None
    facts: Any
    buttons: Any
    client_id: str | None
    sent_at: datetime
    removed_at: datetime | None


class Inbox(msgspec.Struct, frozen=True):
    """All of a person's conversations together."""

    person_id: int
    unread_count: int
    version: int


class ChatBan(msgspec.Struct, frozen=True):
    """Somebody is shut out of chats until then, or (None) until it is lifted."""

    person_id: int
    reason: str
    banned_at: datetime
    ends_at: datetime | None


class ConversationReport(msgspec.Struct, frozen=True):
    """One report of a conversation."""

    id: int
    conversation_id: int
    reporter_id: int
    reason: ReportReason
    text: str
    from_number: int
    to_number: int
    created_at: datetime
    state: ReportState
    decided_at: datetime | None


class Numbered(msgspec.Struct, frozen=True):
    """A thing and its version: what live pages compare."""

    id: int
    version: int
