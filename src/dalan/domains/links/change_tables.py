"""Which links were changed or deleted: for whoever keeps links in memory.

The database itself writes this down, so that no verb can forget to and what goes by cascade is
in it as well.
"""

from typing import Final

import msgspec
from sqlalchemy import DDL, Column, Table, event

from dalan.domains.links.tables import link
from dalan.kernel.db import Id, metadata

ANY_LINK: Final = 0
"""In place of a link's number: what was changed bears on every link."""

link_change = Table(
    "link_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link_id", Id, nullable=False),
)
"""A change of a link that was committed. Only the newest are kept."""

TRIGGERS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE TRIGGER link_updated AFTER UPDATE ON link BEGIN"
        " INSERT INTO link_change (link_id) VALUES (old.id); END",
        "CREATE TRIGGER link_deleted AFTER DELETE ON link BEGIN"
        " INSERT INTO link_change (link_id) VALUES (old.id); END",
    ),
    "postgresql": (
        "CREATE FUNCTION link_changed() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO link_change (link_id) VALUES (OLD.id); RETURN NULL; END'",
        "CREATE TRIGGER link_changed AFTER UPDATE OR DELETE ON link"
        " FOR EACH ROW EXECUTE FUNCTION link_changed()",
    ),
}

for _engine, _statements in TRIGGERS.items():
    for _statement in _statements:
        _made = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left it without types
        event.listen(link, "after_create", _made.execute_if(dialect=_engine))


class LinkChange(msgspec.Struct, frozen=True):
    """A change, by its number."""

    id: int
    link_id: int
