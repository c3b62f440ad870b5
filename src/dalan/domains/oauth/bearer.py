"""What a presented access token allows, in one look at the database."""

from datetime import datetime

import msgspec

from dalan.domains.oauth import queries
from dalan.domains.oauth.client_tokens import client_token_of
from dalan.domains.oauth.doors import Door, impliers
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction


class Bearer(msgspec.Struct, frozen=True):
    """Whose live access token it is and what it allows, as ``(scope name, resource)`` pairs.

    The resource is empty where the scope takes none. ``family_id`` is None of a token an app got
    for itself: its person is the app's owner.
    """

    person_id: int
    app_id: int
    scopes: frozenset[tuple[str, str]]
    family_id: int | None
    expires_at: datetime

    @property
    def is_of_client(self) -> bool:
        """Nobody consented to it: it acts for the app itself (client credentials)."""
        return self.family_id is None


async def bearer(tx: ReadTransaction, mac: bytes, *, door: Door = "kenar") -> Bearer | None:
    """What the access token with this MAC (``Keyring.token_mac``) allows now at this door.

    None when it is no access token, was issued at another door, has expired, or was revoked,
    alone or with everything the person gave this app: the caller answers all of these alike.
    Nothing is cached.
    """
    row = await queries.bearer.one_or_none(tx, presented_mac=mac, now=clock.now())
    if row is None and door == "basalam":
        return await _client_bearer(tx, mac)
    if row is None or row.door != door:
        return None
    return Bearer(
        row.person_id,
        row.app_id,
        frozenset((name, resource) for name, resource in row.scopes),
        row.family_id,
        row.expires_at,
    )


async def _client_bearer(tx: ReadTransaction, mac: bytes) -> Bearer | None:
    found = await client_token_of(tx, mac)
    if found is None:
        return None
    token, app = found
    scopes = frozenset((name, resource) for name, resource in token.scopes)
    return Bearer(app.owner_id, app.id, scopes, None, token.expires_at)


def allows(bearer: Bearer, scope: str, resource: str = "") -> bool:
    """Whether the token holds this permission, by its canonical name, at whichever door.

    Kenar's permissions are held by themselves. Basalam's are also held through those that imply
    them: ``"vendor.product.read"`` by a token with ``vendor.product.write``,
    ``"customer.order.read"`` and ``"vendor.parcel.write"`` by one with ``order-processing``,
    ``"vendor.shipping.read"`` by one with ``vendor.profile.read``. Tokens of apps that asked for
    ``*`` hold the names. So Basalam's surface asks ``bearer(tx, mac, door="basalam")`` and then
    this, with the one name an operation needs.

    It says what the person agreed to, not that the resource is still theirs: whoever acts on
    it asks the room that owns it, each time. A wide scope (``USER_POSTS_ADDON_CREATE``) does
    not answer for a narrow one (``POST_ADDON_CREATE``): ask for both.
    """
    return (scope, resource) in bearer.scopes or any(
        (name, resource) in bearer.scopes for name in impliers(scope)
    )
