"""What apps ask people to pay them from their wallets.

The room owns charges: asked for by an app, paid by the person, taken by the app, or over; an
operator may give back what was taken. What
money moves is the ledger's to count; how it gets into a wallet is ``wallet``'s.
"""

from dalan.domains.charges.charging import (
    AMOUNT_MAX_RIALS,
    AMOUNT_MIN_RIALS,
    DESCRIPTION_LENGTH_MAX,
    HELD_BY,
    OPEN_MAX,
    PAY_WITHIN,
    TAKE_WITHIN,
    ask,
    decline,
    end_due,
    everything_of,
    for_person,
    of_app,
    pay,
    purge,
    take,
    waiting_for,
)
from dalan.domains.charges.errors import (
    ChargeOver,
    InvalidField,
    NotPaid,
    OnlyOwnTeam,
    TooManyOpen,
    UnknownCharge,
)
from dalan.domains.charges.refunding import charge, paid, paid_called, refund
from dalan.domains.charges.tables import Charge, State
from dalan.domains.charges.upcoming import next_due

__all__ = [
    "AMOUNT_MAX_RIALS",
    "AMOUNT_MIN_RIALS",
    "DESCRIPTION_LENGTH_MAX",
    "HELD_BY",
    "OPEN_MAX",
    "PAY_WITHIN",
    "TAKE_WITHIN",
    "Charge",
    "ChargeOver",
    "InvalidField",
    "NotPaid",
    "OnlyOwnTeam",
    "State",
    "TooManyOpen",
    "UnknownCharge",
    "ask",
    "charge",
    "decline",
    "end_due",
    "everything_of",
    "for_person",
    "next_due",
    "of_app",
    "paid",
    "paid_called",
    "pay",
    "purge",
    "refund",
    "take",
    "waiting_for",
]
