"""What an app was told, how it got there, and sending it again."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import deliveries, events
from dalan.domains.deliveries import Filter, ToldState
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse
from dalan.surfaces.web.panel.rotating import Rotation, rotated

OVERLAPS_HOURS: Final = (0, 1, 24, 168)
SPANS_HOURS: Final = (0, 1, 24, 168, 720)
BODY_SHOWN_MAX: Final = 4_000


@get(f"{APPS_PATH}/{{slug:str}}/events")
async def events_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The log, newest first, by kind, state, thing and age; ``?before`` goes on to older ones."""
    query = visitor.request.query_params
    asked = _asked(query)
    before = html.forms.number_in(query.get("before", ""))
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        app_id = opened.app.id
        page = await deliveries.log_page(tx, app_id, _filter(asked), before=before)
        endpoint = await deliveries.endpoint(tx, app_id)
        values: dict[str, Any] = {
            "events": page.events,
            "next_before": page.next_before,
            "type_options": [(one, one) for one in await deliveries.types_told(tx, app_id)],
            "endpoint": endpoint,
            "waiting_count": await deliveries.waiting_count(tx, endpoint.id) if endpoint else 0,
            "subscriptions": await events.subscriptions(tx, app_id),
            "own_types": [one.type for one in await events.own_subscriptions(tx, app_id)],
            "secrets": await deliveries.signing_secrets(tx, app_id),
        }
    _ = visitor.gettext
    return desk.app_page(
        visitor,
        opened,
        "panel/events.html",
        current="events",
        asked=asked,
        is_filtered=any(asked.values()),
        is_first=before is None,
        state_options=[(one, _state_words(visitor)[one][0]) for one in deliveries.TOLD_STATES],
        span_options=[(str(hours), _span(visitor, hours)) for hours in SPANS_HOURS if hours],
        state_of=lambda state: _state_words(visitor)[_told_state(state)],
        own_options=_own_options(visitor),
        example_options=[(one, one) for one in events.EXAMPLES],
        overlap_options=[(str(hours), _overlap(visitor, hours)) for hours in OVERLAPS_HOURS],
        new_secret=desk.take_shown_once(visitor, services, _secret_name(opened)),
        **values,
    )


@get(f"{APPS_PATH}/{{slug:str}}/events/{{uid:str}}")
async def event_page(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    uid: FromPath[str],
) -> AnyResponse:
    """One event: what was sent, and every try with what came back."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        try:
            event, attempts = await deliveries.one_event(tx, opened.app.id, uid[:64])
        except deliveries.UnknownEvent:
            return desk.refused(
                visitor, desk.path_of(slug, "events"), visitor.gettext("That event is not kept.")
            )
        waits_for = await deliveries.waits_for(tx, event)
    body = msgspec.json.format(event.body.encode(), indent=2).decode()
    return desk.app_page(
        visitor,
        opened,
        "panel/event.html",
        current="events",
        event=event,
        attempts=[_shown(one) for one in attempts],
        waits_for=waits_for,
        body=body,
        told_state=_state_words(visitor)[_told_state(event.state)],
        outcomes=_outcome_words(visitor),
    )


@post(f"{APPS_PATH}/{{slug:str}}/events/{{uid:str}}/resends", status_code=200)
async def resend_event(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    uid: FromPath[str],
) -> AnyResponse:
    """Send one again, or at once where it waits for another try."""
    back = f"{desk.path_of(slug, 'events')}/{uid[:64]}"
    visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        opened = await desk.opened(tx, visitor, slug)
        await deliveries.resend(tx, opened.app.id, uid[:64])
        await desk.note(tx, opened, "app.events_resent", count=1)

    try:
        await services.db.transact(work)
    except deliveries.UnknownEvent:
        return desk.refused(visitor, desk.path_of(slug, "events"), _("That event is not kept."))
    except deliveries.NoAddress:
        return desk.refused(visitor, back, _("Set an address for events first."))
    return desk.saved(visitor, back, _("It is on its way again."))


@post(f"{APPS_PATH}/{{slug:str}}/events/{{uid:str}}/skips", status_code=200)
async def skip_event(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    uid: FromPath[str],
) -> AnyResponse:
    """Send one no more, so that the next about the same thing goes on."""
    back = f"{desk.path_of(slug, 'events')}/{uid[:64]}"
    visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        opened = await desk.opened(tx, visitor, slug)
        await deliveries.skip(tx, opened.app.id, uid[:64])
        await desk.note(tx, opened, "app.event_skipped", event=uid[:64])

    try:
        await services.db.transact(work)
    except deliveries.UnknownEvent:
        return desk.refused(visitor, desk.path_of(slug, "events"), _("That event is not kept."))
    except deliveries.NotWaiting:
        return desk.refused(visitor, back, _("That event is not on its way."))
    return desk.saved(visitor, back, _("It is skipped; the next one goes on."))


@post(f"{APPS_PATH}/{{slug:str}}/events/resends", status_code=200)
async def resend_events(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Send everything again that the filters of the form find."""
    back = desk.path_of(slug, "events")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    asked = _asked({name: form.text(name) for name in ("type", "state", "resource", "hours")})

    async def work(tx: WriteTransaction) -> int:
        opened = await desk.opened(tx, visitor, slug)
        count = await deliveries.resend_filtered(tx, opened.app.id, _filter(asked))
        await desk.note(tx, opened, "app.events_resent", count=count)
        return count

    try:
        count = await services.db.transact(work)
    except deliveries.NoAddress:
        return desk.refused(visitor, back, _("Set an address for events first."))
    return desk.saved(visitor, back, _("Events on their way again: %(count)s", count=count))


