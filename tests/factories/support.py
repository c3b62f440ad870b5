"""Tickets, files and deposits for tests."""

from typing import Any
from uuid import UUID

from dalan.domains import support
from dalan.domains.support import Deposit, Prepared, Ticket
from dalan.kernel import randomness
from dalan.kernel.db import WriteTransaction

PDF = Prepared("receipt.pdf", "pdf", b"%PDF-1.4 a receipt")


async def make_ticket(tx: WriteTransaction, app_id: int, person_id: int, **given: Any) -> Ticket:
    """An open ticket with one message."""
    values = {"category": "technical", "subject": "رویداد نمی‌رسد", "text": "چرا؟", **given}
    return await support.open_ticket(tx, app_id, person_id=person_id, **values)


def new_id() -> str:
    """A deposit's id, as the page that shows the form draws it."""
    return str(UUID(bytes=randomness.token_bytes(16), version=4))


async def make_deposit(tx: WriteTransaction, app_id: int, person_id: int, **given: Any) -> Deposit:
    """A deposit of ten million rials that waits."""
    values: dict[str, Any] = {
        "deposit_id": new_id(),
        "amount_rials": 10_000_000,
        "method": "paya",
        "tracking_number": new_id()[:8],
    } | given
    return await support.ask_deposit(tx, app_id, person_id=person_id, **values)
