"""search: what is found by words

The index is made from the posts: empty after this step, filled by ``dalan admin reindex``.
Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from dalan.kernel.db import Id

revision = "202611212209"
down_revision = "202611212208"
branch_labels = None
depends_on = None

SQLITE_ALONE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry',"
    " content_rowid='id', detail='none', columnsize=0, prefix='3 4 5',"
    " tokenize=\"ascii tokenchars ':_-'\")",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_words_removed AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_words (search_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
        sa.Column("price", sa.BigInteger),
        sa.Column("production_year", sa.Integer),
        sa.Column("usage", sa.BigInteger),
        sa.Column("size", sa.BigInteger),
        sa.Column("rent", sa.BigInteger),
        sa.Column("credit", sa.BigInteger),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.UniqueConstraint("post_id"),
    )
    op.create_index("ix_search_entry_price", "search_entry", ["price", "id"])
    op.create_table(
        "search_share",
        sa.Column(
            "token",
            sa.Text(collation="C").with_variant(sa.Text(), "sqlite"),
            primary_key=True,
        ),
        sa.Column("per_million", sa.Integer, nullable=False),
    )
    op.create_table(
        "search_use",
        sa.Column("app_id", Id, sa.ForeignKey("app.id"), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("calls_count", sa.Integer, nullable=False),
        sa.Column("calls_per_day", sa.Integer),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_search_entry_words", "search_entry", ["words"], postgresql_using="gin")
    else:
        for statement in SQLITE_ALONE:
            op.execute(sa.DDL(statement))  # type: ignore[no-untyped-call]  # text() reads a colon as a parameter


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_words_added")
        op.execute("DROP TRIGGER search_words_removed")
        op.execute("DROP TABLE search_words")
    op.drop_table("search_use")
    op.drop_table("search_share")
    op.drop_table("search_entry")
