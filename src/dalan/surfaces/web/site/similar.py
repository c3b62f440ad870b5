"""What a post is like: others of its kind nearby."""

from typing import Final

from dalan.domains import posts, search
from dalan.kernel.db import ReadTransaction

SIMILAR_MAX: Final = 4


async def similar_posts(tx: ReadTransaction, post: posts.Post) -> list[posts.Post]:
    """The newest others of the same category in the same city; none for a post in no list."""
    if post.state != "published" or post.development:
        return []
    query = search.Query(category=post.category, cities=(post.city,))
    found = await search.find(tx, query, limit=SIMILAR_MAX + 1)
    return [one for one in found.posts if one.id != post.id][:SIMILAR_MAX]
