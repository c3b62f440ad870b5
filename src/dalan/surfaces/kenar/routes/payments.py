"""Prices, payments from the app's balance, and reports of payments. Reference 5.7."""

from datetime import timedelta
from typing import Final

import msgspec

from dalan.domains import moderation, payments, posts
from dalan.errors import FailedPrecondition, Invalid
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.kenar.auth import bearer_for, credentials_of, require_scope
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import RealPostRefused, own_post
from dalan.surfaces.kenar.wire import payments as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation

V1: Final = "/v1/open-platform"
EXPERIMENTAL: Final = "/experimental/open-platform"

TYPES: dict[payments.Operation, wire.TransactionType] = {
    "submit": "TRANSACTION_TYPE_SUBMIT",
    "bump": "TRANSACTION_TYPE_REORDER",
    "renew": "TRANSACTION_TYPE_RENEW",
}
STATES: dict[payments.State, wire.TransactionState] = {
    "pending": "TRANSACTION_STATE_PENDING",
    "completed": "TRANSACTION_STATE_COMPLETED",
    "failed": "TRANSACTION_STATE_FAILED",
    "refunded": "TRANSACTION_STATE_REFUNDED",
}


class InvalidNumber(Invalid):
    """A 64-bit number is neither a number nor one written as text."""

    code = "kenar.invalid_number"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: must be a whole number, or one as text")
        self.field = field


async def get_post_pricing(call: Call) -> wire.GetPostPricingResponse:
    """What bumping, publishing and renewing a post costs the app, and which it may do now.

    Of a post the app submitted as a provider no person is asked.
    """
    post = await _post_to_pay_for(call, _PRICING_OF_PERSON)
    offers = await payments.offers(
        call.look, post, app_id=call.app.app_id, bump_interval=_bump_interval(call)
    )
    bump, submit, renew = offers["bump"], offers["submit"], offers["renew"]
    return wire.GetPostPricingResponse(
        reorder=wire.PricingReorder(str(bump.cost_rials), bump.available),
        submit=wire.PricingSubmit(str(submit.cost_rials), submit.available),
        renew=wire.PricingRenew(str(renew.cost_rials), renew.available),
    )


async def reorder_post(call: Call) -> wire.ReorderPostResponse:
    """Bump one of the person's posts to the top of the lists, at the app's expense."""
    paid = await _pay(call, "bump")
    return wire.ReorderPostResponse(id=paid.uuid, cost_rials=str(paid.cost_rials))


async def renew_post(call: Call) -> wire.TransactionResponse:
    """Give one of the person's posts that ends soon a whole time again, at the app's expense."""
    return wire.TransactionResponse(_transaction(call, await _pay(call, "renew")))


async def publish_user_post(call: Call) -> wire.TransactionResponse:
    """Pay for the publication of a post the app submitted; it goes on to the reviewers."""
    return wire.TransactionResponse(_transaction(call, await _pay(call, "submit")))


async def get_balance(call: Call) -> wire.GetBalanceResponse:
    """What the app may spend."""
    held = await payments.balance_rials(call.look, call.app.app_id)
    return wire.GetBalanceResponse(balance_rials=str(held))


async def list_transactions(call: Call) -> wire.ListTransactionsResponse:
    """What was paid from the app's balance, newest first, in pages."""
    page = await payments.transactions_of(
        call.look,
        "app",
        call.app.app_id,
        size=_page_size(call.query.get("page_size", "")),
        after=call.query.get("page_token", ""),
    )
    return wire.ListTransactionsResponse(
        transactions=[_transaction(call, one) for one in page.transactions],
        next_page_token=page.next,
    )


async def get_transaction(call: Call) -> wire.TransactionResponse:
    """One payment from the app's balance, by the id the app gave it."""
    payer = payments.by_balance(call.app.app_id)
    found = await payments.transaction_of(call.look, payer, call.path["id"])
    return wire.TransactionResponse(_transaction(call, found))


async def submit_user_payment(call: Call) -> Empty:
    """Report what the person paid inside the app; no money moves."""
    body = call.body(wire.SubmitUserPaymentRequest)
    await payments.report_payment(
        call.unit,
        app_id=call.app.app_id,
        person_id=call.person.person_id,
        reference_id=body.reference_id,
        amount_rials=whole(body.amount_rials, "amount_rials"),
        profit_rials=whole(body.profit_rials, "profit_rials"),
        services=body.services,
    )
    return Empty()


def whole(given: wire.Amount, field: str) -> int:
    """A 64-bit number, of text too. Raises ``InvalidNumber``."""
    if isinstance(given, int):
        return given
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):
        raise InvalidNumber(field)
    return int(given)


