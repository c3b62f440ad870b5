"""A post's way from state to state, and its end."""

from datetime import timedelta

from dalan.domains.posts import queries
from dalan.domains.posts.development import check_slot, takes_slot
from dalan.domains.posts.errors import WrongState
from dalan.domains.posts.events import PostChangedState
from dalan.domains.posts.submitting import LIFETIME
from dalan.domains.posts.tables import Post, State
from dalan.kernel import clock, outbox
from dalan.kernel.db import WriteTransaction

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
    "retired": frozenset({"published", "deleted", "archived"}),
    "deleted": frozenset(),
    "archived": frozenset(),
}
"""Where a post may go from where it is. Source: Kenar digest 8.2."""


async def publish(tx: WriteTransaction, post: Post) -> Post:
    """Let a reviewed or retired post be seen. Raises ``WrongState``, as all of these do when the
    post is elsewhere than it may come from, or somebody else moved it meanwhile.

    One that comes back keeps its place in the lists: retiring is no way to the top. A development
    post that comes back needs a free slot, or ``DevelopmentLimit``.
    """
    if post.development and not takes_slot(post):
        await check_slot(tx, post.owner_id)
    return await _move(tx, post, "published")


async def retire(tx: WriteTransaction, post: Post) -> Post:
    """Take a post out of sight; it can be published again for 30 days."""
    return await _move(tx, post, "retired")


async def delete(tx: WriteTransaction, post: Post) -> Post:
    """Take a post away for good. Its row stays, so that its token is never given again."""
    return await _move(tx, post, "deleted")


async def ask_for_edit(tx: WriteTransaction, post: Post, *, reason: str) -> Post:
    """A reviewer sends it back with what must be changed."""
    return await _move(tx, post, "waiting_for_edit", reason=reason)


async def reject(tx: WriteTransaction, post: Post, *, reason: str) -> Post:
    """A reviewer refuses it for good."""
    return await _move(tx, post, "rejected", reason=reason)


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
            await _move(tx, post, into)
        except WrongState:
            continue
        moved += 1
    return moved


async def _move(tx: WriteTransaction, post: Post, into: State, *, reason: str = "") -> Post:
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
