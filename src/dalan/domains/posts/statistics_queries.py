"""The statements behind ``statistics.py``."""

from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, select

from dalan.domains.posts.statistics_tables import DayRow, TotalRow, post_day, post_total
from dalan.kernel.db import Id, statement, upsert

_COLUMNS = ("views", "impressions", "chats", "contacts")


def _added(table: Table) -> Any:
    """What stands, and what comes on top of it."""
    return lambda new: {name: table.c[name] + new[name] for name in _COLUMNS}


add_to_day = statement(
    upsert(post_day, key=["post_id", "day"], update=_added(post_day)),
    sets=["post_id", "day", *_COLUMNS],
)
"""Counts on top of those of the post's day."""

add_to_total = statement(
    upsert(post_total, key=["post_id"], update=_added(post_total)), sets=["post_id", *_COLUMNS]
)
"""Counts on top of all of the post's."""

days_of = statement(
    select(post_day).where(
        post_day.c.post_id == bindparam("post_id", type_=Id),
        post_day.c.day >= bindparam("first", type_=Text),
    ),
    into=DayRow,
)
"""A post's days from that one on, in no order, days without anything left out."""

total_of = statement(
    select(post_total).where(post_total.c.post_id == bindparam("post_id", type_=Id)),
    into=TotalRow,
)
"""All that was ever counted of a post."""

forget_days_before = statement(
    delete(post_day).where(post_day.c.day < bindparam("before", type_=Text))
)
"""Days before that one."""
