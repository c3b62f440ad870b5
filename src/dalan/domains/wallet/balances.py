"""What a wallet holds and how it came and went."""

from collections.abc import Sequence
from datetime import timedelta

from dalan.domains import ledger
from dalan.domains.wallet import queries
from dalan.domains.wallet.tables import Payment
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

STATEMENT_LINES = 20
UNDER_WAY_MAX = 10
EXPORTED_MAX = 10_000


async def balance_rials(tx: ReadTransaction, person_id: int) -> int:
    """What a person's wallet holds."""
    return await ledger.balance_rials(tx, "wallet", person_id)


async def balances(tx: ReadTransaction, person_ids: Sequence[int]) -> dict[int, int]:
    """What the wallets of these people hold, in rials; who never had one is left out."""
    return await ledger.balances_rials(tx, "wallet", person_ids) if person_ids else {}


async def pay_out(
    tx: WriteTransaction, person_id: int, *, amount_rials: int, note: str
) -> ledger.Transfer:
    """Book what the operator paid a person by hand, outside the marketplace. Twice at once is
    once: the wallet's newest line names it. Raises ``ledger.InsufficientFunds``. The caller owns
    the transaction."""
    newest = await ledger.statement_of(tx, "wallet", person_id, limit=1)
    return await ledger.transfer(
        tx,
        reference=f"paid_out:{person_id}:{newest[0].id if newest else 0}",
        kind="paid_out",
        sides=[
            ledger.Side("wallet", person_id, -amount_rials),
            ledger.Side("operator", 0, amount_rials),
        ],
        note=note,
    )


async def statement_of(
    tx: ReadTransaction, person_id: int, *, before_id: int | None = None
) -> tuple[list[ledger.StatementLine], bool]:
    """A page of a wallet's lines, newest first, and whether older ones follow; ``before_id`` is
    the last line of the page before."""
    lines = await ledger.statement_of(
        tx, "wallet", person_id, before_id=before_id, limit=STATEMENT_LINES + 1
    )
    return lines[:STATEMENT_LINES], len(lines) > STATEMENT_LINES


async def under_way(tx: ReadTransaction, person_id: int) -> list[Payment]:
    """Payments of whose end the bank has not told us, newest first."""
    return await queries.under_way_of.all(tx, person_id=person_id, count=UNDER_WAY_MAX)


async def everything_of(
    tx: ReadTransaction, person_id: int
) -> tuple[list[ledger.StatementLine], list[Payment]]:
    """All lines and all payments of a person, for handing over to them."""
    lines = await ledger.statement_of(tx, "wallet", person_id, limit=EXPORTED_MAX)
    return lines, await queries.of_person.all(tx, person_id=person_id, count=EXPORTED_MAX)


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget payments that were begun longer ago and never made; those that were stay, as the
    books do. Answers how many."""
    return await queries.forget_unpaid.execute(tx, before=clock.now() - timedelta(days=keep_days))
