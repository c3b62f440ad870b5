"""What was paid, for whoever looks: the payer in pages, an accountant in one piece, an operator."""

from datetime import datetime
from typing import Any, Final

import msgspec

from dalan.domains import ledger
from dalan.domains.payments import queries
from dalan.domains.payments.errors import InvalidField, UnknownTransaction
from dalan.domains.payments.paying import payment_id
from dalan.domains.payments.tables import Operation, PayerKind, State, Transaction
from dalan.kernel import paging
from dalan.kernel.db import ReadTransaction

PAGE_SIZE = 20
PAGE_SIZE_MAX = 100
EXPORTED_MAX: Final = 10_000
FOUND_MAX: Final = 50
STATEMENT_LINES: Final = 20


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which transactions are wanted; what is empty does not matter."""

    operation: Operation | None = None
    state: State | None = None
    since: datetime | None = None

    def given(self) -> dict[str, Any]:
        """What it asks, by name."""
        return {name: one for name in self.__struct_fields__ if (one := getattr(self, name))}


EVERYTHING: Final = Filter()


class Page(msgspec.Struct, frozen=True):
    """Some of a payer's transactions; ``next`` is "" on the last page."""

    transactions: list[Transaction]
    next: str


async def transactions_of(
    tx: ReadTransaction,
    kind: PayerKind,
    payer_id: int,
    *,
    size: int,
    after: str = "",
    wanted: Filter = EVERYTHING,
) -> Page:
    """What an account paid, newest first, through whatever app; ``after`` is the ``next`` of the
    page before. Raises ``paging.InvalidCursor``, and ``InvalidField`` for a size out of range."""
    if not 1 <= size <= PAGE_SIZE_MAX:
        raise InvalidField("page_size", f"from 1 to {PAGE_SIZE_MAX}")
    found = await _found(tx, kind, payer_id, after=after, wanted=wanted, count=size + 1)
    shown = found[:size]
    if len(found) <= size:
        return Page(shown, "")
    return Page(shown, paging.encode((shown[-1].created_at, shown[-1].id)))


async def all_transactions_of(
    tx: ReadTransaction, kind: PayerKind, payer_id: int, *, wanted: Filter = EVERYTHING
) -> list[Transaction]:
    """The same in one piece: the newest ten thousand, newest first."""
    return await _found(tx, kind, payer_id, after="", wanted=wanted, count=EXPORTED_MAX)


async def statement_of(
    tx: ReadTransaction, app_id: int, *, before_id: int | None = None
) -> tuple[list[ledger.StatementLine], bool]:
    """A page of all that came into an app's balance and left it, newest first, and whether older
    lines follow; ``before_id`` is the last line of the page before."""
    lines = await ledger.statement_of(
        tx, "app", app_id, before_id=before_id, limit=STATEMENT_LINES + 1
    )
    return lines[:STATEMENT_LINES], len(lines) > STATEMENT_LINES


async def transaction(tx: ReadTransaction, transaction_id: int) -> Transaction:
    """Any payment, by our own number. Raises ``UnknownTransaction``."""
    found = await queries.transaction.one_or_none(tx, transaction_id=transaction_id)
    if found is None:
        raise UnknownTransaction
    return found


async def transactions_called(tx: ReadTransaction, uuid: str) -> list[Transaction]:
    """Payments of that id, whoever chose it; none for what no id is."""
    try:
        wanted = payment_id(uuid)
    except InvalidField:
        return []
    return await queries.transactions_called.all(tx, uuid=wanted, count=FOUND_MAX)


async def transactions_for(tx: ReadTransaction, post_id: int) -> list[Transaction]:
    """What was paid for one post, the newest fifty."""
    return await queries.transactions_for.all(tx, post_id=post_id, count=FOUND_MAX)


async def newest_transactions(tx: ReadTransaction) -> list[Transaction]:
    """What was paid last, by whomever: fifty."""
    return await queries.newest_transactions.all(tx, count=FOUND_MAX)


async def _found(
    tx: ReadTransaction,
    kind: PayerKind,
    payer_id: int,
    *,
    after: str,
    wanted: Filter,
    count: int,
) -> list[Transaction]:
    given = wanted.given()
    filters = frozenset(given)
    if after:
        before_at, before_id = paging.decode(after, tuple[datetime, int])
        given |= {"before_at": before_at, "before_id": before_id}
        filters |= {"before"}
    return await queries.transactions_of(filters).all(
        tx, payer_kind=kind, payer_id=payer_id, count=count, **given
    )
