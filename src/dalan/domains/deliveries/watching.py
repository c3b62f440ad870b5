"""Telling teams whose address takes nothing, giving up on it after days, forgetting what is old.

Source: reference/authorization-and-delivery.md, section 5.
"""

from datetime import timedelta
from typing import Final

import msgspec

from dalan.domains.deliveries import log_queries, queries
from dalan.domains.deliveries.events import EndpointFailing
from dalan.domains.deliveries.results import disabled, standing_of
from dalan.kernel import clock, outbox
from dalan.kernel.db import Database, WriteTransaction

TOLD_AFTER_HOURS: Final = (1, 24, 72)
DISABLED_AFTER: Final = timedelta(days=5)
PURGE_PAGE: Final = 500


async def watch(tx: WriteTransaction) -> int:
    """Announce endpoints that nothing got through to for an hour, a day, three days; disable those
    of five days to which something is still owed. Answers how many changed."""
    now = clock.now()
    changed = 0
    for endpoint in await queries.failing_endpoints.all(
        tx, before=now - timedelta(hours=TOLD_AFTER_HOURS[0])
    ):
        assert endpoint.failing_since is not None
        failing = now - endpoint.failing_since
        if failing >= DISABLED_AFTER and endpoint.wake_at is not None:
            after = await disabled(tx, endpoint, reason="failing", now=now)
        else:
            hours = max(h for h in TOLD_AFTER_HOURS if timedelta(hours=h) <= failing)
            if hours <= endpoint.told_hours:
                continue
            await outbox.record(
                tx,
                EndpointFailing(
                    app_id=endpoint.app_id,
                    endpoint_id=endpoint.id,
                    hours=hours,
                    since=endpoint.failing_since.isoformat(),
                ),
            )
            after = msgspec.structs.replace(endpoint, told_hours=hours)
        await queries.set_standing.execute(tx, **standing_of(after))
        changed += 1
    return changed


async def purge(db: Database, *, keep: timedelta) -> int:
    """Forget events older than ``keep`` with all that was tried for them, and secrets whose time
    is over; a page at a time, each its own transaction. Answers how many events."""
    before, after, purged = clock.now() - keep, 0, 0
    async with db.write() as tx:
        await queries.purge_secrets.execute(tx, now=clock.now())
    while True:
        async with db.look() as look:
            page = await log_queries.events_from.all(look, after=after, most=PURGE_PAGE)
        old = [one.id for one in page if one.recorded_at < before]
        if not old:
            return purged
        async with db.write() as tx:
            purged += await log_queries.purge.execute(tx, event_ids=old)
        after = old[-1]
