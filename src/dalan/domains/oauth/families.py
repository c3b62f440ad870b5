"""Ending a family of tokens, and forgetting what is long over."""

from datetime import timedelta

from dalan.domains.oauth import queries
from dalan.domains.oauth.events import FamilyRevoked
from dalan.kernel import clock, outbox
from dalan.kernel.db import WriteTransaction

_KEEP = timedelta(days=1)
"""How long dead codes and tokens stay, so that a late repeat is still known for one."""


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


async def purge(tx: WriteTransaction, *, grace_seconds: int) -> None:
    """Wipe successor boxes whose grace is over; drop codes, requests and tokens dead for a day.

    For a job that runs now and then; nothing depends on when. The caller owns the transaction.
    """
    now = clock.now()
    await queries.wipe_boxes.execute(tx, before=now - timedelta(seconds=grace_seconds))
    await queries.purge_codes.execute(tx, before=now - _KEEP)
    await queries.purge_pushed_requests.execute(tx, before=now - _KEEP)
    await queries.purge_tokens.execute(tx, before=now - _KEEP)
    await queries.purge_families.execute(tx, before=now - _KEEP)
