"""When somebody will next be told or mailed something: for a clock that is moved."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from dalan.domains import chat
from dalan.domains.notices.tables import notice
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_next_mail = statement(
    select(func.min(notice.c.mail_due_at)).where(
        notice.c.mail_due_at > bindparam("after", type_=UtcTime)
    )
)
"""When the first mail is due after then."""


async def next_due(tx: ReadTransaction, *, chats_wait: timedelta) -> datetime | None:
    """The next moment after now at which ``mail_due``, or ``tell_of_messages`` with that wait,
    has something to do; None without one."""
    now = clock.now()
    came = await chat.next_untold(tx, after=now - chats_wait)
    return clock.earliest(await _next_mail.scalar(tx, after=now), came and came + chats_wait)
