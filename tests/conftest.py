"""What every test may ask for. Both engines, a frozen clock, seeded chance, nothing mocked."""

import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dalan.kernel import clock, randomness
from dalan.kernel.db import Database, WriteTransaction, database_at
from tests.databases import POSTGRES_URL, Postgres, Sqlite, postgres_binaries, postgres_server
from tests.platforms import Browser, Platform, running_platform

pytest_plugins = ["tests.platform_fixtures"]

Browse = Callable[..., Browser]

IN_CI = bool(os.environ.get("CI"))
SHARED = Path(os.environ.get("DALAN_SHARED", Path(__file__).parents[2] / "shared"))

START = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Where the frozen clock stands: the last day of Aban 1405, noon in Tehran."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: their browser keeps an event loop running in its process from the
    first of them on, beside which no other test could run its own."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI everything is installed, so what is skipped there would never be seen to fail."""
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"in CI a skip is a failure: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(autouse=True)
def seeded_chance(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test draws the same in every run, and no two tests draw the same: what chance finds
    in one run of a hundred would keep a change from landing that has nothing to do with it."""
    with randomness.installed(randomness.SeededRandomness(request.node.nodeid.encode())):
        yield


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Postgres]:
    if not POSTGRES_URL and postgres_binaries() is None:
        message = "PostgreSQL's initdb is not installed and DALAN_TEST_POSTGRES_URL is not set"
        pytest.fail(message) if IN_CI else pytest.skip(message)
    with postgres_server() as url:
        databases = Postgres(url)
        yield databases
        databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Sqlite | Postgres:
    """Databases of one engine; every test that asks for one runs on both."""
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    databases: Sqlite | Postgres = request.getfixturevalue(name)
    return databases


@pytest.fixture
def database_url(databases: Sqlite | Postgres) -> Iterator[str]:
    """A migrated database of this test's own, for what commits."""
    url = databases.clone()
    yield url
    databases.drop(url)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """The database at ``database_url``, open."""
    database = database_at(database_url, durable=False, connections_max=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def _domain_urls() -> dict[int, str]:
    return {}


class _RollBack(Exception):
    pass


@pytest.fixture
def domain_url(databases: Sqlite | Postgres, _domain_urls: dict[int, str]) -> str:
    """A migrated database that many tests share; not async, for cloning runs a loop of its own."""
    if id(databases) not in _domain_urls:
        _domain_urls[id(databases)] = databases.clone()
    return _domain_urls[id(databases)]


@pytest.fixture
async def tx(domain_url: str) -> AsyncIterator[WriteTransaction]:
    """A unit of work on a migrated database that many tests share: rolled back afterwards."""
    database = database_at(domain_url, durable=False, connections_max=2)
    await database.open()
    try:
        async with database.write() as unit:
            yield unit
            raise _RollBack
    except _RollBack:
        pass
    finally:
        await database.close()


@pytest.fixture(autouse=True)
def moment() -> Iterator[clock.AdjustableClock]:
    """Time stands still at START; a test may move it."""
    frozen = clock.AdjustableClock(START)
    with clock.installed(frozen):
        yield frozen


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published contracts, which are not ours to keep in the repository."""
    if not SHARED.is_dir():
        message = f"no published contracts at {SHARED}; set DALAN_SHARED"
        pytest.fail(message) if IN_CI else pytest.skip(message)
    return SHARED


@pytest.fixture(scope="session")
def platform_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """``dalan dev`` with its sample app, as a process of its own; every test shares it."""
    home = tmp_path_factory.mktemp("platform")
    with running_platform(home, posts_count=24, with_sample=True) as platform:
        yield platform


@pytest.fixture
def browse(platform_server: Platform) -> Iterator[Browse]:
    """Opens browsers without a screen: ``browse(SARA)`` is signed in, ``browse()`` is nobody's."""
    opened: list[Browser] = []

    def browse(phone: str | None = None, language: str = "fa") -> Browser:
        browser = platform_server.browser(phone, language)
        opened.append(browser)
        return browser

    yield browse
    for browser in opened:
        browser.close()
