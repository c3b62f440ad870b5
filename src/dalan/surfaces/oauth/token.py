"""The token endpoint: codes and refresh tokens in, tokens out.

Source: RFC 6749, 3.2, 4.1.3, 5 and 6; kenar.md 3.2 to 3.4.
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency

from dalan.domains import developers, identity, oauth
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.oauth.assertions import asserted_app
from dalan.surfaces.oauth.clients import NOT_ACTIVE, UNKNOWN_CLIENT, authenticated_app
from dalan.surfaces.oauth.errors import refused
from dalan.surfaces.oauth.parameters import Unreadable, token_fields
from dalan.surfaces.services import Services

PATH: Final = "/oauth2/token"
FIRST_CONTRACT_PATH: Final = "/v1/open-platform/oauth/access_token"

AnyRequest = Request[Any, Any, Any]
Outcome = oauth.Issued | oauth.Refusal


@post(PATH, status_code=200)
async def token(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[dict[str, Any]]:
    """Tokens for a code or a refresh token, as the contract and every client library has it."""
    return await _answer(request, services, first_contract=False)


@post(FIRST_CONTRACT_PATH, status_code=200)
async def access_token(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[dict[str, Any]]:
    """The same for apps of 2023: no ``redirect_uri``, always a refresh token, ``expires``."""
    return await _answer(request, services, first_contract=True)


async def _answer(
    request: AnyRequest, services: Services, *, first_contract: bool
) -> Response[dict[str, Any]]:
    try:
        fields = await token_fields(request)
    except Unreadable as error:
        return refused(services, oauth.Refusal("invalid_request", str(error)))
    refusal = _missing(fields, first_contract=first_contract)
    if refusal is not None:
        return refused(services, refusal)
    app = await asserted_app(request, fields, services)
    if app is None:
        async with services.db.look() as look:
            app = await authenticated_app(
                look, request, fields, services, by_api_key=first_contract
            )
    if app is None:
        return refused(services, UNKNOWN_CLIENT)
    if isinstance(app, oauth.Refusal):
        return refused(services, app)
    if app.state in ("suspended", "inactive"):
        return refused(services, NOT_ACTIVE)
    try:
        outcome = await _exchange(services, app, fields, first_contract=first_contract)
    except identity.PersonBlocked:
        outcome = oauth.Refusal("invalid_grant", "the person is not here any more", "blocked")
    if isinstance(outcome, oauth.Refusal):
        return refused(services, outcome)
    answer = _wire(outcome, first_contract=first_contract)
    if outcome.authentication is not None:
        answer["id_token"] = oauth.id_token(
            await oauth.signing_key(services.db, keys=services.keys),
            outcome,
            issuer=services.settings.base_url,
            client_id=app.slug,
        )
    return Response(answer)


def _missing(fields: Mapping[str, str], *, first_contract: bool) -> oauth.Refusal | None:
    match fields.get("grant_type"):
        case "authorization_code":
            needed = ["code"] if first_contract else ["code", "redirect_uri"]
        case "refresh_token":
            needed = ["refresh_token"]
        case None:
            needed = ["grant_type"]
        case _:
            return oauth.Refusal(
                "unsupported_grant_type", "grant_type must be authorization_code or refresh_token"
            )
    for name in needed:
        if name not in fields:
            return oauth.Refusal("invalid_request", f"{name} is missing")
    return None


async def _exchange(
    services: Services, app: developers.App, fields: Mapping[str, str], *, first_contract: bool
) -> Outcome:
    settings = services.settings

    async def redeem(tx: WriteTransaction) -> Outcome:
        return await oauth.redeem_code(
            tx,
            keys=services.keys,
            app_id=app.id,
            code=fields["code"],
            redirect_uri=fields.get("redirect_uri"),
            code_verifier=fields.get("code_verifier"),
            access_seconds=settings.access_token_seconds,
            always_refresh=first_contract,
        )

    async def refresh(tx: WriteTransaction) -> Outcome:
        return await oauth.refresh(
            tx,
            keys=services.keys,
            app_id=app.id,
            refresh_token=fields["refresh_token"],
            scope=fields.get("scope"),
            access_seconds=settings.access_token_seconds,
            grace_seconds=settings.refresh_grace_seconds,
        )

    work = redeem if fields["grant_type"] == "authorization_code" else refresh
    return await services.db.transact(work)


def _wire(issued: oauth.Issued, *, first_contract: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "access_token": issued.access_token,
        "expires_in": issued.expires_in_seconds,
        "scope": issued.scope,
        "token_type": "bearer",
    }
    if issued.authorization_details is not None:
        answer["authorization_details"] = issued.authorization_details
    if issued.refresh_token is not None:
        answer["refresh_token"] = issued.refresh_token
    if first_contract:
        answer["expires"] = str(int(issued.expires_at.timestamp()))
    return answer
