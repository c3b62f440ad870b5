"""A person agrees: their grant grows, a family begins, the app gets a code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dalan.domains import identity
from dalan.domains.oauth import queries
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.grammar import ScopeAsked, spelled
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


async def begin_family(
    tx: WriteTransaction,
    *,
    person_id: int,
    app_id: int,
    asked: Sequence[ScopeAsked],
    lifetime_seconds: int,
    door: Door = "kenar",
    consent_mark: bytes | None = None,
    consented_at: datetime | None = None,
    authorization_details: list[dict[str, Any]] | None = None,
) -> int:
    """Write down that a person gave an app these permissions; answers the new family's id.

    No token of the family outlives ``lifetime_seconds`` from the consent (``consented_at``, or
    now), however often it is renewed.
    What the person gave the app before stays. ``consent_mark``: what the app looked like to the
    person, None when they were shown nothing; ``authorization_details``: the spelling of RFC 9396
    it asked with, told back with every token. The caller owns the transaction.
    Raises ``identity.NoSuchPerson`` and ``identity.PersonBlocked`` of somebody who has left or was
    shut out since they were asked.
    """
    await identity.hold(tx, person_id)
    now = clock.now()
    agreed_at = consented_at or now
    grant_id = await queries.raise_grant.scalar(
        tx, person_id=person_id, app_id=app_id, created_at=now
    )
    # Sorted, so that two consents of one person at the same moment lock in the same order.
    pairs = sorted(one.pair for one in asked)
    await queries.grant_scopes.execute_many(
        tx,
        [
            {
                "grant_id": grant_id,
                "scope": name,
                "resource": resource,
                "granted_at": agreed_at,
                "consent_mark": consent_mark,
            }
            for name, resource in pairs
        ],
    )
    family_id = await queries.add_family.scalar(
        tx,
        grant_id=grant_id,
        door=door,
        scope=spelled(asked),
        scopes=pairs,
        authorization_details=authorization_details,
        created_at=now,
        expires_at=agreed_at + timedelta(seconds=lifetime_seconds),
    )
    return int(family_id)


async def approve(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    person_id: int,
    app_id: int,
    asked: Sequence[ScopeAsked],
    redirect_uri: str,
    code_challenge: str | None,
    code_seconds: int,
    refresh_seconds: int,
    door: Door = "kenar",
    consent_mark: bytes | None = None,
    consented_at: datetime | None = None,
    nonce: str | None = None,
    signed_in_at: datetime | None = None,
    authorization_details: list[dict[str, Any]] | None = None,
) -> str:
    """Consent, and the authorization code for it: shown once, stored as its MAC.

    ``code_challenge`` is an S256 one. The request was checked (``check_request``) and the
    person's standing with it (``check_standing``), in this transaction; ``consent_mark`` lets it
    be remembered, and ``consented_at`` is what ``remembering.consented_at`` answered when the
    person was not asked again. ``nonce`` and ``signed_in_at``, when the person proved who they
    are, are for the id_token. Raises as ``begin_family`` does.
    Source: RFC 6749, 4.1.2; OpenID Connect Core, 2.
    """
    family_id = await begin_family(
        tx,
        person_id=person_id,
        app_id=app_id,
        asked=asked,
        lifetime_seconds=refresh_seconds,
        door=door,
        consent_mark=consent_mark,
        consented_at=consented_at,
        authorization_details=authorization_details,
    )
    code = keys.new_token("ac")
    await queries.add_code.execute(
        tx,
        mac=keys.token_mac(code),
        family_id=family_id,
        redirect_uri=redirect_uri,
        code_challenge=code_challenge,
        expires_at=clock.now() + timedelta(seconds=code_seconds),
        nonce=nonce,
        signed_in_at=signed_in_at,
    )
    return code
