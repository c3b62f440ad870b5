"""The statements about changes of links."""

from sqlalchemy import Integer, bindparam, delete, func, insert, select

from dalan.domains.links.change_tables import LinkChange, link_change
from dalan.kernel.db import Id, in_list, statement

add = statement(insert(link_change), sets=["link_id"])
"""A change that no trigger saw."""

newest = statement(select(func.max(link_change.c.id)))
"""The number of the newest change."""

after = statement(
    select(link_change.c.id, link_change.c.link_id)
    .where(link_change.c.id > bindparam("after", type_=Id))
    .order_by(link_change.c.id)
    .limit(bindparam("most", type_=Integer)),
    into=LinkChange,
)
"""What was changed after that."""

among = statement(
    select(link_change.c.id, link_change.c.link_id).where(in_list(link_change.c.id, "ids")),
    into=LinkChange,
)
"""Those of these changes that are committed by now."""

purge = statement(delete(link_change).where(link_change.c.id <= bindparam("until", type_=Id)))
"""Changes up to that one."""
