"""Paying: the debit and the change of the post, both or neither, once under one id."""

from datetime import timedelta

import pytest

from dalan.domains import ledger, payments, posts
from dalan.errors import FailedPrecondition
from dalan.kernel import paging
from dalan.kernel.clock import AdjustableClock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from tests.factories.payments import (
    RICH_RIALS,
    make_order,
    make_rich_app,
    make_unpaid_post,
    new_id,
)
from tests.factories.posts import make_owner, make_post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def pay(tx: WriteTransaction, order: payments.Order) -> payments.Transaction:
    return await payments.pay(tx, order, by=posts.SYSTEM, reviewed=True)


async def now(tx: ReadTransaction, post: posts.Post) -> posts.Post:
    found = await posts.by_id(tx, post.id)
    assert found is not None
    return found


async def price(tx: WriteTransaction, operation: payments.Operation, post: posts.Post) -> int:
    offer = await payments.offer(tx, operation, post)
    return offer.cost_rials


async def test_publication_takes_the_price_and_moves_the_post_on(tx):
    app_id = await make_rich_app(tx)
    post = await make_unpaid_post(tx, app_id)

    paid = await pay(tx, make_order(app_id, post, extra_details="فاکتور ۱۲"))

    assert paid.state == "completed"
    assert paid.cost_rials == await price(tx, "submit", post) > 0
    assert await payments.balance_rials(tx, app_id) == RICH_RIALS - paid.cost_rials
    assert await ledger.balance_rials(tx, "revenue", 0) == paid.cost_rials
    assert (await now(tx, post)).state == "waiting_for_review"
    assert paid.extra_details == "فاکتور ۱۲"


async def test_bump_and_renew_take_their_prices_and_do_what_they_say(tx, moment: AdjustableClock):
    app_id = await make_rich_app(tx)
    post = await make_post(tx)
    moment.advance(posts.LIFETIME - DAY)

    bumped = await pay(tx, make_order(app_id, post, "bump"))
    post = await now(tx, post)
    renewed = await pay(tx, make_order(app_id, post, "renew"))

    after = await now(tx, post)
    assert after.listed_at == bumped.created_at
    assert after.expires_at == renewed.created_at + posts.LIFETIME
    spent = bumped.cost_rials + renewed.cost_rials
    assert await payments.balance_rials(tx, app_id) == RICH_RIALS - spent
    assert await ledger.check(tx) == []


async def test_same_id_again_is_refused_and_takes_nothing_more(tx, moment: AdjustableClock):
    app_id = await make_rich_app(tx)
    post = await make_post(tx)
    moment.advance(5 * HOUR)
    first = make_order(app_id, post, "bump")
    paid = await pay(tx, first)
    moment.advance(5 * HOUR)
    again = make_order(app_id, await now(tx, post), "bump", uuid=first.uuid.upper())

    with pytest.raises(payments.TransactionExists) as refusal:
        await pay(tx, again)

    assert refusal.value.earlier == paid
    assert await payments.balance_rials(tx, app_id) == RICH_RIALS - paid.cost_rials


async def test_two_apps_may_choose_the_same_id(tx):
    one, other = await make_rich_app(tx), await make_rich_app(tx)
    uuid = new_id()
    await pay(tx, make_order(one, await make_unpaid_post(tx, one), uuid=uuid))

    paid = await pay(tx, make_order(other, await make_unpaid_post(tx, other), uuid=uuid))

    mine = await payments.transaction_of(tx, payments.by_balance(other), uuid)
    assert mine == paid
    assert mine.payer_id == other


async def test_refused_payment_is_written_down_and_its_id_may_be_used_again(db):
    async with db.write() as tx:
        app_id = await make_rich_app(tx, rials=1)
        post = await make_unpaid_post(tx, app_id)
    order = make_order(app_id, post)
    with pytest.raises(ledger.InsufficientFunds) as refusal:
        await db.transact(lambda tx: pay(tx, order))
    await db.transact(lambda tx: payments.note_failure(tx, order, refusal.value))

    async with db.write() as tx:
        failed = await payments.transaction_of(tx, order.payer, order.uuid)
        assert (failed.state, failed.failure) == ("failed", "ledger.insufficient_funds")
        assert await payments.balance_rials(tx, app_id) == 1
        assert (await now(tx, post)).state == "waiting_for_payment"
        await payments.pay_in(tx, app_id, reference="more", amount_rials=RICH_RIALS)
    paid = await db.transact(lambda tx: pay(tx, order))

    assert (paid.state, paid.failure, paid.id) == ("completed", "", failed.id)
    async with db.look() as look:
        assert await ledger.check(look) == []


async def test_late_note_of_a_failure_does_not_touch_a_payment_that_succeeded(tx):
    app_id = await make_rich_app(tx)
    order = make_order(app_id, await make_unpaid_post(tx, app_id))
    paid = await pay(tx, order)

    noted = await payments.note_failure(tx, order, FailedPrecondition("late"))

    assert noted is None
    assert await payments.transaction_of(tx, order.payer, order.uuid) == paid


