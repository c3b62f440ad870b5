"""posts: the whole life of a post

What few posts say in ``details``, where a post came from, edits that wait, history, what is
counted of it, apps' customized buttons, drafts, reminders and who was
shown a number. Expand step: the running code neither reads nor misses any of it.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, Json, UtcTime

revision = "202611212208"
down_revision = "202611212207"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("details", Json, nullable=False, server_default="{}"))
    op.add_column("post", sa.Column("edit_refusal", sa.Text, nullable=False, server_default=""))
    _create_origin()
    _create_edit()
    _create_change()
    _create_statistics()
    _create_button()
    _create_draft()
    _create_reminder()
    _create_contact_looks()


def _create_origin() -> None:
    op.create_table(
        "post_origin",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id")),
        sa.Column("business_id", Id, sa.ForeignKey("business.id")),
        sa.Column("as_provider", sa.Boolean, nullable=False),
        sa.CheckConstraint("app_id IS NOT NULL OR business_id IS NOT NULL", name="somewhere"),
        sa.CheckConstraint("as_provider IS FALSE OR app_id IS NOT NULL", name="provider"),
    )
    op.create_index("ix_post_origin_app_id", "post_origin", ["app_id", "post_id"])
    op.create_index("ix_post_origin_business_id", "post_origin", ["business_id", "post_id"])


def _create_edit() -> None:
    op.create_table(
        "post_edit",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("content", Json, nullable=False),
        sa.Column("proposed_at", UtcTime, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_id", Id),
    )
    op.create_index("ix_post_edit_proposed_at", "post_edit", ["proposed_at"])


def _create_change() -> None:
    op.create_table(
        "post_change",
        sa.Column("id", Id, primary_key=True),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_id", Id),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", Json),
        sa.CheckConstraint("author IN ('owner', 'app', 'operator', 'system')", name="author"),
    )
    op.create_index("ix_post_change_post_id", "post_change", ["post_id", "id"])
    op.create_index("ix_post_change_at", "post_change", ["at"])


def _create_statistics() -> None:
    counts = "views >= 0 AND impressions >= 0 AND chats >= 0 AND contacts >= 0"
    op.create_table(
        "post_day",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("views", sa.BigInteger, nullable=False),
        sa.Column("impressions", sa.BigInteger, nullable=False),
        sa.Column("chats", sa.BigInteger, nullable=False),
        sa.Column("contacts", sa.BigInteger, nullable=False),
        sa.CheckConstraint(counts, name="counts"),
    )
    op.create_index("ix_post_day_day", "post_day", ["day"])
    op.create_table(
        "post_total",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("views", sa.BigInteger, nullable=False),
        sa.Column("impressions", sa.BigInteger, nullable=False),
        sa.Column("chats", sa.BigInteger, nullable=False),
        sa.Column("contacts", sa.BigInteger, nullable=False),
        sa.CheckConstraint(counts, name="counts"),
    )


def _create_button() -> None:
    op.create_table(
        "customized_button",
        sa.Column("id", Id, primary_key=True),
        sa.Column("app_id", Id, sa.ForeignKey("app.id", ondelete="CASCADE"), nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE")),
        sa.Column("business_id", Id, sa.ForeignKey("business.id", ondelete="CASCADE")),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("action", Json, nullable=False),
        sa.Column("set_at", UtcTime, nullable=False),
        sa.UniqueConstraint("post_id", "app_id"),
        sa.UniqueConstraint("business_id", "app_id"),
        sa.CheckConstraint("(post_id IS NULL) <> (business_id IS NULL)", name="one_place"),
        sa.CheckConstraint(
            "type IN ('ACCOMMODATION_BOOKING', 'EXTERNAL_PRODUCT_STORE', 'RESUME_SUBMISSION',"
            " 'ONLINE_CALL')",
            name="type",
        ),
    )


def _create_draft() -> None:
    op.create_table(
        "post_draft",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id")),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("image_names", Json, nullable=False),
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE")),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.CheckConstraint("length(token) = 22", name="token"),
        sa.CheckConstraint(
            "post_id IS NULL OR person_id IS NOT NULL", name="submitted_by_somebody"
        ),
    )
    op.create_index("ix_post_draft_person_id", "post_draft", ["person_id", "changed_at"])
    op.create_index("ix_post_draft_changed_at", "post_draft", ["changed_at"])
    op.create_index("ix_post_draft_post_id", "post_draft", ["post_id"])


def _create_reminder() -> None:
    op.create_table(
        "post_reminder",
        sa.Column("post_id", Id, sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ends_at", UtcTime, nullable=False),
    )


def _create_contact_looks() -> None:
    op.create_table(
        "contact_looks",
        sa.Column("viewer", sa.LargeBinary, primary_key=True),
        sa.Column("looks_count", sa.Integer, nullable=False),
        sa.Column("first_at", UtcTime, nullable=False),
    )
    op.create_index("ix_contact_looks_first_at", "contact_looks", ["first_at"])


def downgrade() -> None:
    for table in ("contact_looks", "post_reminder", "post_draft"):
        op.drop_table(table)
    for table in (
        "customized_button",
        "post_total",
        "post_day",
        "post_change",
        "post_edit",
        "post_origin",
    ):
        op.drop_table(table)
    op.drop_column("post", "edit_refusal")
    op.drop_column("post", "details")
