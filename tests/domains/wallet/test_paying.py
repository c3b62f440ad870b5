"""Money from a bank arrives whole, once, and in the right wallet, whatever is cut short."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dalan.domains import ledger, moderation, payments, posts, wallet
from dalan.kernel import clock, randomness
from dalan.kernel.db import Database
from dalan.kernel.outbound import Outbound, OutboundPolicy
from tests.factories.app_server import app_server, ok
from tests.factories.bank import MERCHANT_ID, press
from tests.factories.identity import make_person

MINUTE = timedelta(minutes=1)
RULES = wallet.PromotionRules(moderation.Policy("none"))


async def held(db: Database, person_id: int) -> int:
    async with db.look() as tx:
        assert await ledger.check(tx) == []
        return await wallet.balance_rials(tx, person_id)


async def come_back(db, gateway, payment, **given) -> wallet.Payment:
    values: dict[str, Any] = {
        "person_id": payment.person_id,
        "authority": payment.authority,
        "is_cancelled": False,
        "rules": RULES,
    }
    return await wallet.come_back(db, gateway, payment.token, **(values | given))


async def test_what_was_paid_is_in_the_wallet(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay")

    paid = await come_back(db, gateway, payment)

    assert (payment.state, paid.state, paid.outcome) == ("sent", "paid", "")
    assert paid.bank_reference
    assert await held(db, person_id) == 500_000


@pytest.mark.parametrize("decision", ["cancel", "time_out"])
async def test_what_was_not_paid_is_not(db, gateway, begin, person_id, decision):
    payment = await begin()
    await press(db, payment.authority, decision)

    after = await come_back(db, gateway, payment, is_cancelled=True)

    assert (after.state, after.outcome) == ("failed", "cancelled")
    assert await held(db, person_id) == 0


async def test_an_address_that_says_paid_is_not_believed(db, gateway, begin, person_id):
    payment = await begin()

    after = await come_back(db, gateway, payment, is_cancelled=False)

    assert (after.state, after.outcome) == ("failed", "unpaid")
    assert await held(db, person_id) == 0


async def test_an_address_that_says_cancelled_is_not_believed_either(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay")

    after = await come_back(db, gateway, payment, is_cancelled=True)

    assert after.state == "paid"
    assert await held(db, person_id) == 500_000


async def test_whoever_brings_another_authority_is_refused(db, gateway, begin, person_id):
    payment, other = await begin(), await begin()
    await press(db, other.authority, "pay")

    for authority in (other.authority, "", "A" * 36, "ی", payment.authority[:-1]):
        with pytest.raises(wallet.ForgedReturn):
            await come_back(db, gateway, payment, authority=authority)

    assert await held(db, person_id) == 0


async def test_another_persons_payment_is_unknown(db, gateway, begin):
    payment = await begin()
    await press(db, payment.authority, "pay")
    async with db.write() as tx:
        stranger = await make_person(tx)

    with pytest.raises(wallet.UnknownPayment):
        await come_back(db, gateway, payment, person_id=stranger.id)

    assert await held(db, stranger.id) == await held(db, payment.person_id) == 0


async def test_an_amount_the_bank_did_not_collect_is_not_booked(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay")
    async with db.write() as tx:
        await tx.execute("UPDATE bank_payment SET amount_rials = 10000", ())

    after = await come_back(db, gateway, payment)

    assert (after.state, after.outcome, after.next_check_at) == ("failed", "not_ours", None)
    assert await held(db, person_id) == 0


async def test_coming_back_again_changes_nothing(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay")
    first = await come_back(db, gateway, payment)

    for is_cancelled in (False, True):
        assert await come_back(db, gateway, payment, is_cancelled=is_cancelled) == first

    assert await held(db, person_id) == 500_000


async def test_paid_before_counts_as_paid(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay_twice")

    assert (await come_back(db, gateway, payment)).state == "paid"
    assert await held(db, person_id) == 500_000


async def test_thirty_two_at_once_book_once(db, gateway, begin, person_id):
    payment = await begin()
    await press(db, payment.authority, "pay")

    after = await asyncio.gather(*(come_back(db, gateway, payment) for _ in range(32)))

    assert {one.state for one in after} == {"paid"}
    assert await held(db, person_id) == 500_000
    async with db.look() as tx:
        assert await ledger.balance_rials(tx, "gateway", 0) == -500_000


async def test_who_never_comes_back_is_found_by_the_clock(db, gateway, begin, person_id, moment):
    payment = await begin()
    await press(db, payment.authority, "pay_and_leave")

    assert await wallet.reconcile(db, gateway, rules=RULES) == 0
    moment.advance(3 * MINUTE)
    assert await wallet.reconcile(db, gateway, rules=RULES) == 1
    assert await wallet.reconcile(db, gateway, rules=RULES) == 0

    assert await held(db, person_id) == 500_000


async def test_who_cancels_and_pays_after_all_is_found_too(db, gateway, begin, person_id, moment):
    payment = await begin()
    await come_back(db, gateway, payment, is_cancelled=True)
    await press(db, payment.authority, "pay_and_leave")

    moment.advance(10 * MINUTE)
    assert await wallet.reconcile(db, gateway, rules=RULES) == 1

    assert await held(db, person_id) == 500_000


async def test_what_is_never_paid_is_given_up_after_an_hour_and_asked_no_more(
    db, gateway, begin, person_id, moment
):
    payment = await begin()

    for _ in range(90):
        moment.advance(MINUTE)
        await wallet.reconcile(db, gateway, rules=RULES)

    async with db.look() as tx:
        after = await wallet.by_token(tx, payment.token, person_id=person_id)
    assert (after.state, after.next_check_at) == ("expired", None)
    assert after.checks_count < 10


async def test_a_gateway_that_is_silent_gives_nothing_up(db, gateway, begin, person_id, moment):
    payment = await begin()
    await press(db, payment.authority, "pay")
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        silent = wallet.Gateway(outbound, "http://127.0.0.1:9", MERCHANT_ID)
        assert (await come_back(db, silent, payment)).state == "sent"
        for _ in range(12):
            moment.advance(30 * MINUTE)
            await wallet.reconcile(db, silent, rules=RULES)

    moment.advance(60 * MINUTE)
    assert await wallet.reconcile(db, gateway, rules=RULES) == 1
    assert await held(db, person_id) == 500_000


async def test_a_payment_the_gateway_never_heard_of_fails(db, person_id):
    async with Outbound(OutboundPolicy(allow_private=True)) as outbound:
        silent = wallet.Gateway(outbound, "http://127.0.0.1:9", MERCHANT_ID)
        with pytest.raises(wallet.GatewayFailed):
            await wallet.begin(
                db, silent, person_id=person_id, amount_rials=500_000,
                callback_url=lambda token: f"http://dalan.test/{token}", description="شارژ",
            )  # fmt: skip

    async with db.look() as tx:
        ((state, outcome),) = await tx.rows("SELECT state, outcome FROM wallet_payment", ())
    assert (state, outcome) == ("failed", "wallet.gateway_failed")


@pytest.mark.parametrize("amount_rials", [-5, 0, 9_999, 1_000_000_001, 2**63])
async def test_amounts_no_gateway_takes_are_refused(begin, amount_rials):
    with pytest.raises(wallet.AmountOutOfBounds):
        await begin(amount_rials=amount_rials)


async def test_nobody_begins_payments_without_end(begin, moment):
    for _ in range(10):
        await begin()
    with pytest.raises(wallet.TooManyUnpaid):
        await begin()

    moment.advance(31 * MINUTE)
    assert (await begin()).state == "sent"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"data": {"code": "100"}},
        {"data": {"code": True}},
        {"data": {"code": 100}},
        {"data": {"code": 100, "authority": "a/../b?c" * 4}},
        {"data": {"code": 100, "authority": 7}},
        {"data": [], "errors": {"code": -11, "message": "Terminal is not active"}},
        {"data": [], "errors": []},
        {"data": None, "errors": [{"code": -9}]},
    ],
)
async def test_an_answer_without_sense_leads_nobody_anywhere(db, begin, answer):
    async with (
        app_server() as odd,
        Outbound(OutboundPolicy(allow_private=True)) as outbound,
    ):
        odd.answer = ok(answer)
        with pytest.raises((wallet.GatewayFailed, wallet.GatewayRefused)):
            await wallet.begin(
                db, wallet.Gateway(outbound, odd.url, MERCHANT_ID), person_id=1,
                amount_rials=500_000, callback_url=str, description="x",
            )  # fmt: skip


def purchase(post: posts.Post, rials: int, operation: payments.Operation = "bump"):
    return wallet.Purchase(
        operation=operation, post_id=post.id, price_rials=rials,
        order_uuid=str(randomness.uuid4()),
    )  # fmt: skip


async def price(db: Database, post: posts.Post, operation: payments.Operation = "bump") -> int:
    async with db.look() as tx:
        return (await payments.offer(tx, operation, post)).cost_rials


async def listed_at(db: Database, post: posts.Post):
    async with db.look() as tx:
        found = await posts.by_id(tx, post.id)
    assert found is not None
    return found.listed_at


async def test_a_bump_is_paid_and_done_in_one(db, gateway, begin, post, person_id, moment):
    moment.advance(timedelta(days=1))
    rials = await price(db, post)
    payment = await begin(amount_rials=rials, purchase=purchase(post, rials))
    await press(db, payment.authority, "pay")

    paid = await come_back(db, gateway, payment)
    await asyncio.gather(*(come_back(db, gateway, payment) for _ in range(8)))

    assert (paid.state, paid.outcome) == ("paid", "")
    assert await listed_at(db, post) == clock.now()
    assert await held(db, person_id) == 0
    async with db.look() as tx:
        assert await ledger.balance_rials(tx, "revenue", 0) == rials


@pytest.mark.parametrize("spoiled", ["bumped", "deleted", "dearer"])
async def test_what_cannot_be_done_any_more_leaves_the_money_in_the_wallet(
    db, gateway, begin, post, person_id, moment, spoiled
):
    moment.advance(timedelta(days=1))
    rials = await price(db, post)
    payment = await begin(amount_rials=rials, purchase=purchase(post, rials))
    await press(db, payment.authority, "pay")
    async with db.write() as tx:
        if spoiled == "bumped":
            await posts.bump(tx, post, by=posts.by_owner(person_id))
        elif spoiled == "deleted":
            await posts.delete(tx, post)
        else:
            await payments.set_price(
                tx, "bump", category="", city="", app_id=None, cost_rials=rials + 10_000,
                by_id=person_id,
            )  # fmt: skip

    paid = await come_back(db, gateway, payment)

    codes = {
        "bumped": "posts.too_soon",
        "deleted": "posts.wrong_state",
        "dearer": "payments.price_changed",
    }
    assert (paid.state, paid.outcome) == ("paid", codes[spoiled])
    assert await held(db, person_id) == rials
