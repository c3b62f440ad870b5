"""Apps that prove themselves with a signed assertion, at every endpoint for apps alike.

Source: RFC 7521, 4.2; RFC 7523, 2.2; RFC 6749, 2.3 (one way of authenticating at a time);
RFC 7591, 2 (``jwks_uri``).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request

from dalan.domains import developers, oauth
from dalan.domains.developers import ClientKey, ClientProof
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.services import Services

TOKEN_PATH: Final = "/oauth2/token"  # noqa: S105 (where tokens are given)

WAITS_MAX: Final = 20
WAIT_SECONDS: Final = 0.1
"""How often and how long a request waits while another one fetches the app's keys."""


async def asserted_app(
    request: Request[Any, Any, Any],
    fields: Mapping[str, str],
    services: Services,
    *,
    doors: Sequence[oauth.Door] = ("kenar",),
) -> developers.App | oauth.Refusal | None:
    """The app whose assertion came, which is used up now; or why it is not believed. None: the
    request brings none, so the app proves itself in another way, if it does.

    ``doors``: whose kind of ``client_id`` it may call itself by.
    """
    if "client_assertion" not in fields and "client_assertion_type" not in fields:
        return None
    if "client_secret" in fields or "authorization" in request.headers:
        return oauth.Refusal("invalid_request", "the app authenticates in more than one way")
    if fields.get("client_assertion_type") != oauth.JWT_BEARER:
        return oauth.unproven(f"client_assertion_type must be {oauth.JWT_BEARER}")
    text = fields.get("client_assertion", "")
    client_id = oauth.client_of(text)
    if fields.get("client_id", client_id) != client_id:
        return oauth.unproven("client_id is not the app the assertion is about")
    async with services.db.look() as look:
        app = await _app(look, client_id, doors)
    if app is None:
        return oauth.unproven("iss is no client_id")
    base_url = services.settings.base_url
    checked = oauth.check_assertion(
        text,
        await _keys(services, app.id, text),
        client_id=client_id,
        audiences={base_url, base_url + TOKEN_PATH, base_url + request.url.path},
    )
    if isinstance(checked, oauth.Refusal):
        return checked
    assertion = checked

    async def use(tx: WriteTransaction) -> bool:
        return await oauth.use_assertion(tx, app_id=app.id, assertion=assertion)

    if not await services.db.transact(use):
        return oauth.unproven("the assertion was used before: make one with a new jti")
    request.scope["calling_app"] = app.slug  # type: ignore[typeddict-unknown-key]
    return app


async def _app(
    look: ReadTransaction, client_id: str, doors: Sequence[oauth.Door]
) -> developers.App | None:
    for door in doors:
        try:
            return await oauth.client_by_id(look, client_id, door=door)
        except oauth.UnknownClient:
            continue
    return None


async def _keys(services: Services, app_id: int, text: str) -> list[ClientKey]:
    """The keys the app may have signed with: those it gave us, and those at its address.

    The address is asked again when the assertion names a key that is not among them, or when
    they were fetched long ago; once a minute at most, in all processes together.
    """
    own, proof = await _held(services, app_id)
    if proof.jwks_uri is None:
        return own
    if not proof.is_stale and oauth.is_key_known(text, [*own, *proof.keys]):
        return [*own, *proof.keys]
    if proof.may_be_asked and await _is_ours_to_fetch(services, proof):
        await _fetch(services, proof)
    for _ in range(WAITS_MAX):
        own, proof = await _held(services, app_id)
        if not proof.is_under_way or oauth.is_key_known(text, [*own, *proof.keys]):
            break
        await asyncio.sleep(WAIT_SECONDS)
    return [*own, *proof.keys]


async def _held(services: Services, app_id: int) -> tuple[list[ClientKey], ClientProof]:
    async with services.db.look() as look:
        return (
            await developers.client_keys(look, app_id),
            await developers.proof_of(look, app_id),
        )


async def _is_ours_to_fetch(services: Services, proof: ClientProof) -> bool:
    async def claim(tx: WriteTransaction) -> bool:
        return await developers.claim_fetch(tx, proof.app_id, uri=proof.jwks_uri or "")

    return await services.db.transact(claim)


async def _fetch(services: Services, proof: ClientProof) -> None:
    """Ask the address, with no transaction open, and keep what came of it."""
    app_id, uri = proof.app_id, proof.jwks_uri or ""
    try:
        found = await developers.fetch_key_set(services.outbound, uri, https_only=not services.dev)
    except developers.InvalidField as error:
        problem = error.problem

        async def keep(tx: WriteTransaction) -> None:
            await developers.keep_problem(tx, app_id, uri=uri, problem=problem)
    else:

        async def keep(tx: WriteTransaction) -> None:
            await developers.keep_found(tx, app_id, uri=uri, found=found)

    await services.db.transact(keep)
