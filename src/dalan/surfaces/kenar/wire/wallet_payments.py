"""Messages of the removed wallet interface. Reference 5.7. Amounts are rials, as text."""

from typing import Literal

from dalan.surfaces.kenar.wire.common import Answer, Given
from dalan.surfaces.kenar.wire.payments import Amount

WalletPaymentStatus = Literal["CREATED", "PAID", "COMMITTED", "EXPIRED"]


class CreateWalletPaymentRequest(Given, frozen=True):
    """What the person is asked for, and where they go afterwards."""

    amount_rials: Amount
    description: str
    redirect_url: str


class CreateWalletPaymentResponse(Answer, frozen=True):
    """Where the person pays, and what the payment is called from now on."""

    payment_url: str
    token: str


class CommitWalletPaymentRequest(Given, frozen=True):
    """Which payment the app takes."""

    token: str


class WalletTransaction(Answer, frozen=True):
    """A payment as it stands."""

    token: str
    amount_rials: str
    status: WalletPaymentStatus


class WalletPaymentResponse(Answer, frozen=True):
    """The answer to reading and to committing."""

    transaction: WalletTransaction
