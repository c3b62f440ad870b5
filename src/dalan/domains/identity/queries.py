"""The room's only statements."""

from sqlalchemy import (
    Integer,
    LargeBinary,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from dalan.domains.identity.tables import (
    ClosedAccount,
    InboxCode,
    LiveCode,
    Person,
    Presence,
    Session,
    closed_account,
    code_sends,
    dev_inbox,
    one_time_code,
    person,
    web_session,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

person_by_id = statement(select(person).where(person.c.id == bindparam("person_id")), into=Person)
"""The person with this id."""

people_by_ids = statement(
    select(person).where(in_list(person.c.id, "person_ids")).order_by(person.c.id), into=Person
)
"""Every person of these ids that there is."""

person_by_phone = statement(select(person).where(person.c.phone == bindparam("phone")), into=Person)
"""The person with this number."""

add_person = statement(
    upsert(person, key=("phone",), returning=list(person.c)),
    into=Person,
    sets=("phone", "name", "language", "created_at"),
)
"""A new person; no row when the number is somebody's already."""

rename_person = statement(
    update(person).where(person.c.id == bindparam("person_id")), sets=("name",)
)
"""What a person is called from now on."""

set_person_language = statement(
    update(person).where(person.c.id == bindparam("person_id")), sets=("language",)
)
"""The language a person reads from now on."""

block_person = statement(
    update(person).where(person.c.id == bindparam("person_id")), sets=("blocked_at",)
)
"""Shut a person out, or with a null let them in again."""

_SENDS = ("phone", "sent_at_recent", "expires_at")

keep_place_for_sends = statement(upsert(code_sends, key=("phone",)), sets=_SENDS)
"""A row for the number if it has none yet, so that there is something to lock."""

recent_sends_locked = statement(
    select(code_sends.c.sent_at_recent)
    .where(code_sends.c.phone == bindparam("phone"))
    .with_for_update()
)
"""When this number was sent codes lately; others who send to it wait for us."""

count_send = statement(
    update(code_sends).where(code_sends.c.phone == bindparam("number")),
    sets=("sent_at_recent", "expires_at"),
)
"""The number was sent one more."""

_CODE = ("mac", "created_at", "expires_at", "attempts_count", "used_at")

replace_code = statement(
    upsert(one_time_code, key=("phone", "asker"), update=_CODE), sets=("phone", "asker", *_CODE)
)
"""The only code of this browser for this number from now on."""

_asker = bindparam("by", type_=LargeBinary())

count_guess = statement(
    update(one_time_code)
    .where(one_time_code.c.phone == bindparam("number"))
    .where(one_time_code.c.asker == _asker)
    .where(one_time_code.c.used_at.is_(None))
    .where(one_time_code.c.expires_at > bindparam("now", type_=UtcTime()))
    .where(one_time_code.c.attempts_count < bindparam("attempts_max", type_=Integer()))
    .values(attempts_count=one_time_code.c.attempts_count + 1)
    .returning(one_time_code.c.mac, one_time_code.c.attempts_count),
    into=LiveCode,
)
"""Count a guess and give what it is compared with; no row when the code is dead.

One statement decides, so that guesses made at the same moment cannot share an attempt.
"""

use_code = statement(
    update(one_time_code)
    .where(one_time_code.c.phone == bindparam("number"))
    .where(one_time_code.c.asker == _asker)
    .where(one_time_code.c.used_at.is_(None)),
    sets=("used_at",),
)
"""The code was right and is spent."""

purge_codes = statement(
    delete(one_time_code).where(one_time_code.c.expires_at < bindparam("before", type_=UtcTime()))
)
"""Drop codes that died long ago."""

purge_sends = statement(
    delete(code_sends).where(code_sends.c.expires_at < bindparam("before", type_=UtcTime()))
)
"""Drop what was sent so long ago that it counts no more."""

add_session = statement(
    insert(web_session).returning(web_session.c.id),
    sets=("mac", "person_id", "created_at", "last_seen_at", "expires_at", "device"),
)
"""A browser is signed in; answers the session's id."""

presence_by_mac = statement(
    select(
        web_session.c.id.label("session_id"),
        func.coalesce(web_session.c.proven_at, web_session.c.created_at).label("signed_in_at"),
        web_session.c.last_seen_at,
        web_session.c.expires_at,
        person.c.id,
        person.c.phone,
        person.c.name,
        person.c.language,
        person.c.created_at,
    )
    .join(person, person.c.id == web_session.c.person_id)
    .where(web_session.c.mac == bindparam("mac", type_=LargeBinary()))
    .where(web_session.c.revoked_at.is_(None))
    .where(web_session.c.expires_at > bindparam("now", type_=UtcTime()))
    .where(person.c.blocked_at.is_(None)),
    into=Presence,
)
"""The living session of a cookie and its person; nothing for blocked people."""

touch_session = statement(
    update(web_session)
    .where(web_session.c.id == bindparam("session_id"))
    .where(web_session.c.revoked_at.is_(None))
    .where(web_session.c.last_seen_at <= bindparam("seen_before", type_=UtcTime())),
    sets=("last_seen_at", "expires_at"),
)
"""Seen again; touches no row when another request has just said so."""

prove_again = statement(
    update(web_session)
    .where(web_session.c.id == bindparam("session_id"))
    .where(web_session.c.person_id == bindparam("owner_id", type_=Id))
    .where(web_session.c.revoked_at.is_(None)),
    sets=("proven_at",),
)
"""The person of a living session has just proved who they are."""

sessions_of_person = statement(
    select(
        web_session.c.id,
        web_session.c.created_at,
        web_session.c.last_seen_at,
        web_session.c.expires_at,
        web_session.c.device,
    )
    .where(web_session.c.person_id == bindparam("person_id"))
    .where(web_session.c.revoked_at.is_(None))
    .where(web_session.c.expires_at > bindparam("now", type_=UtcTime()))
    .order_by(web_session.c.last_seen_at.desc(), web_session.c.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=Session,
)
"""Where a person is signed in, last seen first."""

revoke_session = statement(
    update(web_session)
    .where(web_session.c.id == bindparam("session_id"))
    .where(web_session.c.person_id == bindparam("owner_id", type_=Id))
    .where(web_session.c.revoked_at.is_(None)),
    sets=("revoked_at",),
)
"""End one session, if it is this person's."""

revoke_other_sessions = statement(
    update(web_session)
    .where(web_session.c.person_id == bindparam("owner_id", type_=Id))
    .where(web_session.c.id != bindparam("kept_id", type_=Id))
    .where(web_session.c.revoked_at.is_(None)),
    sets=("revoked_at",),
)
"""End every session of a person but one."""

revoke_all_sessions = statement(
    update(web_session)
    .where(web_session.c.person_id == bindparam("owner_id", type_=Id))
    .where(web_session.c.revoked_at.is_(None)),
    sets=("revoked_at",),
)
"""End every session of a person."""

purge_sessions = statement(
    delete(web_session).where(web_session.c.expires_at < bindparam("before", type_=UtcTime()))
)
"""Drop sessions that ended long ago, revoked ones among them."""

person_held = statement(
    select(person).where(person.c.id == bindparam("person_id")).with_for_update(read=True),
    into=Person,
)
"""The person with this id, who is neither blocked nor forgotten before the unit ends."""

lock_person = statement(
    select(person.c.id).where(person.c.id == bindparam("person_id")).with_for_update()
)
"""Keep everybody who holds this person waiting until the unit ends."""

forget_person = statement(
    update(person).where(person.c.id == bindparam("person_id")), sets=("phone", "name")
)
"""Put a marker where a number was, and take the name away."""

add_closed_account = statement(
    upsert(closed_account, key=("person_id",)), sets=("person_id", "closed_at")
)
"""This person left."""

closed_at = statement(
    select(closed_account.c.closed_at).where(
        closed_account.c.person_id == bindparam("person_id", type_=Id)
    )
)
"""When a person left; no row for those who have not."""

closed_last = statement(
    select(closed_account.c.person_id, closed_account.c.closed_at)
    .order_by(closed_account.c.closed_at.desc(), closed_account.c.person_id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=ClosedAccount,
)
"""Who left last; for operators, so no index holds them in this order."""

forget_sessions = statement(
    delete(web_session).where(web_session.c.person_id == bindparam("person_id"))
)
"""Drop every session of a person, with what their browsers called themselves."""

forget_code = statement(delete(one_time_code).where(one_time_code.c.phone == bindparam("phone")))
"""Drop the codes of a number."""

forget_sends = statement(delete(code_sends).where(code_sends.c.phone == bindparam("phone")))
"""Drop when a number was sent codes."""

forget_in_inbox = statement(delete(dev_inbox).where(dev_inbox.c.phone == bindparam("phone")))
"""Drop the codes a dev world shows for a number."""

add_to_inbox = statement(
    insert(dev_inbox).returning(dev_inbox.c.id), sets=("phone", "code", "sent_at")
)
"""A code in clear, in a dev world."""

trim_inbox = statement(delete(dev_inbox).where(dev_inbox.c.id <= bindparam("last_id", type_=Id)))
"""Forget what is older than the inbox keeps."""

newest_in_inbox = statement(
    select(dev_inbox).order_by(dev_inbox.c.id.desc()).limit(bindparam("most", type_=Integer())),
    into=InboxCode,
)
"""The codes sent last, newest first."""

newest_in_inbox_for = statement(
    select(dev_inbox)
    .where(dev_inbox.c.phone == bindparam("phone"))
    .order_by(dev_inbox.c.id.desc())
    .limit(1),
    into=InboxCode,
)
"""The code this number was sent last."""
