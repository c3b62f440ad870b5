"""Kill -9 between any two statements of a payment or a refund: all of it happened, or nothing.

In a full run at a few places; ``make soak money`` kills between every two.
"""

import asyncio
import os
import signal
import sys

import pytest

from dalan.domains import charges, ledger, payments, posts
from dalan.kernel import clock
from dalan.kernel.db import Database
from tests.domains.charges.test_charging import ASKED_RIALS, held, make_charge
from tests.domains.charges.test_charging import RICH_RIALS as RICH_WALLET_RIALS
from tests.factories.payments import RICH_RIALS, make_order, make_rich_app, make_unpaid_post

EVERYWHERE = "DALAN_SOAK_ROUNDS" in os.environ
STATEMENTS_MAX = 40
"""More than either takes."""

PLACES = range(1, STATEMENTS_MAX + 1) if EVERYWHERE else (2, 7, 12, STATEMENTS_MAX)


async def die(url: str, what: str, *facts: object) -> bool:
    """Let a process do it and be killed before that statement; whether it acknowledged."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.domains.payments.payer", url,
        clock.now().isoformat(), what, *map(str, facts),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, complaints = await child.communicate()
    assert child.returncode == -signal.SIGKILL, complaints.decode()
    return told.endswith(b"ok\n")  # on a busy machine its log stands before it


async def seen(db: Database, order: payments.Order) -> tuple[int, str, str]:
    """The balance, the post's state, the transaction's."""
    async with db.look() as look:
        assert await ledger.check(look) == []
        held_rials = await payments.balance_rials(look, order.payer.id)
        post = await posts.by_id(look, order.post.id)
        assert post is not None
        try:
            transaction = await payments.transaction_of(look, order.payer, order.uuid)
        except payments.UnknownTransaction:
            return held_rials, post.state, ""
        return held_rials, post.state, transaction.state


@pytest.mark.slow
async def test_payment_killed_anywhere_happened_wholly_or_not_at_all(
    db: Database, database_url: str
):
    acknowledged = []
    for place in PLACES:
        async with db.write() as tx:
            app_id = await make_rich_app(tx)
            order = make_order(app_id, await make_unpaid_post(tx, app_id))
            cost_rials = (await payments.offer(tx, "submit", order.post)).cost_rials

        acknowledged.append(
            await die(database_url, "pay", app_id, order.post.id, order.uuid, place)
        )

        whole = (RICH_RIALS - cost_rials, "waiting_for_review", "completed")
        nothing = (RICH_RIALS, "waiting_for_payment", "")
        assert await seen(db, order) == (whole if acknowledged[-1] else nothing)
        try:  # the caller, who heard nothing, asks again
            async with db.write() as tx:
                await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)
        except payments.TransactionExists:
            assert acknowledged[-1]
        assert await seen(db, order) == whole

    assert acknowledged[0] is False
    assert acknowledged[-1] is True


@pytest.mark.slow
async def test_refund_killed_anywhere_happened_wholly_or_not_at_all(
    db: Database, database_url: str
):
    acknowledged = []
    for place in PLACES:
        async with db.write() as tx:
            app_id = await make_rich_app(tx)
            order = make_order(app_id, await make_unpaid_post(tx, app_id))
            paid = await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)

        acknowledged.append(
            await die(database_url, "refund", app_id, order.post.id, order.uuid, place)
        )

        whole = (RICH_RIALS, "waiting_for_review", "refunded")
        nothing = (RICH_RIALS - paid.cost_rials, "waiting_for_review", "completed")
        assert await seen(db, order) == (whole if acknowledged[-1] else nothing)
        async with db.write() as tx:  # the worker, whose job is still open, does it again
            await payments.refund(tx, paid)
        assert await seen(db, order) == whole

    assert acknowledged[0] is False
    assert acknowledged[-1] is True


@pytest.mark.slow
@pytest.mark.parametrize("what", ["charge", "take"])
async def test_charge_killed_anywhere_moved_wholly_or_not_at_all(
    db: Database, database_url: str, what: str
):
    acknowledged = []
    for place in PLACES:
        async with db.write() as tx:
            asked = await make_charge(tx)
            if what == "take":
                await charges.pay(tx, asked.token, person_id=asked.person_id)
            before = await held(tx, asked)

        acknowledged.append(
            await die(database_url, what, asked.app_id, asked.person_id, asked.token, place)
        )

        nobody = before[1] + (ASKED_RIALS if what == "charge" else -ASKED_RIALS)
        app = 0 if what == "charge" else ASKED_RIALS
        whole = (RICH_WALLET_RIALS - ASKED_RIALS, nobody, app)
        async with db.look() as look:
            assert await held(look, asked) == (whole if acknowledged[-1] else before)
        async with db.write() as tx:  # whoever heard nothing asks again
            if what == "charge":
                await charges.pay(tx, asked.token, person_id=asked.person_id)
            else:
                await charges.take(tx, asked.token, app_id=asked.app_id)
            assert await held(tx, asked) == whole

    assert acknowledged[0] is False
    assert acknowledged[-1] is True
