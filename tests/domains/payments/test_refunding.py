"""Money that comes in and money that goes back, by facts, exactly once."""

import pytest

from dalan.app import listeners
from dalan.domains import ledger, payments, posts, support
from dalan.kernel import clock, outbox
from dalan.kernel.db import Database
from tests.factories.payments import RICH_RIALS, make_order, make_rich_app, make_unpaid_post


async def drain(db: Database) -> None:
    await outbox.Worker(db, listeners()).drain()


async def paid_post(db: Database) -> tuple[int, posts.Post, payments.Transaction]:
    """An app, its post under review, and what it paid for that."""
    async with db.write() as tx:
        app_id = await make_rich_app(tx)
        order = make_order(app_id, await make_unpaid_post(tx, app_id))
        paid = await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)
        post = await posts.by_id(tx, order.post.id)
    assert post is not None
    return app_id, post, paid


async def test_rejected_post_gives_its_money_back_once_and_says_so(db: Database):
    app_id, post, paid = await paid_post(db)
    async with db.write() as tx:
        rejected = await posts.reject(tx, post, reason="تکراری است")
    await drain(db)
    async with db.write() as tx:
        await posts.delete(tx, rejected)  # an end again: the same listener hears of it again
    await drain(db)

    async with db.look() as look:
        now = await payments.transaction_of(look, payments.by_balance(app_id), paid.uuid)
        told = await look.rows(
            "SELECT body FROM outbox_fact WHERE kind = 'payments.transaction_changed' ORDER BY id",
            (),
        )
        assert now.state == "refunded"
        assert await payments.balance_rials(look, app_id) == RICH_RIALS
        assert await ledger.balance_rials(look, "revenue", 0) == 0
        assert await ledger.check(look) == []
    assert len(told) == 2
    assert '"refunded"' in str(told[1][0])


@pytest.mark.parametrize("end", ["delete", "archive"])
async def test_post_that_ends_unseen_gives_its_money_back(db: Database, moment, end):
    app_id, post, _ = await paid_post(db)
    async with db.write() as tx:
        if end == "delete":
            await posts.delete(tx, post)
        else:
            await posts.retire(tx, post)
    await drain(db)
    async with db.look() as look:
        held_rials = await payments.balance_rials(look, app_id)
    moment.advance(posts.LIFETIME * 2)
    async with db.write() as tx:
        await posts.age(tx)
    await drain(db)

    async with db.look() as look:
        assert (held_rials < RICH_RIALS) is (end == "archive"), "retired, it may still be seen"
        assert await payments.balance_rials(look, app_id) == RICH_RIALS


async def test_post_that_was_seen_gives_nothing_back(db: Database):
    app_id, post, paid = await paid_post(db)
    async with db.write() as tx:
        post = await posts.publish(tx, post)
        await posts.delete(tx, post)
    await drain(db)

    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == RICH_RIALS - paid.cost_rials


async def test_refund_of_what_was_refunded_changes_nothing(db: Database):
    _, _, paid = await paid_post(db)
    async with db.write() as tx:
        first = await payments.refund(tx, paid)
    async with db.write() as tx:
        again = await payments.refund(tx, paid)

    assert first is not None
    assert again is None


async def test_confirmed_deposit_is_booked_once_however_often_it_is_heard(db: Database):
    async with db.write() as tx:
        app_id = await make_rich_app(tx, rials=0)
        for _ in range(3):
            await outbox.record(
                tx,
                support.DepositConfirmed(
                    deposit_id="0b0f2f6e-52a5-4f0d-8f0f-6a5f4f3f2f1f",
                    app_id=app_id,
                    amount_rials=7_000_000,
                    confirmed_at=clock.now(),
                ),
            )
    await drain(db)

    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == 7_000_000
        assert await ledger.balance_rials(look, "operator", 0) == -7_000_000
