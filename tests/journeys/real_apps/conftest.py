"""One world for the stories of real apps: each brings an app of its own and keeps to its people
and posts, so that none meets what another left."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.real_apps.registering import CHIEF
from tests.platforms import DALAN, Platform, running_platform


@pytest.fixture(scope="session")
def platform_server(
    furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A platform with an operator, shared by all stories of this folder."""
    home = shutil.copytree(furnished, tmp_path_factory.mktemp("real-apps") / "world")
    with running_platform(home, posts_count=24, with_sample=True) as platform:
        appointed = subprocess.run(
            [*DALAN, "admin", "create-operator", CHIEF],
            env=os.environ | {"DALAN_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert appointed.returncode == 0, appointed.stderr
        yield platform


@pytest.fixture
def app_hosts() -> set[str]:
    """None: a story whose app has pages of its own says so."""
    return set()


@pytest.fixture
def server(platform_server: Platform) -> Iterator[httpx.Client]:
    """The program of an app, adding no header of its own; more patient than they are, for the
    machine may be busy with other tests."""
    with httpx.Client(base_url=platform_server.base_url, timeout=30) as client:
        for name in ("accept", "user-agent"):
            del client.headers[name]
        yield client
