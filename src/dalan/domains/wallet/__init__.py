"""People's money with the marketplace: what they hold, and how it comes in from a bank.

The room owns payments at the gateway. Balances are the ledger's, and what is done to posts for
money is ``payments``' to do; this room brings the money and asks for it.
"""

from dalan.domains.wallet.balances import (
    STATEMENT_LINES,
    balance_rials,
    balances,
    everything_of,
    pay_out,
    purge,
    statement_of,
    under_way,
)
from dalan.domains.wallet.businesses import (
    business_balance_rials,
    business_statement_of,
    give_back_of_business,
    top_up_business,
)
from dalan.domains.wallet.errors import (
    AmountOutOfBounds,
    ForgedReturn,
    GatewayFailed,
    GatewayRefused,
    NoGateway,
    TooManyUnpaid,
    UnknownPayment,
)
from dalan.domains.wallet.gateway import AMOUNT_MAX_RIALS, AMOUNT_MIN_RIALS, Gateway, Verdict
from dalan.domains.wallet.paying import (
    LONGEST_PAUSE,
    OPEN_FOR,
    Begun,
    Purchase,
    begin,
    by_token,
    check,
    come_back,
    reconcile,
)
from dalan.domains.wallet.promoting import PromotionRules, promote
from dalan.domains.wallet.tables import Payment, PaymentState, Purpose
from dalan.domains.wallet.upcoming import next_due

__all__ = [
    "AMOUNT_MAX_RIALS",
    "AMOUNT_MIN_RIALS",
    "LONGEST_PAUSE",
    "OPEN_FOR",
    "STATEMENT_LINES",
    "AmountOutOfBounds",
    "Begun",
    "ForgedReturn",
    "Gateway",
    "GatewayFailed",
    "GatewayRefused",
    "NoGateway",
    "Payment",
    "PaymentState",
    "PromotionRules",
    "Purchase",
    "Purpose",
    "TooManyUnpaid",
    "UnknownPayment",
    "Verdict",
    "balance_rials",
    "balances",
    "begin",
    "business_balance_rials",
    "business_statement_of",
    "by_token",
    "check",
    "come_back",
    "everything_of",
    "give_back_of_business",
    "next_due",
    "pay_out",
    "promote",
    "purge",
    "reconcile",
    "statement_of",
    "top_up_business",
    "under_way",
]
