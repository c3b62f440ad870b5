"""Kill -9 after the bank took the money: what was paid is booked and spent all the same, once.

In a full run at a few places; ``make soak money`` kills between every two statements.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest

from dalan.domains import ledger, payments, posts, wallet
from dalan.kernel import clock, randomness
from tests.domains.wallet.payer import RULES
from tests.factories.bank import press
from tests.factories.posts import make_post

STATEMENTS_MAX = 50
"""More than it takes."""

BUSY_ROUNDS = 3
"""On a machine that does much else at the same time, the bank too may answer too late."""

PLACES = (
    range(1, STATEMENTS_MAX + 1) if "DALAN_SOAK_ROUNDS" in os.environ else (1, 9, STATEMENTS_MAX)
)


@pytest.mark.slow
async def test_payment_killed_anywhere_is_booked_once_with_what_was_bought(
    db, database_url, gateway, begin, person_id, moment
):
    acknowledged = []
    for place in PLACES:
        async with db.write() as tx:
            post = await make_post(tx, owner_id=person_id, title=f"پژو شماره {place}")
        moment.advance(timedelta(days=1))
        async with db.look() as tx:
            price = (await payments.offer(tx, "bump", post)).cost_rials
            earned = await ledger.balance_rials(tx, "revenue", 0)
        payment = await begin(
            amount_rials=price + 10_000,
            purchase=wallet.Purchase(
                operation="bump",
                post_id=post.id,
                price_rials=price,
                order_uuid=str(randomness.uuid4()),
            ),
        )
        await press(db, payment.authority, "pay_and_leave")

        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.domains.wallet.payer", database_url, gateway._url,
            payment.token, str(person_id), payment.authority, clock.now().isoformat(), str(place),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, complaints = await child.communicate()
        assert child.returncode == -signal.SIGKILL, complaints.decode()
        acknowledged.append(told.endswith(b"ok\n"))  # its log may stand before it
        found = 0
        for _ in range(BUSY_ROUNDS):  # a bank that is busy is asked again, less and less often
            moment.advance(wallet.LONGEST_PAUSE)
            found += await wallet.reconcile(db, gateway, rules=RULES)
            if found:
                break

        assert found == (0 if acknowledged[-1] else 1), f"killed before statement {place}"
        async with db.look() as look:
            assert await ledger.check(look) == []
            after = await wallet.by_token(look, payment.token, person_id=person_id)
            bumped = await posts.by_id(look, post.id)
            assert (after.state, after.outcome) == ("paid", "")
            assert bumped is not None
            assert bumped.listed_at > post.listed_at
            assert await ledger.balance_rials(look, "revenue", 0) == earned + price
            held = await wallet.balance_rials(look, person_id)
            assert held == 10_000 * len(acknowledged)

    assert acknowledged[0] is False
    assert acknowledged[-1] is True
