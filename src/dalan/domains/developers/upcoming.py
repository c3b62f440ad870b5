"""When a team will next be told of a key: for a clock that is moved."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from dalan.domains.developers.tables import api_key
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_after = bindparam("after", type_=UtcTime)

_next_made = statement(
    select(func.min(api_key.c.created_at)).where(
        api_key.c.revoked_at.is_(None),
        api_key.c.age_warned_at.is_(None),
        api_key.c.created_at > _after,
    )
)
"""When the first key was made after then of whose age nobody was told."""

_next_end = statement(
    select(func.min(api_key.c.expires_at)).where(
        api_key.c.revoked_at.is_(None),
        api_key.c.expiry_warned_at.is_(None),
        api_key.c.expires_at > _after,
    )
)
"""When the first key ends after then of whose end nobody was told."""


async def next_warning(
    tx: ReadTransaction, *, age_max: timedelta, expiry_notice: timedelta
) -> datetime | None:
    """The next moment after now at which ``warn_of_keys`` has somebody to warn; None without."""
    now = clock.now()
    made = await _next_made.scalar(tx, after=now - age_max)
    ends = await _next_end.scalar(tx, after=now + expiry_notice)
    return clock.earliest(made and made + age_max, ends and ends - expiry_notice)
