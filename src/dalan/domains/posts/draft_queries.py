"""The room's statements about drafts."""

from sqlalchemy import Integer, Text, bindparam, delete, func, select, update

from dalan.domains.posts.draft_tables import Draft, post_draft
from dalan.kernel.db import Id, UtcTime, statement, upsert

save = statement(
    upsert(
        post_draft,
        key=["token"],
        update=["person_id", "category", "typed", "image_names", "changed_at"],
        returning=list(post_draft.c),
    ),
    sets=[column.name for column in post_draft.c],
    into=Draft,
)
"""Keep what stands in the form."""

by_token = statement(
    select(post_draft).where(post_draft.c.token == bindparam("wanted")), into=Draft
)
"""The draft of that token, whosever it is."""

lock = statement(
    update(post_draft)
    .where(post_draft.c.token == bindparam("wanted", type_=Text))
    .values(changed_at=bindparam("at", type_=UtcTime))
    .returning(*post_draft.c),
    into=Draft,
)
"""The same, held until the unit of work ends: two that send one form take turns."""

of_person = statement(
    select(post_draft)
    .where(
        post_draft.c.person_id == bindparam("writer_id", type_=Id), post_draft.c.post_id.is_(None)
    )
    .order_by(post_draft.c.changed_at.desc(), post_draft.c.token)
    .limit(bindparam("count", type_=Integer)),
    into=Draft,
)
"""What a person is writing, newest first."""

count_of_nobody = statement(select(func.count()).where(post_draft.c.person_id.is_(None)))
"""How many drafts belong to nobody yet."""

became = statement(
    update(post_draft).where(post_draft.c.token == bindparam("wanted", type_=Text)),
    sets=["post_id", "typed", "image_names"],
)
"""The draft is a post now; its words stand there."""

drop = statement(
    delete(post_draft).where(
        post_draft.c.token == bindparam("wanted", type_=Text), post_draft.c.post_id.is_(None)
    )
)
"""Throw a draft away, unless it is a post."""

forget = statement(
    delete(post_draft).where(post_draft.c.person_id == bindparam("writer_id", type_=Id))
)
"""All of a person's."""

purge = statement(delete(post_draft).where(post_draft.c.changed_at < bindparam("before")))
"""Those nobody touched since then."""
