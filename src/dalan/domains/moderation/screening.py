"""Who has to be asked before a post is seen, and letting through what nobody has to look at."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from dalan.domains import posts
from dalan.domains.moderation import queries
from dalan.domains.moderation.rules import digest_of, find_flags
from dalan.domains.moderation.tables import Flag, Screening
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

Reviews = Literal["all", "new_people", "none"]


class Policy(msgspec.Struct, frozen=True):
    """Whose posts reviewers see first. ``new_people``: of whoever had fewer than
    ``trusted_after`` posts on display so far."""

    reviews: Reviews = "all"
    trusted_after: int = 3


async def let_through(tx: WriteTransaction, post: posts.Post, *, policy: Policy) -> posts.Post:
    """Publish a post that waits for a reviewer, or accept an edit that does, if nobody has to
    look at it; answers the post as it is afterwards.

    To be called in the unit that made, edited or paid for the post: every post begins with the
    reviewers, and this is the only way past them. The rules look at it whatever the policy says,
    and what they find is kept for the reviewer. Development posts pass unseen, for nobody but
    their team sees them. The caller owns the transaction.
    """
    content = await _waiting_content(tx, post)
    if content is None:
        return post
    if not post.development:
        flags = await screen(tx, post, content)
        if any(flag.holds for flag in flags) or await _must_be_seen(tx, post, policy):
            return post
    if post.state == "published":
        return await posts.accept_edit(tx, post, by=posts.SYSTEM)
    return await posts.publish(tx, post)


async def is_seen_first(tx: ReadTransaction, post: posts.Post, *, policy: Policy) -> bool:
    """Whether a reviewer looks before people do at what is changed in this post, or at a post that
    is not sent yet (number 0), as far as can be told now: for saying so to its owner.

    Of a post that is not sent yet the rules are asked too; what an edit will say they judge when
    it is sent. Nothing is changed.
    """
    if post.development:
        return False
    if post.id == 0:
        flags = await find_flags(tx, post, posts.content_of(post))
        if any(flag.holds for flag in flags):
            return True
    return await _must_be_seen(tx, post, policy)


async def put_back(
    tx: WriteTransaction, post: posts.Post, *, policy: Policy, by: posts.Author
) -> posts.Post:
    """Put a retired post on display again; one that reviewers have not finished with goes to
    them first. Raises ``posts.WrongState`` for any other post, ``posts.Banned`` and
    ``posts.DevelopmentLimit``."""
    if post.state != "retired":
        raise posts.WrongState(state=post.state, wanted="published")
    await posts.check_not_banned(tx, post.owner_id)
    screening = await screening_of(tx, post.id)
    held = screening is not None and screening.must_be_seen
    if post.development or (post.first_published_at is not None and not held):
        return await posts.publish(tx, post, by=by)
    return await let_through(tx, await posts.hold(tx, post, by=by), policy=policy)


async def screen(tx: WriteTransaction, post: posts.Post, content: posts.Content) -> list[Flag]:
    """Ask the rules about a post if it said this, and keep what they find."""
    flags = await find_flags(tx, post, content)
    await queries.put_screening.execute(
        tx,
        post_id=post.id,
        words=digest_of(content),
        category=post.category,
        price_tomans=content.price_tomans,
        flags=flags,
        must_be_seen=False,
        screened_at=clock.now(),
    )
    return flags


async def must_be_seen(tx: WriteTransaction, post: posts.Post, *, wanted: bool = True) -> None:
    """Let nothing but a reviewer publish this post from now on, or anything again."""
    if wanted and await screening_of(tx, post.id) is None:
        await screen(tx, post, posts.content_of(post))
    await queries.set_must_be_seen.execute(tx, of_post_id=post.id, must_be_seen=wanted)


async def screening_of(tx: ReadTransaction, post_id: int) -> Screening | None:
    """What the rules found in a post, if they were asked."""
    return (await screenings_of(tx, [post_id])).get(post_id)


async def screenings_of(tx: ReadTransaction, ids: Sequence[int]) -> dict[int, Screening]:
    """The same of several."""
    return {one.post_id: one for one in await queries.screenings.all(tx, ids=list(ids))}


def flags_of(screening: Screening | None) -> list[Flag]:
    """The flags that were kept."""
    return [] if screening is None else msgspec.convert(screening.flags, list[Flag])


async def purge_screenings(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget what rules found longer ago than that, and claims that ran out."""
    now = clock.now()
    await queries.purge_screenings.execute(tx, before=now - keep)
    await queries.purge_claims.execute(tx, at=now)


async def _waiting_content(tx: ReadTransaction, post: posts.Post) -> posts.Content | None:
    """What a post is to say once it is let through; None when nothing waits."""
    if post.state == "waiting_for_review":
        return posts.content_of(post)
    if post.state == "published":
        proposed = await posts.proposed_edit(tx, post.id)
        return None if proposed is None else proposed[1]
    return None


async def _must_be_seen(tx: ReadTransaction, post: posts.Post, policy: Policy) -> bool:
    screening = await screening_of(tx, post.id)
    if policy.reviews == "all" or (screening is not None and screening.must_be_seen):
        return True
    if policy.reviews == "none":
        return False
    return await posts.published_once_count(tx, post.owner_id) < policy.trusted_after
