"""Writing down how calls ended: many at once, for one commit costs as much as one call."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dalan.domains.deliveries import breaker, queries
from dalan.domains.deliveries.events import EndpointDisabled
from dalan.domains.deliveries.schedule import next_try
from dalan.domains.deliveries.sending import Result
from dalan.domains.deliveries.tables import Endpoint
from dalan.kernel import clock, outbox
from dalan.kernel.db import WriteTransaction

GONE = 410


async def write(tx: WriteTransaction, results: Sequence[Result]) -> None:
    """Log every call, settle what it settled, and let go what waited behind it.

    A delivery whose lease went to somebody else meanwhile is theirs to settle; that we called is
    logged all the same. The caller owns the transaction.
    """
    now = clock.now()
    endpoint_ids = sorted({one.claimed.endpoint_id for one in results})
    endpoints = await queries.hold_endpoints.all(tx, endpoint_ids=endpoint_ids)
    held = {
        one.id: one
        for one in await queries.hold_deliveries.all(
            tx, delivery_ids=[result.claimed.id for result in results]
        )
    }
    standing = [one for one in results if one.claimed.id in held]
    await queries.add_attempt.execute_many(tx, [_attempt(one) for one in standing])
    ours = [
        one
        for one in standing
        if held[one.claimed.id].state == "ready"
        and held[one.claimed.id].lease_no == one.claimed.lease_no
    ]
    await _settle(tx, ours, now)
    await _judge(tx, endpoints, standing, now)
    await queries.set_alarm.execute(tx, endpoint_ids=endpoint_ids)


async def _settle(tx: WriteTransaction, ours: Sequence[Result], now: datetime) -> None:
    delivered, failed, again = [], [], []
    for one in ours:
        if one.outcome == "delivered":
            delivered.append(one.claimed.id)
            continue
        tried = one.claimed.tries_count + 1
        at = next_try(now, tries_count=tried, retry_after=one.headers.get("retry-after", ""))
        if one.status == GONE:  # kept for the day the endpoint is back
            again.append({"delivery_id": one.claimed.id, "due_at": now, "tries_count": 0})
        elif at is None:
            failed.append(one.claimed.id)
        else:
            again.append({"delivery_id": one.claimed.id, "due_at": at, "tries_count": tried})
    for state, ids in (("delivered", delivered), ("failed", failed)):
        if ids:
            await queries.finish.execute(tx, delivery_ids=ids, state=state, finished_at=now)
    await queries.postpone.execute_many(tx, again)
    if delivered or failed:
        await queries.unblock.execute(
            tx, delivery_ids=[*delivered, *failed], state="ready", due_at=now
        )


async def _judge(
    tx: WriteTransaction, endpoints: Sequence[Endpoint], results: Sequence[Result], now: datetime
) -> None:
    judged = []
    for endpoint in endpoints:
        statuses = [one.status for one in results if one.claimed.endpoint_id == endpoint.id]
        after = breaker.after(endpoint, statuses, now)
        if GONE in statuses and endpoint.state == "active":
            after = await disabled(tx, after, reason="gone", now=now)
        judged.append(after)
    await queries.set_standing.execute_many(tx, [standing_of(one) for one in judged])


async def disabled(
    tx: WriteTransaction, endpoint: Endpoint, *, reason: str, now: datetime
) -> Endpoint:
    """The endpoint as it is once nothing is sent there any more; announces it."""
    await outbox.record(
        tx,
        EndpointDisabled(
            app_id=endpoint.app_id, endpoint_id=endpoint.id, reason=reason, at=now.isoformat()
        ),
    )
    return msgspec.structs.replace(
        breaker.closed(endpoint), state="disabled", disabled_reason=reason, disabled_at=now
    )


def standing_of(endpoint: Endpoint) -> dict[str, object]:
    """What ``queries.set_standing`` takes."""
    return {
        "endpoint_id": endpoint.id,
        "state": endpoint.state,
        "disabled_reason": endpoint.disabled_reason,
        "disabled_at": endpoint.disabled_at,
        "breaker": endpoint.breaker,
        "open_until": endpoint.open_until,
        "open_seconds": endpoint.open_seconds,
        "window_began_at": endpoint.window_began_at,
        "window_count": endpoint.window_count,
        "window_failures_count": endpoint.window_failures_count,
        "failing_since": endpoint.failing_since,
        "told_hours": endpoint.told_hours,
        "succeeded_at": endpoint.succeeded_at,
    }


def _attempt(one: Result) -> dict[str, object]:
    return {
        "delivery_id": one.claimed.id,
        "began_at": one.began_at,
        "duration_ms": one.duration_ms,
        "url": one.url,
        "outcome": one.outcome,
        "status": one.status,
        "error": one.error,
        "headers": dict(one.headers),
        "body": one.body,
    }
