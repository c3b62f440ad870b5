"""moderation: review, reports, bookmarks

What rules find and reviewers decide, reports, who may not post; favourites and saved searches.
Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212212"
down_revision = "202611212211"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _posts()
    _reviews()
    _rules()
    _reports()
    _bookmarks()


def _posts() -> None:
    waiting = "state = 'waiting_for_review' AND development IS FALSE"
    op.create_index(
        "ix_post_waiting",
        "post",
        ["state_changed_at", "id"],
        postgresql_where=sa.text(waiting),
        sqlite_where=sa.text(waiting),
    )
    op.create_table(
        "posting_ban",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("banned_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > banned_at", name="ends"),
    )
    op.create_index("ix_posting_ban_ends_at", "posting_ban", ["ends_at"])


def _reviews() -> None:
    op.create_table(
        "post_screening",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("price_tomans", sa.BigInteger),
        sa.Column("flags", Json, nullable=False),
        sa.Column("must_be_seen", sa.Boolean, nullable=False),
        sa.Column("screened_at", UtcTime, nullable=False),
    )
    op.create_index("ix_post_screening_words", "post_screening", ["words", "post_id"])
    op.create_index("ix_post_screening_category", "post_screening", ["category", "post_id"])
    op.create_index("ix_post_screening_screened_at", "post_screening", ["screened_at"])
    op.create_table(
        "review_claim",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "reviewer_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_index("ix_review_claim_expires_at", "review_claim", ["expires_at"])
    op.create_index("ix_review_claim_reviewer_id", "review_claim", ["reviewer_id"])


def _rules() -> None:
    op.create_table(
        "moderation_rule",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.CheckConstraint("effect IN ('off', 'flag', 'hold')", name="effect"),
        sa.CheckConstraint("number >= 0", name="number"),
    )
    op.create_table(
        "forbidden_word",
        sa.Column("id", Id, primary_key=True),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.CheckConstraint("effect IN ('flag', 'hold')", name="effect"),
        sa.CheckConstraint("folded <> ''", name="folded"),
    )


def _reports() -> None:
    op.create_table(
        "post_report",
        sa.Column("id", Id, primary_key=True),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
        sa.Column("owner_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.UniqueConstraint("post_id", "reporter"),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_post_report_open",
        "post_report",
        ["post_id", "id"],
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    for column in ("owner_id", "person_id", "decided_at"):
        op.create_index(f"ix_post_report_{column}", "post_report", [column])
    op.create_table(
        "report_allowance",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.CheckConstraint("count >= 0", name="count"),
    )
    op.create_index("ix_report_allowance_day", "report_allowance", ["day"])


def _bookmarks() -> None:
    op.create_table(
        "bookmark",
        sa.Column(
            "person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    op.create_index("ix_bookmark_post_id", "bookmark", ["post_id"])
    op.create_table(
        "saved_search",
        sa.Column("id", Id, primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("criteria", Json, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("told_at", UtcTime),
        sa.Column("unseen_count", sa.BigInteger, nullable=False),
        sa.Column("untold_count", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("person_id", "address"),
        sa.CheckConstraint("unseen_count >= 0 AND untold_count >= 0", name="counts"),
    )
    active, untold = sa.text("active IS TRUE"), sa.text("untold_count > 0 AND active IS TRUE")
    op.create_index(
        "ix_saved_search_place",
        "saved_search",
        ["city", "category", "id"],
        postgresql_where=active,
        sqlite_where=active,
    )
    op.create_index(
        "ix_saved_search_untold",
        "saved_search",
        ["told_at"],
        postgresql_where=untold,
        sqlite_where=untold,
    )
    op.create_table(
        "saved_search_match",
        sa.Column(
            "search_id", Id, sa.ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("matched_at", UtcTime, nullable=False),
    )
    op.create_index("ix_saved_search_match_post_id", "saved_search_match", ["post_id"])
    op.create_index("ix_saved_search_match_matched_at", "saved_search_match", ["matched_at"])


def downgrade() -> None:
    for table in (
        "saved_search_match", "saved_search", "bookmark", "report_allowance", "post_report",
        "forbidden_word", "moderation_rule", "review_claim", "post_screening", "posting_ban",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index("ix_post_waiting", "post")
