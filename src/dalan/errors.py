"""The kinds of error we raise on purpose.

No HTTP here: each surface has one table from error to wire. A room subclasses a
kind, gives it a ``code`` (``room.what_happened``, never reworded once published)
and keeps the facts of the case as attributes.
"""

from typing import ClassVar


class DalanError(Exception):
    """Anything we refuse on purpose. ``str(error)`` may be shown to the caller."""

    code: ClassVar[str] = "dalan.error"


class Invalid(DalanError):
    """What was asked makes no sense as it stands; asking again the same way will not help."""

    code: ClassVar[str] = "dalan.invalid"


class Unauthenticated(DalanError):
    """We do not know who is asking, or no longer."""

    code: ClassVar[str] = "dalan.unauthenticated"


class Forbidden(DalanError):
    """We know who is asking, and they may not."""

    code: ClassVar[str] = "dalan.forbidden"


class NotFound(DalanError):
    """There is no such thing, or the asker may not know that there is."""

    code: ClassVar[str] = "dalan.not_found"


class Conflict(DalanError):
    """It clashes with what is already so."""

    code: ClassVar[str] = "dalan.conflict"


class FailedPrecondition(DalanError):
    """The thing is not in a state that allows it."""

    code: ClassVar[str] = "dalan.failed_precondition"


class ResourceExhausted(DalanError):
    """A limit was reached. ``retry_after_seconds`` says when it may be tried again, if ever."""

    code: ClassVar[str] = "dalan.resource_exhausted"

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(DalanError):
    """Something we depend on did not answer; trying again later may help."""

    code: ClassVar[str] = "dalan.unavailable"
