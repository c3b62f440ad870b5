"""The room's only statements."""

from sqlalchemy import (
    BigInteger,
    Integer,
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
    UNTOLD,
    Conversation,
    Inbox,
    Message,
    Numbered,
    Participation,
    conversation,
    inbox,
    message,
    participation,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_ONE = literal(1, BigInteger)

# Conversations

conversation_by_uuid = statement(
    select(conversation).where(conversation.c.uuid == bindparam("uuid")), into=Conversation
)
"""The conversation of that public name."""

conversation_by_id = statement(
    select(conversation).where(conversation.c.id == bindparam("conversation_id", type_=Id)),
    into=Conversation,
)
"""The conversation of that number."""

conversations_by_id = statement(
    select(conversation).where(in_list(conversation.c.id, "ids")), into=Conversation
)
"""Those of the numbered conversations that are there, in no order."""

conversation_about = statement(
    select(conversation).where(
        conversation.c.post_id == bindparam("post_id", type_=Id),
        conversation.c.buyer_id == bindparam("buyer_id", type_=Id),
    ),
    into=Conversation,
)
"""What a buyer has with the seller of a post."""

conversation_with_bot = statement(
    select(conversation).where(
        conversation.c.app_id == bindparam("app_id", type_=Id),
        conversation.c.buyer_id == bindparam("buyer_id", type_=Id),
    ),
    into=Conversation,
)
"""What a person has with an app's bot."""

_NEW = (
    "uuid", "kind", "post_id", "app_id", "seller_id", "buyer_id", "created_at", "last_number",
    "last_at", "version",
)  # fmt: skip

add_post_conversation = statement(
    upsert(conversation, key=["post_id", "buyer_id"], returning=[conversation.c.id]), sets=_NEW
)
"""A conversation about a post, unless there is one; then no row."""

add_bot_conversation = statement(
    upsert(conversation, key=["app_id", "buyer_id"], returning=[conversation.c.id]), sets=_NEW
)
"""A conversation with a bot, unless there is one; then no row."""

count_begun = statement(
    select(func.count())
    .select_from(conversation)
    .where(
        conversation.c.buyer_id == bindparam("buyer_id", type_=Id),
        conversation.c.created_at > bindparam("since", type_=UtcTime),
    )
)
"""How many conversations somebody began since then."""

take_number = statement(
    update(conversation)
    .where(conversation.c.id == bindparam("conversation_id", type_=Id))
    .values(
        last_number=conversation.c.last_number + _ONE,
        version=conversation.c.version + _ONE,
        last_at=bindparam("at", type_=UtcTime),
    )
    .returning(conversation.c.last_number),
)
"""The number of the next message; locks the conversation until the end of the unit."""

bump_conversation = statement(
    update(conversation)
    .where(conversation.c.id == bindparam("conversation_id", type_=Id))
    .values(version=conversation.c.version + _ONE),
)
"""Whoever looks at it should look again; locks it."""

versions_of_conversations = statement(
    select(conversation.c.id, conversation.c.version).where(in_list(conversation.c.id, "ids")),
    into=Numbered,
)
"""How far these conversations are."""

# People in them

add_participation = statement(
    upsert(participation, key=["conversation_id", "person_id"]),
    sets=[column.name for column in participation.c],
)
"""Somebody is part of a conversation, once."""

participations = statement(
    select(participation).where(
        participation.c.conversation_id == bindparam("conversation_id", type_=Id)
    ),
    into=Participation,
)
"""Everybody in a conversation: one or two."""

participation_of = statement(
    select(participation).where(
        participation.c.conversation_id == bindparam("conversation_id", type_=Id),
        participation.c.person_id == bindparam("person_id", type_=Id),
    ),
    into=Participation,
)
"""Somebody in a conversation."""

participations_among = statement(
    select(participation).where(in_list(participation.c.conversation_id, "conversation_ids")),
    into=Participation,
)
"""Everybody in these conversations."""

newest_of_person = statement(
    select(participation)
    .where(
        participation.c.person_id == bindparam("person_id", type_=Id),
        participation.c.last_at.is_not(None),
    )
    .order_by(participation.c.last_at.desc(), participation.c.conversation_id.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Participation,
)
"""A person's conversations, the one that moved last first."""

older_of_person = statement(
    select(participation)
    .where(
        participation.c.person_id == bindparam("person_id", type_=Id),
        participation.c.last_at <= bindparam("at", type_=UtcTime),
        (participation.c.last_at < bindparam("at", type_=UtcTime))
        | (participation.c.conversation_id < bindparam("before_id", type_=Id)),
    )
    .order_by(participation.c.last_at.desc(), participation.c.conversation_id.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Participation,
)
"""The next of them after a place in that order."""

note_written = statement(
    update(participation)
    .where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    )
    .values(
        last_at=bindparam("at", type_=UtcTime),
        wrote_at=bindparam("wrote", type_=UtcTime),
    ),
)
"""It moved, for the one who wrote; ``wrote`` is when they did so themselves."""

note_received = statement(
    update(participation)
    .where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    )
    .values(
        last_at=bindparam("at", type_=UtcTime),
        received_at=bindparam("at", type_=UtcTime),
        received_number=bindparam("number", type_=BigInteger),
        unread_count=participation.c.unread_count + _ONE,
    ),
)
"""It moved, for the one who was written to: one more is unread."""

mark_seen = statement(
    update(participation).where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    ),
    sets=["seen_number", "unread_count"],
)
"""Seen up to there; so many after it are not."""

