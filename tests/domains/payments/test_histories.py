"""Random histories beside a plain model: every balance is what the model says, the books balance.

``make soak money`` sets ``DALAN_SOAK_ROUNDS``.
"""

import os
import random
from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from dalan.app import listeners
from dalan.domains import ledger, payments, posts
from dalan.errors import DalanError
from dalan.kernel import outbox
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database
from tests.factories.payments import make_rich_app, make_unpaid_post, new_id
from tests.factories.posts import make_owner, make_post

ROUNDS = int(os.environ.get("DALAN_SOAK_ROUNDS", "2"))
STEPS = 120
SEED = 1405
OPERATIONS: tuple[payments.Operation, ...] = ("submit", "bump", "renew")


class History:
    """What was done, and what the accounts must hold after it."""

    def __init__(self, db: Database, chance: random.Random, moment: AdjustableClock) -> None:
        self.db, self.chance, self.moment = db, chance, moment
        self.held: Counter[tuple[ledger.AccountKind, int]] = Counter()
        self.posts: list[int] = []
        self.paid: dict[str, payments.Transaction] = {}
        """By reference: several payers may choose the same id."""
        self.apps: list[int] = []
        self.owner_id = 0

    async def begin(self) -> None:
        async with self.db.write() as tx:
            self.apps = [await make_rich_app(tx, rials=0) for _ in range(2)]
            self.owner_id = await make_owner(tx)

    async def top_up(self) -> None:
        app_id, rials = self.chance.choice(self.apps), self.chance.randrange(1, 2_000_000)
        async with self.db.write() as tx:
            await payments.pay_in(tx, app_id, reference=new_id(), amount_rials=rials)
        self.held["app", app_id] += rials
        self.held["operator", 0] -= rials

    async def fill_wallet(self) -> None:
        rials = self.chance.randrange(1, 2_000_000)
        async with self.db.write() as tx:
            await ledger.transfer(
                tx,
                reference=new_id(),
                kind="top_up",
                sides=[
                    ledger.Side("gateway", 0, -rials),
                    ledger.Side("wallet", self.owner_id, rials),
                ],
            )
        self.held["wallet", self.owner_id] += rials
        self.held["gateway", 0] -= rials

    async def submit(self) -> None:
        async with self.db.write() as tx:
            app_id = self.chance.choice(self.apps)
            if self.chance.random() < 0.7:
                post = await make_unpaid_post(tx, app_id, owner_id=self.owner_id)
            else:
                post = await make_post(tx, owner_id=self.owner_id)
        self.posts.append(post.id)

    async def pay(self) -> None:
        if not self.posts:
            return
        operation = self.chance.choice(OPERATIONS)
        async with self.db.look() as look:
            post = await posts.by_id(look, self.chance.choice(self.posts))
        assert post is not None
        app_id = self.chance.choice(self.apps)
        payer = self.chance.choice((payments.by_balance(app_id), payments.by_wallet(self.owner_id)))
        uuid = self.chance.choice([*(one.uuid for one in self.paid.values()), new_id()])
        order = payments.order(payer, uuid, operation, post)
        try:
            paid = await self.db.transact(
                lambda tx: payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)
            )
        except DalanError:
            return
        assert order.reference not in self.paid, "paid twice"
        self.paid[paid.reference] = paid
        self.held[payer.kind, payer.id] -= paid.cost_rials
        self.held["revenue", 0] += paid.cost_rials

    async def end_or_show(self) -> None:
        if not self.posts:
            return
        async with self.db.write() as tx:
            post = await posts.by_id(tx, self.chance.choice(self.posts))
            assert post is not None
            if post.state == "waiting_for_review":
                if self.chance.random() < 0.5:
                    await posts.publish(tx, post)
                    return
                await posts.reject(tx, post, reason="نه")
            elif post.state != "deleted":
                await posts.delete(tx, post)
        if post.first_published_at is None:
            self._given_back(post.id)

    async def wait(self) -> None:
        self.moment.advance(timedelta(hours=self.chance.choice((1, 5, 24 * 24))))

    async def work(self) -> None:
        await outbox.Worker(self.db, listeners()).drain()

    def _given_back(self, post_id: int) -> None:
        for reference, paid in list(self.paid.items()):
            if paid.post_id == post_id and paid.operation == "submit" and paid.state == "completed":
                self.held[paid.payer_kind, paid.payer_id] += paid.cost_rials
                self.held["revenue", 0] -= paid.cost_rials
                self.paid[reference] = msgspec.structs.replace(paid, state="refunded")


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_books_balance_after_any_history(db: Database, moment: AdjustableClock, number: int):
    chance = random.Random(SEED + number)
    history = History(db, chance, moment)
    await history.begin()
    steps = [history.top_up, history.fill_wallet, history.submit, history.submit, history.pay,
             history.pay, history.pay, history.end_or_show, history.wait, history.work]  # fmt: skip

    while not history.paid:  # a history in which nobody pays shows nothing
        await history.top_up()
        await history.submit()
        await history.pay()
    for _ in range(STEPS):
        await chance.choice(steps)()
    await history.work()

    async with db.look() as look:
        for (kind, holder_id), rials in history.held.items():
            assert await ledger.balance_rials(look, kind, holder_id) == rials, (kind, holder_id)
        assert await ledger.check(look) == []
    assert sum(history.held.values()) == 0
