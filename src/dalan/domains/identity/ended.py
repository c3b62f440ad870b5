"""What ended by itself: for a clock that is moved."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from dalan.domains.identity.tables import web_session
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_after, _until = bindparam("after", type_=UtcTime), bindparam("until", type_=UtcTime)

_sessions = statement(
    select(func.count()).where(
        web_session.c.expires_at > _after, web_session.c.expires_at <= _until
    )
)
"""How many sessions ended after one moment and by another."""


async def ended_between(tx: ReadTransaction, after: datetime, until: datetime) -> dict[str, int]:
    """How many sessions ended after one moment and by the other."""
    return {
        "sessions": await _sessions.scalar(tx, after=after, until=until) or 0,
    }
