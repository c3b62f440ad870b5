"""A charge through its states: the money is with the person, between them, or with the app."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import charges, developers, ledger
from dalan.errors import DalanError
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import Database, DatabaseBusy, WriteTransaction
from tests.factories.developers import make_app
from tests.factories.identity import make_person
from tests.factories.payments import new_id

RICH_RIALS, ASKED_RIALS = 1_000_000, 400_000
AT_ONCE = 32
POLICY = developers.AddressPolicy()


async def make_charge(tx: WriteTransaction, *, held: int = RICH_RIALS, **said: Any) -> Any:
    """A charge on somebody who has that much."""
    person_id = said.pop("person_id", None) or (await make_person(tx)).id
    app = said.pop("app", None) or (await make_app(tx, production=True)).app
    if held:
        await ledger.transfer(
            tx, reference=new_id(), kind="top_up",
            sides=[ledger.Side("gateway", 0, -held), ledger.Side("wallet", person_id, held)],
        )  # fmt: skip
    given: dict[str, Any] = {
        "amount_rials": ASKED_RIALS,
        "description": "گزارش کارشناسی",
        "return_url": "https://app.example/back",
        "policy": POLICY,
    }
    return await charges.ask(tx, app=app, person_id=person_id, **given | said)


async def held(tx: Any, asked: charges.Charge) -> tuple[int, int, int]:
    """What the person, nobody and the app hold."""
    assert await ledger.check(tx) == []
    return (
        await ledger.balance_rials(tx, "wallet", asked.person_id),
        await ledger.balance_rials(tx, "wallet", charges.HELD_BY),
        await ledger.balance_rials(tx, "app", asked.app_id),
    )


async def test_money_goes_from_the_person_to_nobody_to_the_app(tx: WriteTransaction):
    asked = await make_charge(tx)
    assert await held(tx, asked) == (RICH_RIALS, 0, 0)

    paid = await charges.pay(tx, asked.token, person_id=asked.person_id)
    assert (paid.state, await held(tx, asked)) == ("paid", (600_000, ASKED_RIALS, 0))

    taken = await charges.take(tx, asked.token, app_id=asked.app_id)
    assert (taken.state, await held(tx, asked)) == ("taken", (600_000, 0, ASKED_RIALS))


async def test_what_nobody_paid_is_over_and_may_not_be_paid_or_taken(
    tx: WriteTransaction, moment: AdjustableClock
):
    asked = await make_charge(tx)
    with pytest.raises(charges.NotPaid):
        await charges.take(tx, asked.token, app_id=asked.app_id)
    moment.advance(charges.PAY_WITHIN)

    for _ in range(2):  # before and after the duty: nothing waits for it
        assert (await charges.of_app(tx, asked.token, app_id=asked.app_id)).state == "over"
        with pytest.raises(charges.ChargeOver):
            await charges.pay(tx, asked.token, person_id=asked.person_id)
        with pytest.raises(charges.ChargeOver):
            await charges.take(tx, asked.token, app_id=asked.app_id)
        await charges.end_due(tx)

    assert await charges.end_due(tx) == 0
    assert await held(tx, asked) == (RICH_RIALS, 0, 0)


async def test_what_no_app_took_goes_back_once(tx: WriteTransaction, moment: AdjustableClock):
    asked = await make_charge(tx)
    await charges.pay(tx, asked.token, person_id=asked.person_id)
    moment.advance(charges.TAKE_WITHIN - timedelta(seconds=1))
    assert await charges.end_due(tx) == 0
    moment.advance(timedelta(seconds=1))
    with pytest.raises(charges.ChargeOver):
        await charges.take(tx, asked.token, app_id=asked.app_id)

    assert [await charges.end_due(tx), await charges.end_due(tx)] == [1, 0]

    assert await held(tx, asked) == (RICH_RIALS, 0, 0)


async def test_no_is_the_end_before_it_is_paid_and_nothing_after(tx: WriteTransaction):
    declined, paid = await make_charge(tx), await make_charge(tx)
    await charges.pay(tx, paid.token, person_id=paid.person_id)

    for asked, state in ((declined, "over"), (paid, "paid")):
        for _ in range(2):
            now = await charges.decline(tx, asked.token, person_id=asked.person_id)
            assert now.state == state


async def test_poor_wallet_pays_nothing_and_may_pay_later(tx: WriteTransaction):
    asked = await make_charge(tx, held=ASKED_RIALS - 1)

    with pytest.raises(ledger.InsufficientFunds):
        await charges.pay(tx, asked.token, person_id=asked.person_id)


async def test_operator_gives_back_what_was_taken_once_out_of_the_apps_balance(
    tx: WriteTransaction,
):
    asked = await make_charge(tx)
    assert await charges.refund(tx, asked.id) is None, "nobody paid"
    await charges.pay(tx, asked.token, person_id=asked.person_id)
    assert await charges.refund(tx, asked.id) is None, "it is held: the clock gives it back"
    await charges.take(tx, asked.token, app_id=asked.app_id)

    given = [await charges.refund(tx, asked.id) for _ in range(2)]

    assert given[0] is not None
    assert (given[0].state, given[0].is_refundable, given[1]) == ("taken", False, None)
    assert await held(tx, asked) == (RICH_RIALS, 0, 0)
    again = await charges.take(tx, asked.token, app_id=asked.app_id)
    assert (again.state, await held(tx, asked)) == ("taken", (RICH_RIALS, 0, 0))
    with pytest.raises(charges.UnknownCharge):
        await charges.refund(tx, asked.id + 99)


async def test_what_the_app_spent_meanwhile_is_not_given_back(db: Database):
    async with db.write() as tx:
        asked = await make_charge(tx)
        await charges.pay(tx, asked.token, person_id=asked.person_id)
        await charges.take(tx, asked.token, app_id=asked.app_id)
        spent = [ledger.Side("app", asked.app_id, -1), ledger.Side("revenue", 0, 1)]
        await ledger.transfer(tx, reference=new_id(), kind="bump", sides=spent)

    with pytest.raises(ledger.InsufficientFunds):
        async with db.write() as tx:
            await charges.refund(tx, asked.id)

    async with db.look() as look:
        assert (await charges.charge(look, asked.id)).is_refundable
        assert await held(look, asked) == (RICH_RIALS - ASKED_RIALS, 0, ASKED_RIALS - 1)


@pytest.mark.parametrize("what", ["pay", "take"])
async def test_many_at_once_move_it_once(db: Database, what: str):
    async with db.write() as tx:
        asked = await make_charge(tx)
        if what == "take":
            await charges.pay(tx, asked.token, person_id=asked.person_id)

    async def once(tx: WriteTransaction) -> charges.Charge:
        if what == "pay":
            return await charges.pay(tx, asked.token, person_id=asked.person_id)
        return await charges.take(tx, asked.token, app_id=asked.app_id)

    answers = await asyncio.gather(*(until_free(db, once) for _ in range(AT_ONCE)))

    assert {one.state for one in answers} == {"paid" if what == "pay" else "taken"}
    async with db.look() as look:
        moved = (0, ASKED_RIALS) if what == "take" else (ASKED_RIALS, 0)
        assert await held(look, asked) == (RICH_RIALS - ASKED_RIALS, *moved)


async def test_many_operators_at_once_give_it_back_once(db: Database):
    async with db.write() as tx:
        asked = await make_charge(tx)
        await charges.pay(tx, asked.token, person_id=asked.person_id)
        await charges.take(tx, asked.token, app_id=asked.app_id)

    async def once(tx: WriteTransaction) -> charges.Charge | None:
        return await charges.refund(tx, asked.id)

    answers = await asyncio.gather(*(until_free(db, once) for _ in range(AT_ONCE)))

    assert len([one for one in answers if one is not None]) == 1
    async with db.look() as look:
        assert await held(look, asked) == (RICH_RIALS, 0, 0)


async def test_app_and_clock_race_for_what_was_paid_and_one_of_them_has_it(
    db: Database, moment: AdjustableClock
):
    async with db.write() as tx:
        asked = [await make_charge(tx) for _ in range(6)]
        for one in asked:
            await charges.pay(tx, one.token, person_id=one.person_id)

    async def take(one: charges.Charge) -> str:
        try:
            taken = await until_free(db, lambda tx: charges.take(tx, one.token, app_id=one.app_id))
            return str(taken.state)
        except DalanError as error:
            return error.code

    async def end() -> None:
        moment.advance(charges.TAKE_WITHIN)
        await until_free(db, charges.end_due)

    *taken, _ = await asyncio.gather(*(take(one) for one in asked), end())

    async with db.look() as look:
        for one, said in zip(asked, taken, strict=True):
            person, _, app = await held(look, one)
            has_it = said == "taken"
            assert (person, app) == ((600_000, ASKED_RIALS) if has_it else (RICH_RIALS, 0)), said
        assert await ledger.balance_rials(look, "wallet", charges.HELD_BY) == 0


async def until_free(db: Database, work: Callable[[WriteTransaction], Awaitable[Any]]) -> Any:
    while True:
        try:
            return await db.transact(work)
        except DatabaseBusy:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount_rials": 0}, "amount_rials"),
        ({"amount_rials": -5}, "amount_rials"),
        ({"amount_rials": charges.AMOUNT_MAX_RIALS + 1}, "amount_rials"),
        ({"description": " "}, "description"),
        ({"description": "x" * 201}, "description"),
        ({"return_url": "http://app.example/"}, "redirect_url"),
        ({"return_url": "javascript:alert(1)"}, "redirect_url"),
        ({"return_url": "https://app.example/" + "x" * 2_048}, "redirect_url"),
    ],
)
async def test_charge_that_makes_no_sense_is_refused_by_field(tx: WriteTransaction, said, field):
    with pytest.raises(charges.InvalidField) as refused:
        await make_charge(tx, **said)

    assert refused.value.field == field


async def test_development_app_asks_its_own_team_alone(tx: WriteTransaction):
    app = (await make_app(tx)).app

    with pytest.raises(charges.OnlyOwnTeam):
        await make_charge(tx, app=app)

    assert (await make_charge(tx, app=app, person_id=app.owner_id)).state == "created"


async def test_app_that_asks_on_and_on_waits(tx: WriteTransaction, moment: AdjustableClock):
    first = await make_charge(tx)
    app = await developers.app(tx, first.app_id)
    for _ in range(charges.OPEN_MAX - 1):
        await make_charge(tx, held=0, app=app, person_id=first.person_id)

    with pytest.raises(charges.TooManyOpen):
        await make_charge(tx, held=0, app=app, person_id=first.person_id)

    moment.advance(charges.PAY_WITHIN)
    assert (await make_charge(tx, held=0, app=app, person_id=first.person_id)).state == "created"


async def test_others_know_nothing_of_it(tx: WriteTransaction):
    asked, other = await make_charge(tx), await make_charge(tx)

    for token in (asked.token, "nonsense", "", "x" * 10_000):
        with pytest.raises(charges.UnknownCharge):
            await charges.take(tx, token, app_id=other.app_id)
        with pytest.raises(charges.UnknownCharge):
            await charges.pay(tx, token, person_id=other.person_id)
