"""What an app may learn of a token it holds.

Source: RFC 7662, 2.2; RFC 9396, 9.2.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast

import msgspec

from dalan.domains import developers
from dalan.domains.oauth import queries
from dalan.domains.oauth.client_tokens import client_token_of
from dalan.domains.oauth.details import details_standing
from dalan.domains.oauth.doors import Door
from dalan.domains.oauth.grammar import parse_scopes, spelled
from dalan.domains.oauth.refreshing import USES_MAX
from dalan.domains.oauth.scopes import OPENID
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction


class Introspected(msgspec.Struct, frozen=True, kw_only=True):
    """A live token. ``scope`` holds what still stands, spelled as the app asked.

    ``user_id`` is the person's name for this app, empty unless the person let the app know it;
    ``issued_at`` is None for tokens older than this knowledge.
    """

    kind: Literal["access", "refresh"]
    door: Door
    scope: str
    authorization_details: list[dict[str, Any]] | None
    user_id: str
    issued_at: datetime | None
    expires_at: datetime


async def introspect(
    tx: ReadTransaction, *, keys: Keyring, app_id: int, token: str, grace_seconds: int
) -> Introspected | None:
    """What stands behind a token of this app, whose credentials the caller has checked.

    None for whatever could not be used now: unknown, expired, revoked, replaced and past its
    grace, or another app's.
    """
    mac = keys.token_mac(token)
    if mac is None:
        return None
    now = clock.now()
    row = await queries.live_token.one_or_none(
        tx,
        presented_mac=mac,
        by_app=app_id,
        now=now,
        grace_from=now - timedelta(seconds=grace_seconds),
        uses_max=USES_MAX,
    )
    if row is None:
        return await _of_client(tx, app_id, mac)
    user_id = ""
    if knows_user_id(row.scopes):
        user_id = await developers.user_id_of(
            tx, app_id=app_id, person_id=row.person_id
        ) or developers.user_id_for(keys, app_id, row.person_id)
    return Introspected(
        kind=cast(Any, row.kind),
        door=row.door,
        scope=still_standing(row.scope, row.scopes, door=row.door),
        authorization_details=details_standing(row.authorization_details, row.scopes),
        user_id=user_id,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )


async def _of_client(tx: ReadTransaction, app_id: int, mac: bytes) -> Introspected | None:
    found = await client_token_of(tx, mac)
    if found is None or found[0].app_id != app_id:
        return None
    token, _ = found
    return Introspected(
        kind="access",
        door="basalam",
        scope=token.scope,
        authorization_details=None,
        user_id="",
        issued_at=token.issued_at,
        expires_at=token.expires_at,
    )


def knows_user_id(granted: Iterable[Sequence[str]]) -> bool:
    """Whether the person let the app know them by a name of its own."""
    return any(name in ("USER_ID", OPENID) for name, _ in granted)


def still_standing(scope: str, granted: Iterable[Sequence[str]], *, door: Door) -> str:
    """A scope text without what was taken back since, in the app's own spellings."""
    held = {(name, resource) for name, resource in granted}
    return spelled(one for one in parse_scopes(scope, door=door) if one.pair in held)
