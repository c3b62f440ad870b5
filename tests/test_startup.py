"""What a start loads before it can answer: heavy libraries are imported on first use instead.

Each costs a start from 20 to 300 ms and several megabytes, and most processes never need most of
them. Whoever finds a name here failing imported it at the top of a module; import it where it is
used, as the neighbours do.
"""

import subprocess
import sys

import pytest

from tests.databases import Sqlite

HEAVY = {
    "PIL",
    "aiohttp",
    "alembic",
    "asyncpg",
    "babel",
    "cryptography",
    "jinja2",
    "joserfc",
    "litestar",
    "mako",
    "markdown_it",
    "obstore",
    "persiantools",
    "phonenumbers",
    "prometheus_client",
    "ssrfguard",
    "structlog",
    "yaml",
}
"""Of these none may be there yet. SQLAlchemy, which writes the statements, has to be."""

FIRST_ANSWER = """
import asyncio
import sys

from dalan import protocol
from dalan.app import Platform
from dalan.cli import dev, serve
from dalan.settings import from_environment


async def main():
    platform = Platform(from_environment(world=sys.argv[1]))
    await platform.start()
    answers = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "GET", "path": "/health/live", "query_string": b"",
             "headers": [(b"host", b"127.0.0.1:8000")], "client": ("127.0.0.1", 1),
             "scheme": "http", "raw_path": b"/health/live", "server": ("127.0.0.1", 8000)}
    await platform(scope, receive, send)
    assert answers[0]["status"] == 200, answers
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    print(*loaded, file=sys.stderr)
    await platform.stop()


asyncio.run(main())
"""
"""A platform up to its first answer, with the server's protocol and the commands beside it."""


@pytest.mark.parametrize("world", ["dev", "real"])
def test_first_answer_comes_before_any_heavy_library(tmp_path, sqlite_databases: Sqlite, world):
    settings = {
        "DALAN_HOME": str(tmp_path),
        "DALAN_DATABASE_URL": sqlite_databases.clone(),
        "DALAN_SECRET": "3f1c9a57e0b24d6889ab5102c7de46f3",
        "DALAN_LOG_FILE": str(tmp_path / "log"),
    }

    answered = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER, world],
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert answered.returncode == 0, answered.stderr
    loaded = set(answered.stderr.split())
    assert "sqlalchemy" in loaded, "the child told what it loaded"
    assert not loaded & HEAVY
