"""A payment at the gateway, from the wish to the booking.

``created`` → the gateway is asked → ``sent`` → the person pays there → the gateway is asked
whether they did → ``paid``, booked and spent in one unit of work. Whatever is cut short between
two of these is found by ``reconcile``: as long as the gateway could still say yes, it is asked.
Nobody's word but the gateway's is believed.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta

import msgspec

from dalan.domains import ledger, payments, posts
from dalan.domains.wallet import queries
from dalan.domains.wallet.errors import (
    AmountOutOfBounds,
    ForgedReturn,
    GatewayFailed,
    GatewayRefused,
    TooManyUnpaid,
    UnknownPayment,
)
from dalan.domains.wallet.gateway import AMOUNT_MAX_RIALS, AMOUNT_MIN_RIALS, Gateway, Verdict
from dalan.domains.wallet.promoting import PromotionRules, promote
from dalan.domains.wallet.tables import Payment
from dalan.errors import Conflict, FailedPrecondition, Invalid, Unavailable
from dalan.kernel import clock, logs, randomness
from dalan.kernel.db import Database, ReadTransaction, WriteTransaction

log = logs.get("wallet")

UNPAID_MAX = 10
UNPAID_WITHIN = timedelta(minutes=30)
"""So many payments may be begun and left in that time: each costs the gateway a session."""

FIRST_CHECK = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=30)
OPEN_FOR = timedelta(hours=1)
"""A gateway ends a session that is not paid long before; asked after that, its no is final."""

CHECKED_AT_ONCE = 20


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """What is bought as soon as the money is there. ``order_uuid`` is a UUID v4 of this purchase
    alone; ``price_rials`` what the person agreed to."""

    operation: payments.Operation
    post_id: int
    price_rials: int
    order_uuid: str


class Begun(msgspec.Struct, frozen=True):
    """A payment the gateway waits for, and where the person makes it."""

    payment: Payment
    start_url: str


async def begin(
    db: Database,
    gateway: Gateway,
    *,
    person_id: int,
    amount_rials: int,
    callback_url: Callable[[str], str],
    description: str,
    purchase: Purchase | None = None,
) -> Begun:
    """Announce a payment to the gateway. ``callback_url`` makes the address to come back to from
    the payment's token.

    Units of work of its own, with the call between them. Raises ``AmountOutOfBounds`` and
    ``TooManyUnpaid``, nothing done; ``GatewayFailed`` and ``GatewayRefused`` with the payment
    written down as failed.
    """
    if not AMOUNT_MIN_RIALS <= amount_rials <= AMOUNT_MAX_RIALS:
        raise AmountOutOfBounds(least_rials=AMOUNT_MIN_RIALS, most_rials=AMOUNT_MAX_RIALS)
    token = randomness.token_urlsafe(18)

    async def create(tx: WriteTransaction) -> Payment:
        since = clock.now() - UNPAID_WITHIN
        begun = await queries.count_unpaid_since.scalar(tx, person_id=person_id, since=since)
        if begun >= UNPAID_MAX:
            raise TooManyUnpaid(int(UNPAID_WITHIN.total_seconds()))
        return await queries.add.one(
            tx,
            token=token,
            person_id=person_id,
            amount_rials=amount_rials,
            purpose=purchase.operation if purchase else "top_up",
            post_id=purchase.post_id if purchase else None,
            price_rials=purchase.price_rials if purchase else 0,
            order_uuid=purchase.order_uuid if purchase else "",
            state="created",
            bank_reference="",
            outcome="",
            created_at=clock.now(),
            checks_count=0,
        )

    payment = await db.transact(create)
    try:
        authority = await gateway.request(
            amount_rials=amount_rials,
            callback_url=callback_url(token),
            description=description,
            order_id=token,
        )
    except Unavailable as error:
        await _leave_unpaid(db, payment, "failed", error.code)
        log.warning("gateway took no payment", error=error.code, fault=str(error))
        raise
    sent = await db.transact(lambda tx: _send(tx, payment, authority))
    return Begun(sent, gateway.start_url(authority))


async def by_token(tx: ReadTransaction, token: str, *, person_id: int) -> Payment:
    """A person's own payment. Raises ``UnknownPayment``, for anybody else's too."""
    found = await queries.by_token.one_or_none(tx, wanted=token)
    if found is None or found.person_id != person_id:
        raise UnknownPayment
    return found


async def come_back(
    db: Database,
    gateway: Gateway,
    token: str,
    *,
    person_id: int,
    authority: str,
    is_cancelled: bool,
    rules: PromotionRules,
) -> Payment:
    """The person is back from the bank, with what the address says. Whether it was paid, the
    gateway alone is asked; when it does not answer, the payment stays as it is and ``reconcile``
    asks on.

    Raises ``UnknownPayment`` and ``ForgedReturn``, nothing changed.
    """
    async with db.look() as tx:
        payment = await by_token(tx, token, person_id=person_id)
    if not hmac.compare_digest((payment.authority or "").encode(), authority.encode()):
        raise ForgedReturn
    unpaid_means = "cancelled" if is_cancelled else "unpaid"
    return await check(db, gateway, payment, rules=rules, unpaid_means=unpaid_means)


async def check(
    db: Database,
    gateway: Gateway,
    payment: Payment,
    *,
    rules: PromotionRules,
    unpaid_means: str = "",
) -> Payment:
    """Ask the gateway about a payment and write down what it says; the payment as it is then.

    ``unpaid_means``: why it failed, if it is not paid; "" leaves it open while the person may
    still be at the bank.
    """
    if payment.authority is None or payment.state == "paid":
        return payment
    try:
        verdict = await gateway.verify(payment.authority, amount_rials=payment.amount_rials)
    except (GatewayFailed, GatewayRefused) as error:
        log.warning("gateway said nothing of a payment", payment_id=payment.id, error=error.code)
        return await _leave_unpaid(
            db, payment, payment.state, payment.outcome, check_in=_pause(payment)
        )
    if verdict.answer == "paid":
        return await _settle(db, payment, verdict, rules=rules)
    if verdict.answer == "not_ours":
        log.error("gateway does not know a payment of ours", payment_id=payment.id)
        return await _leave_unpaid(db, payment, "failed", "not_ours")
    is_over = clock.now() >= payment.created_at + OPEN_FOR
    if payment.state == "expired":  # what is over stays over
        return payment
    state = "failed" if unpaid_means or payment.state == "failed" else "sent"
    if is_over and state == "sent":
        state = "expired"
    return await _leave_unpaid(
        db,
        payment,
        state,
        unpaid_means or payment.outcome,
        check_in=None if is_over else _pause(payment),
    )


async def reconcile(db: Database, gateway: Gateway | None, *, rules: PromotionRules) -> int:
    """Ask about every payment that is due to be asked about; answers how many were found paid.

    For the clock. Without a gateway nothing is asked, and nothing given up that was sent.
    """
    await db.transact(lambda tx: queries.give_up_created.execute(tx, before=clock.now() - OPEN_FOR))
    if gateway is None:
        return 0
    async with db.look() as tx:
        due = await queries.due.all(tx, at=clock.now(), count=CHECKED_AT_ONCE)
    found = 0
    for payment in due:
        after = await check(db, gateway, payment, rules=rules)
        found += after.state == "paid"
    return found


async def _send(tx: WriteTransaction, payment: Payment, authority: str) -> Payment:
    if await queries.by_authority.one_or_none(tx, wanted=authority) is not None:
        raise GatewayFailed("the gateway gave one authority to two payments")
    sent = await queries.send.one_or_none(
        tx, payment_id=payment.id, new_authority=authority, check_at=clock.now() + FIRST_CHECK
    )
    if sent is None:  # given up while the gateway took its time
        raise GatewayFailed("the gateway answered too late")
    return sent


async def _settle(
    db: Database, payment: Payment, verdict: Verdict, *, rules: PromotionRules
) -> Payment:
    """Book it, and do what it was paid for, in one unit of work; if that cannot be done any more,
    book it alone: the money is the person's then."""

    async def book_and_buy(tx: WriteTransaction) -> Payment:
        booked = await _book(tx, payment, verdict, outcome="")
        if booked is None:
            return await queries.by_token.one(tx, wanted=payment.token)
        if payment.post_id is not None:
            await _buy(tx, payment, payment.post_id, rules=rules)
        return booked

    try:
        return await db.transact(book_and_buy)
    except (FailedPrecondition, Conflict, Invalid) as refusal:
        why = refusal.code

    async def book_alone(tx: WriteTransaction) -> Payment:
        booked = await _book(tx, payment, verdict, outcome=why)
        return booked or await queries.by_token.one(tx, wanted=payment.token)

    return await db.transact(book_alone)


