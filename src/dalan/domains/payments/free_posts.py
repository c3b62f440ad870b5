"""How many posts a person submits for nothing, and whether the next one is among them.

Source: kenar.md 8.2 («free quota»); the figures and the thirty days are our choice.
"""

from datetime import timedelta

import msgspec

from dalan.domains import posts, taxonomy
from dalan.domains.payments import queries
from dalan.domains.payments.default_prices import FREE_POSTS
from dalan.domains.payments.errors import InvalidField
from dalan.domains.payments.pricing import cost
from dalan.domains.payments.tables import FreeQuota
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

WITHIN = timedelta(days=30)
POSTS_MAX = 1_000


class Quota(msgspec.Struct, frozen=True):
    """How many posts under ``category`` are free within thirty days; "" is any category that has
    no quota of its own."""

    category: str
    posts_count: int


async def submit_is_free(tx: ReadTransaction, *, person_id: int, category: str, city: str) -> bool:
    """Whether the next post of that leaf category costs its owner nothing: it has no price, or
    the person has free ones left. Otherwise it begins waiting for payment.

    Two at the same moment may both be free: a limit of goodwill, not of money. Raises
    ``taxonomy.UnknownCategory``.
    """
    if await free_posts_left(tx, person_id=person_id, category=category) > 0:
        return True
    priced = await cost(tx, "submit", category=category, city=city, app_id=None)
    return priced.cost_rials == 0


async def free_posts_left(tx: ReadTransaction, *, person_id: int, category: str) -> int:
    """How many posts of that leaf category the person may still submit for nothing.

    What was paid for, what waits for payment and what apps submitted does not count.
    """
    quotas = {one.category: one.posts_count for one in await free_quotas(tx)}
    quota = _quota_of(category, quotas)
    if quota.posts_count == 0:
        return 0
    submitted = await posts.submitted_since(tx, person_id, since=clock.now() - WITHIN)
    counted = [
        one.id
        for one in submitted
        if one.state != "waiting_for_payment"
        and _quota_of(one.category, quotas).category == quota.category
    ]
    if not counted:
        return quota.posts_count
    paid = await queries.paid_posts.all(
        tx, post_ids=counted, states=["pending", "completed", "refunded"]
    )
    return max(0, quota.posts_count - (len(counted) - len(paid)))


async def free_quotas(tx: ReadTransaction) -> list[Quota]:
    """Every quota that holds: ours, and in their place or beside them the operator's."""
    said = {line.category: line.posts_count for line in await queries.free_quotas.all(tx)}
    merged = dict(FREE_POSTS) | said
    return [Quota(category, count) for category, count in merged.items()]


async def free_quota_lines(tx: ReadTransaction) -> list[FreeQuota]:
    """The operator's own lines."""
    return await queries.free_quotas.all(tx)


async def set_free_quota(
    tx: WriteTransaction, category: str, *, posts_count: int, by_id: int
) -> None:
    """Say how many posts under a category ("": of any other) are free within thirty days.

    Raises ``InvalidField`` and ``taxonomy.UnknownCategory``.
    """
    if category:
        taxonomy.category(category)
    if not 0 <= posts_count <= POSTS_MAX:
        raise InvalidField("posts_count", f"from 0 to {POSTS_MAX}")
    await queries.set_free_quota.execute(
        tx, category=category, posts_count=posts_count, set_at=clock.now(), set_by_id=by_id
    )


async def remove_free_quota(tx: WriteTransaction, category: str) -> bool:
    """Take the operator's line away, so that ours or a wider one holds. Twice changes nothing."""
    return await queries.remove_free_quota.execute(tx, category=category) > 0


def _quota_of(category: str, quotas: dict[str, int]) -> Quota:
    """The quota of the deepest category above a leaf, itself among them, that has one."""
    path = [taxonomy.category(category).slug]
    path += [one.slug for one in reversed(taxonomy.ancestors(category))]
    found = next((slug for slug in path if slug in quotas), "")
    return Quota(found, quotas[found])
