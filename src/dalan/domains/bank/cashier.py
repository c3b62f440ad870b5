"""Asking for money, the person's decision, and the merchant's question whether it was paid.

Source: ZarinPal's public documentation of its gateway, version 4: the members of request and
verify, the codes below, an authority of 36 characters that begins with ``A``.
"""

from datetime import timedelta
from enum import IntEnum
from typing import Literal, get_args
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from dalan.domains.bank import queries
from dalan.domains.bank.tables import BankPayment, BankState
from dalan.kernel import clock, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

AMOUNT_MIN_RIALS = 10_000
AMOUNT_MAX_RIALS = 1_000_000_000
"""What one payment may be; the documentation names the lower bound, the upper one is a card's."""

MERCHANT_LENGTH = 36
URL_LENGTH_MAX = 2_000
DESCRIPTION_LENGTH_MAX = 500

Decision = Literal["pay", "pay_twice", "pay_and_leave", "cancel", "time_out"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""The buttons. ``pay_twice``: somebody asked the bank before the merchant does, so it is answered
``ALREADY_VERIFIED``; ``pay_and_leave``: paid, and the browser never comes back."""

_INTO: dict[Decision, BankState] = {
    "pay": "paid",
    "pay_twice": "paid",
    "pay_and_leave": "paid",
    "cancel": "cancelled",
    "time_out": "timed_out",
}


class Code(IntEnum):
    """What the gateway says; negative ones refuse."""

    PAID = 100
    ALREADY_VERIFIED = 101
    INVALID = -9
    NO_MERCHANT = -10
    OTHER_AMOUNT = -50
    NOT_PAID = -51
    OTHER_MERCHANT = -53
    NO_AUTHORITY = -54


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant asks to be collected. Whole rials."""

    merchant_id: str
    amount_rials: int
    callback_url: str
    description: str

    def fault(self) -> Code | None:
        """Why it cannot be taken; None: it can."""
        if len(self.merchant_id) != MERCHANT_LENGTH:
            return Code.NO_MERCHANT
        if not AMOUNT_MIN_RIALS <= self.amount_rials <= AMOUNT_MAX_RIALS:
            return Code.INVALID
        if not 0 < len(self.description) <= DESCRIPTION_LENGTH_MAX:
            return Code.INVALID
        return None if _is_address(self.callback_url) else Code.INVALID


class Verified(msgspec.Struct, frozen=True):
    """What a merchant is told. ``reference`` is the receipt's number, 0 when nothing was paid."""

    code: Code
    reference: int = 0


async def ask(tx: WriteTransaction, wish: Wish) -> str:
    """Take a wish that has no fault; answers the authority under which the person pays."""
    assert wish.fault() is None, "the caller looked for faults"
    authority = "A" + randomness.choice_text("0123456789abcdefghijklmnopqrstuvwxyz", 35)
    await queries.add.execute(
        tx,
        authority=authority,
        merchant_id=wish.merchant_id,
        amount_rials=wish.amount_rials,
        callback_url=wish.callback_url,
        description=wish.description,
        state="waiting",
        asked_at=clock.now(),
    )
    return authority


async def payment_of(tx: ReadTransaction, authority: str) -> BankPayment | None:
    """The payment of that authority, if the bank gave it out."""
    if not is_authority(authority):
        return None
    return await queries.by_authority.one_or_none(tx, wanted=authority)


def is_authority(text: str) -> bool:
    """Whether it could be one of ours; anything else is not looked up."""
    return len(text) == 36 and text.isascii() and text.isalnum()


async def decide(
    tx: WriteTransaction, authority: str, decision: Decision
) -> tuple[BankPayment, str] | None:
    """What the person pressed, and where the browser goes on to ("" : nowhere). Only the first
    press counts; a second one leads back with what the first decided. None: no such payment."""
    if not is_authority(authority):
        return None
    decided = await queries.decide.one_or_none(
        tx,
        wanted=authority,
        new_state=_INTO[decision],
        verified=clock.now() if decision == "pay_twice" else None,
    )
    payment = decided or await payment_of(tx, authority)
    if payment is None:
        return None
    return payment, "" if decision == "pay_and_leave" else _way_back(payment)


async def verify(
    tx: WriteTransaction, *, merchant_id: str, authority: str, amount_rials: int
) -> Verified:
    """Whether that much was paid to that merchant: ``PAID`` the first time it is asked,
    ``ALREADY_VERIFIED`` ever after."""
    payment = await payment_of(tx, authority)
    if payment is None:
        return Verified(Code.NO_AUTHORITY)
    if payment.merchant_id != merchant_id:
        return Verified(Code.OTHER_MERCHANT)
    if payment.amount_rials != amount_rials:
        return Verified(Code.OTHER_AMOUNT)
    if payment.state != "paid":
        return Verified(Code.NOT_PAID)
    first = await queries.verify.scalar(tx, wanted=authority, at=clock.now())
    return Verified(Code.PAID if first else Code.ALREADY_VERIFIED, payment.id)


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget what was asked longer ago than that; answers how many."""
    return await queries.forget.execute(tx, before=clock.now() - timedelta(days=keep_days))


def _way_back(payment: BankPayment) -> str:
    parts = urlsplit(payment.callback_url)
    said = {"Authority": payment.authority, "Status": "OK" if payment.state == "paid" else "NOK"}
    query = "&".join(part for part in (parts.query, urlencode(said)) if part)
    return urlunsplit(parts._replace(query=query))


def _is_address(url: str) -> bool:
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
