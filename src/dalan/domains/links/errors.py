"""What the links room may refuse."""

from typing import ClassVar

from dalan.errors import Conflict, Invalid, NotFound


class TargetMissing(Invalid):
    """A link without an address or a text leads nowhere."""

    code: ClassVar[str] = "links.target_missing"

    def __init__(self) -> None:
        super().__init__("an address or a text is needed")


class InvalidLink(Invalid):
    """A part of a link, or of a question about links, is not what it may be."""

    code: ClassVar[str] = "links.invalid"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class HashTooLong(Invalid):
    """A hash of one's own choice has more characters than it may."""

    code: ClassVar[str] = "links.hash_too_long"

    def __init__(self, *, longest: int) -> None:
        super().__init__(f"a hash has at most {longest} characters")
        self.longest = longest


class HashTaken(Conflict):
    """Another link has this hash, or one that looks the same."""

    code: ClassVar[str] = "links.hash_taken"

    def __init__(self) -> None:
        super().__init__("the hash is taken")


class AlreadyShortened(Conflict):
    """The owner has a live link of this kind to the same."""

    code: ClassVar[str] = "links.already_shortened"

    def __init__(self, *, hash_: str) -> None:
        super().__init__("the same was shortened before")
        self.hash = hash_


class KeyReused(Conflict):
    """An idempotency key came again with another request."""

    code: ClassVar[str] = "links.key_reused"

    def __init__(self) -> None:
        super().__init__("the idempotency key was used for another request")


class UnknownLink(NotFound):
    """There is no such link, or it is somebody else's."""

    code: ClassVar[str] = "links.unknown"

    def __init__(self) -> None:
        super().__init__("there is no such link")


class ExpiredLink(UnknownLink):
    """There was such a link, and its time is over."""

    code: ClassVar[str] = "links.expired"
