"""Many at the same moment: nothing is paid twice, no balance is spent twice."""

import asyncio

import pytest

from dalan.domains import developers, ledger, payments, posts
from dalan.errors import DalanError, FailedPrecondition
from dalan.kernel.db import Database, DatabaseBusy, WriteTransaction
from tests.factories.payments import (
    make_order,
    make_rich_app,
    make_ticket_to_pay_with,
    make_unpaid_post,
)
from tests.factories.posts import make_owner

AT_ONCE = 32


async def try_to_pay(db: Database, order: payments.Order) -> payments.Transaction | DalanError:
    """As a surface does it; whoever is told to come back comes back."""

    async def work(tx: WriteTransaction) -> payments.Transaction:
        return await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)

    while True:
        try:
            return await db.transact(work)
        except DatabaseBusy:
            await asyncio.sleep(0.01)
        except DalanError as refusal:
            refused = refusal
            break
    if isinstance(refused, FailedPrecondition):
        await db.transact(lambda tx: payments.note_failure(tx, order, refused))
    return refused


async def test_same_id_at_once_pays_once(db: Database):
    async with db.write() as tx:
        app_id = await make_rich_app(tx)
        order = make_order(app_id, await make_unpaid_post(tx, app_id))
        before = await payments.balance_rials(tx, app_id)

    outcomes = await asyncio.gather(*(try_to_pay(db, order) for _ in range(AT_ONCE)))

    paid = [one for one in outcomes if isinstance(one, payments.Transaction)]
    assert len(paid) == 1
    assert sum(isinstance(one, payments.TransactionExists) for one in outcomes) == AT_ONCE - 1
    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == before - paid[0].cost_rials
        now = await payments.transaction_of(look, order.payer, order.uuid)
        assert now.state == "completed"
        assert await ledger.check(look) == []


async def test_different_ids_at_once_pay_for_one_post_once(db: Database):
    async with db.write() as tx:
        app_id = await make_rich_app(tx)
        post = await make_unpaid_post(tx, app_id)
        before = await payments.balance_rials(tx, app_id)

    outcomes = await asyncio.gather(
        *(try_to_pay(db, make_order(app_id, post)) for _ in range(AT_ONCE))
    )

    paid = [one for one in outcomes if isinstance(one, payments.Transaction)]
    assert len(paid) == 1
    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == before - paid[0].cost_rials
        page = await payments.transactions_of(look, "app", app_id, size=100)
        failed = [one for one in page.transactions if one.state == "failed"]
    assert len(failed) == AT_ONCE - 1
    assert {one.failure for one in failed} == {"posts.wrong_state"}


async def test_balance_for_three_pays_for_three_of_many(db: Database):
    async with db.write() as tx:
        app_id = await make_rich_app(tx, rials=0)
        unpaid = [await make_unpaid_post(tx, app_id) for _ in range(12)]
        cost_rials = (await payments.offer(tx, "submit", unpaid[0])).cost_rials
        await payments.pay_in(
            tx, app_id, reference="three", amount_rials=3 * cost_rials + cost_rials // 2
        )

    outcomes = await asyncio.gather(*(try_to_pay(db, make_order(app_id, post)) for post in unpaid))

    assert sum(isinstance(one, payments.Transaction) for one in outcomes) == 3
    assert sum(isinstance(one, ledger.InsufficientFunds) for one in outcomes) == 9
    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == cost_rials // 2
        assert await ledger.check(look) == []


async def test_ticket_is_spent_once_by_many_at_once(db: Database):
    async with db.write() as tx:
        issuer, app_id = await make_rich_app(tx), await make_rich_app(tx, rials=0)
        person_id = await make_owner(tx)
        ticket = await make_ticket_to_pay_with(tx, issuer, person_id, service_type="ACCOUNTING")
        await make_accounting(tx, app_id)

    async def spend() -> bool:
        async def work(tx: WriteTransaction) -> None:
            await payments.spend_ticket(
                tx, ticket.uuid, app_id=app_id, person_id=person_id, cost_rials=500_000
            )

        while True:
            try:
                await db.transact(work)
            except DatabaseBusy:
                await asyncio.sleep(0.01)
            except payments.UnknownTicket:
                return False
            else:
                return True

    spent = await asyncio.gather(*(spend() for _ in range(AT_ONCE)))

    assert sum(spent) == 1
    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == 500_000
        assert await ledger.check(look) == []


async def make_accounting(tx: WriteTransaction, app_id: int) -> None:
    await developers.classify(tx, app_id, service_type="ACCOUNTING", tags=[], by_team=False)


@pytest.mark.parametrize("person", ["other", "nobody"])
async def test_ticket_is_not_spent_for_anybody_else(tx: WriteTransaction, person):
    issuer, app_id = await make_rich_app(tx), await make_rich_app(tx, rials=0)
    ticket = await make_ticket_to_pay_with(tx, issuer, await make_owner(tx))
    person_id = await make_owner(tx) if person == "other" else None

    with pytest.raises(payments.OtherPersonsTicket):
        await payments.spend_ticket(
            tx, ticket.uuid, app_id=app_id, person_id=person_id, cost_rials=1
        )

    assert await payments.balance_rials(tx, app_id) == 0
