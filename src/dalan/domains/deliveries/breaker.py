"""Whether an endpoint is worth calling. Pure: an endpoint's standing after some results.

Source: reference/authorization-and-delivery.md, section 5 (Convoy's numbers).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from dalan.domains.deliveries.tables import Endpoint

WINDOW = timedelta(minutes=5)
COUNT_MIN = 10
FAILURES_SHARE = 0.7
OPEN_SECONDS_MIN, OPEN_SECONDS_MAX = 30, 900


def is_trouble(status: int | None) -> bool:
    """Whether an answer (None: there was none) says that the endpoint itself is in trouble.

    Other refusals of the 400s are about the event: an app that dislikes pictures is alive.
    """
    return status is None or status >= 500 or status in (408, 425, 429)


def after(endpoint: Endpoint, statuses: Sequence[int | None], now: datetime) -> Endpoint:
    """The endpoint's standing after calls that ended with ``statuses``, in their order."""
    for status in statuses:
        endpoint = _after_one(endpoint, status, now)
    return endpoint


def _after_one(endpoint: Endpoint, status: int | None, now: datetime) -> Endpoint:
    delivered, trouble = status is not None and 200 <= status < 300, is_trouble(status)
    changed = msgspec.structs.replace(
        endpoint,
        failing_since=None if delivered else endpoint.failing_since or now,
        told_hours=0 if delivered else endpoint.told_hours,
        succeeded_at=now if delivered else endpoint.succeeded_at,
    )
    if endpoint.breaker == "open":
        return _after_probe(changed, now, trouble=trouble)
    if changed.window_began_at is None or now - changed.window_began_at >= WINDOW:
        changed = msgspec.structs.replace(
            changed, window_began_at=now, window_count=0, window_failures_count=0
        )
    changed = msgspec.structs.replace(
        changed,
        window_count=changed.window_count + 1,
        window_failures_count=changed.window_failures_count + trouble,
    )
    if (
        trouble
        and changed.window_count >= COUNT_MIN
        and changed.window_failures_count >= FAILURES_SHARE * changed.window_count
    ):
        return _opened(changed, now)
    return changed


def _after_probe(endpoint: Endpoint, now: datetime, *, trouble: bool) -> Endpoint:
    assert endpoint.open_until is not None
    if trouble and now < endpoint.open_until:
        return endpoint  # sent before it opened; tells nothing new
    if trouble:
        return _opened(endpoint, now)
    return closed(endpoint)


def _opened(endpoint: Endpoint, now: datetime) -> Endpoint:
    seconds = min(max(2 * endpoint.open_seconds, OPEN_SECONDS_MIN), OPEN_SECONDS_MAX)
    return msgspec.structs.replace(
        endpoint,
        breaker="open",
        open_until=now + timedelta(seconds=seconds),
        open_seconds=seconds,
        window_began_at=None,
        window_count=0,
        window_failures_count=0,
    )


def closed(endpoint: Endpoint) -> Endpoint:
    """The endpoint with nothing held against it."""
    return msgspec.structs.replace(
        endpoint,
        breaker="closed",
        open_until=None,
        open_seconds=0,
        window_began_at=None,
        window_count=0,
        window_failures_count=0,
    )
