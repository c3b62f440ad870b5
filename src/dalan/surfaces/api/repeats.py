"""``Idempotency-Key``: a POST that comes again is answered as before, and does nothing again."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from dalan.domains import links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.api.answers import JSON, Answer, File
from dalan.surfaces.api.call import Call
from dalan.surfaces.operations import header

REPEATED: Final = (b"idempotent-replayed", b"true")

_encode = msgspec.json.encode

Work = Callable[[WriteTransaction], Awaitable[Answer]]


async def once(call: Call, work: Work, *, request: bytes | None = None, part: str = "") -> File:
    """Do it in a unit of work of its own, or answer as when it was done. ``part`` tells one piece
    of a long call from the next. A refusal is not kept: nothing was done."""
    key = header(call.scope, b"idempotency-key")
    app_id = call.caller.app_id
    asked = _encode([call.scope["method"], call.scope["path"], dict(call.query)])
    asked += _encode(call.content) if request is None else request
    digest = hashlib.sha256(asked).hexdigest()
    told_apart = call.services.keys.secret_mac(digest, "idempotent call")  # passwords are in it

    async def unit(tx: WriteTransaction) -> File:
        if not key:
            done = await work(tx)
            return File(_encode(done.message), JSON, done.status, done.headers)
        before = await links.answered(tx, app_id=app_id, key=key, part=part, request=told_apart)
        if before is not None:
            return File(before.answer, JSON, before.status, [REPEATED])
        done = await work(tx)
        answer = _encode(done.message)
        await links.keep_answer(
            tx, app_id=app_id, key=key, part=part, status=done.status, answer=answer
        )
        return File(answer, JSON, done.status, done.headers)

    return await call.services.db.transact(unit)


def message_of(file: File, kind: type[Any]) -> Any:
    """What was answered in a piece of a long call."""
    return msgspec.json.decode(file.content, type=kind)