@pytest.mark.parametrize(
    ("operation", "state", "waited", "error"),
    [
        ("submit", "published", 0, posts.WrongState),
        ("submit", "retired", 0, posts.WrongState),
        ("bump", "waiting_for_payment", 48, posts.WrongState),
        ("bump", "retired", 48, posts.WrongState),
        ("bump", "published", 3.9, posts.TooSoon),
        ("renew", "published", 48, posts.TooSoon),
        ("renew", "rejected", 48, posts.WrongState),
    ],
)
async def test_what_cannot_be_done_now_costs_nothing(
    db, moment: AdjustableClock, operation, state, waited, error
):
    async with db.write() as tx:
        app_id = await make_rich_app(tx)
        post = await make_post(tx, app_id=app_id, state=state)
    moment.advance(waited * HOUR)
    async with db.look() as look:
        offer = await payments.offer(look, operation, post, app_id=app_id)

    with pytest.raises(error):
        await db.transact(lambda tx: pay(tx, make_order(app_id, post, operation)))

    assert not offer.available
    assert offer.obstacle == ("too_soon" if error is posts.TooSoon else "state")
    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == RICH_RIALS


async def test_app_does_not_pay_for_publishing_what_another_submitted(db):
    async with db.write() as tx:
        app_id, other = await make_rich_app(tx), await make_rich_app(tx)
        post = await make_unpaid_post(tx, other)

    with pytest.raises(payments.NotSubmittedByApp):
        await db.transact(lambda tx: pay(tx, make_order(app_id, post)))

    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == RICH_RIALS
        offer = await payments.offer(look, "submit", post, app_id=app_id)
    assert offer.obstacle == "other_app"


async def test_owner_pays_from_the_wallet_what_they_were_told_it_costs(tx):
    owner_id = await make_owner(tx)
    post = await make_post(tx, owner_id=owner_id, state="waiting_for_payment")
    cost_rials = await price(tx, "submit", post)
    sides = [ledger.Side("gateway", 0, -cost_rials), ledger.Side("wallet", owner_id, cost_rials)]
    await ledger.transfer(tx, reference="topped up", kind="top_up", sides=sides)
    payer = payments.by_wallet(owner_id)

    order = payments.order(payer, new_id(), "submit", post, agreed_rials=cost_rials)
    paid = await pay(tx, order)

    assert (paid.payer_kind, paid.app_id) == ("wallet", None)
    assert await ledger.balance_rials(tx, "wallet", owner_id) == 0


async def test_price_that_changed_meanwhile_is_not_taken(db):
    async with db.write() as tx:
        app_id = await make_rich_app(tx)
        post = await make_unpaid_post(tx, app_id)
        agreed = await price(tx, "submit", post) + 10

    with pytest.raises(payments.PriceChanged):
        await db.transact(lambda tx: pay(tx, make_order(app_id, post, agreed_rials=agreed)))

    async with db.look() as look:
        assert await payments.balance_rials(look, app_id) == RICH_RIALS


async def test_what_costs_nothing_is_done_and_leaves_no_trace_in_the_books(tx):
    app_id = await make_rich_app(tx, rials=0)
    post = await make_unpaid_post(tx, app_id)
    await payments.set_price(
        tx, "submit", category="", city="", app_id=None, cost_rials=0, by_id=post.owner_id
    )

    paid = await pay(tx, make_order(app_id, post))

    assert (paid.state, paid.cost_rials) == ("completed", 0)
    assert (await now(tx, post)).state == "waiting_for_review"
    assert await ledger.transfer_of(tx, paid.reference) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "not a uuid at all",
        "00000000-0000-0000-0000-000000000000",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",  # version 1
        "6fa459ea-ee8a-3ca4-894e-db77e160355e",  # version 3
        "{550e8400-e29b-41d4-a716-446655440000}",
        "550e8400e29b41d4a716446655440000",
        "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
        " 50e8400-e29b-41d4-a716-446655440000",
        "۵50e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_what_is_no_uuid_of_version_four_names_no_payment(text):
    with pytest.raises(payments.InvalidField) as refusal:
        payments.payment_id(text)

    assert refusal.value.field == "id"


async def test_pages_give_every_transaction_once_newest_first(tx, moment: AdjustableClock):
    app_id = await make_rich_app(tx)
    made = []
    for number in range(7):
        made.append(await pay(tx, make_order(app_id, await make_unpaid_post(tx, app_id))))
        moment.advance(timedelta(seconds=number % 2))  # some at the same moment
    seen, after = [], ""
    while True:
        page = await payments.transactions_of(tx, "app", app_id, size=2, after=after)
        seen += page.transactions
        if not page.next:
            break
        after = page.next
        newer = make_order(app_id, await make_unpaid_post(tx, app_id))
        await pay(tx, newer)  # comes before everything and moves nothing

    assert seen == sorted(made, key=lambda one: (one.created_at, one.id), reverse=True)


@pytest.mark.parametrize("size", [0, -1, 101])
async def test_page_of_another_size_is_refused(tx, size):
    with pytest.raises(payments.InvalidField):
        await payments.transactions_of(tx, "app", 1, size=size)


@pytest.mark.parametrize("after", ["x", "!!", "kgEC", "a" * 600])
async def test_page_token_nobody_gave_is_refused(tx, after):
    with pytest.raises(paging.InvalidCursor):
        await payments.transactions_of(tx, "app", 1, size=10, after=after)
