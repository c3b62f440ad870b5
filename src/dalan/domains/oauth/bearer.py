"""What a presented access token allows, in one look at the database."""

from datetime import datetime

import msgspec

from dalan.domains.oauth import queries
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction


class Bearer(msgspec.Struct, frozen=True):
    """Whose live access token it is and what it allows, as ``(scope name, resource)`` pairs.

    The resource is empty where the scope takes none.
    """

    person_id: int
    app_id: int
    scopes: frozenset[tuple[str, str]]
    family_id: int
    expires_at: datetime


async def bearer(tx: ReadTransaction, mac: bytes) -> Bearer | None:
    """What the access token with this MAC (``Keyring.token_mac``) allows now.

    None when it is no access token, has expired, or was revoked, alone or with everything the
    person gave this app: the caller answers all of these alike. Nothing is cached.
    """
    row = await queries.bearer.one_or_none(tx, presented_mac=mac, now=clock.now())
    if row is None:
        return None
    return Bearer(
        row.person_id,
        row.app_id,
        frozenset((name, resource) for name, resource in row.scopes),
        row.family_id,
        row.expires_at,
    )


def allows(bearer: Bearer, scope: str, resource: str = "") -> bool:
    """Whether the token holds exactly this permission, by its canonical name.

    It says what the person agreed to, not that the resource is still theirs: whoever acts on
    it asks the room that owns it, each time. A wide scope (``USER_POSTS_ADDON_CREATE``) does
    not answer for a narrow one (``POST_ADDON_CREATE``): ask for both.
    """
    return (scope, resource) in bearer.scopes
