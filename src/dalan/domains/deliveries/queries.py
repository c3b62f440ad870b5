"""Statements about what is told and where it goes; those of the log stand in ``log_queries``."""

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import text as sql

from dalan.domains.deliveries.tables import (
    Claimed,
    Delivery,
    DueEndpoint,
    Endpoint,
    Event,
    Secret,
    event,
    event_attempt,
    event_delivery,
    event_endpoint,
    event_secret,
    event_stream,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

_endpoint, _delivery = event_endpoint.c, event_delivery.c
# Literals, not parameters: only so does a planner see that a partial index fits.
_is_active = sql("event_endpoint.state = 'active'")
_is_ready = sql("event_delivery.state = 'ready'")
_is_blocked = sql("event_delivery.state = 'blocked'")
_waiting = sql("event_delivery.state IN ('ready', 'blocked')")
_now = bindparam("now", type_=UtcTime())

begin_stream = statement(upsert(event_stream, key=["app_id"]), sets=("app_id", "last_position"))
"""An app's log, where there was none."""

hold_stream = statement(
    update(event_stream)
    .where(event_stream.c.app_id == bindparam("of_app"))
    .values(last_position=event_stream.c.last_position + bindparam("by", type_=Id))
    .returning(event_stream.c.last_position)
)
"""Take the next so many positions of an app's log, and hold it until the commit."""

last_position = statement(
    select(event_stream.c.last_position).where(event_stream.c.app_id == bindparam("app_id"))
)
"""How far an app's log has come."""

last_seq = statement(
    select(func.max(event.c.seq)).where(
        event.c.app_id == bindparam("app_id"), event.c.resource == bindparam("resource")
    )
)
"""The number of a resource's newest event."""

add_event = statement(
    insert(event).returning(event.c.id),
    sets=(
        "app_id", "position", "uid", "type", "resource", "seq", "body", "is_test", "happened_at",
        "recorded_at",
    ),
)  # fmt: skip
"""Write down what an app is told."""

add_delivery = statement(
    insert(event_delivery),
    sets=("event_id", "endpoint_id", "resource", "state", "due_at", "tries_count", "lease_no"),
)
"""The duty to bring an event to an endpoint."""

is_waiting = statement(
    select(_delivery.id)
    .where(_delivery.endpoint_id == bindparam("endpoint_id"))
    .where(_delivery.resource == bindparam("resource"))
    .where(_waiting)
    .limit(1)
)
"""Whether something of that resource is on its way to the endpoint; a row if so."""

endpoints_of_apps = statement(
    select(event_endpoint)
    .where(in_list(_endpoint.app_id, "app_ids"))
    .order_by(_endpoint.id)
    .with_for_update(),
    into=Endpoint,
)
"""The endpoints of these apps, held until the commit, always in the same order."""

add_endpoint = statement(
    upsert(event_endpoint, key=["app_id", "name"]),
    sets=(
        "app_id", "name", "url", "authorization_box", "state", "disabled_reason", "breaker",
        "open_seconds", "window_count", "window_failures_count", "told_hours",
    ),
)  # fmt: skip
"""A place for events to go; one that stands is left as it is."""

set_hook = statement(
    update(event_endpoint).where(
        _endpoint.app_id == bindparam("of_app"), _endpoint.name == bindparam("hook")
    ),
    sets=("url", "authorization_box"),
)
"""Another address for an endpoint that is not the app's main one."""

endpoint_of = statement(
    select(event_endpoint).where(
        _endpoint.app_id == bindparam("app_id"), _endpoint.name == bindparam("name")
    ),
    into=Endpoint,
)
"""One endpoint of an app."""

hold_endpoints = statement(
    select(event_endpoint)
    .where(in_list(_endpoint.id, "endpoint_ids"))
    .order_by(_endpoint.id)
    .with_for_update(),
    into=Endpoint,
)
"""These endpoints, held until the commit, always in the same order."""

hold_free_endpoint = statement(
    select(_endpoint.id)
    .where(_endpoint.id == bindparam("endpoint_id"))
    .with_for_update(skip_locked=True)
)
"""The endpoint, unless somebody else is busy with it at this moment."""

set_standing = statement(
    update(event_endpoint).where(_endpoint.id == bindparam("endpoint_id")),
    sets=(
        "state", "disabled_reason", "disabled_at", "breaker", "open_until", "open_seconds",
        "window_began_at", "window_count", "window_failures_count", "failing_since", "told_hours",
        "succeeded_at",
    ),
)  # fmt: skip
"""How an endpoint fares now."""

_next_due = (
    select(func.min(_delivery.due_at))
    .where(_delivery.endpoint_id == _endpoint.id)
    .where(_is_ready)
    .scalar_subquery()
)

set_alarm = statement(
    update(event_endpoint)
    .where(in_list(_endpoint.id, "endpoint_ids"))
    .values(
        wake_at=case(
            (and_(_endpoint.open_until.is_not(None), _endpoint.open_until > _next_due),
             _endpoint.open_until),
            else_=_next_due,
        )
    )
)  # fmt: skip
"""When to look at these endpoints again: at the first delivery that is due, or when one whose
breaker is open may be tried."""

due_endpoints = statement(
    select(
        _endpoint.id,
        _endpoint.app_id,
        _endpoint.name,
        _endpoint.url,
        _endpoint.authorization_box,
        _endpoint.breaker,
        _endpoint.failing_since,
        _endpoint.succeeded_at,
    )
    .where(_is_active)
    .where(_endpoint.wake_at <= _now)
    .where(~in_list(_endpoint.id, "busy_ids"))
    .order_by(_endpoint.wake_at, _endpoint.id)
    .limit(bindparam("most", type_=Integer())),
    into=DueEndpoint,
)
"""Endpoints for which something is due, the one that waits longest first."""

next_alarm = statement(
    select(func.min(_endpoint.wake_at))
    .where(_is_active)
    .where(_endpoint.wake_at.is_not(None))
    .where(~in_list(_endpoint.id, "busy_ids"))
)
"""When the next endpoint has something to be sent."""

park = statement(
    update(event_endpoint).where(in_list(_endpoint.id, "endpoint_ids")), sets=("wake_at",)
)
"""Nothing can be sent there for now; look again then."""

overslept = statement(
    select(_endpoint.id)
    .where(_is_active)
    .where(_endpoint.wake_at > bindparam("later", type_=UtcTime()))
    .where(_next_due <= _now)
)
"""Endpoints that are looked at later than something is due there: rightly where a breaker is
open, and where a move of the clock was killed."""

_due = (
    select(_delivery.id)
    .where(_delivery.endpoint_id == bindparam("to_endpoint", type_=Id))
    .where(_is_ready)
    .where(_delivery.due_at <= _now)
    .order_by(_delivery.due_at, _delivery.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
    .cte("due")
)

claim = statement(
    update(event_delivery)
    .where(_delivery.id.in_(select(_due.c.id)))
    .values(due_at=bindparam("until", type_=UtcTime()), lease_no=bindparam("lease", type_=Id))
    .returning(
        _delivery.id, _delivery.event_id, _delivery.endpoint_id, _delivery.tries_count,
        _delivery.lease_no,
    ),
    into=Claimed,
)  # fmt: skip
"""Take deliveries that are due, under a lease."""

events_by_id = statement(select(event).where(in_list(event.c.id, "event_ids")), into=Event)
"""These events."""

hold_deliveries = statement(
    select(event_delivery)
    .where(in_list(_delivery.id, "delivery_ids"))
    .order_by(_delivery.id)
    .with_for_update(),
    into=Delivery,
)
"""These deliveries as they stand, held until the commit."""

finish = statement(
    update(event_delivery)
    .where(in_list(_delivery.id, "delivery_ids"))
    .values(tries_count=_delivery.tries_count + 1, lease_no=0),
    sets=("state", "finished_at"),
)
"""These are over, one way or the other."""

postpone = statement(
    update(event_delivery).where(_delivery.id == bindparam("delivery_id")).values(lease_no=0),
    sets=("due_at", "tries_count"),
)
"""Another try at ``due_at``."""

release = statement(
    update(event_delivery)
    .where(in_list(_delivery.id, "delivery_ids"))
    .where(_delivery.lease_no == bindparam("lease", type_=Id))
    .where(_is_ready)
    .values(lease_no=0),
    sets=("due_at",),
)
"""Never sent: whoever comes next may take them at once."""

_over = event_delivery.alias("over")
_before = event_delivery.alias("before")

unblock = statement(
    update(event_delivery)
    .where(
        _delivery.id.in_(
            select(func.min(_delivery.id))
            .select_from(event_delivery)
            .join(
                _over,
                and_(
                    _over.c.endpoint_id == _delivery.endpoint_id,
                    _over.c.resource == _delivery.resource,
                ),
            )
            .where(in_list(_over.c.id, "delivery_ids"))
            .where(_waiting)
            .group_by(_delivery.endpoint_id, _delivery.resource)
        )
    )
    .where(_is_blocked),
    sets=("state", "due_at"),
)
"""What these stood in the way of may go: the first of each resource that waits."""

add_attempt = statement(
    insert(event_attempt),
    sets=(
        "delivery_id", "began_at", "duration_ms", "url", "outcome", "status", "error", "headers",
        "body",
    ),
)  # fmt: skip
"""One call, and what came back."""

drop_leases = statement(
    update(event_delivery)
    .where(_is_ready, _delivery.lease_no != 0)
    .values(lease_no=0)
    .returning(_delivery.endpoint_id),
    sets=("due_at",),
)
"""Whoever held these is no more: they are due again."""

live_secrets = statement(
    select(event_secret)
    .where(in_list(event_secret.c.app_id, "app_ids"))
    .where(or_(event_secret.c.expires_at.is_(None), event_secret.c.expires_at > _now))
    .order_by(event_secret.c.id.desc()),
    into=Secret,
)
"""What these apps' deliveries are signed with, the current one first."""

add_secret = statement(insert(event_secret), sets=("app_id", "box", "created_at"))
"""A new current secret."""

end_secrets = statement(
    update(event_secret)
    .where(event_secret.c.app_id == bindparam("of_app"))
    .where(event_secret.c.expires_at.is_(None)),
    sets=("expires_at",),
)
"""The secret that was current signs until then."""

purge_secrets = statement(delete(event_secret).where(event_secret.c.expires_at <= _now))
"""Secrets whose time is over."""

skip_waiting = statement(
    update(event_delivery)
    .where(_delivery.endpoint_id == bindparam("of_endpoint", type_=Id))
    .where(_waiting)
    .where(
        exists(
            select(event.c.id)
            .where(event.c.id == _delivery.event_id)
            .where(event.c.recorded_at < bindparam("before", type_=UtcTime()))
        )
    )
    .values(state="skipped", lease_no=0),
    sets=("finished_at",),
)
"""What was recorded before then is not sent any more."""

skip = statement(
    update(event_delivery)
    .where(_delivery.id == bindparam("delivery_id"))
    .where(_waiting)
    .values(state="skipped", lease_no=0),
    sets=("finished_at",),
)
"""This one is not sent any more."""

unblock_all = statement(
    update(event_delivery)
    .where(_delivery.endpoint_id == bindparam("of_endpoint", type_=Id))
    .where(_is_blocked)
    .where(
        ~exists(
            select(_before.c.id)
            .where(_before.c.endpoint_id == _delivery.endpoint_id)
            .where(_before.c.resource == _delivery.resource)
            .where(sql("before.state IN ('ready', 'blocked')"))
            .where(_before.c.id < _delivery.id)
        )
    ),
    sets=("state", "due_at"),
)
"""The first of each resource that waits may go."""

hurry = statement(
    update(event_delivery)
    .where(_delivery.endpoint_id == bindparam("of_endpoint", type_=Id))
    .where(_is_ready, _delivery.lease_no == 0),
    sets=("due_at", "tries_count"),
)
"""What waits for another try is due, with all its tries before it."""

hurry_one = statement(
    update(event_delivery)
    .where(_delivery.id == bindparam("delivery_id"))
    .where(_is_ready, _delivery.lease_no == 0),
    sets=("due_at",),
)
"""What waits for another try is due."""

failing_endpoints = statement(
    select(event_endpoint)
    .where(_is_active, _endpoint.failing_since.is_not(None))
    .where(_endpoint.failing_since <= bindparam("before", type_=UtcTime()))
    .order_by(_endpoint.id)
    .with_for_update(),
    into=Endpoint,
)
"""Endpoints that nothing got through to since before then."""
