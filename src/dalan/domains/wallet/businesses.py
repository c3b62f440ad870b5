"""What a business holds: put in from the wallets of those who work there, spent on its posts."""

from dalan.domains import businesses, ledger
from dalan.domains.wallet.balances import STATEMENT_LINES
from dalan.domains.wallet.errors import AmountOutOfBounds
from dalan.domains.wallet.gateway import AMOUNT_MAX_RIALS, AMOUNT_MIN_RIALS
from dalan.kernel.db import ReadTransaction, WriteTransaction


async def business_balance_rials(tx: ReadTransaction, business_id: int) -> int:
    """What a business's wallet holds."""
    return await ledger.balance_rials(tx, "business", business_id)


async def business_statement_of(
    tx: ReadTransaction, business_id: int
) -> list[ledger.StatementLine]:
    """Its newest lines, newest first."""
    return await ledger.statement_of(tx, "business", business_id, limit=STATEMENT_LINES)


async def top_up_business(
    tx: WriteTransaction, business_id: int, *, by_person_id: int, amount_rials: int, uuid: str
) -> None:
    """Put money of one's own wallet into the wallet of a business one works in. ``uuid`` names
    it: asking again moves nothing more. The caller owns the transaction.

    Raises ``businesses.NotOfBusiness``, ``AmountOutOfBounds``, ``ledger.InsufficientFunds`` and
    ``ledger.ReferenceReused``.
    """
    await businesses.check_member(tx, business_id, by_person_id)
    if not AMOUNT_MIN_RIALS <= amount_rials <= AMOUNT_MAX_RIALS:
        raise AmountOutOfBounds(least_rials=AMOUNT_MIN_RIALS, most_rials=AMOUNT_MAX_RIALS)
    await ledger.transfer(
        tx,
        reference=f"business_top_up:{by_person_id}:{uuid}",
        kind="business_top_up",
        sides=[
            ledger.Side("wallet", by_person_id, -amount_rials),
            ledger.Side("business", business_id, amount_rials),
        ],
    )


async def give_back_of_business(
    tx: WriteTransaction, business_id: int, *, to_person_id: int
) -> int:
    """Give what a business that closes still holds to its owner; answers how much that was. To be
    called in the unit that closes it."""
    held_rials = await business_balance_rials(tx, business_id)
    if held_rials:
        await ledger.transfer(
            tx,
            reference=f"business_closed:{business_id}",
            kind="business_closed",
            sides=[
                ledger.Side("business", business_id, -held_rials),
                ledger.Side("wallet", to_person_id, held_rials),
            ],
        )
    return held_rials
