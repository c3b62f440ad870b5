"""Paying for a post out of a wallet: the debit, the change, and the way past the reviewers."""

from datetime import timedelta

import msgspec

from dalan.domains import moderation, payments, posts
from dalan.kernel.db import WriteTransaction


class PromotionRules(msgspec.Struct, frozen=True):
    """The operator's word: whose posts are reviewed, and how soon a post may be bumped again."""

    policy: moderation.Policy
    bump_interval: timedelta = posts.BUMP_INTERVAL


async def promote(
    tx: WriteTransaction, order: payments.Order, *, by: posts.Author, rules: PromotionRules
) -> payments.Transaction:
    """``payments.pay``, and what was paid to be published goes on as far as nobody has to look at
    it. The caller owns the transaction. Raises what ``payments.pay`` does."""
    paid = await payments.pay(tx, order, by=by, reviewed=True, bump_interval=rules.bump_interval)
    if order.operation == "submit":
        post = await posts.by_id(tx, order.post.id)
        assert post is not None, "it was just paid for"
        await moderation.let_through(tx, post, policy=rules.policy)
    return paid