@post(f"{APPS_PATH}/{{slug:str}}/events/test", status_code=200)
async def send_test(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Send an example of one kind, marked as a test."""
    back = desk.path_of(slug, "events")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    if (type_ := form.text("type")) not in events.EXAMPLES:
        return desk.refused(visitor, back, _("Choose what the test is about."))

    async def work(tx: WriteTransaction) -> str:
        opened = await desk.opened(tx, visitor, slug)
        uid = await events.send_test(tx, opened.app, type_)
        await desk.note(tx, opened, "app.event_tested", type=type_)
        return uid

    try:
        uid = await services.db.transact(work)
    except deliveries.NoAddress:
        return desk.refused(visitor, back, _("Set an address for events first."))
    return desk.saved(visitor, f"{back}/{uid}", _("The test is on its way."))


@post(f"{APPS_PATH}/{{slug:str}}/events/links", status_code=200)
async def choose_link_events(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Tell the app of these events of its links, and of no others."""
    back = desk.path_of(slug, "events")
    visitor.require_person(back=back)
    form = await visitor.form()
    chosen = [one for one in events.OWN_TYPES if one in form.all("types")]

    async def work(tx: WriteTransaction) -> None:
        opened = await desk.opened(tx, visitor, slug)
        before = {one.type for one in await events.own_subscriptions(tx, opened.app.id)}
        if before == set(chosen):
            return
        for one in chosen:
            await events.subscribe_own(tx, opened.app.id, one)
        for gone in sorted(before.difference(chosen)):
            await events.unsubscribe_own(tx, opened.app.id, gone)
        await desk.note(tx, opened, "app.link_events_chosen", types=", ".join(chosen))

    await services.db.transact(work)
    return desk.saved(visitor, back, visitor.gettext("Saved."))


@post(f"{APPS_PATH}/{{slug:str}}/events/sending", status_code=200)
async def switch_sending(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Stop sending, or go on with all that was kept, what is not older than chosen, or nothing."""
    back = desk.path_of(slug, "events")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    goes_on = form.text("sending") == "on"
    hours = form.whole_number("hours") if form.text("hours") else None
    since = None if hours is None or hours not in SPANS_HOURS else _ago(hours)

    async def work(tx: WriteTransaction) -> None:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        if goes_on:
            await deliveries.enable(tx, opened.app.id, since=since)
        else:
            await deliveries.disable(tx, opened.app.id)
        await desk.note(tx, opened, "app.events_switched", sending=goes_on)

    try:
        await services.db.transact(work)
    except deliveries.NoAddress:
        return desk.refused(visitor, back, _("Set an address for events first."))
    except deliveries.NothingDisabled:
        return desk.refused(visitor, back, _("Events are being sent already."))
    done = _("Events are sent again.") if goes_on else _("Events are kept and not sent.")
    return desk.saved(visitor, back, done)


@post(f"{APPS_PATH}/{{slug:str}}/events/secret", status_code=200)
async def rotate_secret(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make a new signing secret; the old one signs beside it for as long as was chosen."""

    async def rotate(tx: WriteTransaction, opened: desk.Opened, overlap: timedelta) -> str:
        return await deliveries.rotate_secret(
            tx, opened.app.id, keys=services.keys, overlap=overlap
        )

    rotation = Rotation(
        page="events",
        overlaps_hours=OVERLAPS_HOURS,
        rotate=rotate,
        action="app.signing_secret_rotated",
        name_of=_secret_name,
    )
    said = visitor.gettext("The new signing secret is made.")
    return await rotated(visitor, services, slug, rotation, said=said)


def _secret_name(opened: desk.Opened) -> str:
    return f"signing secret of {opened.app.id}"


def _asked(query: Any) -> dict[str, str]:
    """The filters as they may be; what cannot be is as good as absent."""
    state, hours = query.get("state", ""), query.get("hours", "")
    return {
        "type": _plain(query.get("type", "")),
        "state": state if state in deliveries.TOLD_STATES else "",
        "resource": _plain(query.get("resource", "")),
        "hours": hours if hours in {str(one) for one in SPANS_HOURS if one} else "",
    }


def _plain(text: str) -> str:
    return "".join(one for one in text[:128] if one.isprintable()).strip()


def _filter(asked: dict[str, str]) -> Filter:
    return Filter(
        type=asked["type"],
        state=cast("ToldState", asked["state"]),
        resource=asked["resource"],
        since=_ago(int(asked["hours"])) if asked["hours"] else None,
    )


def _ago(hours: int) -> datetime:
    return clock.now().astimezone(UTC) - timedelta(hours=hours)


def _told_state(state: str | None) -> str:
    return {"ready": "waiting", "blocked": "waiting", None: "stored"}.get(state, state or "")


def _shown(one: deliveries.Attempt) -> dict[str, Any]:
    return {
        "attempt": one,
        "headers": "\n".join(f"{name}: {value}" for name, value in one.headers.items()),
        "body": one.body[:BODY_SHOWN_MAX],
        "is_cut": len(one.body) > BODY_SHOWN_MAX,
    }


def _state_words(visitor: Visitor) -> dict[str, tuple[str, str]]:
    _ = visitor.gettext
    return {
        "waiting": (_("On its way"), "info"),
        "delivered": (_("Delivered"), "success"),
        "failed": (_("Given up"), "danger"),
        "skipped": (_("Skipped"), "neutral"),
        "stored": (_("Only in the log"), "neutral"),
    }


def _own_options(visitor: Visitor) -> list[tuple[str, str, str]]:
    _ = visitor.gettext
    hints: dict[events.OwnType, str] = {
        "link.created": _("A link was made."),
        "link.changed": _("A link was edited, switched, deleted or brought back."),
        "link.clicked": _("People clicked: how often, and the newest clicks."),
        "link.expired": _("A link’s time is over."),
        "link.limit_reached": _("The last visitor a link lets in has come."),
    }
    return [(one, one, hints[one]) for one in events.OWN_TYPES]


def _outcome_words(visitor: Visitor) -> dict[str, tuple[str, str]]:
    _ = visitor.gettext
    return {
        "delivered": (_("Delivered"), "success"),
        "refused": (_("Refused"), "danger"),
        "timeout": (_("No answer in time"), "warning"),
        "unreachable": (_("Not reachable"), "danger"),
        "forbidden": (_("Address not allowed"), "danger"),
    }


def _span(visitor: Visitor, hours: int) -> str:
    _ = visitor.gettext
    if hours < 24:
        return _("Last hour")
    return _("Last day") if hours == 24 else _("Last %(days)s days", days=hours // 24)


def _overlap(visitor: Visitor, hours: int) -> str:
    _ = visitor.gettext
    if hours == 0:
        return _("Ends at once")
    return _("%(hours)s hours more", hours=hours)