count_unread_after = statement(
    select(func.count())
    .select_from(message)
    .where(
        message.c.conversation_id == bindparam("conversation_id", type_=Id),
        message.c.number > bindparam("number", type_=BigInteger),
        message.c.side != bindparam("side"),
        message.c.removed_at.is_(None),
    )
)
"""How many messages of the other side come after a number."""

set_block = statement(
    update(participation).where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    ),
    sets=["blocked_at"],
)
"""They want nothing more from the other side, or (None) do again."""

clear = statement(
    update(participation)
    .where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    )
    .values(last_at=None, unread_count=literal(0, BigInteger)),
    sets=["cleared_number", "seen_number"],
)
"""Out of their own sight, up to there."""

# Messages

message_by_id = statement(
    select(message).where(message.c.id == bindparam("message_id", type_=Id)), into=Message
)
"""The message of that number of ours."""

message_numbered = statement(
    select(message).where(
        message.c.conversation_id == bindparam("conversation_id", type_=Id),
        message.c.number == bindparam("number", type_=BigInteger),
    ),
    into=Message,
)
"""One message of a conversation."""

message_called = statement(
    select(message).where(
        message.c.conversation_id == bindparam("conversation_id", type_=Id),
        message.c.client_id == bindparam("client_id"),
    ),
    into=Message,
)
"""The message its writer called so."""

add_message = statement(
    insert(message).returning(*message.c),
    sets=[
        "uuid", "conversation_id", "number", "side", "sender_id", "app_id", "kind", "text",
        "file_id", "facts", "buttons", "client_id", "sent_at",
    ],
    into=Message,
)  # fmt: skip
"""A new message."""

