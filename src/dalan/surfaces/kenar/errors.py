"""What this surface makes of a refusal: ``google.rpc.Status`` and the documented HTTP status.

Source: Kenar reference 10.2 and 10.3. In a dev world the header ``x-dalan-hint`` says which
permission, scope or field was missing and which page of the guide explains it.
"""

import unicodedata
from typing import Any

import msgspec

from dalan.domains import developers, oauth, search
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
from dalan.surfaces.services import Services


class RpcStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """``googleRpcStatus``: the shape of every refusal."""

    code: int
    message: str
    details: list[dict[str, Any]] = []


class MissingScope(Forbidden):
    """The person has not agreed to this, or not for this thing."""

    code = "kenar.scope_missing"

    def __init__(self, scopes: tuple[str, ...], resource: str) -> None:
        spelled = [
            f"{scope}.{resource}" if resource and oauth.SCOPES[scope].resource else scope
            for scope in scopes
        ]
        super().__init__(f"access token lacks scope {' or '.join(spelled)}")
        self.scope = " or ".join(spelled)


class MissingToken(Unauthenticated):
    """The operation acts for a person, and no access token came with the call."""

    code = "kenar.token_missing"


class UnknownToken(Unauthenticated):
    """The access token was never issued, has expired, or was revoked."""

    code = "kenar.token_unknown"


class OtherAppsToken(Forbidden):
    """The access token was issued to another app than the key's."""

    code = "kenar.token_of_other_app"


class AppNotResolved(FailedPrecondition):
    """The key is no app's, where tickets are validated. The message stays as it is."""

    code = "kenar.app_not_resolved"

    def __init__(self) -> None:
        super().__init__("could not retrieve app from db")


class NoSuchOperation(NotFound):
    """Nothing is served under this path."""

    code = "kenar.operation_unknown"


_BY_KIND: tuple[tuple[type[DalanError], int, int], ...] = (
    (BodyTooLarge, 413, 3),
    (Invalid, 400, 3),
    (Unauthenticated, 401, 16),
    (Forbidden, 403, 7),
    (NotFound, 404, 5),
    (Conflict, 409, 6),
    (FailedPrecondition, 412, 9),
    (ResourceExhausted, 429, 8),
    (Unavailable, 503, 14),
)
"""Kind of error, HTTP status, gRPC code; the first that fits counts."""

INTERNAL = RpcStatus(13, "something went wrong on our side; the request id finds it in the log")

HINTED_LENGTH_MAX = 200
"""Of a scope or field in the hint: what callers send may be longer."""

_DOCS = "/docs/guide/kenar-errors"


def status_of(error: DalanError) -> tuple[int, RpcStatus]:
    """The HTTP status and body of a refusal."""
    for kind, http_status, code in _BY_KIND:
        if isinstance(error, kind):
            return http_status, RpcStatus(code, _message(error), _details(error))
    return 500, INTERNAL


def _message(error: DalanError) -> str:
    """What was wrong, and with which field, where it does not say so itself."""
    message, field = str(error), getattr(error, "field", "")
    return f"{field}: {message}" if field and field not in message else message


def headers_of(services: Services, error: DalanError) -> Headers:
    """What goes beside the body: when to retry, and in a dev world the hint."""
    headers: Headers = []
    if isinstance(error, ResourceExhausted) and error.retry_after_seconds is not None:
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    if services.dev:
        headers.append((b"x-dalan-hint", hint_of(error)))
    return headers


def hint_of(error: DalanError) -> bytes:
    """Which rule was broken, what was missing, where it is explained; one line of ASCII."""
    facts = [f"rule={error.code}"]
    facts += [
        f"{name}={str(value)[:HINTED_LENGTH_MAX]}"
        for name in ("permission", "scope", "field")
        if (value := getattr(error, name, ""))
    ]
    facts.append(f"see={_DOCS}#{error.code.replace('.', '-').replace('_', '-')}")
    return _ascii("; ".join(facts))[:500]


def _ascii(text: str) -> bytes:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "replace")
    return bytes(byte if 32 <= byte < 127 else 63 for byte in plain)


def _details(error: DalanError) -> list[dict[str, Any]]:
    if isinstance(error, developers.QuotaExceeded | search.SearchQuota):
        violation = {"subject": f"app:{error.slug}", "description": f"at most {error.most}"}
        return [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}]
    return []