async def _book(
    tx: WriteTransaction, payment: Payment, verdict: Verdict, *, outcome: str
) -> Payment | None:
    """None when it was booked before."""
    paid = await queries.settle.one_or_none(
        tx,
        payment_id=payment.id,
        reference=verdict.bank_reference,
        why=outcome,
        at=clock.now(),
    )
    if paid is None:
        return None
    await ledger.transfer(
        tx,
        reference=payment.reference,
        kind="top_up",
        sides=[
            ledger.Side("gateway", 0, -payment.amount_rials),
            ledger.Side("wallet", payment.person_id, payment.amount_rials),
        ],
    )
    return paid


async def _buy(
    tx: WriteTransaction, payment: Payment, post_id: int, *, rules: PromotionRules
) -> None:
    assert payment.purpose != "top_up", "a top-up names no post"
    post = await posts.by_id(tx, post_id)
    if post is None or not await posts.may_act(tx, post, payment.person_id):
        raise posts.WrongState(state="gone", wanted=payment.purpose)
    order = payments.order(
        payments.by_wallet(payment.person_id),
        payment.order_uuid,
        payment.purpose,
        post,
        agreed_rials=payment.price_rials,
    )
    by = posts.by_owner(payment.person_id)
    await promote(tx, order, by=by, rules=rules)


async def _leave_unpaid(
    db: Database,
    payment: Payment,
    state: str,
    why: str,
    *,
    check_in: timedelta | None = None,
) -> Payment:
    async def work(tx: WriteTransaction) -> Payment:
        left = await queries.leave_unpaid.one_or_none(
            tx,
            payment_id=payment.id,
            seen_state=payment.state,
            new_state=state,
            why=why,
            check_at=None if check_in is None else clock.now() + check_in,
        )
        return left or await queries.by_token.one(tx, wanted=payment.token)

    return await db.transact(work)


def _pause(payment: Payment) -> timedelta:
    doubled: timedelta = FIRST_CHECK * 2 ** min(payment.checks_count, 10)
    return min(doubled, LONGEST_PAUSE)
