"""Statements about requests, tags and lists of apps that are narrowed by them."""

from functools import cache

from sqlalchemy import Integer, bindparam, delete, exists, func, insert, select, update

from dalan.domains.developers.request_tables import (
    AppRequest,
    AppTag,
    Wish,
    app_request,
    app_tag,
    app_wish,
)
from dalan.domains.developers.tables import App, app
from dalan.kernel.db import Id, Statement, UtcTime, in_list, statement, upsert

_HAS_OPEN = exists().where(app_wish.c.request_id == app_request.c.id, app_wish.c.state == "open")

# Requests

add_request = statement(
    insert(app_request),
    sets=("id", "app_id", "asked_by_id", "reason", "evidence_url", "asked_at"),
)
"""A new request."""

add_wish = statement(
    insert(app_wish), sets=("request_id", "kind", "name", "app_id", "state", "note")
)
"""One thing asked for in it."""

request_by_id = statement(
    select(app_request).where(app_request.c.id == bindparam("request_id")), into=AppRequest
)
"""One request."""

requests_of_app = statement(
    select(app_request)
    .where(app_request.c.app_id == bindparam("app_id"))
    .order_by(app_request.c.asked_at.desc(), app_request.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=AppRequest,
)
"""What an app's team asked for, newest first."""

open_requests = statement(
    select(app_request)
    .where(_HAS_OPEN)
    .order_by(app_request.c.asked_at, app_request.c.id)
    .limit(bindparam("most", type_=Integer())),
    into=AppRequest,
)
"""Requests with something undecided, the longest waiting first."""

open_requests_count = statement(select(func.count()).select_from(app_request).where(_HAS_OPEN))
"""How many requests wait."""

requests_since = statement(
    select(func.count())
    .select_from(app_request)
    .where(
        app_request.c.app_id == bindparam("app_id"),
        app_request.c.asked_at > bindparam("since", type_=UtcTime()),
    )
)
"""How often an app's team asked lately."""

wishes_of_requests = statement(
    select(app_wish)
    .where(in_list(app_wish.c.request_id, "request_ids"))
    .order_by(app_wish.c.kind, app_wish.c.name),
    into=Wish,
)
"""What was asked for in these requests."""

wishes_of_app = statement(
    select(app_wish)
    .where(app_wish.c.app_id == bindparam("app_id"))
    .order_by(app_wish.c.kind, app_wish.c.name),
    into=Wish,
)
"""Everything an app's team ever asked for."""

answer_wish = statement(
    update(app_wish)
    .where(
        app_wish.c.request_id == bindparam("of_request_id", type_=Id),
        app_wish.c.kind == bindparam("of_kind"),
        app_wish.c.name == bindparam("of_name"),
        app_wish.c.state == "open",
    )
    .values(
        state=bindparam("answer"),
        note=bindparam("said"),
        decided_by_id=bindparam("by_id", type_=Id),
        decided_at=bindparam("at", type_=UtcTime()),
    )
)
"""The answer to one wish; no row when it has one."""

set_reach = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("permissions", "scopes", "widgets", "categories", "cities", "updated_at"),
)
"""What an app may do at most, and where."""

# Service type and tags

set_service_type = statement(
    update(app).where(app.c.id == bindparam("app_id")), sets=("service_type", "updated_at")
)
"""What kind of service it is."""

tags_of_app = statement(
    select(app_tag.c.tag).where(app_tag.c.app_id == bindparam("app_id")).order_by(app_tag.c.tag)
)
"""The tags of an app."""

tags_of_apps = statement(
    select(app_tag).where(in_list(app_tag.c.app_id, "app_ids")).order_by(app_tag.c.tag),
    into=AppTag,
)
"""The tags of these apps."""

add_tag = statement(upsert(app_tag, key=("app_id", "tag")), sets=("app_id", "tag"))
"""A tag more; one it has is left."""

clear_tags = statement(delete(app_tag).where(app_tag.c.app_id == bindparam("app_id")))
"""No tags any more."""

# Apps

apps_by_id = statement(select(app).where(in_list(app.c.id, "ids")), into=App)
"""Those of the numbered apps that are there."""

FILTERS = ("state", "service_type", "tag")


@cache
def newest_apps(filters: frozenset[str]) -> Statement[App]:
    """Apps that fit, the newest first: one statement for each set of filters in use."""
    assert filters <= set(FILTERS), "filters are named above"
    found = select(app).where(app.c.id < bindparam("before_id", type_=Id))
    if "state" in filters:
        found = found.where(app.c.state == bindparam("state"))
    if "service_type" in filters:
        found = found.where(app.c.service_type == bindparam("service_type"))
    if "tag" in filters:
        found = found.where(
            exists().where(app_tag.c.app_id == app.c.id, app_tag.c.tag == bindparam("tag"))
        )
    found = found.order_by(app.c.id.desc()).limit(bindparam("most", type_=Integer()))
    return statement(found, into=App)
