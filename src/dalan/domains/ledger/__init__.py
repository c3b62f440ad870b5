"""The books: every rial the marketplace holds for somebody, and where it came from.

Double entry: a transfer's lines add up to zero, a balance is the sum of its lines, nothing is
ever changed or deleted. The room knows neither prices nor payments; rooms that move money name
each transfer, so that no retry moves it twice.
"""

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
from dalan.domains.ledger.transferring import (
    AMOUNT_MAX_RIALS,
    Side,
    balance_rials,
    balances_rials,
    check,
    lines_of,
    reverse,
    statement_of,
    transfer,
    transfer_of,
)

__all__ = [
    "AMOUNT_MAX_RIALS",
    "BOUNDED",
    "Account",
    "AccountKind",
    "Imbalance",
    "InsufficientFunds",
    "Line",
    "ReferenceReused",
    "Side",
    "StatementLine",
    "Transfer",
    "UnknownTransfer",
    "balance_rials",
    "balances_rials",
    "check",
    "lines_of",
    "reverse",
    "statement_of",
    "transfer",
    "transfer_of",
]
