"""indexes: for what is deleted and what is purged

Whoever deletes a row asks every table that points at it: without an index each of them is read
whole. The rest are what purges look for. Expand step: the running code neither reads nor misses
any of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "202611221102"
down_revision = "202611221101"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_app_avatar_image_id", "app", ["avatar_image_id"], "avatar_image_id IS NOT NULL"),
    ("ix_app_person_person_id", "app_person", ["person_id"], ""),
    ("ix_app_request_asked_by_id", "app_request", ["asked_by_id"], ""),
    ("ix_app_usage_day", "app_usage", ["day"], ""),
    ("ix_app_wish_app_id", "app_wish", ["app_id"], ""),
    ("ix_app_wish_decided_by_id", "app_wish", ["decided_by_id"], "decided_by_id IS NOT NULL"),
    ("ix_business_app_linked_by_id", "business_app", ["linked_by_id"], ""),
    ("ix_business_logo_image_id", "business", ["logo_image_id"], "logo_image_id IS NOT NULL"),
    ("ix_customized_button_app_id", "customized_button", ["app_id"], ""),
    ("ix_deposit_asked_by_id", "deposit", ["asked_by_id"], ""),
    ("ix_deposit_decided_by_id", "deposit", ["decided_by_id"], "decided_by_id IS NOT NULL"),
    ("ix_image_person_id", "image", ["person_id"], "person_id IS NOT NULL"),
    ("ix_media_file_person_id", "media_file", ["person_id"], "person_id IS NOT NULL"),
    ("ix_notice_app_id", "notice", ["app_id"], "app_id IS NOT NULL"),
    ("ix_pro_profile_image_id", "pro_profile", ["image_id"], ""),
    ("ix_ticket_assignee_id", "ticket", ["assignee_id"], "assignee_id IS NOT NULL"),
    ("ix_ticket_entry_author_id_id", "ticket_entry", ["author_id", "id"], ""),
    ("ix_ticket_opened_by_id", "ticket", ["opened_by_id"], ""),
    ("ix_ticket_reading_person_id", "ticket_reading", ["person_id"], ""),
    ("ix_token_boxed", "token", ["rotated_at"], "successor_box IS NOT NULL"),
    ("ix_token_family_expires_at", "token_family", ["expires_at"], ""),
    ("ix_wallet_payment_created", "wallet_payment", ["created_at"], "state = 'created'"),
    ("ix_wallet_payment_post_id", "wallet_payment", ["post_id"], "post_id IS NOT NULL"),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        partial = sa.text(where) if where else None
        op.create_index(name, table, columns, postgresql_where=partial, sqlite_where=partial)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table)
