"""Basalam's token endpoint: a code, a refresh token or the client's own word in, tokens out.

Bodies come as JSON (its documentation), as a form (its SDKs) or as multipart; numbers as numbers
or texts. Every refusal has ``message`` too, for that is where its SDKs look first.

Source: basalam.md 2.3, 9.1 and 9.2; RFC 6749, 4.1.3, 4.4, 5 and 6.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from dalan.domains import developers, identity, oauth
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.callers import Allowance
from dalan.surfaces.html.forms import FormUnreadable
from dalan.surfaces.oauth.assertions import asserted_app
from dalan.surfaces.oauth.clients import authenticated_app
from dalan.surfaces.oauth.errors import BASALAM_PATHS, HINT_HEADER, basalam_error
from dalan.surfaces.oauth.parameters import BODY_BYTES_MAX, FIELDS_COUNT_MAX, Unreadable, body_of
from dalan.surfaces.services import Services

PATHS: Final = BASALAM_PATHS[:2]

FIELDS: Final = (
    "grant_type", "client_id", "client_secret", "redirect_uri", "code", "code_verifier",
    "refresh_token", "scope", "client_assertion", "client_assertion_type",
)  # fmt: skip
"""What is read of a body; unknown fields are no error."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "authorization_code": ("code", "redirect_uri"),
    "refresh_token": ("refresh_token",),
    "client_credentials": ("scope",),
}
"""The grants, and what each needs besides the client's credentials."""

CLIENT_TOKENS_PER_MINUTE: Final = 30
"""Tokens an app may get for itself: each lives a year and is kept as long."""

_STATUS: Final = {"invalid_client": 401, "access_denied": 403}

_UNKNOWN_CLIENT: Final = oauth.Refusal(
    "invalid_client",
    "client authentication failed",
    "send the app's numeric client id as client_id and its client secret as client_secret",
)
_BLOCKED: Final = oauth.Refusal("access_denied", "the user or the client is blocked")

client_tokens: Final = Allowance(CLIENT_TOKENS_PER_MINUTE, 60)
"""What each app took lately, in this process."""

AnyRequest = Request[Any, Any, Any]
Outcome = oauth.Issued | oauth.Refusal
Work = Callable[[WriteTransaction], Awaitable[Outcome]]


