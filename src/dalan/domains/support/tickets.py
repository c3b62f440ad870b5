"""Opening tickets, writing in them, closing and reopening them, and who has read what.

The team of an app and the operators write in turn: what a team writes waits for an operator, what
an operator answers waits for the team. Notes among operators move nothing and are never the
team's to see.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from dalan.domains.support import files as kept_files
from dalan.domains.support import queries
from dalan.domains.support.errors import InvalidField, TicketClosed, TooMuch, UnknownTicket
from dalan.domains.support.events import TicketAnswered
from dalan.domains.support.files import Prepared
from dalan.domains.support.tables import (
    CATEGORIES,
    Entry,
    EntryKind,
    File,
    Side,
    Ticket,
    TicketState,
)
from dalan.kernel import clock, outbox, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX = 120, 5_000
OPEN_TICKETS_MAX, TICKETS_PER_DAY_MAX, MESSAGES_PER_HOUR_MAX = 20, 10, 30
"""Of one app's team, so that one angry loop does not bury everybody else's questions."""

ENTRIES_MAX = 500
"""Of one ticket; whoever has more to say opens another."""

SHOWN_MAX = 200
_IDS = 2**53 - 1


class Line(NamedTuple):
    """One entry of a ticket with its files."""

    entry: Entry
    files: list[File]


async def open_ticket(
    tx: WriteTransaction,
    app_id: int,
    *,
    person_id: int,
    category: str,
    subject: str,
    text: str,
    files: Sequence[Prepared] = (),
) -> Ticket:
    """A member asks the operators something. Raises InvalidField (``category``, ``subject``,
    ``text``) and TooMuch: twenty tickets not closed, ten a day."""
    if category not in CATEGORIES:
        raise InvalidField("category", "unknown")
    subject = _text("subject", subject, SUBJECT_LENGTH_MAX, multiline=False)
    text = _text("text", text, TEXT_LENGTH_MAX)
    if await queries.unclosed_count.scalar(tx, app_id=app_id) >= OPEN_TICKETS_MAX:
        raise TooMuch("open_tickets", OPEN_TICKETS_MAX)
    now = clock.now()
    lately = await queries.opened_since.scalar(tx, app_id=app_id, since=now - timedelta(days=1))
    if lately >= TICKETS_PER_DAY_MAX:
        raise TooMuch("tickets", TICKETS_PER_DAY_MAX)
    ticket_id = 1 + randomness.below(_IDS)
    await queries.add_ticket.execute(
        tx,
        id=ticket_id,
        app_id=app_id,
        opened_by_id=person_id,
        subject=subject,
        category=category,
        state="open",
        assignee_id=None,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        last_message_id=0,
        last_entry_id=0,
    )
    held = await queries.lock_ticket.one(tx, ticket_id=ticket_id)
    return await _add(tx, held, person_id, "team", "message", "open", text, files)


async def write(
    tx: WriteTransaction,
    ticket_id: int,
    *,
    app_id: int,
    person_id: int,
    text: str,
    files: Sequence[Prepared] = (),
) -> Ticket:
    """A member writes on. Raises UnknownTicket, TicketClosed, InvalidField and TooMuch: thirty
    messages an hour, five hundred lines a ticket."""
    text = _text("text", text, TEXT_LENGTH_MAX)
    held = await _held(tx, ticket_id, app_id=app_id)
    if held.state == "closed":
        raise TicketClosed
    await _check_pace(tx, held)
    state: TicketState = "reopened" if held.state == "reopened" else "open"
    return await _add(tx, held, person_id, "team", "message", state, text, files)


async def reply(
    tx: WriteTransaction,
    ticket_id: int,
    *,
    person_id: int,
    text: str,
    is_note: bool = False,
    files: Sequence[Prepared] = (),
) -> Ticket:
    """An operator answers the team, or writes a note for other operators, which moves nothing.

    Answering a ticket nobody has makes it theirs. Raises UnknownTicket, TicketClosed (notes may
    still be written), InvalidField, TooMuch.
    """
    text = _text("text", text, TEXT_LENGTH_MAX)
    held = await _held(tx, ticket_id)
    if is_note:
        return await _add(tx, held, person_id, "operator", "note", held.state, text, files)
    if held.state == "closed":
        raise TicketClosed
    if held.assignee_id is None:
        await queries.set_assignee.execute(tx, ticket_id=ticket_id, assignee_id=person_id)
    answered = await _add(tx, held, person_id, "operator", "message", "answered", text, files)
    await outbox.record(
        tx, TicketAnswered(ticket_id=held.id, app_id=held.app_id, subject=held.subject)
    )
    return answered


async def close_ticket(
    tx: WriteTransaction, ticket_id: int, *, person_id: int, side: Side, app_id: int | None = None
) -> Ticket:
    """Either side has no more to say; closing twice changes nothing. Raises UnknownTicket."""
    held = await _held(tx, ticket_id, app_id=app_id)
    if held.state == "closed":
        return held
    return await _add(tx, held, person_id, side, "closed", "closed")


async def reopen_ticket(
    tx: WriteTransaction, ticket_id: int, *, person_id: int, side: Side, app_id: int | None = None
) -> Ticket:
    """Either side has more to say after all; an open ticket stays as it is.

    Raises UnknownTicket and, for a team, TooMuch as opening and writing do.
    """
    held = await _held(tx, ticket_id, app_id=app_id)
    if held.state != "closed":
        return held
    if side == "team":
        await _check_pace(tx, held)
        if await queries.unclosed_count.scalar(tx, app_id=held.app_id) >= OPEN_TICKETS_MAX:
            raise TooMuch("open_tickets", OPEN_TICKETS_MAX)
    return await _add(tx, held, person_id, side, "reopened", "reopened")


async def assign(tx: WriteTransaction, ticket_id: int, *, assignee_id: int | None) -> Ticket:
    """Say which operator answers, or that nobody does yet; the caller has checked that they are
    one. Raises UnknownTicket."""
    await _held(tx, ticket_id)
    await queries.set_assignee.execute(tx, ticket_id=ticket_id, assignee_id=assignee_id)
    return await queries.ticket_by_id.one(tx, ticket_id=ticket_id)


async def ticket(tx: ReadTransaction, ticket_id: int, *, app_id: int | None = None) -> Ticket:
    """One ticket; ``app_id``: of that app only. Raises UnknownTicket."""
    found = await queries.ticket_by_id.one_or_none(tx, ticket_id=ticket_id)
    if found is None or (app_id is not None and found.app_id != app_id):
        raise UnknownTicket
    return found


async def lines_of(tx: ReadTransaction, ticket: Ticket, *, with_notes: bool) -> list[Line]:
    """What was said, in order; ``with_notes`` for operators only."""
    sent: dict[int, list[File]] = {}
    for file in await queries.files_of_ticket.all(tx, ticket_id=ticket.id):
        sent.setdefault(file.entry_id or 0, []).append(file)
    return [
        Line(entry, sent.get(entry.id, []))
        for entry in await queries.entries_of_ticket.all(tx, ticket_id=ticket.id)
        if with_notes or entry.kind != "note"
    ]


async def tickets_of(tx: ReadTransaction, app_id: int) -> list[Ticket]:
    """An app's tickets, the one last written in first, two hundred at most."""
    return await queries.tickets_of_app.all(tx, app_id=app_id, most=SHOWN_MAX)


