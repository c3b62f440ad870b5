"""The room's only statements."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from dalan.domains.posts.tables import (
    LISTED,
    PUBLISHED,
    RETIRED,
    WAITING,
    Change,
    Origin,
    Post,
    PostingBan,
    ProposedEdit,
    StateCount,
    Submitted,
    development_allowance,
    post,
    post_change,
    post_edit,
    post_image,
    post_origin,
    posting_ban,
)
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement, upsert

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

hold_still = statement(
    select(post.c.id)
    .where(in_list(post.c.id, "ids"))
    .order_by(post.c.id)
    .with_for_update(read=True)
)
"""Nobody changes these posts before the commit."""

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

posts_from = statement(
    select(post)
    .where(post.c.id > bindparam("after_id", type_=Id))
    .order_by(post.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""All posts by their numbers, page by page."""

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

count_submitted_since = statement(
    select(func.count(), func.min(post.c.created_at)).where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.development.is_(False),
        post.c.created_at > bindparam("since"),
    )
)
"""How many posts somebody submitted since then, whatever became of them, and when first."""

submitted_since = statement(
    select(post.c.id, post.c.category, post.c.state)
    .outerjoin(post_origin, post_origin.c.post_id == post.c.id)
    .where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.development.is_(False),
        post.c.created_at > bindparam("since"),
        post_origin.c.app_id.is_(None),
    )
    .order_by(post.c.id),
    into=Submitted,
)
"""What somebody submitted since then without an app, whatever became of it."""

count_refused_since = statement(
    select(func.count()).where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.state == "rejected",
        post.c.state_changed_at > bindparam("since", type_=UtcTime),
    )
)
"""How many posts of somebody's reviewers refused since then."""

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

add_origin = statement(
    insert(post_origin), sets=["post_id", "app_id", "business_id", "as_provider"]
)
"""Remember through which app or for which business a post came."""

origin_of = statement(
    select(post_origin).where(post_origin.c.post_id == bindparam("post_id", type_=Id)),
    into=Origin,
)
"""How a post came; no row where its owner typed it for themselves."""

