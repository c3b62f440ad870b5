"""The room's only statements."""

from sqlalchemy import Integer, bindparam, delete, func, insert, select, text, update

from dalan.domains.charges.tables import NEVER_PAID, OPEN, Charge, charge
from dalan.kernel.db import Id, UtcTime, statement

_one = charge.c.id == bindparam("charge_id", type_=Id)
_at = bindparam("at", type_=UtcTime)

add = statement(
    insert(charge).returning(*charge.c),
    sets=[
        "token", "app_id", "person_id", "amount_rials", "description", "return_url", "state",
        "asked_at", "ends_at",
    ],
    into=Charge,
)  # fmt: skip
"""A new charge."""

by_token = statement(select(charge).where(charge.c.token == bindparam("wanted")), into=Charge)
"""The charge of that public name."""

open_count = statement(
    select(func.count())
    .select_from(charge)
    .where(
        charge.c.app_id == bindparam("app_id", type_=Id),
        charge.c.person_id == bindparam("person_id", type_=Id),
        charge.c.state == "created",
        charge.c.ends_at > _at,
    )
)
"""How many charges of an app wait for one person."""

pay = statement(
    update(charge)
    .where(_one, charge.c.state == "created", charge.c.ends_at > _at)
    .values(state="paid", paid_at=_at, ends_at=bindparam("take_until", type_=UtcTime))
    .returning(*charge.c),
    into=Charge,
)
"""It is paid; no row when it is not open any more."""

take = statement(
    update(charge)
    .where(_one, charge.c.state == "paid", charge.c.ends_at > _at)
    .values(state="taken", settled_at=_at)
    .returning(*charge.c),
    into=Charge,
)
"""The app has it; no row when it was not paid, or is over."""

refund = statement(
    update(charge)
    .where(_one, charge.c.state == "taken", charge.c.refunded_at.is_(None))
    .values(refunded_at=_at)
    .returning(*charge.c),
    into=Charge,
)
"""It is given back; no row when it was before, or no app ever took it."""

end = statement(
    update(charge)
    .where(_one, charge.c.state == bindparam("seen_state"))
    .values(state="over", settled_at=_at)
    .returning(*charge.c),
    into=Charge,
)
"""Over, from the state it was seen in; no row when somebody moved it meanwhile."""

due = statement(
    select(charge)
    .where(text(OPEN), charge.c.ends_at <= _at)
    .order_by(charge.c.ends_at, charge.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=Charge,
)
"""Charges whose time is over and that nobody ended yet."""

by_id = statement(select(charge).where(_one), into=Charge)
"""The charge of that number."""

_paid = select(charge).where(charge.c.paid_at.is_not(None)).limit(bindparam("count", type_=Integer))
_newest = _paid.order_by(charge.c.asked_at.desc(), charge.c.id.desc())

newest_paid = statement(_paid.order_by(charge.c.id.desc()), into=Charge)
"""What people paid apps, newest first: by their numbers, for no index holds the times of all."""

paid_by = statement(
    _newest.where(charge.c.person_id == bindparam("person_id", type_=Id)), into=Charge
)
"""What one person paid apps, newest first."""

paid_to = statement(_newest.where(charge.c.app_id == bindparam("app_id", type_=Id)), into=Charge)
"""What people paid one app, newest first."""

of_person = statement(
    select(charge)
    .where(charge.c.person_id == bindparam("person_id", type_=Id))
    .order_by(charge.c.asked_at.desc(), charge.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Charge,
)
"""What a person was asked for, newest first."""

waiting_for = statement(
    select(charge)
    .where(
        charge.c.person_id == bindparam("person_id", type_=Id),
        charge.c.state == "created",
        charge.c.ends_at > _at,
    )
    .order_by(charge.c.asked_at.desc(), charge.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Charge,
)
"""What a person may pay now, newest first."""

forget_never_paid = statement(
    delete(charge).where(text(NEVER_PAID), charge.c.settled_at < bindparam("before", type_=UtcTime))
)
"""Drop what ended before and never moved money."""
