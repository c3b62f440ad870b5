"""What the moderation room may refuse."""

from typing import ClassVar

from dalan.errors import Conflict, FailedPrecondition, Invalid, NotFound, ResourceExhausted


class ClaimedByAnother(Conflict):
    """Another reviewer is looking at this post. ``reviewer_id`` is who."""

    code: ClassVar[str] = "moderation.claimed_by_another"

    def __init__(self, reviewer_id: int) -> None:
        super().__init__("another reviewer is looking at this post")
        self.reviewer_id = reviewer_id


class NotAsSeen(Conflict):
    """The post says something else, or is elsewhere, than when the reviewer looked at it."""

    code: ClassVar[str] = "moderation.not_as_seen"

    def __init__(self) -> None:
        super().__init__("the post has changed since it was looked at")


class ReasonMissing(Invalid):
    """Whoever refuses something says why."""

    code: ClassVar[str] = "moderation.reason_missing"

    def __init__(self) -> None:
        super().__init__("a refusal needs a reason")


class InvalidRule(Invalid):
    """A rule or a forbidden word cannot be like this."""

    code: ClassVar[str] = "moderation.invalid_rule"


class UnknownWord(NotFound):
    """There is no such forbidden word, or no longer."""

    code: ClassVar[str] = "moderation.unknown_word"

    def __init__(self) -> None:
        super().__init__("there is no such word")


class ReportedAlready(Conflict):
    """The same person, or browser, reported this post before."""

    code: ClassVar[str] = "moderation.reported_already"

    def __init__(self) -> None:
        super().__init__("this post was reported from here before")


class OwnPost(FailedPrecondition):
    """Nobody reports their own post."""

    code: ClassVar[str] = "moderation.own_post"

    def __init__(self) -> None:
        super().__init__("one's own post is not reported")


class InvalidReport(Invalid):
    """A report has a known reason and a text within bounds; «other» needs a text."""

    code: ClassVar[str] = "moderation.invalid_report"


class ReportLimit(ResourceExhausted):
    """So much was reported from here today that it has to wait."""

    code: ClassVar[str] = "moderation.report_limit"

    def __init__(self, *, allowed: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"at most {allowed} reports a day", retry_after_seconds=retry_after_seconds
        )
        self.allowed = allowed
