"""A whole platform without a socket, for tests of surfaces."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dalan.app import Platform
from dalan.settings import Settings

BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
async def platform(database_url: str, tmp_path: Path) -> AsyncIterator[Platform]:
    """A dev world without its worker: a test says when facts are acted on."""
    settings = Settings(
        world="dev",
        home=tmp_path,
        secret="a secret of the tests, long enough to be one",
        database_url=database_url,
        database_durable=False,
        log_file=str(tmp_path / "log"),
        quotas_enforced=False,
    )
    running = Platform(settings, works=False)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=platform, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client
