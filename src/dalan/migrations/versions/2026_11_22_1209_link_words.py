"""links: what they are found by among many

Makes the tokens of the links there are. Expand step: the running code goes on without them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from dalan.domains import links
from dalan.kernel.db import Id, Tokens

revision = "202611221209"
down_revision = "202611221208"
branch_labels = None
depends_on = None

SQLITE_ALONE = (
    "CREATE VIRTUAL TABLE link_text USING fts5(words, content='link_words',"
    " content_rowid='link_id', detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER link_text_added AFTER INSERT ON link_words BEGIN"
    " INSERT INTO link_text (rowid, words) VALUES (new.link_id, new.words); END",
    "CREATE TRIGGER link_text_removed AFTER DELETE ON link_words BEGIN"
    " INSERT INTO link_text (link_text, rowid, words)"
    " VALUES ('delete', old.link_id, old.words); END",
)
INDEXES = {
    "ix_link_owner_no_deleted_at": (
        ["owner_no", "deleted_at", "id"], "deleted_at IS NOT NULL", "deleted_at IS NOT NULL",
    ),
    "ix_link_deleted_at": (
        ["deleted_at"],
        "deleted_at IS NOT NULL AND purged_at IS NULL",
        "deleted_at IS NOT NULL AND purged_at IS NULL",
    ),
    "ix_link_owner_no_inactive": (
        ["owner_no", "id"],
        "active IS 0 AND deleted_at IS NULL",
        "active IS false AND deleted_at IS NULL",
    ),
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "link_words",
        sa.Column(
            "link_id",
            Id,
            sa.ForeignKey("link.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_link_words_words", "link_words", ["words"], postgresql_using="gin")
    else:
        for statement in SQLITE_ALONE:
            op.execute(sa.DDL(statement))  # type: ignore[no-untyped-call]  # text() reads a colon as a parameter
    op.drop_index("ix_link_deleted_at", "link")
    for name, (columns, on_sqlite, on_postgresql) in INDEXES.items():
        op.create_index(
            name, "link", columns,
            sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql),
        )  # fmt: skip
    _index_what_there_is()


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "link")
    where = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_link_deleted_at", "link", ["deleted_at"], sqlite_where=where, postgresql_where=where
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER link_text_added")
        op.execute("DROP TRIGGER link_text_removed")
        op.execute("DROP TABLE link_text")
    op.drop_table("link_words")


def _index_what_there_is() -> None:
    link, tag = (
        sa.table("link"),
        sa.table("link_tag", sa.column("link_id"), sa.column("folded_name")),
    )
    for name in ("id", "searchable", "owner_no", "kind", "hash_method", "deleted_at"):
        link.append_column(sa.column(name))
    words = sa.table("link_words", sa.column("link_id", Id), sa.column("words", Tokens))
    bind = op.get_bind()
    rows = bind.execute(sa.select(link).where(link.c.deleted_at.is_(None))).all()
    for row in rows:
        named = sa.select(tag.c.folded_name).where(tag.c.link_id == row.id)
        found = links.words_of(
            row.searchable, bind.execute(named).scalars(), owner_no=row.owner_no, kind=row.kind,
            method=row.hash_method,
        )  # fmt: skip
        bind.execute(sa.insert(words).values(link_id=row.id, words=found))
