"""What the posts room may refuse."""

from datetime import datetime
from typing import ClassVar, Literal

from dalan.errors import (
    Conflict,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
)


class UnknownPost(NotFound):
    """No post has this token, or it was deleted, or the asker may not know of it."""

    code: ClassVar[str] = "posts.unknown"

    def __init__(self, token: str) -> None:
        super().__init__(f"there is no post {token[:40]!r}")
        self.token = token


class InvalidPost(Invalid):
    """Something a post says about itself cannot be accepted. ``field`` is which."""

    code: ClassVar[str] = "posts.invalid"

    def __init__(
        self,
        message: str,
        *,
        field: Literal[
            "title",
            "description",
            "city",
            "district",
            "images",
            "location_type",
            "latitude",
            "longitude",
            "video",
            "landline_numbers",
        ],
    ) -> None:
        super().__init__(message)
        self.field = field


class WrongState(FailedPrecondition):
    """The post is not in a state from which this may be done, or no longer."""

    code: ClassVar[str] = "posts.wrong_state"

    def __init__(self, *, state: str, wanted: str) -> None:
        super().__init__(f"a post that is {state} cannot be {wanted}")
        self.state = state
        self.wanted = wanted


class NoSuchEdit(NotFound):
    """The post has no edit waiting for a reviewer, or no longer."""

    code: ClassVar[str] = "posts.no_such_edit"

    def __init__(self, token: str) -> None:
        super().__init__(f"no edit of post {token[:40]!r} is waiting")


class TooSoon(FailedPrecondition):
    """The post was listed anew a short while ago, or is not near its end yet."""

    code: ClassVar[str] = "posts.too_soon"

    def __init__(self, *, possible_at: datetime) -> None:
        super().__init__(f"possible from {possible_at:%Y-%m-%dT%H:%M:%SZ} on")
        self.possible_at = possible_at


class SubmissionLimit(ResourceExhausted):
    """The person submitted as many posts lately as one may."""

    code: ClassVar[str] = "posts.submission_limit"

    def __init__(self, *, allowed: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"at most {allowed} posts within a day", retry_after_seconds=retry_after_seconds
        )
        self.allowed = allowed


class Offender(Forbidden):
    """Reviewers refused too many of the person's posts lately."""

    code: ClassVar[str] = "posts.offender"

    def __init__(self) -> None:
        super().__init__("too many posts of this person were refused lately")


class Banned(Forbidden):
    """An operator keeps the person from posting. ``ends_at`` None: until it is lifted."""

    code: ClassVar[str] = "posts.banned"

    def __init__(self, *, reason: str, ends_at: datetime | None) -> None:
        super().__init__("this person may not post")
        self.reason = reason
        self.ends_at = ends_at


class DuplicatePost(Conflict):
    """The person has a post that says the same already. ``token`` is that one's."""

    code: ClassVar[str] = "posts.duplicate"

    def __init__(self, token: str) -> None:
        super().__init__(f"post {token} of the same person says the same")
        self.token = token


class UnknownDraft(NotFound):
    """There is no such draft, or no longer, or it is somebody else's."""

    code: ClassVar[str] = "posts.unknown_draft"

    def __init__(self) -> None:
        super().__init__("there is no such draft")


class DraftsFull(ResourceExhausted):
    """Too many people who are not signed in have drafts; signing in makes room."""

    code: ClassVar[str] = "posts.drafts_full"

    def __init__(self) -> None:
        super().__init__("too many drafts of people who are not signed in")


class ContactLimit(ResourceExhausted):
    """Whoever asks was shown as many numbers today as one may."""

    code: ClassVar[str] = "posts.contact_limit"

    def __init__(self, *, allowed: int) -> None:
        super().__init__(f"at most {allowed} numbers within a day", retry_after_seconds=86_400)
        self.allowed = allowed


class DevelopmentLimit(ResourceExhausted):
    """The developer has, or has lately made, as many development posts as one may."""

    code: ClassVar[str] = "posts.development_limit"

    def __init__(
        self,
        *,
        limit: Literal["active", "hour", "day"],
        allowed: int,
        retry_after_seconds: int | None = None,
    ) -> None:
        said = {"active": "at the same time", "hour": "within an hour", "day": "within a day"}
        super().__init__(
            f"at most {allowed} development posts {said[limit]}",
            retry_after_seconds=retry_after_seconds,
        )
        self.limit = limit
        self.allowed = allowed
