"""Deleting a row and purging old ones read from indexes: no table is read whole for it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect

import dalan.domains
from dalan.domains.addons import spread_queries as spreads
from dalan.domains.bookmarks import queries as bookmarks
from dalan.domains.developers import queries as developers
from dalan.domains.oauth import queries as oauth
from dalan.domains.posts import latest_queries as posts
from dalan.domains.support import queries as support
from dalan.domains.wallet import queries as wallet
from tests.migrations.test_migrations import asked

ROOMS = Path(dalan.domains.__path__[0])

NEVER_DELETED = {
    "app": "an app that is gone keeps its row, for its events and its money",
    "business": "a business that is closed keeps its row, for its posts and its money",
    "ledger_account": "the books are never cut",
    "ledger_transfer": "the books are never cut",
}
"""What points at these without ``ON DELETE`` is never looked for."""

FEW_ROWS = {
    ("payment_free_quota", "set_by_id"): "one row for a category",
    ("payment_price", "set_by_id"): "a few rows for a category and a city",
    ("taxonomy_entry", "changed_by_id"): "one row for a word that operators changed",
}
"""Where reading the whole table is as quick as its index."""


def uncovered(connection: Connection) -> set[tuple[str, str]]:
    """Columns that point at another table and lead no index."""
    found = inspect(connection)
    missing = set()
    for table in found.get_table_names():
        leading = {
            *found.get_pk_constraint(table)["constrained_columns"][:1],
            *(one["column_names"][0] for one in found.get_unique_constraints(table)),
            *(one["column_names"][0] for one in found.get_indexes(table) if is_whole(one)),
        }
        for key in found.get_foreign_keys(table):
            (column,) = key["constrained_columns"]
            may_stay = key["referred_table"] in NEVER_DELETED and not key["options"].get("ondelete")
            if column not in leading and not may_stay:
                missing.add((table, column))
    return missing


def is_whole(index: Any) -> bool:
    """Whether it holds every row that points anywhere: it leaves out nothing but nulls."""
    options = index.get("dialect_options", {})
    where = str(options.get("sqlite_where", options.get("postgresql_where", "")))
    column = index["column_names"][0]
    return not where or where.strip("()") == f"{column} IS NOT NULL"


async def test_every_column_that_points_at_what_is_deleted_leads_an_index(domain_url: str):
    assert await asked(domain_url, uncovered) == set(FEW_ROWS)


def test_what_is_said_never_to_be_deleted_is_not():
    orders = "".join(path.read_text() for path in ROOMS.rglob("*.py"))

    for table in NEVER_DELETED:
        assert not re.search(rf"delete\(\s*{table}\b", orders)


LONG_AGO: dict[str, Any] = {"before": datetime(2026, 1, 1, tzinfo=UTC)}
PLANS = [
    (oauth.wipe_boxes, LONG_AGO, "ix_token_boxed"),
    (oauth.purge_families, LONG_AGO, "ix_token_family_expires_at"),
    (bookmarks.untold, LONG_AGO | {"count": 10}, "ix_saved_search_untold"),
    (wallet.give_up_created, LONG_AGO, "ix_wallet_payment_created"),
    (developers.purge_usage, {"before_day": date.min.isoformat()}, "ix_app_usage_day"),
    (support.written_by, {"person_id": 1}, "ix_ticket_entry_author_id_id"),
    (spreads.purge_addons, {"at": LONG_AGO["before"]}, "ix_spread_addon_expires_at"),
    (spreads.purge_contents, {"at": LONG_AGO["before"]}, "ix_spread_content_expires_at"),
    (spreads.agreed_with, {"person_id": 1, "app_id": 1}, "ix_spread_addon_by_person_id"),
    (
        posts.latest_of_person,
        {"person_id": 1, "development": False, "states": ["published"], "count": 1_000},
        "ix_post_owner",
    ),
]


@pytest.mark.parametrize(("query", "values", "index"), PLANS, ids=[plan[2] for plan in PLANS])
async def test_purges_and_listings_read_from_their_index(
    tx: Any, query: Any, values: dict[str, Any], index: str
):
    compiled = query.compiled(tx.engine)
    how = "EXPLAIN QUERY PLAN" if tx.engine == "sqlite" else "EXPLAIN"
    if tx.engine == "postgresql":
        await leave_only(tx, index)

    rows = await tx.rows(f"{how} {compiled.sql}", compiled.arguments(values))

    assert index in " ".join(str(row[-1]) for row in rows)


async def leave_only(tx: Any, index: str) -> None:
    """Takes away every other way to the rows of the table of ``index``.

    Of so few rows PostgreSQL's planner holds one way to be as good as another, and which of them
    it takes changes with what the vacuum last counted: so the question put to it is only whether
    this index can answer.
    """
    await tx.execute("SET LOCAL enable_seqscan = off", ())
    (where,) = await tx.rows("SELECT tablename FROM pg_indexes WHERE indexname = $1", (index,))
    table = str(where[0])
    held = await tx.rows(
        "SELECT conname FROM pg_constraint"
        " WHERE conrelid = $1::text::regclass AND contype IN ('p', 'u')",
        (table,),
    )
    for (name,) in held:
        await tx.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE", ())
    others = await tx.rows(
        "SELECT indexname FROM pg_indexes WHERE tablename = $1 AND indexname <> $2", (table, index)
    )
    for (name,) in others:
        await tx.execute(f"DROP INDEX {name}", ())
