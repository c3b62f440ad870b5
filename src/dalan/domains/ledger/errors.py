"""What the ledger refuses."""

from typing import ClassVar

from dalan.errors import Conflict, FailedPrecondition, NotFound


class InsufficientFunds(FailedPrecondition):
    """An account holds less than would be taken from it."""

    code: ClassVar[str] = "ledger.insufficient_funds"

    def __init__(self, *, held_rials: int, asked_rials: int) -> None:
        super().__init__(f"insufficient balance: {asked_rials} rials asked, {held_rials} held")
        self.held_rials = held_rials
        self.asked_rials = asked_rials


class ReferenceReused(Conflict):
    """Another transfer was made under this reference, or this one was reversed already."""

    code: ClassVar[str] = "ledger.reference_reused"

    def __init__(self, reference: str) -> None:
        super().__init__(f"another transfer is called {reference[:80]!r}")
        self.reference = reference


class UnknownTransfer(NotFound):
    """Nothing was ever moved under this reference."""

    code: ClassVar[str] = "ledger.unknown_transfer"

    def __init__(self, reference: str) -> None:
        super().__init__(f"there is no transfer {reference[:80]!r}")
        self.reference = reference
