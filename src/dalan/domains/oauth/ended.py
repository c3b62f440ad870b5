"""What ended by itself: for a clock that is moved."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from dalan.domains.oauth.tables import authorization_code, token
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_after, _until = bindparam("after", type_=UtcTime), bindparam("until", type_=UtcTime)

_codes = statement(
    select(func.count()).where(
        authorization_code.c.expires_at > _after, authorization_code.c.expires_at <= _until
    )
)
"""How many codes ended after one moment and by another."""

_tokens = statement(
    select(func.count()).where(token.c.expires_at > _after).where(token.c.expires_at <= _until)
)
"""How many tokens ended after one moment and by another."""


async def ended_between(tx: ReadTransaction, after: datetime, until: datetime) -> dict[str, int]:
    """How many codes and tokens ended after one moment and by the other."""
    return {
        "codes": await _codes.scalar(tx, after=after, until=until) or 0,
        "tokens": await _tokens.scalar(tx, after=after, until=until) or 0,
    }
