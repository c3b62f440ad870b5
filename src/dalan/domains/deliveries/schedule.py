"""When a delivery is tried again. Pure.

Source: reference/authorization-and-delivery.md, section 5; the waits are the example of the
Standard Webhooks specification: ten tries over three days, so that a weekend's outage passes.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from dalan.kernel import randomness

WAITS_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first try, the second, …; each drawn between 0.8 and 1.2 of itself, for what failed
together need not come back together."""

TRIES_MAX = len(WAITS_SECONDS) + 1


def next_try(now: datetime, *, tries_count: int, retry_after: str = "") -> datetime | None:
    """When to try again after that many tries; None when that was the last.

    ``retry_after`` is the answer's header: honoured from the wait we had in mind to twice that.
    """
    if tries_count >= TRIES_MAX:
        return None
    wait = WAITS_SECONDS[tries_count - 1]
    asked = _seconds_asked(retry_after, now)
    if asked is not None:
        return now + timedelta(seconds=min(max(asked, wait), 2 * wait))
    return now + timedelta(seconds=wait * randomness.between(0.8, 1.2))


def _seconds_asked(text: str, now: datetime) -> float | None:
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (at - now).total_seconds() if at.tzinfo is not None else None
