"""What the payments room announces."""

from typing import ClassVar

from dalan.domains.payments.tables import Operation, PayerKind, State
from dalan.kernel.outbox import Fact


class TransactionChanged(Fact, frozen=True):
    """A payment was made, or given back. ``uuid`` is what the payer calls it; ``app_id`` is the
    app through which it was asked for, None for what an owner did on the site."""

    kind: ClassVar[str] = "payments.transaction_changed"

    transaction_id: int
    uuid: str
    payer_kind: PayerKind
    payer_id: int
    app_id: int | None
    operation: Operation
    cost_rials: int
    extra_details: str
    state: State

    @property
    def resource(self) -> str:
        return f"transaction:{self.transaction_id}"
