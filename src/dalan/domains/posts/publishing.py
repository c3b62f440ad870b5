"""A post's way from state to state, and its end."""

from collections.abc import Sequence
from datetime import timedelta

from dalan.domains.posts import queries
from dalan.domains.posts.development import check_slot, takes_slot
from dalan.domains.posts.errors import WrongState
from dalan.domains.posts.events import PostChangedState
from dalan.domains.posts.history import SYSTEM, Author, note
from dalan.domains.posts.submitting import LIFETIME
from dalan.domains.posts.tables import Post, State
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

KEPT_RETIRED = timedelta(days=30)
"""A retired post can be brought back this long; then it is archived (Kenar digest 8.2)."""

AGED_AT_ONCE = 200

NEXT: dict[State, frozenset[State]] = {
    "waiting_for_payment": frozenset({"waiting_for_review", "retired", "deleted"}),
    "waiting_for_review": frozenset(
        {"published", "waiting_for_edit", "rejected", "retired", "deleted"}
    ),
    "waiting_for_edit": frozenset({"waiting_for_review", "retired", "deleted"}),
    "published": frozenset({"waiting_for_review", "waiting_for_edit", "retired", "deleted"}),
    "rejected": frozenset({"deleted", "archived"}),
    "retired": frozenset({"published", "waiting_for_review", "deleted", "archived"}),
    "deleted": frozenset(),
    "archived": frozenset(),
}
"""Where a post may go from where it is. Source: Kenar digest 8.2; a retired post comes back by way
of the reviewers when it was never on display, or was taken off it by them (decision 0023)."""


async def publish(tx: WriteTransaction, post: Post, *, by: Author = SYSTEM) -> Post:
    """Let a reviewed or retired post be seen. Raises ``WrongState``, as all of these do when the
    post is elsewhere than it may come from, or somebody else moved it meanwhile.

    One that comes back keeps its place in the lists: retiring is no way to the top. A development
    post that comes back needs a free slot, or ``DevelopmentLimit``. One that was retired before
    anybody published it goes to the reviewers first (``hold``).
    """
    if post.state == "retired" and post.first_published_at is None:
        raise WrongState(state=post.state, wanted="published")
    if post.development and not takes_slot(post):
        await check_slot(tx, post.owner_id)
    return await move(tx, post, "published", by=by)


async def paid(tx: WriteTransaction, post: Post, *, reviewed: bool, by: Author = SYSTEM) -> Post:
    """A post that waited for payment goes on: to the reviewers, or without ``reviewed`` at once
    before everybody."""
    if post.state != "waiting_for_payment":  # a published one may go to the reviewers, unpaid
        raise WrongState(state=post.state, wanted="paid")
    post = await move(tx, post, "waiting_for_review", by=by)
    return post if reviewed else await move(tx, post, "published")


async def retire(tx: WriteTransaction, post: Post, *, by: Author = SYSTEM) -> Post:
    """Take a post out of sight; it can be published again for 30 days."""
    return await move(tx, post, "retired", by=by)


async def delete(tx: WriteTransaction, post: Post, *, by: Author = SYSTEM) -> Post:
    """Take a post away for good. Its row stays, so that its token is never given again."""
    return await move(tx, post, "deleted", by=by)


async def ask_for_edit(
    tx: WriteTransaction, post: Post, *, reason: str, by: Author = SYSTEM
) -> Post:
    """A reviewer sends it back with what must be changed."""
    return await move(tx, post, "waiting_for_edit", reason=reason, by=by)


async def reject(tx: WriteTransaction, post: Post, *, reason: str, by: Author = SYSTEM) -> Post:
    """A reviewer refuses it for good."""
    return await move(tx, post, "rejected", reason=reason, by=by)


async def hold(tx: WriteTransaction, post: Post, *, reason: str = "", by: Author = SYSTEM) -> Post:
    """Take a published or a retired post to the reviewers: nobody sees it until one of them
    publishes it."""
    return await move(tx, post, "waiting_for_review", reason=reason, by=by)


async def waiting_for_review(
    tx: ReadTransaction,
    *,
    limit: int,
    categories: Sequence[str] | None = None,
    cities: Sequence[str] | None = None,
) -> list[Post]:
    """Posts a reviewer has to look at, longest waiting first, in these categories and cities; no
    development posts."""
    given = filters_given(categories=categories, cities=cities)
    return await queries.waiting_for_review(frozenset(given)).all(tx, **given, count=limit)


async def waiting_count(tx: ReadTransaction) -> int:
    """How many posts and edits a reviewer has to look at."""
    posts_count = await queries.count_waiting.scalar(tx)
    return int(posts_count) + int(await queries.count_edits.scalar(tx))


def filters_given(**filters: Sequence[str] | None) -> dict[str, list[str]]:
    """Those that narrow something, as parameters of a statement."""
    return {name: list(values) for name, values in filters.items() if values is not None}


async def age(tx: WriteTransaction) -> int:
    """Retire what has expired and archive what was retired 30 days ago; answers how many.

    A bounded batch each time it is called; what another process moved first is passed over.
    """
    now = clock.now()
    expired = await queries.published_past.all(tx, at=now, count=AGED_AT_ONCE)
    old = await queries.retired_past.all(tx, before=now - KEPT_RETIRED, count=AGED_AT_ONCE)
    steps: list[tuple[Post, State]] = [
        *[(post, "retired") for post in expired],
        *[(post, "archived") for post in old],
    ]
    moved = 0
    for post, into in steps:
        try:
            await move(tx, post, into)
        except WrongState:
            continue
        moved += 1
    return moved


async def move(
    tx: WriteTransaction, post: Post, into: State, *, reason: str = "", by: Author = SYSTEM
) -> Post:
    """One step of ``NEXT``, with its line of history and its fact. For the verbs of this room."""
    if into not in NEXT[post.state]:
        raise WrongState(state=post.state, wanted=into)
    now = clock.now()
    publishes = into == "published"
    fresh = publishes and post.first_published_at is None
    moved = await queries.move.one_or_none(
        tx,
        post_id=post.id,
        old_state=post.state,
        new_state=into,
        first_published_at=now if fresh else post.first_published_at,
        listed_at=now if fresh else post.listed_at,
        expires_at=now + LIFETIME if publishes and post.expires_at <= now else post.expires_at,
        state_changed_at=now,
        last_modified_at=now,
        reject_reason=reason,
    )
    if moved is None:
        raise WrongState(state=post.state, wanted=into)
    if post.state == "published":  # whoever takes it out of sight takes back what it was to say
        await queries.take_proposed_edit.one_or_none(tx, post_id=post.id)
    await note(tx, moved, "moved", by=by, reason=reason)
    await outbox.record(
        tx,
        PostChangedState(
            post_id=post.id,
            token=post.token,
            before=post.state,
            state=into,
            development=post.development,
        ),
    )
    return moved
