"""links: every change is written down, for processes that keep links in memory

Expand step: the running code neither reads nor misses it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id

revision = "202611221205"
down_revision = "202611221204"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER link_updated AFTER UPDATE ON link BEGIN"
    " INSERT INTO link_change (link_id) VALUES (old.id); END",
    "CREATE TRIGGER link_deleted AFTER DELETE ON link BEGIN"
    " INSERT INTO link_change (link_id) VALUES (old.id); END",
)
POSTGRESQL = (
    "CREATE FUNCTION link_changed() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN INSERT INTO link_change (link_id) VALUES (OLD.id); RETURN NULL; END'",
    "CREATE TRIGGER link_changed AFTER UPDATE OR DELETE ON link"
    " FOR EACH ROW EXECUTE FUNCTION link_changed()",
)


def upgrade() -> None:
    op.create_table(
        "link_change",
        sa.Column("id", Id, primary_key=True),
        sa.Column("link_id", Id, nullable=False),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER link_updated")
        op.execute("DROP TRIGGER link_deleted")
    else:
        op.execute("DROP TRIGGER link_changed ON link")
        op.execute("DROP FUNCTION link_changed()")
    op.drop_table("link_change")
