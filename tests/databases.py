"""Databases for the tests, on both engines: migrated once, cloned for each test that commits."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from dalan import migrations

POSTGRES_URL = os.environ.get("DALAN_TEST_POSTGRES_URL", "")

MEMORY = Path("/dev/shm")
MEMORY_FREE_MIN = 2 << 30
FILE_COPY_SINCE = 150_000
"""The first ``server_version_num`` that can be told to clone by copying files."""


class Sqlite:
    """Clones by copying the migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._template = folder / "template.db"
        migrations.upgrade(f"sqlite:///{self._template}")

    def clone(self) -> str:
        self._count += 1
        path = self._folder / f"clone-{self._count}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        self._count += 1
        return f"sqlite:///{self._folder / f'empty-{self._count}.db'}"

    def drop(self, url: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)


class Postgres:
    """Clones with ``TEMPLATE``, on a cluster that belongs to the tests."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._count = 0
        self._name = f"dalan_{os.getpid()}"
        self._template = f"{self._name}_template"
        self._order(f'DROP DATABASE IF EXISTS "{self._template}"')
        self._order(f"CREATE DATABASE \"{self._template}\" TEMPLATE template0 ENCODING 'UTF8'")
        migrations.upgrade(self._url(self._template))
        # By default a clone goes through the log, block by block: two to five times slower here.
        version = int(self._order("SHOW server_version_num"))
        self._strategy = "STRATEGY FILE_COPY" if version >= FILE_COPY_SINCE else ""

    def clone(self) -> str:
        return self._create(f'TEMPLATE "{self._template}" {self._strategy}')

    def empty(self) -> str:
        return self._create("TEMPLATE template0 ENCODING 'UTF8'")

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._order(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        if not POSTGRES_URL:
            return  # the cluster is ours and goes as a whole
        self._order(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')

    def _create(self, how: str) -> str:
        self._count += 1
        name = f"{self._name}_{self._count}"
        self._order(f'CREATE DATABASE "{name}" {how}')
        return self._url(name)

    def _url(self, name: str) -> str:
        head, _, options = self._server_url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")

    def _order(self, sql: str) -> str:
        async def order() -> str:
            connection = await asyncpg.connect(self._server_url)
            try:
                return str(await connection.fetchval(sql))
            finally:
                await connection.close()

        return asyncio.run(order())


def postgres_binaries() -> Path | None:
    """Where initdb stands, newest version first; None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server for the tests: the one named by DALAN_TEST_POSTGRES_URL, or a
    throwaway cluster of our own on a socket in a temporary folder. Never one found by luck."""
    if POSTGRES_URL:
        yield POSTGRES_URL
        return
    binaries = postgres_binaries()
    assert binaries is not None, "ask postgres_binaries() first"
    folder = Path(tempfile.mkdtemp(prefix="dalan-pg-", dir=_in_memory()))
    as_user = _unprivileged(folder)
    data = folder / "data"
    try:
        subprocess.run(
            [*as_user, str(binaries / "initdb"), "-D", str(data), "-U", "dalan", "-A", "trust",
             "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        subprocess.run(
            [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-s",
             "-l", str(folder / "log"), "-o",
             f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
             " -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
             " -c max_connections=100 -c max_wal_size=128MB",
             "start"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        yield f"postgresql://dalan@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-s", "stop"],
            capture_output=True, cwd=folder, check=False,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """A folder in memory, where there is room: a clone is nearly a thousand small files, which
    most disks take ten times longer to write. None is the ordinary temporary folder."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= MEMORY_FREE_MIN else None


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: hand the folder to somebody and run as them."""
    if os.geteuid() != 0:
        return []
    who = pwd.getpwnam("postgres" if _exists("postgres") else "nobody")
    os.chown(folder, who.pw_uid, who.pw_gid)
    folder.chmod(0o755)
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
