"""Deposits: asked once, answered once, counted once."""

import asyncio

import pytest
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.support import PDF, make_deposit, new_id

from dalan.domains import support
from dalan.domains.support import (
    AlreadyDecided,
    DepositConfirmed,
    InvalidField,
    SameTransfer,
    TooMuch,
    UnknownDeposit,
)


@pytest.fixture
async def app(tx):
    return (await make_app(tx)).app


async def announced(tx):
    return await tx.rows(
        "SELECT body FROM outbox_fact WHERE kind = 'support.deposit_confirmed'", ()
    )


async def test_confirmed_money_is_in_the_balance_and_announced_once(tx, app):
    operator = await make_person(tx)
    asked = await make_deposit(tx, app.id, app.owner_id, receipt=[PDF])
    assert await support.confirmed_rials(tx, app.id) == 0

    confirmed = await support.confirm_deposit(tx, asked.id, by_id=operator.id, answer="رسید")
    again = await support.confirm_deposit(tx, asked.id, by_id=app.owner_id)

    assert again == confirmed
    assert (confirmed.state, confirmed.decided_by_id) == ("confirmed", operator.id)
    assert await support.confirmed_rials(tx, app.id) == 10_000_000
    ((body,),) = await announced(tx)
    assert asked.id in str(body)
    assert (
        DepositConfirmed(
            deposit_id=asked.id, app_id=app.id, amount_rials=1, confirmed_at=asked.asked_at
        ).resource
        == f"balance:{app.id}"
    )
    receipts = await support.receipts_of(tx, [confirmed])
    assert [one.name for one in receipts[asked.id]] == ["receipt.pdf"]
    with pytest.raises(AlreadyDecided):
        await support.refuse_deposit(tx, asked.id, by_id=operator.id, answer="نه")
    with pytest.raises(AlreadyDecided):
        await support.withdraw_deposit(tx, asked.id, app_id=app.id)


async def test_form_sent_twice_asks_once(tx, app):
    deposit_id = new_id()
    given = {"deposit_id": deposit_id, "tracking_number": "123", "receipt": [PDF]}

    first = await make_deposit(tx, app.id, app.owner_id, **given)
    again = await make_deposit(tx, app.id, app.owner_id, **(given | {"amount_rials": 99_999_999}))

    assert again == first
    assert len(await support.deposits_of(tx, app.id)) == 1
    assert len((await support.receipts_of(tx, [first]))[first.id]) == 1
    other = (await make_app(tx)).app
    with pytest.raises(InvalidField):
        await make_deposit(tx, other.id, other.owner_id, **given)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"deposit_id": "7"}, "deposit_id"),
        ({"deposit_id": "A" * 32}, "deposit_id"),
        ({"amount_rials": 0}, "amount"),
        ({"amount_rials": -10_000_000}, "amount"),
        ({"amount_rials": 2**62}, "amount"),
        ({"method": "cash"}, "method"),
        ({"tracking_number": " "}, "tracking_number"),
        ({"tracking_number": "<b>"}, "tracking_number"),
        ({"tracking_number": "1" * 41}, "tracking_number"),
        ({"note": "x" * 501}, "note"),
    ],
)
async def test_deposit_is_refused_by_field(tx, app, given, field):
    with pytest.raises(InvalidField) as error:
        await make_deposit(tx, app.id, app.owner_id, **given)

    assert error.value.field == field
    assert await support.deposits_of(tx, app.id) == []


async def test_one_transfer_is_confirmed_for_one_app(tx, app):
    other = (await make_app(tx)).app
    mine = await make_deposit(tx, app.id, app.owner_id, tracking_number="۱۲ ab")
    theirs = await make_deposit(tx, other.id, other.owner_id, tracking_number="12AB")
    assert mine.tracking_number == "12AB"
    assert await support.named_elsewhere(tx, mine) == [theirs]
    with pytest.raises(SameTransfer):
        await make_deposit(tx, app.id, app.owner_id, tracking_number="12 AB")

    await support.confirm_deposit(tx, mine.id, by_id=app.owner_id)

    with pytest.raises(SameTransfer):
        await support.confirm_deposit(tx, theirs.id, by_id=app.owner_id)
    await support.refuse_deposit(tx, theirs.id, by_id=app.owner_id, answer="تکراری است")
    assert await support.confirmed_rials(tx, other.id) == 0
    assert len(await announced(tx)) == 1


async def test_refusal_says_why_and_ends_it(tx, app):
    asked = await make_deposit(tx, app.id, app.owner_id)

    with pytest.raises(InvalidField):
        await support.refuse_deposit(tx, asked.id, by_id=app.owner_id, answer=" ")
    refused = await support.refuse_deposit(tx, asked.id, by_id=app.owner_id, answer="نیست")

    assert (refused.state, refused.answer) == ("refused", "نیست")
    with pytest.raises(AlreadyDecided):
        await support.confirm_deposit(tx, asked.id, by_id=app.owner_id)
    assert await announced(tx) == []
    again = await make_deposit(
        tx, app.id, app.owner_id, tracking_number=asked.tracking_number
    )  # a typing mistake may be mended
    assert [one.id for one in await support.open_deposits(tx)] == [again.id]
    assert [one.id for one in await support.decided_deposits(tx)] == [asked.id]


async def test_only_the_own_deposit_is_withdrawn(tx, app):
    asked, other = await make_deposit(tx, app.id, app.owner_id), (await make_app(tx)).app

    for wrong in (asked.id, "nonsense", new_id()):
        with pytest.raises(UnknownDeposit):
            await support.withdraw_deposit(tx, wrong, app_id=other.id)
    taken = await support.withdraw_deposit(tx, asked.id, app_id=app.id)

    assert taken == await support.withdraw_deposit(tx, asked.id, app_id=app.id)
    assert await support.open_deposits_count(tx) == 0


async def test_ten_wait_at_most(tx, app):
    for _ in range(10):
        await make_deposit(tx, app.id, app.owner_id)

    with pytest.raises(TooMuch):
        await make_deposit(tx, app.id, app.owner_id)


async def test_two_operators_confirm_one_transfer_for_one_app(db):
    async with db.write() as tx:
        first, second = (await make_app(tx)).app, (await make_app(tx)).app
        asked = [
            await make_deposit(tx, app.id, app.owner_id, tracking_number="777")
            for app in (first, second)
        ]

    async def confirm(deposit_id):
        async def work(tx):
            return await support.confirm_deposit(tx, deposit_id, by_id=first.owner_id)

        try:
            return (await db.transact(work)).state
        except SameTransfer:
            return "refused"

    ended = await asyncio.gather(*[confirm(one.id) for one in asked * 2])

    assert set(ended) == {"confirmed", "refused"}
    async with db.read() as tx:
        held = [await support.confirmed_rials(tx, app.id) for app in (first, second)]
        assert len(await announced(tx)) == 1
    assert sorted(held) == [0, 10_000_000]
