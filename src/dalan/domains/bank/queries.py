"""The room's only statements."""

from sqlalchemy import bindparam, delete, insert, select, update

from dalan.domains.bank.tables import BankPayment, bank_payment
from dalan.kernel.db import UtcTime, statement

add = statement(
    insert(bank_payment),
    sets=[
        "authority", "merchant_id", "amount_rials", "callback_url", "description", "state",
        "asked_at",
    ],
)  # fmt: skip
"""A merchant's wish."""

by_authority = statement(
    select(bank_payment).where(bank_payment.c.authority == bindparam("wanted")), into=BankPayment
)
"""The payment of that authority."""

decide = statement(
    update(bank_payment)
    .where(bank_payment.c.authority == bindparam("wanted"), bank_payment.c.state == "waiting")
    .values(state=bindparam("new_state"), verified_at=bindparam("verified", type_=UtcTime))
    .returning(*bank_payment.c),
    into=BankPayment,
)
"""What the person pressed, once; no row when they did before."""

verify = statement(
    update(bank_payment)
    .where(
        bank_payment.c.authority == bindparam("wanted"),
        bank_payment.c.state == "paid",
        bank_payment.c.verified_at.is_(None),
    )
    .values(verified_at=bindparam("at", type_=UtcTime))
    .returning(bank_payment.c.id)
)
"""Note the first time a merchant asks about a paid one; no row for any later time."""

forget = statement(
    delete(bank_payment).where(bank_payment.c.asked_at < bindparam("before", type_=UtcTime))
)
"""Drop what was asked before a moment."""
