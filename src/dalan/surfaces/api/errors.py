"""What our own API makes of a refusal."""

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


class Error(msgspec.Struct, frozen=True):
    """``code`` is stable, ``message`` is for people."""

    code: str
    message: str


class Refusal(msgspec.Struct, frozen=True):
    """The shape of every refusal."""

    error: Error


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
            return status, Refusal(Error(error.code, str(error)))
    return 500, FAULT


def headers_of(error: DalanError) -> Headers:
    """What goes beside the body."""
    if isinstance(error, ResourceExhausted) and error.retry_after_seconds is not None:
        return [(b"retry-after", str(error.retry_after_seconds).encode())]
    return []
