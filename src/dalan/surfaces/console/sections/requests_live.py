"""The log as it grows, as server-sent events; and a span of it to take away."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from dalan.errors import Invalid, ResourceExhausted
from dalan.surfaces.console import desk
from dalan.surfaces.console.sections.requests import Listed, filter_of
from dalan.surfaces.console.sections.requests_shown import summary
from dalan.surfaces.console.traffic import Filter, Traffic
from dalan.surfaces.console.traffic.exports import FORMATS
from dalan.surfaces.console.traffic.keeping import KEPT_MAX
from dalan.surfaces.html.session import Visitor

BEAT_SECONDS: Final = 15.0
BEATS: Final = 20
"""After so many quiet ones the stream ends, and whoever still watches comes again."""

STREAMS_MAX: Final = 100
AT_ONCE_MAX: Final = 200

HELLO: Final = b": hello\n\nretry: 2000\n\n"
BEAT: Final = b": beat\n\n"
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/requests/live")
async def live(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Each request as it ends; from the one after ``after`` or ``Last-Event-ID``, else from now.
    Who takes no server-sent events is answered at once, with what is there."""
    request = visitor.request
    traffic = desk.workshop_of(visitor).traffic
    if traffic.watchers_count >= STREAMS_MAX:
        raise ResourceExhausted("as many watch as one process takes")
    sent = request.headers.get("last-event-id", "")
    query = {**request.query_params, **({"after": sent} if sent else {})}
    chosen = filter_of(query)
    if "after" not in query:
        await traffic.settle()
        chosen = msgspec.structs.replace(chosen, first=traffic.last + 1)
    if "text/event-stream" not in request.headers.get("accept", ""):
        found = await traffic.oldest(chosen, most=AT_ONCE_MAX)
        return desk.answer(Listed([summary(one) for one in found], traffic.last))
    return Stream(_events(traffic, chosen), media_type="text/event-stream", headers=HEADERS)


async def _events(traffic: Traffic, chosen: Filter) -> AsyncIterator[bytes]:
    quiet = 0
    with traffic.watching() as moved:
        yield HELLO
        while quiet < BEATS:
            moved.clear()
            for one in await traffic.oldest(chosen, most=AT_ONCE_MAX):
                chosen = msgspec.structs.replace(chosen, first=one.id + 1)
                yield b"id: %d\ndata: %s\n\n" % (one.id, msgspec.json.encode(summary(one)))
                moved.set()  # there may be more than were asked for at once
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await moved.wait()
            except TimeoutError:
                quiet += 1
                yield BEAT
            if traffic.is_stopped:
                return


@get("/requests/export")
async def export(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """A span of the log, by ``from`` and ``to`` or by filters, oldest first."""
    query = visitor.request.query_params
    form = FORMATS.get(query.get("format", ""))
    if form is None:
        raise Invalid(f"format is one of {', '.join(FORMATS)}")
    found = await desk.workshop_of(visitor).traffic.oldest(filter_of(query), most=KEPT_MAX)
    return Response(
        form.write(found, visitor.services.settings.base_url).encode(errors="replace"),
        media_type=f"{form.content_type}; charset=utf-8",
        headers={
            **desk.API_HEADERS,
            "content-disposition": f'attachment; filename="{form.filename}"',
        },
    )


PAGES: Final = ()
API: Final = (live, export)
