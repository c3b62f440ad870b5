"""What an app proves itself with at the authorization server."""

from collections.abc import Sequence
from datetime import timedelta

from dalan.domains.developers import queries
from dalan.domains.developers.credential_uses import CredentialUses
from dalan.domains.developers.errors import UnknownApp
from dalan.domains.developers.tables import ClientSecret
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

PURPOSE = "client secret"
KEY_PURPOSE = "api key"
"""What the MACs of client secrets and of API keys are made for; neither passes as the other."""

OVERLAP_DEFAULT = timedelta(hours=24)
OVERLAP_MAX = timedelta(days=30)
HINT_LENGTH = 4
SECRET_LENGTH_MAX = 256
CANDIDATES_MAX = 2
"""Secrets, or keys that double as one, of an app at once: the current one and the old."""


async def add(tx: WriteTransaction, *, keys: Keyring, app_id: int, secret: str) -> None:
    """Store a secret as the current one; ``rotate_client_secret`` is what others call."""
    await queries.add_secret.execute(
        tx,
        app_id=app_id,
        mac=keys.secret_mac(secret, PURPOSE),
        hint=secret[:HINT_LENGTH],
        created_at=clock.now(),
        expires_at=None,
    )


async def rotate_client_secret(
    tx: WriteTransaction,
    app_id: int,
    *,
    keys: Keyring,
    overlap: timedelta = OVERLAP_DEFAULT,
) -> str:
    """Make a new client secret and answer it in clear, for this once.

    The one that was current stays good for ``overlap`` (zero: dies now); one that was already
    on its way out dies now, so that never more than two are good. Raises UnknownApp.
    """
    assert timedelta() <= overlap <= OVERLAP_MAX, "surfaces offer a choice of overlaps"
    # Held still: of two rotations at once, the second makes the first one's secret the old one.
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    await queries.drop_old_secrets.execute(tx, of_app_id=app_id)
    await queries.expire_current_secret.execute(
        tx, of_app_id=app_id, expires_at=clock.now() + overlap
    )
    secret = keys.new_client_secret()
    await add(tx, keys=keys, app_id=app_id, secret=secret)
    return secret


async def revoke_old_client_secret(tx: WriteTransaction, app_id: int) -> None:
    """End the overlap of a rotation: only the current secret stays good."""
    await queries.drop_old_secrets.execute(tx, of_app_id=app_id)


async def client_secrets(tx: ReadTransaction, app_id: int) -> list[ClientSecret]:
    """The secrets that are good, the current one first; at most two."""
    return await queries.secrets_of_app.all(tx, app_id=app_id, at=clock.now())


async def check_client_secret(
    tx: ReadTransaction,
    app_id: int,
    secret: str,
    *,
    keys: Keyring,
    uses: CredentialUses | None = None,
) -> bool:
    """Whether an app may be believed on the strength of ``secret``.

    That is a good client secret of the app, or its API key marked for OAuth (the first
    contract used one for both); neither proves anything of an app that signs only. Constant time
    per candidate; at most four candidates.
    ``uses`` notes which one it was.

    ``app_id`` 0 is no app: then the same is done as for an app and a secret that is not its, so
    that nobody can tell by the time it takes whether an app exists.

    Source: kenar.md 2.4, third point.
    """
    if not 0 < len(secret) <= SECRET_LENGTH_MAX:
        return False
    now = clock.now()
    held = await queries.secret_macs.all(tx, app_id=app_id, at=now)
    for secret_id, mac in _as_many(held, keys):
        if keys.secret_matches(secret, PURPOSE, mac):
            if uses is not None:
                uses.note("client_secret", secret_id)
            return True
    parts = keys.parse_api_key(secret)
    if parts is None:
        return False
    held = await queries.oauth_key_macs.all(tx, app_id=app_id, at=now)
    for key_id, mac in _as_many(held, keys):
        if keys.secret_matches(parts.secret, KEY_PURPOSE, mac) and key_id == parts.id:
            if uses is not None:
                uses.note("api_key", key_id)
            return True
    return False


def _as_many(held: Sequence[tuple[int, bytes]], keys: Keyring) -> list[tuple[int, bytes]]:
    """What is held, filled up to as many as can be, so that each check computes as many MACs."""
    return [*held, *[(0, keys.no_mac)] * (CANDIDATES_MAX - len(held))]
