"""Giving back what was paid for the publication of a post that is never published."""

from dalan.domains import ledger, posts
from dalan.domains.payments import queries
from dalan.domains.payments.paying import announce
from dalan.domains.payments.tables import Transaction
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.kernel.outbox import Recorded

ENDS: frozenset[str] = frozenset({"rejected", "deleted", "archived"})
"""From none of these does a post that nobody saw ever come before people's eyes. A retired one
may still be published for thirty days; then it is archived."""


async def refund_unpublished(tx: WriteTransaction, recorded: Recorded) -> None:
    """Hears of every change of a post's state; gives back once, however often it hears of it.

    Source: kenar.md 10.4, «refund if the post is never published».
    """
    fact = posts.PostChangedState.of(recorded)
    if fact.state not in ENDS:
        return
    post = await posts.by_id(tx, fact.post_id)
    if post is None or post.first_published_at is not None:
        return
    for paid in await queries.paid_submissions.all(tx, post_id=post.id):
        await refund(tx, paid)


async def refund(tx: WriteTransaction, paid: Transaction) -> Transaction | None:
    """Give a completed payment back to whoever paid it. None when it was given back before, or
    never took anything: then nothing is changed."""
    refunded = await queries.change_state.one_or_none(
        tx,
        transaction_id=paid.id,
        old_state="completed",
        new_state="refunded",
        at=clock.now(),
    )
    if refunded is None:
        return None
    if paid.cost_rials:
        await ledger.reverse(
            tx,
            of_reference=paid.reference,
            reference=f"refund:{paid.reference}",
            kind="refund",
        )
    await announce(tx, refunded)
    return refunded
