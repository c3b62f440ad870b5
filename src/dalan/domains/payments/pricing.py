"""What it costs to publish, bump and renew a post, and whether that can be done now."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from dalan.domains import developers, posts, taxonomy
from dalan.domains.payments import queries
from dalan.domains.payments.default_prices import default_price_rials
from dalan.domains.payments.errors import InvalidField
from dalan.domains.payments.tables import OPERATIONS, Operation, Price
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

PRICE_MAX_RIALS = 10**11
PRICES_MAX = 2_000
"""Lines of an operator's table: enough for every category and a few dozen cities and apps."""

FOR_EVERYBODY = 0
"""``app_id`` of a price that is no app's own."""


class Cost(msgspec.Struct, frozen=True):
    """A price and the line it comes from; ``line`` None: ours, from ``default_prices``."""

    cost_rials: int
    line: Price | None


class Offer(msgspec.Struct, frozen=True):
    """What one operation on a post costs, and if it cannot be done now, why: ``too_soon`` ends at
    ``possible_at``."""

    operation: Operation
    cost_rials: int
    obstacle: Literal["", "state", "too_soon", "other_app"] = ""
    possible_at: datetime | None = None

    @property
    def available(self) -> bool:
        return not self.obstacle


async def cost(
    tx: ReadTransaction, operation: Operation, *, category: str, city: str, app_id: int | None
) -> Cost:
    """What an operation on a post of that category and city costs; ``app_id``: for that app.

    The operator's word goes before ours. Of several lines that cover the post, one of the app's
    own goes before one for everybody, then the deeper category, then the city. Raises
    ``taxonomy.UnknownCategory``.
    """
    path = [one.slug for one in (*taxonomy.ancestors(category), taxonomy.category(category))]
    depth = {"": -1} | {slug: level for level, slug in enumerate(path)}
    found = await queries.prices_for.all(
        tx,
        operation=operation,
        categories=list(depth),
        cities=["", city] if city else [""],
        apps=[FOR_EVERYBODY, app_id] if app_id else [FOR_EVERYBODY],
    )
    if not found:
        top = taxonomy.top_level(category).slug
        return Cost(default_price_rials(operation, top, city), None)
    line = max(found, key=lambda one: (one.app_id != 0, depth[one.category], one.city != ""))
    return Cost(line.cost_rials, line)


async def offers(
    tx: ReadTransaction,
    post: posts.Post,
    *,
    app_id: int | None = None,
    bump_interval: timedelta = posts.BUMP_INTERVAL,
) -> dict[Operation, Offer]:
    """What can be done to a post for money. With ``app_id`` an app would pay, at its own prices,
    and it pays for publishing only what it submitted itself."""
    return {
        operation: await offer(tx, operation, post, app_id=app_id, bump_interval=bump_interval)
        for operation in OPERATIONS
    }


async def offer(
    tx: ReadTransaction,
    operation: Operation,
    post: posts.Post,
    *,
    app_id: int | None = None,
    bump_interval: timedelta = posts.BUMP_INTERVAL,
) -> Offer:
    """One of ``offers``."""
    priced = await cost(tx, operation, category=post.category, city=post.city, app_id=app_id)
    rials = priced.cost_rials
    if operation == "submit":
        if post.state != "waiting_for_payment":
            return Offer(operation, rials, "state")
        if app_id is not None and not await submitted_by(tx, post, app_id):
            return Offer(operation, rials, "other_app")
        return Offer(operation, rials)
    if post.state != "published":
        return Offer(operation, rials, "state")
    possible_at = (
        posts.bump_possible_at(post, interval=bump_interval)
        if operation == "bump"
        else posts.renew_possible_at(post)
    )
    soon = clock.now() < possible_at
    return Offer(operation, rials, "too_soon" if soon else "", possible_at)


async def submitted_by(tx: ReadTransaction, post: posts.Post, app_id: int) -> bool:
    """Whether the app submitted the post, in its own name or for the person."""
    origin = await posts.origin_of(tx, post.id)
    return origin is not None and origin.app_id == app_id


async def price_lines(tx: ReadTransaction) -> list[Price]:
    """The operator's table: for everybody first, then apps' own; by category, city, operation."""
    return await queries.all_prices.all(tx, count=PRICES_MAX)


async def set_price(
    tx: WriteTransaction,
    operation: str,
    *,
    category: str,
    city: str,
    app_id: int | None,
    cost_rials: int,
    by_id: int,
) -> None:
    """Say what an operation costs from now on; ``category`` and ``city`` "" mean all of them,
    ``app_id`` None everybody. What was paid before stays as it was.

    Raises ``InvalidField``, ``taxonomy.UnknownCategory``, ``taxonomy.UnknownCity``,
    ``developers.UnknownApp``.
    """
    checked = _operation(operation)
    if category:
        taxonomy.category(category)
    if city:
        taxonomy.city(city)
    if app_id is not None:
        await developers.app(tx, app_id)
    if not 0 <= cost_rials <= PRICE_MAX_RIALS:
        raise InvalidField("cost_rials", f"from 0 to {PRICE_MAX_RIALS}")
    if await queries.prices_count.scalar(tx) >= PRICES_MAX:
        raise InvalidField("category", f"the table has {PRICES_MAX} lines already")
    await queries.set_price.execute(
        tx,
        operation=checked,
        category=category,
        city=city,
        app_id=app_id or FOR_EVERYBODY,
        cost_rials=cost_rials,
        set_at=clock.now(),
        set_by_id=by_id,
    )


async def remove_price(
    tx: WriteTransaction, operation: str, *, category: str, city: str, app_id: int | None
) -> bool:
    """Take a line out of the table; the next wider one, or ours, holds again. Answers whether
    there was one; removing it again changes nothing."""
    removed = await queries.remove_price.execute(
        tx,
        operation=_operation(operation),
        category=category,
        city=city,
        app_id=app_id or FOR_EVERYBODY,
    )
    return removed > 0


def _operation(named: str) -> Operation:
    for one in OPERATIONS:
        if one == named:
            return one
    raise InvalidField("operation", f"one of {', '.join(OPERATIONS)}")
