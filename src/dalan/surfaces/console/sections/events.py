"""What every app of this world was told, each try of it, and sending it again."""

from datetime import datetime
from typing import Any, Final, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import deliveries, developers
from dalan.domains.deliveries import ToldState
from dalan.errors import DalanError, Invalid
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.console import desk
from dalan.surfaces.html.forms import number_in
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor

PATH: Final = "/console/events"
BODY_SHOWN_MAX: Final = 4_000
UID_LENGTH_MAX: Final = 64

STATES: Final[dict[str, tuple[str, str]]] = {
    "waiting": (marked("On its way"), "info"),
    "delivered": (marked("Delivered"), "success"),
    "failed": (marked("Given up"), "danger"),
    "skipped": (marked("Skipped"), "neutral"),
    "stored": (marked("Only in the log"), "neutral"),
}
"""How an event fares, in words, and the colour of its badge."""

OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "delivered": (marked("Delivered"), "success"),
    "refused": (marked("Refused"), "danger"),
    "timeout": (marked("No answer in time"), "warning"),
    "unreachable": (marked("Not reachable"), "danger"),
    "forbidden": (marked("Address not allowed"), "danger"),
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event of an app. ``state`` is one of ``STATES``."""

    id: int
    uid: str
    app: str
    type: str
    resource: str
    seq: int
    state: str
    is_test: bool
    tries_count: int
    happened_at: datetime
    next_try_at: datetime | None
    finished_at: datetime | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A try, and what came back."""

    outcome: str
    status: int | None
    began_at: datetime
    duration_ms: int
    error: str
    headers: dict[str, str]
    body: str


class Whole(msgspec.Struct, frozen=True):
    """An event with what is sent and every try, the newest first."""

    event: Told
    body: str
    attempts: list[Attempt]
    waits_for: str


class Listed(msgspec.Struct, frozen=True):
    """Newest first; ``before`` goes on to older ones, None at the end."""

    events: list[Told]
    before: int | None


@get("/events")
async def events_page(visitor: NamedDependency[Visitor]) -> Response[str]:
    """The logs of all apps as one, newest first, by app and state."""
    query = visitor.request.query_params
    app, state = query.get("app", "")[:100], query.get("state", "")
    state = state if state in STATES else ""
    before = number_in(query.get("before", ""))
    async with visitor.services.db.read() as tx:
        listed = await _listed(tx, app, state, before)
        apps = [one.slug for one in (await developers.newest_apps(tx)).apps]
    return desk.page(
        visitor,
        "console/events.html",
        "events",
        forms=True,
        events=listed.events,
        next_before=listed.before,
        is_first=before is None,
        asked={"app": app, "state": state},
        app_options=[(one, one) for one in apps],
        state_options=[(name, visitor.gettext(words)) for name, (words, _) in STATES.items()],
        states=STATES,
    )


@get("/events/{uid:str}")
async def event_page(visitor: NamedDependency[Visitor], uid: FromPath[str]) -> Response[str]:
    """One event: what is sent, and every try with what came back."""
    try:
        async with visitor.services.db.read() as tx:
            whole = await _whole(tx, uid[:UID_LENGTH_MAX])
    except deliveries.UnknownEvent:
        _ = visitor.gettext
        return visitor.error_page(
            404,
            _("That event is not kept."),
            _("Events are forgotten after a while; this one is gone, or never was."),
            (html.Action(_("Events"), PATH),),
        )
    return desk.page(
        visitor,
        "console/event.html",
        "events",
        forms=True,
        event=whole.event,
        body=_pretty(whole.body),
        attempts=whole.attempts,
        waits_for=whole.waits_for,
        shown_max=BODY_SHOWN_MAX,
        states=STATES,
        outcomes=OUTCOMES,
    )


@post("/events/{uid:str}/resends", status_code=200)
async def resend_page(visitor: NamedDependency[Visitor], uid: FromPath[str]) -> Response[Any]:
    """Send it again, or at once where it waits for another try."""
    await visitor.form()
    _ = visitor.gettext
    try:
        await _resend(visitor, uid[:UID_LENGTH_MAX])
    except deliveries.NoAddress:
        return _said(visitor, uid, "danger", _("Set an address for events first."))
    except deliveries.UnknownEvent:
        return _said(visitor, "", "danger", _("That event is not kept."))
    return _said(visitor, uid, "success", _("It is on its way again."))


