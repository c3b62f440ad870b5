"""Telling those who run the place that somebody behaves badly in a chat.

Conversations are private: an operator reads the messages a report covers, and no others.
"""

from datetime import timedelta
from typing import Final

from dalan.domains.chat import desk_queries, queries
from dalan.domains.chat.errors import ChatLimit, InvalidReport, NotAsSeen, UnknownConversation
from dalan.domains.chat.events import ConversationReported
from dalan.domains.chat.tables import (
    REPORT_REASONS,
    Conversation,
    ConversationReport,
    Message,
    ReportState,
)
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

REPORT_LENGTH_MAX: Final = 500
CONTEXT: Final = 50
"""Messages before the report that operators may read because of it."""

REPORTS_PER_DAY: Final = 20
QUEUE_MAX: Final = 100


async def report(
    tx: WriteTransaction, conversation: Conversation, person_id: int, *, reason: str, text: str
) -> ConversationReport:
    """Report the other side; again before it was decided adds to the first report.

    Operators may read the last fifty messages because of it. The caller owns the transaction.
    Raises InvalidReport, UnknownConversation and ChatLimit, having changed nothing.
    """
    known = next((one for one in REPORT_REASONS if one == reason), None)
    try:
        said = clean(text, longest=REPORT_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise InvalidReport(f"at most {REPORT_LENGTH_MAX} characters") from None
    if known is None or (known == "other" and not said):
        raise InvalidReport("a report has a reason, and another reason is told")
    await queries.bump_conversation.execute(tx, conversation_id=conversation.id)
    held = await queries.conversation_by_id.one(tx, conversation_id=conversation.id)
    if held.side_of(person_id) is None or not held.last_number:
        raise UnknownConversation
    waiting = await desk_queries.open_report_by.one_or_none(
        tx, conversation_id=held.id, reporter_id=person_id
    )
    if waiting is not None:
        await desk_queries.extend_report.execute(
            tx, report_id=waiting.id, up_to=held.last_number, reason=known, text=said
        )
        return await desk_queries.report_by_id.one(tx, report_id=waiting.id)
    day = timedelta(days=1)
    made = await desk_queries.count_reports_by.scalar(
        tx, reporter_id=person_id, since=clock.now() - day
    )
    if made >= REPORTS_PER_DAY:
        raise ChatLimit(allowed=REPORTS_PER_DAY, retry_after_seconds=int(day.total_seconds()))
    added = await desk_queries.add_report.one(
        tx,
        conversation_id=held.id,
        reporter_id=person_id,
        reason=known,
        text=said,
        from_number=max(1, held.last_number - CONTEXT + 1),
        to_number=held.last_number,
        created_at=clock.now(),
        state="open",
    )
    await outbox.record(tx, ConversationReported(conversation_id=held.id, report_id=added.id))
    return added


async def report_by_id(tx: ReadTransaction, report_id: int) -> ConversationReport | None:
    """The report of that number."""
    return await desk_queries.report_by_id.one_or_none(tx, report_id=report_id)


async def open_reports(tx: ReadTransaction, *, limit: int = QUEUE_MAX) -> list[ConversationReport]:
    """What waits to be decided, oldest first."""
    return await desk_queries.open_reports.all(tx, most=limit)


async def open_reports_count(tx: ReadTransaction) -> int:
    """How many wait."""
    return int(await desk_queries.count_open_reports.scalar(tx))


async def reports_by(
    tx: ReadTransaction, person_id: int, *, limit: int = 10_000
) -> list[ConversationReport]:
    """What somebody reported, oldest first."""
    return await desk_queries.reports_by.all(tx, reporter_id=person_id, most=limit)


async def reported_messages(tx: ReadTransaction, told: ConversationReport) -> list[Message]:
    """The messages a report covers, in the order they were sent, the newest two hundred."""
    found = await queries.messages_before.all(
        tx,
        conversation_id=told.conversation_id,
        before=told.to_number + 1,
        after=told.from_number - 1,
        most=4 * CONTEXT,
    )
    return found[::-1]


async def decide_report(tx: WriteTransaction, report_id: int, *, upheld: bool) -> None:
    """Close a report. Raises NotAsSeen when somebody did already."""
    into: ReportState = "upheld" if upheld else "dismissed"
    if not await desk_queries.decide_report.execute(
        tx, report_id=report_id, into=into, decided_at=clock.now()
    ):
        raise NotAsSeen


async def purge_reports(tx: WriteTransaction, *, keep: timedelta) -> None:
    """Forget what was decided longer ago than that."""
    await desk_queries.purge_reports.execute(tx, before=clock.now() - keep)
