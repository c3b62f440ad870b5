"""Changing an API key while it is in use: a successor is made, the old one goes on for a while.

Two keys of one rotation are good at once, never three: an old key that is on its way out has a
successor already, and a successor waits until its predecessor is gone.

Source: authorization-and-delivery.md 2; kenar.md 2.4 (rotate at most every 60 days).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from dalan.domains.developers import queries, rotation_queries
from dalan.domains.developers.client_secrets import KEY_PURPOSE
from dalan.domains.developers.errors import RotationUnderWay, UnknownApp, UnknownKey
from dalan.domains.developers.events import KeyAged, KeyExpires
from dalan.domains.developers.keys import CreatedKey, hint_of, new_key_id
from dalan.domains.developers.tables import ApiKey
from dalan.kernel import clock, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

OVERLAP_DEFAULT = timedelta(days=1)
OVERLAP_MAX = timedelta(days=30)

AGE_MAX = timedelta(days=60)
"""How old a key should get. Source: kenar.md 2.4."""

EXPIRY_NOTICE = timedelta(days=7)
"""How long before a key's end its team is told."""

WARNINGS_AT_ONCE = 200


class Rotated(NamedTuple):
    """The old key with its new end, and the successor with its text, shown for this once."""

    old: ApiKey
    made: CreatedKey


async def rotate_key(
    tx: WriteTransaction,
    app_id: int,
    *,
    key_id: int,
    keys: Keyring,
    overlap: timedelta = OVERLAP_DEFAULT,
) -> Rotated:
    """Make a key's successor, with its title, permissions, mark for OAuth and length of life.

    The old key is good for ``overlap`` more (zero: dies now), or until its own end if that comes
    first. Permissions the app has lost meanwhile are left out. The successor takes the old key's
    place among those an app may have.

    Raises UnknownApp, UnknownKey for a dead key, RotationUnderWay, having changed nothing.
    The caller owns the transaction.
    """
    assert timedelta() <= overlap <= OVERLAP_MAX, "surfaces offer a choice of overlaps"
    # Held still: of two rotations at once, the second finds the first one's successor.
    app = await queries.lock_app.one_or_none(tx, app_id=app_id)
    if app is None:
        raise UnknownApp(f"#{app_id}")
    now = clock.now()
    old = await queries.key_by_id.one_or_none(tx, app_id=app_id, key_id=key_id)
    if old is None or not old.is_live(now):
        raise UnknownKey
    before = await _refuse_third(tx, old, now)
    new_id = new_key_id()
    text = keys.new_api_key(new_id)
    parts = keys.parse_api_key(text)
    assert parts is not None, "the keyring reads what it writes"
    ceiling = None if app.permissions is None else frozenset(app.permissions)
    await queries.add_key.execute(
        tx,
        id=new_id,
        app_id=app_id,
        title=old.title,
        mac=keys.secret_mac(parts.secret, KEY_PURPOSE),
        hint=hint_of(text, parts),
        permissions=tuple(one for one in old.permissions if ceiling is None or one in ceiling),
        # Both stay marked: the client secret of a first-contract app is rotated with its key.
        oauth_enabled=old.oauth_enabled,
        created_at=now,
        expires_at=_end_of(before or old, now),
        replaces_id=old.id,
    )
    ends_at = now + overlap if old.expires_at is None else min(old.expires_at, now + overlap)
    await rotation_queries.retire_key.execute(
        tx,
        of_app_id=app_id,
        key_id=old.id,
        expires_at=ends_at,
        age_warned_at=now,
        expiry_warned_at=now,
    )
    if not overlap:
        await queries.revoke_key.execute(tx, of_app_id=app_id, key_id=old.id, revoked_at=now)
    return Rotated(
        await queries.key_by_id.one(tx, app_id=app_id, key_id=old.id),
        CreatedKey(await queries.key_by_id.one(tx, app_id=app_id, key_id=new_id), text),
    )


def is_old(key: ApiKey, at: datetime, *, age_max: timedelta = AGE_MAX) -> bool:
    """A key that should have been changed by that moment."""
    return key.created_at <= at - age_max


def _end_of(like: ApiKey, now: datetime) -> datetime | None:
    """When a key that is made now ends, to live as long as that one was made for."""
    return None if like.expires_at is None else now + (like.expires_at - like.created_at)


async def _refuse_third(tx: WriteTransaction, old: ApiKey, now: datetime) -> ApiKey | None:
    """A dead successor the key had, None for none: it knows how long the key was made for, whose
    own end was brought forward when it was made."""
    made = await rotation_queries.successors.all(tx, app_id=old.app_id, key_id=old.id)
    if any(one.is_live(now) for one in made):
        raise RotationUnderWay
    if old.replaces_id is not None:
        before = await queries.key_by_id.one_or_none(tx, app_id=old.app_id, key_id=old.replaces_id)
        if before is not None and before.is_live(now):
            raise RotationUnderWay
    return made[0] if made else None


async def warn_of_keys(
    tx: WriteTransaction,
    *,
    age_max: timedelta = AGE_MAX,
    expiry_notice: timedelta = EXPIRY_NOTICE,
) -> int:
    """Announce keys that grew old or end soon, each once; answers how many there were.

    For a duty that runs until there are none: at most ``WARNINGS_AT_ONCE`` of each at a time.
    The caller owns the transaction.
    """
    now = clock.now()
    aged = await rotation_queries.aged_keys.all(
        tx, made_before=now - age_max, at=now, most=WARNINGS_AT_ONCE
    )
    for key in aged:
        age_days = (now - key.created_at).days
        await outbox.record(tx, KeyAged(key.app_id, key.id, key.title, age_days))
    ending = await rotation_queries.expiring_keys.all(
        tx, at=now, ends_before=now + expiry_notice, most=WARNINGS_AT_ONCE
    )
    for key in ending:
        assert key.expires_at is not None, "it was asked for by its end"
        days_left = -(-(key.expires_at - now) // timedelta(days=1))
        await outbox.record(tx, KeyExpires(key.app_id, key.id, key.title, days_left))
    if aged:
        await rotation_queries.mark_age_warned.execute(
            tx, key_ids=[key.id for key in aged], age_warned_at=now
        )
    if ending:
        await rotation_queries.mark_expiry_warned.execute(
            tx, key_ids=[key.id for key in ending], expiry_warned_at=now
        )
    return len(aged) + len(ending)
