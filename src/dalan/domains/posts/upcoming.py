"""When a post will next be retired, archived, or its owner reminded: for a clock that is moved."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, select, text

from dalan.domains.posts.publishing import KEPT_RETIRED
from dalan.domains.posts.reminding import REMIND_BEFORE_END
from dalan.domains.posts.tables import LISTED, PUBLISHED, RETIRED, post
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, UtcTime, statement

_AFTERWARDS: Final = timedelta(microseconds=1)
"""A post ends, and is archived, once the moment itself is over."""

_next_end = statement(
    select(func.min(post.c.expires_at)).where(
        text(PUBLISHED), post.c.expires_at >= bindparam("after", type_=UtcTime)
    )
)
"""When the first published post ends that has not ended before then."""

_next_reminder = statement(
    select(func.min(post.c.expires_at)).where(
        text(LISTED), post.c.expires_at > bindparam("after", type_=UtcTime)
    )
)
"""When the first listed post ends after then."""

_next_retired = statement(
    select(func.min(post.c.state_changed_at)).where(
        text(RETIRED), post.c.state_changed_at >= bindparam("after", type_=UtcTime)
    )
)
"""When the first post was retired since then."""


async def next_due(tx: ReadTransaction) -> datetime | None:
    """The next moment after now at which ``age`` or ``remind_of_ends`` has something to do; None
    when there is none."""
    now = clock.now()
    ends = await _next_end.scalar(tx, after=now)
    ends_soon = await _next_reminder.scalar(tx, after=now + REMIND_BEFORE_END)
    retired = await _next_retired.scalar(tx, after=now - KEPT_RETIRED)
    return clock.earliest(
        ends and ends + _AFTERWARDS,
        ends_soon and ends_soon - REMIND_BEFORE_END,
        retired and retired + KEPT_RETIRED + _AFTERWARDS,
    )
