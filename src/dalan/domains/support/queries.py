"""The room's only statements."""

from functools import cache

from sqlalchemy import (
    BigInteger,
    Integer,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from dalan.domains.support.tables import (
    Deposit,
    Entry,
    File,
    Reading,
    Ticket,
    deposit,
    support_file,
    ticket,
    ticket_entry,
    ticket_reading,
)
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement, upsert

_FILE = [support_file.c[name] for name in File.__struct_fields__]
_WAITING = or_(ticket.c.state == "open", ticket.c.state == "reopened")

# Tickets

add_ticket = statement(insert(ticket), sets=tuple(Ticket.__struct_fields__))
"""A new ticket; its first entry follows."""

ticket_by_id = statement(select(ticket).where(ticket.c.id == bindparam("ticket_id")), into=Ticket)
"""One ticket."""

lock_ticket = statement(
    select(ticket).where(ticket.c.id == bindparam("ticket_id")).with_for_update(), into=Ticket
)
"""One ticket, held still until the unit of work ends."""

tickets_of_app = statement(
    select(ticket)
    .where(ticket.c.app_id == bindparam("app_id"))
    .order_by(ticket.c.updated_at.desc(), ticket.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Ticket,
)
"""An app's tickets, the one written in last first."""

unclosed_count = statement(
    select(func.count())
    .select_from(ticket)
    .where(ticket.c.app_id == bindparam("app_id"), ticket.c.state != "closed")
)
"""How many of an app's tickets are not closed."""

opened_since = statement(
    select(func.count())
    .select_from(ticket)
    .where(
        ticket.c.app_id == bindparam("app_id"),
        ticket.c.opened_at > bindparam("since", type_=UtcTime()),
    )
)
"""How many tickets an app's team opened lately."""

waiting_count = statement(select(func.count()).select_from(ticket).where(_WAITING))
"""How many tickets wait for an operator."""

set_ticket = statement(
    update(ticket).where(ticket.c.id == bindparam("ticket_id")),
    sets=("state", "updated_at", "closed_at", "last_message_id", "last_entry_id"),
)
"""Where a ticket stands after an entry."""

set_assignee = statement(
    update(ticket).where(ticket.c.id == bindparam("ticket_id")), sets=("assignee_id",)
)
"""Whose it is to answer."""

purge_tickets = statement(
    delete(ticket).where(
        ticket.c.state == "closed", ticket.c.closed_at < bindparam("before", type_=UtcTime())
    )
)
"""Forget tickets closed long ago, with all that is in them."""

QUEUE_FILTERS = ("before", "category", "assignee_id", "app_id")


@cache
def queue(view: str, filters: frozenset[str]) -> Statement[Ticket]:
    """Tickets for operators; those that wait the longest first, all others newest first."""
    assert filters <= set(QUEUE_FILTERS), "filters are named above"
    found = select(ticket)
    if view == "waiting":
        found = found.where(_WAITING)
    elif view != "all":
        found = found.where(ticket.c.state == view)
    if "category" in filters:
        found = found.where(ticket.c.category == bindparam("category"))
    if "assignee_id" in filters:
        found = found.where(ticket.c.assignee_id == bindparam("assignee_id"))
    if "app_id" in filters:
        found = found.where(ticket.c.app_id == bindparam("app_id"))
    at, ticket_id = bindparam("at", type_=UtcTime()), bindparam("after_id", type_=Id)
    if view == "waiting":
        later = or_(
            ticket.c.updated_at > at, and_(ticket.c.updated_at == at, ticket.c.id > ticket_id)
        )
        order = (ticket.c.updated_at.asc(), ticket.c.id.asc())
    else:
        later = or_(
            ticket.c.updated_at < at, and_(ticket.c.updated_at == at, ticket.c.id < ticket_id)
        )
        order = (ticket.c.updated_at.desc(), ticket.c.id.desc())
    if "before" in filters:
        found = found.where(later)
    return statement(found.order_by(*order).limit(bindparam("most", type_=Integer())), into=Ticket)


# Entries

add_entry = statement(
    insert(ticket_entry).returning(ticket_entry.c.id),
    sets=("ticket_id", "author_id", "side", "kind", "text", "written_at"),
)
"""One line more; its id."""

entries_of_ticket = statement(
    select(ticket_entry)
    .where(ticket_entry.c.ticket_id == bindparam("ticket_id"))
    .order_by(ticket_entry.c.id),
    into=Entry,
)
"""All that was said in a ticket, notes too, in order."""

entry_by_id = statement(
    select(ticket_entry).where(ticket_entry.c.id == bindparam("entry_id")), into=Entry
)
"""One entry."""

entries_count = statement(
    select(func.count())
    .select_from(ticket_entry)
    .where(ticket_entry.c.ticket_id == bindparam("ticket_id"))
)
"""How long a ticket is."""

team_messages_since = statement(
    select(func.count())
    .select_from(ticket_entry)
    .join(ticket, ticket.c.id == ticket_entry.c.ticket_id)
    .where(
        ticket.c.app_id == bindparam("app_id"),
        ticket_entry.c.side == "team",
        ticket_entry.c.written_at > bindparam("since", type_=UtcTime()),
    )
)
"""How much an app's team wrote lately."""

written_by = statement(
    select(ticket_entry)
    .where(
        ticket_entry.c.author_id == bindparam("person_id"),
        ticket_entry.c.side == "team",
        ticket_entry.c.kind == "message",
    )
    .order_by(ticket_entry.c.id),
    into=Entry,
)
"""All that a person wrote for their teams."""

# Reading

put_reading = statement(
    upsert(ticket_reading, key=("ticket_id", "person_id"), update=("entry_id",)),
    sets=("ticket_id", "person_id", "entry_id"),
)
"""How far a person has read."""

readings = statement(
    select(ticket_reading).where(
        ticket_reading.c.person_id == bindparam("person_id"),
        in_list(ticket_reading.c.ticket_id, "ticket_ids"),
    ),
    into=Reading,
)
"""How far a person has read these tickets."""

unread_of_app = statement(
    select(func.count())
    .select_from(
        ticket.outerjoin(
            ticket_reading,
            and_(
                ticket_reading.c.ticket_id == ticket.c.id,
                ticket_reading.c.person_id == bindparam("person_id", type_=Id),
            ),
        )
    )
    .where(
        ticket.c.app_id == bindparam("app_id"),
        func.coalesce(ticket_reading.c.entry_id, 0) < ticket.c.last_message_id,
    )
)
"""How many of an app's tickets hold something a person has not read."""

# Files

add_file = statement(
    insert(support_file),
    sets=(
        *("id", "app_id", "entry_id", "deposit_id", "name", "kind"),
        *("size_bytes", "content", "created_at"),
    ),
)
"""A file more."""

bytes_of_app = statement(
    select(cast(func.coalesce(func.sum(support_file.c.size_bytes), 0), BigInteger)).where(
        support_file.c.app_id == bindparam("app_id")
    )
)
"""What the files of an app take together."""

file_by_id = statement(select(*_FILE).where(support_file.c.id == bindparam("file_id")), into=File)
"""One file."""

content_of_file = statement(
    select(support_file.c.content).where(support_file.c.id == bindparam("file_id"))
)
"""What is in it."""

files_of_ticket = statement(
    select(*_FILE)
    .join(ticket_entry, ticket_entry.c.id == support_file.c.entry_id)
    .where(ticket_entry.c.ticket_id == bindparam("ticket_id"))
    .order_by(support_file.c.created_at, support_file.c.id),
    into=File,
)
"""The files of a ticket, of its notes too."""

files_of_deposits = statement(
    select(*_FILE)
    .where(in_list(support_file.c.deposit_id, "deposit_ids"))
    .order_by(support_file.c.id),
    into=File,
)
"""The receipts of these deposits."""

# Deposits

add_deposit = statement(
    upsert(deposit, key=("id",), returning=(deposit.c.id,)),
    sets=tuple(Deposit.__struct_fields__),
)
"""A new deposit; no row when that id was used."""

deposit_by_id = statement(
    select(deposit).where(deposit.c.id == bindparam("deposit_id")), into=Deposit
)
"""One deposit."""

lock_deposit = statement(
    select(deposit).where(deposit.c.id == bindparam("deposit_id")).with_for_update(), into=Deposit
)
"""One deposit, held still."""

deposits_of_app = statement(
    select(deposit)
    .where(deposit.c.app_id == bindparam("app_id"))
    .order_by(deposit.c.asked_at.desc(), deposit.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Deposit,
)
"""An app's deposits, newest first."""

open_deposits = statement(
    select(deposit)
    .where(deposit.c.state == "open")
    .order_by(deposit.c.asked_at, deposit.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Deposit,
)
"""Deposits that wait, the longest waiting first."""

decided_deposits = statement(
    select(deposit)
    .where(deposit.c.state != "open")
    .order_by(deposit.c.decided_at.desc(), deposit.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=Deposit,
)
"""Deposits that have an answer, the last one first."""

open_deposits_count = statement(
    select(func.count()).select_from(deposit).where(deposit.c.state == "open")
)
"""How many deposits wait."""

same_transfer = statement(
    select(deposit)
    .where(
        deposit.c.method == bindparam("method"),
        deposit.c.tracking_number == bindparam("tracking_number"),
        or_(deposit.c.state == "open", deposit.c.state == "confirmed"),
    )
    .order_by(deposit.c.asked_at, deposit.c.id),
    into=Deposit,
)
"""Who else named this bank transfer."""

lock_same_transfer = statement(
    select(deposit)
    .where(
        deposit.c.method == bindparam("method"),
        deposit.c.tracking_number == bindparam("tracking_number"),
    )
    .order_by(deposit.c.id)
    .with_for_update(),
    into=Deposit,
)
"""Everybody who names this bank transfer, held still in one order: two operators who confirm two
of them at once take turns."""

confirmed_rials = statement(
    select(cast(func.coalesce(func.sum(deposit.c.amount_rials), 0), BigInteger)).where(
        deposit.c.app_id == bindparam("app_id"), deposit.c.state == "confirmed"
    )
)
"""What was confirmed for an app, together."""

decide_deposit = statement(
    update(deposit).where(deposit.c.id == bindparam("deposit_id")),
    sets=("state", "decided_at", "decided_by_id", "answer"),
)
"""The answer to a deposit."""

lock_open_of_app = statement(
    select(deposit.c.id)
    .where(deposit.c.app_id == bindparam("app_id"), deposit.c.state == "open")
    .with_for_update()
)
"""An app's deposits that wait, held still."""

deposits_by = statement(
    select(deposit)
    .where(deposit.c.asked_by_id == bindparam("person_id"))
    .order_by(deposit.c.asked_at, deposit.c.id),
    into=Deposit,
)
"""All that a person said they paid in."""