posts_of_business = statement(
    select(post)
    .join(post_origin, post_origin.c.post_id == post.c.id)
    .where(
        post_origin.c.business_id == bindparam("business_id", type_=Id),
        in_list(post.c.state, "states"),
    )
    .order_by(post_origin.c.post_id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Post,
)
"""A business's posts in these states, newest first."""

hand_over = statement(
    update(post)
    .where(
        post.c.owner_id == bindparam("from_person_id", type_=Id),
        post.c.id.in_(
            select(post_origin.c.post_id).where(
                post_origin.c.business_id == bindparam("business_id", type_=Id)
            )
        ),
    )
    .values(owner_id=bindparam("to_person_id", type_=Id)),
)
"""What somebody submitted for a business becomes a colleague's."""

rewrite = statement(
    update(post)
    .where(post.c.id == bindparam("post_id", type_=Id), post.c.state == bindparam("seen_state"))
    .returning(*post.c),
    sets=[
        *("district", "title", "description", "fields", "image_names"),
        *("price_mode", "price_tomans", "chat_enabled", "hide_phone", "details"),
        *("edit_refusal", "last_modified_at"),
    ],
    into=Post,
)
"""Change what a post says, unless somebody moved it since it was looked at."""

relist = statement(
    update(post)
    .where(
        post.c.id == bindparam("post_id", type_=Id),
        text(PUBLISHED),
        post.c.listed_at == bindparam("seen_listed_at", type_=UtcTime),
        post.c.expires_at == bindparam("seen_expires_at", type_=UtcTime),
    )
    .returning(*post.c),
    sets=["listed_at", "expires_at"],
    into=Post,
)
"""List a post anew or for longer, unless somebody did since it was looked at."""

drop_post_images = statement(
    delete(post_image).where(post_image.c.post_id == bindparam("post_id", type_=Id))
)
"""Show no picture any more."""

propose_edit = statement(
    upsert(post_edit, key=["post_id"], update=["content", "proposed_at", "author", "author_id"]),
    sets=["post_id", "content", "proposed_at", "author", "author_id"],
)
"""Let an edit wait for a reviewer, in place of an earlier one."""

proposed_edit = statement(
    select(post_edit).where(post_edit.c.post_id == bindparam("post_id", type_=Id)),
    into=ProposedEdit,
)
"""The edit of a post that waits."""

take_proposed_edit = statement(
    delete(post_edit)
    .where(post_edit.c.post_id == bindparam("post_id", type_=Id))
    .returning(*post_edit.c),
    into=ProposedEdit,
)
"""Take the waiting edit of a post away: whoever gets the row decides."""

refuse_edit = statement(
    update(post).where(post.c.id == bindparam("post_id", type_=Id)).returning(*post.c),
    sets=["edit_refusal"],
    into=Post,
)
"""Say why the newest edit was refused."""

add_change = statement(
    insert(post_change),
    sets=[column.name for column in post_change.c if column.name != "id"],
)
"""A line of a post's history."""

changes_of = statement(
    select(post_change)
    .where(post_change.c.post_id == bindparam("post_id", type_=Id))
    .order_by(post_change.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Change,
)
"""A post's history, newest first."""

forget_changes_before = statement(
    delete(post_change).where(post_change.c.at < bindparam("before", type_=UtcTime))
)
"""History older than that."""


@cache
def waiting_for_review(filters: frozenset[str]) -> Statement[Post]:
    """Posts nobody has looked at yet, longest first; one statement for each set of filters."""
    found = select(post).where(text(WAITING))
    return statement(
        _narrowed(found, filters)
        .order_by(post.c.state_changed_at, post.c.id)
        .limit(bindparam("count", type_=Integer)),
        into=Post,
    )


@cache
def edits_waiting(filters: frozenset[str]) -> Statement[ProposedEdit]:
    """Edits that wait, longest first; one statement for each set of filters."""
    found = select(post_edit)
    if filters:
        found = found.join(post, post.c.id == post_edit.c.post_id)
    return statement(
        _narrowed(found, filters)
        .order_by(post_edit.c.proposed_at, post_edit.c.post_id)
        .limit(bindparam("count", type_=Integer)),
        into=ProposedEdit,
    )


count_waiting = statement(select(func.count()).select_from(post).where(text(WAITING)))
"""How many posts nobody has looked at yet."""

count_edits = statement(select(func.count()).select_from(post_edit))
"""How many edits wait."""


def _narrowed(found: Any, filters: frozenset[str]) -> Any:
    assert filters <= {"categories", "cities"}, "filters are these"
    if "categories" in filters:
        found = found.where(in_list(post.c.category, "categories"))
    if "cities" in filters:
        found = found.where(in_list(post.c.city, "cities"))
    return found


states_of_person = statement(
    select(post.c.state, func.count().label("count"))
    .where(post.c.owner_id == bindparam("person_id", type_=Id), post.c.development.is_(False))
    .group_by(post.c.state),
    into=StateCount,
)
"""How many posts of somebody's are in which state."""

count_published_once = statement(
    select(func.count()).where(
        post.c.owner_id == bindparam("person_id", type_=Id),
        post.c.development.is_(False),
        post.c.first_published_at.is_not(None),
    )
)
"""How many posts of somebody's were on display at some time."""

put_ban = statement(
    upsert(posting_ban, key=["person_id"], update=["reason", "banned_at", "ends_at"]),
    sets=["person_id", "reason", "banned_at", "ends_at"],
)
"""Keep somebody from posting."""

drop_ban = statement(
    delete(posting_ban).where(posting_ban.c.person_id == bindparam("person_id", type_=Id))
)
"""Let somebody post again."""

ban_of = statement(
    select(posting_ban).where(posting_ban.c.person_id == bindparam("person_id", type_=Id)),
    into=PostingBan,
)
"""Somebody's ban, over or not."""

forget_bans_before = statement(
    delete(posting_ban).where(posting_ban.c.ends_at < bindparam("before", type_=UtcTime))
)
"""Bans that ended before then."""
