"""links: of people too, with terms, kept counts and short domains

Expand step for what reads links: links of apps stay what they are. SQLite makes the table anew, for
it cannot take back that an app is needed. Going back, links of people and deleted ones are gone.
"""

import sqlalchemy as sa
from alembic import op

from dalan.kernel.db import Id, UtcTime

revision = "202611221201"
down_revision = "202611221104"
branch_labels = None
depends_on = None

NEVER = 1 << 62
NAMES = {"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"}
ORDERS = ("created_at", "expiry_order", "hash")
TEXTS = ("title", "note", "description", "picture", "after_address", "terms")
ADDED = ("person_id", "owner_no", *TEXTS, "expiry_order", "valid_from", "visits_max",
         "password_hash", "deleted_at", "purged_at")  # fmt: skip
CHECKS = {
    "one_owner": "(app_id IS NULL) <> (person_id IS NULL)"
    " AND owner_no = COALESCE(app_id * 2, person_id * 2 + 1)",
}


def upgrade() -> None:
    op.drop_index("ix_link_app_id", "link")
    with op.batch_alter_table("link", copy_from=_before()) as table:
        table.alter_column("app_id", existing_type=Id, nullable=True)
        table.add_column(sa.Column("person_id", Id))
        table.add_column(sa.Column("owner_no", Id))
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("expiry_order", Id, nullable=False, server_default=str(NEVER)))
        table.add_column(sa.Column("valid_from", UtcTime))
        table.add_column(sa.Column("visits_max", sa.Integer))
        table.add_column(sa.Column("password_hash", sa.LargeBinary))
        table.add_column(sa.Column("deleted_at", UtcTime))
        table.add_column(sa.Column("purged_at", UtcTime))
    op.execute("UPDATE link SET owner_no = app_id * 2")
    op.execute(
        "UPDATE link SET expiry_order = expires_at WHERE expires_at IS NOT NULL"
        if op.get_bind().dialect.name == "sqlite"  # which keeps microseconds already
        else "UPDATE link SET expiry_order = (EXTRACT(EPOCH FROM expires_at) * 1000000)::bigint"
        " WHERE expires_at IS NOT NULL"
    )
    with op.batch_alter_table("link", copy_from=_between()) as table:
        table.alter_column("owner_no", existing_type=Id, nullable=False)
        for name in (*TEXTS, "expiry_order"):
            table.alter_column(name, server_default=None)
        table.create_foreign_key(
            "fk_link_person_id", "person", ["person_id"], ["id"], ondelete="CASCADE"
        )
        for name, rule in CHECKS.items():
            table.create_check_constraint(name, rule)
    op.create_index("ix_link_app_id", "link", ["app_id"])
    op.create_index("ix_link_person_id", "link", ["person_id"])
    for column in ORDERS:
        where = sa.text("deleted_at IS NULL")
        op.create_index(
            f"ix_link_owner_no_{column}", "link", ["owner_no", column, "id"],
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip
    where = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_link_deleted_at", "link", ["deleted_at"], sqlite_where=where, postgresql_where=where
    )
    _make_beside()


