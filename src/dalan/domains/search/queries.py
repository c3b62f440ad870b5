"""The room's statements that have one shape."""

from sqlalchemy import Integer, bindparam, case, delete, func, select

from dalan.domains.search.tables import entry, share, use
from dalan.kernel.db import Id, in_list, statement, upsert

_columns = [column.name for column in entry.c]

add_entry = statement(
    upsert(entry, key=["id"], returning=[entry.c.id]),
    sets=_columns,
)
"""Make a post findable; no row where another post has that number."""

add_entries = statement(upsert(entry, key=["id"]), sets=_columns)
"""The same for many at once; whoever finds their number taken is left out."""

drop_entries = statement(delete(entry).where(in_list(entry.c.post_id, "post_ids")))
"""Let these posts be found no more."""

indexed = statement(select(entry.c.post_id).where(in_list(entry.c.post_id, "post_ids")))
"""Which of these posts the index has."""

count_entries = statement(select(func.count()).select_from(entry))
"""How many posts can be found."""

newest_id = statement(select(func.max(entry.c.id)))
"""The number of the row listed last."""

newest_words = statement(
    select(entry.c.id, entry.c.words)
    .order_by(entry.c.id.desc())
    .limit(bindparam("count", type_=Integer))
)
"""The newest posts' numbers and tokens."""

shares = statement(
    select(share.c.token, share.c.per_million).where(in_list(share.c.token, "tokens"))
)
"""How common each of these tokens is; the rare have no row."""

drop_shares = statement(delete(share).where(share.c.token != bindparam("kept")))
"""Forget how common they were; what is noted under that name stays."""

add_share = statement(
    upsert(share, key=["token"], update=["per_million"]), sets=["token", "per_million"]
)
"""Note how common a token is."""

count_call = statement(
    upsert(
        use,
        key=["app_id"],
        update=lambda new: {
            "calls_count": case((use.c.day == new.day, use.c.calls_count + 1), else_=1),
            "day": new.day,
        },
        returning=[use.c.calls_count, use.c.calls_per_day],
    ),
    sets=["app_id", "day", "calls_count"],
)
"""One more search of an app today; how many that makes, and how many it may."""

use_of = statement(
    select(use.c.day, use.c.calls_count, use.c.calls_per_day).where(
        use.c.app_id == bindparam("of_app", type_=Id)
    )
)
"""How often an app searched on its last day, and how often it may."""

allow = statement(
    upsert(use, key=["app_id"], update=["calls_per_day"]),
    sets=["app_id", "day", "calls_count", "calls_per_day"],
)
"""Let an app search so often a day."""
