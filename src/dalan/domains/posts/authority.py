"""Who may act on a post: its owner, or those who work for the business it belongs to."""

from dalan.domains import businesses
from dalan.domains.posts import queries
from dalan.domains.posts.reading import by_token
from dalan.domains.posts.tables import Post
from dalan.kernel.db import ReadTransaction


async def may_act(
    tx: ReadTransaction,
    post: Post,
    person_id: int | None,
    *,
    least: businesses.BusinessRole = "member",
) -> bool:
    """Whether somebody may act on a post: ``member`` to read and edit it, ``manager`` to take it
    away and to let apps in.

    What somebody submitted for a business is theirs to manage while they work there, in whatever
    role; of their colleagues' posts the role decides. Whoever left manages nothing any more.
    """
    if person_id is None:
        return False
    origin = await queries.origin_of.one_or_none(tx, post_id=post.id)
    if origin is None or origin.business_id is None:
        return post.owner_id == person_id
    submitted = post.owner_id == person_id and not origin.as_provider
    return await businesses.is_member(
        tx, origin.business_id, person_id, least="member" if submitted else least
    )


async def may_let_in(tx: ReadTransaction, *, person_id: int, token: str) -> bool:
    """Whether somebody may let an app act on the post of that token."""
    post = await by_token(tx, token)
    return post is not None and await may_act(tx, post, person_id, least="manager")
