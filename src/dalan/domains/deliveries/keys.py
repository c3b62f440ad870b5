"""Signing secrets, and the keys endpoints know us by: sealed at rest, open only on their way."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from dalan.domains import developers
from dalan.domains.deliveries import queries, signing
from dalan.domains.deliveries.recording import hold_stream
from dalan.domains.deliveries.tables import Secret
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

OVERLAP = timedelta(hours=24)
"""How long the secret before signs beside the new one, unless it leaked."""

_SECRET, _AUTHORIZATION = "event signing secret", "event endpoint authorization"
_OPENED_MAX = 4_096


class Opened:
    """Boxes opened for the dispatcher, the last few thousand remembered: opening one costs as much
    as signing five deliveries."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._open = lru_cache(maxsize=_OPENED_MAX)(self._open_box)

    def identification_key(self, app_id: int, box: bytes | None) -> str:
        """What we prove ourselves with at an app's own address; ``""`` when it set nothing."""
        return "" if box is None else self._open(app_id, box, "identification")

    def authorization(self, app_id: int, box: bytes | None) -> str:
        """The same at an endpoint with a key of its own."""
        return "" if box is None else self._open(app_id, box, _AUTHORIZATION)

    def secrets(self, live: Sequence[Secret]) -> tuple[bytes, ...]:
        """What to sign with, the current secret first."""
        spelled = [self._open(one.app_id, one.box, _SECRET) for one in live]
        return tuple(signing.bytes_of(one) for one in spelled if one)

    def _open_box(self, app_id: int, box: bytes, purpose: str) -> str:
        if purpose == "identification":
            return developers.open_identification_key(box, app_id=app_id, keys=self._keys)
        opened = self._keys.open_sealed(box, purpose, _bound_to(app_id))
        return "" if opened is None else opened.decode()


async def signing_secrets(tx: ReadTransaction, app_id: int) -> list[Secret]:
    """The secrets that sign an app's deliveries now, the current one first."""
    return await queries.live_secrets.all(tx, app_ids=[app_id], now=clock.now())


async def ensure_secret(tx: WriteTransaction, app_id: int, *, keys: Keyring) -> None:
    """Sign what this app is sent, if it is not signed yet."""
    await hold_stream(tx, app_id, count=0)
    if not await signing_secrets(tx, app_id):
        await rotate_secret(tx, app_id, keys=keys)


async def rotate_secret(
    tx: WriteTransaction, app_id: int, *, keys: Keyring, overlap: timedelta = OVERLAP
) -> str:
    """Sign with a new secret from now on; answers it as developers paste it.

    The one before signs beside it for the ``overlap``; none at all ends it at once.
    """
    now = clock.now()
    # Held, so that two who rotate at once do not both become the current one.
    await hold_stream(tx, app_id, count=0)
    await queries.end_secrets.execute(tx, of_app=app_id, expires_at=now + overlap)
    secret = signing.spelled(randomness.token_bytes(signing.SECRET_BYTES))
    await queries.add_secret.execute(
        tx,
        app_id=app_id,
        box=keys.seal(secret.encode(), _SECRET, _bound_to(app_id)),
        created_at=now,
    )
    return secret


def secret_text(secret: Secret, *, keys: Keyring) -> str:
    """A signing secret as developers paste it; ``""`` when our own key for it is lost."""
    return Opened(keys)._open_box(secret.app_id, secret.box, _SECRET)


def secret_bytes(live: Sequence[Secret], *, keys: Keyring) -> tuple[bytes, ...]:
    """What to sign with, the current secret first."""
    return Opened(keys).secrets(live)


def sealed_authorization(app_id: int, text: str, *, keys: Keyring) -> bytes | None:
    """The box of a key an endpoint knows us by; None when there is no key."""
    return keys.seal(text.encode(), _AUTHORIZATION, _bound_to(app_id)) if text else None


def _bound_to(app_id: int) -> bytes:
    return f"events of app {app_id}".encode()
