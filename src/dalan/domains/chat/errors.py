"""What the room refuses, and why."""

from typing import ClassVar

from dalan.errors import (
    Conflict,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
)


class UnknownConversation(NotFound):
    """There is no such conversation, or whoever asks is no part of it."""

    code: ClassVar[str] = "chat.unknown_conversation"

    def __init__(self) -> None:
        super().__init__("there is no such conversation")


class InvalidMessage(Invalid):
    """A message that cannot be: nothing in it, too much of it, or a button without an action."""

    code: ClassVar[str] = "chat.invalid_message"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


class DeliveryRestricted(FailedPrecondition):
    """It is not delivered: one side blocked the other, left, or is shut out of chats.

    Which of them is not told. Apps compare the message. Source: reference/kenar.md 5.4.
    """

    code: ClassVar[str] = "chat.delivery_restricted"

    def __init__(self) -> None:
        super().__init__("message delivery failed due to recipient's restriction")


class ChatClosed(Conflict):
    """Nobody can begin a conversation about this post: its owner takes calls only, or it is not
    on display."""

    code: ClassVar[str] = "chat.closed"

    def __init__(self) -> None:
        super().__init__("no conversation can be begun about this post")


class OwnPost(Conflict):
    """Nobody writes to themselves."""

    code: ClassVar[str] = "chat.own_post"

    def __init__(self) -> None:
        super().__init__("this is their own post")


class NotTheirConversation(Forbidden):
    """The consenting person is no part of the conversation, or not on the side that agreed."""

    code: ClassVar[str] = "chat.not_their_conversation"


class RealConversationRefused(Forbidden):
    """An app in development writes about development posts only."""

    code: ClassVar[str] = "chat.real_conversation"

    def __init__(self) -> None:
        super().__init__("a development app may only touch conversations about development posts")


class NoBot(NotFound):
    """The app has no bot for this person: it is not out, and they are not on its team."""

    code: ClassVar[str] = "chat.no_bot"

    def __init__(self) -> None:
        super().__init__("there is no such bot")


class ChatLimit(ResourceExhausted):
    """So much was written, or so many conversations begun, that it must wait a while."""

    code: ClassVar[str] = "chat.limit"

    def __init__(self, *, allowed: int, retry_after_seconds: int) -> None:
        super().__init__(f"at most {allowed} in that time", retry_after_seconds=retry_after_seconds)
        self.allowed = allowed


class InvalidReport(Invalid):
    """A report has a reason, and another reason is told."""

    code: ClassVar[str] = "chat.invalid_report"


class NotAsSeen(Conflict):
    """It was decided already, or changed meanwhile."""

    code: ClassVar[str] = "chat.not_as_seen"

    def __init__(self) -> None:
        super().__init__("things have changed meanwhile")
