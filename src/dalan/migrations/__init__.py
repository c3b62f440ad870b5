"""Schema changes, for both engines, in the order of their files.

``head`` is cheap and may be asked at every start; ``upgrade`` loads Alembic and must not be
called from a running event loop.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from dalan.kernel.db import Database, sqlite_path

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def head() -> str:
    """The newest revision: files are named so that their order is the order of the changes."""
    return max(revisions())


def revisions() -> frozenset[str]:
    """Every revision this version knows."""
    return frozenset(
        path.name[:15].replace("_", "") for path in (HERE / "versions").glob("[0-9]*.py")
    )


async def current(db: Database) -> str | None:
    """The revision a database stands at; None before its first migration."""
    exists = (
        "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if db.engine == "sqlite"
        else "SELECT 1 FROM pg_tables WHERE schemaname = current_schema()"
        " AND tablename = 'alembic_version'"
    )
    async with db.look() as tx:
        if not await tx.rows(exists, ()):
            return None
        rows = await tx.rows("SELECT version_num FROM alembic_version", ())
        return str(rows[0][0]) if rows else None


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``."""
    from alembic import command  # noqa: PLC0415 (heavy; most starts need no migration)

    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database at ``url`` back to ``revision``."""
    from alembic import command  # noqa: PLC0415 (as above)

    command.downgrade(_config(url), revision)


async def upgrade_in_thread(url: str) -> None:
    """``upgrade`` from within an event loop."""
    await asyncio.to_thread(upgrade, url)


def _config(url: str) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 (as above)

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = driver_url(url)
    return config


def driver_url(url: str) -> str:
    """Our address as SQLAlchemy spells it, with the driver migrations run on."""
    if sqlite_path(url) is not None:
        return url
    return "postgresql+asyncpg://" + url.split("://", 1)[1]
