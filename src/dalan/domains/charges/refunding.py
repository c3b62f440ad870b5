"""What operators see of what people paid apps, and giving it back."""

from typing import Final

from dalan.domains import ledger
from dalan.domains.charges import queries
from dalan.domains.charges.charging import called
from dalan.domains.charges.errors import UnknownCharge
from dalan.domains.charges.tables import Charge
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

PAID_SHOWN_MAX: Final = 50


async def charge(tx: ReadTransaction, charge_id: int) -> Charge:
    """Any charge, by its number. Raises ``UnknownCharge``."""
    found = await queries.by_id.one_or_none(tx, charge_id=charge_id)
    if found is None:
        raise UnknownCharge
    return found


async def refund(tx: WriteTransaction, charge_id: int) -> Charge | None:
    """Give the person back what the app took, out of the app's balance. Where they closed their
    account meanwhile it is held in their wallet (room ``accounts``). The caller owns the
    transaction.

    None when it was given back before, or the app never took it: then nothing is changed. Raises
    ``UnknownCharge``, and ``ledger.InsufficientFunds`` when the app holds less by now.
    """
    refunded = await queries.refund.one_or_none(tx, charge_id=charge_id, at=clock.now())
    if refunded is None:
        await charge(tx, charge_id)
        return None
    await ledger.transfer(
        tx,
        reference=f"{refunded.reference}:refunded",
        kind="charge_refund",
        sides=[
            ledger.Side("app", refunded.app_id, -refunded.amount_rials),
            ledger.Side("wallet", refunded.person_id, refunded.amount_rials),
        ],
        note=refunded.description,
    )
    return refunded


async def paid(
    tx: ReadTransaction, *, person_id: int | None = None, app_id: int | None = None
) -> list[Charge]:
    """What people paid apps, newest first: all, one person's, or to one app."""
    if person_id is not None:
        return await queries.paid_by.all(tx, person_id=person_id, count=PAID_SHOWN_MAX)
    if app_id is not None:
        return await queries.paid_to.all(tx, app_id=app_id, count=PAID_SHOWN_MAX)
    return await queries.newest_paid.all(tx, count=PAID_SHOWN_MAX)


async def paid_called(tx: ReadTransaction, token: str) -> list[Charge]:
    """The charge of that public name, if somebody paid it."""
    found = await called(tx, token)
    return [found] if found is not None and found.paid_at is not None else []
