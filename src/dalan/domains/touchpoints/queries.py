"""The touchpoints room's only statements."""

from sqlalchemy import BigInteger, LargeBinary, Text, bindparam, delete, insert, select, true

from dalan.domains.touchpoints.tables import Start, Touchpoint, start, touchpoint
from dalan.kernel.db import UtcTime, statement, upsert

put_touchpoint = statement(
    upsert(touchpoint, key=("app_id", "place"), update=("enabled", "operation")),
    sets=("app_id", "place", "enabled", "operation"),
)
"""How an app is offered at a place becomes this."""

touchpoints_of_app = statement(
    select(touchpoint)
    .where(touchpoint.c.app_id == bindparam("app_id", type_=BigInteger()))
    .order_by(touchpoint.c.place),
    into=Touchpoint,
)
"""What an app has set up, places it never touched left out."""

enabled_at = statement(
    select(touchpoint)
    .where(touchpoint.c.place == bindparam("place", type_=Text()), touchpoint.c.enabled == true())
    .order_by(touchpoint.c.app_id)
    .limit(bindparam("most", type_=BigInteger())),
    into=Touchpoint,
)
"""Who wants to be offered at a place, the oldest apps first."""

add_start = statement(
    insert(start),
    sets=("mac", "app_id", "person_id", "origin_path", "created_at", "expires_at"),
)
"""Somebody leaves for an app."""

_START = (
    start.c.id,
    start.c.app_id,
    start.c.person_id,
    start.c.origin_path,
    start.c.created_at,
    start.c.expires_at,
)

start_by_mac = statement(
    select(*_START).where(start.c.mac == bindparam("mac", type_=LargeBinary())), into=Start
)
"""The start that carries this token, expired or not."""

latest_start = statement(
    select(*_START)
    .where(
        start.c.person_id == bindparam("person_id", type_=BigInteger()),
        start.c.expires_at > bindparam("at", type_=UtcTime()),
    )
    .order_by(start.c.id.desc())
    .limit(1),
    into=Start,
)
"""Where a person left from last, while that is remembered."""

purge_starts = statement(
    delete(start).where(start.c.expires_at <= bindparam("at", type_=UtcTime()))
)
"""Forget starts nobody came back from."""
