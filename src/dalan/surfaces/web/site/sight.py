"""Which posts a visitor may open."""

from dalan.domains import posts, touchpoints
from dalan.kernel.db import ReadTransaction


async def visible_post(
    tx: ReadTransaction, token: str, person_id: int | None
) -> tuple[posts.Post | None, bool]:
    """The post that person may open, or None and whether there was one that is gone.

    A development post is never «gone»: that would tell that it was.
    """
    post = await posts.by_token_though_gone(tx, token)
    if post is None:
        return None, False
    owns = await posts.may_act(tx, post, person_id)
    is_over = post.is_gone or (post.state == "retired" and not owns)
    if is_over:
        return None, not post.development and post.first_published_at is not None
    sees = await posts.may_see(tx, post, person_id, is_teammate=touchpoints.are_teammates)
    return (post if sees else None), False
