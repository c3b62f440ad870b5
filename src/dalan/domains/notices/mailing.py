"""Sending what is owed by mail: claimed in one unit of work, sent in none, noted in another.

A process killed between sending and noting sends the same mail again, under the same message id;
nothing is lost. What could not leave for three days is old news and stays in the panel only.
"""

from datetime import timedelta

import msgspec

from dalan.domains import identity
from dalan.domains.notices import queries
from dalan.domains.notices.senders import Mail, MailSender
from dalan.domains.notices.texts import path as path_of_facts
from dalan.domains.notices.texts import persian_digits, words
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import Database, WriteTransaction
from dalan.kernel.logs import get

log = get("notices")

AT_ONCE = 20
LEASE = timedelta(minutes=10)
"""Longer than ``AT_ONCE`` mails may take together."""

LIFE = timedelta(days=3)
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""After the first attempt, the second, …; the last holds for all later ones."""

_FOOT = {
    "fa": "اعلان‌ها و تنظیم آن‌ها: {url}",
    "en": "Your notices, and which you want: {url}",
}


class MailRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail needs to know of the platform: the address its paths stand below."""

    base_url: str


class _Due(msgspec.Struct, frozen=True):
    notice_id: int
    mail: Mail
    attempts_count: int


async def mail_due(db: Database, sender: MailSender, rules: MailRules) -> int:
    """Send the mails that are due, a few at a time; answers how many left.

    For a duty that runs every minute, in any number of processes. Where no mail can leave,
    nothing is claimed and what is owed grows old by itself.
    """
    sent = 0
    await db.transact(_give_up)
    if not sender.is_there:
        return 0
    while True:
        claimed = await db.transact(lambda tx: _claim(tx, rules))
        for one in claimed:
            sent += await _send(db, sender, one)
        if len(claimed) < AT_ONCE:
            return sent


async def _give_up(tx: WriteTransaction) -> None:
    await queries.give_up_mail.execute(tx, told_before=clock.now() - LIFE, mail_due_at=None)


async def _claim(tx: WriteTransaction, rules: MailRules) -> list[_Due]:
    now = clock.now()
    rows = await queries.due.all(tx, at=now, most=AT_ONCE)
    if not rows:
        return []
    people = await identity.people(tx, sorted({row.person_id for row in rows}))
    await queries.claim_mail.execute(
        tx, notice_ids=[row.id for row in rows], mail_due_at=now + LEASE
    )
    claimed = []
    for row in rows:
        person = people.get(row.person_id)
        if person is None or person.blocked_at is not None:
            await queries.postpone_mail.execute(tx, notice_id=row.id, mail_due_at=None)
            continue
        claimed.append(_Due(row.id, _mail(row, person.language, rules), row.mail_attempts_count))
    return claimed


def _mail(row: queries.DueRow, lang: str, rules: MailRules) -> Mail:
    told = words(row.kind, row.facts, lang)
    path = path_of_facts(row.kind, row.facts)
    foot = _FOOT["fa" if lang == "fa" else "en"].format(url=f"{rules.base_url}/my-divar/notices")
    title, text = told.title, told.text
    if lang == "fa":
        title, text = persian_digits(title), persian_digits(text)
    # A display name may hold anything; a header holds one line.
    subject = " ".join(title.split())
    parts = (title, text, rules.base_url + path if path else "", foot)
    return Mail(
        row.address, subject, "\n\n".join(part for part in parts if part) + "\n", f"notice-{row.id}"
    )


async def _send(db: Database, sender: MailSender, due: _Due) -> bool:
    try:
        await sender.send(due.mail)
    except Unavailable as error:
        pause = PAUSES[min(due.attempts_count, len(PAUSES) - 1)]
        again_at = clock.now() + pause
        log.warning("mail not sent, tried again later", notice_id=due.notice_id, reason=error.code)
        async with db.write() as tx:
            await queries.postpone_mail.execute(tx, notice_id=due.notice_id, mail_due_at=again_at)
        return False
    async with db.write() as tx:
        await queries.mail_sent.execute(tx, notice_id=due.notice_id, mailed_at=clock.now())
    return True
