"""What the bookmarks room may refuse."""

from typing import ClassVar

from dalan.errors import FailedPrecondition, Invalid, NotFound


class TooManyBookmarks(FailedPrecondition):
    """The person keeps as many posts as one may."""

    code: ClassVar[str] = "bookmarks.too_many"

    def __init__(self, *, allowed: int) -> None:
        super().__init__(f"at most {allowed} posts are kept")
        self.allowed = allowed


class TooManySearches(FailedPrecondition):
    """The person saved as many searches as one may."""

    code: ClassVar[str] = "bookmarks.too_many_searches"

    def __init__(self, *, allowed: int) -> None:
        super().__init__(f"at most {allowed} searches are saved")
        self.allowed = allowed


class InvalidSearch(Invalid):
    """A saved search has an address of results and a name within bounds."""

    code: ClassVar[str] = "bookmarks.invalid_search"


class UnknownSearch(NotFound):
    """The person has no such saved search."""

    code: ClassVar[str] = "bookmarks.unknown_search"

    def __init__(self) -> None:
        super().__init__("there is no such saved search")


class InvalidNote(Invalid):
    """A note is too long, or of a post that is not kept."""

    code: ClassVar[str] = "bookmarks.invalid_note"
