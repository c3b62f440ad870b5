"""The room's only statements."""

from sqlalchemy import Integer, bindparam, delete, func, insert, select, text, update

from dalan.domains.wallet.tables import CREATED, TO_CHECK, UNPAID, Payment, wallet_payment
from dalan.kernel.db import Id, UtcTime, statement

_one = wallet_payment.c.id == bindparam("payment_id", type_=Id)

add = statement(
    insert(wallet_payment).returning(*wallet_payment.c),
    sets=[
        "token", "person_id", "amount_rials", "purpose", "post_id", "price_rials", "order_uuid",
        "state", "bank_reference", "outcome", "created_at", "checks_count",
    ],
    into=Payment,
)  # fmt: skip
"""A new payment."""

by_token = statement(
    select(wallet_payment).where(wallet_payment.c.token == bindparam("wanted")), into=Payment
)
"""The payment of that public name."""

by_authority = statement(
    select(wallet_payment).where(wallet_payment.c.authority == bindparam("wanted")), into=Payment
)
"""The payment the gateway calls so."""

count_unpaid_since = statement(
    select(func.count())
    .select_from(wallet_payment)
    .where(
        wallet_payment.c.person_id == bindparam("person_id", type_=Id),
        wallet_payment.c.created_at > bindparam("since", type_=UtcTime),
        text(UNPAID),
    )
)
"""How many payments a person began lately and did not finish."""

of_person = statement(
    select(wallet_payment)
    .where(wallet_payment.c.person_id == bindparam("person_id", type_=Id))
    .order_by(wallet_payment.c.created_at.desc(), wallet_payment.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Payment,
)
"""A person's payments, newest first."""

under_way_of = statement(
    select(wallet_payment)
    .where(
        wallet_payment.c.person_id == bindparam("person_id", type_=Id),
        wallet_payment.c.state == "sent",
    )
    .order_by(wallet_payment.c.created_at.desc(), wallet_payment.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Payment,
)
"""Payments whose outcome is not known yet, newest first."""

send = statement(
    update(wallet_payment)
    .where(_one, wallet_payment.c.state == "created")
    .values(
        state="sent",
        authority=bindparam("new_authority"),
        next_check_at=bindparam("check_at", type_=UtcTime),
    )
    .returning(*wallet_payment.c),
    into=Payment,
)
"""The gateway took it: remember under which name."""

settle = statement(
    update(wallet_payment)
    .where(_one, wallet_payment.c.state != "paid")
    .values(
        state="paid",
        bank_reference=bindparam("reference"),
        outcome=bindparam("why"),
        settled_at=bindparam("at", type_=UtcTime),
        next_check_at=None,
    )
    .returning(*wallet_payment.c),
    into=Payment,
)
"""It is paid, once; no row when that was known before."""

leave_unpaid = statement(
    update(wallet_payment)
    .where(_one, wallet_payment.c.state == bindparam("seen_state"))
    .values(
        state=bindparam("new_state"),
        outcome=bindparam("why"),
        next_check_at=bindparam("check_at", type_=UtcTime),
        checks_count=wallet_payment.c.checks_count + 1,
    )
    .returning(*wallet_payment.c),
    into=Payment,
)
"""It is not paid as of now; no row when somebody else learned more of it meanwhile."""

due = statement(
    select(wallet_payment)
    .where(text(TO_CHECK), wallet_payment.c.next_check_at <= bindparam("at", type_=UtcTime))
    .order_by(wallet_payment.c.next_check_at, wallet_payment.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=Payment,
)
"""Payments the gateway is to be asked about, longest due first."""

give_up_created = statement(
    update(wallet_payment)
    .where(
        text(CREATED),
        wallet_payment.c.created_at < bindparam("before", type_=UtcTime),
    )
    .values(state="expired")
)
"""Payments no gateway was ever heard of: nobody could have paid them."""

forget_unpaid = statement(
    delete(wallet_payment).where(
        text(UNPAID),
        wallet_payment.c.next_check_at.is_(None),
        wallet_payment.c.created_at < bindparam("before", type_=UtcTime),
    )
)
"""Drop what was never paid and is not asked about any more."""