@post("/events/{uid:str}/skips", status_code=200)
async def skip_page(visitor: NamedDependency[Visitor], uid: FromPath[str]) -> Response[Any]:
    """Send it no more, so that the next about the same thing goes on."""
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        await deliveries.skip(tx, await _app_told(tx, uid), uid)

    try:
        await visitor.services.db.transact(work)
    except deliveries.UnknownEvent:
        return _said(visitor, "", "danger", _("That event is not kept."))
    except deliveries.NotWaiting:
        return _said(visitor, uid, "danger", _("That event is not on its way."))
    return _said(visitor, uid, "success", _("It is skipped; the next one goes on."))


@get("/events")
async def events_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The same for scripts: ``?app=``, ``?state=``, ``?before=``."""
    query = visitor.request.query_params
    state, text = query.get("state", ""), query.get("before", "")
    before = number_in(text)
    if state and state not in STATES:
        raise Invalid(f"state is one of {', '.join(STATES)}")
    if text and before is None:
        raise Invalid("before is a whole number")
    async with visitor.services.db.read() as tx:
        return desk.answer(await _listed(tx, query.get("app", "")[:100], state, before))


@get("/events/{uid:str}")
async def event_api(visitor: NamedDependency[Visitor], uid: FromPath[str]) -> Response[Any]:
    """One event with every try."""
    async with visitor.services.db.read() as tx:
        return desk.answer(await _whole(tx, uid[:UID_LENGTH_MAX]))


@post("/events/{uid:str}/resends", status_code=200)
async def resend_api(visitor: NamedDependency[Visitor], uid: FromPath[str]) -> Response[Any]:
    """Send it again; answers how it stands now."""
    await _resend(visitor, uid[:UID_LENGTH_MAX])
    async with visitor.services.db.read() as tx:
        return desk.answer(await _whole(tx, uid[:UID_LENGTH_MAX]))


async def _resend(visitor: Visitor, uid: str) -> None:
    async def work(tx: WriteTransaction) -> None:
        await deliveries.resend(tx, await _app_told(tx, uid), uid)

    await visitor.services.db.transact(work)


async def _listed(tx: ReadTransaction, slug: str, state: str, before: int | None) -> Listed:
    app_id = None
    if slug:
        try:
            app_id = (await developers.app_by_slug(tx, slug)).id
        except DalanError:
            return Listed([], None)
    page = await deliveries.world_page(
        tx, app_id=app_id, state=cast("ToldState", state), before=before
    )
    apps = await developers.apps_by_id(tx, (one.app_id for one in page.events))
    return Listed([_told(one, apps[one.app_id].slug) for one in page.events], page.next_before)


async def _whole(tx: ReadTransaction, uid: str) -> Whole:
    app = await developers.app(tx, await _app_told(tx, uid))
    event, attempts = await deliveries.one_event(tx, app.id, uid)
    return Whole(
        _told(event, app.slug),
        event.body,
        [
            Attempt(
                outcome=one.outcome,
                status=one.status,
                began_at=one.began_at,
                duration_ms=one.duration_ms,
                error=one.error,
                headers=dict(one.headers),
                body=one.body,
            )
            for one in attempts
        ],
        await deliveries.waits_for(tx, event),
    )


async def _app_told(tx: ReadTransaction, uid: str) -> int:
    event = await deliveries.event_sent(tx, uid)
    if event is None:
        raise deliveries.UnknownEvent(uid)
    return event.app_id


def _told(one: deliveries.Told, slug: str) -> Told:
    state: str = one.state or "stored"
    is_waiting = state in ("ready", "blocked")
    return Told(
        id=one.id,
        uid=one.uid,
        app=slug,
        type=one.type,
        resource=one.resource,
        seq=one.seq,
        state="waiting" if is_waiting else state,
        is_test=one.is_test,
        tries_count=one.tries_count or 0,
        happened_at=one.happened_at,
        next_try_at=one.due_at if is_waiting else None,
        finished_at=one.finished_at,
    )


def _said(visitor: Visitor, uid: str, kind: Any, words: str) -> Response[Any]:
    back = f"{PATH}/{uid[:UID_LENGTH_MAX]}" if uid else PATH
    return visitor.see_other(back, flash=html.Flash(kind, words))


def _pretty(body: str) -> str:
    try:
        return msgspec.json.format(body.encode(), indent=2).decode()
    except msgspec.DecodeError:
        return body


PAGES: Final = (events_page, event_page, resend_page, skip_page)
API: Final = (events_api, event_api, resend_api)
