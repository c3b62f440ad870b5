"""Who was shut out and what was reported: the statements of those who keep order."""

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from dalan.domains.chat.tables import (
    OPEN,
    ChatBan,
    ConversationReport,
    chat_ban,
    conversation_report,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_ONE = literal(1, BigInteger)

# Shut out

bans_among = statement(select(chat_ban).where(in_list(chat_ban.c.person_id, "ids")), into=ChatBan)
"""Who of these people is shut out, or was."""

put_ban = statement(
    upsert(chat_ban, key=["person_id"], update=["reason", "banned_at", "ends_at"]),
    sets=[column.name for column in chat_ban.c],
)
"""Somebody is shut out, from now on."""

drop_ban = statement(
    delete(chat_ban).where(chat_ban.c.person_id == bindparam("person_id", type_=Id))
)
"""Nobody is shut out under that number any more."""

purge_bans = statement(
    delete(chat_ban).where(chat_ban.c.ends_at < bindparam("before", type_=UtcTime))
)
"""Bans that ended before then."""

# Reports

add_report = statement(
    insert(conversation_report).returning(*conversation_report.c),
    sets=[
        "conversation_id", "reporter_id", "reason", "text", "from_number", "to_number",
        "created_at", "state",
    ],
    into=ConversationReport,
)  # fmt: skip
"""Somebody reports the other side."""

open_report_by = statement(
    select(conversation_report).where(
        text(OPEN),
        conversation_report.c.conversation_id == bindparam("conversation_id", type_=Id),
        conversation_report.c.reporter_id == bindparam("reporter_id", type_=Id),
    ),
    into=ConversationReport,
)
"""What somebody reported about a conversation and nobody decided yet."""

extend_report = statement(
    update(conversation_report)
    .where(conversation_report.c.id == bindparam("report_id", type_=Id))
    .values(to_number=bindparam("up_to", type_=BigInteger)),
    sets=["reason", "text"],
)
"""It was reported again: the later words count, and what was said since is part of it."""

report_by_id = statement(
    select(conversation_report).where(conversation_report.c.id == bindparam("report_id", type_=Id)),
    into=ConversationReport,
)
"""The report of that number."""

open_reports = statement(
    select(conversation_report)
    .where(conversation_report.c.state == "open")
    .order_by(conversation_report.c.id)
    .limit(bindparam("most", type_=Integer)),
    into=ConversationReport,
)
"""What waits to be decided, oldest first."""

count_open_reports = statement(
    select(func.count())
    .select_from(conversation_report)
    .where(conversation_report.c.state == "open")
)
"""How many wait."""

decide_report = statement(
    update(conversation_report)
    .where(
        conversation_report.c.id == bindparam("report_id", type_=Id),
        conversation_report.c.state == "open",
    )
    .values(state=bindparam("into", type_=Text)),
    sets=["decided_at"],
)
"""It is decided; no row: it was already."""

count_reports_by = statement(
    select(func.count())
    .select_from(conversation_report)
    .where(
        conversation_report.c.reporter_id == bindparam("reporter_id", type_=Id),
        conversation_report.c.created_at > bindparam("since", type_=UtcTime),
    )
)
"""How much somebody reported since then."""

reports_by = statement(
    select(conversation_report)
    .where(conversation_report.c.reporter_id == bindparam("reporter_id", type_=Id))
    .order_by(conversation_report.c.id)
    .limit(bindparam("most", type_=Integer)),
    into=ConversationReport,
)
"""What somebody reported, oldest first."""

purge_reports = statement(
    delete(conversation_report).where(conversation_report.c.decided_at < bindparam("before"))
)
"""What was decided before then."""

keep_report_without_text = statement(
    update(conversation_report)
    .where(conversation_report.c.reporter_id == bindparam("of_reporter_id", type_=Id))
    .values(text=""),
)
"""What they reported stays, their words about it do not."""
