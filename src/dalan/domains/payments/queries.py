"""The room's only statements."""

from functools import cache

from sqlalchemy import BigInteger, Integer, Text, bindparam, delete, func, select, update
from sqlalchemy import text as sql

from dalan.domains.payments.tables import (
    FAILED,
    UNSPENT,
    FreeQuota,
    Price,
    Report,
    Ticket,
    Transaction,
    payment_free_quota,
    payment_price,
    payment_report,
    payment_ticket,
    payment_transaction,
)
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement, upsert

_transaction = payment_transaction.c

prices_for = statement(
    select(payment_price).where(
        payment_price.c.operation == bindparam("operation"),
        in_list(payment_price.c.category, "categories"),
        in_list(payment_price.c.city, "cities"),
        in_list(payment_price.c.app_id, "apps"),
    ),
    into=Price,
)
"""The operator's prices that cover a post, from any of the places it stands in."""

all_prices = statement(
    select(payment_price)
    .order_by(
        payment_price.c.app_id,
        payment_price.c.category,
        payment_price.c.city,
        payment_price.c.operation,
    )
    .limit(bindparam("count", type_=Integer)),
    into=Price,
)
"""The operator's price table."""

prices_count = statement(select(func.count()).select_from(payment_price))
"""How many lines the operator's price table has."""

set_price = statement(
    upsert(
        payment_price,
        key=["operation", "category", "city", "app_id"],
        update=["cost_rials", "set_at", "set_by_id"],
    ),
    sets=["operation", "category", "city", "app_id", "cost_rials", "set_at", "set_by_id"],
)
"""Say what something costs there."""

remove_price = statement(
    delete(payment_price).where(
        payment_price.c.operation == bindparam("operation"),
        payment_price.c.category == bindparam("category"),
        payment_price.c.city == bindparam("city"),
        payment_price.c.app_id == bindparam("app_id", type_=Id),
    )
)
"""Say nothing of what it costs there."""

free_quotas = statement(
    select(payment_free_quota).order_by(payment_free_quota.c.category), into=FreeQuota
)
"""The operator's table of free posts."""

set_free_quota = statement(
    upsert(payment_free_quota, key=["category"], update=["posts_count", "set_at", "set_by_id"]),
    sets=["category", "posts_count", "set_at", "set_by_id"],
)
"""Say how many posts of a category are free."""

remove_free_quota = statement(
    delete(payment_free_quota).where(payment_free_quota.c.category == bindparam("category"))
)
"""Say nothing of them."""

take_reference = statement(
    upsert(payment_transaction, key=["reference"], returning=[_transaction.id]),
    sets=[column.name for column in _transaction if column.name != "id"],
)
"""A new transaction's id; no row when the reference is taken."""

retake_reference = statement(
    update(payment_transaction)
    .where(_transaction.reference == bindparam("wanted"), _transaction.state == "failed")
    .returning(_transaction.id),
    sets=[
        *("post_id", "operation", "cost_rials", "extra_details", "state", "failure"),
        *("created_at", "changed_at"),
    ],
)
"""Try a failed one again under its reference; no row when it did not fail."""

change_state = statement(
    update(payment_transaction)
    .where(
        _transaction.id == bindparam("transaction_id", type_=Id),
        _transaction.state == bindparam("old_state", type_=Text),
    )
    .values(state=bindparam("new_state", type_=Text), changed_at=bindparam("at", type_=UtcTime))
    .returning(*_transaction),
    into=Transaction,
)
"""One step of a transaction's life; no row when it is in another state."""

transaction_by_reference = statement(
    select(payment_transaction).where(_transaction.reference == bindparam("wanted")),
    into=Transaction,
)
"""The transaction of that reference."""

FILTERS = ("before", "operation", "state", "since")


@cache
def transactions_of(filters: frozenset[str]) -> Statement[Transaction]:
    """A payer's transactions that fit, newest first; ``before``: those after one in that order.
    One statement for each set of filters in use."""
    assert filters <= set(FILTERS), "filters are named above"
    found = select(payment_transaction).where(
        _transaction.payer_kind == bindparam("payer_kind"),
        _transaction.payer_id == bindparam("payer_id", type_=Id),
    )
    if "before" in filters:
        found = found.where(
            (_transaction.created_at < bindparam("before_at", type_=UtcTime))
            | (
                (_transaction.created_at == bindparam("before_at", type_=UtcTime))
                & (_transaction.id < bindparam("before_id", type_=Id))
            )
        )
    if "operation" in filters:
        found = found.where(_transaction.operation == bindparam("operation", type_=Text))
    if "state" in filters:
        found = found.where(_transaction.state == bindparam("state", type_=Text))
    if "since" in filters:
        found = found.where(_transaction.created_at >= bindparam("since", type_=UtcTime))
    newest = found.order_by(_transaction.created_at.desc(), _transaction.id.desc())
    return statement(newest.limit(bindparam("count", type_=Integer)), into=Transaction)


