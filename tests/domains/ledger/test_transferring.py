"""Money moves whole, once, and never out of nothing."""

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalan.domains import ledger
from dalan.domains.ledger import Side
from dalan.errors import DalanError
from dalan.kernel.db import database_at
from tests.databases import Sqlite


async def deposit(tx, app_id: int, rials: int, reference: str = "deposit:1") -> ledger.Transfer:
    return await ledger.transfer(
        tx,
        reference=reference,
        kind="deposit",
        sides=[Side("operator", 0, -rials), Side("app", app_id, rials)],
    )


async def spend(tx, app_id: int, rials: int, reference: str = "spend:1") -> ledger.Transfer:
    return await ledger.transfer(
        tx,
        reference=reference,
        kind="bump",
        sides=[Side("app", app_id, -rials), Side("revenue", 0, rials)],
    )


async def test_a_transfer_moves_money_between_accounts(tx):
    await deposit(tx, 5, 400_000)
    await spend(tx, 5, 150_000)

    assert await ledger.balance_rials(tx, "app", 5) == 250_000
    assert await ledger.balance_rials(tx, "revenue", 0) == 150_000
    assert await ledger.balance_rials(tx, "operator", 0) == -400_000
    assert await ledger.balance_rials(tx, "wallet", 5) == 0
    assert await ledger.check(tx) == []


async def test_asking_again_moves_nothing_more(tx):
    await deposit(tx, 5, 400_000)

    first = await spend(tx, 5, 150_000)
    again = await spend(tx, 5, 150_000)

    assert again == first
    assert await ledger.balance_rials(tx, "app", 5) == 250_000


@pytest.mark.parametrize("rials", [149_999, 150_001])
async def test_the_same_reference_for_something_else_is_refused(tx, rials):
    await deposit(tx, 5, 400_000)
    await spend(tx, 5, 150_000)

    with pytest.raises(ledger.ReferenceReused):
        await spend(tx, 5, rials)


async def test_nobody_spends_more_than_there_is(db):
    async with db.write() as tx:
        await deposit(tx, 5, 100)

    with pytest.raises(ledger.InsufficientFunds) as refused:
        async with db.write() as tx:
            await spend(tx, 5, 101)

    assert (refused.value.held_rials, refused.value.asked_rials) == (100, 101)
    async with db.look() as look:
        assert await ledger.balance_rials(look, "app", 5) == 100
        assert await ledger.transfer_of(look, "spend:1") is None


async def test_a_reversal_brings_everything_back_once(tx):
    await deposit(tx, 5, 400_000)
    await spend(tx, 5, 150_000)

    async def back(reference="refund:1"):
        return await ledger.reverse(tx, of_reference="spend:1", reference=reference, kind="refund")

    assert await back() == await back()
    with pytest.raises(ledger.ReferenceReused):
        await back("refund:2")
    with pytest.raises(ledger.UnknownTransfer):
        await ledger.reverse(tx, of_reference="nothing", reference="refund:3", kind="refund")
    assert await ledger.balance_rials(tx, "app", 5) == 400_000
    assert await ledger.balance_rials(tx, "revenue", 0) == 0
    assert await ledger.check(tx) == []


async def test_what_was_spent_cannot_be_taken_back(db):
    async with db.write() as tx:
        await deposit(tx, 5, 100)
        await spend(tx, 5, 60)

    with pytest.raises(ledger.InsufficientFunds):
        async with db.write() as tx:
            await ledger.reverse(tx, of_reference="deposit:1", reference="refund:1", kind="refund")


async def test_a_statement_is_read_in_pages_newest_first(tx):
    await deposit(tx, 5, 1_000)
    for number in range(5):
        await spend(tx, 5, 10 + number, f"spend:{number}")

    first = await ledger.statement_of(tx, "app", 5, limit=4)
    rest = await ledger.statement_of(tx, "app", 5, before_id=first[-1].id, limit=4)

    assert [line.amount_rials for line in first + rest] == [-14, -13, -12, -11, -10, 1_000]
    assert await ledger.statement_of(tx, "app", 6, limit=4) == []


async def test_thirty_two_at_once_under_one_reference_move_once(db):
    async with db.write() as tx:
        await deposit(tx, 5, 1_000)

    made = await asyncio.gather(*(db.transact(lambda tx: spend(tx, 5, 700)) for _ in range(32)))

    assert len({one.id for one in made}) == 1
    async with db.look() as look:
        assert await ledger.balance_rials(look, "app", 5) == 300
        assert await ledger.check(look) == []


async def test_many_at_once_between_the_same_accounts_wait_and_all_arrive(db):
    async with db.write() as tx:
        await deposit(tx, 1, 10_000, "deposit:a")
        await deposit(tx, 2, 10_000, "deposit:b")
    chance = random.Random(7)

    async def swap(number: int) -> None:
        source, target = chance.sample([1, 2], 2)

        async def work(tx):
            await ledger.transfer(
                tx,
                reference=f"swap:{number}",
                kind="swap",
                sides=[Side("app", source, -10), Side("app", target, 10)],
            )

        await db.transact(work)

    await asyncio.gather(*(swap(number) for number in range(40)))

    async with db.look() as look:
        assert await ledger.check(look) == []
        balances = [await ledger.balance_rials(look, "app", number) for number in (1, 2)]
        assert sum(balances) == 20_000


@pytest.mark.parametrize(
    "sides",
    [
        [],
        [Side("app", 1, 5)],
        [Side("app", 1, 5), Side("revenue", 0, -4)],
        [Side("app", 1, 5), Side("app", 1, -5)],
        [Side("app", 1, 0), Side("revenue", 0, 0)],
    ],
)
async def test_what_is_no_transfer_is_our_own_mistake(tx, sides):
    with pytest.raises(AssertionError):
        await ledger.transfer(tx, reference="x", kind="x", sides=sides)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["deposit", "spend", "reverse"]),
        st.integers(1, 3),
        st.integers(1, 500),
        st.integers(0, 5),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(steps=STEPS)
def test_the_books_balance_after_any_sequence(steps, sqlite_databases: Sqlite):
    url = sqlite_databases.clone()
    asyncio.run(_play(steps, url))
    sqlite_databases.drop(url)


async def _play(steps, url: str) -> None:
    db = database_at(url, durable=False)
    await db.open()
    try:
        held: dict[int, int] = {}
        for verb, app_id, rials, number in steps:
            try:
                async with db.write() as tx:
                    if verb == "deposit":
                        await deposit(tx, app_id, rials, f"deposit:{number}")
                    elif verb == "spend":
                        await spend(tx, app_id, rials, f"spend:{number}")
                    else:
                        await ledger.reverse(
                            tx,
                            of_reference=f"spend:{number}",
                            reference=f"back:{number}",
                            kind="refund",
                        )
            except DalanError:
                pass
            async with db.look() as look:
                assert await ledger.check(look) == []
                for one in (1, 2, 3):
                    held[one] = await ledger.balance_rials(look, "app", one)
                    assert held[one] >= 0
                others = await ledger.balance_rials(look, "operator", 0)
                others += await ledger.balance_rials(look, "revenue", 0)
                assert sum(held.values()) + others == 0
    finally:
        await db.close()
