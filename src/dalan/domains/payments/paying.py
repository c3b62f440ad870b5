"""Paying for what is done to a post: the debit and the change are one unit of work.

An app pays from its balance, an owner or a business from their wallet; whoever it is chooses a
UUID for the payment, under which nothing is ever taken twice. Source: kenar.md 5.7.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from dalan.domains import ledger, posts
from dalan.domains.payments import queries
from dalan.domains.payments.errors import (
    InvalidField,
    NotSubmittedByApp,
    PriceChanged,
    TransactionExists,
    UnknownTransaction,
)
from dalan.domains.payments.events import TransactionChanged
from dalan.domains.payments.pricing import cost, submitted_by
from dalan.domains.payments.tables import Operation, PayerKind, Transaction
from dalan.errors import FailedPrecondition
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

EXTRA_DETAILS_LENGTH_MAX = 2_000


class Payer(msgspec.Struct, frozen=True):
    """Whose account pays, and through which app: none when an owner does it on the site."""

    kind: PayerKind
    id: int
    app_id: int | None = None


def by_balance(app_id: int) -> Payer:
    """An app pays from its balance."""
    return Payer("app", app_id, app_id)


def by_wallet(person_id: int, *, app_id: int | None = None) -> Payer:
    """A person pays from their wallet."""
    return Payer("wallet", person_id, app_id)


def by_business(business_id: int, *, app_id: int | None = None) -> Payer:
    """A business pays from its wallet."""
    return Payer("business", business_id, app_id)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid for. ``uuid`` is the payer's name for it; ``agreed_rials`` what the
    payer was told it costs, None to pay whatever it does."""

    payer: Payer
    uuid: str
    operation: Operation
    post: posts.Post
    extra_details: str = ""
    agreed_rials: int | None = None

    @property
    def reference(self) -> str:
        """What the ledger knows it by. A person's wallet is used through several apps, each of
        which chooses its UUIDs knowing nothing of the others."""
        return _reference(self.payer, self.uuid)


def order(
    payer: Payer,
    uuid: str,
    operation: Operation,
    post: posts.Post,
    *,
    extra_details: str = "",
    agreed_rials: int | None = None,
) -> Order:
    """An order whose words were checked. Raises ``InvalidField`` (``id``, ``extra_details``)."""
    if len(extra_details) > EXTRA_DETAILS_LENGTH_MAX:
        raise InvalidField("extra_details", f"at most {EXTRA_DETAILS_LENGTH_MAX} characters")
    return Order(
        payer=payer,
        uuid=payment_id(uuid),
        operation=operation,
        post=post,
        extra_details=extra_details,
        agreed_rials=agreed_rials,
    )


def payment_id(text: str) -> str:
    """A caller's UUID v4, in lower case. Raises ``InvalidField`` (``id``)."""
    try:
        uuid = UUID(text) if len(text) == 36 else None
    except ValueError:
        uuid = None
    if uuid is None or uuid.version != 4 or str(uuid) != text.lower():
        raise InvalidField("id", "must be a UUID version 4 that you make for this payment alone")
    return str(uuid)