transaction = statement(
    select(payment_transaction).where(_transaction.id == bindparam("transaction_id", type_=Id)),
    into=Transaction,
)
"""One transaction."""

transactions_called = statement(
    select(payment_transaction)
    .where(_transaction.uuid == bindparam("uuid", type_=Text))
    .order_by(_transaction.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Transaction,
)
"""What payers called so, whoever they are."""

transactions_for = statement(
    select(payment_transaction)
    .where(_transaction.post_id == bindparam("post_id", type_=Id))
    .order_by(_transaction.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Transaction,
)
"""What was paid for one post, newest first."""

newest_transactions = statement(
    select(payment_transaction)
    .order_by(_transaction.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Transaction,
)
"""What was paid last, by whomever."""

paid_submissions = statement(
    select(payment_transaction)
    .where(
        _transaction.post_id == bindparam("post_id", type_=Id),
        _transaction.operation == "submit",
        _transaction.state == "completed",
    )
    .order_by(_transaction.id),
    into=Transaction,
)
"""What was paid for a post's publication and not given back."""

paid_posts = statement(
    select(_transaction.post_id)
    .distinct()
    .where(
        in_list(_transaction.post_id, "post_ids"),
        _transaction.operation == "submit",
        in_list(_transaction.state, "states"),
    )
)
"""Those of the posts for whose publication somebody paid."""

forget_failed_before = statement(
    delete(payment_transaction).where(
        sql(FAILED), _transaction.changed_at < bindparam("before", type_=UtcTime)
    )
)
"""Forget attempts that moved nothing."""

add_ticket = statement(
    upsert(payment_ticket, key=["uuid"], returning=[payment_ticket.c.uuid]),
    sets=[column.name for column in payment_ticket.c],
)
"""A new ticket; no row when its UUID is taken."""

ticket_by_uuid = statement(
    select(payment_ticket).where(payment_ticket.c.uuid == bindparam("wanted")), into=Ticket
)
"""The ticket of that UUID, spent or not."""

ticket_of_person = statement(
    select(payment_ticket)
    .where(
        payment_ticket.c.person_id == bindparam("person_id", type_=Id),
        payment_ticket.c.service_type == bindparam("service_type"),
        payment_ticket.c.expires_at > bindparam("at", type_=UtcTime),
        sql(UNSPENT),
    )
    .order_by(payment_ticket.c.expires_at, payment_ticket.c.uuid)
    .limit(1),
    into=Ticket,
)
"""A person's standing ticket for a kind of service, the one that ends first."""

spend_ticket = statement(
    update(payment_ticket)
    .where(payment_ticket.c.uuid == bindparam("wanted"), sql(UNSPENT))
    .values(
        spent_at=bindparam("at", type_=UtcTime),
        spent_by_app_id=bindparam("app_id", type_=Id),
        spent_rials=bindparam("cost_rials", type_=BigInteger),
    )
    .returning(*payment_ticket.c),
    into=Ticket,
)
"""Spend a ticket; no row when somebody was quicker."""

tickets_of_issuer = statement(
    select(payment_ticket)
    .where(payment_ticket.c.issuer_app_id == bindparam("app_id", type_=Id))
    .order_by(payment_ticket.c.issued_at.desc(), payment_ticket.c.uuid)
    .limit(bindparam("count", type_=Integer)),
    into=Ticket,
)
"""What an app issued, newest first."""

forget_tickets_before = statement(
    delete(payment_ticket).where(
        sql(UNSPENT), payment_ticket.c.expires_at < bindparam("before", type_=UtcTime)
    )
)
"""Forget tickets nobody spent."""

add_report = statement(
    upsert(payment_report, key=["app_id", "reference_id"], returning=[payment_report.c.id]),
    sets=[column.name for column in payment_report.c if column.name != "id"],
)
"""A new report's id; no row when the app used the reference before."""

reports_of_person = statement(
    select(payment_report)
    .where(payment_report.c.person_id == bindparam("person_id", type_=Id))
    .order_by(payment_report.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Report,
)
"""What apps said a person paid in them, newest first."""

reports_of_app = statement(
    select(payment_report)
    .where(payment_report.c.app_id == bindparam("app_id", type_=Id))
    .order_by(payment_report.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Report,
)
"""What an app said people paid in it, newest first."""

sponsored_totals = statement(
    select(func.count(), func.coalesce(func.sum(payment_ticket.c.spent_rials), 0)).where(
        payment_ticket.c.issuer_app_id == bindparam("app_id", type_=Id),
        payment_ticket.c.spent_at.is_not(None),
    )
)
"""How many tickets of an issuer were spent, and how many rials together."""
