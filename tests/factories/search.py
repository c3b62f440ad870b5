"""Posts that differ in what one may search by, and what a plain look through them finds."""

from collections.abc import Iterable
from typing import Any

from dalan.domains import posts, search
from dalan.domains.search.asking import ask
from dalan.domains.search.terms import numbers_of, said_by
from dalan.domains.search.words import matches
from dalan.kernel.db import WriteTransaction
from tests.factories.posts import make_post


async def make_found(tx: WriteTransaction, **said: Any) -> posts.Post:
    """A published post that the index knows."""
    post = await make_post(tx, **said)
    await search.index(tx, [post.id])
    return post


def scan(
    all_posts: Iterable[posts.Post], query: search.Query, order: search.Order = "newest"
) -> list[posts.Post]:
    """What a search must find: every post looked at, then sorted. No index, no engine."""
    wanted = ask(query)
    found = [
        post
        for post in all_posts
        if posts.is_listed(post)
        and matches(set(said_by(post).tokens), wanted.conditions)
        and all(
            (number := numbers_of(post)[name]) is not None and least <= number <= most
            for name, least, most in wanted.bounds
        )
    ]
    newest = sorted(found, key=lambda post: (post.listed_at, post.id), reverse=True)
    if order == "newest":
        return newest
    priced = [post for post in newest[::-1] if post.price_tomans is not None]
    if order == "cheapest":
        return sorted(priced, key=lambda post: post.price_tomans or 0)
    return sorted(priced, key=lambda post: post.price_tomans or 0)[::-1]
