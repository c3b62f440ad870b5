"""Ending a family of tokens, and forgetting what is long over."""

from datetime import timedelta

from dalan.domains.oauth import queries
from dalan.domains.oauth.client_tokens import purge_client_tokens
from dalan.domains.oauth.events import FamilyRevoked
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def revoke_family(tx: WriteTransaction, family_id: int, *, reason: str) -> bool:
    """End every token of a family at once and announce it; False when it had ended before.

    The caller owns the transaction.
    """
    ended = await queries.revoke_family.scalar(
        tx, of_family=family_id, revoked_at=clock.now(), revoked_reason=reason
    )
    if ended is None:
        return False
    family = await queries.family_by_id.one(tx, family_id=family_id)
    await outbox.record(
        tx,
        FamilyRevoked(
            family_id=family_id,
            person_id=family.person_id,
            app_id=family.app_id,
            reason=reason,
        ),
    )
    return True


async def scopes_of_family(tx: ReadTransaction, family_id: int) -> frozenset[tuple[str, str]]:
    """What the tokens of a consent allow now, as ``(scope name, resource)`` pairs; nothing once
    the last of them can be used no more."""
    pairs = await queries.scopes_of_live_family.scalar(tx, family_id=family_id, now=clock.now())
    return frozenset((name, resource) for name, resource in pairs or ())


async def purge(tx: WriteTransaction, *, grace_seconds: int, keep_days: int = 1) -> None:
    """Wipe successor boxes whose grace is over; drop codes, requests and tokens that have
    been dead for so many days: so long a late repeat is known for one.

    For a job that runs now and then; nothing depends on when. The caller owns the transaction.
    """
    now = clock.now()
    before = now - timedelta(days=keep_days)
    await queries.wipe_boxes.execute(tx, before=now - timedelta(seconds=grace_seconds))
    await queries.purge_codes.execute(tx, before=before)
    await queries.purge_pushed_requests.execute(tx, before=before)
    await queries.purge_assertions.execute(tx, before=before)
    await queries.purge_tokens.execute(tx, before=before)
    await purge_client_tokens.execute(tx, before=before)
    await queries.purge_families.execute(tx, before=before)
