"""Moving money: all of a transfer or nothing of it, once under one reference."""

from collections.abc import Sequence

import msgspec

from dalan.domains.ledger import queries
from dalan.domains.ledger.errors import InsufficientFunds, ReferenceReused, UnknownTransfer
from dalan.domains.ledger.tables import (
    BOUNDED,
    Account,
    AccountKind,
    Imbalance,
    Line,
    StatementLine,
    Transfer,
)
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

AMOUNT_MAX_RIALS = 10**15
"""Of one line: a hundred trillion tomans, past which somebody mistyped."""

_NO_FLOOR = -(2**62)
_NEWEST = 2**62


class Side(msgspec.Struct, frozen=True):
    """What a transfer is to do to one account. Positive: into it; whole rials."""

    kind: AccountKind
    holder_id: int
    amount_rials: int


async def transfer(
    tx: WriteTransaction,
    *,
    reference: str,
    kind: str,
    sides: Sequence[Side],
    note: str = "",
) -> Transfer:
    """Move money between accounts, opening those that are not there yet.

    The amounts add up to zero and name each account once. Asking again under the same
    ``reference`` answers the first transfer and moves nothing, so a caller may retry after a
    time-out; the same reference for something else raises ``ReferenceReused``. Raises
    ``InsufficientFunds``, having changed nothing the caller's unit of work does not roll back,
    when an app's, a person's or a business's account would fall below zero. The caller owns the
    transaction.
    """
    assert sides, "a transfer has lines"
    assert sum(side.amount_rials for side in sides) == 0, "no money appears or vanishes"
    assert len({(side.kind, side.holder_id) for side in sides}) == len(sides)
    assert all(0 < abs(side.amount_rials) <= AMOUNT_MAX_RIALS for side in sides)
    return await _transfer(tx, reference, kind, sides, note=note, reverses_id=None)


async def reverse(
    tx: WriteTransaction, *, of_reference: str, reference: str, kind: str, note: str = ""
) -> Transfer:
    """Move everything of a transfer back. Asking again answers the first reversal. Raises
    ``UnknownTransfer``, ``ReferenceReused`` when it was reversed under another reference, and
    ``InsufficientFunds`` when who got the money has spent it."""
    original = await queries.transfer_by_reference.one_or_none(tx, wanted=of_reference)
    if original is None:
        raise UnknownTransfer(of_reference)
    earlier = await queries.reversal_of.one_or_none(tx, transfer_id=original.id)
    if earlier is not None:
        if earlier.reference == reference:
            return earlier
        raise ReferenceReused(of_reference)
    sides = [
        Side(line.kind, line.holder_id, -line.amount_rials)
        for line in await queries.lines_of.all(tx, transfer_id=original.id)
    ]
    return await _transfer(tx, reference, kind, sides, note=note, reverses_id=original.id)


async def balance_rials(tx: ReadTransaction, kind: AccountKind, holder_id: int) -> int:
    """What an account holds; 0 when it was never used."""
    found = await queries.account.one_or_none(tx, kind=kind, holder_id=holder_id)
    return 0 if found is None else found.balance_rials


async def balances_rials(
    tx: ReadTransaction, kind: AccountKind, holder_ids: Sequence[int]
) -> dict[int, int]:
    """What each of these holders has; those who never had such an account are left out."""
    rows = await queries.balances.all(tx, kind=kind, holder_ids=holder_ids)
    return {int(row[0]): int(row[1]) for row in rows}


async def transfer_of(tx: ReadTransaction, reference: str) -> Transfer | None:
    """The transfer of that reference, if there is one."""
    return await queries.transfer_by_reference.one_or_none(tx, wanted=reference)


async def lines_of(tx: ReadTransaction, transfer_id: int) -> list[Line]:
    """What a transfer did, account by account."""
    return await queries.lines_of.all(tx, transfer_id=transfer_id)


async def statement_of(
    tx: ReadTransaction,
    kind: AccountKind,
    holder_id: int,
    *,
    before_id: int | None = None,
    limit: int,
) -> list[StatementLine]:
    """An account's lines, newest first; ``before_id`` is the last line of the page before."""
    account = await queries.account.one_or_none(tx, kind=kind, holder_id=holder_id)
    if account is None:
        return []
    return await queries.statement_of.all(
        tx, account_id=account.id, before_id=before_id or _NEWEST, count=limit
    )


async def check(tx: ReadTransaction) -> list[Imbalance]:
    """Add everything up anew: accounts against their lines, transfers against zero. Reads the
    whole ledger; empty when the books balance."""
    off = [
        Imbalance("account", account_id, int(expected), int(found))
        for account_id, expected, found in await queries.accounts_off.all(tx)
    ]
    return off + [
        Imbalance("transfer", transfer_id, 0, int(found))
        for transfer_id, found in await queries.transfers_off.all(tx)
    ]


async def _transfer(
    tx: WriteTransaction,
    reference: str,
    kind: str,
    sides: Sequence[Side],
    *,
    note: str,
    reverses_id: int | None,
) -> Transfer:
    now = clock.now()
    # Taken before any balance is touched: a retry that races us waits here, then finds ours.
    transfer_id = await queries.add_transfer.scalar(
        tx, reference=reference, kind=kind, note=note, made_at=now, reverses_id=reverses_id
    )
    if transfer_id is None:
        return await _earlier(tx, reference, kind, sides)
    accounts = {(side.kind, side.holder_id): await _account(tx, side) for side in sides}
    # In one order everywhere: two transfers never wait for each other's accounts.
    for side in sorted(sides, key=lambda one: accounts[one.kind, one.holder_id].id):
        account = accounts[side.kind, side.holder_id]
        await _move(tx, account, side.amount_rials)
        await queries.add_line.execute(
            tx,
            transfer_id=transfer_id,
            account_id=account.id,
            amount_rials=side.amount_rials,
        )
    return Transfer(transfer_id, reference, kind, note, now, reverses_id)


async def _earlier(
    tx: WriteTransaction, reference: str, kind: str, sides: Sequence[Side]
) -> Transfer:
    earlier = await queries.transfer_by_reference.one_or_none(tx, wanted=reference)
    assert earlier is not None, "the reference is taken"
    moved = {
        (line.kind, line.holder_id, line.amount_rials)
        for line in await queries.lines_of.all(tx, transfer_id=earlier.id)
    }
    asked = {(side.kind, side.holder_id, side.amount_rials) for side in sides}
    if earlier.kind != kind or moved != asked:
        raise ReferenceReused(reference)
    return earlier


async def _account(tx: WriteTransaction, side: Side) -> Account:
    await queries.open_account.execute(
        tx, kind=side.kind, holder_id=side.holder_id, balance_rials=0, opened_at=clock.now()
    )
    return await queries.account.one(tx, kind=side.kind, holder_id=side.holder_id)


async def _move(tx: WriteTransaction, account: Account, amount_rials: int) -> None:
    bounded = account.kind in BOUNDED and amount_rials < 0
    left = await queries.move.scalar(
        tx, account_id=account.id, amount=amount_rials, least=0 if bounded else _NO_FLOOR
    )
    if left is None:
        held = await queries.account.one(tx, kind=account.kind, holder_id=account.holder_id)
        raise InsufficientFunds(held_rials=held.balance_rials, asked_rials=-amount_rials)
