"""The room's only statements."""

from sqlalchemy import Integer, Text, bindparam, func, insert, select, text, tuple_, update

from dalan.domains.posts.tables import (
    LISTED,
    PUBLISHED,
    RETIRED,
    Post,
    development_allowance,
    post,
    post_image,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

add_post = statement(
    upsert(post, key=["token"], returning=[post.c.id]),
    sets=[column.name for column in post.c if column.name != "id"],
)
"""A new post's id; no row when its token is taken."""

add_post_image = statement(insert(post_image), sets=["post_id", "position", "image_id"])
"""Show a picture in its place."""

post_by_token = statement(select(post).where(post.c.token == bindparam("wanted")), into=Post)
"""The post of that token, in whatever state. The hot path: one look into one index."""

post_by_id = statement(select(post).where(post.c.id == bindparam("post_id")), into=Post)
"""The post of that number, in whatever state."""

posts_by_id = statement(select(post).where(in_list(post.c.id, "ids")), into=Post)
"""Those of the numbered posts that exist, in no order."""

newest = statement(
    select(post)
    .where(text(LISTED))
    .order_by(post.c.listed_at.desc(), post.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""The first page of everything, newest first."""

newest_after = statement(
    select(post)
    .where(
        text(LISTED),
        tuple_(post.c.listed_at, post.c.id)
        < tuple_(bindparam("after_at", type_=UtcTime), bindparam("after_id", type_=Id)),
    )
    .order_by(post.c.listed_at.desc(), post.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""What comes after a post in that order, whether or not that post still stands."""

posts_of_person = statement(
    select(post)
    .where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        in_list(post.c.state, "states"),
        post.c.development.is_(False),
    )
    .order_by(post.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""A person's posts in these states, newest first, development posts aside."""

development_posts = statement(
    select(post)
    .where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        in_list(post.c.state, "states"),
        post.c.development.is_(True),
    )
    .order_by(post.c.id.desc()),
    into=Post,
)
"""A developer's development posts in these states, newest first."""

count_development_since = statement(
    select(func.count(), func.min(post.c.created_at)).where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.development.is_(True),
        post.c.created_at > bindparam("since"),
    )
)
"""How many development posts somebody made since then, whatever became of them, and when first."""

take_turn = statement(
    upsert(development_allowance, key=["person_id"], update=["last_created_at"]),
    sets=["person_id", "last_created_at"],
)
"""Wait for whoever is making a development post for the same developer."""

move = statement(
    update(post)
    .where(post.c.id == bindparam("post_id", type_=Id), post.c.state == bindparam("old_state"))
    .values(state=bindparam("new_state", type_=Text))
    .returning(*post.c),
    sets=[
        *("first_published_at", "listed_at", "expires_at"),
        *("state_changed_at", "last_modified_at", "reject_reason"),
    ],
    into=Post,
)
"""Change a post's state, unless somebody else has meanwhile."""

published_past = statement(
    select(post)
    .where(text(PUBLISHED), post.c.expires_at < bindparam("at"))
    .order_by(post.c.expires_at)
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""Published posts whose time is over, longest first."""

retired_past = statement(
    select(post)
    .where(text(RETIRED), post.c.state_changed_at < bindparam("before"))
    .order_by(post.c.state_changed_at)
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""Posts that were retired before then, longest first."""
