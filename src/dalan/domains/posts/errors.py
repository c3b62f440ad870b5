"""What the posts room may refuse."""

from typing import ClassVar, Literal

from dalan.errors import FailedPrecondition, Invalid, NotFound, ResourceExhausted


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
        field: Literal["title", "description", "city", "district", "images"],
    ) -> None:
        super().__init__(message)
        self.field = field


class WrongState(FailedPrecondition):
    """The post is not in a state from which this may be done, or no longer."""

    code: ClassVar[str] = "posts.wrong_state"

    def __init__(self, *, state: str, wanted: str) -> None:
        super().__init__(f"a post that is {state} cannot become {wanted}")
        self.state = state
        self.wanted = wanted


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
