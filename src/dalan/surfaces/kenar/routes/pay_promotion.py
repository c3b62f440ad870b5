"""Promotion of a post at its owner's expense. Reference 5.7, ``pay-promotion``.

Wallet and post change in one unit of work: paid and done, or neither. What an app may not be told
at once is which of the two. Then it is told ``PAY_STATUS_RECONCILING``, the payment goes on, and
asking again with the same id tells how it ended: decision 0028.
"""

import asyncio
from typing import Final

from dalan.domains import ledger, payments, posts, wallet
from dalan.errors import DalanError, FailedPrecondition
from dalan.kernel import logs
from dalan.kernel.db import OutcomeUnknown, WriteTransaction
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import own_post
from dalan.surfaces.kenar.wire import payments as wire
from dalan.surfaces.operations import Operation

log = logs.get("kenar")

ANSWER_SECONDS_MAX = 0.8
"""Apps wait a second or two (reference 5.0, latency); an answer they do not hear is none."""

_under_way: "set[asyncio.Task[payments.Transaction]]" = set()
"""What goes on though its app was answered: the loop itself keeps no hold of it."""

_OPERATIONS: Final[dict[wire.PromotionOperation, payments.Operation]] = {
    "PROMOTION_OPERATION_PUBLISH": "submit",
    "PROMOTION_OPERATION_REORDER": "bump",
    "PROMOTION_OPERATION_RENEW": "renew",
}
_STATUS: Final[dict[payments.State, wire.PayStatus]] = {
    "completed": "PAY_STATUS_PAID",
    "refunded": "PAY_STATUS_PAID",
    "failed": "PAY_STATUS_FAILED",
    "pending": "PAY_STATUS_RECONCILING",
}


class NoBusinessWallet(FailedPrecondition):
    """The business is to pay, and the post belongs to none."""

    code = "kenar.no_business_wallet"

    def __init__(self) -> None:
        super().__init__("the post belongs to no business: say is_personal for the person's wallet")


async def pay_post_promotion(call: Call) -> wire.PayPostPromotionResponse:
    """Publish, bump or renew one of the person's posts from their wallet, at the public price.

    ``id`` names the payment: asking again answers what became of it the first time, a wallet that
    held too little as ``PAY_STATUS_FAILED``. The same id for something else is a conflict.
    ``PAY_STATUS_RECONCILING`` when that is not known yet: the payment takes longer than an app
    waits, or the database went away while it was being written.
    """
    body = call.body(wire.PayPostPromotionBody)
    paying = asyncio.ensure_future(_pay(call, body))
    _under_way.add(paying)
    paying.add_done_callback(_forget)
    # Not cancelled when its time is over, nor when the app hangs up: it ends one way or the other.
    await asyncio.wait({paying}, timeout=ANSWER_SECONDS_MAX)
    if paying.done():
        try:
            return _outcome(paying.result())
        except OutcomeUnknown:
            log.error("outcome of a promotion unknown", app=call.app.slug)
    return await _reconciling(call, body)


async def _pay(call: Call, body: wire.PayPostPromotionBody) -> payments.Transaction:
    operation = _OPERATIONS[body.operation]
    rules = call.services.promotion_rules
    orders: list[payments.Order] = []

    async def work(tx: WriteTransaction) -> payments.Transaction:
        call.tx = tx
        post = await own_post(call, call.path["post_token"], least="manager")
        order = payments.order(await _payer(call, post, body.is_personal), body.id, operation, post)
        orders[:] = [order]
        if (earlier := await _earlier(call, post, order)) is not None:
            return earlier
        return await wallet.promote(tx, order, by=posts.by_app(call.app.app_id), rules=rules)

    try:
        try:
            return await call.services.db.transact(work)
        except payments.TransactionExists:
            # Either somebody asked the same at the same moment, which is found now, or it clashes.
            return await call.services.db.transact(work)
    except ledger.InsufficientFunds as error:
        refusal = error  # the name of an except clause ends with it

    async def fail(tx: WriteTransaction) -> payments.Transaction:
        failed = await payments.note_failure(tx, orders[0], refusal)
        if failed is not None:
            return failed
        # Paid meanwhile, by somebody who asked the same at the same moment.
        return await payments.transaction_of(tx, orders[0].payer, orders[0].uuid)

    return await call.services.db.transact(fail)


async def _reconciling(
    call: Call, body: wire.PayPostPromotionBody
) -> wire.PayPostPromotionResponse:
    """The order, and what it costs; not whether it is paid."""
    async with call.services.db.look() as look:
        post = await posts.by_token(look, call.path["post_token"])
        if post is None:
            raise posts.UnknownPost(call.path["post_token"])
        priced = await payments.cost(
            look,
            _OPERATIONS[body.operation],
            category=post.category,
            city=post.city,
            app_id=None,
        )
    return wire.PayPostPromotionResponse(
        status="PAY_STATUS_RECONCILING",
        order_id=payments.payment_id(body.id),
        amount_rials=str(priced.cost_rials),
    )


def _forget(paying: "asyncio.Task[payments.Transaction]") -> None:
    """What nobody waits for any more ends in the log; a refusal is found by asking again."""
    _under_way.discard(paying)
    error = None if paying.cancelled() else paying.exception()
    if error is not None and not isinstance(error, DalanError):
        log.error("promotion failed", error=type(error).__name__)


async def _payer(call: Call, post: posts.Post, is_personal: bool) -> payments.Payer:
    app_id = call.app.app_id
    if is_personal:
        return payments.by_wallet(call.person.person_id, app_id=app_id)
    origin = await posts.origin_of(call.look, post.id)
    if origin is None or origin.business_id is None:
        raise NoBusinessWallet
    return payments.by_business(origin.business_id, app_id=app_id)


async def _earlier(
    call: Call, post: posts.Post, order: payments.Order
) -> payments.Transaction | None:
    """What this id paid before, out of whichever wallet. Raises ``payments.TransactionExists``
    when that was for something else."""
    app_id = call.app.app_id
    payers = [payments.by_wallet(call.person.person_id, app_id=app_id)]
    origin = await posts.origin_of(call.look, post.id)
    if origin is not None and origin.business_id is not None:
        payers.append(payments.by_business(origin.business_id, app_id=app_id))
    for payer in payers:
        try:
            earlier = await payments.transaction_of(call.look, payer, order.uuid)
        except payments.UnknownTransaction:
            continue
        is_same = (earlier.operation, earlier.post_id) == (order.operation, post.id)
        if is_same and payer == order.payer:
            return earlier
        raise payments.TransactionExists(earlier)
    return None


def _outcome(paid: payments.Transaction) -> wire.PayPostPromotionResponse:
    status = _STATUS[paid.state]
    said = {"paid_at": paid.created_at} if status == "PAY_STATUS_PAID" else {}
    return wire.PayPostPromotionResponse(
        status=status, order_id=paid.uuid, amount_rials=str(paid.cost_rials), **said
    )


OPERATIONS = (
    Operation(
        method="POST",
        paths=("/experimental/open-platform/post/{post_token}/pay-promotion",),
        handle=pay_post_promotion,
        body=wire.PayPostPromotionBody,
        answer=wire.PayPostPromotionResponse,
        permission="PAY_POST_PROMOTION",
        scopes=("PAY_USER_POST_PROMOTION",),
        access="own",
        tag="Payment",
    ),
)
