"""A world in one file, and back: consistent while others write, refused when it is not whole."""

import asyncio
import contextlib
import gzip
import hashlib
import io
import shutil
import signal
import subprocess
import tarfile
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from dalan import backups, migrations
from dalan.domains import identity, media
from dalan.kernel.db import Database, database_at
from dalan.settings import Settings
from tests.databases import Postgres, Sqlite
from tests.factories.media import make_image
from tests.factories.posts import make_post
from tests.platforms import DALAN

SECRET = "a secret of the tests, long enough to be one"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(world="real", home=tmp_path / "here", secret=SECRET, database_url=database_url)


@pytest.fixture
def empty_url(databases: Sqlite | Postgres) -> Iterator[str]:
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def elsewhere(empty_url: str, tmp_path: Path) -> Settings:
    """A place with nothing in it, not even tables."""
    return Settings(world="real", home=tmp_path / "there", secret=SECRET, database_url=empty_url)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    database = database_at(settings.database_address, durable=False, connections_max=4)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def furnish(settings: Settings, *, people: int = 3) -> list[str]:
    """A few people with a post each, and two pictures; the pictures' names."""
    async with opened(settings) as db:
        async with db.write() as tx:
            for _ in range(people):
                await make_post(tx)
        store = media.MediaStore(settings.media_address)
        return sorted([(await make_image(db, store)).name for _ in range(2)])


