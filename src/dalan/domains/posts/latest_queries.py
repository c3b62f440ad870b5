"""Statements about how far the numbers of somebody's posts go: what came before, what after."""

from sqlalchemy import Boolean, Integer, bindparam, func, select

from dalan.domains.posts.tables import Latest, post, post_origin
from dalan.kernel.db import Id, in_list, statement

latest_of_person = statement(
    select(post.c.id, post.c.category, post.c.city)
    .where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.development == bindparam("development", type_=Boolean),
        in_list(post.c.state, "states"),
    )
    .order_by(post.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Latest,
)
"""A person's newest posts in these states, as much as counting needs."""

newest_number_of_person = statement(
    select(func.max(post.c.id)).where(post.c.owner_id == bindparam("person_id", type_=Id))
)
"""The number of a person's newest post, whatever became of it."""

newest_number_of_business = statement(
    select(func.max(post_origin.c.post_id)).where(
        post_origin.c.business_id == bindparam("business_id", type_=Id)
    )
)
"""The number of a business's newest post, whatever became of it."""
