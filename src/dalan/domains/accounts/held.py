"""Money of accounts that were closed: what they left in their wallets, and what came back to them
later. Nobody opens such a wallet any more; it is held there, under whose it was, until an
operator pays it out to whom it belongs.
"""

from datetime import datetime
from typing import Final

import msgspec

from dalan.domains import identity, wallet
from dalan.kernel.db import ReadTransaction, WriteTransaction

LOOKED_AT_MAX: Final = 500
"""Of the accounts closed last; an older one is found by whoever asks, on its own page."""


class Held(msgspec.Struct, frozen=True):
    """What is held of one closed account."""

    person_id: int
    closed_at: datetime
    amount_rials: int


async def held(tx: ReadTransaction) -> list[Held]:
    """Closed accounts whose wallets hold something, closed last first."""
    closed = await identity.closed_last(tx, most=LOOKED_AT_MAX)
    balances = await wallet.balances(tx, [one.person_id for one in closed])
    return [
        Held(one.person_id, one.closed_at, amount_rials)
        for one in closed
        if (amount_rials := balances.get(one.person_id, 0)) > 0
    ]


async def held_of(tx: ReadTransaction, person_id: int) -> Held | None:
    """What is held of this one; None while somebody can open the wallet, or when it is empty."""
    closed_at = await identity.account_closed_at(tx, person_id)
    if closed_at is None:
        return None
    amount_rials = await wallet.balance_rials(tx, person_id)
    return Held(person_id, closed_at, amount_rials) if amount_rials > 0 else None


async def pay_out(
    tx: WriteTransaction, *, person_id: int, amount_rials: int, note: str
) -> Held | None:
    """Write down that the operator has paid out, by hand, all that is held of a closed account.

    ``amount_rials`` is what whoever paid it saw. None, and nothing is changed, when something else
    is held by now: paid out by a colleague, say. The caller owns the transaction.
    """
    found = await held_of(tx, person_id)
    if found is None or found.amount_rials != amount_rials:
        return None
    await wallet.pay_out(tx, person_id, amount_rials=amount_rials, note=note)
    return found