@post([*PATHS], status_code=200)
async def basalam_token(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[dict[str, Any]]:
    """Tokens, or a refusal; never both and never 200 for a wrong client."""
    try:
        fields = await _fields(request)
    except (Unreadable, FormUnreadable) as error:
        return _refused(services, oauth.Refusal("invalid_request", str(error)))
    if refusal := _missing(request, fields):
        return _refused(services, refusal)
    app = await asserted_app(request, fields, services, doors=("basalam", "kenar"))
    if isinstance(app, oauth.Refusal):
        return _refused(services, app)
    async with services.db.look() as look:
        if app is None:
            app = await authenticated_app(
                look, request, fields, services, by_api_key=False, doors=("basalam",)
            )
        if app is None:
            return _refused(services, _UNKNOWN_CLIENT)
        if app.state in ("suspended", "inactive"):
            return _refused(services, _BLOCKED)
        if not await _is_registered(look, app, fields.get("redirect_uri")):
            return _refused(services, oauth.redirect_uri_mismatch())
    if fields["grant_type"] == "client_credentials":
        waits = _spent(services, app)
        if waits:
            return basalam_error(
                429, "slow_down", "too many tokens in a minute", {"retry-after": str(waits)}
            )
    try:
        outcome = await services.db.transact(_work(services, app, fields))
    except identity.PersonBlocked:
        outcome = _BLOCKED
    return _refused(services, outcome) if isinstance(outcome, oauth.Refusal) else _issued(outcome)


async def _fields(request: AnyRequest) -> dict[str, str]:
    """What we read of the body, empty and null ones left out. Raises ``Unreadable``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await html.forms.read(
            request, size_bytes_max=BODY_BYTES_MAX, fields_count_max=FIELDS_COUNT_MAX
        )
        return _once({name: form.values.get(name, []) for name in FIELDS})
    if kind not in ("", "application/json", "application/x-www-form-urlencoded"):
        raise Unreadable("the body must be JSON or a form")
    body = (await body_of(request)).strip()
    # Neither kind of client is particular about the header, so the body itself decides.
    return _of_json(body) if body[:1] in (b"{", b"[") else _of_form(body)


def _of_form(body: bytes) -> dict[str, str]:
    try:
        return _once(parse_qs(body.decode(), errors="strict", max_num_fields=FIELDS_COUNT_MAX))
    except ValueError as error:  # UnicodeDecodeError is one too
        raise Unreadable("the body is neither a form nor a JSON object") from error


def _of_json(body: bytes) -> dict[str, str]:
    try:
        sent = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Unreadable("the body is no JSON") from error
    if not isinstance(sent, dict):  # PHP's empty object is a list
        return {}
    fields = {}
    for name in FIELDS:
        value = sent.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            raise Unreadable(f"{name} must be a text")
        if value not in (None, ""):
            fields[name] = str(value)
    return fields


def _once(values: Mapping[str, list[str]]) -> dict[str, str]:
    fields = {name: [value for value in values.get(name, []) if value] for name in FIELDS}
    if repeated := [name for name, found in fields.items() if len(found) > 1]:
        raise Unreadable(f"{repeated[0]} comes more than once")
    return {name: found[0] for name, found in fields.items() if found}


def _missing(request: AnyRequest, fields: Mapping[str, str]) -> oauth.Refusal | None:
    grant_type = fields.get("grant_type")
    if grant_type is not None and grant_type not in NEEDED:
        return oauth.Refusal(
            "unsupported_grant_type", f"grant_type must be one of {', '.join(NEEDED)}"
        )
    needed = ("grant_type", *NEEDED.get(grant_type or "", ()))
    is_signed = "client_assertion" in fields or "client_assertion_type" in fields
    is_basic = request.headers.get("authorization", "").lower().startswith("basic ")
    if not is_signed and not is_basic:
        needed = (*needed, "client_id", "client_secret")
    missing = [name for name in needed if name not in fields]
    if missing:
        return oauth.Refusal("invalid_request", f"{', '.join(missing)}: missing")
    return None


async def _is_registered(tx: ReadTransaction, app: developers.App, uri: str | None) -> bool:
    if uri is None:
        return True
    return any(one.uri == uri for one in await developers.redirect_uris(tx, app.id))


def _spent(services: Services, app: developers.App) -> int:
    """Seconds until the app may have another token of its own, 0 when now. A dev world counts
    nothing unless it is told to."""
    if not services.settings.quotas_enforced:
        return 0
    name = str(app.id)
    waits = client_tokens.spent(name)
    if not waits:
        client_tokens.count(name)
    return waits


def _work(services: Services, app: developers.App, fields: Mapping[str, str]) -> Work:
    settings, keys = services.settings, services.keys
    access_seconds = settings.basalam_access_token_seconds

    async def redeem(tx: WriteTransaction) -> Outcome:
        return await oauth.redeem_code(
            tx,
            keys=keys,
            app_id=app.id,
            code=fields["code"],
            redirect_uri=fields["redirect_uri"],
            code_verifier=fields.get("code_verifier"),
            access_seconds=access_seconds,
            always_refresh=True,
            door="basalam",
        )

    async def refresh(tx: WriteTransaction) -> Outcome:
        return await oauth.refresh(
            tx,
            keys=keys,
            app_id=app.id,
            refresh_token=fields["refresh_token"],
            scope=fields.get("scope"),
            access_seconds=access_seconds,
            grace_seconds=settings.refresh_grace_seconds,
            door="basalam",
        )

    async def issue(tx: WriteTransaction) -> Outcome:
        return await oauth.issue_client_token(
            tx, keys=keys, app=app, scope=fields["scope"], access_seconds=access_seconds
        )

    works: dict[str, Work] = {
        "authorization_code": redeem,
        "refresh_token": refresh,
        "client_credentials": issue,
    }
    return works[fields["grant_type"]]


def _issued(issued: oauth.Issued) -> Response[dict[str, Any]]:
    return Response(
        {
            "token_type": "Bearer",
            "expires_in": issued.expires_in_seconds,
            "access_token": issued.access_token,
            "refresh_token": issued.refresh_token,
            "scope": issued.scope,
        },
        media_type="application/json",
    )


def _refused(services: Services, refusal: oauth.Refusal) -> Response[dict[str, Any]]:
    status = _STATUS.get(refusal.error, 400)
    headers = {"www-authenticate": 'Basic realm="oauth"'} if status == 401 else {}
    if services.dev and refusal.hint:
        headers[HINT_HEADER] = refusal.hint
    return basalam_error(status, refusal.error, refusal.description, headers)
