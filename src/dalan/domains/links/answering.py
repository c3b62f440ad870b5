"""Answers kept by idempotency key: who asks again with it is answered the same, and nothing is
done again.

Source: pod-links.md 9, point 13; decision 0042.
"""

import hashlib
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    delete,
    select,
    update,
)

from dalan.domains.links.errors import InvalidLink, KeyReused
from dalan.kernel import clock
from dalan.kernel.db import Id, UtcTime, WriteTransaction, metadata, statement, upsert

KEY_LENGTH_MAX: Final = 255

link_answer = Table(
    "link_answer",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("app_id", Id, ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "app_id"),
    Index(None, "created_at"),
)
"""What an app was answered when it named an idempotency key. A call that is refused leaves
nothing: it changed nothing, and the next one with its key is a first one."""


class Answered(msgspec.Struct, frozen=True):
    """An answer as it was given."""

    status: int
    answer: bytes
    request_hash: bytes
    created_at: datetime


_claim = statement(
    upsert(link_answer, key=["key_hash"], returning=[link_answer.c.status]),
    sets=["key_hash", "request_hash", "app_id", "status", "answer", "created_at"],
)
"""Take a key; no row when it was taken. Whoever is at work with it is waited for."""

_answer = statement(
    select(*(link_answer.c[name] for name in Answered.__struct_fields__)).where(
        link_answer.c.key_hash == bindparam("key_hash")
    ),
    into=Answered,
)
"""What was answered with a key."""

_keep = statement(
    update(link_answer).where(link_answer.c.key_hash == bindparam("of_key")),
    sets=["status", "answer"],
)
"""What is answered with a key from now on."""

purge_answers = statement(
    delete(link_answer).where(link_answer.c.created_at < bindparam("before", type_=UtcTime))
)
"""Forget what was answered before then."""


async def answered(
    tx: WriteTransaction, *, app_id: int, key: str, request: bytes, part: str = ""
) -> Answered | None:
    """What the app was answered to this request with this key; None: the key is new, and taken
    from now on, if the caller's unit of work is kept. ``part``: of a call in several units, which
    of them. Raises InvalidLink and KeyReused."""
    if not key or len(key) > KEY_LENGTH_MAX:
        raise InvalidLink(
            f"an idempotency key has from 1 to {KEY_LENGTH_MAX} characters", field="Idempotency-Key"
        )
    key_hash, request_hash = _hash_of(app_id, key, part), hashlib.sha256(request).digest()
    taken = await _claim.scalar(
        tx, key_hash=key_hash, request_hash=request_hash, app_id=app_id, status=0, answer=b"",
        created_at=clock.now(),
    )  # fmt: skip
    if taken is not None:
        return None
    before = await _answer.one(tx, key_hash=key_hash)
    if before.request_hash != request_hash:
        raise KeyReused
    return before


async def keep_answer(
    tx: WriteTransaction, *, app_id: int, key: str, status: int, answer: bytes, part: str = ""
) -> None:
    """Answer this whenever the key comes again."""
    await _keep.execute(tx, of_key=_hash_of(app_id, key, part), status=status, answer=answer)


def _hash_of(app_id: int, key: str, part: str) -> bytes:
    return hashlib.sha256(f"{app_id}\x00{key}\x00{part}".encode(errors="replace")).digest()
