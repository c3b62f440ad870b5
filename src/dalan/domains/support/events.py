"""What the room announces."""

from datetime import datetime
from typing import ClassVar

from dalan.kernel.outbox import Fact


class TicketAnswered(Fact, frozen=True):
    """An operator wrote to a team; notes among operators announce nothing."""

    kind: ClassVar[str] = "support.ticket_answered"

    ticket_id: int
    app_id: int
    subject: str

    @property
    def resource(self) -> str:
        return f"ticket:{self.ticket_id}"


class DepositConfirmed(Fact, frozen=True):
    """An operator found the money in the bank. ``deposit_id`` is the UUID the request was made
    with: a ledger books each id once, however often it hears of it."""

    kind: ClassVar[str] = "support.deposit_confirmed"

    deposit_id: str
    app_id: int
    amount_rials: int
    confirmed_at: datetime

    @property
    def resource(self) -> str:
        return f"balance:{self.app_id}"
