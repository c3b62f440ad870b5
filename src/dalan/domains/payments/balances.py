"""What an app holds: money its team paid in, less what it spent."""

from dalan.domains import ledger, support
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.outbox import Recorded


async def balance_rials(tx: ReadTransaction, app_id: int) -> int:
    """What the app may spend, by the ledger."""
    return await ledger.balance_rials(tx, "app", app_id)


async def book_deposit(tx: WriteTransaction, recorded: Recorded) -> None:
    """An operator found an app's money in the bank: it is the app's from now on, once."""
    fact = support.DepositConfirmed.of(recorded)
    await pay_in(
        tx, fact.app_id, reference=f"deposit:{fact.deposit_id}", amount_rials=fact.amount_rials
    )


async def pay_in(
    tx: WriteTransaction, app_id: int, *, reference: str, amount_rials: int, kind: str = "deposit"
) -> None:
    """Put money of the operator's into an app's balance; the same reference does it once."""
    await ledger.transfer(
        tx,
        reference=reference,
        kind=kind,
        sides=[
            ledger.Side("operator", 0, -amount_rials),
            ledger.Side("app", app_id, amount_rials),
        ],
    )