async def _pay(call: Call, operation: payments.Operation) -> payments.Transaction:
    """Pay in one unit of work; what was refused is written down in another, for the app to read.

    Between the two nothing is held: an app that asks again meanwhile finds no trace of the first
    time, which moved nothing.
    """
    body = call.body(wire.PaymentBody)
    services, app_id = call.services, call.app.app_id
    orders: list[payments.Order] = []

    async def work(tx: WriteTransaction) -> payments.Transaction:
        call.tx = tx
        if operation == "submit":
            post = await _post_to_pay_for(call, _PUBLISHING_OF_PERSON)
        else:
            post = await own_post(call, call.path["post_token"])
        order = payments.order(
            payments.by_balance(app_id), body.id, operation, post, extra_details=body.extra_details
        )
        orders[:] = [order]
        paid = await payments.pay(
            tx,
            order,
            by=posts.by_app(app_id),
            reviewed=not post.development,
            bump_interval=_bump_interval(call),
        )
        if operation == "submit" and (now := await posts.by_id(tx, post.id)) is not None:
            await moderation.let_through(tx, now, policy=services.review_policy)
        return paid

    try:
        return await services.db.transact(work)
    except FailedPrecondition as refusal:
        refused = refusal  # the name of an except clause ends with it

    async def note(tx: WriteTransaction) -> None:
        await payments.note_failure(tx, orders[0], refused)

    await services.db.transact(note)
    raise refused


async def _post_to_pay_for(call: Call, as_of_person: Operation) -> posts.Post:
    """A post the app submitted as a provider, for which no person is asked; or one of the
    consenting person's. Source: reference 12.3, number 29."""
    token = call.path["post_token"]
    post = await posts.by_token(call.look, token)
    if post is not None:
        origin = await posts.origin_of(call.look, post.id)
        if origin is not None and origin.as_provider and origin.app_id == call.app.app_id:
            if call.app.is_development and not post.development:
                raise RealPostRefused
            return post
    _, access_token = credentials_of(call.scope)
    call.bearer = bearer_for(as_of_person, call.app, call.bearer, access_token)
    require_scope(as_of_person, call.person, "")
    return await own_post(call, token)


def _bump_interval(call: Call) -> timedelta:
    return timedelta(hours=call.services.settings.bump_interval_hours)


def _page_size(said: str) -> int:
    """Raises ``payments.InvalidField`` for what is no number; the room knows the bounds."""
    if not said:
        return payments.PAGE_SIZE
    if not (said.isascii() and said.isdigit() and len(said) <= 9):
        raise payments.InvalidField("page_size", f"from 1 to {payments.PAGE_SIZE_MAX}")
    return int(said)


def _transaction(call: Call, paid: payments.Transaction) -> wire.Transaction:
    return wire.Transaction(
        id=paid.uuid,
        app_slug=call.app.slug,
        cost_rials=str(paid.cost_rials),
        created_at=paid.created_at,
        extra_details=paid.extra_details,
        state=STATES[paid.state],
        type=TYPES[paid.operation],
    )


_PRICING: Final = Operation(
    method="GET",
    paths=(f"{V1}/post/{{post_token}}/pricing",),
    handle=get_post_pricing,
    answer=wire.GetPostPricingResponse,
    permission="POST_PRICING_RETRIEVE",
    tag="Payment",
)
_PUBLISHING: Final = Operation(
    method="POST",
    paths=(f"{EXPERIMENTAL}/post/{{post_token}}/publish",),
    handle=publish_user_post,
    body=wire.PaymentBody,
    answer=wire.TransactionResponse,
    permission="PUBLISH_USER_POST",
    access="own",
    tag="Payment",
)
_PRICING_OF_PERSON: Final = msgspec.structs.replace(
    _PRICING, scopes=("PAYMENT_ALL_POSTS_PRICING_READ",)
)
_PUBLISHING_OF_PERSON: Final = msgspec.structs.replace(_PUBLISHING, scopes=("SUBMIT_USER_POST",))
"""The same two as they are asked of a person's post: the handler looks which it is."""

OPERATIONS = (
    _PRICING,
    Operation(
        method="POST",
        paths=(f"{EXPERIMENTAL}/post/{{post_token}}/reorder",),
        handle=reorder_post,
        body=wire.PaymentBody,
        answer=wire.ReorderPostResponse,
        permission="POST_REORDER",
        scopes=("PAYMENT_ALL_POSTS_REORDER",),
        access="own",
        tag="Payment",
    ),
    Operation(
        method="POST",
        paths=(f"{EXPERIMENTAL}/post/{{post_token}}/renew",),
        handle=renew_post,
        body=wire.PaymentBody,
        answer=wire.TransactionResponse,
        permission="POST_RENEW",
        scopes=("PAYMENT_ALL_POSTS_RENEW",),
        access="own",
        tag="Payment",
    ),
    _PUBLISHING,
    Operation(
        method="GET",
        paths=(f"{EXPERIMENTAL}/balance",),
        handle=get_balance,
        answer=wire.GetBalanceResponse,
        permission="BALANCE_RETRIEVE",
        tag="Payment",
    ),
    Operation(
        method="GET",
        paths=(f"{EXPERIMENTAL}/transactions",),
        handle=list_transactions,
        answer=wire.ListTransactionsResponse,
        query=wire.TransactionsQuery,
        permission="TRANSACTION_LIST",
        tag="Payment",
    ),
    Operation(
        method="GET",
        paths=(f"{EXPERIMENTAL}/transactions/{{id}}",),
        handle=get_transaction,
        answer=wire.TransactionResponse,
        permission="TRANSACTION_RETRIEVE",
        tag="Payment",
    ),
    Operation(
        method="POST",
        paths=(f"{V1}/user-payments",),
        handle=submit_user_payment,
        body=wire.SubmitUserPaymentRequest,
        answer=Empty,
        permission="SUBMIT_USER_PAYMENT",
        scopes=("SUBMIT_USER_PAYMENT",),
        tag="Payment",
    ),
)
