"""Pairs of tokens: how they are made, handed out, and kept as MACs."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from dalan.domains import identity
from dalan.domains.oauth import queries
from dalan.domains.oauth.details import details_standing
from dalan.domains.oauth.tables import Family
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction


class Authentication(msgspec.Struct, frozen=True):
    """What an id_token says of a person: their name for this app, and when and for which request
    they proved who they are."""

    user_id: str
    nonce: str | None
    signed_in_at: datetime | None


class Issued(msgspec.Struct, frozen=True):
    """What an app is given. The only place where tokens stand in clear.

    ``expires_at`` is the access token's; ``scope`` is spelled as the app asked,
    with ``authorization_details`` if it sent some;
    ``authentication`` is there for a code of somebody who agreed to ``openid``.
    """

    access_token: str
    refresh_token: str | None
    expires_at: datetime
    scope: str
    authorization_details: list[dict[str, Any]] | None = None
    authentication: Authentication | None = None

    @property
    def expires_in_seconds(self) -> int:
        """Seconds the access token has left, to the nearest whole one: 3600 when just issued."""
        return max(0, round((self.expires_at - clock.now()).total_seconds()))


async def issue(
    tx: WriteTransaction,
    *,
    keys: Keyring,
    family: Family,
    generation: int,
    access_seconds: int,
    with_refresh_token: bool,
) -> Issued:
    """The next tokens of a family, none of which outlives it. The caller owns the transaction.

    Raises ``identity.PersonBlocked``, so that nothing is used up while somebody is shut out.
    """
    if (await identity.person(tx, family.person_id)).blocked_at is not None:
        raise identity.PersonBlocked
    access_token = keys.new_token("at")
    expires_at = min(clock.now() + timedelta(seconds=access_seconds), family.expires_at)
    rows = [(access_token, "access", expires_at)]
    refresh_token = keys.new_token("rt") if with_refresh_token else None
    if refresh_token is not None:
        rows.append((refresh_token, "refresh", family.expires_at))
    await queries.add_token.execute_many(
        tx,
        [
            {
                "mac": keys.token_mac(token),
                "family_id": family.id,
                "kind": kind,
                "generation": generation,
                "issued_at": clock.now(),
                "expires_at": until,
                "uses_count": 0,
            }
            for token, kind, until in rows
        ],
    )
    return issued_of(family, access_token, refresh_token, expires_at)


def issued_of(
    family: Family, access_token: str, refresh_token: str | None, expires_at: datetime
) -> Issued:
    """What an app is told beside the tokens of this family."""
    details = details_standing(family.authorization_details, family.scopes)
    return Issued(access_token, refresh_token, expires_at, family.scope, details)