async def mark_read(tx: WriteTransaction, ticket: Ticket, person_id: int) -> None:
    """The person has seen everything that stands there now."""
    await queries.put_reading.execute(
        tx, ticket_id=ticket.id, person_id=person_id, entry_id=ticket.last_entry_id
    )


async def unread(
    tx: ReadTransaction, tickets: Sequence[Ticket], person_id: int, *, side: Side
) -> set[int]:
    """The ids of those tickets that hold something the person has not seen."""
    ids = [one.id for one in tickets]
    seen = {
        one.ticket_id: one.entry_id
        for one in await queries.readings.all(tx, person_id=person_id, ticket_ids=ids)
    }
    return {
        one.id
        for one in tickets
        if seen.get(one.id, 0) < (one.last_message_id if side == "team" else one.last_entry_id)
    }


async def unread_count(tx: ReadTransaction, app_id: int, person_id: int) -> int:
    """How many of an app's tickets hold something a member has not seen."""
    return int(await queries.unread_of_app.scalar(tx, app_id=app_id, person_id=person_id))


async def purge(tx: WriteTransaction, *, keep_days: int) -> int:
    """Forget tickets closed more than so many days ago, with their files; answers how many."""
    return await queries.purge_tickets.execute(tx, before=clock.now() - timedelta(days=keep_days))


async def _check_pace(tx: ReadTransaction, held: Ticket) -> None:
    since = clock.now() - timedelta(hours=1)
    lately = await queries.team_messages_since.scalar(tx, app_id=held.app_id, since=since)
    if lately >= MESSAGES_PER_HOUR_MAX:
        raise TooMuch("messages", MESSAGES_PER_HOUR_MAX)


async def _held(tx: WriteTransaction, ticket_id: int, *, app_id: int | None = None) -> Ticket:
    found = await queries.lock_ticket.one_or_none(tx, ticket_id=ticket_id)
    if found is None or (app_id is not None and found.app_id != app_id):
        raise UnknownTicket
    return found


async def _add(
    tx: WriteTransaction,
    held: Ticket,
    person_id: int,
    side: Side,
    kind: EntryKind,
    state: TicketState,
    text: str = "",
    files: Sequence[Prepared] = (),
) -> Ticket:
    """Whoever wrote has read: their own line is no news to them."""
    if await queries.entries_count.scalar(tx, ticket_id=held.id) >= ENTRIES_MAX:
        raise TooMuch("entries", ENTRIES_MAX)
    now = clock.now()
    entry_id = await queries.add_entry.scalar(
        tx,
        ticket_id=held.id,
        author_id=person_id,
        side=side,
        kind=kind,
        text=text,
        written_at=now,
    )
    await kept_files.keep(tx, held.app_id, files, entry_id=entry_id)
    is_note = kind == "note"
    await queries.set_ticket.execute(
        tx,
        ticket_id=held.id,
        state=state,
        updated_at=held.updated_at if is_note else now,
        closed_at=(held.closed_at or now) if state == "closed" else None,
        last_message_id=held.last_message_id if is_note else entry_id,
        last_entry_id=entry_id,
    )
    written = await queries.ticket_by_id.one(tx, ticket_id=held.id)
    await mark_read(tx, written, person_id)
    return written


def _text(field: str, text: str, longest: int, *, multiline: bool = True) -> str:
    try:
        kept = clean(text, longest=longest, multiline=multiline)
    except TextTooLong as error:
        raise InvalidField(field, "too_long", most=longest) from error
    if not kept:
        raise InvalidField(field, "required")
    return kept
