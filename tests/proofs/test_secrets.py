"""A dump of everything holds no secret: database, write-ahead log, logs, in every spelling."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.databases import postgres_binaries
from tests.platforms import Platform, running_platform
from tests.proofs import families
from tests.proofs.conftest import ROUNDS
from tests.proofs.issuing import Issuing
from tests.proofs.searching import KEY_BYTES, Secrets, spellings
from tests.proofs.serving import SECRET, Installation

SECRETS = ROUNDS or 300
KINDS = {
    "API key", "CSRF token", "access token", "client secret", "code", "consent form", "id_token",
    "cookie session", "cookie visit", "cookie sign_in", "cookie shown_once", "cookie flash",
    "identification key", "installation", "refresh token", "request_uri",
    "personal token", "client token", "POD token", "POD service_key",
}  # fmt: skip
PHONE = "09123450001"

pytestmark = pytest.mark.slow


def test_dump_of_a_real_world_holds_none_of_the_secrets_it_issued(
    world: Installation, tmp_path: Path
):
    secrets = Secrets()
    secrets.add("installation", SECRET)
    issuing = Issuing(world, PHONE, secrets)
    issuing.until(SECRETS)
    issuing.close()

    files = [*_database_files(world, tmp_path), *world.logs]

    assert set(secrets.counts) == KINDS
    assert len(secrets) >= SECRETS
    assert sum(file.stat().st_size for file in files) > 100_000
    assert _holds(files, f"+98{PHONE[1:]}"), "the dump is not of this world"
    assert _holds(world.logs, issuing.client.slug), "the logs are not of this world"
    assert secrets.found_in(files) == []
    _assert_codes_are_not_kept(world)


def test_development_world_keeps_no_secret_but_the_codes_in_its_inbox(tmp_path: Path):
    home, secrets = tmp_path / "home", Secrets()
    with running_platform(home, posts_count=1, with_sample=False) as platform:
        issuing = Issuing(DevelopmentWorld(platform), "09123450002", secrets)
        issuing.until(min(SECRETS, 1_000))
        issuing.close()
        kept = [file for file in home.rglob("*") if file.is_file() and file.name != "secret"]
        assert _holds(kept, "+989123450002"), "the dump is not of this world"
        assert secrets.found_in(kept) == []
    assert secrets.found_in([file for file in kept if file.exists()]) == []


class DevelopmentWorld:
    """A ``dalan dev`` that people sign in to with the codes of its inbox."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.base_urls = [platform.base_url]

    def newest_code(self, phone: str) -> str:
        browser = self._platform.browser()
        try:
            code: str = browser.get(f"/console/api/inbox?phone={phone}").json()["code"]
            return code
        finally:
            browser.close()


@pytest.mark.parametrize(
    "secret",
    [
        "ory_at_s7Zc9nXw4Qk1Lr8Vb2Ty5Ug6Ih3Jo0Pe-Ad_Sf7Gh8k0.Mx1Nc2Bv3Zl4Kj5Hg6Fd7Sa8Po9Iu0Yt-Re_Wq1As2s0",
        "dalan_ak_3lxDvRc_cgRGfV28ERVii1OYwP6YMAkK6Se9LXjyMurH6v1HM9y_4epKJy",
        "S2fL4LiR8SpoJyGWV5aZzFXyDDA7qyxzP9UDVv5J7Xw",
        "a value with spaces & signs",
    ],
)
def test_search_finds_a_secret_however_it_is_spelled(secret: str, tmp_path: Path):
    secrets = Secrets()
    secrets.add("planted", secret)
    hidden = tmp_path / "hidden"
    for how, spelled in spellings(secret):
        assert len(spelled) >= KEY_BYTES
        hidden.write_bytes(b"\0" * 4_096 + b"x" + spelled + b"\0" * 9 + b"y")
        assert how in {leak.spelling for leak in secrets.found_in([hidden])}
    hidden.write_bytes(b"a dump without it, though it begins " + secret[:9].encode() + b"?")
    assert secrets.found_in([hidden]) == []


def _database_files(world: Installation, folder: Path) -> Iterator[Path]:
    if world.is_sqlite:
        path = world.database_url.removeprefix("sqlite:///")
        assert Path(f"{path}-wal").stat().st_size > 0
        yield from (Path(path + end) for end in ("", "-wal", "-shm"))
        return
    binaries = postgres_binaries()
    assert binaries is not None
    dump = folder / "dump.sql"
    subprocess.run(
        [binaries / "pg_dump", "--file", dump, world.database_url], check=True, capture_output=True
    )
    yield dump
    # The throwaway cluster of the tests; one that was named by the environment may be anywhere.
    for cluster in parse_qs(urlsplit(world.database_url).query).get("host", []):
        number = asyncio.run(_flushed(world.database_url))
        yield Path(cluster, "log")
        for part in (f"base/{number}", "pg_wal", "pg_xact"):
            files = Path(cluster, "data", part).rglob("*")
            yield from sorted(file for file in files if file.is_file())


async def _flushed(database_url: str) -> int:
    """Everything is in the files now; the database's number, which names its folder."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CHECKPOINT")
        return int(
            await connection.fetchval(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            )
        )
    finally:
        await connection.close()


def _holds(files: list[Path], text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in files)


def _assert_codes_are_not_kept(world: Installation) -> None:
    """Six digits stand in any dump by chance, so these are looked for where they would mean
    something: in the log away from times and sizes, and in rows that name the phone."""
    by_chance = r'"(?:at|request_id)":"[^"]*"|"(?:duration_us|answer_bytes)":[0-9]+'
    log = re.sub(by_chance, "", "".join(file.read_text() for file in world.logs))
    for phone, codes in world.gateway.sent.items():
        assert codes
        for code in codes:
            assert re.search(rf"(?<!\d){code}(?!\d)", log) is None
            sql = f"SELECT * FROM one_time_code WHERE phone = '+98{phone[1:]}'"
            rows = families.rows(world.database_url, sql)
            assert rows
            assert not [row for row in rows if code in map(str, row)]
    assert families.rows(world.database_url, "SELECT count(*) FROM dev_inbox") == [(0,)]