messages_before = statement(
    select(message)
    .where(
        message.c.conversation_id == bindparam("conversation_id", type_=Id),
        message.c.number < bindparam("before", type_=BigInteger),
        message.c.number > bindparam("after", type_=BigInteger),
    )
    .order_by(message.c.number.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Message,
)
"""Messages between two numbers, the newest of them, newest first."""

texts_before = statement(
    select(message)
    .where(
        message.c.conversation_id == bindparam("conversation_id", type_=Id),
        message.c.number > bindparam("after", type_=BigInteger),
        message.c.kind == "text",
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.number.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Message,
)
"""The newest texts after a number, newest first."""

last_messages = statement(
    select(message)
    .select_from(
        message.join(
            conversation,
            (message.c.conversation_id == conversation.c.id)
            & (message.c.number == conversation.c.last_number),
        )
    )
    .where(in_list(conversation.c.id, "ids")),
    into=Message,
)
"""The last message of each of these conversations."""

count_written = statement(
    select(func.count())
    .select_from(message)
    .where(
        message.c.sender_id == bindparam("sender_id", type_=Id),
        message.c.sent_at > bindparam("since", type_=UtcTime),
        message.c.app_id.is_(None),
    )
)
"""How much somebody wrote since then with their own hand."""

remove_message = statement(
    update(message)
    .where(message.c.id == bindparam("message_id", type_=Id), message.c.removed_at.is_(None))
    .values(text="", file_id=None, facts=None, buttons=None),
    sets=["removed_at"],
)
"""It says nothing any more."""

messages_of_person = statement(
    select(message)
    .where(
        message.c.sender_id == bindparam("sender_id", type_=Id),
        message.c.removed_at.is_(None),
    )
    .order_by(message.c.sent_at.desc())
    .limit(bindparam("most", type_=Integer)),
    into=Message,
)
"""What somebody wrote, newest first."""

# Everything of a person together

move_inbox = statement(
    upsert(
        inbox,
        key=["person_id"],
        update=lambda new: {
            "unread_count": inbox.c.unread_count + new.unread_count,
            "version": inbox.c.version + _ONE,
        },
    ),
    sets=["person_id", "unread_count", "version"],
)
"""So many more are unread, and the list looks different."""

lower_inbox = statement(
    update(inbox)
    .where(inbox.c.person_id == bindparam("of_person_id", type_=Id))
    .values(
        unread_count=inbox.c.unread_count - bindparam("less", type_=BigInteger),
        version=inbox.c.version + _ONE,
    ),
)
"""So many fewer are unread."""

inbox_of = statement(
    select(inbox).where(inbox.c.person_id == bindparam("person_id", type_=Id)), into=Inbox
)
"""A person's conversations taken together; no row for whoever has none."""

versions_of_inboxes = statement(
    select(inbox.c.person_id.label("id"), inbox.c.version).where(in_list(inbox.c.person_id, "ids")),
    into=Numbered,
)
"""How far these people's lists are."""

untold = statement(
    select(participation)
    .where(text(UNTOLD), participation.c.received_at <= bindparam("before", type_=UtcTime))
    .order_by(participation.c.received_at)
    .limit(bindparam("most", type_=Integer)),
    into=Participation,
)
"""Who has had something unread since then and was not told since they last looked."""

mark_told = statement(
    update(participation)
    .where(
        participation.c.conversation_id == bindparam("of_conversation_id", type_=Id),
        participation.c.person_id == bindparam("of_person_id", type_=Id),
    )
    .values(told_number=participation.c.received_number),
)
"""They were told of what waits."""

# Old conversations

quiet_since = statement(
    select(conversation.c.id)
    .where(conversation.c.last_at < bindparam("before", type_=UtcTime))
    .order_by(conversation.c.last_at)
    .limit(bindparam("most", type_=Integer)),
)
"""Conversations in which nothing was said since then, those quiet for longest first."""

never_begun = statement(
    delete(conversation).where(
        conversation.c.last_at.is_(None), conversation.c.created_at < bindparam("before")
    )
)
"""Conversations that were opened before then and in which nobody ever wrote."""

files_of = statement(
    select(message.c.file_id).where(
        in_list(message.c.conversation_id, "conversation_ids"), message.c.file_id.is_not(None)
    )
)
"""What was sent in these conversations."""

unread_among = statement(
    select(participation).where(
        in_list(participation.c.conversation_id, "conversation_ids"),
        participation.c.unread_count > 0,
    ),
    into=Participation,
)
"""Who has something unread in these conversations."""

forget_conversations = statement(delete(conversation).where(in_list(conversation.c.id, "ids")))
"""These conversations are over, with all that was said."""

# Leaving

leave_all = statement(
    update(participation)
    .where(participation.c.person_id == bindparam("of_person_id", type_=Id))
    .values(
        last_at=None,
        unread_count=literal(0, BigInteger),
        cleared_number=participation.c.received_number,
    ),
)
"""None of their conversations is in their list any more."""

forget_inbox = statement(delete(inbox).where(inbox.c.person_id == bindparam("person_id", type_=Id)))
"""Nothing waits for them."""
