"""The room's only statements."""

from typing import Any

import msgspec
from sqlalchemy import Integer, bindparam, delete, func, insert, select, update

from dalan.domains.notices.tables import (
    Claim,
    DevMail,
    MailAddress,
    Notice,
    dev_mail,
    mail_address,
    mail_claim,
    notice,
    notice_preference,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_COLUMNS = [notice.c[name] for name in Notice.__struct_fields__]

# Notices

add_notice = statement(
    upsert(notice, key=("person_id", "occasion"), returning=(notice.c.id,)),
    sets=(
        "person_id",
        "kind",
        "occasion",
        "app_id",
        "facts",
        "in_panel",
        "created_at",
        "mail_due_at",
        "mail_attempts_count",
    ),
)
"""Tell a person; no row when they were told of that occasion before."""

notices_of_person = statement(
    select(*_COLUMNS)
    .where(notice.c.person_id == bindparam("person_id"), notice.c.in_panel.is_(True))
    .where(notice.c.id < bindparam("before_id", type_=Id))
    .order_by(notice.c.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=Notice,
)
"""What a person was told in the panel, newest first."""

notice_of_person = statement(
    select(*_COLUMNS).where(
        notice.c.id == bindparam("notice_id"), notice.c.person_id == bindparam("person_id")
    ),
    into=Notice,
)
"""One notice of a person."""

unread_count = statement(
    select(func.count())
    .select_from(notice)
    .where(notice.c.person_id == bindparam("person_id"))
    .where(notice.c.in_panel.is_(True), notice.c.read_at.is_(None))
)
"""How many notices a person has not read. On the path of every page of the panel."""

mark_read = statement(
    update(notice)
    .where(notice.c.person_id == bindparam("of_person_id", type_=Id))
    .where(notice.c.id == bindparam("notice_id", type_=Id), notice.c.read_at.is_(None)),
    sets=("read_at",),
)
"""The person has seen it."""

mark_all_read = statement(
    update(notice)
    .where(notice.c.person_id == bindparam("of_person_id", type_=Id))
    .where(notice.c.id <= bindparam("up_to_id", type_=Id), notice.c.read_at.is_(None)),
    sets=("read_at",),
)
"""The person has seen these and all before."""

purge_notices = statement(
    delete(notice).where(notice.c.created_at < bindparam("before", type_=UtcTime()))
)
"""Forget what was told long ago."""

forget_notices = statement(delete(notice).where(notice.c.person_id == bindparam("person_id")))
"""A person leaves."""

# Mail that is owed


class DueRow(msgspec.Struct, frozen=True):
    """A notice somebody is owed by mail, and where to."""

    id: int
    kind: str
    facts: dict[str, Any]
    address: str
    person_id: int
    mail_attempts_count: int


due = statement(
    select(
        notice.c.id,
        notice.c.kind,
        notice.c.facts,
        mail_address.c.address,
        notice.c.person_id,
        notice.c.mail_attempts_count,
    )
    .join(mail_address, mail_address.c.person_id == notice.c.person_id)
    .where(notice.c.mail_due_at <= bindparam("at", type_=UtcTime()))
    .order_by(notice.c.mail_due_at, notice.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True, of=notice),
    into=DueRow,
)
"""Notices whose mail is due, the longest due first, held for whoever claims them."""

claim_mail = statement(
    update(notice)
    .where(in_list(notice.c.id, "notice_ids"))
    .values(mail_attempts_count=notice.c.mail_attempts_count + 1),
    sets=("mail_due_at",),
)
"""Ours until then: another process takes them no sooner."""

mail_sent = statement(
    update(notice).where(notice.c.id == bindparam("notice_id")).values(mail_due_at=None),
    sets=("mailed_at",),
)
"""The mail is on its way."""

postpone_mail = statement(
    update(notice).where(notice.c.id == bindparam("notice_id"), notice.c.mailed_at.is_(None)),
    sets=("mail_due_at",),
)
"""It did not leave: another attempt then, or with a null never."""

give_up_mail = statement(
    update(notice)
    .where(notice.c.mail_due_at.is_not(None))
    .where(notice.c.created_at < bindparam("told_before", type_=UtcTime())),
    sets=("mail_due_at",),
)
"""What could not leave for days is old news."""

# Preferences


class PreferenceRow(msgspec.Struct, frozen=True):
    """What a person wants of a kind."""

    person_id: int
    kind: str
    in_panel: bool
    by_mail: bool


preferences_of_person = statement(
    select(notice_preference).where(notice_preference.c.person_id == bindparam("person_id")),
    into=PreferenceRow,
)
"""What a person chose, kind by kind."""

preferences_of_kind = statement(
    select(notice_preference)
    .where(in_list(notice_preference.c.person_id, "person_ids"))
    .where(notice_preference.c.kind == bindparam("kind")),
    into=PreferenceRow,
)
"""What these people chose for a kind."""

set_preference = statement(
    upsert(notice_preference, key=("person_id", "kind"), update=("in_panel", "by_mail")),
    sets=("person_id", "kind", "in_panel", "by_mail"),
)
"""What a person wants of a kind from now on."""

forget_preferences = statement(
    delete(notice_preference).where(notice_preference.c.person_id == bindparam("person_id"))
)
"""A person leaves."""

# Addresses

address_of = statement(
    select(mail_address.c.address, mail_address.c.verified_at).where(
        mail_address.c.person_id == bindparam("person_id")
    ),
    into=MailAddress,
)
"""A person's verified address."""

reachable = statement(
    select(mail_address.c.person_id).where(in_list(mail_address.c.person_id, "person_ids"))
)
"""Those of these people who have one."""

set_address = statement(
    upsert(mail_address, key=("person_id",), update=("address", "verified_at")),
    sets=("person_id", "address", "verified_at"),
)
"""Proven: mail goes there from now on."""

drop_address = statement(
    delete(mail_address).where(mail_address.c.person_id == bindparam("person_id"))
)
"""No mail any more."""

_CLAIM = (
    "person_id",
    "address",
    "mac",
    "expires_at",
    "attempts_count",
    "used_at",
    "sent_at_recent",
)

keep_place_for_claim = statement(upsert(mail_claim, key=("person_id",)), sets=_CLAIM)
"""A row for the person if there is none yet, so that there is something to lock."""

recent_sends_locked = statement(
    select(mail_claim.c.sent_at_recent)
    .where(mail_claim.c.person_id == bindparam("person_id"))
    .with_for_update()
)
"""When this person was sent codes lately; another request of theirs waits for us."""

replace_claim = statement(
    update(mail_claim).where(mail_claim.c.person_id == bindparam("of_person_id", type_=Id)),
    sets=_CLAIM[1:],
)
"""The only claim of this person from now on."""

claimed_address = statement(
    select(mail_claim.c.address)
    .where(mail_claim.c.person_id == bindparam("person_id"), mail_claim.c.used_at.is_(None))
    .where(mail_claim.c.expires_at > bindparam("at", type_=UtcTime()))
)
"""The address that waits for its code."""

count_guess = statement(
    update(mail_claim)
    .where(mail_claim.c.person_id == bindparam("of_person_id", type_=Id))
    .where(mail_claim.c.used_at.is_(None))
    .where(mail_claim.c.expires_at > bindparam("now", type_=UtcTime()))
    .where(mail_claim.c.attempts_count < bindparam("attempts_max", type_=Integer()))
    .values(attempts_count=mail_claim.c.attempts_count + 1)
    .returning(mail_claim.c.address, mail_claim.c.mac, mail_claim.c.attempts_count),
    into=Claim,
)
"""Count a guess and give what it is compared with; no row when the claim is dead."""

use_claim = statement(
    update(mail_claim)
    .where(mail_claim.c.person_id == bindparam("of_person_id", type_=Id))
    .where(mail_claim.c.used_at.is_(None)),
    sets=("used_at",),
)
"""The code was right and is spent."""

purge_claims = statement(
    delete(mail_claim).where(mail_claim.c.expires_at < bindparam("before", type_=UtcTime()))
)
"""Drop claims that died so long ago that their sends count no more."""

forget_claim = statement(delete(mail_claim).where(mail_claim.c.person_id == bindparam("person_id")))
"""A person leaves."""

# The inbox of a dev world

add_to_inbox = statement(
    insert(dev_mail).returning(dev_mail.c.id), sets=("address", "subject", "text", "sent_at")
)
"""A mail arrives in the inbox; answers its id."""

trim_inbox = statement(delete(dev_mail).where(dev_mail.c.id <= bindparam("last_id")))
"""Drop the oldest."""

newest_in_inbox = statement(
    select(dev_mail).order_by(dev_mail.c.id.desc()).limit(bindparam("most", type_=Integer())),
    into=DevMail,
)
"""The mails sent last."""
