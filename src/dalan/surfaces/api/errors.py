"""What our own API makes of a refusal."""

from typing import Any

import msgspec

from dalan.errors import (
    Conflict,
    DalanError,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from dalan.surfaces.operations import BodyTooLarge, Headers


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """``code`` is stable, ``message`` is for people; ``field`` names the part it speaks of."""

    code: str
    message: str
    field: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The shape of every refusal."""

    error: Error


class ChangedMeanwhile(FailedPrecondition):
    """A link is not what ``If-Match`` says it was."""

    code = "api.changed_meanwhile"

    def __init__(self) -> None:
        super().__init__("it was changed since you read it")


class BatchRefused(Conflict):
    """One item of a batch that is all or nothing was refused; ``items`` says what of each."""

    code = "api.batch_refused"

    def __init__(self, items: list[Any]) -> None:
        super().__init__("an item was refused, so none was done")
        self.items = items


class NoSuchOperation(NotFound):
    """Nothing is served under this path."""

    code = "api.operation_unknown"


_STATUS: tuple[tuple[type[DalanError], int], ...] = (
    (BodyTooLarge, 413),
    (Invalid, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (FailedPrecondition, 412),
    (ResourceExhausted, 429),
    (Unavailable, 503),
)

FAULT = Refusal(Error("api.fault", "something went wrong on our side"))


def status_of(error: DalanError) -> tuple[int, Refusal]:
    """The HTTP status and body of a refusal."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status, Refusal(told(error))
    return 500, FAULT


def told(error: DalanError) -> Error:
    """A refusal in this API's words, as of a call so of an item in it."""
    return Error(error.code, str(error), str(getattr(error, "field", "") or ""))


def headers_of(error: DalanError) -> Headers:
    """What goes beside the body."""
    if isinstance(error, ResourceExhausted) and error.retry_after_seconds is not None:
        return [(b"retry-after", str(error.retry_after_seconds).encode())]
    return []
