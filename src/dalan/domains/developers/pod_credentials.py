"""What an app sends at the door for short links: an API token, and a service key beside it.

Both are 32 hexadecimal digits, 128 bits, for clients keep them in fields of that width; stored
are MACs, by which they are found. At most two of a kind are good at once: the current one, and
during a rotation the one before.

Source: pod-links.md 1.2 (``_token_``), 1.3 (``scApiKey``), 1.5 and 1.6.
"""

import hashlib
import re
from datetime import datetime, timedelta

import msgspec

from dalan.domains.developers import pod_queries, queries
from dalan.domains.developers.errors import (
    AppNotActive,
    InvalidPodToken,
    InvalidServiceKey,
    UnknownApp,
    UnknownKey,
)
from dalan.domains.developers.tables import AppKind, AppState, PodCredential, PodKind
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

OVERLAP_DEFAULT = timedelta(days=1)
OVERLAP_MAX = timedelta(days=30)
HINT_LENGTH = 4

_TEXT = re.compile(r"[0-9a-f]{32}")
_PURPOSE: dict[PodKind, str] = {"token": "pod token", "service_key": "pod service key"}


class PodCaller(msgspec.Struct, frozen=True):
    """The app behind a service call. ``credential_id`` is the API token's, for its last use;
    ``service_key_id`` the service key's, None when none was sent."""

    app_id: int
    slug: str
    owner_id: int
    credential_id: int
    service_key_id: int | None
    kind: AppKind
    state: AppState
    requests_per_minute: int | None
    requests_per_day: int | None
    expires_at: datetime | None


async def rotate_pod_credential(
    tx: WriteTransaction,
    app_id: int,
    *,
    kind: PodKind,
    keys: Keyring,
    overlap: timedelta = OVERLAP_DEFAULT,
    derived_from: str = "",
) -> str:
    """Make an API token or a service key, the first or the next one; answers it in clear, once.

    The current one of that kind stays good for ``overlap`` (zero: dies now), one that was on its
    way out dies now. ``derived_from`` is for seeded worlds: it then always belongs to that name.
    Raises UnknownApp. The caller owns the transaction.
    """
    assert timedelta() <= overlap <= OVERLAP_MAX, "surfaces offer a choice of overlaps"
    # Held still: of two rotations at once, the second makes the first one's the old one.
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    now = clock.now()
    await pod_queries.drop_old.execute(tx, of_app_id=app_id, of_kind=kind)
    await pod_queries.expire_current.execute(
        tx, of_app_id=app_id, of_kind=kind, expires_at=now + overlap
    )
    text = derived_pod_credential(keys, kind, derived_from) if derived_from else _new()
    await pod_queries.add.execute(
        tx,
        app_id=app_id,
        kind=kind,
        mac=keys.secret_mac(text, _PURPOSE[kind]),
        hint=text[:HINT_LENGTH],
        created_at=now,
        expires_at=None,
    )
    return text


def derived_pod_credential(keys: Keyring, kind: PodKind, name: str) -> str:
    """The credential that always belongs to ``name``, for seeded dev worlds."""
    derived = keys.derived_secret(f"{_PURPOSE[kind]} {name}")
    return hashlib.sha256(derived.encode()).hexdigest()[:32]


async def revoke_pod_credential(
    tx: WriteTransaction, app_id: int, *, credential_id: int
) -> PodCredential:
    """End one at once, current or old, and answer what it was. Raises UnknownKey."""
    ended = await pod_queries.revoke.one_or_none(tx, app_id=app_id, its_id=credential_id)
    if ended is None:
        raise UnknownKey
    return ended


async def pod_credentials(tx: ReadTransaction, app_id: int) -> list[PodCredential]:
    """What is good at the moment: API tokens first, the current one before the old one."""
    return await pod_queries.of_app.all(tx, app_id=app_id, at=clock.now())


async def pod_caller(
    tx: ReadTransaction,
    *,
    token: str,
    service_key: str = "",
    keys: Keyring,
    needs_service_key: bool = False,
) -> PodCaller:
    """Who is calling, by what a service call carries as ``_token_`` and ``scApiKey``.

    A service key that is sent has to be the caller's own, needed or not. Found by MAC, so no
    comparison of ours takes longer for a better guess.

    Raises InvalidPodToken (21 on the wire), AppNotActive, and InvalidServiceKey (401 there), in
    that order. Source: pod-links.md 1.6; whether keys are needed is the operator's choice, 1.5.
    """
    holder = await _holder(tx, "token", token, keys)
    if holder is None:
        raise InvalidPodToken
    if holder.state in ("suspended", "inactive"):
        raise AppNotActive(slug=holder.slug, state=holder.state)
    service_key_id = None
    if service_key or needs_service_key:
        key = await _holder(tx, "service_key", service_key, keys)
        if key is None or key.app_id != holder.app_id:
            raise InvalidServiceKey
        service_key_id = key.id
    return PodCaller(
        holder.app_id,
        holder.slug,
        holder.owner_id,
        holder.id,
        service_key_id,
        holder.kind,
        holder.state,
        holder.requests_per_minute,
        holder.requests_per_day,
        holder.expires_at,
    )


def pod_macs(text: str, keys: Keyring) -> list[bytes]:
    """What a text would be stored as if it were an API token or a service key."""
    if _TEXT.fullmatch(text) is None:
        return []
    return [mac for purpose in _PURPOSE.values() for mac in keys.secret_macs(text, purpose)]


async def _holder(
    tx: ReadTransaction, kind: PodKind, text: str, keys: Keyring
) -> pod_queries.Holder | None:
    if _TEXT.fullmatch(text) is None:
        return None
    # One statement as a rule: more only while an old server secret is still accepted.
    for mac in keys.secret_macs(text, _PURPOSE[kind]):
        found = await pod_queries.holder.one_or_none(tx, mac=mac, of_kind=kind, at=clock.now())
        if found is not None:
            return found
    return None


def _new() -> str:
    return randomness.token_bytes(16).hex()
