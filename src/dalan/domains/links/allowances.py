"""How many links an owner may make, and how much somebody may report, within a time.

Counted in the caller's transaction, so that what was refused for another reason costs nothing,
and as its last statement: on PostgreSQL two units of one owner wait for each other from there on.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from dalan.domains.links import abuse_queries as queries
from dalan.domains.links.errors import LinkLimit
from dalan.domains.links.tables import Owner
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)


class Allowed(msgspec.Struct, frozen=True):
    """So many within a minute and within a day of the clock (UTC); 0: no bound."""

    per_minute: int = 0
    per_day: int = 0

    def at_once(self, most: int) -> int:
        """So many in one transaction: what no minute allows would be rolled back for ever."""
        return min(filter(None, (most, self.per_minute, self.per_day)))


class MakingLimits(msgspec.Struct, frozen=True):
    """How many links a person and an app may make."""

    of_person: Allowed = Allowed()
    of_app: Allowed = Allowed()

    def of(self, owner: Owner) -> Allowed:
        """How many one of them may."""
        return self.of_person if owner.app_id is None else self.of_app


async def count(tx: WriteTransaction, source: str, allowed: Allowed) -> None:
    """One more of ``source``'s. Raises LinkLimit, upon which the caller rolls back."""
    now = clock.now()
    for span, most in ((MINUTE, allowed.per_minute), (DAY, allowed.per_day)):
        if not most:
            continue
        since = _begin(now, span)
        name = f"{source}:{'day' if span is DAY else 'minute'}"
        if await queries.count_one.scalar(tx, source=name, since=since, count=1) > most:
            left = (since + span - now).total_seconds()
            raise LinkLimit(allowed=most, retry_after_seconds=max(1, int(left)))


async def purge(tx: WriteTransaction) -> None:
    """Forget the counts of days that are over."""
    await queries.purge_allowances.execute(tx, before=_begin(clock.now(), DAY))


def _begin(at: datetime, span: timedelta) -> datetime:
    """When the minute or the day of that moment began, in UTC."""
    seconds = int(at.timestamp())
    return at - timedelta(seconds=seconds % int(span.total_seconds()), microseconds=at.microsecond)