async def pay(
    tx: WriteTransaction,
    order: Order,
    *,
    by: posts.Author,
    reviewed: bool,
    bump_interval: timedelta = posts.BUMP_INTERVAL,
) -> Transaction:
    """Take the price and do what was paid for: both or neither. The caller owns the transaction.

    ``by`` is who is told to have done it to the post; ``reviewed`` whether a published post is
    looked at first. An id whose payment failed may be used again.

    Raises ``TransactionExists`` with the earlier payment, whatever it was for;
    ``ledger.InsufficientFunds``, ``posts.WrongState``, ``posts.TooSoon``, ``NotSubmittedByApp``
    and ``PriceChanged``, all of which are ``FailedPrecondition`` and are to be written down with
    ``note_failure`` in a unit of work of its own.
    """
    payer, post = order.payer, order.post
    app_id = payer.id if payer.kind == "app" else None
    priced = await cost(tx, order.operation, category=post.category, city=post.city, app_id=app_id)
    transaction = await _take(tx, order, cost_rials=priced.cost_rials)
    if order.agreed_rials is not None and order.agreed_rials != priced.cost_rials:
        raise PriceChanged(agreed_rials=order.agreed_rials, cost_rials=priced.cost_rials)
    if priced.cost_rials:
        await ledger.transfer(
            tx,
            reference=order.reference,
            kind=order.operation,
            sides=[
                ledger.Side(payer.kind, payer.id, -priced.cost_rials),
                ledger.Side("revenue", 0, priced.cost_rials),
            ],
            note=post.token,
        )
    if order.operation == "submit":
        if app_id is not None and not await submitted_by(tx, post, app_id):
            raise NotSubmittedByApp
        await posts.paid(tx, post, reviewed=reviewed, by=by)
    elif order.operation == "bump":
        await posts.bump(tx, post, by=by, interval=bump_interval)
    else:
        await posts.renew(tx, post, by=by)
    await announce(tx, transaction)
    return transaction


async def note_failure(
    tx: WriteTransaction, order: Order, refusal: FailedPrecondition
) -> Transaction | None:
    """Write down that a payment was refused, so that its payer can read it; no money moved.

    None, and nothing is written, when the id has meanwhile been used with success.
    """
    app_id = order.payer.id if order.payer.kind == "app" else None
    priced = await cost(
        tx, order.operation, category=order.post.category, city=order.post.city, app_id=app_id
    )
    try:
        failed = await _take(
            tx, order, cost_rials=priced.cost_rials, state="failed", failure=refusal.code
        )
    except TransactionExists:
        return None
    await announce(tx, failed)
    return failed


async def transaction_of(tx: ReadTransaction, payer: Payer, uuid: str) -> Transaction:
    """The payer's payment of that id. Raises ``UnknownTransaction``, also for what no id is."""
    try:
        reference = _reference(payer, payment_id(uuid))
    except InvalidField:
        raise UnknownTransaction from None
    found = await queries.transaction_by_reference.one_or_none(tx, wanted=reference)
    if found is None:
        raise UnknownTransaction
    return found


async def announce(tx: WriteTransaction, transaction: Transaction) -> None:
    """Record that a transaction is in the state it is in now. For the verbs of this room."""
    await outbox.record(
        tx,
        TransactionChanged(
            transaction_id=transaction.id,
            uuid=transaction.uuid,
            payer_kind=transaction.payer_kind,
            payer_id=transaction.payer_id,
            app_id=transaction.app_id,
            operation=transaction.operation,
            cost_rials=transaction.cost_rials,
            extra_details=transaction.extra_details,
            state=transaction.state,
        ),
    )


async def _take(
    tx: WriteTransaction,
    order: Order,
    *,
    cost_rials: int,
    state: str = "completed",
    failure: str = "",
) -> Transaction:
    """Take the order's reference, before anything else is touched: whoever asks for the same at
    the same moment waits here, then finds this one."""
    now = clock.now()
    said = {
        "post_id": order.post.id,
        "operation": order.operation,
        "cost_rials": cost_rials,
        "extra_details": order.extra_details,
        "state": state,
        "failure": failure,
        "created_at": now,
        "changed_at": now,
    }
    taken = await queries.take_reference.scalar(
        tx,
        reference=order.reference,
        uuid=order.uuid,
        payer_kind=order.payer.kind,
        payer_id=order.payer.id,
        app_id=order.payer.app_id,
        **said,
    )
    if taken is None:
        taken = await queries.retake_reference.scalar(tx, wanted=order.reference, **said)
    found = await queries.transaction_by_reference.one_or_none(tx, wanted=order.reference)
    assert found is not None, "the reference is taken"
    if taken is None:
        raise TransactionExists(found)
    return found


def _reference(payer: Payer, uuid: str) -> str:
    return f"payment:{payer.kind}:{payer.id}:{payer.app_id or 0}:{uuid}"
