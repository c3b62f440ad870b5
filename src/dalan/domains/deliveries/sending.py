"""One call to an app's events address. Holds no transaction, for an app calls us back meanwhile."""

import time
from collections.abc import Mapping
from datetime import datetime

import msgspec

from dalan.domains.deliveries import signing
from dalan.domains.deliveries.tables import Claimed, Event, Outcome
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.outbound import Outbound, OutboundAnswer, OutboundRefused, OutboundTimeout

TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 16_384
HEADERS_KEPT_MAX, HEADER_LENGTH_MAX = 40, 512


class Job(msgspec.Struct, frozen=True):
    """A delivery in our hands, with all a call needs."""

    claimed: Claimed
    event: Event
    url: str
    authorization: str
    secrets: tuple[bytes, ...]


class Result(msgspec.Struct, frozen=True):
    """How a call ended; see ``event_attempt``."""

    claimed: Claimed
    began_at: datetime
    duration_ms: int
    url: str
    outcome: Outcome
    status: int | None
    error: str = ""
    headers: Mapping[str, str] = {}
    body: str = ""


class Patience:
    """How long calls may take. A clock that is moved has one of its own."""

    def seconds(self, job: Job) -> float:
        """How many this call may."""
        del job
        return TIMEOUT_SECONDS

    def heard(self, result: Result) -> None:
        """A call ended so."""


async def send(outbound: Outbound, job: Job, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Result:
    """Make the call; whatever happens is a result."""
    began_at, began = clock.now(), time.monotonic()
    body = job.event.body.encode()
    answer: OutboundAnswer | None = None
    outcome: Outcome
    error = ""
    try:
        answer = await outbound.post_json(
            job.url,
            body,
            headers(job, body=body, sent_at=began_at),
            timeout_seconds=timeout_seconds,
            response_bytes_max=ANSWER_BYTES_MAX,
            cut_long_answers=True,
        )
        outcome = "delivered" if answer.is_success else "refused"
    except OutboundTimeout as late:
        outcome, error = "timeout", str(late)
    except OutboundRefused as forbidden:
        outcome, error = "forbidden", str(forbidden)
    except Unavailable as failed:
        outcome, error = "unreachable", str(failed)
    return Result(
        claimed=job.claimed,
        began_at=began_at,
        duration_ms=int((time.monotonic() - began) * 1_000),
        url=job.url,
        outcome=outcome,
        status=answer.status if answer else None,
        error=error,
        headers=_kept(answer.headers) if answer else {},
        body=_text(answer.body) if answer else "",
    )


def faulty(job: Job, *, began_at: datetime, fault: Exception) -> Result:
    """A call that a fault of ours ended: for the schedule the same as an app not reached. The
    fault's own text may repeat what is secret, so only its kind is told."""
    return Result(
        claimed=job.claimed,
        began_at=began_at,
        duration_ms=max(0, int((clock.now() - began_at).total_seconds() * 1_000)),
        url=job.url,
        outcome="unreachable",
        status=None,
        error=f"the call could not be made ({type(fault).__name__})",
    )


def headers(job: Job, *, body: bytes, sent_at: datetime) -> dict[str, str]:
    """What goes beside the body: the contract's static key, the event's id and number, and the
    signature."""
    event = job.event
    said = signing.headers(job.secrets, uid=event.uid, sent_at=sent_at, body=body)
    said["webhook-seq"] = str(event.seq)
    said["x-kenar-event-id"] = event.uid
    if event.is_test:
        said["webhook-test"] = "true"
    if job.authorization:
        said["authorization"] = job.authorization
    return said


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """An answer's headers as far as they help: cookies are the app's business."""
    few = [(name, value) for name, value in headers.items() if name != "set-cookie"]
    return {
        name[:HEADER_LENGTH_MAX]: _text(value[:HEADER_LENGTH_MAX].encode(errors="replace"))
        for name, value in few[:HEADERS_KEPT_MAX]
    }


def _text(raw: bytes) -> str:
    # PostgreSQL keeps no NUL in a text.
    return raw.decode(errors="replace").replace("\x00", "\ufffd")
