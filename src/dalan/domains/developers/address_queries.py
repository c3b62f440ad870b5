"""Statements about where apps live."""

from sqlalchemy import bindparam, select, update

from dalan.domains.developers.tables import EventAddress, app
from dalan.kernel.db import in_list, statement

event_addresses = statement(
    select(
        app.c.id.label("app_id"),
        app.c.events_url.label("url"),
        app.c.identification_key_box,
        app.c.state,
    ).where(in_list(app.c.id, "app_ids")),
    into=EventAddress,
)
"""Where these apps want to be told of events."""

set_addresses = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("fallback_url", "session_init_url", "dynamic_action_url", "events_url", "updated_at"),
)
"""Where the platform finds it."""

set_identification_key = statement(
    update(app).where(app.c.id == bindparam("app_id")),
    sets=("identification_key_box", "updated_at"),
)
"""What the platform proves itself with when it calls the app."""
