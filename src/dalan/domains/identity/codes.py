"""Signing in by phone: a six-digit code is sent to a number, and whoever types it is its person.

Nothing here tells whether a number is known: any number may be sent a code, and the first who
signs in with it becomes its person. A code is stored as a keyed MAC only.

A code is good in the browser that asked for it (``asker``) and nowhere else, so that nobody else's
guesses use up its attempts and nobody else's request kills it. All guesses at a number stay few:
the codes sent to it within an hour are counted together, whoever asks, and each allows a handful.
"""

import hashlib
from datetime import datetime, timedelta

import msgspec

from dalan.domains.identity import queries
from dalan.domains.identity.errors import PersonBlocked, TooManyCodes
from dalan.domains.identity.people import register
from dalan.domains.identity.senders import CodeSender
from dalan.domains.identity.sessions import OpenedSession, open_session
from dalan.domains.identity.tables import Language, Person
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, WriteTransaction

SENDS_WINDOW_SECONDS = 3_600
CODE_LENGTH = 6


class CodeRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides about codes; ``settings.py`` gives the values and the reasons."""

    code_seconds: int
    attempts_max: int
    sends_per_hour: int


class IssuedCode(msgspec.Struct, frozen=True):
    """A code on its way to a phone: in clear, so neither kept nor logged by anybody."""

    phone: str
    code: str
    expires_at: datetime


class SignedIn(msgspec.Struct, frozen=True):
    """The code was right. ``is_new``: this person signed in for the first time ever."""

    person: Person
    session: OpenedSession
    is_new: bool


class WrongCode(msgspec.Struct, frozen=True):
    """Not this number's code. With no attempts left, only a new code helps."""

    attempts_left: int


class NoLiveCode(msgspec.Struct, frozen=True):
    """This browser has no code of the number that could be right: it asked for none, or its last
    one has expired, was used, or was guessed at too often."""


async def send_code(
    db: Database,
    sender: CodeSender,
    *,
    phone: str,
    asker: str,
    lang: Language,
    rules: CodeRules,
    keys: Keyring,
) -> datetime:
    """Make a code for a number, and send it once that is committed; answers when it expires.

    ``asker``: see ``issue_code``. Raises ``TooManyCodes``, having sent and changed nothing, and
    what the sender raises (``Unavailable``): then the code was made all the same, and counts as
    sent.
    """

    async def work(tx: WriteTransaction) -> IssuedCode:
        return await issue_code(tx, phone=phone, asker=asker, rules=rules, keys=keys)

    issued = await db.transact(work)
    await sender.send(issued.phone, issued.code, lang)
    return issued.expires_at


async def issue_code(
    tx: WriteTransaction, *, phone: str, asker: str, rules: CodeRules, keys: Keyring
) -> IssuedCode:
    """A new code for a number (E.164); the older one of the same ``asker`` is dead from now on.

    ``asker`` says which browser asks and what for: a text that no other browser can send.
    Raises ``TooManyCodes`` when the number has had its share of the last 60 minutes. To be
    sent after the transaction is committed: ``send_code`` does both.
    """
    now = clock.now()
    code = keys.one_time_code()
    expires_at = now + timedelta(seconds=rules.code_seconds)
    await count_send(tx, phone=phone, sends_per_hour=rules.sends_per_hour, expires_at=expires_at)
    await queries.replace_code.execute(
        tx,
        phone=phone,
        asker=_row_of(asker),
        mac=keys.code_mac(code, context=phone),
        created_at=now,
        expires_at=expires_at,
        attempts_count=0,
        used_at=None,
    )
    return IssuedCode(phone, code, expires_at)


async def count_send(
    tx: WriteTransaction, *, phone: str, sends_per_hour: int, expires_at: datetime
) -> None:
    """Count a code that is sent to a number (E.164), whatever it is for; it dies at ``expires_at``.

    Raises ``TooManyCodes`` when the number has had its share of the last 60 minutes.
    """
    now = clock.now()
    await queries.keep_place_for_sends.execute(
        tx, phone=phone, sent_at_recent=[], expires_at=expires_at
    )
    texts: list[str] = await queries.recent_sends_locked.scalar(tx, phone=phone)
    window = timedelta(seconds=SENDS_WINDOW_SECONDS)
    sends = [at for at in map(datetime.fromisoformat, texts) if at > now - window]
    if len(sends) >= sends_per_hour:
        # The send that must leave the window before one more fits into it.
        wait = sends[-sends_per_hour] + window - now
        raise TooManyCodes(retry_after_seconds=max(1, -(-wait // timedelta(seconds=1))))
    recent = [at.isoformat() for at in [*sends, now]]
    await queries.count_send.execute(tx, number=phone, sent_at_recent=recent, expires_at=expires_at)


async def sign_in(
    tx: WriteTransaction,
    *,
    phone: str,
    asker: str,
    code: str,
    lang: Language,
    device: str,
    session_seconds: int,
    rules: CodeRules,
    keys: Keyring,
) -> SignedIn | WrongCode | NoLiveCode:
    """Try a code for a number; the right one registers who is new and opens a session.

    ``asker`` is what the code was issued to; ``code`` is as typed, in Latin digits. Every wrong
    guess counts, so the caller commits whatever the answer is: that is why a refusal is a value
    here and not an error.

    Raises ``PersonBlocked``, who keeps neither session nor, the unit being rolled back, the
    guess: only the phone's owner can come so far.
    """
    refused = await spend_code(tx, phone=phone, asker=asker, code=code, rules=rules, keys=keys)
    if refused is not None:
        return refused
    known = await queries.person_by_phone.one_or_none(tx, phone=phone)
    person = known or await register(tx, phone=phone, language=lang)
    if person.blocked_at is not None:
        raise PersonBlocked
    session = await open_session(
        tx, person_id=person.id, device=device, session_seconds=session_seconds, keys=keys
    )
    return SignedIn(person, session, is_new=known is None)


async def spend_code(
    tx: WriteTransaction, *, phone: str, asker: str, code: str, rules: CodeRules, keys: Keyring
) -> WrongCode | NoLiveCode | None:
    """Try a code of this ``asker`` for a number; None when it was right, and it is spent then.

    Every guess counts, so the caller commits whatever the answer is.
    """
    now = clock.now()
    live = await queries.count_guess.one_or_none(
        tx, number=phone, by=_row_of(asker), now=now, attempts_max=rules.attempts_max
    )
    if live is None:
        return NoLiveCode()
    if not keys.code_matches(code, context=phone, stored=live.mac):
        return WrongCode(attempts_left=rules.attempts_max - live.attempts_count)
    # The row is ours since the guess was counted, so that nobody can have used it in between.
    await queries.use_code.execute(tx, number=phone, by=_row_of(asker), used_at=now)
    return None


async def purge(tx: WriteTransaction, *, codes_days: int = 1, sessions_days: int = 30) -> int:
    """Forget codes and sessions so many days after they expired; answers how many.

    For a worker, about daily.
    """
    now = clock.now()
    before = now - timedelta(days=codes_days)
    codes = await queries.purge_codes.execute(tx, before=before)
    await queries.purge_sends.execute(tx, before=before)
    return codes + await queries.purge_sessions.execute(
        tx, before=now - timedelta(days=sessions_days)
    )


def _row_of(asker: str) -> bytes:
    """What a browser's codes are found by: nothing that could be presented is stored twice."""
    return hashlib.sha256(asker.encode()).digest()