async def contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a few tables."""
    async with opened(settings) as db, db.read() as tx:
        return {
            table: [tuple(row) for row in await tx.rows(f"SELECT * FROM {table} ORDER BY id", ())]
            for table in ("person", "post", "image")
        }


async def take(settings: Settings, path: Path) -> backups.Manifest:
    return await asyncio.to_thread(backups.take, settings, path)


async def restore(settings: Settings, path: Path, *, replace: bool = False) -> backups.Manifest:
    return await asyncio.to_thread(backups.restore, settings, path, replace=replace)


async def test_world_comes_back_as_it_was(settings, elsewhere, tmp_path):
    names = await furnish(settings)

    manifest = await take(settings, tmp_path / "world")
    await restore(elsewhere, tmp_path / "world")

    counts = {"people": 3, "posts": 3, "apps": 0, "pictures": 2, "files": 0}
    assert manifest.counts == counts
    assert await contents(elsewhere) == await contents(settings)
    here, there = (media.MediaStore(one.media_address) for one in (settings, elsewhere))
    for name in names:
        for size_px in media.SIZES:
            for form in media.FORMS:
                drawn = await here.read(name, size_px, form)
                assert await there.read(name, size_px, form) == drawn
    async with opened(elsewhere) as db:
        assert await migrations.current(db) == migrations.head()
        async with db.write() as tx:  # and it goes on: identities are counted from where they were
            await make_post(tx)


async def test_backup_under_concurrent_writes_is_of_one_moment(settings, elsewhere, tmp_path):
    await furnish(settings)
    store = media.MediaStore(settings.media_address)
    written, stop = 0, asyncio.Event()

    async with opened(settings) as db:

        async def write() -> None:
            nonlocal written
            while not stop.is_set():
                async with db.write() as tx:
                    await make_post(tx)  # a person and a post, or neither
                written += 1
                if written % 10 == 0:
                    await make_image(db, store)
                await asyncio.sleep(0)

        writing = asyncio.create_task(write())
        while not written:
            await asyncio.sleep(0.01)
        before = written
        for number in range(3):
            manifest = await take(settings, tmp_path / f"world-{number}")
            await asyncio.sleep(0.05)
        went_on = written - before
        stop.set()
        await writing
    await restore(elsewhere, tmp_path / "world-2")

    rows = await contents(elsewhere)
    assert went_on > 0, "nobody waited for the backup"
    assert len(rows["person"]) == len(rows["post"]) == manifest.counts["people"] > 3
    there = media.MediaStore(elsewhere.media_address)
    missing = set(manifest.pictures_missing)
    assert len(missing) <= 1, "only a picture that was being written at that moment"
    for row in rows["image"]:
        if row[1] not in missing:
            assert await there.read(row[1], 600)


async def test_secrets_are_not_in_it_and_only_its_owner_reads_it(settings, tmp_path):
    await furnish(settings)

    await take(settings, tmp_path / "world")

    assert SECRET.encode() not in gzip.decompress((tmp_path / "world").read_bytes())
    assert (tmp_path / "world").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*world*")] == ["world"]
    with pytest.raises(backups.Refused, match="there already"):
        await take(settings, tmp_path / "world")


async def test_world_that_is_there_is_replaced_only_when_told_so(settings, tmp_path):
    names = await furnish(settings)
    await take(settings, tmp_path / "world")
    before = await contents(settings)
    later = await furnish(settings)
    grown = await contents(settings)

    with pytest.raises(backups.Refused, match="--replace"):
        await restore(settings, tmp_path / "world")
    assert await contents(settings) == grown

    async with opened(settings) as db:  # a platform that runs meanwhile
        await restore(settings, tmp_path / "world", replace=True)
        async with db.read() as tx:
            assert len(await tx.rows("SELECT id FROM person", ())) == len(before["person"])
        async with db.write() as tx:
            await identity.register(tx, phone="+989120000000")

    store = media.MediaStore(settings.media_address)
    assert await store.read(names[0], 200)
    for name in later:
        with pytest.raises(media.UnknownImage):
            await store.read(name, 200)


@pytest.fixture
def migrated_url(databases: Sqlite | Postgres) -> Iterator[str]:
    url = databases.clone()
    yield url
    databases.drop(url)


async def test_empty_world_needs_no_replace(settings, migrated_url, tmp_path):
    await furnish(settings)
    await take(settings, tmp_path / "world")
    other = msgspec.structs.replace(settings, home=tmp_path / "other", database_url=migrated_url)

    await restore(other, tmp_path / "world")

    assert len((await contents(other))["person"]) == 3


@pytest.fixture
def older_url(databases: Sqlite | Postgres) -> Iterator[str]:
    url = databases.empty()
    migrations.upgrade(url, "202611212008")
    yield url
    databases.drop(url)


async def test_older_schema_is_brought_up_to_date(settings, older_url, migrated_url, tmp_path):
    older = msgspec.structs.replace(settings, home=tmp_path / "old", database_url=older_url)
    newer = msgspec.structs.replace(settings, home=tmp_path / "new", database_url=migrated_url)
    async with opened(older) as db, db.write() as tx:  # no verb of today knows those tables
        sql = (
            "INSERT INTO person (phone, name, language, created_at)"
            " VALUES ('+989120000001', '', 'fa', CURRENT_TIMESTAMP) RETURNING id"
        )
        await tx.rows(sql, ())

    manifest = await take(older, tmp_path / "world")
    await restore(newer, tmp_path / "world")

    assert manifest.schema_revision == "202611212008"
    async with opened(newer) as db:
        assert await migrations.current(db) == migrations.head()
        async with db.read() as tx:
            assert [row[0] for row in await tx.rows("SELECT phone FROM person", ())] == [
                "+989120000001"
            ]


# What is not as it was written. One engine is enough: nothing here reaches a database.


@pytest.fixture
async def sqlite_world(sqlite_databases: Sqlite, tmp_path: Path) -> Settings:
    settings = Settings(
        world="real",
        home=tmp_path / "here",
        secret=SECRET,
        database_url=await asyncio.to_thread(sqlite_databases.clone),
    )
    await furnish(settings)
    await take(settings, tmp_path / "world")
    return settings


Members = dict[str, bytes]


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return {one.name: file.read() for one in tar.getmembers() if (file := tar.extractfile(one))}


def write(path: Path, members: Members, *extra: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for header in extra:
            tar.addfile(header, io.BytesIO(b"x" * header.size))
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))


def with_manifest(members: Members, **changed: Any) -> Members:
    """The manifest made anew, so that all of it agrees."""
    manifest = msgspec.json.decode(members["manifest.json"])
    files = {name: data for name, data in members.items() if name != "manifest.json"}
    manifest["members"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
        for name, data in files.items()
    }
    return files | {"manifest.json": msgspec.json.encode(manifest | changed)}


async def refused(settings: Settings, path: Path) -> None:
    before = await contents(settings)
    files = sorted(str(one) for one in path.parent.rglob("*") if "media" in one.parts)
    with pytest.raises((backups.Damaged, backups.Refused)):
        await restore(settings, path, replace=True)
    assert await contents(settings) == before
    assert sorted(str(one) for one in path.parent.rglob("*") if "media" in one.parts) == files
    assert not list(settings.home.glob("restoring-*"))


async def test_archive_cut_short_anywhere_is_refused(sqlite_world, tmp_path):
    data = (tmp_path / "world").read_bytes()

    for length in (0, 10, len(data) // 2, len(data) - 9, len(data) - 1):
        (tmp_path / "cut").write_bytes(data[:length])
        await refused(sqlite_world, tmp_path / "cut")


async def test_changed_byte_is_refused_wherever_it_is(sqlite_world, tmp_path):
    data = bytearray((tmp_path / "world").read_bytes())

    for at in range(len(data) // 7, len(data), len(data) // 7):
        bad = bytearray(data)
        bad[at] ^= 0x40
        with contextlib.suppress(OSError, EOFError, zlib.error):
            if gzip.decompress(bad) == gzip.decompress(data):
                continue  # a bit that gzip itself does not look at
        (tmp_path / "bad").write_bytes(bad)
        await refused(sqlite_world, tmp_path / "bad")


async def test_member_that_is_not_what_the_manifest_says_is_refused(sqlite_world, tmp_path):
    members = members_of(tmp_path / "world")
    picture = next(name for name in members if name.startswith("media/"))

    for bad in (
        members | {picture: b"another"},
        {name: data for name, data in members.items() if name != picture},
        {name: data for name, data in members.items() if name != "manifest.json"},
        {name: data for name, data in members.items() if name != "database.sqlite"},
        with_manifest({n: d for n, d in members.items() if n != "database.sqlite"}),
        with_manifest(members | {"database.sqlite": b"not a database"}),
        with_manifest(members, format=2),
        with_manifest(members, schema_revision="999912312359"),
        with_manifest(members, schema_revision="202611212009"),
        with_manifest(members, engine="postgresql"),
    ):
        write(tmp_path / "bad", bad)
        with contextlib.suppress(backups.CopyFailed):
            await refused(sqlite_world, tmp_path / "bad")


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/dalan-escaped",
        "pictures/600/../../escaped",
        "pictures/../../escaped.jpg",
        "pictures/1/0b0e0f00-0000-4000-8000-000000000000.jpg",
        "pictures/600/0b0e0f00-0000-4000-8000-000000000000.jpg/../x",
        "media/600/0b/../../escaped.jpg",
        "media/600/ff/0b0e0f00-0000-4000-8000-000000000000.jpg",
        "media/601/0b/0b0e0f00-0000-4000-8000-000000000000.jpg",
        "media/files/0b/0b0e0f00-0000-4000-8000-000000000000.mp4/../x",
        "media/incoming/1/0b0e0f00-0000-4000-8000-000000000000",
        "./database.sqlite",
        "secret",
        "",
    ],
)
async def test_name_of_no_backup_is_refused(sqlite_world, tmp_path, name):
    members = members_of(tmp_path / "world")
    header = tarfile.TarInfo(name)
    header.size = 3
    write(tmp_path / "bad", members, header)

    await refused(sqlite_world, tmp_path / "bad")

    assert not list(tmp_path.rglob("*escaped*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE,
                                  tarfile.FIFOTYPE, tarfile.CHRTYPE])  # fmt: skip
async def test_what_is_no_plain_file_is_refused(sqlite_world, tmp_path, kind):
    header = tarfile.TarInfo("database.sqlite")
    header.type, header.linkname = kind, "/etc/passwd"
    write(tmp_path / "bad", members_of(tmp_path / "world"), header)

    await refused(sqlite_world, tmp_path / "bad")


async def test_member_that_comes_twice_is_refused(sqlite_world, tmp_path):
    header = tarfile.TarInfo("database.sqlite")
    header.size = 3
    write(tmp_path / "bad", members_of(tmp_path / "world"), header)

    await refused(sqlite_world, tmp_path / "bad")


@pytest.mark.slow
def test_restore_killed_at_any_moment_leaves_one_world_whole(sqlite_databases, tmp_path):
    """Two worlds that differ; the restore of one over the other is killed ever later."""
    small, large = (
        Settings(
            world="real",
            home=tmp_path / name,
            secret=SECRET,
            database_url=sqlite_databases.clone(),
        )
        for name in ("small", "large")
    )
    asyncio.run(furnish(small, people=5))
    asyncio.run(furnish(large, people=400))
    backups.take(large, tmp_path / "archive")
    old, new = asyncio.run(contents(small)), asyncio.run(contents(large))
    path = Path(small.database_url.removeprefix("sqlite:///"))
    shutil.copyfile(path, tmp_path / "kept.db")
    environment = {
        "PATH": "/usr/bin:/bin",
        "DALAN_HOME": str(small.home),
        "DALAN_DATABASE_URL": small.database_url,
        "DALAN_SECRET": SECRET,
    }
    command = [*DALAN, "restore", "--replace", str(tmp_path / "archive")]
    seen = set()

    for delay in (0.05, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 30.0):
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        shutil.copyfile(tmp_path / "kept.db", path)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()

        found = asyncio.run(contents(small))
        assert found in (old, new), said
        seen.add(found == new)
        if process.returncode == 0:
            break

    assert seen == {False, True}, "some came too late and one was let finish"


async def test_commands_say_what_they_did(sqlite_world, tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "DALAN_HOME": str(tmp_path / "elsewhere"),
        "DALAN_DATABASE_URL": sqlite_world.database_url,
        "DALAN_SECRET": SECRET,
    }

    def run(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DALAN, *words], env=environment | changed, capture_output=True, text=True, check=False
        )

    taken = run("backup", str(tmp_path / "another"))
    kept = run("restore", str(tmp_path / "another"))
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"garbage")
    broken = run("restore", str(garbage))
    other = f"sqlite:///{tmp_path / 'new' / 'dalan.db'}"
    put = run("restore", str(tmp_path / "another"), DALAN_DATABASE_URL=other)

    assert "3 people" in taken.stdout
    assert "DALAN_SECRET" in taken.stdout
    assert kept.returncode == 1
    assert "--replace" in kept.stderr
    assert broken.returncode == 1
    assert "no backup" in broken.stderr
    assert put.returncode == 0, put.stderr
    assert "3 people" in put.stdout


def test_pg_dump_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("dalan.kernel.db.copies._INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(
        world="real", home=tmp_path, secret=SECRET, database_url="postgresql://127.0.0.1:1/none"
    )

    with pytest.raises(backups.CopyFailed, match="pg_dump is not installed"):
        backups.take(settings, tmp_path / "world")


def test_tables_that_stand_elsewhere_are_not_left_out_in_silence(postgres_databases, tmp_path):
    url = postgres_databases.clone()
    name = urlsplit(url).path.removeprefix("/")
    postgres_databases._order(f'ALTER DATABASE "{name}" SET search_path TO pg_catalog')
    settings = Settings(world="real", home=tmp_path, secret=SECRET, database_url=url)

    with pytest.raises(backups.CopyFailed, match="schema public"):
        backups.take(settings, tmp_path / "world")

    assert not (tmp_path / "world").exists()
    postgres_databases.drop(url)
