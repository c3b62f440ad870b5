"""Bumping a post to the top of the lists, and giving it another month."""

from datetime import datetime, timedelta

from dalan.domains.posts import queries
from dalan.domains.posts.errors import TooSoon, WrongState
from dalan.domains.posts.events import PostRelisted
from dalan.domains.posts.history import Author, note
from dalan.domains.posts.submitting import LIFETIME
from dalan.domains.posts.tables import Post
from dalan.kernel import clock, outbox
from dalan.kernel.db import WriteTransaction

BUMP_INTERVAL = timedelta(hours=4)
"""Not sooner after it was listed. Source: Kenar digest 5.7 (the figure is our choice)."""

RENEW_BEFORE_END = timedelta(days=5)
"""«Close to expiry» (Kenar digest 5.7); the figure is the digest's recommendation (12.2 i)."""


def bump_possible_at(post: Post, *, interval: timedelta = BUMP_INTERVAL) -> datetime:
    """From when on the post may be bumped; it must be published besides."""
    return post.listed_at + interval


def renew_possible_at(post: Post) -> datetime:
    """From when on the post may be renewed; it must be published besides."""
    return post.expires_at - RENEW_BEFORE_END


async def bump(
    tx: WriteTransaction, post: Post, *, by: Author, interval: timedelta = BUMP_INTERVAL
) -> Post:
    """List a published post first again. Raises ``WrongState`` when it is not published, or was
    listed anew by somebody else meanwhile, and ``TooSoon``."""
    now = clock.now()
    _check(post, bump_possible_at(post, interval=interval), now, wanted="bumped")
    return await _relist(tx, post, "bumped", by=by, listed_at=now, expires_at=post.expires_at)


async def renew(tx: WriteTransaction, post: Post, *, by: Author) -> Post:
    """Let a published post that ends soon stand for a whole time again. Raises as ``bump``."""
    now = clock.now()
    _check(post, renew_possible_at(post), now, wanted="renewed")
    return await _relist(
        tx, post, "renewed", by=by, listed_at=post.listed_at, expires_at=now + LIFETIME
    )


def _check(post: Post, possible_at: datetime, now: datetime, *, wanted: str) -> None:
    if post.state != "published":
        raise WrongState(state=post.state, wanted=wanted)
    if now < possible_at:
        raise TooSoon(possible_at=possible_at)


async def _relist(
    tx: WriteTransaction,
    post: Post,
    how: str,
    *,
    by: Author,
    listed_at: datetime,
    expires_at: datetime,
) -> Post:
    listed = await queries.relist.one_or_none(
        tx,
        post_id=post.id,
        seen_listed_at=post.listed_at,
        seen_expires_at=post.expires_at,
        listed_at=listed_at,
        expires_at=expires_at,
    )
    if listed is None:
        raise WrongState(state=post.state, wanted=how)
    await note(tx, listed, "bumped" if how == "bumped" else "renewed", by=by)
    await outbox.record(tx, PostRelisted(post_id=post.id, token=post.token, how=how))
    return listed
