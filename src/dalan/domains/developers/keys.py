"""API keys: made, listed, killed, and asked who they speak for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from dalan.domains.developers import queries
from dalan.domains.developers.client_secrets import KEY_PURPOSE
from dalan.domains.developers.errors import (
    AppNotActive,
    BeyondCeiling,
    ExpiredKey,
    InvalidField,
    InvalidKey,
    MissingKey,
    PermissionMissing,
    RevokedKey,
    TooMany,
    UnknownApp,
    UnknownKey,
    UnknownPermission,
)
from dalan.domains.developers.permissions import PERMISSION_NAMES
from dalan.domains.developers.tables import ApiKey, AppKind, AppState
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import ApiKeyParts, Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

KEYS_MAX = 20
"""Live keys of one app: one for each of its services is encouraged."""

TITLE_LENGTH_MAX = 60
_HINT_SECRET_CHARACTERS = 4
_KEY_IDS = 2**40
"""Key ids are drawn from so many: seven characters of a key, and no two alike."""


class CreatedKey(NamedTuple):
    """A new key, and its text in clear: shown now and never again."""

    key: ApiKey
    text: str


class Caller(msgspec.Struct, frozen=True):
    """The app behind a call. ``permissions`` is what the key and the app both have."""

    app_id: int
    slug: str
    key_id: int
    permissions: frozenset[str]
    kind: AppKind
    state: AppState
    requests_per_minute: int | None
    requests_per_day: int | None
    expires_at: datetime | None = None
    """When the key does, if ever."""

    @property
    def is_development(self) -> bool:
        """It may touch development posts only."""
        return self.kind == "development"

    def need(self, permission: str) -> None:
        """Raises PermissionMissing unless the key carries the permission."""
        if permission not in self.permissions:
            raise PermissionMissing(permission)


async def create_key(
    tx: WriteTransaction,
    app_id: int,
    *,
    keys: Keyring,
    title: str,
    permissions: Sequence[str] | None = None,
    expires_at: datetime | None = None,
    oauth_enabled: bool = False,
    derived_from: str = "",
) -> CreatedKey:
    """Make a key for an app.

    ``permissions`` None: all the app has. An OAuth-enabled key doubles as the client secret of
    first-contract apps; there is one per app, so another loses the mark. ``derived_from`` is
    for seeded worlds: the key then always belongs to that name.

    Raises InvalidField, UnknownPermission, BeyondCeiling, TooMany, UnknownApp.
    """
    title = _title(title)
    # Held still, so that two keys made at once are both counted and only one is marked.
    app = await queries.lock_app.one_or_none(tx, app_id=app_id)
    if app is None:
        raise UnknownApp(f"#{app_id}")
    granted = _granted(permissions, ceiling=app.permissions)
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise InvalidField("expires_at", "past")
    if await queries.live_keys_count.scalar(tx, app_id=app_id, at=now) >= KEYS_MAX:
        raise TooMany("keys", KEYS_MAX)
    key_id = new_key_id()
    text = keys.derived_api_key(key_id, derived_from) if derived_from else keys.new_api_key(key_id)
    parts = keys.parse_api_key(text)
    assert parts is not None, "the keyring reads what it writes"
    if oauth_enabled:
        await queries.clear_oauth_keys.execute(tx, of_app_id=app_id)
    await queries.add_key.execute(
        tx,
        id=key_id,
        app_id=app_id,
        title=title,
        mac=keys.secret_mac(parts.secret, KEY_PURPOSE),
        hint=hint_of(text, parts),
        permissions=granted,
        oauth_enabled=oauth_enabled,
        created_at=now,
        expires_at=expires_at,
        replaces_id=None,
    )
    return CreatedKey(await queries.key_by_id.one(tx, key_id=key_id, app_id=app_id), text)


def new_key_id() -> int:
    """An id for a key, drawn by chance."""
    return 1 + randomness.below(_KEY_IDS)


def hint_of(text: str, parts: ApiKeyParts) -> str:
    """How a key begins: enough to tell it from others, too little to guess the rest."""
    return text[: text.index(parts.secret) + _HINT_SECRET_CHARACTERS]


async def keys_of(tx: ReadTransaction, app_id: int) -> list[ApiKey]:
    """Every key of an app, dead ones too, newest first."""
    return await queries.keys_of_app.all(tx, app_id=app_id)


async def revoke_key(tx: WriteTransaction, app_id: int, *, key_id: int) -> None:
    """Kill a key, for good and at once. Killing it again changes nothing. Raises UnknownKey."""
    if await queries.revoke_key.execute(
        tx, of_app_id=app_id, key_id=key_id, revoked_at=clock.now()
    ):
        return
    if await queries.key_by_id.one_or_none(tx, app_id=app_id, key_id=key_id) is None:
        raise UnknownKey


async def enable_oauth(tx: WriteTransaction, app_id: int, *, key_id: int | None) -> None:
    """Let one live key double as the app's client secret; None: no key does.

    Raises UnknownKey, also for a dead one.
    """
    await queries.lock_app.one_or_none(tx, app_id=app_id)
    await queries.clear_oauth_keys.execute(tx, of_app_id=app_id)
    if key_id is None:
        return
    key = await queries.key_by_id.one_or_none(tx, app_id=app_id, key_id=key_id)
    if key is None or not key.is_live(clock.now()):
        raise UnknownKey
    await queries.set_oauth_key.execute(tx, of_app_id=app_id, key_id=key_id)


async def caller(tx: ReadTransaction, key_text: str, keys: Keyring) -> Caller:
    """Who is calling, by the text of an API key. One statement; on the path of every call.

    Raises MissingKey, InvalidKey, RevokedKey and ExpiredKey (Unauthenticated), AppNotActive
    (Forbidden) for an app that is suspended or inactive. Source: kenar.md 10.2.
    """
    if not key_text:
        raise MissingKey
    parts = keys.parse_api_key(key_text)
    if parts is None:
        raise InvalidKey
    key_id, secret = parts
    row = await queries.caller_by_key.one_or_none(tx, key_id=key_id)
    if row is None or not keys.secret_matches(secret, KEY_PURPOSE, row.mac):
        raise InvalidKey
    return _standing(row, key_id)


async def caller_in_name_of(tx: ReadTransaction, key_id: int) -> Caller:
    """Who calls with something we signed in the name of a key, such as an upload address.

    What was signed lives no longer than its key: raises what ``caller`` raises of dead ones.
    """
    row = await queries.caller_by_key.one_or_none(tx, key_id=key_id)
    if row is None:
        raise InvalidKey
    return _standing(row, key_id)


def _standing(row: queries.CallerRow, key_id: int) -> Caller:
    if row.revoked_at is not None:
        raise RevokedKey
    if row.expires_at is not None and row.expires_at <= clock.now():
        raise ExpiredKey(row.expires_at)
    if row.state in ("suspended", "inactive"):
        raise AppNotActive(slug=row.slug, state=row.state)
    listed = (row.key_permissions, row.app_permissions)
    permissions = _decoded.get(listed)
    if permissions is None:
        permissions = _decode(listed)
    return Caller(
        row.app_id,
        row.slug,
        key_id,
        permissions,
        row.kind,
        row.state,
        row.requests_per_minute,
        row.requests_per_day,
        row.expires_at,
    )


_decoded: dict[tuple[str, str | None], frozenset[str]] = {}
"""Permission lists met before, by their text: decoding costs more than the rest of the check."""

_DECODED_MAX = 1_000


def _decode(listed: tuple[str, str | None]) -> frozenset[str]:
    held, ceiling = listed
    permissions = msgspec.json.decode(held, type=frozenset[str])
    if ceiling is not None:
        permissions &= msgspec.json.decode(ceiling, type=frozenset[str])
    if len(_decoded) >= _DECODED_MAX:
        _decoded.clear()
    _decoded[listed] = permissions
    return permissions


def _granted(asked: Sequence[str] | None, *, ceiling: tuple[str, ...] | None) -> tuple[str, ...]:
    if asked is None:
        return PERMISSION_NAMES if ceiling is None else ceiling
    for name in asked:
        if name not in _KNOWN:
            raise UnknownPermission(name)
    # In the registry's order, each once: equal keys have equal lists.
    wanted = frozenset(asked)
    if ceiling is not None and (beyond := wanted - frozenset(ceiling)):
        raise BeyondCeiling(tuple(sorted(beyond)))
    return tuple(name for name in PERMISSION_NAMES if name in wanted)


_KNOWN = frozenset(PERMISSION_NAMES)


def _title(title: str) -> str:
    try:
        cleaned = clean(title, longest=TITLE_LENGTH_MAX)
    except TextTooLong as error:
        raise InvalidField("title", "too_long", most=TITLE_LENGTH_MAX) from error
    if not cleaned:
        raise InvalidField("title", "required")
    return cleaned