def _make_beside() -> None:
    """Tags know their owner, and the tables beside links."""
    op.drop_index("ix_link_tag_folded_name", "link_tag")
    with op.batch_alter_table("link_tag") as table:
        table.add_column(sa.Column("owner_no", Id, nullable=False, server_default="0"))
    op.execute(
        "UPDATE link_tag SET owner_no ="
        " (SELECT owner_no FROM link WHERE link.id = link_tag.link_id)"
    )
    with op.batch_alter_table("link_tag") as table:
        table.alter_column("owner_no", server_default=None)
    op.create_index("ix_link_tag_owner_no", "link_tag", ["owner_no", "folded_name", "link_id"])
    op.create_table(
        "link_allowance",
        sa.Column("link_id", Id, sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("visits_max", sa.Integer, nullable=False),
        sa.Column("visits_used", sa.Integer, nullable=False),
        sa.CheckConstraint("0 <= visits_used", name="visits_used"),
    )
    op.create_table(
        "link_tally",
        sa.Column("owner_no", Id, primary_key=True, autoincrement=False),
        sa.Column("facet", sa.Text, primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("links_count", sa.Integer, nullable=False),
        sa.CheckConstraint("links_count >= 0", name="links_count"),
    )
    # Slots are of the link's number: what goes later must find its row.
    op.execute(
        "INSERT INTO link_tally (owner_no, facet, slot, links_count)"
        " SELECT owner_no, 'k:' || kind || ':' || hash_method, id % 8, count(*)"
        " FROM link GROUP BY 1, 2, 3"
        " UNION ALL SELECT owner_no, 't:' || folded_name, link_id % 8, count(*)"
        " FROM link_tag GROUP BY 1, 2, 3"
    )
    op.add_column(
        "media_file", sa.Column("pins_count", sa.Integer, nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE media_file SET pins_count ="
        " (SELECT count(*) FROM link WHERE kind = 'file' AND target = media_file.name)"
    )
    op.create_table(
        "short_domain",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("base_address", sa.Text, nullable=False),
        sa.Column("missing_address", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("removed_at", UtcTime),
    )


def downgrade() -> None:
    op.drop_column("media_file", "pins_count")
    op.drop_table("short_domain")
    op.drop_table("link_tally")
    op.drop_table("link_allowance")
    for name in ("link_creation", "link_tag"):
        op.execute(
            f"DELETE FROM {name} WHERE link_id IN"  # noqa: S608 (names of ours)
            " (SELECT id FROM link WHERE app_id IS NULL OR deleted_at IS NOT NULL)"
        )
    op.execute("DELETE FROM link WHERE app_id IS NULL OR deleted_at IS NOT NULL")
    op.drop_index("ix_link_tag_owner_no", "link_tag")
    with op.batch_alter_table("link_tag") as table:
        table.drop_column("owner_no")
    op.create_index("ix_link_tag_folded_name", "link_tag", ["folded_name", "link_id"])
    for name in ("app_id", "person_id", "deleted_at", *(f"owner_no_{one}" for one in ORDERS)):
        op.drop_index(f"ix_link_{name}", "link")
    with op.batch_alter_table("link", copy_from=_after()) as table:
        for name in CHECKS:
            table.drop_constraint(name, type_="check")
        table.drop_constraint("fk_link_person_id", type_="foreignkey")
        for name in ADDED:
            table.drop_column(name)
        table.alter_column("app_id", existing_type=Id, nullable=False)
    op.create_index("ix_link_app_id", "link", ["app_id", "created_at", "id"])


def _table(app_id: sa.Column[int], *more: sa.schema.SchemaItem) -> sa.Table:
    """The table as SQLite has to be told that it is."""
    by_code_point = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    return sa.Table(
        "link",
        sa.MetaData(naming_convention=NAMES),
        sa.Column("id", Id, primary_key=True),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("hash", by_code_point, nullable=False),
        sa.Column("folded_hash", by_code_point, nullable=False),
        sa.Column("hash_method", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        app_id,
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime),
        *more,
        sa.UniqueConstraint("domain", "folded_hash", name="uq_link_domain_folded_hash"),
        sa.CheckConstraint("kind IN ('link', 'content', 'file')", name="kind"),
        sa.CheckConstraint("hash_method IN ('auto', 'custom')", name="hash_method"),
        sa.CheckConstraint("hash <> '' AND folded_hash <> '' AND target <> ''", name="filled"),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], "fk_link_app_id", ondelete="CASCADE"),
        sa.Index("ix_link_fingerprint", "fingerprint"),
    )


def _before() -> sa.Table:
    return _table(sa.Column("app_id", Id, nullable=False))


def _between() -> sa.Table:
    return _table(sa.Column("app_id", Id), *_added(owner_no_is_needed=False))


def _after() -> sa.Table:
    return _table(
        sa.Column("app_id", Id),
        *_added(owner_no_is_needed=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], "fk_link_person_id", ondelete="CASCADE"
        ),
        *(sa.CheckConstraint(rule, name=name) for name, rule in CHECKS.items()),
    )


def _added(*, owner_no_is_needed: bool) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("person_id", Id),
        sa.Column("owner_no", Id, nullable=not owner_no_is_needed),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in TEXTS),
        sa.Column("expiry_order", Id, nullable=False, server_default=str(NEVER)),
        sa.Column("valid_from", UtcTime),
        sa.Column("visits_max", sa.Integer),
        sa.Column("password_hash", sa.LargeBinary),
        sa.Column("deleted_at", UtcTime),
        sa.Column("purged_at", UtcTime),
    ]
