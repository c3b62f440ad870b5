"""The simulated bank of a dev world: what a person would pay at, without money.

It stands apart from the marketplace on purpose: it knows merchants, amounts and addresses to come
back to, and nothing of wallets or posts. It follows the public form of ZarinPal's gateway,
version 4, so that the client that pays here is the one that pays there.
"""

from dalan.domains.bank.cashier import (
    AMOUNT_MAX_RIALS,
    AMOUNT_MIN_RIALS,
    DECISIONS,
    Code,
    Decision,
    Verified,
    Wish,
    ask,
    decide,
    payment_of,
    purge,
    verify,
)
from dalan.domains.bank.tables import BankPayment

__all__ = [
    "AMOUNT_MAX_RIALS",
    "AMOUNT_MIN_RIALS",
    "DECISIONS",
    "BankPayment",
    "Code",
    "Decision",
    "Verified",
    "Wish",
    "ask",
    "decide",
    "payment_of",
    "purge",
    "verify",
]
