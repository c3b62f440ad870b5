"""Browser sessions: opened at sign-in, sliding while used, ended one by one or all at once.

The token travels in a cookie and is never stored; its MAC (``Keyring.token_mac``) finds the row.
"""

from datetime import datetime, timedelta

import msgspec

from dalan.domains.identity import queries
from dalan.domains.identity.errors import NoSuchSession
from dalan.domains.identity.tables import DEVICE_LENGTH_MAX, Presence, Session
from dalan.kernel import clock, text
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

TOKEN_KIND = "ws"  # noqa: S105 (a kind of token, not one)
TOUCH_SECONDS = 300
"""A session's ``last_seen_at`` is written at most this often: readers must not become writers."""

SESSIONS_SHOWN_MAX = 100


class OpenedSession(msgspec.Struct, frozen=True):
    """A new session. ``token`` is for its cookie and is not kept by us."""

    id: int
    token: str
    expires_at: datetime


async def open_session(
    tx: WriteTransaction, *, person_id: int, device: str, session_seconds: int, keys: Keyring
) -> OpenedSession:
    """Sign a person in on one browser, under a token that nobody has seen before."""
    now = clock.now()
    token = keys.new_token(TOKEN_KIND, "dalan")
    mac = keys.token_mac(token)
    assert mac is not None, "we have just made this token"
    expires_at = now + timedelta(seconds=session_seconds)
    session_id: int = await queries.add_session.scalar(
        tx,
        mac=mac,
        person_id=person_id,
        created_at=now,
        last_seen_at=now,
        expires_at=expires_at,
        device=text.clean(device[:DEVICE_LENGTH_MAX], longest=DEVICE_LENGTH_MAX),
    )
    return OpenedSession(session_id, token, expires_at)


async def session(tx: ReadTransaction, mac: bytes) -> Presence | None:
    """The living session with this MAC and its person, in one statement.

    None once it has expired or was ended, and for people who are blocked.
    """
    return await queries.presence_by_mac.one_or_none(tx, mac=mac, now=clock.now())


def is_touch_due(presence: Presence) -> bool:
    """Whether ``touch_session`` would write something."""
    return clock.now() - presence.last_seen_at >= timedelta(seconds=TOUCH_SECONDS)


async def touch_session(tx: WriteTransaction, *, session_id: int, session_seconds: int) -> bool:
    """Note that a session is in use and let it live on; at most once in five minutes.

    Answers whether anything was written.
    """
    now = clock.now()
    touched = await queries.touch_session.execute(
        tx,
        session_id=session_id,
        seen_before=now - timedelta(seconds=TOUCH_SECONDS),
        last_seen_at=now,
        expires_at=now + timedelta(seconds=session_seconds),
    )
    return touched > 0


async def prove_again(tx: WriteTransaction, *, person_id: int, session_id: int) -> None:
    """Note that the person of this session has just proved, with a code, who they are.

    The session keeps its token, so that what is open in other tabs of the browser goes on.
    Raises ``NoSuchSession`` when it has ended or is somebody else's.
    """
    if not await queries.prove_again.execute(
        tx, session_id=session_id, owner_id=person_id, proven_at=clock.now()
    ):
        raise NoSuchSession


async def sessions(tx: ReadTransaction, person_id: int) -> list[Session]:
    """Where a person is signed in, last seen first; at most a hundred."""
    return await queries.sessions_of_person.all(
        tx, person_id=person_id, now=clock.now(), most=SESSIONS_SHOWN_MAX
    )


async def revoke_session(tx: WriteTransaction, *, person_id: int, session_id: int) -> None:
    """End one of a person's sessions; it is gone at that browser's next request.

    Raises ``NoSuchSession`` when it has ended already or is not theirs.
    """
    if not await queries.revoke_session.execute(
        tx, session_id=session_id, owner_id=person_id, revoked_at=clock.now()
    ):
        raise NoSuchSession


async def revoke_other_sessions(
    tx: WriteTransaction, *, person_id: int, kept_session_id: int
) -> int:
    """End all of a person's sessions but one; answers how many."""
    return await queries.revoke_other_sessions.execute(
        tx, owner_id=person_id, kept_id=kept_session_id, revoked_at=clock.now()
    )


async def revoke_all_sessions(tx: WriteTransaction, *, person_id: int) -> int:
    """End all of a person's sessions; answers how many."""
    return await queries.revoke_all_sessions.execute(tx, owner_id=person_id, revoked_at=clock.now())


async def sign_out(tx: WriteTransaction, *, person_id: int, session_id: int) -> None:
    """End this browser's session. Doing so twice is the same as once."""
    await queries.revoke_session.execute(
        tx, session_id=session_id, owner_id=person_id, revoked_at=clock.now()
    )
