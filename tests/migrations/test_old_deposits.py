"""Deposits confirmed before there were books are booked by the step up, once."""

import asyncio

from dalan import migrations
from dalan.domains import ledger, payments, support
from dalan.kernel.db import WriteTransaction, database_at
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.payments import new_id
from tests.migrations.test_migrations import empty_url  # noqa: F401 (a fixture)

BEFORE = "202611221003"


async def test_deposit_nobody_heard_of_is_in_the_balance_after_the_step(
    empty_url: str,  # noqa: F811 (the fixture)
):
    await migrations.upgrade_in_thread(empty_url)
    db = database_at(empty_url, durable=False, connections_max=2)
    await db.open()
    async with db.write() as tx:
        person = await make_person(tx)
        rich, poor = (await make_app(tx)).app, (await make_app(tx)).app
        for app, amount_rials, confirmed in (
            (rich, 700_000, True),
            (rich, 300_000, True),
            (poor, 500_000, False),
        ):
            deposit_id = await deposit(tx, app.id, person.id, amount_rials)
            if confirmed:  # nobody works: the ledger hears nothing
                await support.confirm_deposit(tx, deposit_id, by_id=person.id)
    await db.close()

    for _ in range(2):
        await asyncio.to_thread(migrations.downgrade, empty_url, BEFORE)
        await migrations.upgrade_in_thread(empty_url)

    await db.open()
    async with db.look() as look:
        assert await payments.balance_rials(look, rich.id) == 1_000_000
        assert await payments.balance_rials(look, poor.id) == 0
        assert await ledger.balance_rials(look, "operator", 0) == -1_000_000
        assert await ledger.check(look) == []
    await db.close()


async def deposit(tx: WriteTransaction, app_id: int, person_id: int, amount_rials: int) -> str:
    asked = await support.ask_deposit(
        tx,
        app_id,
        deposit_id=new_id(),
        person_id=person_id,
        amount_rials=amount_rials,
        method="paya",
        tracking_number=new_id()[:12],
    )
    return asked.id
